"""The rows that reporters add to the lists of a form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from reports.regimes.grid import LABEL, FormGrid, Listed, grid_of

from .models import Cell, CellChange, ListRow, Sheet

if TYPE_CHECKING:
    from home.accounts.models import User


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
    standing = ListRow.objects.standing().filter(sheet__in=sheets)
    for sheet_id, section, key in standing.values_list("sheet_id", "section", "key"):
        row = f"{section}/{key}"
        found[sheet_id].append((row, names.get((sheet_id, row), "")))
    return found


def live_grid(sheet: Sheet) -> FormGrid:
    """The sheet's form with the rows that stand in its lists now."""
    return grid_of(sheet.form_version).with_lists(listed_rows([sheet]).get(sheet.pk, ()))


def removed_row(sheet: Sheet, row: str) -> ListRow | None:
    """The row of a list behind this row key, if it has been taken out."""
    section, _, key = row.partition("/")
    found = sheet.list_rows.filter(section=section, key=key, removed_at__isnull=False)
    return found.select_related("removed_by").first() if key else None


def restore_lists(sheet: Sheet, frozen: FormGrid, *, by: User | None, at: datetime, batch: str) -> None:
    """Put the lists of a sheet back to what a snapshot holds. The caller holds the report's lock; nobody becomes an
    author."""
    wanted = {row: place for rows in frozen.lists.values() for place, row in enumerate(rows, 1)}
    changed = []
    before = {}
    for row in sheet.list_rows.all():
        if not row.removed_at:
            before[row.pk] = row.sort_order
        place = wanted.get(row.row)
        if (place is None) == bool(row.removed_at) and place in (None, row.sort_order):
            continue
        row.removed_at, row.removed_by = (None, None) if place else (at, by)
        row.sort_order = place or row.sort_order
        changed.append(row)
    ListRow.objects.bulk_update(changed, ["removed_at", "removed_by", "sort_order"])
    log_places(changed, before, by=by, at=at, batch=batch, by_hand=False)


def log_places(
    rows: Iterable[ListRow],
    before: Mapping[int, int],
    *,
    by: User | None,
    at: datetime,
    batch: str = "",
    by_hand: bool = True,
) -> None:
    """Write down where rows stand now, and where they stood ``before`` (by primary key; left out: nowhere)."""
    CellChange.objects.bulk_create(
        CellChange(
            sheet_id=row.sheet_id,
            row=row.row,
            column=ListRow.PLACE,
            old=f"n:{before[row.pk]}" if row.pk in before else "",
            new="" if row.removed_at else f"n:{row.sort_order}",
            batch=batch,
            at=at,
            by=by,
            by_hand=by_hand,
        )
        for row in rows
    )
