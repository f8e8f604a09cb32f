"""The forms of one report whose formulas read each other, computed as one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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

    Cells of other periods are ``elsewhere``; they are given, as are those people type. A computed cell of another
    period is computed again from its parts of that period, for the store keeps what was stated and no totals; but not
    where it is the total of a list, which was stated, nor where its formula names a period itself.

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
                cells[Place(form, row, column)] = Computed(
                    f"{computed.owner} của biểu {form}", computed.formula, _placed(grids, form, computed)
                )
        totals = {Place(form, *cell) for form, grid in grids.items() for cell in grid.totals}
        _add_other_periods(cells, totals)
        super().__init__(
            cells, name=lambda place: str(Ref(place.row, place.column, place.form, place.period))
        )
        #: Every cell of another period that has to be given.
        self.elsewhere = frozenset(
            needed
            for cell in cells.values()
            for needed in cell.inputs.values()
            if needed.period and needed not in cells
        )


def _add_other_periods(cells: dict[Place, Computed], totals: Collection[Place]) -> None:
    queue = [needed for cell in cells.values() for needed in cell.inputs.values() if needed.period]
    while queue:
        place = queue.pop()
        here = place._replace(period="")
        now = cells.get(here)
        if (
            now is None
            or here in totals
            or place in cells
            or any(needed.period for needed in now.inputs.values())
        ):
            continue
        inputs = {ref: needed._replace(period=place.period) for ref, needed in now.inputs.items()}
        cells[place] = Computed(now.owner, now.formula, inputs)
        queue += inputs.values()


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
