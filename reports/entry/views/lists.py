"""The rows of lists: added, taken out, brought back, moved, taken over from the period before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from secrets import token_hex
from typing import Any

from reports.entry.reading import shown
from reports.entry.sheets import SheetView
from reports.regimes.grid import LABEL, CellKey, CellKind, FormGrid, grid_of, section_of
from reports.submissions.content import live_sheet
from reports.submissions.errors import CellConflict
from reports.submissions.list_rows import add_rows, move_row, remove_rows, restore_rows, take_over
from reports.submissions.lists import live_grid
from reports.submissions.models import Cell, CellChange, ListRow, Sheet, Submission
from reports.submissions.permissions import enterable_rows

from .autosave import after_saving, sheet_of, standing_cell
from .base import JsonView, Malformed, taken


def known_rows(data: Any) -> frozenset[str]:
    """The rows that the screen has already.

    Raises:
        Malformed
    """
    known = taken(data, "known", list)
    if not all(isinstance(row, str) for row in known):
        raise Malformed
    return frozenset(known)


def list_now(view: JsonView, sheet: Sheet, section: str, known: Collection[str]) -> dict[str, Any]:
    """A list as the screen is to show it: the order of its rows, those it has not yet as table rows, and what is
    computed from them, as ``after_saving`` tells it."""
    totals = _totals(grid_of(sheet.form_version), section)
    followed = after_saving(sheet, totals)
    content = live_sheet(sheet)
    grid = content.grid
    place = list(view.submission.sheets.values_list("pk", flat=True)).index(sheet.pk)
    mine = enterable_rows(view.user, view.submission, grid.code, list(grid.row))
    drawn = SheetView(content, place, enterable=mine)
    order = grid.lists[section]
    return {
        **followed,
        "list": {
            "section": section,
            "order": order,
            "rows": {row: drawn.table_row(row) for row in order if row not in known},
        },
        "computed": [
            *([*key, shown(grid, key, content.value(key))] for key in totals),
            *followed["computed"],
        ],
    }


def with_list(answer: dict[str, Any], listed: dict[str, Any]) -> dict[str, Any]:
    """What follows from saving cells, and from what has become of their list."""
    followed = {part: [*answer[part], *listed[part]] for part in ("computed", "elsewhere")}
    return {**answer, **listed, **followed}


def _totals(grid: FormGrid, section: str) -> list[CellKey]:
    return [key for key in grid.cells(CellKind.TOTAL, CellKind.COMPUTED) if key[0] == section]


def list_under(grid: FormGrid, corner: CellKey) -> str:
    """The list on which a block with this upper left cell comes to lie; "" for the form's own rows."""
    row, column = corner
    section = section_of(row)
    if section not in grid.lists or (row == section and column != LABEL):
        return ""
    return section if row == section or corner in grid.kinds else ""


def rows_under(
    submission: Submission,
    grid: FormGrid,
    sheet: Sheet,
    corner: CellKey,
    lines: int,
    *,
    by: Any,
    batch: str,
) -> list[str]:
    """The rows of a list that a block of so many lines comes to lie on, the list made longer as far as it needs be.

    A block laid on the row that heads the list goes to its end.
    """
    row, _ = corner
    section = section_of(row)
    rows = grid.lists[section]
    here = rows[rows.index(row) :] if row in rows else []
    if lines > len(here):
        added = add_rows(submission, sheet.pk, section, by=by, count=lines - len(here), batch=batch)
        here = [*here, *(new.row for new in added)]
    return here[:lines]


def rows_of_batch(changes: Sequence[CellChange]) -> list[str]:
    """The rows that a batch has added and that nobody has touched since, of one list."""
    added = [change.row for change in changes if change.column == ListRow.PLACE and not change.old]
    if not added:
        return []
    first = changes[0]
    since = CellChange.objects.filter(sheet_id=first.sheet_id, row__in=added).exclude(batch=first.batch)
    touched = set(since.exclude(column=ListRow.PLACE).values_list("row", flat=True))
    stand = {row.row for row in ListRow.objects.standing().filter(sheet=first.sheet_id)}
    return [row for row in added if row in stand and row not in touched]


class _ListView(JsonView):
    """Answers with ``list_now``; ``known`` names the rows that the screen has."""

    def answer(self, data: Any) -> dict[str, Any]:
        self.sheet = sheet_of(self.submission, taken(data, "sheet", int))
        known = known_rows(data)
        section, more = self.act(data)
        return {**list_now(self, self.sheet, section, known), **more}

    def act(self, data: Any) -> tuple[str, dict[str, Any]]:
        """Change the list; its section, and what the answer says besides."""
        raise NotImplementedError

    def conflict(self, error: CellConflict) -> Any:
        assert isinstance(error.current, list)
        grid = live_grid(self.sheet)
        return [standing_cell(grid, cell) for cell in error.current if isinstance(cell, Cell)]


class AddRow(_ListView):
    """``{sheet, section, after, known}``: a row below ``after``, or at the end where it is ""; ``row`` is the new one."""

    def act(self, data: Any) -> tuple[str, dict[str, Any]]:
        section = taken(data, "section", str)
        after = taken(data, "after", str)
        added = add_rows(self.submission, self.sheet.pk, section, by=self.user, after=after)
        return section, {"row": added[0].row}


class RemoveRow(_ListView):
    """``{sheet, row, seen: [[column, version], …], known}``; cells typed into since are a conflict (409)."""

    def act(self, data: Any) -> tuple[str, dict[str, Any]]:
        row = taken(data, "row", str)
        try:
            seen = {(row, str(column)): int(version) for column, version in taken(data, "seen", list)}
        except (OverflowError, TypeError, ValueError):
            raise Malformed from None
        remove_rows(self.submission, self.sheet.pk, [row], by=self.user, seen=seen)
        return section_of(row), {}


class RestoreRow(_ListView):
    """``{sheet, row, known}``"""

    def act(self, data: Any) -> tuple[str, dict[str, Any]]:
        row = taken(data, "row", str)
        restore_rows(self.submission, self.sheet.pk, [row], by=self.user)
        return section_of(row), {"row": row}


class MoveRow(_ListView):
    """``{sheet, row, up, known}``"""

    def act(self, data: Any) -> tuple[str, dict[str, Any]]:
        row = taken(data, "row", str)
        move_row(self.submission, self.sheet.pk, row, up=taken(data, "up", bool), by=self.user)
        return section_of(row), {"row": row}


class TakeOver(_ListView):
    """``{sheet, section, known}`` → ``count`` rows of the period before; ``batch`` takes them back."""

    def act(self, data: Any) -> tuple[str, dict[str, Any]]:
        section, batch = taken(data, "section", str), f"list-{token_hex(8)}"
        added = take_over(self.submission, self.sheet.pk, section, by=self.user, batch=batch)
        return section, {"count": len(added), "batch": batch, "row": added[0].row}
