"""The public versions of an indicator's figures: each release, what it brought, and the address that keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import F

from indicators.models import Indicator
from indicators.store.models import Release

from .choices import BadChoice
from .series import SeriesRow

#: Changes named one by one; more are counted.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """One release as far as it brought figures of the indicator; ``changes`` are those of the series shown."""

    code: str
    title: str
    organisation: str
    note: str
    released_at: datetime
    figures: int
    changes: tuple[str, ...] = ()
    fresh: int = 0


def releases_of(indicator: Indicator) -> list[Release]:
    """The releases with figures of the indicator, newest first, each with ``count`` of them. One query."""
    return list(
        Release.objects.filter(brought__indicator=indicator)
        .select_related("organisation")
        .annotate(count=F("brought__figures"))
        .order_by("-released_at", "-pk")
    )


def pinned(code: str, releases: Iterable[Release]) -> Release | None:
    """The release of that code, which an address keeps to; None for no code.

    Raises:
        BadChoice: none of that name brought figures of the indicator.
    """
    if not code:
        return None
    for release in releases:
        if release.code == code:
            return release
    raise BadChoice(
        f"Không có bản công khai “{code[:60]}” của chỉ tiêu này. Chọn một bản trong mục “Các bản công khai”.",
        "phien-ban",
    )


def versions_of(releases: Iterable[Release], rows: Iterable[SeriesRow]) -> list[PublicVersion]:
    """What each release brought to the rows shown: new figures, and figures that say something else than before."""
    fresh: dict[datetime, int] = {}
    changes: dict[datetime, list[str]] = {}
    for row in rows:
        if row.released_at is None:
            continue
        line = [
            *((old.released_at, old.value_text) for old in reversed(row.earlier)),
            (row.released_at, row.value_text),
        ]
        fresh[line[0][0]] = fresh.get(line[0][0], 0) + 1
        for (_, before), (moment, after) in pairwise(line):
            part = f", {row.disaggregation}" if row.disaggregation else ""
            changes.setdefault(moment, []).append(f"{row.period_label}{part}: {before} → {after}")
    found = []
    for release in releases:
        said = changes.get(release.released_at, [])
        more = [f"và {len(said) - _NAMED} số khác"] if len(said) > _NAMED else []
        found.append(
            PublicVersion(
                code=release.code,
                title=release.title,
                organisation=release.organisation.name,
                note=release.note,
                released_at=release.released_at,
                figures=release.count,  # type: ignore[attr-defined]
                changes=(*said[:_NAMED], *more),
                fresh=fresh.get(release.released_at, 0),
            )
        )
    return found
