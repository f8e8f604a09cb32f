"""The bench runs, on a size that shows nothing about speed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.__main__ import PARTS, main
from bench.measuring import Result, Row, judged, measure, table


@pytest.mark.slow
def test_every_part_runs_and_names_its_rows(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PORTAL_VAR": str(tmp_path),
        "BENCH_DATABASE": "SQLite",
        "BENCH_FIGURES": "2x4x14",
        "BENCH_ROUNDS": "2",
        "BENCH_RUNS": "1",
    }
    environment.pop("DATABASE_URL", None)
    ran = subprocess.run(
        [sys.executable, "-m", "bench"], env=environment, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 indicators × 4 organisations × 14 months" in ran.stdout
    for row in (
        "PDF of ten pages",
        "indicator, 4 organisations: nothing kept",
        "catalogue: after a change elsewhere",
        "report: kept",
        "table of 2 indicators × 3 communes",
        "open the form of 500 × 10",
        "paste 200 cells",
        "list of 400 reports",
        "accept, 500 cells",
        "autosave at 8 clients, p95",
    ):
        assert row in ran.stdout


def test_a_part_that_does_not_exist_is_refused(capsys):
    assert main(["gird"]) == 2
    assert ", ".join(PARTS) in capsys.readouterr().err


def test_product_and_floor_run_by_turns_each_prepared(db):
    calls: list[str] = []
    row = Row(
        "r",
        lambda: calls.append("product"),
        floor=lambda: calls.append("floor"),
        before=lambda: calls.append("before"),
        runs=2,
    )

    result = measure(row)

    assert calls == ["before", "product", "before", "floor"] * 3
    assert result.queries == 0


@pytest.mark.parametrize(
    ("row", "product", "floor", "met"),
    [
        (Row("r", int, at_most=100), 100, None, True),
        (Row("r", int, at_most=100), 101, None, False),
        (Row("r", int, floor=int, ratio_at_least=0.8), 10, 8, True),
        (Row("r", int, floor=int, ratio_at_least=0.8), 10, 7, False),
        (Row("r", int, floor=int, ratio_at_most=3), 30, 10, True),
        (Row("r", int, floor=int, ratio_at_most=3), 31, 10, False),
        (Row("r", int), 10, None, None),
    ],
)
def test_a_row_is_held_to_its_target(row, product, floor, met):
    assert judged(row, product, floor).met is met


def test_what_is_slow_is_told_and_what_is_lost_fails(capsys):
    assert not table("t", [Result("slow", 5, 1, "≤ 1 ms", met=False)])
    assert table("t", [Result("lost", 5, failed=True)])
    said = capsys.readouterr().out
    assert "NOT HELD" in said
    assert "FAILED" in said
