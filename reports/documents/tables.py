"""A sheet of figures as it is shown to readers, on paper and on public pages: everything in words already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indicators.numbers import BLANK, CellValue, NoValue, format_cell
from reports.regimes.grid import CellKey, CellKind, FormGrid, HeaderCell
from reports.regimes.models import RowKind

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


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """``header`` names the columns of ``values`` alone; ``signs`` are the no-value signs that occur."""

    title: str
    header: tuple[tuple[HeaderCell, ...], ...]
    rows: tuple[DocumentRow, ...]
    note: str = ""
    signs: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    text_columns: tuple[int, ...] = ()

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
        return max((len(row.values) for row in self.rows), default=0)

    @property
    def size(self) -> str:
        """How small the table must be set: "", "wide" or "widest"."""
        return "widest" if self.column_count > 12 else "wide" if self.column_count > 7 else ""

    @property
    def legend(self) -> list[tuple[str, str]]:
        return [(sign.value, meaning) for sign, meaning in SIGNS.items() if sign.value in self.signs]

    def lines(self) -> Iterator[tuple[DocumentRow, list[tuple[str, bool]]]]:
        """Rows with their cells as (text, is a figure)."""
        for row in self.rows:
            yield (
                row,
                [
                    (value, row.kind != RowKind.TEXT and place not in self.text_columns)
                    for place, value in enumerate(row.values)
                ],
            )

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
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> DocumentTable:
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
        )


def table_of(
    grid: FormGrid,
    values: Mapping[CellKey, CellValue],
    texts: Mapping[CellKey, str],
    *,
    footnotes: tuple[str, ...] = (),
) -> DocumentTable:
    """A sheet as a table: figures in Vietnamese notation with the decimals of their column or indicator."""

    def shown(key: CellKey, kind: CellKind) -> str:
        if kind == CellKind.TEXT:
            return texts.get(key, "")
        return format_cell(values.get(key, BLANK), grid.decimals(key))

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
    present = {value.code for key, value in values.items() if key in grid.kinds}
    return DocumentTable(
        title=grid.title,
        header=tuple(tuple(line) for line in grid.header),
        rows=rows,
        signs=tuple(sign.value for sign in SIGNS if sign.value in present),
        footnotes=footnotes,
        text_columns=tuple(
            place for place, column in enumerate(grid.columns) if column.kind == CellKind.TEXT
        ),
    )
