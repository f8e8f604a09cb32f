"""What is public of each series (an indicator about one subject), counted as releases bring figures, so that pages need not
read the whole store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Count

from indicators.numbers import NoValue, canonical
from indicators.periods import Period

from .amounts import EXACT
from .models import ADDRESS, PREFERENCE, Figure, PublicSeries, Release, ReleasedFigure, ReleasedIndicator

#: Indicator and subject.
Key = tuple[int, int]

SILENT = frozenset({NoValue.UNKNOWN, NoValue.NOT_APPLICABLE})
_CHUNK = 5000


@dataclass(slots=True)
class Series:
    """How many figures are public, what their amounts come to, and the period of the figure that leads ("": none may)."""

    figures: int = 0
    control: Decimal = Decimal(0)
    lead: str = ""


def later(one: Period, other: Period) -> bool:
    """By last day; of two that end together the longer, which says more."""
    return (one.last_day, other.first_day) > (other.last_day, one.first_day)


def may_stand_alone(value_type: str, disaggregation: str, code: str) -> bool:
    """No plan, no part of a whole, nothing unknown."""
    return value_type in PREFERENCE and not disaggregation and code not in SILENT


def series_of(
    indicator: int, *, subjects: Collection[int] | None = None, until: datetime | None = None
) -> dict[int, Series]:
    """What has been released of the indicator (until ``until``), by subject. Reads all of it."""
    found = Figure.objects.released(until=until).filter(indicator=indicator)
    if subjects is not None:
        found = found.filter(subject__in=subjects)
    rows = found.order_by("known_from").values_list(*ADDRESS, "amount", "code")
    newest = {row[:6]: row[6:] for row in rows.iterator(chunk_size=_CHUNK)}
    known: dict[int, Series] = defaultdict(Series)
    for (_, subject, period, value_type, _, part), (amount, code) in newest.items():
        series = known[subject]
        series.figures += 1
        series.control = EXACT.add(series.control, amount or Decimal(0))
        if may_stand_alone(value_type, part, code):
            _lead(series, period)
    return dict(known)


def _lead(series: Series, period: str) -> None:
    if not series.lead or later(Period.parse(period), Period.parse(series.lead)):
        series.lead = period


def bring(release: Release, figures: Collection[Figure]) -> None:
    """Note that the release brings these figures, and count what is public of their series. The caller holds the counter.

    Reads what is public at their addresses, and a whole series only where the figure that led it fell silent.
    """
    counts = Counter(figure.indicator_id for figure in figures)
    newest = _newest(figures)
    ReleasedFigure.objects.bulk_create(ReleasedFigure(release=release, figure=figure) for figure in figures)
    ReleasedIndicator.objects.bulk_create(
        ReleasedIndicator(release=release, indicator_id=indicator, figures=count)
        for indicator, count in counts.items()
    )
    known = {
        (row.indicator_id, row.subject_id): Series(row.figures, Decimal(row.control), row.lead)
        for row in PublicSeries.objects.filter(indicator__in=counts)
    }
    changed: dict[Key, Series] = {}
    silenced: dict[int, set[int]] = defaultdict(set)
    for figure in sorted(figures, key=lambda figure: figure.known_from_id):
        address = tuple(getattr(figure, name) for name in ADDRESS)
        posting, amount = newest.get(address, (0, Decimal(0)))
        if posting >= figure.known_from_id:
            continue
        newest[address] = figure.known_from_id, figure.amount or Decimal(0)
        key = (figure.indicator_id, figure.subject_id)
        series = changed[key] = known.setdefault(key, Series())
        series.figures += not posting
        series.control = EXACT.subtract(EXACT.add(series.control, newest[address][1]), amount)
        if may_stand_alone(figure.value_type, figure.disaggregation, figure.code):
            _lead(series, figure.period)
        elif posting and series.lead == figure.period:
            silenced[figure.indicator_id].add(figure.subject_id)
    for indicator, subjects in silenced.items():
        found = series_of(indicator, subjects=subjects)
        changed |= {(indicator, subject): series for subject, series in found.items()}
    _keep(changed)


def _newest(figures: Collection[Figure]) -> dict[tuple[object, ...], tuple[int, Decimal]]:
    """What is public now at the addresses of these figures: posting and amount. One query."""
    found = Figure.objects.released().filter(
        indicator__in={figure.indicator_id for figure in figures},
        subject__in={figure.subject_id for figure in figures},
        period__in={figure.period for figure in figures},
    )
    rows = found.order_by("known_from").values_list(*ADDRESS, "known_from_id", "amount")
    return {tuple(row[:6]): (row[6], row[7] or Decimal(0)) for row in rows.iterator(chunk_size=_CHUNK)}


def _keep(known: Mapping[Key, Series]) -> None:
    PublicSeries.objects.bulk_create(
        (
            PublicSeries(
                indicator_id=indicator,
                subject_id=subject,
                figures=series.figures,
                control=canonical(series.control),
                lead=series.lead,
            )
            for (indicator, subject), series in known.items()
        ),
        update_conflicts=True,
        unique_fields=["indicator", "subject"],
        update_fields=["figures", "control", "lead"],
    )


def recount() -> Iterator[int]:
    """Count anew all that has been released, indicator by indicator, whose ids come as they are done.

    For figures that came into the tables past ``bring``.
    """
    brought = (
        ReleasedFigure.objects.order_by("figure__indicator")
        .values_list("figure__indicator", "release")
        .annotate(Count("pk"))
    )
    for indicator, rows in groupby(brought, key=lambda row: row[0]):
        ReleasedIndicator.objects.bulk_create(
            (
                ReleasedIndicator(indicator_id=indicator, release_id=release, figures=count)
                for _, release, count in rows
            ),
            update_conflicts=True,
            unique_fields=["indicator", "release"],
            update_fields=["figures"],
        )
        _keep({(indicator, subject): series for subject, series in series_of(indicator).items()})
        yield indicator
