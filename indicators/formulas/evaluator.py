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
=============================  ===============================  ======================================

"All" means the operands that read cells: ``[a] * 100`` over a blank ``[a]`` is blank. Where a function skips
everything, some of it blank and some "x", COUNT is 0 and the others are blank. IF gives the chosen value as
it is and does not look at the other. Division by zero gives "x", and so does a result that no cell can hold
(18 digits before the comma): there is no such figure.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext

from indicators.formulas.grammar import Call, Formula, Node, Ref, Reference
from indicators.numbers import BLANK, MAX_DECIMALS, MAX_WHOLE_DIGITS, CellValue, NoValue

_CONTEXT = Context(prec=28, rounding=ROUND_HALF_UP)
_SMALLEST = Decimal(1).scaleb(-MAX_DECIMALS)
_TOO_LARGE = Decimal(1).scaleb(MAX_WHOLE_DIGITS)
_ZERO = Decimal(0)
_UNKNOWN = CellValue(code=NoValue.UNKNOWN)
_NOT_APPLICABLE = CellValue(code=NoValue.NOT_APPLICABLE)


def evaluate(formula: Formula, resolve: Callable[[Ref], CellValue]) -> CellValue:
    """The value of ``formula``; ``resolve`` gives the cell behind a reference and is asked once for each.

    At most 6 decimals; cells without a number as in the table above. Raises nothing of its own.
    """
    cells = {ref: resolve(ref) for ref in formula.positions}
    with localcontext(_CONTEXT):
        value = _value(formula.root, cells)
        return value if value.amount is None else _result(value.amount)


def _result(amount: Decimal) -> CellValue:
    if abs(amount) >= _TOO_LARGE:
        return _NOT_APPLICABLE
    _, _, exponent = amount.as_tuple()
    if isinstance(exponent, int) and exponent < -MAX_DECIMALS:
        amount = amount.quantize(_SMALLEST)
    return CellValue(amount + _ZERO)  # -0 becomes 0


def _value(node: Node, cells: Mapping[Ref, CellValue]) -> CellValue:
    if isinstance(node, Reference):
        return cells[node.ref]
    if isinstance(node, CellValue):
        return node
    if node.operation == "IF":
        condition, then, otherwise = node.arguments
        holds = _arithmetic("+", [condition], cells)
        return holds if holds.amount is None else _value(then if holds.amount else otherwise, cells)
    if node.operation in _AGGREGATES:
        return _aggregate(node.operation, node.arguments, cells)
    return _arithmetic(node.operation, node.arguments, cells)


def _arithmetic(operation: str, arguments: Sequence[Node], cells: Mapping[Ref, CellValue]) -> CellValue:
    values, amounts = _operands(arguments, cells)
    if len(amounts) == len(values):
        try:
            return CellValue(_ARITHMETIC[operation](*amounts))
        except DecimalException:
            return _NOT_APPLICABLE
    if _NOT_APPLICABLE in values:
        return _NOT_APPLICABLE
    return BLANK if _all(BLANK, arguments, values) else _UNKNOWN


def _aggregate(operation: str, arguments: Sequence[Node], cells: Mapping[Ref, CellValue]) -> CellValue:
    values, amounts = _operands(arguments, cells)
    if len(amounts) < len(values):
        if _UNKNOWN in values:
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
