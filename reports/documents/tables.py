"""A sheet of figures as it is shown to readers, on paper and on public pages: everything in words already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, NamedTuple

from indicators.numbers import BLANK, CellValue, NoValue
from reports.regimes.grid import WORDS, CellKey, CellKind, FormGrid, HeaderCell
from reports.regimes.models import WORDED, RowKind

#: The signs of cells without a figure, in the order in which legends name them.
SIGNS = {
    NoValue.NIL: "không phát sinh",
    NoValue.UNKNOWN: "chưa có số liệu",
    NoValue.NOT_APPLICABLE: "không áp dụng",
}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """``kind`` is that of ``RowKind``; ``values`` are written out, "" for blank cells."""

    number: str
    label: str
    level: int = 0
    kind: str = RowKind.INPUT.value
    measure: str = ""
    values: tuple[str, ...] = ()


#: A day is never broken into two lines.
_DAY = re.compile(r"\d\d/\d\d/\d{4}")


class Cell(NamedTuple):
    """``note``: the number of its note, or 0."""

    text: str
    is_figure: bool
    note: int

    def __html__(self) -> str:
        """As a ``<td>``; written here, because for 500 cells a template loop takes milliseconds."""
        number = ' class="number"' if self.is_figure else ' class="day"' if _DAY.fullmatch(self.text) else ""
        note = f"<sup>({self.note})</sup>" if self.note else ""
        return f"<td{number}>{escape(self.text)}{note}</td>"


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is printed.

    ``keeps_next``: it introduces the row below (a heading, or a row with parts) and never ends a page.
    """

    row: DocumentRow
    cells: list[Cell]
    keeps_next: bool


