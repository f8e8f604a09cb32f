"""Pasting a block of cells from a spreadsheet, and taking a pasted block back."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from secrets import token_hex
from typing import Any, cast

from django.db import transaction

from indicators.numbers import NumberFormatError
from reports.entry.reading import read_cell, shown
from reports.regimes.grid import LABEL, TYPED, CellKey, FormGrid, section_of
from reports.submissions.cells import CellEntry, save_cells, words_fault
from reports.submissions.content import decode, encode
from reports.submissions.errors import CellConflict, SubmissionError
from reports.submissions.list_rows import remove_rows
from reports.submissions.lists import live_grid
from reports.submissions.models import Cell, CellChange, ListRow, Sheet
from reports.submissions.permissions import enterable_rows

from .autosave import after_saving, sheet_of, standing_cell
from .base import JsonView, Malformed, taken, unreadable
from .lists import known_rows, list_now, list_under, rows_of_batch, rows_under, with_list

PASTE_LIMIT = 5_000


def block(text: str) -> list[list[str]]:
    """Rows of cells as spreadsheets put them on the clipboard: tabs between, quotes around what holds line breaks.

    >>> block('1,5\\t"hai\\ndòng"\\r\\n-\\tx\\r\\n')
    [['1,5', 'hai\\ndòng'], ['-', 'x']]

    Raises:
        Malformed: a single cell of more than 128 KB.
    """
    try:
        return list(csv.reader(StringIO(text.replace("\r\n", "\n"), newline=""), dialect="excel-tab"))
    except csv.Error:
        raise Malformed from None


def laid_over(
    grid: FormGrid, corner: CellKey, typed: list[list[str]], listed: Sequence[str] = ()
) -> Iterator[tuple[CellKey | None, str]]:
    """Every cell of the block with the cell of the form it comes to lie on; None: beside the form.

    ``listed``: the rows of a list it is laid on; what they are called is their first column.
    """
    rows, columns = list(listed or grid.row), [column.key for column in grid.columns]
    columns = [LABEL, *columns] if listed else columns
    top, left = rows.index(corner[0]), columns.index(corner[1])
    for down, line in enumerate(typed, start=top):
        for across, text in enumerate(line, start=left):
            inside = down < len(rows) and across < len(columns)
            yield (rows[down], columns[across]) if inside else None, text


def named(grid: FormGrid, cells: list[Any]) -> Iterator[tuple[CellKey | None, str]]:
    """The same of cells that the screen names one by one, as when it fills down.

    Raises:
        Malformed
    """
    for cell in cells:
        if not isinstance(cell, list) or len(cell) != 3 or not all(isinstance(part, str) for part in cell):
            raise Malformed
        row, column, text = cell
        yield (row, column) if (row, column) in grid.kinds else None, text


class Paste(JsonView):
    """``{sheet, row, column, text, seen: [[row, column, version], …]}`` → what was saved, as one batch, and what not.

    ``row`` and ``column`` name the upper left cell; ``seen`` the versions on the screen, 0 where left out. Empty cells
    of the block change nothing. What cannot be read, or was changed by somebody else meanwhile, is listed; cells that
    are computed, filled in or not this person's are skipped and counted.

    Laid on a list, which then has the column ``grid.LABEL`` in front, the block makes the list as long as it needs to
    be; ``known`` and the answer's ``list`` are those of ``views.lists``.

    ``{sheet, cells: [[row, column, text], …], seen}`` does the same to cells that are named, as filling down and emptying
    a selection do: there an empty text empties the cell.
    """

    def answer(self, data: Any) -> dict[str, Any]:
        sheet = sheet_of(self.submission, taken(data, "sheet", int))
        grid, batch = live_grid(sheet), f"paste-{token_hex(8)}"
        if "cells" in data:
            return self._pasted(data, sheet, grid, list(named(grid, taken(data, "cells", list))), batch)
        corner = (taken(data, "row", str), taken(data, "column", str))
        typed = block(taken(data, "text", str))
        section = list_under(grid, corner)
        if not section or not typed:
            if corner not in grid.kinds:
                raise Malformed
            return self._pasted(data, sheet, grid, list(laid_over(grid, corner, typed)), batch)
        known = known_rows(data)
        with transaction.atomic():
            rows = rows_under(self.submission, grid, sheet, corner, len(typed), by=self.user, batch=batch)
            grid = live_grid(sheet)
            laid = list(laid_over(grid, (rows[0], corner[1]), typed, rows))
            answer = self._pasted(data, sheet, grid, laid, batch)
        return with_list(answer, list_now(self, sheet, section, known))

    def _pasted(
        self,
        data: Any,
        sheet: Sheet,
        grid: FormGrid,
        laid: Sequence[tuple[CellKey | None, str]],
        batch: str,
    ) -> dict[str, Any]:
        if (count := len(laid)) > PASTE_LIMIT:
            raise SubmissionError(
                f"Khối dán có {count} ô, mỗi lần chỉ dán tối đa {PASTE_LIMIT} ô. Chia khối rồi dán nhiều lần."
            )
        mine = enterable_rows(self.user, self.submission, grid.code, list(grid.row))
        seen = _versions(taken(data, "seen", list))
        entries: dict[CellKey, CellEntry] = {}
        said: dict[CellKey, str] = {}
        failed = []
        skipped = outside = 0
        for key, text in laid:
            if key is None:
                outside += 1
                continue
            if not text.strip() and "cells" not in data:
                continue
            if key[0] not in mine or grid.kinds[key] not in TYPED:
                skipped += 1
                continue
            said[key] = text.strip()
            try:
                value, words = read_cell(grid, key, text, pasted=True)
            except NumberFormatError as error:
                failed.append({"row": key[0], "column": key[1], "typed": text.strip(), **unreadable(error)})
                continue
            if fault := words_fault(grid, key, words):
                message = fault[0].upper() + fault[1:]
                failed.append(
                    {"row": key[0], "column": key[1], "typed": words, "message": message, "suggestions": []}
                )
                continue
            entries[key] = CellEntry(sheet.pk, *key, value=value, text=words, seen=seen.get(key, 0))
        saved, changed_by_others = self._save(list(entries.values()), batch)
        conflicts = [standing_cell(sheet, current) for current in changed_by_others]
        for conflict in conflicts:
            conflict["typed"] = said[conflict["row"], conflict["column"]]
        return {
            **_saved(grid, saved),
            **after_saving(sheet, [(cell.row, cell.column) for cell in saved]),
            "failed": failed,
            "conflicts": conflicts,
            "skipped": skipped,
            "outside": outside,
            "batch": batch if CellChange.objects.filter(sheet=sheet, batch=batch).exists() else "",
        }

    def _save(self, entries: list[CellEntry], batch: str) -> tuple[list[Cell], list[Cell | CellEntry]]:
        """Save what nobody else has changed meanwhile; the rest comes back."""
        changed_by_others: list[Cell | CellEntry] = []
        while True:
            try:
                return save_cells(self.submission, entries, by=self.user, batch=batch), changed_by_others
            except CellConflict as error:
                current = list(cast("list[Cell | CellEntry]", error.current))
            changed_by_others += current
            theirs = {(cell.row, cell.column) for cell in current}
            entries = [entry for entry in entries if entry.key not in theirs]


class UndoPaste(JsonView):
    """``{batch}`` → the cells as they were before, as a batch of its own: undone, it does again what was undone. A cell
    changed again since is left alone and counted."""

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
        entries = []
        for change in changes:
            cell = cells[change.row, change.column]
            if encode(cell.value, cell.text) != change.new:
                continue
            value, text = decode(change.old)
            entries.append(
                CellEntry(sheet.pk, cell.row, cell.column, value=value, text=text, seen=cell.version)
            )
        batch = f"undo-{token_hex(8)}"
        saved = save_cells(self.submission, entries, by=self.user, batch=batch)
        return {
            **_saved(live_grid(sheet), saved),
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
