"""What everybody may see: indicators that may be released, and of their figures those that have been (R125)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from home.organisations.models import Level
from indicators.models import Indicator, IndicatorQuerySet, IndicatorResponsibility
from indicators.numbers import NoValue
from indicators.periods import Period
from indicators.store.models import PREFERENCE, Figure, FigureQuerySet, ReleasedFigure, ValueType
from indicators.store.services import written

from .series import PublicFigure

#: Said under every public figure.
STATEMENT = "Số liệu phục vụ chỉ đạo, điều hành; không thay thế số liệu thống kê do cơ quan thống kê công bố."


@dataclass(frozen=True)
class Headline:
    """One figure for the component ``components/figure.html``."""

    title: str
    value_text: str
    measure: str
    period_label: str
    kind_label: str
    is_estimate: bool
    compare_text: str
    url: str


def visible_indicators() -> IndicatorQuerySet:
    """Those that may be released, and those of which something has been: a release is not undone by a tick."""
    released = ReleasedFigure.objects.filter(figure__indicator=OuterRef("pk"))
    return Indicator.objects.filter(Q(may_release=True) | Exists(released))


def listed_indicators(today: date) -> IndicatorQuerySet:
    """Those that lists and searches offer: visible, and still in use. Retired ones answer at their address (410)."""
    return visible_indicators().filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))


def responsible(today: date) -> QuerySet[IndicatorResponsibility]:
    """Who supplies which indicator now; no first day: ever since."""
    return IndicatorResponsibility.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
    )


def telling(*, until: datetime | None = None) -> FigureQuerySet:
    """Figures released (until ``until``) and fit to stand alone: no plan, no part of a whole, nothing unknown."""
    return (
        Figure.objects.released(until=until)
        .filter(value_type__in=PREFERENCE, disaggregation="")
        .exclude(code__in=[NoValue.UNKNOWN, NoValue.NOT_APPLICABLE])
    )


def rank(figure: Figure | PublicFigure) -> tuple[date, int, int, int, int]:
    """The greatest is shown: latest day, longest span, highest level, best kind (X8), newest version."""
    period = Period.parse(figure.period)
    return (
        period.last_day,
        (period.last_day - period.first_day).days,
        -level_rank(figure.subject.level),
        -PREFERENCE.index(ValueType(figure.value_type)),
        figure.known_from_id,
    )


def level_rank(level: str) -> int:
    return Level.values.index(level)


def latest(indicators: Collection[int]) -> dict[int, Headline]:
    """The latest public figure of each indicator that has one, with that of a year before. Two queries."""
    periods: dict[int, Period] = {}
    found = telling().filter(indicator_id__in=indicators)
    for indicator_id, text in found.values_list("indicator_id", "period").distinct().order_by():
        period = Period.parse(text)
        if indicator_id not in periods or _later(period, periods[indicator_id]):
            periods[indicator_id] = period
    if not periods:
        return {}
    wanted = Q()
    for indicator_id, period in periods.items():
        wanted |= Q(indicator_id=indicator_id, period__in=[str(period), str(period.same_last_year())])
    best: dict[tuple[int, int, str], Figure] = {}
    for figure in telling().filter(wanted).select_related("indicator__measure", "subject"):
        key = (figure.indicator_id, figure.subject_id, figure.period)
        if key not in best or rank(figure) > rank(best[key]):
            best[key] = figure
    shown = {}
    for indicator_id, period in periods.items():
        chosen = max(
            (figure for (i, _, text), figure in best.items() if (i, text) == (indicator_id, str(period))),
            key=rank,
        )
        before = best.get((indicator_id, chosen.subject_id, str(period.same_last_year())))
        shown[indicator_id] = headline(chosen, before)
    return shown


def _later(one: Period, other: Period) -> bool:
    """By last day; of two that end together the longer, which says more."""
    return (one.last_day, other.first_day) > (other.last_day, one.first_day)


def headline(figure: Figure, year_before: Figure | None) -> Headline:
    indicator = figure.indicator
    return Headline(
        title=indicator.name,
        value_text=written(figure),
        measure=indicator.measure.name if figure.amount is not None else "",
        period_label=Period.parse(figure.period).label(),
        kind_label=ValueType(figure.value_type).label,
        is_estimate=figure.value_type == ValueType.ESTIMATE,
        compare_text=f"Cùng kỳ năm trước: {written(year_before)}" if year_before else "",
        url=reverse("catalogue:indicator", args=[indicator.code]),
    )
