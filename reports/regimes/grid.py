"""A compiled form as the rest of the portal reads it: kinds of cells, bindings, nested headers, formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from indicators.formulas.book import CompiledBook
from indicators.formulas.grid import CompiledGrid, Outside
from indicators.formulas.verdict import Judging
from indicators.numbers import CellValue, decimals_of, format_cell
from indicators.periods import Period, PeriodKind
from indicators.store.models import ValueType

from .models import WORDED, ColumnKind, FormVersion, PeriodRole, RowKind

#: (row key, column key).
CellKey = tuple[str, str]

#: Beside the form's own columns, the rows of lists have a column for what the reporter calls them. Keys of columns
#: cannot be this.
LABEL = "@"

_RATIO_DECIMALS = 2


class CellKind(StrEnum):
    NONE = "none"
    INPUT = "input"
    PREFILLED = "prefilled"
    COMPUTED = "computed"
    CONSOLIDATED = "consolidated"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    #: Of a row that heads a list: the sum of the rows below it.
    TOTAL = "total"


#: Rows of one list, whatever the designer allows: a sheet is drawn and printed as a whole.
ROW_LIMIT = 500

#: Cells of words; a date is kept as its ISO day, a choice as it is offered.
WORDS = frozenset({CellKind.TEXT, CellKind.DATE, CellKind.CHOICE})
#: Cells that people may type into.
TYPED = WORDS | {CellKind.INPUT}
#: Cells whose figures go to the store.
POSTED = (CellKind.INPUT, CellKind.TOTAL)
_RECKONED = frozenset({CellKind.COMPUTED, CellKind.TOTAL})
#: A row that a reporter has added: its key ``<list>/<ULID>`` and what he calls it.
Listed = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """``symbol`` and ``decimals`` come from the indicator's measure; ``measure`` is "" for rows without one.

    ``section``: the key of the list that a row added by the reporter is in; such a row is of kind INPUT.
    """

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
    #: How the indicator is judged (``indicators.models.Direction``); only in forms with a verdict.
    direction: str = ""
    #: Of rows that head a list.
    least: int = 0
    most: int | None = None
    add_label: str = ""
    totalled: bool = False
    section: str = ""

    @property
    def is_list(self) -> bool:
        return self.kind == RowKind.LIST


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
    choices: tuple[str, ...] = ()
    required: bool = False

    @property
    def is_figure(self) -> bool:
        return self.kind not in WORDED


#: What the reporter calls a row of a list.
_NAMES = Column(LABEL, "Nội dung", (), ColumnKind.TEXT, "", PeriodRole.THIS, "", "", None, required=True)


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A check as the form's designer set it; the fields are those of ``models.FormCheck``."""

    key: str
    label: str
    kind: str
    effect: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    expression: str = ""
    other_form: str = ""
    other_expression: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    message: str = ""

    @classmethod
    def of(cls, compiled: dict[str, Any]) -> CheckRule:
        amounts = {
            name: None if compiled[name] is None else Decimal(compiled[name])
            for name in ("lowest", "highest", "tolerance")
        }
        keys = {name: tuple(compiled[name]) for name in ("rows", "columns")}
        return cls(**{**compiled, **amounts, **keys})

    def covers(self, key: CellKey) -> bool:
        return (not self.rows or key[0] in self.rows) and (not self.columns or key[1] in self.columns)


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


#: What stands behind "@" in a formula → which period of the column is meant, where the round's own is not moved.
_ROLE_OF_MARK = {
    "LUY_KE": PeriodRole.CUMULATIVE,
    "LUY_KE_CUNG_KY": PeriodRole.CUMULATIVE_LAST_YEAR,
    "CA_NAM": PeriodRole.YEAR,
}


