"""Cells computed from others: in which order, what a change affects, and what has to be read for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal, localcontext
from typing import Any, Generic, NamedTuple, TypeVar

from indicators.formulas.evaluator import CONTEXT, prepared, worth
from indicators.formulas.grammar import Formula, Ref
from indicators.formulas.graph import FormulaCycle, order
from indicators.numbers import BLANK, CellValue

K = TypeVar("K", bound=Hashable)


class Computed(NamedTuple):
    """A computed cell: whose formula it has, and the cell behind each reference of it, in the order of the formula's."""

    owner: str
    formula: Formula
    inputs: Mapping[Ref, Any]


class Calculation(Generic[K]):
    """Computed cells by key; what they read and is not among them is given.

    Inside, a cell is a number: computed ones by the order in which they can be computed, then those they read.

    Args:
        cells: key -> how it is computed.
        name: a key in words, for the message of a cycle.

    Raises:
        FormulaCycle: formulas need each other's result.
    """

    #: Every cell that has a formula.
    computed: frozenset[K]

    def __init__(self, cells: Mapping[K, Computed], name: Callable[[K], str]) -> None:
        self.cells = cells
        self.computed = frozenset(cells)
        self._keys: list[Any] = self._ordered(name)
        self._count = len(self._keys)
        self._number: dict[Any, int] = {key: number for number, key in enumerate(self._keys)}
        for computed in cells.values():
            for needed in computed.inputs.values():
                if needed not in self._number:
                    self._number[needed] = len(self._keys)
                    self._keys.append(needed)
        self._inputs = [
            [self._number[needed] for needed in cells[key].inputs.values()]
            for key in self._keys[: self._count]
        ]
        formulas = {id(computed.formula): computed.formula for computed in cells.values()}
        shared = {place: prepared(formula) for place, formula in formulas.items()}
        self._worth = [shared[id(cells[key].formula)] for key in self._keys[: self._count]]
        self._dependents: list[list[int]] = [[] for _ in self._keys]
        for number, inputs in enumerate(self._inputs):
            for needed in set(inputs):
                self._dependents[needed].append(number)

    def compute(self, values: Mapping[K, CellValue]) -> dict[K, CellValue]:
        """All computed cells.

        ``values`` holds the others; one it lacks is blank, and computed ones in it are not looked at.
        """
        return self._evaluated(range(self._count), values)

    def inputs(self, cell: K) -> frozenset[K]:
        """The cells that the formula of a computed cell reads."""
        return frozenset(self.cells[cell].inputs.values())

    def affected(self, changed: Iterable[K]) -> list[K]:
        """The computed cells that depend on ``changed``, however far, each after what it needs."""
        return [self._keys[number] for number in self._affected(changed)]

    def needed(self, changed: Iterable[K]) -> set[K]:
        """What is read, and not itself computed, to compute anew all that depends on ``changed``."""
        wanted = self._with_needs(self._affected(changed), {})
        read = {needed for number in wanted for needed in self._inputs[number] if needed >= self._count}
        return {self._keys[number] for number in read}

    def recompute(self, values: Mapping[K, CellValue], changed: Iterable[K]) -> dict[K, CellValue]:
        """The computed cells whose value is no longer the one in ``values``, after a change of ``changed``.

        ``values`` holds the new values of ``changed`` and the old ones of computed cells. A computed cell
        it lacks was blank; where another needs it, it is computed.
        """
        affected = self._affected(changed)
        fresh = self._evaluated(sorted(self._with_needs(affected, values)), values)
        cells = (self._keys[number] for number in affected)
        return {cell: fresh[cell] for cell in cells if fresh[cell] != values.get(cell, BLANK)}

    def _affected(self, changed: Iterable[K]) -> list[int]:
        found: set[int] = set()
        queue = [self._number[cell] for cell in changed if cell in self._number]
        while queue:
            for dependent in self._dependents[queue.pop()]:
                if dependent not in found:
                    found.add(dependent)
                    queue.append(dependent)
        return sorted(found)

    def _with_needs(self, cells: list[int], values: Mapping[K, CellValue]) -> set[int]:
        """These computed cells, and those they need and ``values`` lacks."""
        wanted, queue = set(cells), list(cells)
        while queue:
            for needed in self._inputs[queue.pop()]:
                if needed < self._count and needed not in wanted and self._keys[needed] not in values:
                    wanted.add(needed)
                    queue.append(needed)
        return wanted

    def _evaluated(self, cells: Iterable[int], values: Mapping[K, CellValue]) -> dict[K, CellValue]:
        known: list[CellValue] = [BLANK] * len(self._keys)
        amounts: list[Decimal | None] = [None] * len(self._keys)
        for cell, value in values.items():
            if (number := self._number.get(cell)) is not None:
                known[number], amounts[number] = value, value.amount
        fresh: dict[K, CellValue] = {}
        with localcontext(CONTEXT):
            for number in cells:
                key, inputs = self._keys[number], self._inputs[number]
                plain = self._worth[number]([amounts[needed] for needed in inputs])
                if plain is None:
                    computed = self.cells[key]
                    operands = [known[needed] for needed in inputs]
                    value = worth(computed.formula, dict(zip(computed.inputs, operands, strict=True)))
                else:
                    value = plain
                fresh[key] = known[number] = value
                amounts[number] = value.amount
        return fresh

    def _ordered(self, name: Callable[[K], str]) -> list[K]:
        """
        Raises:
            FormulaCycle: as seen from the formula in which the cycle was found.
        """
        needs: dict[Any, Any] = {cell: computed.inputs.values() for cell, computed in self.cells.items()}
        try:
            return [cell for cell in order(needs, name=name) if cell in self.cells]
        except FormulaCycle as cycle:
            cell, needed = cycle.path[:2]
            computed = self.cells[cell]
            positions = (
                computed.formula.positions[ref] for ref, at in computed.inputs.items() if at == needed
            )
            raise FormulaCycle(cycle.fault, position=next(positions), place=computed.owner) from None
