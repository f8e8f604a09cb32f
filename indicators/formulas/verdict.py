"""Whether a result keeps the plan: Đạt, Vượt, Không đạt, by what is good for the indicator (X9).

Both are compared at the decimals of the indicator, never at fewer than the plan has: what is shown equal is equal.

==========================  =======================  =======================  ========================
The plan is                 higher is better         lower is better          within is better
==========================  =======================  =======================  ========================
a number p                  > p Vượt, = p Đạt        < p Vượt, = p Đạt        = p Đạt
a range a – b               > b Vượt, from a Đạt     < a Vượt, up to b Đạt    from a up to b Đạt
dưới, không quá p           up to p Đạt, whatever is good: the plan says itself what it wants
trên, ít nhất p             from p Đạt, likewise
khoảng p                    from p Đạt               up to p Đạt              = p Đạt
words                       no verdict: a person decides
==========================  =======================  =======================  ========================

Everything else is Không đạt. A bound and "khoảng" are kept or not, never exceeded; what reaches a bound keeps it,
"dưới" and "trên" too, for at the decimals shown 7,6 may be 7,58. "Khoảng p" is compared at the decimals of p.
A margin, where one is given, is the share of the plan beyond which a result is Vượt and no longer Đạt. An
indicator that is not judged has no verdict.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from indicators.numbers import BLANK, CellValue, decimals_of
from indicators.targets import Sign, Target

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)

MET = CellValue(target=Target(words="Đạt"))
EXCEEDED = CellValue(target=Target(words="Vượt"))
MISSED = CellValue(target=Target(words="Không đạt"))

HIGHER, LOWER, WITHIN = "higher", "lower", "within"


class Judging(NamedTuple):
    """How an indicator is judged: what is good (the values of ``indicators.models.Direction``), and its decimals."""

    direction: str
    decimals: int | None = None


NOT_JUDGED = Judging("")


def verdict(plan: CellValue, result: Decimal, judging: Judging, margin: Decimal = Decimal(0)) -> CellValue:
    """``plan`` is an amount, "-" (0) or a target."""
    if judging.direction not in {HIGHER, LOWER, WITHIN}:
        return BLANK
    target = plan.target
    if target is None:
        amount = plan.amount or Decimal(0)
        return _between(amount, amount, result, judging, margin)
    if target.words:
        return BLANK
    assert target.amount is not None
    if target.amount_to is not None:
        return _between(target.amount, target.amount_to, result, judging, margin)
    decimals = decimals_of(target.amount)
    if target.sign == Sign.ABOUT:
        result = _rounded(result, decimals)
        if judging.direction == WITHIN:
            return MET if result == target.amount else MISSED
        upwards = judging.direction == HIGHER
    else:
        result = _rounded(result, _decimals(judging, decimals))
        upwards = target.sign in {Sign.ABOVE, Sign.AT_LEAST}
    return MET if (result >= target.amount if upwards else result <= target.amount) else MISSED


def _between(low: Decimal, high: Decimal, result: Decimal, judging: Judging, margin: Decimal) -> CellValue:
    result = _rounded(result, _decimals(judging, decimals_of(low), decimals_of(high)))
    if judging.direction == WITHIN:
        return MET if low <= result <= high else MISSED
    if judging.direction == LOWER:
        low, high, result = -high, -low, -result
    if result < low:
        return MISSED
    return EXCEEDED if result > high + abs(high) * margin else MET


def _decimals(judging: Judging, *of_plan: int) -> int | None:
    return None if judging.decimals is None else max(judging.decimals, *of_plan)


def _rounded(amount: Decimal, decimals: int | None) -> Decimal:
    return amount if decimals is None else amount.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
