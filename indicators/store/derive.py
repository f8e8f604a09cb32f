"""Single months, quarters and months so far from one another. Derived values are shown, never stored. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from indicators.models import Aggregation, Indicator, Nature
from indicators.numbers import BLANK, CellValue, NoValue
from indicators.periods import Period

from .amounts import EXACT


@dataclass(frozen=True, slots=True)
class Derivation:
    """A figure as reported and as the others of its year have it.

    value
        The reported one; else the derived one; else blank.
    derived
        What ``terms`` come to: pairs of +1 or -1 and a period; blank where they do not reach.
    """

    reported: CellValue
    derived: CellValue
    terms: tuple[tuple[int, Period], ...]

    @property
    def value(self) -> CellValue:
        return self.derived if self.reported.is_blank else self.reported

    @property
    def is_derived(self) -> bool:
        return self.reported.is_blank and not self.derived.is_blank

    @property
    def difference(self) -> Decimal | None:
        """Reported less derived, where both are amounts and differ."""
        if self.reported.amount is None or self.derived.amount is None:
            return None
        return EXACT.subtract(self.reported.amount, self.derived.amount) or None


def is_additive(indicator: Indicator) -> bool:
    """Tell whether months of the indicator add up to the year so far."""
    return indicator.nature == Nature.FLOW and indicator.time_aggregation == Aggregation.SUM


def derive(period: Period, known: Mapping[Period, CellValue]) -> Derivation:
    """Derive the figure of ``period`` from other figures of the same year, of one additive indicator and subject.

    A month is the months so far less the months before it; months so far are the sum of the months; any other way
    that adds or takes away whole known spans will do, and the one with the fewest terms is taken. "-" is 0; what is
    "…", "x", blank or a target cannot be used.
    """
    reported = known.get(period, BLANK)
    spans: dict[int, list[tuple[int, int, Period, Decimal]]] = {}
    for other in sorted(known):
        amount = Decimal(0) if known[other].code == NoValue.NIL else known[other].amount
        if other == period or amount is None or (ends := _months(other, period.last_day.year)) is None:
            continue
        first, last = ends
        spans.setdefault(first, []).append((last, 1, other, amount))
        spans.setdefault(last, []).append((first, -1, other, amount))
    ends = _months(period, period.last_day.year)
    if ends is None:
        return Derivation(reported, BLANK, ())
    start, goal = ends
    seen = {start}
    waiting: deque[tuple[int, Decimal, tuple[tuple[int, Period], ...]]] = deque([(start, Decimal(0), ())])
    while waiting:
        month, amount, terms = waiting.popleft()
        if month == goal:
            return Derivation(reported, CellValue(amount), terms)
        for towards, sign, other, step in spans.get(month, ()):
            if towards not in seen:
                seen.add(towards)
                waiting.append((towards, EXACT.add(amount, sign * step), (*terms, (sign, other))))
    return Derivation(reported, BLANK, ())


def _months(period: Period, year: int) -> tuple[int, int] | None:
    """The whole months of ``year`` that the period spans, as (months before it, months up to its end)."""
    if period.first_day.year != year or period.last_day.year != year:
        return None
    if period.first_day.day != 1 or (period.last_day + timedelta(days=1)).day != 1:
        return None
    return period.first_day.month - 1, period.last_day.month
