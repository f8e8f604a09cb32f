"""The order in which things that depend on each other are computed."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar

from indicators.formulas.grammar import FormulaError

N = TypeVar("N", bound=Hashable)


class FormulaCycle(FormulaError):
    """Formulas that need each other's result.

    Attributes:
        path: the way round, first and last the same; each thing needs the one after it.
    """

    path: tuple[Any, ...] = ()


def order(dependencies: Mapping[N, Iterable[N]], name: Callable[[N], str] = str) -> list[N]:
    """All things of ``dependencies`` (thing -> what it needs), each after everything it needs.

    Things that are only needed come too. ``name`` words them in the message.

    Raises:
        FormulaCycle: there is no such order; it has no position, for a cycle stands in several formulas.
    """
    try:
        return list(TopologicalSorter(dependencies).static_order())
    except CycleError as error:
        path = tuple(reversed(error.args[1]))
    cycle = FormulaCycle(f"tính vòng quanh {' → '.join(map(name, path))}", position=None)
    cycle.path = path
    raise cycle
