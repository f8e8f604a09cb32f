"""From rows of the table to the chart beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from indicators.charts import MAX_SERIES, Break, Chart, Form, Point, Series
from indicators.models import Indicator
from indicators.periods import Period, PeriodKind
from indicators.store.derive import is_additive

from .choices import Rhythm
from .series import SeriesRow

Name = Callable[[Period], str]
_MAX_CATEGORIES = 600
_STEADY = {PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR}


@dataclass(frozen=True, slots=True)
class Line:
    """The rows of one name: a subject, or a class of a disaggregation."""

    name: str
    rows: Sequence[SeriesRow]


@dataclass(frozen=True, slots=True)
class Change:
    """From ``on`` the figures are of something else: a merger, another method."""

    on: date
    note: str


def chart_of(
    indicator: Indicator, area: str, lines: Sequence[Line], rhythm: Rhythm, changes: Sequence[Change] = ()
) -> Chart:
    """The chart of at most ``MAX_SERIES`` lines: bars for what adds up, lines for the rest.

    Sums so far of one name are drawn year over year: one line each, months along the axis.
    """
    title = f"{indicator.name}, {area}"
    if rhythm == Rhythm.SO_FAR and len(lines) == 1:
        return _year_over_year(indicator, title, lines[0])
    shown = lines[:MAX_SERIES]
    name = end_name if rhythm == Rhythm.END else axis_name
    categories = _axis([row.period for line in shown for row in line.rows])
    names = list(dict.fromkeys(map(name, categories)))
    series = [Series(line.name, _points(line.rows, name), slot) for slot, line in enumerate(shown)]
    if len(shown) == 1:
        series += _plan_of(shown[0], name)
    return Chart(
        title=title,
        measure=indicator.measure.name,
        categories=tuple(names),
        series=tuple(series),
        form=Form.BAR if is_additive(indicator) and rhythm != Rhythm.SO_FAR else Form.LINE,
        breaks=tuple(_breaks(categories, changes, name)),
    )


def axis_name(period: Period) -> str:
    """As short as an axis needs: ``5/2024``, ``I/2024`` for a quarter, ``2024``."""
    match period.kind:
        case PeriodKind.MONTH:
            return f"{period.first_day.month}/{period.first_day.year}"
        case PeriodKind.YEAR:
            return f"{period.first_day.year}"
        case PeriodKind.QUARTER:
            return period.label().replace("Quý ", "Q.")
        case PeriodKind.MONTHS:
            return f"{period.last_day.month} tháng {period.first_day.year}"
    return period.label()


def end_name(period: Period) -> str:
    """The end of the period: ``12/2025`` at the end of a month, else the day."""
    day = period.last_day
    return f"{day.month}/{day.year}" if (day + timedelta(days=1)).day == 1 else f"{day:%d/%m/%Y}"


def _points(rows: Sequence[SeriesRow], name: Name) -> dict[str, Point]:
    """The best kind of each period; rows come best first."""
    points: dict[str, Point] = {}
    for row in rows:
        if not row.is_plan:
            points.setdefault(name(row.period), _point(row))
    return points


def _point(row: SeriesRow) -> Point:
    return Point(row.amount, row.value_text, row.kind_label, is_estimate=row.is_estimate or row.is_derived)


def _plan_of(line: Line, name: Name) -> list[Series]:
    """The plans of the very periods shown, of one basis: that of the newest plan."""
    known: dict[str, dict[str, Point]] = {}
    for row in line.rows:
        category = name(row.period)
        if row.is_plan:
            known.setdefault(row.plan_basis, {}).setdefault(
                category, Point(row.amount, row.value_text, "", True)
            )
        for target in row.plans:
            if not target.of_year and not row.is_plan:
                known.setdefault(target.basis, {}).setdefault(
                    category, Point(target.amount, target.value_text)
                )
    if not known:
        return []
    basis, points = next(iter(known.items()))
    return [Series(f"Kế hoạch ({basis})" if basis else "Kế hoạch", points, is_plan=True)]


def _year_over_year(indicator: Indicator, title: str, line: Line) -> Chart:
    by_year: dict[int, dict[str, Point]] = {}
    months: set[int] = set()
    plan: SeriesRow | None = None
    for row in line.rows:
        if row.is_plan:
            continue
        month = row.period.last_day.month
        months.add(month)
        by_year.setdefault(row.period.first_day.year, {}).setdefault(_so_far(month), _point(row))
        if plan is None and any(target.of_year for target in row.plans):
            plan = row
    span = range(min(months), max(months) + 1) if months else ()
    categories = tuple(_so_far(month) for month in span)
    newest = sorted(by_year, reverse=True)[:MAX_SERIES]
    # A year keeps its colour when the next one begins.
    series = [Series(f"Năm {year}", by_year[year], year % MAX_SERIES) for year in newest]
    if plan is not None and plan.period.first_day.year == newest[0]:
        target = next(target for target in plan.plans if target.of_year)
        name = f"Kế hoạch năm {newest[0]}" + (f" ({target.basis})" if target.basis else "")
        point = Point(target.amount, target.value_text)
        series.append(Series(name, dict.fromkeys(categories, point), is_plan=True))
    return Chart(f"{title}, lũy kế từ đầu năm", indicator.measure.name, categories, tuple(series), Form.LINE)


def _so_far(month: int) -> str:
    return f"{month} tháng" if month < 12 else "Cả năm"


def _axis(periods: Sequence[Period]) -> list[Period]:
    """All periods from first to last, so that what is missing shows as a gap."""
    found = sorted(set(periods), key=lambda period: (period.last_day, period.first_day))
    if not found or found[0].kind not in _STEADY or len({period.kind for period in found}) > 1:
        return found
    axis = [found[-1]]
    while axis[-1] > found[0] and len(axis) < _MAX_CATEGORIES:
        axis.append(axis[-1].previous())
    return axis[::-1]


def _breaks(categories: Sequence[Period], changes: Sequence[Change], name: Name) -> list[Break]:
    """Each change at the first period that ends after it; none where all or nothing lies behind it."""
    marked: dict[str, list[str]] = {}
    for change in changes:
        after = [period for period in categories if period.last_day >= change.on]
        if after and len(after) < len(categories):
            marked.setdefault(name(after[0]), []).append(change.note)
    return [Break(category, "; ".join(notes)) for category, notes in marked.items()]