#: Millimetres between the margins of a landscape page, and what the columns before the figures take.
_PAGE, _LABEL, _NUMBER, _MEASURE = 252.0, 50.0, 9.0, 19.0
#: How small a table may be set: class in ``document.css``, points.
_SIZES = (("", 12), ("wide", 11), ("widest", 9))
#: Millimetres that a letter takes per point (half an em, as digits do), and the cell around it.
_LETTER, _CELL = 0.1764, 2.8


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """``header`` names the columns of ``values`` alone; ``signs`` are the no-value signs that occur.

    Notes
        ``note`` stands above the table, ``footnotes`` below. ``notes`` are numbered from 1; ``marks`` says which cells
        carry them, as (place of the row, place of the value, number).
    """

    title: str
    header: tuple[tuple[HeaderCell, ...], ...]
    rows: tuple[DocumentRow, ...]
    note: str = ""
    signs: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    text_columns: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[tuple[int, int, int], ...] = ()
    #: Of a piece of a wider table: the size of the whole.
    size_of_whole: str = ""

    @property
    def measure(self) -> str:
        """The measure all rows share, said once above the table; "" where they differ and have a column."""
        measures = {row.measure for row in self.rows if row.measure}
        return measures.pop() if len(measures) == 1 else ""

    @property
    def has_measure_column(self) -> bool:
        return not self.measure and any(row.measure for row in self.rows)

    @property
    def has_number_column(self) -> bool:
        return any(row.number for row in self.rows)

    @property
    def column_count(self) -> int:
        return max((len(row.values) for row in self.rows), default=self._headed)

    @property
    def span(self) -> int:
        """Columns in all."""
        return self.column_count + 1 + self.has_number_column + self.has_measure_column

    @property
    def size(self) -> str:
        """How small the table must be set to stand on one page: a class of ``document.css``."""
        widths = self._widths()
        return self.size_of_whole or next(
            (name for name, points in _SIZES if self._fits(widths, points)), _SIZES[-1][0]
        )

    @property
    def legend(self) -> list[tuple[str, str]]:
        return [(sign.value, meaning) for sign, meaning in SIGNS.items() if sign.value in self.signs]

    @property
    def has_foot(self) -> bool:
        """Something stands below the table."""
        return bool(self.legend or self.notes or self.footnotes)

    @property
    def lines(self) -> list[Line]:
        marks = {(row, place): number for row, place, number in self.marks}
        below = [row.level for row in self.rows[1:]] + [-1]
        return [
            Line(
                row,
                [
                    Cell(
                        value,
                        row.kind != RowKind.TEXT and place not in self.text_columns,
                        marks.get((index, place), 0),
                    )
                    for place, value in enumerate(row.values)
                ],
                index + 1 < len(self.rows) and (row.kind == RowKind.HEADING or below[index] > row.level),
            )
            for index, row in enumerate(self.rows)
        ]

    def bands(self) -> list[DocumentTable]:
        """The table cut between columns where it is wider than a page; each piece repeats the rows' names.

        What stands below the table stands below the last piece.
        """
        widths = self._widths()
        bands = self._cut(widths, len(widths))
        if len(bands) < 2:
            return [self]
        even = self._cut(widths, -(-len(widths) // len(bands)))
        bands = even if len(even) == len(bands) else bands
        return [self._between(first, end, last=end == len(widths)) for first, end in bands]

    def _cut(self, widths: list[int], most: int) -> list[tuple[int, int]]:
        """Runs of at most so many columns that fit a page, as (first, end)."""
        bands, first = [], 0
        while first < len(widths):
            end = first + 1
            while end < min(len(widths), first + most) and self._fits(widths[first : end + 1], _SIZES[-1][1]):
                end += 1
            bands.append((first, end))
            first = end
        return bands

    def _between(self, first: int, end: int, *, last: bool) -> DocumentTable:
        return replace(
            self,
            header=tuple(
                tuple(
                    replace(cell, colspan=min(start + cell.colspan, end) - max(start, first))
                    for start, cell in line
                    if start < end and start + cell.colspan > first
                )
                for line in self.placed_header
            ),
            rows=tuple(replace(row, values=row.values[first:end]) for row in self.rows),
            note=f"(Cột {first + 1} đến {end} trong {self.column_count} cột)",
            size_of_whole=_SIZES[-1][0],
            signs=self.signs if last else (),
            footnotes=self.footnotes if last else (),
            text_columns=tuple(place - first for place in self.text_columns if first <= place < end),
            notes=self.notes if last else (),
            marks=tuple(
                (row, place - first, number) for row, place, number in self.marks if first <= place < end
            ),
        )

    @property
    def _headed(self) -> int:
        return sum(cell.colspan for cell in self.header[0]) if self.header else 0

    @property
    def placed_header(self) -> list[list[tuple[int, HeaderCell]]]:
        """The header cells with the column where each begins."""
        taken: set[tuple[int, int]] = set()
        placed = []
        for depth, line in enumerate(self.header):
            column, cells = 0, []
            for cell in line:
                while (depth, column) in taken:
                    column += 1
                cells.append((column, cell))
                taken |= {
                    (depth + down, column + right)
                    for down in range(cell.rowspan)
                    for right in range(cell.colspan)
                }
            placed.append(cells)
        return placed

    def _widths(self) -> list[int]:
        """Letters that each column needs beside one another; texts may be broken into words."""
        widths = [4] * self.column_count
        for line in self.placed_header:
            for start, cell in line:
                if cell.colspan == 1:
                    words = max(map(len, cell.label.split()), default=0)
                    widths[start] = max(widths[start], min(words, 14))
        for row in self.rows:
            for place, value in enumerate(row.values):
                text = place in self.text_columns or row.kind == RowKind.TEXT
                widths[place] = max(widths[place], 12 if text and value else len(value))
        return widths

    def _fits(self, widths: list[int], points: int) -> bool:
        before = _LABEL + _NUMBER * self.has_number_column + _MEASURE * self.has_measure_column
        return before + sum(width * _LETTER * points + _CELL for width in widths) <= _PAGE

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "note": self.note,
            "header": [[[cell.label, cell.colspan, cell.rowspan] for cell in line] for line in self.header],
            "rows": [
                [row.number, row.label, row.level, row.kind, row.measure, list(row.values)]
                for row in self.rows
            ],
            "signs": list(self.signs),
            "footnotes": list(self.footnotes),
            "text_columns": list(self.text_columns),
            "notes": list(self.notes),
            "marks": [list(mark) for mark in self.marks],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> DocumentTable:
        """Read what ``to_json`` wrote; older tables have no numbered notes."""
        return cls(
            title=data["title"],
            note=data["note"],
            header=tuple(tuple(HeaderCell(*cell) for cell in line) for line in data["header"]),
            rows=tuple(
                DocumentRow(number, label, level, kind, measure, tuple(values))
                for number, label, level, kind, measure, values in data["rows"]
            ),
            signs=tuple(data["signs"]),
            footnotes=tuple(data["footnotes"]),
            text_columns=tuple(data["text_columns"]),
            notes=tuple(data.get("notes", ())),
            marks=tuple((row, place, number) for row, place, number in data.get("marks", ())),
        )


def table_of(
    grid: FormGrid,
    values: Mapping[CellKey, CellValue],
    texts: Mapping[CellKey, str],
    *,
    footnotes: tuple[str, ...] = (),
    notes: Mapping[CellKey, str] | None = None,
) -> DocumentTable:
    """A sheet as a table: figures in Vietnamese notation with the decimals of their column or indicator.

    ``notes`` say something of single cells; they are numbered in reading order.
    """

    def shown(key: CellKey, kind: CellKind) -> str:
        if kind in WORDS:
            return grid.worded(key, texts.get(key, ""))
        return grid.written(key, values.get(key, BLANK))

    rows = tuple(
        DocumentRow(
            number=row.number,
            label=row.label,
            level=row.level,
            kind=str(row.kind),
            measure=row.measure,
            values=tuple(
                shown((row.key, column.key), grid.kinds[row.key, column.key]) for column in grid.columns
            ),
        )
        for row in grid.rows
    )
    noted = [
        (place, number, text)
        for place, row in enumerate(grid.rows)
        for number, column in enumerate(grid.columns)
        if (text := (notes or {}).get((row.key, column.key)))
    ]
    present = {value.code for key, value in values.items() if key in grid.kinds}
    return DocumentTable(
        title=grid.title,
        header=tuple(tuple(line) for line in grid.header),
        rows=rows,
        signs=tuple(sign.value for sign in SIGNS if sign.value in present),
        footnotes=footnotes,
        text_columns=tuple(place for place, column in enumerate(grid.columns) if column.kind in WORDED),
        notes=tuple(text for _, _, text in noted),
        marks=tuple((row, column, number) for number, (row, column, _) in enumerate(noted, 1)),
    )
