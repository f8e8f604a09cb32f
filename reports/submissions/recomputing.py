"""What follows from cells that were saved: only what depends on them, in whatever sheet of the report (X11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from indicators.formulas.book import Place
from indicators.numbers import BLANK, CellValue, read_target
from reports.regimes.grid import CellKey, FormGrid, book_of, grid_of

from .lists import listed_rows
from .models import Cell, Sheet
from .stored import of_other_periods

#: So many rows or fewer are named to the database; of more, all that stands in the columns is read.
_NAMED_ROWS = 100


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The computed cells of one sheet that depend on what was saved, with their values now, each after what it needs."""

    sheet_id: int
    grid: FormGrid
    values: dict[CellKey, CellValue] = field(default_factory=dict)


def recomputed(sheet: Sheet, changed: Iterable[CellKey]) -> list[Recomputed]:
    """After ``changed`` cells of ``sheet`` were saved; the sheet itself comes first, others only where they are touched.

    One query for values, one more where formulas read other periods, and one for the sheets where they were not read
    with this one.
    """
    changed = list(changed)
    beside = sheet.beside or list(sheet.submission.sheets.select_related("form_version"))
    listed = listed_rows(beside)
    grids = {other.pk: grid_of(other.form_version).with_lists(listed.get(other.pk, ())) for other in beside}
    book = book_of(tuple(grids.values()))
    if book is None:
        return [_alone(sheet.pk, grids[sheet.pk], changed)]
    codes = {grid.code: pk for pk, grid in grids.items()}
    own = grids[sheet.pk].code
    places = [Place(own, *key) for key in changed]
    found = {sheet.pk: Recomputed(sheet.pk, grids[sheet.pk])}
    if affected := book.affected(places):
        needed = book.needed(places)
        here = {(codes[place.form], (place.row, place.column)) for place in needed if not place.period}
        standing = _standing(here)
        values = {
            place: value
            for place in needed
            if (value := standing.get((codes[place.form], place.row, place.column))) and not place.period
        } | of_other_periods(
            sheet.submission, tuple(grids.values()), [place for place in needed if place.period]
        )
        fresh = book.recompute(values, places)
        for place in affected:
            pk = codes[place.form]
            of_sheet = found.setdefault(pk, Recomputed(pk, grids[pk]))
            of_sheet.values[place.row, place.column] = fresh.get(place, BLANK)
    return list(found.values())


def _alone(sheet_id: int, grid: FormGrid, changed: list[CellKey]) -> Recomputed:
    affected = grid.calculator.affected(changed)
    if not affected:
        return Recomputed(sheet_id, grid)
    needed = grid.calculator.needed(changed)
    standing = _standing({(sheet_id, key) for key in needed})
    fresh = grid.calculator.recompute(
        {(row, column): value for (_, row, column), value in standing.items()}, changed
    )
    return Recomputed(sheet_id, grid, {key: fresh.get(key, BLANK) for key in affected})


def _standing(cells: Collection[tuple[int, CellKey]]) -> Mapping[tuple[int, str, str], CellValue]:
    """What stands now in these cells, and may be in some beside them; no model is made of a row."""
    if not cells:
        return {}
    rows = {row for _, (row, _) in cells}
    found = Cell.objects.filter(
        sheet__in={sheet for sheet, _ in cells}, column__in={column for _, (_, column) in cells}, text=""
    )
    if len(rows) <= _NAMED_ROWS:
        found = found.filter(row__in=rows)
    return {
        (sheet, row, column): CellValue(amount, code, read_target(target) if target else None)
        for sheet, row, column, amount, code, target in found.values_list(
            "sheet", "row", "column", "amount", "code", "target"
        )
    }
