"""A table of rows and columns in which some cells are computed from others."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import NamedTuple

from indicators.formulas.evaluator import evaluate
from indicators.formulas.grammar import Formula, FormulaError, Ref, parse, sum_of
from indicators.formulas.graph import FormulaCycle, order
from indicators.numbers import BLANK, CellValue

#: (row key, column key)
Cell = tuple[str, str]


class CompiledGrid:
    """The computed cells of a table and their order: compiled once, used for any values.

    A row's formula computes all cells of the row, a column's all cells of the column; where the two cross,
    the column's wins (the percentage of a total is computed from totals). Text columns are neither computed
    nor read. In either kind ``[column]`` is that column of the cell's own row, ``{row}`` that row of its
    own column; a row goes by its key or by the code of the indicator bound to it.

    Args:
        rows: keys of the rows that hold figures; headings left out.
        columns: keys of the columns.
        row_formulas, column_formulas: key -> text of the formula.
        aliases: indicator code -> row key; where some row has that code as its key, that row is meant.
        text_columns: those of ``columns`` that hold words.
        totals: row -> the rows whose sum it is, in each of ``totalled_columns``; blank where there are none.

    Raises:
        FormulaError: a formula cannot be read, or it belongs to or reads a row or column that is not there or
            holds words. The message says whose formula, where in it, and what may have been meant.
        FormulaCycle: formulas need each other's result.
    """

    #: Every cell that has a formula.
    computed: frozenset[Cell]

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
    ) -> None:
        figures = {column: column for column in columns if column not in text_columns}
        own_rows = {row: row for row in rows}
        named_rows = {code: row for code, row in (aliases or {}).items() if row in own_rows} | own_rows

        self._cells: dict[Cell, _Computed] = {}
        for row, parts in (totals or {}).items():
            formula = sum_of(parts)
            for column in totalled_columns:
                targets = {Ref(part): (part, column) for part in parts}
                self._cells[row, column] = _Computed(f'dòng "{row}"', formula, targets)
        for row, text in row_formulas.items():
            with _formula_of(f'dòng "{row}"') as owner:
                _find(row, own_rows, _ROW, None)
                formula, targets = _compiled(text, named_rows, figures)
            for column in figures:
                self._cells[row, column] = _Computed(owner, formula, _inputs(targets, row, column))
        # After the rows: where the two cross, the column's formula takes the place of the row's.
        for column, text in column_formulas.items():
            with _formula_of(f'cột "{column}"') as owner:
                _find(column, figures, _COLUMN, None)
                formula, targets = _compiled(text, named_rows, figures)
            for row in rows:
                self._cells[row, column] = _Computed(owner, formula, _inputs(targets, row, column))

        self.computed = frozenset(self._cells)
        self._rank = {cell: rank for rank, cell in enumerate(self._ordered())}
        self._dependents: dict[Cell, list[Cell]] = {}
        for cell, computed in self._cells.items():
            for needed in set(computed.inputs.values()):
                self._dependents.setdefault(needed, []).append(cell)

    def compute(self, values: Mapping[Cell, CellValue]) -> dict[Cell, CellValue]:
        """All computed cells.

        ``values`` holds the others; one it lacks is blank, and computed ones in it are not looked at.
        """
        return self._evaluated(self._rank, values)

    def inputs(self, cell: Cell) -> frozenset[Cell]:
        """The cells that the formula of a computed cell reads."""
        return frozenset(self._cells[cell].inputs.values())

    def affected(self, changed: Iterable[Cell]) -> list[Cell]:
        """The computed cells that depend on ``changed``, however far, each after what it needs."""
        found: set[Cell] = set()
        queue = list(changed)
        while queue:
            fresh = set(self._dependents.get(queue.pop(), ())) - found
            found |= fresh
            queue += fresh
        return self._sorted(found)

    def needed(self, changed: Iterable[Cell]) -> set[Cell]:
        """What is read, and not itself computed, to compute anew all that depends on ``changed``."""
        wanted = set(self.affected(changed))
        queue, read = list(wanted), set()
        while queue:
            inputs = set(self._cells[queue.pop()].inputs.values())
            read |= inputs - self.computed
            lacking = (inputs & self.computed) - wanted
            wanted |= lacking
            queue += lacking
        return read

    def recompute(self, values: Mapping[Cell, CellValue], changed: Iterable[Cell]) -> dict[Cell, CellValue]:
        """The computed cells whose value is no longer the one in ``values``, after a change of ``changed``.

        ``values`` holds the new values of ``changed`` and the old ones of computed cells. A computed cell
        it lacks was blank; where another needs it, it is computed.
        """
        affected = self.affected(changed)
        wanted = set(affected)
        queue = list(affected)
        while queue:
            inputs = self._cells[queue.pop()].inputs.values()
            lacking = {cell for cell in inputs if cell in self._cells and cell not in values} - wanted
            wanted |= lacking
            queue += lacking
        fresh = self._evaluated(self._sorted(wanted), values)
        return {cell: fresh[cell] for cell in affected if fresh[cell] != values.get(cell, BLANK)}

    def _evaluated(self, cells: Iterable[Cell], values: Mapping[Cell, CellValue]) -> dict[Cell, CellValue]:
        known = dict(values)
        fresh: dict[Cell, CellValue] = {}
        for cell in cells:
            formula, inputs = self._cells[cell].formula, self._cells[cell].inputs
            operands = {ref: known.get(needed, BLANK) for ref, needed in inputs.items()}
            fresh[cell] = known[cell] = evaluate(formula, operands.__getitem__)
        return fresh

    def _sorted(self, cells: Iterable[Cell]) -> list[Cell]:
        return sorted(cells, key=self._rank.__getitem__)

    def _ordered(self) -> list[Cell]:
        """
        Raises:
            FormulaCycle: as seen from the formula in which the cycle was found.
        """
        needs = {cell: computed.inputs.values() for cell, computed in self._cells.items()}
        try:
            return [cell for cell in order(needs, name=lambda cell: str(Ref(*cell))) if cell in self._cells]
        except FormulaCycle as cycle:
            cell, needed = cycle.path[:2]
            computed = self._cells[cell]
            positions = (
                computed.formula.positions[ref] for ref, at in computed.inputs.items() if at == needed
            )
            raise FormulaCycle(cycle.fault, position=next(positions), place=computed.owner) from None


class _Computed(NamedTuple):
    """A computed cell: whose formula it has, and the cell behind each reference of it."""

    owner: str
    formula: Formula
    inputs: dict[Ref, Cell]


@contextmanager
def _formula_of(owner: str) -> Iterator[str]:
    """Errors inside name ``owner`` as the one whose formula is wrong."""
    try:
        yield owner
    except FormulaError as error:
        raise error.within(owner) from None


_ROW, _COLUMN = "dòng số liệu", "cột số liệu"


def _compiled(
    text: str, rows: Mapping[str, str], columns: Mapping[str, str]
) -> tuple[Formula, dict[Ref, Cell]]:
    """The formula, and for each reference the (row, column) it names; "" where it is the cell's own."""
    formula = parse(text)
    targets = {}
    for ref, position in formula.positions.items():
        row = _find(ref.row, rows, _ROW, position) if ref.row else ""
        targets[ref] = row, _find(ref.column, columns, _COLUMN, position) if ref.column else ""
    return formula, targets


def _inputs(targets: Mapping[Ref, Cell], row: str, column: str) -> dict[Ref, Cell]:
    return {
        ref: (named_row or row, named_column or column) for ref, (named_row, named_column) in targets.items()
    }


def _find(name: str, keys: Mapping[str, str], what: str, position: int | None) -> str:
    if name in keys:
        return keys[name]
    close = get_close_matches(name, keys, n=1)
    meant = f' (có phải là "{close[0]}"?)' if close else ""
    raise FormulaError(f'không có {what} "{name}"{meant}', position=position)
