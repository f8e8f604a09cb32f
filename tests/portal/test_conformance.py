"""The marks of the tests and the declared parts of the requirements fit together."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance import HELD, NOT, OUTSIDE, PARTLY, declared, page, proved

TESTS = Path(__file__).resolve().parents[1]


def marks() -> Iterator[tuple[str, str, str]]:
    """Every ``requirement`` mark in the tests: where, number, part."""
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.requirement":
                parts = [ast.literal_eval(word.value) for word in node.keywords if word.arg == "part"]
                yield (
                    f"{path.relative_to(TESTS)}:{node.lineno}",
                    ast.literal_eval(node.args[0]),
                    *(parts or [""]),
                )


def test_every_mark_names_a_declared_part():
    requirements = declared()

    unknown = [
        f"{where}: {number}, {part!r}"
        for where, number, part in marks()
        if number not in requirements or part not in requirements[number].parts
    ]

    assert unknown == []


def test_all_requirements_are_declared_once_with_parts_of_different_names():
    requirements = declared()

    assert list(requirements) == [f"R{n}" for n in range(1, 179)] + [f"X{n}" for n in range(1, 24)]
    assert [r.number for r in requirements.values() if len(set(r.parts)) < len(r.parts)] == []
    assert [r.number for r in requirements.values() if not r.parts and r.kind != "O"] == []


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        (
            {
                "reason required": ["passed"],
                "corrected and submitted again": ["passed"],
                "refused only with reasons and a text": ["passed"],
            },
            HELD,
        ),
        ({"reason required": ["passed"]}, PARTLY),
        ({"reason required": ["passed"], "corrected and submitted again": ["skipped"]}, PARTLY),
        ({"reason required": ["passed", "failed"]}, NOT),
        ({"reason required": ["xfailed"]}, NOT),
        ({}, NOT),
    ],
)
def test_a_requirement_holds_when_each_part_has_a_passing_test(tmp_path, outcomes, state):
    tests = {
        f"tests/test_it.py::test_{part}_{place}": {"outcome": outcome, "requirements": [["R101", part]]}
        for part, found in outcomes.items()
        for place, outcome in enumerate(found)
    }
    path = tmp_path / "outcomes.json"
    path.write_text(json.dumps({"seconds": 1, "tests": tests}), encoding="utf-8")

    requirements = proved([path])

    assert requirements["R101"].state == state
    assert requirements["R178"].state == OUTSIDE
    assert f"| {state} |" in next(
        line for line in page(requirements).splitlines() if line.startswith("| R101 ")
    )


def test_a_test_that_fails_on_one_database_proves_nothing(tmp_path):
    paths = [tmp_path / "sqlite.json", tmp_path / "postgres.json"]
    for path, outcome in zip(paths, ("passed", "failed"), strict=True):
        test = {"outcome": outcome, "requirements": [["R14", "one supplier per figure"]]}
        path.write_text(
            json.dumps({"seconds": 1, "tests": {"tests/t.py::test_it[0]": test}}), encoding="utf-8"
        )

    assert not proved(paths)["R14"].holds("one supplier per figure")
    assert not proved(paths[::-1])["R14"].holds("one supplier per figure")
