"""What is public of an indicator at large: about whom, how much, and which period leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.cache import cache

from home.organisations.models import Organisation
from indicators.models import Indicator
from indicators.store.models import PublicSeries
from indicators.store.released import series_of

from .downloads import Totals
from .public import level_rank

_SUBJECT = ("pk", "code", "name", "short_name", "level", "kind")


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


def summarise(indicator: Indicator, *, until: datetime | None = None, pinned: int = 0) -> Summary:
    """Summarise what has been released; of an earlier release ``pinned``, what had been ``until`` then. One query.

    What is public now is counted as it is released. What was public then never changes, so it is read once and kept.
    """
    if pinned:
        about = _until(indicator, until, pinned)
        rows = Organisation.objects.filter(pk__in=about).values_list(*_SUBJECT)
        subjects = [Organisation(**dict(zip(_SUBJECT, row, strict=True))) for row in rows]
    else:
        about, subjects = {}, []
        series = PublicSeries.objects.filter(indicator=indicator)
        fields = (f"subject__{name}" for name in _SUBJECT)
        for figures, control, lead, *row in series.values_list("figures", "control", "lead", *fields):
            subjects.append(Organisation(**dict(zip(_SUBJECT, row, strict=True))))
            about[row[0]] = About(Totals(figures, Decimal(control)), lead)
    subjects.sort(
        key=lambda subject: (level_rank(subject.level), -about[subject.pk].totals.rows, subject.name)
    )
    return Summary(tuple(subjects), about)


def _until(indicator: Indicator, until: datetime | None, pinned: int) -> dict[int, About]:
    key = f"public-summary:{indicator.pk}:{pinned}"
    about: dict[int, About] | None = cache.get(key)
    if about is None:
        known = series_of(indicator.pk, until=until)
        about = {pk: About(Totals(one.figures, one.control), one.lead) for pk, one in known.items()}
        cache.set(key, about, 24 * 3600)
    return about
