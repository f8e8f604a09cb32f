"""What differs between the snapshot before an approver and the one that was looked at last."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from indicators.numbers import CellValue, NoValue
from reports.regimes.grid import TYPED, CellKey, CellKind
from reports.submissions.content import (
    SheetContent,
    decode,
    differences,
    encode,
    frozen_sections,
    frozen_sheets,
)
from reports.submissions.models import Decision, Dispatch, Snapshot, Submission

from .reading import shown

_ENTERED = TYPED | {CellKind.PREFILLED, CellKind.CONSOLIDATED}


@dataclass(frozen=True, slots=True)
class Change:
    """``old`` and ``new`` as they are shown; "" is blank."""

    place: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``filled`` cells are not blank, ``unknown`` of them "…"; ``same`` are as they were. ``against`` names the older snapshot, "" where
    this is the first. ``sections``: headings whose text differs."""

    filled: int
    unknown: int
    against: str = ""
    changes: tuple[Change, ...] = ()
    same: int = 0
    sections: tuple[str, ...] = ()


def comparison(submission: Submission) -> Comparison:
    """The current snapshot beside the last one that was decided on or sent."""
    snapshot = submission.snapshot
    assert snapshot is not None
    now = frozen_sheets(snapshot)
    stated = [text for content in now for text in _entered(content).values()]
    filled, unknown = len(stated), stated.count(encode(CellValue(code=NoValue.UNKNOWN)))
    before = _looked_at_before(submission, snapshot)
    if before is None:
        return Comparison(filled, unknown)
    older = {content.code: content for content in frozen_sheets(before)}
    changes: list[Change] = []
    same = 0
    for content in now:
        then = _entered(older[content.code]) if content.code in older else {}
        entered = _entered(content)
        found = differences(then, entered)
        same += len(entered.keys() - found.keys())
        changes += [_change(content, key, *found[key]) for key in content.grid.kinds if key in found]
    written = {section.key: section.body for section in frozen_sections(before)}
    sections = tuple(
        section.heading
        for section in frozen_sections(snapshot)
        if section.body != written.get(section.key, "")
    )
    return Comparison(filled, unknown, f"bản trình {before.number}", tuple(changes), same, sections)


def _looked_at_before(submission: Submission, snapshot: Snapshot) -> Snapshot | None:
    looked_at = Exists(Decision.objects.filter(snapshot=OuterRef("pk"))) | Exists(
        Dispatch.objects.filter(snapshot=OuterRef("pk"))
    )
    return submission.snapshots.filter(looked_at, number__lt=snapshot.number).order_by("-number").first()


def _entered(content: SheetContent) -> dict[CellKey, str]:
    """The cells that are not computed, encoded; blank ones left out."""
    encoded = {
        key: encode(content.value(key), content.texts.get(key, ""))
        for key, kind in content.grid.kinds.items()
        if kind in _ENTERED
    }
    return {key: text for key, text in encoded.items() if text}


def _change(content: SheetContent, key: CellKey, old: str, new: str) -> Change:
    grid = content.grid
    place = f"{content.code} · {grid.row[key[0]].label} · {grid.column[key[1]].label}"
    return Change(place, shown(grid, key, *decode(old)), shown(grid, key, *decode(new)))
