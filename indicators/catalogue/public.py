"""What everybody may see: indicators that may be released, and of their figures those that have been (R125)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from home.organisations.models import Level
from indicators.models import Indicator, IndicatorQuerySet, IndicatorResponsibility
from indicators.periods import Period
from indicators.store.models import (
    PREFERENCE,
    Figure,
    FigureQuerySet,
    PublicSeries,
    ReleasedIndicator,
    ValueType,
)
from indicators.store.released import SILENT, later
from indicators.store.services import written

from .series import PublicFigure

#: Said under every public figure.
STATEMENT = "Số liệu phục vụ chỉ đạo, điều hành; không thay thế số liệu thống kê do cơ quan thống kê công bố."
_LEVELS = {level: place for place, level in enumerate(Level.values)}


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line in a box of 120 × 32: ``points`` as SVG writes them, ``end`` its last point; ``text`` says it in words."""

    points: str
    end: tuple[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure for the component ``components/figure.html``. What is not known, or not asked for, is ""; ``subject``
    where it is not the province."""

    title: str
    value_text: str
    measure: str
    period_label: str
    kind_label: str
    is_estimate: bool
    url: str
    growth_text: str = ""
    year_before_text: str = ""
    plan_text: str = ""
    subject: str = ""
    sparkline: Sparkline | None = None


def visible_indicators() -> IndicatorQuerySet:
    """Those that may be released, and those of which something has been: a release is not undone by a tick."""
    return Indicator.objects.filter(Q(may_release=True) | with_public_figures())


def with_public_figures() -> Exists:
    """The condition on an indicator that something of it has been released."""
    return Exists(ReleasedIndicator.objects.filter(indicator=OuterRef("pk")))


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
        .exclude(code__in=SILENT)
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
    return _LEVELS[level]


def latest(indicators: Collection[int]) -> dict[int, Figure]:
    """Of each indicator that has one, the public figure that ``rank`` puts first. Three queries."""
    leading = _leading(indicators)
    if not leading:
        return {}
    alone = {subject for _, _, subject in leading.values() if subject}
    levels = {level for _, level, subject in leading.values() if not subject}
    candidates = (
        telling()
        .filter(Q(subject__in=alone) | Q(subject__level__in=levels) if levels else Q(subject__in=alone))
        .filter(indicator__in=leading, period__in={period for period, _, _ in leading.values()})
        .values_list("indicator", "period", "subject__level", "value_type", "known_from", "pk")
    )
    first: dict[int, tuple[int, int, int]] = {}
    for indicator, period, level, kind, known_from, pk in candidates:
        if (period, level) == leading[indicator][:2]:
            place = (-PREFERENCE.index(kind), known_from, pk)
            first[indicator] = max(first.get(indicator, place), place)
    figures = Figure.objects.released().select_related("indicator__measure", "subject")
    found = figures.in_bulk([pk for *_, pk in first.values()])
    return {figure.indicator_id: figure for figure in found.values()}


def _leading(indicators: Collection[int]) -> dict[int, tuple[str, str, int]]:
    """Of each indicator with a figure that may lead: its leading period, the highest level that has it, and the one
    subject of that level, 0 where there are several. One query."""
    found = (
        PublicSeries.objects.filter(indicator__in=indicators)
        .exclude(lead="")
        .values_list("indicator", "lead", "subject__level")
        .annotate(Min("subject"), Count("subject"))
    )
    leading: dict[int, tuple[str, str, int]] = {}
    for indicator, period, level, subject, count in found:
        if indicator in leading:
            best, best_level, _ = leading[indicator]
            if best == period and level_rank(best_level) < level_rank(level):
                continue
            if best != period and not later(Period.parse(period), Period.parse(best)):
                continue
        leading[indicator] = (period, level, subject if count == 1 else 0)
    return leading


def headline(figure: Figure) -> Headline:
    indicator = figure.indicator
    return Headline(
        title=indicator.name,
        value_text=written(figure),
        measure=indicator.measure.name if figure.amount is not None else "",
        period_label=Period.parse(figure.period).label(),
        kind_label=ValueType(figure.value_type).label,
        is_estimate=figure.value_type == ValueType.ESTIMATE,
        url=reverse("catalogue:indicator", args=[indicator.code]),
    )
