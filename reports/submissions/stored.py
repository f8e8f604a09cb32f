"""What the store has accepted of the cells of a report: for prefilling, and for formulas that read other periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from indicators.formulas.book import Place
from indicators.numbers import CellValue, NoValue
from indicators.store.models import PREFERENCE, Figure, ValueType
from reports.regimes.grid import Binding, FormGrid

if TYPE_CHECKING:
    from .models import Submission


class Stored:
    """The accepted figures that stand now at the addresses of some cells, of whatever kind. One query, none for no cell."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        bindings = list(bindings)
        self._figures: dict[tuple[int, int, str, str], dict[tuple[str, str], Figure]] = defaultdict(dict)
        if not bindings:
            return
        found = (
            Figure.objects.accepted()
            .current()
            .filter(
                indicator_id__in={binding.indicator_id for binding in bindings},
                subject_id__in={binding.subject_id for binding in bindings},
                period__in={binding.period for binding in bindings},
            )
        )
        for figure in found:
            address = (figure.indicator_id, figure.subject_id, figure.period, figure.disaggregation)
            self._figures[address][figure.value_type, figure.plan_basis] = figure

    def exactly(self, binding: Binding) -> Figure | None:
        """Of the cell's own kind alone; of plans, that of its basis."""
        return self._of(binding).get((binding.value_type, binding.plan_basis))

    def best(self, binding: Binding) -> Figure | None:
        """Official, else actual, else estimate (X8); for a plan the plan of its basis."""
        if binding.value_type == ValueType.PLAN:
            return self.exactly(binding)
        known = {kind: figure for (kind, _), figure in self._of(binding).items()}
        return next((known[kind] for kind in PREFERENCE if kind in known), None)

    def _of(self, binding: Binding) -> dict[tuple[str, str], Figure]:
        address = (binding.indicator_id, binding.subject_id, binding.period, binding.disaggregation)
        return self._figures.get(address, {})


def of_other_periods(
    submission: Submission, grids: Sequence[FormGrid], places: Collection[Place]
) -> dict[Place, CellValue]:
    """What formulas read at ``[column]@KY``: the best that is accepted; blank ones are left out. One query at most.

    The year so far, as of the period before, is "-" in the first period of a year: nothing has come about yet.
    """
    if not places:
        return {}
    obligation = submission.obligation
    period = obligation.tier.round.span
    by_code = {grid.code: grid for grid in grids}
    bindings: dict[Place, Binding] = {}
    values: dict[Place, CellValue] = {}
    for place in places:
        grid, key = by_code[place.form], (place.row, place.column)
        marked = grid.marked_period(place.column, place.period, period)
        if marked is None:
            values[place] = CellValue(code=NoValue.NIL)
        elif binding := grid.binding(key, str(marked), obligation.organisation_id):
            bindings[place] = binding
    stored = Stored(bindings.values())
    for place, binding in bindings.items():
        if figure := stored.best(binding):
            values[place] = figure.value
    return values
