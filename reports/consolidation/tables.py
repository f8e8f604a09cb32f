"""Consolidated cells as the overview shows them: the form's own rows, its consolidated columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from home.organisations.models import Organisation
from indicators.numbers import format_number
from reports.entry.reading import shown
from reports.regimes.grid import CellKind, Column, Row, place_of
from reports.regimes.models import ColumnKind, RowKind
from reports.submissions.content import SheetContent, live_sheets
from reports.submissions.models import Submission

from .marks import cell_address, coverage_in_words
from .models import ConsolidatedTotal, ConsolidationAdjustment

Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class TotalCell:
    """``shown`` is text; ``url`` "" for computed cells, which have no sources of their own.

    ``coverage`` such as ``1/2``, "" while nothing has been taken; ``title`` says it in full.
    """

    shown: str
    url: str = ""
    coverage: str = ""
    title: str = ""
    complete: bool = False
    estimated: int = 0
    adjustment: str = ""


@dataclass(frozen=True, slots=True)
class TotalRow:
    row: Row
    cells: list[TotalCell | None]

    @property
    def is_heading(self) -> bool:
        return self.row.kind == RowKind.HEADING


@dataclass(frozen=True, slots=True)
class TotalsTable:
    sheet_id: int
    code: str
    title: str
    columns: list[Column]
    rows: list[TotalRow]


@dataclass(frozen=True, slots=True)
class Line:
    """An adjustment in force, as it is listed."""

    adjustment: ConsolidationAdjustment
    cell: str
    amount: str
    url: str


@dataclass
class Totals:
    """All that the overview shows of the figures. Five queries, however large the forms."""

    tables: list[TotalsTable] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    incomplete: int = 0
    filled: bool = False


def totals_of(submission: Submission) -> Totals:
    contents = live_sheets(submission)
    totals = {
        (total.sheet_id, total.row, total.column): total
        for total in ConsolidatedTotal.objects.filter(sheet__submission=submission)
    }
    lines = list(
        ConsolidationAdjustment.objects.in_force()
        .filter(sheet__submission=submission)
        .select_related("made_by")
    )
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.sheet_id, line.row, line.column] += line.amount
    names = Organisation.objects.in_bulk({pk for total in totals.values() for pk in total.missing})
    tables = [_table(submission, content, totals, sums, names) for content in contents]
    grids = {content.sheet_id: content.grid for content in contents}
    return Totals(
        tables=[table for table in tables if table.columns],
        lines=[
            Line(
                line,
                place_of(grids[line.sheet_id], (line.row, line.column)),
                signed(line.amount),
                cell_address(submission, line.sheet_id, line.row, line.column),
            )
            for line in lines
        ],
        incomplete=sum(1 for total in totals.values() if total.expected and not total.complete),
        filled=bool(totals),
    )


def _table(
    submission: Submission,
    content: SheetContent,
    totals: Mapping[Place, ConsolidatedTotal],
    sums: Mapping[Place, Decimal],
    names: Mapping[int, Organisation],
) -> TotalsTable:
    grid = content.grid
    columns = [column for column in grid.columns if column.kind == ColumnKind.CONSOLIDATED]
    rows = []
    for row in grid.rows:
        if row.kind == RowKind.TEXT:
            continue
        cells: list[TotalCell | None] = []
        for column in columns:
            key = (row.key, column.key)
            text = shown(grid, key, content.value(key))
            if grid.kinds[key] == CellKind.CONSOLIDATED and content.sheet_id is not None:
                cells.append(_cell(submission, (content.sheet_id, *key), text, totals, sums, names))
            else:
                cells.append(TotalCell(text) if grid.kinds[key] == CellKind.COMPUTED else None)
        rows.append(TotalRow(row, cells))
    return TotalsTable(content.sheet_id or 0, content.code, grid.title, columns, rows)


def _cell(
    submission: Submission,
    place: Place,
    text: str,
    totals: Mapping[Place, ConsolidatedTotal],
    sums: Mapping[Place, Decimal],
    names: Mapping[int, Organisation],
) -> TotalCell:
    total = totals.get(place)
    counted = total is not None and total.expected > 0
    return TotalCell(
        shown=text,
        url=cell_address(submission, *place),
        coverage=f"{total.reported}/{total.expected}" if total and counted else "",
        title=coverage_in_words(total, names) if total and counted else "",
        complete=total.complete if total else False,
        estimated=total.estimated if total else 0,
        adjustment=signed(sums[place]) if place in sums else "",
    )


def signed(amount: Decimal) -> str:
    """``+12,5`` or ``-3``."""
    return f"{'+' if amount > 0 else ''}{format_number(amount)}"
