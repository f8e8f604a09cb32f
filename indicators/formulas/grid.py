"""A table of rows and columns in which some cells are computed from others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import NamedTuple

from indicators.formulas.calculation import Calculation, Computed
from indicators.formulas.grammar import Formula, FormulaError, Ref, Span, parse, sum_of
from indicators.formulas.verdict import NOT_JUDGED, Judging

#: (row key, column key)
Cell = tuple[str, str]


class Outside(NamedTuple):
    """A cell beyond the table: of another form of the same report, or of another period.

    ``form`` is "" where it is the table's own, ``period`` "" where it is the report's own.
    """

    form: str
    row: str
    column: str
    period: str


class CompiledGrid(Calculation[Cell]):
    """The computed cells of a table and their order: compiled once, used for any values.

    A row's formula computes all cells of the row, a column's all cells of the column; where the two cross,
    the column's wins (the percentage of a total is computed from totals). Text columns are neither computed
    nor read. In either kind ``[column]`` is that column of the cell's own row, ``{row}`` that row of its
    own column; a row goes by its key or by the code of the indicator bound to it. ``{first}:{last}`` is the rows
    from one to the other that stand at the level of the first: deeper ones are parts of these; ``{list}:{list}`` is the
    rows of a list, ``{list}`` its total.

    What is read from other forms and other periods is ``outside``; such cells are given like those people type, with
    ``Outside`` as their key. Whether another form has the row and column, ``CompiledBook`` knows.

    Args:
        rows: keys of the rows that hold figures; headings left out.
        columns: keys of the columns.
        row_formulas, column_formulas: key -> text of the formula.
        aliases: indicator code -> row key; where some row has that code as its key, that row is meant.
        text_columns: those of ``columns`` that hold words.
        totals: row -> the rows whose sum it is, in each of ``totalled_columns``; blank where there are none.
        levels: row key -> how deep it stands; 0 where left out.
        judging: row key -> how its indicator is judged, for VERDICT; not at all where left out.

    Raises:
        FormulaError: a formula cannot be read, or it belongs to or reads a row or column that is not there or
            holds words. The message says whose formula, where in it, and what may have been meant.
        FormulaCycle: formulas need each other's result.
    """

    def __init__(
        self,
        rows: Sequence[str],
        columns: Sequence[str],
        row_formulas: Mapping[str, str],
        column_formulas: Mapping[str, str],
        aliases: Mapping[str, str] | None = None,
        *,
        text_columns: Collection[str] = (),
        totals: Mapping[str, Sequence[str]] | None = None,
        totalled_columns: Collection[str] = (),
        levels: Mapping[str, int] | None = None,
        judging: Mapping[str, Judging] | None = None,
    ) -> None:
        self._columns = {column: column for column in columns if column not in text_columns}
        own_rows = {row: row for row in rows}
        self._rows = {code: row for code, row in (aliases or {}).items() if row in own_rows} | own_rows
        self._in_order = list(rows)
        self._levels = levels or {}
        self._lists = totals or {}
        self._judging = judging or {}

        cells: dict[Cell, Computed] = {}
        for row, parts in (totals or {}).items():
            formula = sum_of(parts)
            for column in totalled_columns:
                cells[row, column] = Computed(
                    f'dòng "{row}"', formula, {Ref(part): (part, column) for part in parts}
                )
        for row, text in row_formulas.items():
            with formula_of(f'dòng "{row}"') as owner:
                find(row, own_rows, f"không có {_ROW}", None)
                formula = self._read(text, self._judged(row))
                targets = self._targets(formula)
            for column in self._columns:
                cells[row, column] = Computed(owner, formula, _inputs(targets, row, column))
        # After the rows: where the two cross, the column's formula takes the place of the row's.
        for column, text in column_formulas.items():
            with formula_of(f'cột "{column}"') as owner:
                self.column_named(column, None)
                targets = self._targets(self._read(text, NOT_JUDGED))
                formulas = {judging: self._read(text, judging) for judging in {*map(self._judged, rows)}}
            for row in rows:
                formula = formulas[self._judged(row)]
                cells[row, column] = Computed(owner, formula, _inputs(targets, row, column))

        #: Sums of rows that are another period's own: what such a cell came to then is given, not computed again.
        self.totals = frozenset((row, column) for row in totals or () for column in totalled_columns)
        super().__init__(cells, name=lambda cell: str(Ref(*cell)))
        #: Every cell beyond the table that a formula reads.
        self.outside = frozenset(
            needed
            for cell in cells.values()
            for needed in cell.inputs.values()
            if isinstance(needed, Outside)
        )

    def row_named(self, name: str, position: int | None, *, whose: str = "") -> str:
        """The key of the row with this key or code; ``whose`` begins the message where there is none.

        Raises:
            FormulaError
        """
        return find(name, self._rows, f"{whose}không có {_ROW}", position)

    def column_named(self, name: str, position: int | None, *, whose: str = "") -> str:
        """As ``row_named``."""
        return find(name, self._columns, f"{whose}không có {_COLUMN}", position)

    def _judged(self, row: str) -> Judging:
        return self._judging.get(row, NOT_JUDGED)

    def _read(self, text: str, judging: Judging) -> Formula:
        return parse(text).within(self.rows_of, judging)

    def rows_of(self, span: Span) -> list[str]:
        """The rows from the first to the last that stand at the level of the first.

        Raises:
            FormulaError
        """
        first = self.row_named(span.first.row, span.position)
        last = self.row_named(span.last, span.position)
        if first == last and first in self._lists:
            # Of an empty list its total, which is blank.
            return list(self._lists[first]) or [first]
        start, end = self._in_order.index(first), self._in_order.index(last)
        level = self._levels.get(first, 0)
        if start >= end:
            fault = (
                f'dòng "{span.last}" không đứng sau dòng "{span.first.row}"; viết {{dòng đầu}}:{{dòng cuối}}'
            )
            raise FormulaError(fault, position=span.position)
        if self._levels.get(last, 0) != level:
            fault = f'dòng "{span.first.row}" và dòng "{span.last}" không cùng bậc; khoảng dòng nối hai dòng cùng bậc'
            raise FormulaError(fault, position=span.position)
        return [row for row in self._in_order[start : end + 1] if self._levels.get(row, 0) == level]

    def _targets(self, formula: Formula) -> dict[Ref, Outside]:
        """What each reference names; "" where it is the cell's own."""
        targets = {}
        for ref, position in formula.positions.items():
            row, column = ref.row, ref.column
            if not ref.form:
                row = self.row_named(row, position) if row else ""
                column = self.column_named(column, position) if column else ""
            targets[ref] = Outside(ref.form, row, column, ref.period)
        return targets


@contextmanager
def formula_of(owner: str) -> Iterator[str]:
    """Errors inside name ``owner`` as the one whose formula is wrong."""
    try:
        yield owner
    except FormulaError as error:
        raise error.within(owner) from None


_ROW, _COLUMN = "dòng số liệu", "cột số liệu"


def _inputs(targets: Mapping[Ref, Outside], row: str, column: str) -> dict[Ref, Cell | Outside]:
    return {
        ref: Outside(form, named_row or row, named_column or column, period)
        if form or period
        else (named_row or row, named_column or column)
        for ref, (form, named_row, named_column, period) in targets.items()
    }


def find(name: str, keys: Mapping[str, str], fault: str, position: int | None) -> str:
    """What ``name`` stands for among ``keys``; ``fault`` begins the message where it stands for nothing."""
    if name in keys:
        return keys[name]
    close = get_close_matches(name, keys, n=1)
    meant = f' (có phải là "{close[0]}"?)' if close else ""
    raise FormulaError(f'{fault} "{name}"{meant}', position=position)
