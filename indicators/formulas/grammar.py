"""The language of formulas: how one is written and read.

    ([thang] / [thang_truoc]) * 100          columns of the same row
    SUM({I.1}; {I.2}) - {II}                 rows (or indicator codes) of the same column
    IF({TONG}[ke_hoach] = 0; 0; [luy_ke] / {TONG}[ke_hoach])
    SUM({I.1}:{I.9})                         rows of one level, from the first named to the last
    {BM02!I.1}[thang]                        a cell of another form of the same report; without [column] the own column
    [luy_ke]@KY_TRUOC + [thang]              what the store has accepted of the cell for another period
    VERDICT([ke_hoach]; [thuc_hien])         Đạt, Vượt or Không đạt; also DANH_GIA

Periods: ``KY_TRUOC`` the one before, ``CUNG_KY`` the same of last year, ``LUY_KE`` the year so far, ``LUY_KE_CUNG_KY``
last year's, ``CA_NAM`` the whole year.

Numbers have a decimal comma (``1,5``) and no thousands separators; ``;`` stands between arguments;
functions have Excel's names, in either case; ``%`` after a value divides it by 100; a leading ``=`` is
ignored. Binding as in Excel: ``%``, sign, ``* /``, ``+ -``, then at most one comparison (1 if it holds,
else 0).
"""

import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn, Self, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken

from indicators.formulas.verdict import NOT_JUDGED, Judging
from indicators.numbers import BLANK, CellValue

#: Characters a formula may have: a total of 200 list rows fits.
MAX_LENGTH = 10_000
#: Operations within operations; the evaluator recurses as deep.
MAX_DEPTH = 50

#: Function -> fewest and most arguments (None: any number).
FUNCTIONS: Mapping[str, tuple[int, int | None]] = MappingProxyType(
    {
        "SUM": (1, None),
        "AVERAGE": (1, None),
        "MIN": (1, None),
        "MAX": (1, None),
        "COUNT": (1, None),
        "ROUND": (2, 2),
        "ABS": (1, 1),
        "IF": (3, 3),
        "VERDICT": (2, 3),
    }
)
#: Functions that take a span of rows.
AGGREGATING = ("SUM", "AVERAGE", "MIN", "MAX", "COUNT")
#: Other names of functions.
ALIASES: Mapping[str, str] = MappingProxyType({"DANH_GIA": "VERDICT"})

#: What may stand behind "@".
PERIODS = ("KY_TRUOC", "CUNG_KY", "LUY_KE", "LUY_KE_CUNG_KY", "CA_NAM")

_GRAMMAR = r"""
start: EQUAL? comparison
?comparison: sum
    | sum (EQUAL | COMPARE) sum             -> binary
?sum: product (ADD product)*
?product: signed
    | product MULTIPLY signed               -> binary
?signed: percent
    | ADD signed                            -> signed
?percent: atom
    | percent PERCENT                       -> percent
?atom: NUMBER                               -> number
    | COLUMN [PERIOD]                       -> column
    | ROW [PERIOD]                          -> row
    | ROW COLUMN [PERIOD]                   -> cell
    | NAME "(" argument (";" argument)* ")"      -> call
    | "(" comparison ")"
?argument: comparison
    | ROW ":" ROW [COLUMN] [PERIOD]         -> span

EQUAL: "="
COMPARE: "<>" | "<=" | ">=" | "<" | ">"
ADD: "+" | "-" | "−"
MULTIPLY: "*" | "/"
PERCENT: "%"
NUMBER: /[0-9]+(,[0-9]+)?/
NAME: /[^\W\d]\w*/
COLUMN: /\[[^\[\]{}]*\]/
ROW: /\{[^\[\]{}]*\}/
PERIOD: /@\w*/
%ignore /\s+/
"""

_WORDS = {
    "NUMBER": "số",
    "COLUMN": "[cột]",
    "ROW": "{dòng}",
    "NAME": "hàm",
    "LPAR": '"("',
    "RPAR": '")"',
    "SEMICOLON": '";"',
    "ADD": '"+", "-"',
    "MULTIPLY": '"*", "/"',
    "PERCENT": '"%"',
    "EQUAL": '"="',
    "COMPARE": "phép so sánh",
    "$END": "hết công thức",
}

