"""How much of a territory a figure rests on: n of N beneath it, and what those together come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from home.organisations.models import AffiliationKind, OrganisationPath, on_day
from indicators.models import Aggregation, Indicator
from indicators.numbers import CellValue, format_cell
from indicators.periods import Period
from indicators.store.rollups import Stated, total

from .series import PublicFigure

#: Missing organisations named one by one; more are counted.
_NAMED = 8


class _Member(NamedTuple):
    name: str
    level: str
    kind: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """n of N for one period. ``value_text`` is the roll-up, "" where the indicator adds nothing up over places.

    ``among_peers``: not of those beneath the subject, but of those that stand beside it under one superior.
    """

    period_label: str
    reported: int
    expected: int
    estimated: int
    missing: tuple[str, ...]
    value_text: str
    among_peers: bool


def coverage_of(
    indicator: Indicator,
    period: Period,
    subject_id: int,
    best: Mapping[int, PublicFigure],
    responsible: Collection[int] = (),
) -> Coverage | None:
    """Who directly beneath the subject is in ``best`` (subject → its public figure of the period). One query at most.

    Where nobody beneath it reports, those beside it are asked. Expected are those of ``responsible``; where the
    catalogue names none of them, those of the levels and kinds of which at least two report: a district is not missed
    among departments. None: nobody can be expected so. A weighted mean is not rolled up: its weights need not be public.
    """
    if not best.keys() - {subject_id}:
        return None
    paths = OrganisationPath.objects.filter(
        on_day(period.last_day), kind=AffiliationKind.SUBORDINATION, depth=1
    )
    superiors = paths.filter(descendant=subject_id).values("ancestor")
    near = paths.filter(Q(ancestor=subject_id) | Q(ancestor__in=superiors)).values_list(
        "ancestor", "descendant", *(f"descendant__{name}" for name in _Member._fields)
    )
    beneath: dict[int, _Member] = {}
    beside: dict[int, _Member] = {}
    for ancestor, pk, *member in near:
        (beneath if ancestor == subject_id else beside)[pk] = _Member(*member)
    members = beneath
    expected = _expected(members, best, responsible)
    if among_peers := not expected:
        members = beside
        expected = _expected(members, best, responsible)
    if not expected:
        return None
    stated = {
        pk: Stated(CellValue(best[pk].amount, best[pk].code), best[pk].value_type)
        for pk in expected
        if pk in best
    }
    weighted = indicator.space_aggregation == Aggregation.WEIGHTED
    found = total(stated, expected, Aggregation.NONE if weighted else indicator.space_aggregation)
    return Coverage(
        period_label=period.label(),
        reported=found.reported,
        expected=found.expected,
        estimated=found.estimated,
        missing=_named(members[pk].name for pk in found.missing),
        value_text=format_cell(found.value, indicator.decimals),
        among_peers=among_peers,
    )


def _expected(
    members: Mapping[int, _Member], best: Mapping[int, PublicFigure], responsible: Collection[int]
) -> list[int]:
    """Those who owe the figure, two at least; else none."""
    sorts = Counter((members[pk].level, members[pk].kind) for pk in best if pk in members)
    expected = [pk for pk in members if pk in responsible] or [
        pk for pk, member in members.items() if sorts[member.level, member.kind] > 1
    ]
    return expected if len(expected) > 1 else []


def _named(names: Iterable[str]) -> tuple[str, ...]:
    listed = sorted(names)
    more = (f"{len(listed) - _NAMED} đơn vị khác",) if len(listed) > _NAMED else ()
    return (*listed[:_NAMED], *more)
