"""A compiled form as the rest of the portal reads it: kinds of cells, bindings, nested headers, formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from indicators.formulas.grid import CompiledGrid
from indicators.numbers import CellValue, decimals_of, format_cell
from indicators.periods import Period

from .models import ColumnKind, FormVersion, PeriodRole, RowKind

#: (row key, column key).
CellKey = tuple[str, str]

_RATIO_DECIMALS = 2


class CellKind(StrEnum):
    NONE = "none"
    INPUT = "input"
    PREFILLED = "prefilled"
    COMPUTED = "computed"
    CONSOLIDATED = "consolidated"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """``symbol`` and ``decimals`` come from the indicator's measure; ``measure`` is "" for rows without one."""

    key: str
    number: str
    label: str
    kind: str
    level: int
    indicator: int | None
    indicator_code: str
    measure: str
    symbol: str
    decimals: int | None
    disaggregation: str
    subject: int | None
    formula: str
    required: bool
    help: str
    #: Left out by forms that were compiled before there were charts.
    charted: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    path: tuple[str, ...]
    kind: str
    value_type: str
    period_role: str
    plan_basis: str
    formula: str
    decimals: int | None


@dataclass(frozen=True, slots=True)
class Binding:
    """Where the figure in a cell belongs in the store."""

    indicator_id: int
    subject_id: int
    period: str
    value_type: str
    plan_basis: str
    disaggregation: str

    @property
    def address(self) -> tuple[int, int, str, str, str, str]:
        """The values of ``indicators.store.models.ADDRESS``."""
        return (
            self.indicator_id,
            self.subject_id,
            self.period,
            self.value_type,
            self.plan_basis,
            self.disaggregation,
        )


@dataclass(frozen=True, slots=True)
class HeaderCell:
    label: str
    colspan: int
    rowspan: int


def resolve_period(role: str, period: Period) -> Period:
    """The period a column speaks of, given the round's."""
    match PeriodRole(role):
        case PeriodRole.THIS:
            return period
        case PeriodRole.CUMULATIVE:
            return period.year_to_date()
        case PeriodRole.PREVIOUS:
            return period.previous()
        case PeriodRole.SAME_LAST_YEAR:
            return period.same_last_year()
        case PeriodRole.CUMULATIVE_LAST_YEAR:
            return period.year_to_date().same_last_year()
        case PeriodRole.YEAR:
            return period.year()


