"""Who stands for whom, through all that ended in between. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Passing(NamedTuple):
    """What ended passed to ``heir`` on a day; ``answers``: with the work that was left."""

    predecessor: int
    heir: int
    answers: bool
    on: date


def closure(passings: Iterable[Passing]) -> set[Passing]:
    """Each predecessor with all its heirs, near and far. Where two ways lead to an heir, the one that answers counts.

    >>> merged = Passing(1, 2, True, date(2025, 7, 1))
    >>> [passing.on.year for passing in sorted(closure([merged, Passing(2, 3, True, date(2026, 1, 1))]))]
    [2025, 2026, 2026]
    """
    passed: dict[int, list[Passing]] = defaultdict(list)
    for passing in passings:
        passed[passing.predecessor].append(passing)
    found: dict[tuple[int, int], Passing] = {}
    for start in list(passed):
        ways = [Passing(start, start, True, date.min)]
        while ways:
            way = ways.pop()
            for step in passed.get(way.heir, ()):
                reached = Passing(start, step.heir, way.answers and step.answers, max(way.on, step.on))
                known = found.get((start, step.heir))
                if step.heir != start and (known is None or reached.answers > known.answers):
                    found[start, step.heir] = reached
                    ways.append(reached)
    return set(found.values())
