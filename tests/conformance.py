"""Requirement → articles per province → tests → held, partly, not. Writes ``docs/reference/conformance.md``.

The outcomes come from the last full run of the tests; they run again if anything has changed since.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests import run

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "docs/reference/requirements.toml"
CONFORMANCE = ROOT / "docs/reference/conformance.md"
PROVINCES = {"ST": "Sóc Trăng", "KH": "Khánh Hòa", "BP": "Bình Phước", "LC": "Lai Châu", "TB": "Thái Bình"}

HELD, PARTLY, NOT, OUTSIDE = "held", "partly", "not", "outside the software"


@dataclass
class Requirement:
    """One requirement with its parts; ``tests`` maps each part to the tests that prove it and how they ended."""

    number: str
    title: str
    kind: str
    articles: str
    parts: list[str]
    tests: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def holds(self, part: str) -> bool:
        """At least one test of this part passed, and none went wrong."""
        outcomes = set(self.tests[part].values())
        return "passed" in outcomes and not outcomes & {"failed", "error"}

    @property
    def state(self) -> str:
        if self.kind == "O":
            return OUTSIDE
        held = [self.holds(part) for part in self.parts]
        return HELD if all(held) else PARTLY if any(held) else NOT


def declared() -> dict[str, Requirement]:
    """All requirements in their order, without tests."""
    return {
        number: Requirement(
            number,
            entry["title"],
            entry.get("kind", ""),
            entry.get("source") or "; ".join(f"{code} {where}" for code, where in entry["articles"].items()),
            entry["parts"],
        )
        for number, entry in tomllib.loads(REQUIREMENTS.read_text(encoding="utf-8")).items()
    }


def proved(outcomes: list[Path]) -> dict[str, Requirement]:
    """The requirements with the tests of these runs; a test run twice is as good as its worse run."""
    requirements = declared()
    for path in outcomes:
        for nodeid, test in json.loads(path.read_text(encoding="utf-8"))["tests"].items():
            name = nodeid.partition("[")[0]
            for number, part in test["requirements"]:
                ended = requirements[number].tests[part]
                if ended.get(name, "skipped") in {"passed", "skipped"}:
                    ended[name] = (
                        test["outcome"] if test["outcome"] != "skipped" else ended.get(name, "skipped")
                    )
    return requirements


def totals(requirements: dict[str, Requirement]) -> dict[str, Counter[str]]:
    """``R`` (the regulations) and ``X`` (other law and practice) → how many are held, partly, not."""
    counted: dict[str, Counter[str]] = {"R": Counter(), "X": Counter()}
    for requirement in requirements.values():
        counted[requirement.number[0]][requirement.state] += 1
    return counted


def page(requirements: dict[str, Requirement]) -> str:
    """The whole page."""
    lines = [
        "# Conformance",
        "",
        "Written by `make conformance` from the marks of the tests; not edited by hand. The parts are declared in",
        "[requirements.toml](requirements.toml). A requirement is *held* when each of its parts has a passing test.",
        f"Articles: {', '.join(f'{code} {name}' for code, name in PROVINCES.items())}.",
        "",
        f"| | {HELD} | {PARTLY} | {NOT} | {OUTSIDE} |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    names = {"R": "Regulations of the five provinces", "X": "Other law and practice"}
    for letter, count in totals(requirements).items():
        lines.append(
            f"| {names[letter]} | "
            + " | ".join(str(count[state]) for state in (HELD, PARTLY, NOT, OUTSIDE))
            + " |"
        )
    lines += [
        "",
        "| No. | Requirement | Articles | Parts and tests | State |",
        "| --- | --- | --- | --- | --- |",
    ]
    for requirement in requirements.values():
        lines.append(
            f"| {requirement.number} | {requirement.title} | {requirement.articles} | {_parts(requirement)} "
            f"| {requirement.state} |"
        )
    return "\n".join(lines) + "\n"


def _parts(requirement: Requirement) -> str:
    told = []
    for part in requirement.parts:
        tests = sorted(requirement.tests[part])
        names = "".join(f"<br>`{name.removeprefix('tests/')}`" for name in tests)
        told.append(f"{'✓' if requirement.holds(part) else '✗'} {part}{names}")
    return "<br>".join(told)


def outcomes_are_fresh() -> bool:
    """All passes have run since the code was last changed."""
    written = [run.outcomes_of(name) for name in run.PASSES]
    if not all(path.exists() for path in written):
        return False
    folders = ("home", "indicators", "notifications", "reports", "portal", "tests", "templates")
    changed = max(path.stat().st_mtime for folder in folders for path in (ROOT / folder).rglob("*.[ph][yt]*"))
    return min(path.stat().st_mtime for path in written) > changed


def main() -> int:
    code = 0 if outcomes_are_fresh() else run.main([])
    requirements = proved([path for name in run.PASSES if (path := run.outcomes_of(name)).exists()])
    CONFORMANCE.write_text(page(requirements), encoding="utf-8")
    for letter, count in totals(requirements).items():
        states = ", ".join(
            f"{count[state]} {state}" for state in (HELD, PARTLY, NOT, OUTSIDE) if count[state]
        )
        sys.stdout.write(f"{letter}: {states}\n")
    sys.stdout.write(f"{CONFORMANCE.relative_to(ROOT)} written\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
