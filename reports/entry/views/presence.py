"""What the screen of a report asks now and then: who else has it open, and what they have saved since."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse

from reports.entry import presence, words
from reports.entry.reading import shown
from reports.regimes.grid import CellKey, section_of
from reports.submissions.lists import live_grid
from reports.submissions.models import CellChange, ListRow, Sheet, Submission
from reports.submissions.permissions import may_read_live

from .autosave import after_saving
from .base import JsonView, Malformed, taken
from .lists import known_rows, list_now

#: Beyond so many changed cells the screen is told to load again.
_AT_ONCE = 5_000


def changed_until(submission: Submission) -> int:
    """The last change of any cell of the report. Changes of one report are numbered in the order in which they are
    committed: whoever writes holds its row."""
    return CellChange.objects.filter(sheet__submission=submission).aggregate(last=Max("pk"))["last"] or 0


class Presence(JsonView):
    """``{as_of, place: [sheet, row, column] or null, known}`` → ``{others, as_of, sheets}``: who else has the report open and
    in which cell, and by sheet the cells that were changed after ``as_of``, with what follows from them, and the lists
    whose rows were (``known`` as in ``views.lists``).

    For who reads the report as it is being written; nobody else learns a name. Writes nothing: two queries where
    nothing has changed, four more for each sheet that has.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_read_live(self.user, self.submission):
            raise Http404
        return super().post(request, *args, **kwargs)

    def answer(self, data: Any) -> dict[str, Any]:
        since, place = taken(data, "as_of", int), _place(data.get("place"))
        self.known = known_rows(data)
        presence.note(self.submission, self.user, place)
        others = presence.others(self.submission, self.user)
        changes = CellChange.objects.filter(sheet__submission=self.submission, pk__gt=min(since, 2**62))
        found = list(changes.order_by("pk").values_list("pk", "sheet_id", "row", "column")[: _AT_ONCE + 1])
        if len(found) > _AT_ONCE:
            return {"others": others, "as_of": since, "sheets": [], "too_many": True}
        touched: dict[int, list[CellKey]] = defaultdict(list)
        for _, sheet_id, row, column in found:
            touched[sheet_id].append((row, column))
        sheets = Sheet.objects.filter(pk__in=touched).select_related("form_version") if touched else ()
        return {
            "others": others,
            "as_of": found[-1][0] if found else since,
            "sheets": [self._changed(sheet, list(dict.fromkeys(touched[sheet.pk]))) for sheet in sheets],
        }

    def _changed(self, sheet: Sheet, keys: list[CellKey]) -> dict[str, Any]:
        sheet.submission = self.submission
        grid = live_grid(sheet)
        lists = {section_of(row) for row, column in keys if column == ListRow.PLACE}
        # Not those of rows that have been taken out since.
        wanted = {key for key in keys if key in grid.kinds}
        cells = sheet.cells.filter(row__in={row for row, _ in wanted}).select_related("updated_by")
        return {
            "sheet": sheet.pk,
            "cells": [
                {
                    "row": cell.row,
                    "column": cell.column,
                    "text": shown(grid, (cell.row, cell.column), cell.value, cell.text),
                    "version": cell.version,
                    "who": str(cell.updated_by or ""),
                    "at": words.moment(cell.updated_at),
                }
                for cell in cells
                if (cell.row, cell.column) in wanted
            ],
            "lists": [list_now(self, sheet, section, self.known) for section in lists & grid.lists.keys()],
            **after_saving(sheet, [key for key in keys if key[1] != ListRow.PLACE]),
        }


def _place(said: Any) -> presence.Place | None:
    """
    Raises:
        Malformed
    """
    if said is None:
        return None
    match said:
        case [int(sheet), str(row), str(column)] if len(row) <= 80 and len(column) <= 40:
            return (sheet, row, column)
    raise Malformed
