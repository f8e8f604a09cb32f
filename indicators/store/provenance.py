"""Where a figure comes from (R15): who stated it, in which report, who entered it into the store, what it said before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from home.organisations.models import Organisation

from .models import Figure, Posting, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from home.accounts.models import User


@dataclass(frozen=True, slots=True)
class Provenance:
    """``place`` is the cell, ``<form code>/<row key>/<column key>``; ``versions`` run from the newest to the oldest."""

    figure: Figure
    source: Source
    posting: Posting
    supplier: Organisation
    place: str
    versions: tuple[Figure, ...]


def drill(figure: Figure, *, user: User | AnonymousUser) -> Provenance:
    """Trace a figure that ``user`` may see, with those of its versions that ``user`` may see. One query.

    Raises:
        Figure.DoesNotExist: ``user`` may not see it.
    """
    versions = tuple(
        Figure.objects.visible_to(user)
        .versions_of(figure)
        .select_related(
            "indicator__measure",
            "subject",
            "supplier",
            "known_from__source",
            "known_from__posted_by",
            "known_to",
        )
    )
    shown = next((version for version in versions if version.pk == figure.pk), None)
    if shown is None:
        raise Figure.DoesNotExist
    return Provenance(
        figure=shown,
        source=shown.known_from.source,
        posting=shown.known_from,
        supplier=shown.supplier,
        place=shown.place,
        versions=versions,
    )