_HINTS = {
    ",": 'các đối số cách nhau bằng dấu ";", dấu "," chỉ viết trong số thập phân',
    ".": 'phần thập phân viết sau dấu ",", không dùng dấu phân cách hàng nghìn',
    "[": 'tên cột viết trong ngoặc vuông và phải đóng bằng "]"',
    "!": "biểu khác viết trong ngoặc nhọn, trước mã dòng: {BM02!I.1}",
    ":": "dấu : chỉ nối hai {dòng} trong một hàm: SUM({I.1}:{I.9})",
    "@": "kỳ khác viết sau [cột] hoặc {dòng}: [thang]@KY_TRUOC",
    "{": 'mã dòng hoặc mã chỉ tiêu viết trong ngoặc nhọn và phải đóng bằng "}"',
}


class FormulaError(ValueError):
    """A formula that cannot be used, told in Vietnamese with its place and what would have been right.

    Attributes:
        position: 0-based in the NFC text of the formula, the message counts from 1; None if it has no place.
        expected: what could have stood there, as shown to people; empty if the fault is not one of grammar.
        place: whose formula it is (``dòng "I"``); empty while the formula stands alone.
    """

    def __init__(
        self, fault: str, *, position: int | None, expected: tuple[str, ...] = (), place: str = ""
    ) -> None:
        self.fault, self.position, self.expected, self.place = fault, position, expected, place
        owner = f"Công thức của {place} sai" if place else "Công thức sai"
        where = "" if position is None else f" ở ký tự thứ {position + 1}"
        wanted = f" Cần: {', '.join(expected)}." if expected else ""
        super().__init__(f"{owner}{where}: {fault}.{wanted}")

    def within(self, place: str) -> Self:
        """The same error, naming whose formula it is."""
        return type(self)(self.fault, position=self.position, expected=self.expected, place=place)


