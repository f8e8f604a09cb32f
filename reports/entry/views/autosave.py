"""Saving while people type: one cell, or one section of the narrative."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from unicodedata import is_normalized

from django.db import connection, models
from django.utils import timezone

from home.prepared import Prepared
from indicators.numbers import BLANK
from reports.entry import presence, words
from reports.entry.reading import read_cell, shown
from reports.regimes.grid import TYPED, CellKey, FormGrid
from reports.regimes.models import FormVersion
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.errors import CellConflict, SubmissionError
from reports.submissions.lists import live_grid
from reports.submissions.models import Cell, CellChange, Section, Sheet, Submission, SubmissionQuerySet
from reports.submissions.recomputing import Recomputed, recomputed
from reports.submissions.sections import save_section

from .base import JsonView, taken

_SHEETS = Prepared(
    lambda submission: (
        Sheet.objects.order_by("sort_order", "pk")
        .filter(submission=submission)
        .values_list("pk", "form_version_id", "form_version__sha256")
    ),
    submission=models.BigAutoField(),
)


def sheet_of(submission: Submission, pk: int) -> Sheet:
    """One sheet of the report; the others come with it as ``beside``, for formulas may read across.

    Raises:
        SubmissionError: the sheet belongs to another report, or there is none.
    """
    sheets = tuple(_sheet(submission, *row) for row in _SHEETS.rows(submission=submission.pk))
    sheet = next((sheet for sheet in sheets if sheet.pk == pk), None)
    if sheet is None:
        raise SubmissionError("Biểu số liệu này không thuộc báo cáo.")
    sheet.beside = sheets
    return sheet


def _sheet(submission: Submission, pk: int, version_id: int, sha256: str) -> Sheet:
    sheet = Sheet(pk=pk, submission=submission, form_version_id=version_id)
    sheet._state.adding = False
    # The compiled form is kept in memory; its JSON is read from the database once per process.
    sheet.form_version = FormVersion.from_db("default", ["id", "sha256"], [version_id, sha256])
    return sheet


def standing(sheet: Sheet) -> tuple[int, int]:
    """The last change of the sheet, and how many of the cells that must not be blank are not.

    In SQL of our own, for every cell that is typed asks it. Of the rows, which may be hundreds, the shorter list is
    asked for: those that must not be blank, or those that may. In forms with lists others than these have cells: rows
    that were removed.
    """
    grid = live_grid(sheet)
    rows, columns, others = grid.required_places
    named, which = (others, "NOT IN") if len(others) < len(rows) and not grid.sections else (rows, "IN")
    conditions = ["sheet_id = %s", "(amount IS NOT NULL OR code <> '' OR target <> '' OR text <> '')"]
    for name, operator, keys in (("column", "IN", columns), ("row", which, named)):
        if keys:
            conditions.append(f'"{name}" {operator} ({", ".join(["%s"] * len(keys))})')
    cells, changes = Cell._meta.db_table, CellChange._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT (SELECT COALESCE(MAX(id), 0) FROM "{changes}" WHERE sheet_id = %s), '
            f'(SELECT COUNT(*) FROM "{cells}" WHERE {" AND ".join(conditions)})',
            [sheet.pk, sheet.pk, *columns, *named],
        )
        last, filled = cursor.fetchone()
    return last, filled if grid.required_cells else 0


def after_saving(sheet: Sheet, changed: Iterable[CellKey]) -> dict[str, Any]:
    """What the screen shows anew: the computed cells that depend on ``changed``, in this sheet (``computed``) and in others
    of the report (``elsewhere``), how many required cells are filled in, and the time.

    ``as_of`` grows with the sheet. Answers to cells saved side by side may arrive in another order than they were
    read; the screen shows none that is older than what it shows. So it is read before the values.
    """
    as_of, done = standing(sheet)
    here, *elsewhere = recomputed(sheet, changed)
    return {
        "computed": _written(here),
        "elsewhere": [{"sheet": other.sheet_id, "computed": _written(other)} for other in elsewhere],
        "done": done,
        "as_of": as_of,
        "at": words.clock(timezone.now()),
    }


def _written(found: Recomputed) -> list[list[str]]:
    return [[*key, shown(found.grid, key, value)] for key, value in found.values.items()]


def standing_cell(grid: FormGrid, current: Cell | CellEntry) -> dict[str, Any]:
    """What stands in a cell that somebody else has changed; a cell that was emptied says so."""
    key = (current.row, current.column)
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
    """``{sheet, row, column, text, seen, as_is?}`` → ``{text, version, composed, others, computed, done, as_of, at}``.

    ``seen`` is the version shown; ``as_is``: text that looks like TCVN3 or VNI is to stay so. ``composed`` says that
    letters were put together (NFC).
    """

    @classmethod
    def found(cls, visible: SubmissionQuerySet) -> SubmissionQuerySet:
        """Asked for every cell that is typed: without what only screens show."""
        return visible.to_write()

    def answer(self, data: Any) -> dict[str, Any]:
        key = (taken(data, "row", str), taken(data, "column", str))
        typed, seen = taken(data, "text", str), taken(data, "seen", int)
        self.sheet = sheet_of(self.submission, taken(data, "sheet", int))
        grid = live_grid(self.sheet)
        # A cell that is not for typing is refused by the service, whatever the text.
        as_is = data.get("as_is") is True
        value, text = (
            read_cell(grid, key, typed, as_is=as_is) if grid.kinds.get(key) in TYPED else (BLANK, "")
        )
        entry = CellEntry(self.sheet.pk, *key, value=value, text=text, seen=seen)
        saved = save_cells(self.submission, [entry], by=self.user, sheets=[self.sheet])
        return {
            "text": shown(grid, key, value, text),
            "version": saved[0].version if saved else 0,
            "composed": bool(text) and not is_normalized("NFC", typed),
            "others": presence.others(self.submission, self.user),
            **after_saving(self.sheet, [key]),
        }

    def conflict(self, error: CellConflict) -> Any:
        assert isinstance(error.current, list)
        return standing_cell(live_grid(self.sheet), error.current[0])


class SaveSection(JsonView):
    """``{key, body, seen, as_is?}`` → ``{version, at, composed}``."""

    def answer(self, data: Any) -> dict[str, Any]:
        key, body, seen = taken(data, "key", str), taken(data, "body", str), taken(data, "seen", int)
        as_is = data.get("as_is") is True
        section = save_section(self.submission, key, body, by=self.user, seen=seen, as_is=as_is)
        return {
            "version": section.version,
            "composed": not is_normalized("NFC", body),
            "at": words.clock(timezone.now()),
        }

    def conflict(self, error: CellConflict) -> Any:
        section = error.current
        assert isinstance(section, Section)
        return {
            "body": section.body,
            "version": section.version,
            "who": str(section.updated_by or ""),
            "at": words.moment(section.updated_at) if section.updated_at else "",
        }
