"""Nobody reads stored figures past their standing: all readers are found in the source, one by one."""

from __future__ import annotations

import ast
import re

import pytest

from portal.figure_readers import APPS, NAMED, ROOT, readers, readers_in

#: Other ways to rows than by the names of their models.
BY_THE_BACK = re.compile(r"store_(released)?figure|get_model\(\s*[\"']store[\"']|submissions_(cell|snapshot)")


def sources():
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path, path.read_text(encoding="utf-8")


@pytest.mark.requirement("R119", part="read across units within rights")
@pytest.mark.requirement("R51", part="monitoring reads no figures")
def test_whoever_reads_figures_asks_by_standing_or_is_named_with_the_reason():
    found = readers()

    assert [reader for reader in found if not reader.predicate and reader.name not in NAMED] == []
    assert sorted(set(NAMED) - {reader.name for reader in found}) == []


def test_what_is_written_past_the_predicate_is_noticed():
    source = """
def page(request):
    return Figure.objects.current().filter(indicator=1)

def export(indicator):
    yield from indicator.figures.all()

def good(user):
    return Figure.objects.current().visible_to(user)

every = Figure._default_manager
"""
    found = {reader.name: reader.predicate for reader in readers_in(source, "api")}

    assert found == {"api.page": "", "api.export": "", "api.good": "visible_to", "api": ""}


def test_nobody_comes_to_figures_by_the_back():
    allowed = {"portal/figure_readers.py"}
    found = [
        str(path.relative_to(ROOT))
        for path, source in sources()
        if BY_THE_BACK.search(source) and str(path.relative_to(ROOT)) not in allowed
    ]

    assert found == []


def test_cells_and_snapshots_are_known_to_reports_alone():
    knows = set()
    for path, source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(
                ("submissions.models", "models")
            ):
                names = {alias.name for alias in node.names}
                if names & {"Cell", "CellChange", "Snapshot"}:
                    knows.add(".".join(path.relative_to(ROOT).parts[:2]))

    assert knows == {"reports.submissions", "reports.entry", "reports.consolidation", "reports.publication"}