class Ref(NamedTuple):
    """What a formula reads: ``[column]``, ``{row}`` or ``{row}[column]``, of a form, of a period.

    An empty part is the row, column, form or period of the cell that is computed.
    """

    row: str = ""
    column: str = ""
    form: str = ""
    period: str = ""

    def __str__(self) -> str:
        row = f"{{{self.form}!{self.row}}}" if self.form else f"{{{self.row}}}" if self.row else ""
        column = f"[{self.column}]" if self.column else ""
        return row + column + (f"@{self.period}" if self.period else "")


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on its arguments: a function, an operator (``-`` with one argument is the sign) or ``%``.

    ``reads`` is False if nothing below refers to a cell, so that the value is the same everywhere. ``judging`` is for
    VERDICT alone: how the indicator of the row is judged.
    """

    operation: str
    arguments: tuple["Node", ...]
    depth: int
    reads: bool
    judging: Judging = NOT_JUDGED


@dataclass(frozen=True, slots=True)
class Reference:
    """A ``Ref`` where it stands in the text (0-based)."""

    ref: Ref
    position: int


@dataclass(frozen=True, slots=True)
class Span:
    """``{first}:{last}``, the rows between two of them: which ones, the table says. Only an argument of a function."""

    first: Ref
    last: str
    position: int


Node = CellValue | Reference | Span | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula; equal to another with the same text.

    ``positions`` gives for each reference where in ``text`` it first stands (0-based).
    """

    text: str
    root: Node = field(compare=False, repr=False)
    positions: Mapping[Ref, int] = field(compare=False, repr=False)

    @property
    def references(self) -> frozenset[Ref]:
        return frozenset(self.positions)

    def within(self, rows_of: Callable[[Span], Iterable[str]], judging: Judging) -> "Formula":
        """The formula as a row of a table has it: spans as the references they stand for, verdicts for its indicator.

        Itself where it has neither.

        Raises:
            FormulaError: as ``rows_of`` does.
        """
        root = _within(self.root, rows_of, judging)
        return self if root is self.root else Formula(self.text, root, _positions(root))

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def parse(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaError: the text is empty, too long, too deep, or not in the language.
    """
    text = unicodedata.normalize("NFC", text)
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"dài {len(text)} ký tự, nhiều nhất là {MAX_LENGTH}", position=MAX_LENGTH)
    try:
        root = cast(Node, _PARSER.parse(text))
    except UnexpectedInput as error:
        _refuse(text, error)
    return Formula(text, root, _positions(root))


def sum_of(rows: Sequence[str]) -> Formula:
    """The sum of these rows, however many, without reading a text; of none it is blank."""
    refs = [Ref(row) for row in rows]
    text = f"SUM({'; '.join(map(str, refs))})"
    root = Call("SUM", tuple(Reference(ref, 0) for ref in refs), 1, reads=True) if refs else BLANK
    return Formula(text, root, MappingProxyType(dict.fromkeys(refs, 0)))


def _refuse(text: str, error: UnexpectedInput) -> NoReturn:
    parser = _PARSER.parse_interactive(text)
    with suppress(UnexpectedInput):
        parser.exhaust_lexer()
    terminals = parser.accepts()
    expected = tuple(word for terminal, word in _WORDS.items() if terminal in terminals)
    position = error.pos_in_stream or 0
    if not text.strip():
        fault, position = "chưa có nội dung", 0
    elif isinstance(error, UnexpectedToken) and error.token.type == "$END":
        fault, position = "công thức dừng giữa chừng", len(text.rstrip())
    else:
        met = str(error.token) if isinstance(error, UnexpectedToken) else text[position]
        fault = f'gặp "{met}" không đúng chỗ' + (f"; {_HINTS[met]}" if met in _HINTS else "")
    raise FormulaError(fault, position=position, expected=expected) from None


_KEY_CHARACTER = re.compile(r"[\w./*\- ]")


def _key(token: Token, name: str, *, other_form: bool = False) -> str:
    """The key inside the brackets of ``token``: letters, digits and ``. _ - / *``, with spaces inside.

    ``other_form``: the code of a form and "!" may stand before it.

    Raises:
        FormulaError: the brackets are empty or hold another character.
    """
    start = token.start_pos or 0
    form, mark, key = "", "", token[1:-1]
    if other_form and "!" in key:
        form, mark, key = key.partition("!")
    for offset, character in enumerate(token[1:-1], start + 1):
        is_mark = mark and offset == start + 1 + len(form)
        if not is_mark and not _KEY_CHARACTER.fullmatch(character):
            raise FormulaError(f'{name} không được có ký tự "{character}"', position=offset)
    if mark and not form.strip():
        raise FormulaError("thiếu mã biểu trước dấu !", position=start + 1)
    if not key.strip():
        raise FormulaError(f"thiếu {name} trong ngoặc", position=start + 1 + len(form + mark))
    return f"{form.strip()}{mark}{key.strip()}"


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Builds nodes while the parser reduces, so that no deep tree is ever walked."""

    def start(self, *children: Node) -> Node:
        return children[-1]

    def number(self, token: Token) -> Node:
        return CellValue(Decimal(token.replace(",", ".")))

    def column(self, token: Token, period: Token | None) -> Node:
        return Reference(_ref(None, token, period), token.start_pos or 0)

    def row(self, token: Token, period: Token | None) -> Node:
        return Reference(_ref(token, None, period), token.start_pos or 0)

    def cell(self, row: Token, column: Token, period: Token | None) -> Node:
        return Reference(_ref(row, column, period), row.start_pos or 0)

    def span(self, first: Token, last: Token, column: Token | None, period: Token | None) -> Node:
        ref = _ref(first, column, period)
        if ref.form:
            fault = "khoảng dòng chỉ đọc được trong chính biểu này; ghi từng {biểu!dòng}"
            raise FormulaError(fault, position=first.start_pos or 0)
        return Span(ref, _key(last, "mã dòng"), first.start_pos or 0)

    def binary(self, left: Node, operator: Token, right: Node) -> Node:
        return _call(operator, str(operator), left, right)

    def sum(self, first: Node, *rest: Any) -> Node:
        """``a - b + c`` as one sum of ``a``, ``-b``, ``c``: a total of many rows is not deep."""
        terms = [self.signed(sign, term) for sign, term in zip(rest[::2], rest[1::2], strict=True)]
        return _call(rest[0], "+", first, *terms)

    def signed(self, sign: Token, operand: Node) -> Node:
        if sign == "+":
            return operand
        if isinstance(operand, CellValue) and operand.amount is not None:
            return CellValue(operand.amount.copy_negate())
        return _call(sign, "-", operand)

    def percent(self, operand: Node, sign: Token) -> Node:
        return _call(sign, "%", operand)

    def call(self, name: Token, *arguments: Node) -> Node:
        position = name.start_pos or 0
        function = ALIASES.get(name.upper(), name.upper())
        if function not in FUNCTIONS:
            raise FormulaError(f'không có hàm "{name}"', position=position, expected=tuple(FUNCTIONS))
        fewest, most = FUNCTIONS[function]
        if len(arguments) < fewest or (most is not None and len(arguments) > most):
            wanted = f"từ {fewest} đến {most}" if most and most > fewest else fewest
            fault = f"hàm {function} cần {wanted} đối số, ở đây có {len(arguments)}"
            raise FormulaError(fault, position=position)
        if function == "ROUND" and not _is_number_of_digits(arguments[1]):
            fault = "đối số thứ hai của ROUND phải là số nguyên từ -15 đến 6"
            raise FormulaError(fault, position=position)
        if function not in AGGREGATING and any(isinstance(argument, Span) for argument in arguments):
            fault = f"hàm {function} không nhận khoảng dòng"
            raise FormulaError(fault, position=position, expected=AGGREGATING)
        return _call(name, function, *arguments)


def _ref(row: Token | None, column: Token | None, period: Token | None) -> Ref:
    key = _key(row, "mã dòng", other_form=True) if row else ""
    form, _, key = key.rpartition("!")
    name = period[1:].upper() if period else ""
    if period is not None and name not in PERIODS:
        fault = f'không có kỳ "{period[1:]}"'
        raise FormulaError(fault, position=period.start_pos or 0, expected=PERIODS)
    return Ref(key, _key(column, "tên cột") if column else "", form, name)


def _call(token: Token, operation: str, *arguments: Node) -> Call:
    """``token`` is where the operation stands, for the message if it stands too deep."""
    calls = [argument for argument in arguments if isinstance(argument, Call)]
    depth = 1 + max((call.depth for call in calls), default=0)
    if depth > MAX_DEPTH:
        fault = f"quá {MAX_DEPTH} phép tính lồng nhau; hãy tách công thức thành nhiều dòng hoặc cột"
        raise FormulaError(fault, position=token.start_pos or 0)
    reads = any(isinstance(argument, Reference | Span) for argument in arguments) or any(
        call.reads for call in calls
    )
    return Call(operation, arguments, depth, reads)


def _is_number_of_digits(node: Node) -> bool:
    if not isinstance(node, CellValue) or node.amount is None:
        return False
    return -15 <= node.amount <= 6 and node.amount == int(node.amount)


def _positions(root: Node) -> Mapping[Ref, int]:
    positions: dict[Ref, int] = {}
    for reference in _references(root):
        positions.setdefault(reference.ref, reference.position)
    return MappingProxyType(positions)


def _within(node: Node, rows_of: Callable[[Span], Iterable[str]], judging: Judging) -> Node:
    if not isinstance(node, Call):
        return node
    arguments: list[Node] = []
    for argument in node.arguments:
        if isinstance(argument, Span):
            refs = (argument.first._replace(row=row) for row in rows_of(argument))
            arguments += [Reference(ref, argument.position) for ref in refs]
        else:
            arguments.append(_within(argument, rows_of, judging))
    if node.operation == "VERDICT":
        return replace(node, arguments=tuple(arguments), judging=judging)
    if len(arguments) == len(node.arguments) and all(map(operator.is_, arguments, node.arguments)):
        return node
    return replace(node, arguments=tuple(arguments))


def _references(node: Node) -> Iterator[Reference]:
    if isinstance(node, Reference):
        yield node
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from _references(argument)


_PARSER = Lark(_GRAMMAR, parser="lalr", transformer=_Builder())