class FormGrid:
    """Read-only view of one ``FormVersion``. Get it with ``grid_of``; versions never change, so it is kept.

    ``listed`` are the rows that a reporter has added to its lists, in order; get such a grid with ``with_lists``.
    """

    def __init__(self, compiled: dict[str, Any], listed: Iterable[Listed] = ()) -> None:
        self._compiled = compiled
        self.code: str = compiled["code"]
        self.title: str = compiled["title"]
        self.note: str = compiled.get("note", "")
        designed = [Row(**row) for row in compiled["rows"]]
        self.sections = {row.key: row for row in designed if row.is_list}
        #: List → keys of its rows.
        self.lists: dict[str, list[str]] = {section: [] for section in self.sections}
        names = {}
        for key, name in listed:
            if (section := section_of(key)) in self.lists:
                self.lists[section].append(key)
                names[key] = name
        self.rows: list[Row] = []
        for row in designed:
            self.rows.append(row)
            self.rows += [
                _listed_row(row, place, key, names[key])
                for place, key in enumerate(self.lists.get(row.key, ()), 1)
            ]
        self.columns = [
            Column(**{**column, "path": tuple(column["path"]), "choices": tuple(column.get("choices", ()))})
            for column in compiled["columns"]
        ]
        self.rules = [CheckRule.of(check) for check in compiled.get("checks", ())]
        self.row = {row.key: row for row in self.rows}
        self.column = {column.key: column for column in self.columns}
        if self.sections:
            self.column[LABEL] = _NAMES
        self._least: dict[CellKey, int] = {}

    @cached_property
    def kinds(self) -> dict[CellKey, CellKind]:
        """The kind of every cell, heading rows included as NONE; what a row of a list is called comes first in it."""
        found = {}
        for row in self.rows:
            if row.section:
                found[row.key, LABEL] = CellKind.TEXT
            for column in self.columns:
                found[row.key, column.key] = self._kind(row, column)
        return found

    @staticmethod
    def _kind(row: Row, column: Column) -> CellKind:
        if row.kind == RowKind.HEADING:
            return CellKind.NONE
        if row.is_list:
            if not row.totalled or column.kind in WORDED:
                return CellKind.NONE
            return CellKind.TOTAL if column.kind == ColumnKind.INPUT else CellKind(column.kind)
        if row.section and column.kind in {ColumnKind.PREFILLED, ColumnKind.CONSOLIDATED}:
            return CellKind.NONE
        if column.kind in {ColumnKind.DATE, ColumnKind.CHOICE}:
            return CellKind(column.kind)
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
        """Cells that must not be blank when the report is submitted: of required rows for figures, the input columns
        and those columns of words that are required."""
        rows = {row.key for row in self.rows if row.required and row.kind == RowKind.INPUT}
        columns = {column.key for column in self.column.values() if column.required} | {
            column.key for column in self.columns if column.kind == ColumnKind.INPUT
        }
        return tuple(key for key in self.cells(*TYPED) if key[0] in rows and key[1] in columns)

    @cached_property
    def required_places(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Of the required cells the rows and the columns; and the rows that have none."""
        rows = frozenset(row for row, _ in self.required_cells)
        columns = frozenset(column for _, column in self.required_cells)
        return rows, columns, frozenset(self.row) - rows

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
        if decimals is None and value.amount is not None and self.kinds.get(key) in _RECKONED:
            least = self._least_decimals(key)
            decimals = max(least, min(decimals_of(value.amount), _RATIO_DECIMALS))
        return format_cell(value, decimals)

    def worded(self, key: CellKey, text: str) -> str:
        """Words as people read them: the ISO day of a date cell day first."""
        if text and self.kinds.get(key) == CellKind.DATE:
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        return text

    def _least_decimals(self, key: CellKey) -> int:
        if key not in self._least:
            own = self.decimals(key)
            if own is None and key in self.calculator.computed:
                read = (cell for cell in self.calculator.inputs(key) if not isinstance(cell, Outside))
                own = max(map(self._least_decimals, read), default=0)
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
            rows=[
                row.key
                for row in self.rows
                if row.kind in {RowKind.INPUT, RowKind.COMPUTED} or (row.is_list and row.totalled)
            ],
            columns=[column.key for column in self.columns],
            row_formulas={row.key: row.formula for row in rows if row.kind == RowKind.COMPUTED},
            column_formulas={
                column.key: column.formula for column in columns if column.kind == ColumnKind.COMPUTED
            },
            aliases=self.aliases,
            text_columns=[column.key for column in self.columns if column.kind in WORDED],
            totals={key: self.lists[key] for key, row in self.sections.items() if row.totalled},
            totalled_columns=[column.key for column in self.columns if column.kind == ColumnKind.INPUT],
            levels={row.key: row.level for row in self.rows},
            judging={row.key: Judging(row.direction, row.decimals) for row in self.rows if row.direction},
        )

    def is_plan(self, key: CellKey) -> bool:
        """Whether people type a plan here, which may be a range, a bound or words (X9)."""
        return self.kinds.get(key) == CellKind.INPUT and self.column[key[1]].value_type == ValueType.PLAN

    def marked_period(self, column: str, mark: str, period: Period) -> Period | None:
        """The period of ``[column]@mark`` in a round of ``period``.

        KY_TRUOC and CUNG_KY read the column as the round before, and that of last year, had it: of a column of the year
        so far, the year so far as of then. LUY_KE, LUY_KE_CUNG_KY and CA_NAM name the period themselves. What is read is
        the accepted figure at the address of that cell: official, else actual, else estimate; of a plan that of its
        basis. A computed cell has no address; it is computed from its parts (``CompiledBook``).

        None: the year so far, as of the period before, has not begun; it counts as "-", so that
        ``[thang] + [luy_ke]@KY_TRUOC`` holds in January too.
        """
        role = self.column[column].period_role
        if mark in _ROLE_OF_MARK:
            return resolve_period(_ROLE_OF_MARK[mark], period)
        if mark == "CUNG_KY":
            return resolve_period(role, period.same_last_year())
        before = resolve_period(role, period.previous())
        so_far = role == PeriodRole.CUMULATIVE and period.kind != PeriodKind.MONTHS
        return None if so_far and before.year() != period.year() else before

    def binding(self, key: CellKey, period: str, organisation_id: int) -> Binding | None:
        """The address in the store of one cell, whatever its kind, for this very period; None where it is not bound."""
        row, column = self.row[key[0]], self.column[key[1]]
        if row.indicator is None or not column.value_type:
            return None
        return Binding(
            indicator_id=row.indicator,
            subject_id=row.subject or organisation_id,
            period=period,
            value_type=column.value_type,
            plan_basis=column.plan_basis,
            disaggregation=row.disaggregation,
        )

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Indicator → its row, where one row alone is bound to it; a class of a disaggregation goes by its key."""
        codes = Counter(row.indicator_code for row in self.rows)
        return {row.indicator_code: row.key for row in self.rows if codes[row.indicator_code] == 1}

    def bindings(self, period: Period, organisation_id: int, *kinds: CellKind) -> dict[CellKey, Binding]:
        """Addresses in the store of the bound cells of these kinds (by default those that are posted: what was typed in,
        and the totals of lists; the rows of a list are not bound).

        A row without a subject of its own speaks of the organisation that reports.
        """
        spans = {column.key: str(resolve_period(column.period_role, period)) for column in self.columns}
        return {
            key: binding
            for key in self.cells(*(kinds or POSTED))
            if key[1] in spans and (binding := self.binding(key, spans[key[1]], organisation_id))
        }

    def with_lists(self, listed: Iterable[Listed]) -> FormGrid:
        """The same form with these rows in its lists; it is kept as long as many others are not asked for."""
        listed = tuple(listed)
        return _live(self, listed) if listed else self

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


def section_of(row: str) -> str:
    """The designer's row behind a row key: of a row of a list the list, else the row itself."""
    return row.partition("/")[0]


def _listed_row(section: Row, place: int, key: str, name: str) -> Row:
    return replace(
        section,
        key=key,
        number=str(place),
        label=name,
        kind=RowKind.INPUT,
        level=section.level + 1,
        indicator=None,
        indicator_code="",
        disaggregation="",
        subject=None,
        formula="",
        charted=False,
        section=section.key,
    )


@lru_cache(maxsize=256)
def _live(grid: FormGrid, listed: tuple[Listed, ...]) -> FormGrid:
    return FormGrid(grid._compiled, listed)


def row_name(grid: FormGrid, key: str) -> str:
    """``dòng “Thu nội địa”``; a row of a list that has no name yet goes by its number."""
    row = grid.row.get(key)
    if row is not None and row.section and not row.label:
        return f"dòng {row.number} của “{grid.sections[row.section].label}”"
    return f"dòng “{row.label if row else key}”"


def place_of(grid: FormGrid, key: CellKey) -> str:
    """``Biểu BM01, dòng “Thu nội địa”, cột “Ước tháng”``; keys stand in where the form has no such row or column."""
    column = grid.column.get(key[1])
    return f"Biểu {grid.code}, {row_name(grid, key[0])}, cột “{column.label if column else key[1]}”"


#: Compiled forms by their SHA-256: equal hash, equal form, whatever the database.
_grids: dict[str, FormGrid] = {}


def grid_of(version: FormVersion) -> FormGrid:
    """The grid of a version, kept in memory: versions are immutable."""
    if version.sha256 not in _grids:
        _grids[version.sha256] = FormGrid(version.compiled)
    return _grids[version.sha256]


@lru_cache(maxsize=256)
def book_of(grids: tuple[FormGrid, ...]) -> CompiledBook | None:
    """The forms of one report computed together; None where no formula reads beyond its own form and period.

    Raises:
        FormulaError: as ``CompiledBook``; the regime was refused then (``checks``).
    """
    if not any(grid.calculator.outside for grid in grids):
        return None
    return CompiledBook({grid.code: grid.calculator for grid in grids})
