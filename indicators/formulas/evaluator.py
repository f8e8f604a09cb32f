"""What a formula is worth.

Arithmetic is decimal with 28 digits; the result is rounded half up to 6 decimals. One rule for cells that
hold no number:

=============================  ===============================  ======================================
An operand is                  in + - * / %, comparison, ABS,   in SUM, AVERAGE, MIN, MAX, COUNT
                               ROUND and the condition of IF
=============================  ===============================  ======================================
"-" (không phát sinh)          counts as 0                      counts as 0
"…" (chưa có số liệu)          result "…"                       result "…"
blank                          result "…"                       skipped
blank, like all others         result blank                     result blank
"x" (không áp dụng)            result "x", whatever the others  skipped; result "x" if all are "x"
a range, a bound, words        result "x": there is no one      result "…": the total is not known
                               figure to compute with
=============================  ===============================  ======================================

"All" means the operands that read cells: ``[a] * 100`` over a blank ``[a]`` is blank. Where a function skips
everything, some of it blank and some "x", COUNT is 0 and the others are blank. IF gives the chosen value as
it is and does not look at the other. Division by zero gives "x", and so does a result that no cell can hold
(18 digits before the comma): there is no such figure.

VERDICT(plan; result) alone reads plans that are a range, a bound or words (``verdict`` has the table); a plan or
result that is blank, "…" or "x" is treated as in arithmetic, and a result that is no number has no verdict. A third
argument is the share of the plan beyond which a result is Vượt: ``VERDICT([ke_hoach]; [thuc_hien]; 5%)``.

A cell of another form or another period is an operand like any other; where the store has nothing, or the report no
such form, it is blank.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext
from typing import Any

from indicators.formulas.grammar import Call, Formula, Node, Ref, Reference
from indicators.formulas.verdict import verdict
from indicators.numbers import BLANK, MAX_DECIMALS, MAX_WHOLE_DIGITS, CellValue, NoValue

#: In which formulas are evaluated.
CONTEXT = Context(prec=28, rounding=ROUND_HALF_UP)
_SMALLEST = Decimal(1).scaleb(-MAX_DECIMALS)
_TOO_LARGE = Decimal(1).scaleb(MAX_WHOLE_DIGITS)
_ZERO = Decimal(0)
_UNKNOWN = CellValue(code=NoValue.UNKNOWN)
_NOT_APPLICABLE = CellValue(code=NoValue.NOT_APPLICABLE)


def evaluate(formula: Formula, resolve: Callable[[Ref], CellValue]) -> CellValue:
    """The value of ``formula``; ``resolve`` gives the cell behind a reference and is asked once for each.

    At most 6 decimals; cells without a number as in the table above. Raises nothing of its own.
    """
    with localcontext(CONTEXT):
        return worth(formula, {ref: resolve(ref) for ref in formula.positions})


def worth(formula: Formula, cells: Mapping[Ref, CellValue]) -> CellValue:
    """As ``evaluate``, inside ``CONTEXT``: where thousands of cells are computed, it is entered once."""
    value = _value(formula.root, cells)
    return value if value.amount is None else _result(value.amount)


def prepared(formula: Formula) -> Callable[[Sequence[Decimal | None]], CellValue | None]:
    """``formula`` as a function of the amounts of its references, in the order of ``positions``.

    It gives None where one of them has none, or the amounts alone do not tell: then ``worth`` knows the rules.
    """
    places = {ref: place for place, ref in enumerate(formula.positions)}
    amount = _amount_of(formula.root, places)

    def value(amounts: Sequence[Decimal | None]) -> CellValue | None:
        try:
            return _result(amount(amounts))
        except (AttributeError, TypeError, DecimalException):  # The first two where an operand is None.
            return None

    return value


def _amount_of(node: Node, places: Mapping[Ref, int]) -> Callable[[Any], Decimal]:
    """A function that gives the amount, or raises ``TypeError`` or ``AttributeError`` where an operand is None or words are
    asked for."""
    if isinstance(node, Reference):
        return operator.itemgetter(places[node.ref])
    if isinstance(node, CellValue) and node.amount is not None:
        constant = node.amount
        return lambda amounts: constant
    if not isinstance(node, Call) or node.operation not in _PLAIN:
        return _not_by_amounts
    if all(isinstance(argument, Reference) for argument in node.arguments) and len(node.arguments) > 1:
        # Many rows of one column: picked at once.
        picked = operator.itemgetter(*(places[argument.ref] for argument in node.arguments))  # type: ignore[union-attr]
        function = _PLAIN[node.operation]
        return lambda amounts: function(picked(amounts))
    function = _PLAIN[node.operation]
    arguments = [_amount_of(argument, places) for argument in node.arguments]
    return lambda amounts: function([argument(amounts) for argument in arguments])


def _not_by_amounts(amounts: Any) -> Decimal:
    raise TypeError


def _result(amount: Decimal) -> CellValue:
    if abs(amount) >= _TOO_LARGE:
        return _NOT_APPLICABLE
    rounded = amount.quantize(_SMALLEST)
    return CellValue((amount if rounded == amount else rounded) + _ZERO)  # -0 becomes 0


def _value(node: Node, cells: Mapping[Ref, CellValue]) -> CellValue:
    if isinstance(node, Reference):
        return cells[node.ref]
    if isinstance(node, CellValue):
        return node
    assert isinstance(node, Call), "Spans are spread before anything is evaluated."
    if node.operation == "IF":
        condition, then, otherwise = node.arguments
        holds = _arithmetic("+", [condition], cells)
        return holds if holds.amount is None else _value(then if holds.amount else otherwise, cells)
    if node.operation in _AGGREGATES:
        return _aggregate(node.operation, node.arguments, cells)
    if node.operation == "VERDICT":
        return _verdict(node, cells)
    return _arithmetic(node.operation, node.arguments, cells)


def _arithmetic(operation: str, arguments: Sequence[Node], cells: Mapping[Ref, CellValue]) -> CellValue:
    values, amounts = _operands(arguments, cells)
    if len(amounts) == len(values):
        try:
            return CellValue(_ARITHMETIC[operation](*amounts))
        except DecimalException:
            return _NOT_APPLICABLE
    if _NOT_APPLICABLE in values or any(value.target for value in values):
        return _NOT_APPLICABLE
    return BLANK if _all(BLANK, arguments, values) else _UNKNOWN


def _aggregate(operation: str, arguments: Sequence[Node], cells: Mapping[Ref, CellValue]) -> CellValue:
    values, amounts = _operands(arguments, cells)
    if len(amounts) < len(values):
        if _UNKNOWN in values or any(value.target for value in values):
            return _UNKNOWN
        for nothing in (BLANK, _NOT_APPLICABLE):
            if _all(nothing, arguments, values):
                return nothing
        if not amounts and operation != "COUNT":
            return BLANK
    try:
        return CellValue(_AGGREGATES[operation](amounts))
    except DecimalException:
        return _NOT_APPLICABLE


def _verdict(node: Call, cells: Mapping[Ref, CellValue]) -> CellValue:
    plan, *figures = node.arguments
    planned = _value(plan, cells)
    values, amounts = _operands(figures, cells)
    if any(value.target for value in values):
        return BLANK
    if len(amounts) == len(values) and (planned.target or _counts(planned)):
        return verdict(planned, amounts[0], node.judging, *amounts[1:])
    if planned.target is None:
        return _arithmetic("+", node.arguments, cells)
    return _NOT_APPLICABLE if _NOT_APPLICABLE in values else _UNKNOWN


def _operands(
    arguments: Sequence[Node], cells: Mapping[Ref, CellValue]
) -> tuple[list[CellValue], list[Decimal]]:
    """The values of all arguments, and the amounts of those that have or count as one."""
    values = [_value(argument, cells) for argument in arguments]
    amounts = [_ZERO if value.amount is None else value.amount for value in values if _counts(value)]
    return values, amounts


def _counts(value: CellValue) -> bool:
    return value.amount is not None or value.code == NoValue.NIL


def _all(nothing: CellValue, arguments: Sequence[Node], values: Sequence[CellValue]) -> bool:
    """Whether there are arguments that read cells, and all of them came to ``nothing``."""
    reading = [value for argument, value in zip(arguments, values, strict=True) if _reads(argument)]
    return bool(reading) and all(value == nothing for value in reading)


def _reads(node: Node) -> bool:
    return isinstance(node, Reference) or (isinstance(node, Call) and node.reads)


def _rounded(amount: Decimal, digits: Decimal) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-int(digits)))


_ARITHMETIC: Mapping[str, Callable[..., Decimal]] = {
    "+": lambda *terms: sum(terms, _ZERO),
    "-": operator.neg,
    "*": operator.mul,
    "/": operator.truediv,
    "%": lambda amount: amount / 100,
    "=": lambda left, right: Decimal(left == right),
    "<>": lambda left, right: Decimal(left != right),
    "<": lambda left, right: Decimal(left < right),
    "<=": lambda left, right: Decimal(left <= right),
    ">": lambda left, right: Decimal(left > right),
    ">=": lambda left, right: Decimal(left >= right),
    "ABS": abs,
    "ROUND": _rounded,
}

_AGGREGATES: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "SUM": lambda amounts: sum(amounts, _ZERO),
    "AVERAGE": lambda amounts: sum(amounts, _ZERO) / len(amounts),
    "MIN": min,
    "MAX": max,
    "COUNT": lambda amounts: Decimal(len(amounts)),
}

#: What amounts alone decide. "=" is not among them: nothing equals a missing amount, and that is no answer.
_PLAIN: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "+": _AGGREGATES["SUM"],
    "-": lambda amounts: -amounts[0],
    "*": lambda amounts: amounts[0] * amounts[1],
    "/": lambda amounts: amounts[0] / amounts[1],
    "%": lambda amounts: amounts[0] / 100,
    "ABS": lambda amounts: abs(amounts[0]),
    "ROUND": lambda amounts: _rounded(*amounts),
    **{name: _AGGREGATES[name] for name in ("SUM", "AVERAGE", "MIN", "MAX")},
}
