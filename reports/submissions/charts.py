"""The charts of a report: the rows its designer chose, over the last periods.

They show what stands accepted for the province and, in this report, its own cells. A snapshot keeps them as values, so that a
document never changes with the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

from django.db.models import Q

from indicators.catalogue.charting import axis_name
from indicators.charts import Chart, Form, Point, Series
from indicators.models import Indicator
from indicators.numbers import CellValue, format_cell
from indicators.periods import Period
from indicators.store.derive import derive, is_additive
from indicators.store.models import PREFERENCE, ContentKind, Figure, ValueType
from reports.regimes.grid import POSTED, Binding, CellKind, Row

from .models import Snapshot, Submission

if TYPE_CHECKING:
    from .content import SheetContent

#: As many are shown, the report's own the last.
PERIODS = 12
#: One figure has no course that could be drawn.
_LEAST = 2
_OWN = (*POSTED, CellKind.CONSOLIDATED, CellKind.COMPUTED)

#: Indicator, subject, disaggregation.
Line = tuple[int, int, str]


def frozen_charts(snapshot: Snapshot) -> list[Chart]:
    """As they were handed in; reports of before have none."""
    return [Chart.from_json(chart) for chart in snapshot.data.get("charts", ())]


def charts_of(submission: Submission, sheets: Iterable[SheetContent]) -> list[Chart]:
    """One for each chosen row of which two periods are known. Two queries, none where no row is chosen."""
    obligation = submission.obligation
    last = obligation.tier.round.span
    chosen: dict[Line, Row] = {}
    own: list[tuple[Line, Period, str, CellValue]] = []
    for sheet in sheets:
        for row in sheet.grid.rows:
            if row.charted and row.indicator is not None:
                line = (row.indicator, row.subject or obligation.organisation_id, row.disaggregation)
                chosen.setdefault(line, row)
        for key, binding in sheet.grid.bindings(last, obligation.organisation_id, *_OWN).items():
            line = (binding.indicator_id, binding.subject_id, binding.disaggregation)
            own.append((line, Period.parse(binding.period), binding.value_type, sheet.value(key)))
    if not chosen:
        return []
    periods = [last]
    while len(periods) < PERIODS:
        periods.insert(0, periods[0].previous())
    known: dict[Line, _Known] = defaultdict(_Known)
    for line, period, kind, value in [*_accepted(chosen, periods), *own]:
        known[line].add(period, kind, value)
    indicators = Indicator.objects.in_bulk({indicator for indicator, _, _ in chosen})
    drawn = (_chart(row, indicators[line[0]], periods, known[line]) for line, row in chosen.items())
    return [chart for chart in drawn if _is_worth_drawing(chart)]


@dataclass(frozen=True)
class Course:
    """One cell's indicator over time: what stands accepted for the province, and what this report says of it now."""

    row: Row
    indicator: Indicator
    periods: tuple[Period, ...]
    known: _Known

    def at(self, period: Period) -> Point | None:
        """None where nothing is known."""
        return self.known.point(period, self.indicator, self.row.decimals)

    @property
    def chart(self) -> Chart | None:
        chart = _chart(self.row, self.indicator, self.periods, self.known)
        return chart if _is_worth_drawing(chart) else None


def course_of(row: Row, binding: Binding, periods: Sequence[Period], also: Sequence[Period] = ()) -> Course:
    """The last ``PERIODS`` values of a cell, and those of ``also``, from the store alone. Two queries."""
    line = (binding.indicator_id, binding.subject_id, binding.disaggregation)
    known = _Known()
    for _, period, kind, value in _accepted([line], [*periods, *also]):
        known.add(period, kind, value)
    return Course(row, Indicator.objects.get(pk=binding.indicator_id), tuple(periods), known)


def _accepted(
    lines: Iterable[Line], periods: Iterable[Period]
) -> Iterable[tuple[Line, Period, str, CellValue]]:
    """What stands in the years of ``periods``: single months follow from the sums so far around them."""
    lines = set(lines)
    years = {str(day.year) for period in periods for day in (period.first_day, period.last_day)}
    in_years = Q()
    for year in years:
        in_years |= Q(period__startswith=year)
    found = (
        Figure.objects.accepted()
        .current()
        .filter(
            in_years,
            indicator_id__in={indicator for indicator, _, _ in lines},
            subject_id__in={subject for _, subject, _ in lines},
            value_type__in=PREFERENCE,
            # One end of a range is no figure.
            content__in=(ContentKind.NUMBER, ContentKind.CODE),
        )
        .values_list("indicator_id", "subject_id", "disaggregation", "period", "value_type", "amount", "code")
    )
    for indicator, subject, disaggregation, period, kind, amount, code in found:
        if (line := (indicator, subject, disaggregation)) in lines:
            yield line, Period.parse(period), kind, CellValue(amount, code)


class _Known:
    """The best kind known of each period of one line; of two alike the later one told."""

    def __init__(self) -> None:
        self.kinds: dict[Period, str] = {}
        self.values: dict[Period, CellValue] = {}

    def add(self, period: Period, kind: str, value: CellValue) -> None:
        if value.is_blank or kind not in PREFERENCE:
            return
        before = self.kinds.get(period)
        if before is None or PREFERENCE.index(ValueType(kind)) <= PREFERENCE.index(ValueType(before)):
            self.kinds[period], self.values[period] = kind, value

    def point(self, period: Period, indicator: Indicator, decimals: int | None) -> Point | None:
        """The figure of the period, or what the rest of its year comes to; what is not final is marked so."""
        if (value := self.values.get(period)) is not None:
            kind = ValueType(self.kinds[period])
            return Point(value.amount, format_cell(value, decimals), kind.label, kind == ValueType.ESTIMATE)
        if not is_additive(indicator):
            return None
        value = derive(period, self.values).value
        return None if value.is_blank else Point(value.amount, format_cell(value, decimals), "Suy ra", True)


def _chart(row: Row, indicator: Indicator, periods: Iterable[Period], known: _Known) -> Chart:
    """From the first period of which something is known; later gaps stay."""
    points = {period: known.point(period, indicator, row.decimals) for period in periods}
    shown = list(dropwhile(lambda period: points[period] is None, points))
    return Chart(
        title=row.label,
        measure=row.measure,
        categories=tuple(map(axis_name, shown)),
        series=(
            Series(row.label, {axis_name(period): point for period in shown if (point := points[period])}),
        ),
        form=Form.BAR if is_additive(indicator) else Form.LINE,
    )


def _is_worth_drawing(chart: Chart) -> bool:
    return sum(point.amount is not None for point in chart.series[0].points.values()) >= _LEAST
