"""Saving while people type: one cell, or one section of the narrative."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from indicators.numbers import BLANK
from reports.entry import words
from reports.entry.reading import TYPED, read_cell, shown
from reports.regimes.grid import CellKey, grid_of
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.content import SheetContent
from reports.submissions.errors import CellConflict, SubmissionError
from reports.submissions.models import Cell, Section, Sheet, Submission
from reports.submissions.sections import save_section

from .base import JsonView, taken


def sheet_of(submission: Submission, pk: int) -> Sheet:
    """
    Raises:
        SubmissionError: the sheet belongs to another report, or there is none.
    """
    sheet = submission.sheets.select_related("form_version").filter(pk=pk).first()
    if sheet is None:
        raise SubmissionError("Biểu số liệu này không thuộc báo cáo.")
    return sheet


def typed_content(sheet: Sheet) -> SheetContent:
    """The stored cells of a sheet; computed ones are left out. One query."""
    content = SheetContent(grid_of(sheet.form_version), sheet.form_version_id, sheet.pk)
    for cell in sheet.cells.all():
        key = (cell.row, cell.column)
        content.versions[key] = cell.version
        if cell.text:
            content.texts[key] = cell.text
        else:
            content.values[key] = cell.value
    return content


def after_saving(sheet: Sheet, changed: Iterable[CellKey]) -> dict[str, Any]:
    """What the screen shows anew: the computed cells that depend on ``changed``, how many required cells are filled
    in, and the time."""
    content = typed_content(sheet)
    grid, changed = content.grid, list(changed)
    fresh = grid.calculator.recompute(content.values, changed)
    return {
        "computed": [
            [*key, shown(grid, key, fresh.get(key, BLANK))] for key in grid.calculator.affected(changed)
        ],
        "done": sum(not content.is_blank(key) for key in grid.required_cells()),
        "at": words.clock(timezone.now()),
    }


def standing_cell(sheet: Sheet, current: Cell | CellEntry) -> dict[str, Any]:
    """What stands in a cell that somebody else has changed; a cell that was emptied says so."""
    grid, key = grid_of(sheet.form_version), (current.row, current.column)
    place = {"row": current.row, "column": current.column}
    if isinstance(current, CellEntry):
        return place | {"text": "", "version": 0, "who": "", "at": ""}
    return place | {
        "text": shown(grid, key, current.value, current.text),
        "version": current.version,
        "who": str(current.updated_by or ""),
        "at": words.moment(current.updated_at),
    }


class SaveCell(JsonView):
    """``{sheet, row, column, text, seen}`` → ``{text, version, computed, done, at}``; ``seen`` is the version shown."""

    def answer(self, data: Any) -> dict[str, Any]:
        self.sheet = sheet_of(self.submission, taken(data, "sheet", int))
        key = (taken(data, "row", str), taken(data, "column", str))
        grid = grid_of(self.sheet.form_version)
        typed = taken(data, "text", str)
        # A cell that is not for typing is refused by the service, whatever the text.
        value, text = read_cell(grid, key, typed) if grid.kinds.get(key) in TYPED else (BLANK, "")
        entry = CellEntry(self.sheet.pk, *key, value=value, text=text, seen=taken(data, "seen", int))
        saved = save_cells(self.submission, [entry], by=self.user)
        return {
            "text": shown(grid, key, value, text),
            "version": saved[0].version if saved else 0,
            **after_saving(self.sheet, [key]),
        }

    def conflict(self, error: CellConflict) -> Any:
        assert isinstance(error.current, list)
        return standing_cell(self.sheet, error.current[0])


class SaveSection(JsonView):
    """``{key, body, seen}`` → ``{version, at}``."""

    def answer(self, data: Any) -> dict[str, Any]:
        section = save_section(
            self.submission,
            taken(data, "key", str),
            taken(data, "body", str),
            by=self.user,
            seen=taken(data, "seen", int),
        )
        return {"version": section.version, "at": words.clock(timezone.now())}

    def conflict(self, error: CellConflict) -> Any:
        section = error.current
        assert isinstance(section, Section)
        return {
            "body": section.body,
            "version": section.version,
            "who": str(section.updated_by or ""),
            "at": words.moment(section.updated_at) if section.updated_at else "",
        }
