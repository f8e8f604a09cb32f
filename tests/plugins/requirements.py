"""Which requirement each test proves, and what became of it: ``--outcomes FILE`` writes it down for ``tests.run``."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcomes", metavar="FILE", help="write every test's outcome and requirements to FILE")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--outcomes")
    # With several processes the first of them hears of all reports.
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Notebook(Path(path)))


def pytest_itemcollected(item: pytest.Item) -> None:
    for mark in item.iter_markers("requirement"):
        item.user_properties.append(("requirement", [mark.args[0], mark.kwargs.get("part", "")]))


class _Notebook:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.began = time.monotonic()
        self.tests: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test is as good as the worst of its set-up, call and tear-down; an expected failure proves nothing."""
        test = self.tests.setdefault(
            report.nodeid,
            {
                "outcome": "passed",
                "seconds": 0.0,
                "requirements": [value for name, value in report.user_properties if name == "requirement"],
            },
        )
        test["seconds"] = round(test["seconds"] + report.duration, 3)
        if report.failed:
            test["outcome"] = "failed" if report.when == "call" else "error"
        elif report.skipped:
            test["outcome"] = "xfailed" if hasattr(report, "wasxfail") else "skipped"

    def pytest_sessionfinish(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = {"seconds": round(time.monotonic() - self.began, 2), "tests": self.tests}
        self.path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
