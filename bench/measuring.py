"""A row of the bench: what is measured, against which floor, and the target it is held to."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

#: Runs of product and floor each, alternately, after one that warms both up.
RUNS = 7


@dataclass(frozen=True)
class Row:
    """``product`` and ``floor`` are called alternately; ``before`` prepares each run and is not timed.

    at_most
        Milliseconds of the product (median).
    ratio_at_least, ratio_at_most
        Of the rates: floor time ÷ product time; or of the times: product time ÷ floor time.
    """

    name: str
    product: Callable[[], object]
    floor: Callable[[], object] | None = None
    before: Callable[[], object] | None = None
    at_most: float | None = None
    ratio_at_least: float | None = None
    ratio_at_most: float | None = None
    runs: int = RUNS


@dataclass
class Result:
    name: str
    product: float
    floor: float | None = None
    target: str = ""
    met: bool | None = None
    extra: str = field(default="")


def milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def measure(row: Row) -> Result:
    """Medians of product and floor, run by turns so that whatever else the machine does hits both."""
    taken: list[float] = []
    floors: list[float] = []
    for run in range(row.runs + 1):
        if row.before:
            row.before()
        product = milliseconds(row.product)
        floor = milliseconds(row.floor) if row.floor else 0.0
        if run:
            taken.append(product)
            floors.append(floor)
    return judged(row, statistics.median(taken), statistics.median(floors) if row.floor else None)


def judged(row: Row, product: float, floor: float | None) -> Result:
    result = Result(row.name, product, floor)
    if row.at_most is not None:
        result.target, result.met = f"≤ {row.at_most:g} ms", product <= row.at_most
    elif row.ratio_at_least is not None and floor is not None:
        result.target, result.met = f"rate ≥ {row.ratio_at_least:g} ×", floor / product >= row.ratio_at_least
    elif row.ratio_at_most is not None and floor is not None:
        result.target, result.met = f"time ≤ {row.ratio_at_most:g} ×", product / floor <= row.ratio_at_most
    return result


def table(title: str, results: Iterable[Result]) -> None:
    """Print name, product, floor, product ÷ floor, target and whether it was met."""
    out = sys.stdout.write
    out(f"\n{title}\n  {'':<44}{'product':>12}{'floor':>12}{'ratio':>8}  target\n")
    for result in results:
        floor = f"{result.floor:10.1f}ms" if result.floor is not None else f"{'–':>12}"
        ratio = f"{result.product / result.floor:8.2f}" if result.floor else f"{'–':>8}"
        mark = {True: "met", False: "MISSED", None: ""}[result.met]
        out(
            f"  {result.name:<44}{result.product:10.1f}ms{floor}{ratio}  {result.target} {mark} {result.extra}\n"
        )


def p95(durations: Sequence[float]) -> float:
    return statistics.quantiles(durations, n=20)[-1]
