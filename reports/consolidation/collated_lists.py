"""The lists of the organisations beneath, one under the other: what each has accepted rows of."""

from __future__ import annotations

from dataclasses import dataclass, field

from home.organisations.models import Organisation
from reports.regimes.grid import WORDS, CellKey, CellKind, Column, Row
from reports.regimes.models import FormVersion
from reports.submissions.content import SheetContent, frozen_sheet
from reports.submissions.models import Submission

from .sources import accepted_now


@dataclass(frozen=True, slots=True)
class Part:
    """One organisation's rows: what each is called, and its cells in words, each with whether it is a figure."""

    organisation: Organisation
    submission: Submission
    rows: list[tuple[str, list[tuple[str, bool]]]]


@dataclass(frozen=True, slots=True)
class CollatedList:
    """A list of a form, as everybody filled it in; the organisations by the order of acceptance."""

    form: str
    head: Row
    columns: list[Column]
    parts: list[Part] = field(default_factory=list)

    @property
    def span(self) -> int:
        """Columns of the table, number and name included."""
        return len(self.columns) + 2

    @property
    def count(self) -> int:
        return sum(len(part.rows) for part in self.parts)


def collated_lists(submission: Submission) -> list[CollatedList]:
    """Every list with rows in what was accepted last, by form. Two queries."""
    accepted = [
        (dispatch, sheet)
        for dispatch in accepted_now(submission)
        for sheet in dispatch.snapshot.data["sheets"]
        if sheet.get("lists")
    ]
    versions = FormVersion.objects.in_bulk({sheet["form_version"] for _, sheet in accepted})
    found: dict[tuple[str, str], CollatedList] = {}
    for dispatch, sheet in accepted:
        content = frozen_sheet(sheet, versions[sheet["form_version"]])
        for key, rows in content.grid.lists.items():
            if not rows:
                continue
            head = content.grid.sections[key]
            columns = [column for column in content.grid.columns if _is_told(content, rows[0], column)]
            collated = found.setdefault(
                (content.code, key), CollatedList(f"{content.code} – {content.grid.title}", head, columns)
            )
            told = [
                (
                    content.grid.row[row].label,
                    [(_written(content, (row, column.key)), column.is_figure) for column in collated.columns],
                )
                for row in rows
            ]
            collated.parts.append(
                Part(dispatch.submission.obligation.organisation, dispatch.submission, told)
            )
    return list(found.values())


def _is_told(content: SheetContent, row: str, column: Column) -> bool:
    return content.grid.kinds[row, column.key] != CellKind.NONE


def _written(content: SheetContent, key: CellKey) -> str:
    """ "" where that organisation's version of the form has no such column."""
    kind = content.grid.kinds.get(key)
    if kind is None:
        return ""
    if kind in WORDS and key in content.texts:
        return content.grid.worded(key, content.texts[key])
    return content.grid.written(key, content.value(key))