class FormGrid:
    """Read-only view of one ``FormVersion``. Get it with ``grid_of``; versions never change, so it is kept."""

    def __init__(self, compiled: dict[str, Any]) -> None:
        self.code: str = compiled["code"]
        self.title: str = compiled["title"]
        self.note: str = compiled.get("note", "")
        self.rows = [Row(**row) for row in compiled["rows"]]
        self.columns = [Column(**{**column, "path": tuple(column["path"])}) for column in compiled["columns"]]
        self.row = {row.key: row for row in self.rows}
        self.column = {column.key: column for column in self.columns}
        self._least: dict[CellKey, int] = {}

    @cached_property
    def kinds(self) -> dict[CellKey, CellKind]:
        """The kind of every cell, heading rows included as NONE."""
        return {
            (row.key, column.key): self._kind(row, column) for row in self.rows for column in self.columns
        }

    @staticmethod
    def _kind(row: Row, column: Column) -> CellKind:
        if row.kind == RowKind.HEADING:
            return CellKind.NONE
        if row.kind == RowKind.TEXT or column.kind == ColumnKind.TEXT:
            return CellKind.TEXT
        if column.kind == ColumnKind.COMPUTED or row.kind == RowKind.COMPUTED:
            return CellKind.COMPUTED
        return CellKind(column.kind)

    def cells(self, *kinds: CellKind) -> Iterator[CellKey]:
        """Keys of the cells of these kinds, in reading order."""
        return (key for key, kind in self.kinds.items() if kind in kinds)

    @cached_property
    def required_cells(self) -> tuple[CellKey, ...]:
        """Input cells that must not be blank when the report is submitted: whole rows of input columns."""
        return tuple(key for key in self.cells(CellKind.INPUT) if self.row[key[0]].required)

    def decimals(self, key: CellKey) -> int | None:
        """How many decimals the cell shows: the column's, else the indicator's, else as entered (None)."""
        column = self.column[key[1]]
        return column.decimals if column.decimals is not None else self.row[key[0]].decimals

    def written(self, key: CellKey, value: CellValue) -> str:
        """A value with the decimals of its cell.

        What is computed where neither column nor indicator says how many has those of the figures it is computed
        from, so that totals look like their parts; a ratio of them has up to two.
        """
        decimals = self.decimals(key)
        if decimals is None and value.amount is not None and self.kinds.get(key) == CellKind.COMPUTED:
            least = self._least_decimals(key)
            decimals = max(least, min(decimals_of(value.amount), _RATIO_DECIMALS))
        return format_cell(value, decimals)

    def _least_decimals(self, key: CellKey) -> int:
        if key not in self._least:
            own = self.decimals(key)
            if own is None and key in self.calculator.computed:
                own = max((self._least_decimals(read) for read in self.calculator.inputs(key)), default=0)
            self._least[key] = own or 0
        return self._least[key]

    @cached_property
    def calculator(self) -> CompiledGrid:
        return self.calculator_of(self.rows, self.columns)

    def calculator_of(self, rows: Iterable[Row] = (), columns: Iterable[Column] = ()) -> CompiledGrid:
        """The whole table, computing only by the formulas of these rows and columns.

        Raises:
            FormulaError: one of the formulas is wrong, or they need each other's result.
        """
        return CompiledGrid(
            rows=[row.key for row in self.rows if row.kind in {RowKind.INPUT, RowKind.COMPUTED}],
            columns=[column.key for column in self.columns],
            row_formulas={row.key: row.formula for row in rows if row.kind == RowKind.COMPUTED},
            column_formulas={
                column.key: column.formula for column in columns if column.kind == ColumnKind.COMPUTED
            },
            aliases=self._aliases(),
            text_columns=[column.key for column in self.columns if column.kind == ColumnKind.TEXT],
        )

    def _aliases(self) -> dict[str, str]:
        """Indicator → its row, where one row alone is bound to it; a class of a disaggregation goes by its key."""
        codes = Counter(row.indicator_code for row in self.rows)
        return {row.indicator_code: row.key for row in self.rows if codes[row.indicator_code] == 1}

    def bindings(self, period: Period, organisation_id: int, *kinds: CellKind) -> dict[CellKey, Binding]:
        """Addresses in the store of the bound cells of these kinds (INPUT by default).

        A row without a subject of its own speaks of the organisation that reports.
        """
        spans = {column.key: str(resolve_period(column.period_role, period)) for column in self.columns}
        found = {}
        for key in self.cells(*(kinds or (CellKind.INPUT,))):
            row, column = self.row[key[0]], self.column[key[1]]
            if row.indicator is None or not column.value_type:
                continue
            found[key] = Binding(
                indicator_id=row.indicator,
                subject_id=row.subject or organisation_id,
                period=spans[column.key],
                value_type=column.value_type,
                plan_basis=column.plan_basis,
                disaggregation=row.disaggregation,
            )
        return found

    @cached_property
    def header(self) -> list[list[HeaderCell]]:
        """The rows of the table head: equal headings side by side are joined, short paths reach down."""
        depth = max((len(column.path) for column in self.columns), default=0) + 1
        lines: list[list[HeaderCell]] = []
        for level in range(depth):
            line: list[HeaderCell] = []
            index = 0
            while index < len(self.columns):
                column = self.columns[index]
                if level < len(column.path):
                    prefix = column.path[: level + 1]
                    end = index
                    while end < len(self.columns) and self.columns[end].path[: level + 1] == prefix:
                        end += 1
                    line.append(HeaderCell(prefix[-1], end - index, 1))
                    index = end
                    continue
                if level == len(column.path):
                    line.append(HeaderCell(column.label, 1, depth - level))
                index += 1
            lines.append(line)
        return lines


def place_of(grid: FormGrid, key: CellKey) -> str:
    """``Biểu BM01, dòng “Thu nội địa”, cột “Ước tháng”``; keys stand in where the form has no such row or column."""
    row, column = grid.row.get(key[0]), grid.column.get(key[1])
    return (
        f"Biểu {grid.code}, dòng “{row.label if row else key[0]}”, cột “{column.label if column else key[1]}”"
    )


#: Compiled forms by their SHA-256: equal hash, equal form, whatever the database.
_grids: dict[str, FormGrid] = {}


def grid_of(version: FormVersion) -> FormGrid:
    """The grid of a version, kept in memory: versions are immutable."""
    if version.sha256 not in _grids:
        _grids[version.sha256] = FormGrid(version.compiled)
    return _grids[version.sha256]
