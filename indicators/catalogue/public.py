"""What everybody may see: indicators that may be released, and of their figures those that have been (R125)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import IsNull
from django.urls import reverse

from home.organisations.models import Level
from indicators.models import Indicator, IndicatorQuerySet, IndicatorResponsibility
from indicators.numbers import NoValue
from indicators.periods import Period
from indicators.store.models import PREFERENCE, Figure, FigureQuerySet, Release, ReleasedFigure, ValueType
from indicators.store.services import written

from .series import PublicFigure

#: Said under every public figure.
STATEMENT = "Số liệu phục vụ chỉ đạo, điều hành; không thay thế số liệu thống kê do cơ quan thống kê công bố."
#: What is kept: (releases read, indicator → name of its leading period).
_LATEST = "public-latest-periods"
_SECONDS = 24 * 3600


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


def with_public_figures() -> IsNull:
    """The condition on an indicator that something of it has been released.

    The order is asked for so that one step into an index answers; PostgreSQL would read the whole store for ``EXISTS``.
    """
    released = ReleasedFigure.objects.filter(figure__indicator=OuterRef("pk")).order_by("figure__period")
    return IsNull(Subquery(released.values("pk")[:1]), False)


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


def latest_periods(indicators: Collection[int]) -> dict[int, Period]:
    """The period that leads for each indicator that has a public figure fit to stand alone. Two queries at most.

    A release never changes, so what it brought is read once and kept.
    """
    releases = frozenset(Release.objects.values_list("pk", flat=True))
    known: frozenset[int] = frozenset()
    texts: dict[int, str] = {}
    if (kept := cache.get(_LATEST)) and kept[0] <= releases:
        known, texts = kept
    if fresh := releases - known:
        found = telling().filter(released_in__release__in=fresh) if known else telling()
        texts = dict(texts)
        for indicator_id, text in found.values_list("indicator_id", "period").distinct().order_by():
            if indicator_id not in texts or later(Period.parse(text), Period.parse(texts[indicator_id])):
                texts[indicator_id] = text
        cache.set(_LATEST, (releases, texts), _SECONDS)
    return {pk: Period.parse(texts[pk]) for pk in indicators if pk in texts}


def latest(indicators: Collection[int]) -> dict[int, Figure]:
    """Of each indicator that has one, the public figure of its leading period that ``rank`` puts first. Three queries at
    most."""
    periods = latest_periods(indicators)
    if not periods:
        return {}
    wanted = Q(pk__in=[])
    for indicator_id, period in periods.items():
        wanted |= Q(indicator_id=indicator_id, period=str(period))
    ranked = Window(
        RowNumber(),
        partition_by=["indicator"],
        order_by=[
            _place("subject__level", Level.values),
            _place("value_type", PREFERENCE),
            F("known_from").desc(),
        ],
    )
    found = (
        telling()
        .filter(wanted)
        .annotate(place_among=ranked)
        .filter(place_among=1)
        .select_related("indicator__measure", "subject")
    )
    return {figure.indicator_id: figure for figure in found}


def _place(name: str, order: Sequence[str]) -> Case:
    return Case(*(When(**{name: value}, then=place) for place, value in enumerate(order)))


def later(one: Period, other: Period) -> bool:
    """By last day; of two that end together the longer, which says more."""
    return (one.last_day, other.first_day) > (other.last_day, one.first_day)


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
