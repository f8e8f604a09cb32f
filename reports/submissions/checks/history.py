"""The accepted figures that those of a report are weighed against: one read for all its sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import lru_cache

from django.db import connection

from indicators.numbers import NoValue
from indicators.periods import Period, PeriodKind
from indicators.store.models import PREFERENCE, ContentKind, Figure, ValueType
from reports.regimes.grid import Binding
from reports.regimes.models import PeriodRole

#: Indicator, subject, disaggregation, and the plan basis of plans ("" for all that was done).
Line = tuple[int, int, str, str]

#: As many single periods are looked back on; of months so far and of years, as many years.
PERIODS, YEARS = 24, 3

_DONE = "done"
_BEST = {kind.value: rank for rank, kind in enumerate(PREFERENCE)}
_CUMULATIVE = {PeriodRole.CUMULATIVE, PeriodRole.CUMULATIVE_LAST_YEAR}


def line_of(binding: Binding) -> Line:
    kind = f"plan:{binding.plan_basis}" if binding.value_type == ValueType.PLAN else _DONE
    return binding.indicator_id, binding.subject_id, binding.disaggregation, kind


@lru_cache(maxsize=512)
def series(role: str, period: str) -> tuple[str, ...]:
    """The periods of the same kind before this one, the last first. Of months so far: the same months of earlier years."""
    found, at = [], Period.parse(period)
    is_yearly = role in _CUMULATIVE or at.kind in {PeriodKind.YEAR, PeriodKind.YEARS, PeriodKind.MONTHS}
    for _ in range(YEARS if is_yearly else PERIODS):
        at = at.same_last_year() if role in _CUMULATIVE else at.previous()
        found.append(str(at))
    return tuple(found)


@lru_cache(maxsize=512)
def so_far_before(round_period: str) -> str:
    """The months so far as the period before had them, "" for the first period of a year."""
    period = Period.parse(round_period)
    before = period.previous()
    return str(before.year_to_date()) if before.last_day.year == period.last_day.year else ""


@lru_cache(maxsize=512)
def neighbours(period: str) -> tuple[str, str]:
    """The period before and the one after: a month may be typed after the one that follows it."""
    own = Period.parse(period)
    after = str(Period.of(own.kind, own.last_day + timedelta(days=1))) if own.kind != PeriodKind.SPAN else ""
    return str(own.previous()), after


@lru_cache(maxsize=512)
def season(period: str) -> tuple[str, str]:
    """The same period of last year and of the year before."""
    last = Period.parse(period).same_last_year()
    return str(last), str(last.same_last_year())


class History:
    """What stands accepted, the best kind of each period: official, else actual, else estimate; "-" is 0."""

    def __init__(self, rows: Iterable[tuple[int, int, str, str, str, str, object, str]] = ()) -> None:
        self._lines: dict[Line, dict[str, tuple[int, float]]] = defaultdict(dict)
        for indicator, subject, part, basis, kind, period, amount, code in rows:
            if amount is None and code != NoValue.NIL:
                continue
            rank = _BEST.get(kind, 0)
            known = self._lines[
                indicator, subject, part, f"plan:{basis}" if kind == ValueType.PLAN else _DONE
            ]
            if period not in known or rank < known[period][0]:
                known[period] = rank, float(amount or 0)  # type: ignore[arg-type]

    def at(self, line: Line, period: str) -> float | None:
        found = self._lines.get(line, {}).get(period)
        return found[1] if found else None

    def along(self, line: Line, periods: Iterable[str]) -> list[float]:
        """What is known of these periods, in their order."""
        known = self._lines.get(line)
        return [known[period][1] for period in periods if period in known] if known else []

    def of_others(self, line: Line, period: str) -> list[float]:
        """What other organisations state of the same."""
        indicator, subject, *rest = line
        return [
            known[period][1]
            for (other, about, *same), known in self._lines.items()
            if other == indicator and about != subject and same == rest and period in known
        ]


def read(bindings: Iterable[tuple[str, Binding]], round_period: str) -> History:
    """History for these cells; each comes with the role of its column. One query, none where nothing is bound."""
    lines, periods = set(), set()
    for role, period, line in {(role, binding.period, line_of(binding)) for role, binding in bindings}:
        lines.add(line)
        periods |= {
            period,
            *series(role, period),
            *neighbours(period),
            *season(period),
        }
    periods |= {so_far_before(round_period)}
    return History(_rows({line[0] for line in lines}, periods - {""}, {line[1] for line in lines}))


def read_others(indicators: Collection[int], periods: Collection[str]) -> History:
    """What every organisation states of these. One query."""
    return History(_rows(indicators, periods))


def _rows(
    indicators: Collection[int], periods: Collection[str], subjects: Collection[int] = ()
) -> list[tuple[int, int, str, str, str, str, object, str]]:
    """In values as the driver gives them: thousands are read whenever somebody looks."""
    if not indicators:
        return []
    # One end of a range is no figure to compare with.
    plain = (ContentKind.NUMBER, ContentKind.CODE)
    found = (
        Figure.objects.accepted()
        .current()
        .filter(indicator_id__in=indicators, period__in=periods, content__in=plain)
    )
    if subjects:
        found = found.filter(subject_id__in=subjects)
    names = (
        "indicator_id",
        "subject_id",
        "disaggregation",
        "plan_basis",
        "value_type",
        "period",
        "amount",
        "code",
    )
    sql, params = found.order_by().values_list(*names).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
