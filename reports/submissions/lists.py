"""The rows that reporters add to the lists of a form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from reports.regimes.grid import LABEL, FormGrid, Listed, grid_of

from .models import Cell, ListRow, Sheet


def listed_rows(sheets: Collection[Sheet]) -> dict[int, list[Listed]]:
    """Sheet id → the rows that stand in its lists, in order. Two queries, none where no form has a list."""
    sheets = [sheet for sheet in sheets if grid_of(sheet.form_version).sections]
    if not sheets:
        return {}
    names = {
        (sheet_id, row): text
        for sheet_id, row, text in Cell.objects.filter(sheet__in=sheets, column=LABEL).values_list(
            "sheet_id", "row", "text"
        )
    }
    found: dict[int, list[Listed]] = defaultdict(list)
    for row in ListRow.objects.standing().filter(sheet__in=sheets):
        found[row.sheet_id].append((row.row, names.get((row.sheet_id, row.row), "")))
    return found


def live_grid(sheet: Sheet) -> FormGrid:
    """The sheet's form with the rows that stand in its lists now."""
    return grid_of(sheet.form_version).with_lists(listed_rows([sheet]).get(sheet.pk, ()))
