"""A row of the bench: what is measured, against which floor, and the target it is held to."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

#: Runs of product and floor each, alternately, after one that warms both up. ``BENCH_RUNS`` sets them for all rows.
RUNS = 7


@dataclass(frozen=True)
class Row:
    """``product`` and ``floor`` are called alternately; ``before`` prepares each call and is not timed.

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


@dataclass(frozen=True)
class Result:
    """``failed``: not slow but wrong. ``queries``: of one call of the product, None where nobody counted."""

    name: str
    product: float
    floor: float | None = None
    target: str = ""
    met: bool | None = None
    queries: int | None = None
    failed: bool = False


def runs_of(row: Row) -> int:
    return int(os.environ.get("BENCH_RUNS", row.runs))


def milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def counted(call: Callable[[], object]) -> int:
    """How many queries the call makes on the connection of this thread."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def measure(row: Row) -> Result:
    """Medians of product and floor, run by turns so that whatever else the machine does hits both."""
    before = row.before or (lambda: None)
    taken: list[float] = []
    floors: list[float] = []
    before()
    queries = counted(row.product)
    if row.floor:
        before()
        row.floor()
    for _ in range(runs_of(row)):
        before()
        taken.append(milliseconds(row.product))
        if row.floor:
            before()
            floors.append(milliseconds(row.floor))
    return judged(row, statistics.median(taken), statistics.median(floors) if floors else None, queries)


def judged(
    row: Row, product: float, floor: float | None = None, queries: int | None = None, *, failed: bool = False
) -> Result:
    target, met = "", None
    if row.at_most is not None:
        target, met = f"≤ {row.at_most:g} ms", product <= row.at_most
    elif row.ratio_at_least is not None and floor is not None:
        target, met = f"rate ≥ {row.ratio_at_least:g} ×", floor / product >= row.ratio_at_least
    elif row.ratio_at_most is not None and floor is not None:
        target, met = f"time ≤ {row.ratio_at_most:g} ×", product / floor <= row.ratio_at_most
    return Result(row.name, product, floor, target, met, queries, failed)


def table(title: str, results: Iterable[Result]) -> bool:
    """Print each row as it comes: floor and product (medians), floor ÷ product, target, held or not, queries.

    Returns whether any of them failed.
    """
    out = sys.stdout.write
    out(f"\n{title}\n  {'':<58}{'floor':>12}{'product':>12}{'rate':>7}{'queries':>9}  target\n")
    failed = False
    for result in results:
        floor = f"{result.floor:10.2f}ms" if result.floor is not None else f"{'–':>12}"
        rate = f"{result.floor / result.product:6.2f}×" if result.floor is not None else f"{'–':>7}"
        queries = f"{result.queries:>9}" if result.queries is not None else f"{'–':>9}"
        mark = "FAILED" if result.failed else {True: "held", False: "NOT HELD", None: ""}[result.met]
        out(
            f"  {result.name:<58}{floor}{result.product:10.2f}ms{rate}{queries}  {result.target:<14} {mark}\n"
        )
        sys.stdout.flush()
        failed = failed or result.failed
    return failed


def p95(durations: Sequence[float]) -> float:
    return statistics.quantiles(durations, n=20)[-1]
