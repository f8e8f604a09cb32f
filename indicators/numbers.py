"""The one reader and writer of figures as people type them: 1.839 and 7.213,5 (X10). Pure.

A dot or a space only separates groups of three digits; a comma starts the decimals. What could mean two
things is refused, with what it may have meant.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from indicators.targets import MAX_WORDS, Target, in_words, is_wording, split

# SQLite keeps 15 digits of a number; amounts are stored as numeric(24, 6).
MAX_SIGNIFICANT_DIGITS = 15
MAX_WHOLE_DIGITS = 18
MAX_DECIMALS = 6

# Wide enough that writing an amount never rounds it by accident.
_EXACT = Context(prec=1000, rounding=ROUND_HALF_UP)


class NumberFormatError(ValueError):
    """Text that is no figure. ``str()`` says in Vietnamese what is wrong and what to type.

    Attributes:
        text: what was typed, without the white space around it.
        suggestions: the figures that may have been meant; empty if none is likely.
    """

    def __init__(self, text: str, reason: str, suggestions: tuple[Decimal, ...] = ()) -> None:
        super().__init__(text, reason, suggestions)
        self.text = text
        self.reason = reason
        self.suggestions = suggestions

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= 40 else f"{self.text[:40]}…"
        return f"“{shown}” {self.reason}"


class NoValue(StrEnum):
    """Codes of a cell without a figure: in totals "-" is 0, "…" leaves a gap, "x" does not take part."""

    NIL = "-"
    UNKNOWN = "…"
    NOT_APPLICABLE = "x"


_CODE_VALUES = frozenset(NoValue)


@dataclass(frozen=True, slots=True)
class CellValue:
    """What a cell holds: an amount (0 is one), a code of ``NoValue``, a target, or nothing.

    ``target`` is a plan that is not one number, or a verdict in words; ``amount`` is None then, so that nobody takes
    one end of a range for a figure.

    Raises:
        ValueError: the code is not of ``NoValue``, or two of the three are given.
    """

    amount: Decimal | None = None
    code: str = ""
    target: Target | None = None

    def __post_init__(self) -> None:
        if self.code and (self.amount is not None or self.code not in _CODE_VALUES):
            raise ValueError(
                f"A cell holds an amount or a code of NoValue, not {self.amount} and {self.code!r}."
            )
        if self.target is not None and (self.amount is not None or self.code):
            raise ValueError(f"A cell holds a target or {self.amount}{self.code}, not both.")

    @property
    def is_blank(self) -> bool:
        return self.amount is None and not self.code and self.target is None

    @property
    def is_number(self) -> bool:
        return self.amount is not None


BLANK = CellValue()

_CODES = {
    "-": NoValue.NIL,
    "–": NoValue.NIL,
    "−": NoValue.NIL,
    "…": NoValue.UNKNOWN,
    "...": NoValue.UNKNOWN,
    "x": NoValue.NOT_APPLICABLE,
    "X": NoValue.NOT_APPLICABLE,
}


class MeasureLike(Protocol):
    """What a cell is counted in; ``symbol`` as printed: "%", "tấn"."""

    @property
    def symbol(self) -> str: ...


_SPACES = " \u00a0\u202f"
_NUMBER = re.compile(
    rf"[-−]?(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}((\.[0-9]{{3}})+|([{_SPACES}][0-9]{{3}})+))(,(?P<decimals>[0-9]+))?"
)
_TO_VIETNAMESE = str.maketrans(",.", ".,")


def parse_number(text: str) -> Decimal:
    """Read a figure. White space around it is ignored; the minus is - or −.

    >>> parse_number("1.839"), parse_number("7 213,5"), parse_number("05")
    (Decimal('1839'), Decimal('7213.5'), Decimal('5'))
    >>> try:
    ...     parse_number("0.125")
    ... except NumberFormatError as error:
    ...     str(error), error.suggestions  # doctest: +NORMALIZE_WHITESPACE
    ('“0.125” không đọc được: dấu chấm chỉ ngăn cách nhóm ba chữ số. Nếu là số thập phân, gõ 0,125.',
     (Decimal('0.125'),))

    Raises:
        NumberFormatError: the text is written otherwise, or is too long to store: more than 15 significant
            digits, 18 digits before the comma, or 6 decimals, zeros at their end not counted.
    """
    stripped = text.strip()
    number = _NUMBER.fullmatch(stripped)
    if number is None:
        raise _format_error(stripped)
    if reason := _too_long(number):
        raise NumberFormatError(stripped, reason)
    whole, decimals = _digits(number)
    amount = Decimal(f"{whole or 0}.{decimals}")
    return -amount if stripped[0] in "-−" else amount


def no_value(text: str) -> NoValue | None:
    """The code that was typed, in one of its spellings."""
    return _CODES.get(text.strip())


def parse_cell(text: str, measure: MeasureLike | None) -> CellValue:
    """Read a cell: nothing, a code, or a figure, with a % or ‰ behind it only where that is the measure.

    Raises:
        NumberFormatError: as ``parse_number``; or the sign is not the measure of the cell.
    """
    stripped = text.strip()
    if not stripped:
        return BLANK
    if code := no_value(stripped):
        return CellValue(code=code)
    sign = stripped[-1]
    if sign not in "%‰":
        return CellValue(parse_number(stripped))
    symbol = measure.symbol if measure else ""
    if sign != symbol:
        cell = f"ô này tính bằng {symbol}" if symbol else "ô này không có đơn vị tính"
        raise NumberFormatError(stripped, f"có dấu {sign}, nhưng {cell}. Chỉ gõ số, theo đơn vị tính của ô.")
    return CellValue(parse_number(stripped.removesuffix(sign)))


def parse_plan(text: str, measure: MeasureLike | None) -> CellValue:
    """Read a cell of a plan: as ``parse_cell``, or a range, a bound, about so much, or words (``indicators.targets``).

    Raises:
        NumberFormatError: it is none of these; a number in it is written otherwise; or a range does not rise.
    """
    stripped = " ".join(text.split())
    parts = split(stripped)
    try:
        return parse_cell(text, measure)
    except NumberFormatError:
        if parts is None and is_wording(stripped):
            if len(stripped) > MAX_WORDS:
                reason = f"dài {len(stripped)} ký tự; kế hoạch bằng chữ dài nhất {MAX_WORDS} ký tự."
                raise NumberFormatError(stripped, reason) from None
            return CellValue(target=in_words(stripped))
        if parts is None:
            raise
    amounts = [_amount_of_plan(number, measure) for number in parts.numbers]
    if parts.sign:
        return CellValue(target=Target(amounts[0], sign=parts.sign))
    low, high = amounts
    if low >= high:
        reason = f"không phải khoảng: {format_number(low)} không nhỏ hơn {format_number(high)}. Viết số nhỏ trước, số lớn sau."
        raise NumberFormatError(stripped, reason)
    return CellValue(target=Target(low, high))


def _amount_of_plan(text: str, measure: MeasureLike | None) -> Decimal:
    value = parse_cell(text, measure)
    if value.amount is None:
        raise NumberFormatError(
            text, "không đọc được: sau dấu hay từ chỉ giới hạn phải là một số, ví dụ dưới 7,6."
        )
    return value.amount


def looks_like_plan(text: str) -> bool:
    """Whether a plan could be written so and a figure could not: a range, a bound, about so much."""
    return split(" ".join(text.split())) is not None


def format_number(amount: Decimal, decimals: int | None = None) -> str:
    """Write an amount with the decimals it has, or with so many, a half rounded away from 0.

    >>> format_number(Decimal("7213.50")), format_number(Decimal("-0.125"), 2)
    ('7.213,5', '-0,13')
    """
    if decimals is None:
        amount = amount.normalize(_EXACT)
    else:
        amount = amount.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    return format(amount or abs(amount), ",f").translate(_TO_VIETNAMESE)


def decimals_of(amount: Decimal) -> int:
    """How many decimals an amount has, zeros at the end not counted.

    >>> decimals_of(Decimal("7213.50")), decimals_of(Decimal("1E+3"))
    (1, 0)
    """
    exponent = amount.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def format_cell(value: CellValue, decimals: int | None = None) -> str:
    """Write a cell: its amount as ``format_number`` does, its code, its target, or "" if it is blank."""
    if value.target is not None:
        return format_target(value.target, decimals)
    return value.code if value.amount is None else format_number(value.amount, decimals)


def format_target(target: Target, decimals: int | None = None) -> str:
    """Write a target. Its numbers keep all the decimals they have, both ends of a range as many.

    >>> from indicators.targets import Sign

    >>> format_target(Target(Decimal("7.5"), Decimal(8))), format_target(Target(Decimal(4), sign=Sign.ABOUT), 1)
    ('7,5 – 8,0', 'khoảng 4,0')
    """
    if target.words:
        return target.words
    least = max([decimals or 0, *map(decimals_of, target.amounts)])
    numbers = " – ".join(format_number(amount, least) for amount in target.amounts)
    return f"{target.word} {numbers}" if target.sign else numbers


def canonical(amount: Decimal) -> str:
    """Write an amount as snapshots do: digits, a dot, no zeros at the end, no minus before 0.

    >>> canonical(Decimal("7213.50")), canonical(Decimal("1E+3")), canonical(Decimal("-0"))
    ('7213.5', '1000', '0')
    """
    return format(amount.normalize(_EXACT) or Decimal(0), "f")


def canonical_target(target: Target) -> str:
    """Write a target as snapshots do: ``r:<from>:<to>``, ``b:<sign>:<amount>``, ``w:<words>``.

    >>> from indicators.targets import Sign

    >>> canonical_target(Target(Decimal("7.50"), Decimal(8))), canonical_target(Target(Decimal("7.6"), sign=Sign.BELOW))
    ('r:7.5:8', 'b:<:7.6')
    """
    if target.words:
        return f"w:{target.words}"
    if target.sign:
        return f"b:{target.sign}:{canonical(target.amounts[0])}"
    return f"r:{':'.join(map(canonical, target.amounts))}"


def read_target(text: str) -> Target:
    """The target that ``canonical_target`` wrote.

    >>> from indicators.targets import Sign

    >>> read_target("b:<:7.6") == Target(Decimal("7.6"), sign=Sign.BELOW)
    True
    """
    kind, _, rest = text.partition(":")
    if kind == "w":
        return Target(words=rest)
    first, _, second = rest.partition(":")
    return Target(Decimal(second), sign=first) if kind == "b" else Target(Decimal(first), Decimal(second))


def _digits(number: re.Match[str]) -> tuple[str, str]:
    """Give the digits before and after the comma, without needless zeros; as text, so that nothing rounds."""
    return re.sub("[^0-9]", "", number["whole"]).lstrip("0"), (number["decimals"] or "").rstrip("0")


def _too_long(number: re.Match[str]) -> str:
    """Say why the number cannot be stored; "" if it can."""
    whole, decimals = _digits(number)
    if len(decimals) > MAX_DECIMALS:
        return f"có {len(decimals)} chữ số thập phân, chỉ lưu được {MAX_DECIMALS}. Hãy làm tròn số."
    if (count := len((whole + decimals).strip("0"))) > MAX_SIGNIFICANT_DIGITS:
        return (
            f"có {count} chữ số có nghĩa, chỉ lưu được {MAX_SIGNIFICANT_DIGITS}. "
            "Hãy làm tròn số hoặc dùng đơn vị tính lớn hơn."
        )
    if len(whole) > MAX_WHOLE_DIGITS:
        return (
            f"có {len(whole)} chữ số trước dấu phẩy, chỉ lưu được {MAX_WHOLE_DIGITS}. "
            "Hãy dùng đơn vị tính lớn hơn."
        )
    return ""


class _Mistake(NamedTuple):
    pattern: str
    reason: str
    meant: Callable[[str], str] | None = None
    """Rewrites the text as it should have been typed."""
    advice: str = "Hãy gõ {}."


#: Words behind a number that make another number of it: nothing is suggested then.
_MULTIPLIERS = frozenset(
    [
        "chục",
        "trăm",
        "nghìn",
        "ngàn",
        "vạn",
        "triệu",
        "tỷ",
        "tỉ",
        "tr",
        "ng",
        "k",
        "m",
        "b",
        "mil",
        "million",
        "billion",
        "thousand",
    ]
)
_CURRENCY = "₫$€£¥"


def _without_unit(text: str) -> str:
    """The number in front of its unit; "" where the words behind it change the number."""
    number, unit = re.fullmatch(rf"(?s)([-−]?[0-9.,{_SPACES}]*)(\w*).*", text).groups()  # type: ignore[union-attr]
    return "" if unit.lower() in _MULTIPLIERS else number.strip()


_MISTAKES = [
    _Mistake("", "chưa có số. Hãy gõ số, ví dụ 7.213,5."),
    _Mistake(
        r"#([A-Z0-9]+(/[A-Z0]+)?[!?]?|#+)|Err:[0-9]+",
        "đây là lỗi của bảng tính. Sửa ở bảng tính rồi dán lại, hoặc gõ số.",
    ),
    _Mistake(
        r"[0-9]{2}/[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}( .*)?|[0-9]{1,2}-[0-9]{1,2}-[0-9]{2,4}( .*)?"
        r"|[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?|[0-9]{1,2}-[A-Za-z]{3}(-[0-9]{2,4})?|[A-Z][a-z]{2}-[0-9]{2}",
        "đây trông như ngày tháng, ô này chỉ nhận số.",
    ),
    _Mistake("['‘’`´].+", "thừa dấu nháy ở đầu.", lambda text: text[1:].strip()),
    _Mistake(
        r"[-−]?[0-9]+\.[0-9]+",
        "dấu chấm chỉ ngăn cách nhóm ba chữ số.",
        lambda text: text.replace(".", ","),
        "Nếu là số thập phân, gõ {}.",
    ),
    _Mistake(
        rf"[-−]?[0-9]{{1,3}}([.{_SPACES}][0-9]{{3}})+\.[0-9]+",
        "phần thập phân đứng sau dấu phẩy, không phải dấu chấm.",
        lambda text: ",".join(re.sub(rf"[{_SPACES}]", ".", text).rsplit(".", 1)),
    ),
    _Mistake(
        r"[-−]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?",
        "dấu chấm ngăn cách nhóm ba chữ số, dấu phẩy đứng trước phần thập phân.",
        lambda text: text.translate(_TO_VIETNAMESE),
    ),
    _Mistake(
        rf"[-−]?[0-9]{{1,3}}([.{_SPACES}][0-9]{{3}})+(,[0-9]+)?",
        "các nhóm ba chữ số ngăn cách toàn bằng dấu chấm, hoặc toàn bằng dấu cách.",
        lambda text: re.sub(rf"[{_SPACES}]", ".", text),
    ),
    _Mistake(
        r"[-−]?[.,][0-9]+",
        "thiếu chữ số trước dấu phẩy.",
        lambda text: re.sub("[.,]", "0,", text),
    ),
    _Mistake(r"[-−]?[0-9.]+[.,]", "thừa dấu ở cuối.", lambda text: text[:-1]),
    _Mistake(r"\+[0-9., ]+", "không gõ dấu cộng trước số.", lambda text: text.removeprefix("+")),
    _Mistake(
        r"[-−]\s{1,3}[0-9., ]+",
        "dấu trừ viết liền với số.",
        lambda text: re.sub(r"\s+", "", text, count=1),
    ),
    _Mistake(
        r"\([0-9., ]+\)", "số âm viết với dấu trừ.", lambda text: f"-{text[1:-1]}", "Nếu là số âm, gõ {}."
    ),
    _Mistake(
        r"[-−]?[0-9]+([.,][0-9]+)?[eE][-+]?[0-9]{1,2}",
        "không dùng dạng số mũ.",
        lambda text: format(Decimal(text.replace(",", ".").replace("−", "-")), "f").replace(".", ","),
    ),
    _Mistake(r"[-−]?[0-9.]+(,[0-9]*){2,}", "có nhiều dấu phẩy. Chỉ gõ một dấu phẩy, trước phần thập phân."),
    _Mistake(
        # Possessive: spaces before something else are not shared out anew, in all ways.
        rf"(?s:[-−]?[0-9][0-9.,{_SPACES}]*+\s*+[^\W\d_{_SPACES}].*|[-−]?[0-9][0-9.,{_SPACES}]*+[{_CURRENCY}].*)",
        "chỉ gõ số, không gõ kèm chữ hay đơn vị tính.",
        _without_unit,
        "Nếu đúng đơn vị tính của ô, gõ {}.",
    ),
    _Mistake(
        rf"([{_CURRENCY}]|VNĐ|VND|USD)\s*[-−]?[0-9][0-9.,{_SPACES}]*",
        "chỉ gõ số, không gõ kèm đơn vị tiền.",
        lambda text: re.sub("^[^-−0-9]+", "", text),
        "Nếu đúng đơn vị tính của ô, gõ {}.",
    ),
    _Mistake(
        "(?s:.*)",
        "chỉ dùng chữ số, dấu chấm ngăn cách nhóm ba chữ số và dấu phẩy trước phần thập phân, ví dụ 7.213,5.",
    ),
]


def _format_error(text: str) -> NumberFormatError:
    mistake = next(mistake for mistake in _MISTAKES if re.fullmatch(mistake.pattern, text))
    reason = f"không đọc được: {mistake.reason}"
    meant = _NUMBER.fullmatch(mistake.meant(text)) if mistake.meant else None
    if meant is None or _too_long(meant):
        return NumberFormatError(text, reason)
    amount = parse_number(meant[0])
    return NumberFormatError(text, f"{reason} {mistake.advice.format(format_number(amount))}", (amount,))
