"""Pasting a block of cells from a spreadsheet: read first, saved when nothing is left to decide; and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.utils import timezone

from reports.entry.blocks import Layout, UnreadableBlock, below_headings, by_names, laid_over, lines_of
from reports.entry.pasting import Block, Choices, Pasted, State
from reports.entry.reading import shown
from reports.regimes.grid import LABEL, CellKey, FormGrid, section_of
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.content import decode, encode
from reports.submissions.errors import CellConflict, RowRemoved, SubmissionError
from reports.submissions.list_rows import remove_rows
from reports.submissions.lists import live_grid, removed_row
from reports.submissions.models import Cell, CellChange, ListRow, Sheet
from reports.submissions.permissions import enterable_rows
from reports.submissions.window import require_writable

from .autosave import after_saving, sheet_of, standing_cell
from .base import JsonView, Malformed, taken
from .lists import known_rows, list_now, list_under, rows_of_batch, rows_under, with_list

#: Cells and bytes of one block; the script refuses the same before it sends anything.
PASTE_LIMIT = 5_000
BYTE_LIMIT = 1_000_000


class Paste(JsonView):
    """``{sheet, row, column, text, seen: [[row, column, version], …], choices?}`` → how the block was read, and, where
    nothing is left to decide or the person has confirmed it, what was saved: all of it or nothing, as one batch.

    ``row`` and ``column`` name the upper left cell; ``seen`` the versions on the screen, 0 where left out. Empty cells of
    the block change nothing; computed, filled in and other people's cells are skipped and counted. ``choices`` as in
    ``Choices``: ``{english, names, repair, cells: [[row, column, text or null], …], confirmed}``.

    Laid on a list, which then has the column ``grid.LABEL`` in front, the block makes the list as long as it needs to
    be; what of it cannot be saved then stands in ``flagged``, for only rows that are there can show it. ``known`` and the
    answer's ``list`` are those of ``views.lists``.

    ``{sheet, cells: [[row, column, text], …], seen}`` saves cells that are named, as filling down and emptying a selection
    do: there an empty text empties the cell, and what cannot be saved comes back in ``failed`` and ``conflicts``.
    """

    most_bytes = BYTE_LIMIT

    def too_large(self) -> str:
        return "Khối dán quá lớn: mỗi lần tối đa 1 MB và 5.000 ô. Chia khối rồi dán nhiều lần."

    def answer(self, data: Any) -> dict[str, Any]:
        require_writable(self.submission, "số liệu", at=timezone.now())
        self.sheet = sheet_of(self.submission, taken(data, "sheet", int))
        self.seen, self.choices = _versions(taken(data, "seen", list)), _choices(data)
        self.batch = f"{'fill' if 'cells' in data else 'paste'}-{token_hex(8)}"
        grid = live_grid(self.sheet)
        if "cells" in data:
            cells = _named(taken(data, "cells", list))
            self._require_rows(grid, {row for row, _ in cells})
            return self._filled(grid, _layout(grid, cells))
        corner = (taken(data, "row", str), taken(data, "column", str))
        lines = _lines(taken(data, "text", str))
        if lines and (section := list_under(grid, corner)):
            return self._listed(grid, corner, below_headings(grid, lines), section, known_rows(data))
        self._require_rows(grid, {corner[0]})
        if corner not in grid.kinds or corner[1] == LABEL:
            raise Malformed
        return self._pasted(grid, self._laid(grid, corner, lines))

    def _require_rows(self, grid: FormGrid, rows: Iterable[str]) -> None:
        """
        Raises:
            RowRemoved
        """
        for row in rows:
            if row not in grid.row and (gone := removed_row(self.sheet, row)):
                raise RowRemoved(gone)

    def _laid(self, grid: FormGrid, corner: CellKey, lines: list[list[str]]) -> Layout:
        found = by_names(grid, corner, lines)
        if found and self.choices.names is not False:
            return found
        layout = laid_over(grid, corner, lines)
        layout.by_names = None if found is None else False
        return layout

    def _pasted(self, grid: FormGrid, layout: Layout) -> dict[str, Any]:
        block = self._read(grid, layout)
        while block.cells and (block.is_ready or block.is_clear):
            try:
                return self._saved(block)
            except CellConflict:
                # Changed between reading and saving: read once more, with what stands now.
                block = self._read(grid, layout)
        return _told(block)

    def _listed(
        self, grid: FormGrid, corner: CellKey, lines: list[list[str]], section: str, known: frozenset[str]
    ) -> dict[str, Any]:
        """Reading it takes the rows it makes: they are taken back if there is something to ask first."""
        while True:
            try:
                with transaction.atomic():
                    rows = rows_under(
                        self.submission, grid, self.sheet, corner, len(lines), by=self.user, batch=self.batch
                    )
                    longer = live_grid(self.sheet)
                    block = self._read(longer, laid_over(longer, (rows[0], corner[1]), lines, rows))
                    if block.has_question:
                        transaction.set_rollback(True)
                        return _told(block) | {"cells": [], "flagged": []}
                    answer = self._saved(block)
            except CellConflict:
                continue
            return with_list(answer, list_now(self, self.sheet, section, known))

    def _filled(self, grid: FormGrid, layout: Layout) -> dict[str, Any]:
        while True:
            block = self._read(grid, layout, named=True)
            try:
                answer = self._saved(block)
            except CellConflict:
                continue
            left = {state: [cell for cell in block.cells if cell.state == state] for state in State}
            return answer | {
                "failed": [_flagged(block, cell) for cell in left[State.UNREAD]],
                "conflicts": [
                    _theirs(block, cell) | {"typed": cell.typed.strip()} for cell in left[State.THEIRS]
                ],
            }

    def _read(self, grid: FormGrid, layout: Layout, *, named: bool = False) -> Block:
        mine = enterable_rows(self.user, self.submission, grid.code, list(grid.row))
        return Block(self.sheet, grid, layout, self.choices, mine=mine, seen=self.seen, named=named)

    def _saved(self, block: Block) -> dict[str, Any]:
        """
        Raises:
            CellConflict
        """
        entries = block.entries()
        saved = save_cells(self.submission, entries, by=self.user, batch=self.batch, sheets=[self.sheet])
        return {
            **_told(block),
            **_saved(block.grid, saved),
            **after_saving(self.sheet, [(cell.row, cell.column) for cell in saved]),
            "batch": self.batch
            if CellChange.objects.filter(sheet=self.sheet, batch=self.batch).exists()
            else "",
        }


def _lines(text: str) -> list[list[str]]:
    """
    Raises:
        Malformed
        SubmissionError: too many cells.
    """
    try:
        lines = lines_of(text)
    except UnreadableBlock:
        raise Malformed from None
    _limit(sum(len(line) or 1 for line in lines))
    return lines


def _limit(count: int) -> None:
    if count > PASTE_LIMIT:
        raise SubmissionError(
            f"Khối dán có {count} ô, mỗi lần chỉ dán tối đa {PASTE_LIMIT} ô. Chia khối rồi dán nhiều lần."
        )


def _named(cells: list[Any]) -> dict[CellKey, str]:
    """
    Raises:
        Malformed: also where one cell is named twice, with which text is anybody's guess.
    """
    _limit(len(cells))
    for cell in cells:
        if not isinstance(cell, list) or len(cell) != 3 or not all(isinstance(part, str) for part in cell):
            raise Malformed
    named = {(row, column): text for row, column, text in cells}
    if len(named) < len(cells):
        raise Malformed
    return named


def _layout(grid: FormGrid, cells: dict[CellKey, str]) -> Layout:
    return Layout(
        placed=[(key, text) for key, text in cells.items() if key in grid.kinds],
        outside=[("", text) for key, text in cells.items() if key not in grid.kinds],
    )


def _choices(data: Any) -> Choices:
    """
    Raises:
        Malformed
    """
    try:
        return Choices.of(data.get("choices", {}))
    except (AttributeError, TypeError, ValueError):
        raise Malformed from None


def _told(block: Block) -> dict[str, Any]:
    flagged = [_flagged(block, cell) for cell in block.cells if cell.state != State.OK]
    return block.told() | {"flagged": flagged}


def _flagged(block: Block, cell: Pasted) -> dict[str, Any]:
    return {
        "row": cell.key[0],
        "column": cell.key[1],
        "state": cell.state,
        "typed": cell.typed.strip(),
        "text": block.shown(cell),
        "message": cell.message,
        "suggestions": cell.suggestions,
        "theirs": _theirs(block, cell) if cell.theirs else None,
    }


def _theirs(block: Block, cell: Pasted) -> dict[str, Any]:
    assert cell.theirs is not None
    return standing_cell(block.grid, cell.theirs)


class UndoPaste(JsonView):
    """``{batch}`` → the cells as they were before, as a batch of its own: undone, it does again what was undone. A cell
    changed again since, or of a row taken out of its list, is left alone and counted."""

    def answer(self, data: Any) -> dict[str, Any]:
        changes = list(
            CellChange.objects.filter(
                sheet__submission=self.submission, batch=taken(data, "batch", str), by=self.user
            ).exclude(batch="")
        )
        if not changes:
            raise SubmissionError("Không còn lần dán này để hoàn tác.")
        sheet = sheet_of(self.submission, changes[0].sheet_id)
        if not (rows := rows_of_batch(changes)):
            return self._taken_back(sheet, changes)
        section = section_of(rows[0])
        known = known_rows(data)
        with transaction.atomic():
            remove_rows(self.submission, sheet.pk, rows, by=self.user)
            kept = [change for change in changes if change.row not in rows]
            answer = self._taken_back(sheet, kept)
        return with_list(answer, list_now(self, sheet, section, known)) | {"removed": len(rows)}

    def _taken_back(self, sheet: Sheet, changes: Sequence[CellChange]) -> dict[str, Any]:
        changes = [change for change in changes if change.column != ListRow.PLACE]
        cells = {
            (cell.row, cell.column): cell
            for cell in sheet.cells.filter(row__in={change.row for change in changes})
        }
        grid = live_grid(sheet)
        entries = []
        for change in changes:
            cell = cells[change.row, change.column]
            if change.row not in grid.row or encode(cell.value, cell.text) != change.new:
                continue
            value, text = decode(change.old)
            entries.append(
                CellEntry(sheet.pk, cell.row, cell.column, value=value, text=text, seen=cell.version)
            )
        batch = f"undo-{token_hex(8)}"
        saved = save_cells(self.submission, entries, by=self.user, batch=batch)
        return {
            **_saved(grid, saved),
            **after_saving(sheet, [(cell.row, cell.column) for cell in saved]),
            "kept": len(changes) - len(entries),
            "batch": batch if saved else "",
        }

    def conflict(self, error: CellConflict) -> Any:
        return None


def _versions(triples: list[Any]) -> dict[CellKey, int]:
    """
    Raises:
        Malformed
    """
    try:
        return {(str(row), str(column)): int(version) for row, column, version in triples}
    except (OverflowError, TypeError, ValueError):
        raise Malformed from None


def _saved(grid: FormGrid, cells: list[Cell]) -> dict[str, Any]:
    return {
        "saved": [
            [cell.row, cell.column, shown(grid, (cell.row, cell.column), cell.value, cell.text), cell.version]
            for cell in cells
        ]
    }
