"""What is installed is what is pinned, and each package the portal asks for has its reason."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILES = ("requirements.txt", "requirements-dev.txt")
BROUGHT_ALONG = "# ---- brought along by the above ----"


def pins(*files: str) -> dict[str, Requirement]:
    lines = [line for name in files for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    found = [Requirement(line) for line in lines if re.match(r"\w", line)]
    return {canonicalize_name(pin.name): pin for pin in found}


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_exactly_and_once(name):
    lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if re.match(r"\w", line)]

    assert [line for line in lines if not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+", line)] == []
    assert len(pins(name)) == len(lines)


@pytest.mark.parametrize("name", FILES)
def test_what_the_portal_asks_for_has_a_reason_above_it(name):
    asked = (ROOT / name).read_text(encoding="utf-8").partition(BROUGHT_ALONG)[0]
    blocks = [block.splitlines() for block in asked.strip().split("\n\n")]

    assert [block for block in blocks[1:] if not block[0].startswith("# ") or len(block) < 2] == []


@pytest.mark.parametrize("files", [FILES[:1], FILES], ids=["run", "dev"])
def test_the_whole_tree_is_pinned(files):
    """Whatever a pinned package needs here is pinned too, in a version it accepts."""
    pinned = pins(*files)

    missing = [
        f"{pin.name} needs {needed}"
        for pin in pinned.values()
        for needed in map(Requirement, distribution(pin.name).requires or [])
        if any(_applies(needed, extra) for extra in pin.extras or {""})
        and not _is_met(pinned.get(canonicalize_name(needed.name)), needed)
    ]

    assert missing == []


def _applies(needed: Requirement, extra: str) -> bool:
    return needed.marker is None or needed.marker.evaluate({"extra": extra})


def _is_met(pin: Requirement | None, needed: Requirement) -> bool:
    return pin is not None and next(iter(pin.specifier)).version in needed.specifier
