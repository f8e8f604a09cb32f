"""The forms of one report whose formulas read each other, computed as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from indicators.formulas.calculation import Calculation, Computed
from indicators.formulas.grammar import Ref
from indicators.formulas.grid import CompiledGrid, Outside, find, formula_of


class Place(NamedTuple):
    """A cell of a form; of the report's own period, unless ``period`` names another."""

    form: str
    row: str
    column: str
    period: str = ""


class CompiledBook(Calculation[Place]):
    """The computed cells of all forms of a report, in one order.

    Cells of other periods are ``elsewhere``; they are given, as are those people type.

    Args:
        grids: form code -> its table.

    Raises:
        FormulaError: a formula reads a form, a row or a column that is not there; it names form and place.
        FormulaCycle: formulas need each other's result, however many forms lie between.
    """

    def __init__(self, grids: Mapping[str, CompiledGrid]) -> None:
        cells: dict[Place, Computed] = {}
        for form, grid in grids.items():
            for (row, column), computed in grid.cells.items():
                inputs = _placed(grids, form, computed)
                cells[Place(form, row, column)] = Computed(
                    f"{computed.owner} của biểu {form}", computed.formula, inputs
                )
        super().__init__(cells, name=lambda place: str(Ref(place.row, place.column, place.form)))
        #: Every cell of another period that a formula reads.
        self.elsewhere = frozenset(
            needed for cell in cells.values() for needed in cell.inputs.values() if needed.period
        )


def _placed(grids: Mapping[str, CompiledGrid], form: str, computed: Computed) -> dict[Ref, Place]:
    placed = {}
    for ref, needed in computed.inputs.items():
        if not isinstance(needed, Outside):
            placed[ref] = Place(form, *needed)
        elif not needed.form:
            placed[ref] = Place(form, needed.row, needed.column, needed.period)
        else:
            with formula_of(f"{computed.owner} của biểu {form}"):
                placed[ref] = _beyond(grids, needed, computed.formula.positions[ref])
    return placed


def _beyond(grids: Mapping[str, CompiledGrid], needed: Outside, position: int) -> Place:
    form = find(needed.form, {code: code for code in grids}, "báo cáo không có biểu", position)
    whose = f"biểu {form} "
    row = grids[form].row_named(needed.row, position, whose=whose)
    column = grids[form].column_named(needed.column, position, whose=whose)
    return Place(form, row, column, needed.period)
