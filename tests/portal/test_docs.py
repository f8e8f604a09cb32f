"""The documentation says what the code says."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from portal.reference import PAGES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


def rows(page: str) -> list[list[str]]:
    """The cells of all tables of a page, heads and rules left out."""
    lines = [line for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("name", PAGES)
def test_a_printed_page_is_what_the_code_prints(name):
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == PAGES[name](), "run make docs"


def environment_of(path: Path) -> set[str]:
    """Names read through ``portal.env`` in a settings file."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    return {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func).startswith("env.")}


def test_every_setting_from_the_environment_is_described_and_no_other():
    read = set().union(*(environment_of(path) for path in (ROOT / "portal/settings").glob("*.py")))
    described = [row[0].strip("`") for row in rows("reference/settings.md")]

    assert described == sorted(read)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        (row[0], name)
        for row in rows("reference/glossary.md")
        for name in re.findall(r"`([a-z_]+\.[^`]+)`", row[2])
    ],
)
def test_the_glossary_names_things_that_exist(word, name):
    module, thing = [], None
    for part in name.split("."):
        if thing is None and part.islower() and _is_module([*module, part]):
            module.append(part)
        else:
            owner = thing or import_module(".".join(module))
            thing = getattr(owner, part, None) or owner._meta.get_field(part)

    assert thing or module


def _is_module(path: list[str]) -> bool:
    place = ROOT.joinpath(*path)
    return place.is_dir() or place.with_suffix(".py").exists()


@pytest.mark.parametrize(
    "page", [*DOCS.rglob("*.md"), *ROOT.glob("*.md")], ids=lambda page: str(page.relative_to(ROOT))
)
def test_links_lead_somewhere(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))

    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert broken == []


def test_the_index_names_every_page():
    index = set(LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")))
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page.parent.name != "vi"}

    assert pages - {"README.md"} <= index


def test_decisions_are_numbered_without_a_gap_and_say_the_three_things():
    decisions = sorted((DOCS / "decisions").glob("*.md"))

    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. ")
        assert all(f"**{said}.**" in text for said in ("Context", "Decision", "Consequences"))


def test_the_bare_make_lists_every_verb():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()

    assert re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE) == verbs
