"""What is public of an indicator at large: about whom, how much, and which period leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.cache import cache

from home.organisations.models import Organisation
from indicators.models import Indicator
from indicators.numbers import NoValue
from indicators.periods import Period
from indicators.store.models import ADDRESS, Figure, ValueType

from .downloads import Totals
from .public import later, level_rank

_SUBJECT = ("pk", "code", "name", "short_name", "level", "kind")
_SILENT = {NoValue.UNKNOWN, NoValue.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class About:
    """What is public about one subject: what its files come to, and the period of the figure that leads."""

    totals: Totals
    lead: str


@dataclass(frozen=True, slots=True)
class Summary:
    """``subjects`` stand with the highest level first, then those with the most figures."""

    subjects: tuple[Organisation, ...]
    about: dict[int, About]


def summarise(indicator: Indicator, *, until: datetime | None, newest_release: int) -> Summary:
    """Summarise what has been released (until ``until``). One query.

    Releases never change, so what they come to is kept by the newest of them; names are read each time.
    """
    key = f"public-summary:{indicator.pk}:{newest_release}"
    about: dict[int, About] | None = cache.get(key)
    if about is None:
        subjects, about = _read(indicator, until)
        cache.set(key, about, 24 * 3600)
    else:
        subjects = list(Organisation.objects.filter(pk__in=about))
    kept = about
    ordered = sorted(
        subjects,
        key=lambda subject: (level_rank(subject.level), -kept[subject.pk].totals.rows, subject.name),
    )
    return Summary(tuple(ordered), about)


def _read(indicator: Indicator, until: datetime | None) -> tuple[list[Organisation], dict[int, About]]:
    rows = (
        Figure.objects.released(until=until)
        .filter(indicator=indicator)
        .order_by("known_from")
        .values_list(*ADDRESS, "amount", "code", *(f"subject__{name}" for name in _SUBJECT))
    )
    size = len(ADDRESS)
    newest = {row[:size]: row[size:] for row in rows.iterator(chunk_size=5000)}
    subjects: dict[int, Organisation] = {}
    totals: dict[int, Totals] = {}
    leads: dict[int, Period] = {}
    for (_, subject, text, kind, _, part), (amount, code, *named) in newest.items():
        if subject not in subjects:
            subjects[subject] = Organisation(**dict(zip(_SUBJECT, named, strict=True)))
        totals[subject] = totals.get(subject, Totals()) + Totals(1, amount or Decimal(0))
        if kind == ValueType.PLAN or part or code in _SILENT:
            continue
        period = Period.parse(text)
        if subject not in leads or later(period, leads[subject]):
            leads[subject] = period
    about = {pk: About(found, str(leads.get(pk, ""))) for pk, found in totals.items()}
    return list(subjects.values()), about
