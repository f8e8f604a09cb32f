import hashlib
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import portal

ROOT = Path(portal.__file__).parent
VENDOR = ROOT / "static" / "portal" / "vendor"
CSS = ROOT / "static" / "portal" / "css"
TEMPLATES = ROOT.parent / "templates"


def test_every_vendored_file_is_the_one_written_down() -> None:
    written = dict(
        re.findall(r"\| `([^`]+)` \| \d+ \| `([0-9a-f]{64})` \|", (VENDOR / "VENDORED.md").read_text(encoding="utf-8"))
    )

    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VENDORED.md"
    }

    assert found == written


@pytest.mark.parametrize("path", [*VENDOR.rglob("*.css"), *VENDOR.rglob("*.js")], ids=lambda path: path.name)
def test_no_vendored_file_names_a_source_map_that_is_not_there(path: Path) -> None:
    """Hashed static files (ManifestStaticFilesStorage) stop at such a reference."""
    assert "sourceMappingURL" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_the_digits_of_tables_are_of_one_width(weight: int) -> None:
    font = TTFont(VENDOR / "be-vietnam-pro" / f"be-vietnam-pro-figures-{weight}-normal.woff2")
    glyphs = font.getBestCmap()

    assert {chr(code) for code in glyphs} == set("0123456789")
    assert len({font["hmtx"][glyph][0] for glyph in glyphs.values()}) == 1


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "bootstrap-icons" / "sprite.svg").read_text()))
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'(?:icon\.html" with name|\bicon)="([\w-]+)"', path.read_text(encoding="utf-8"))
    }

    assert named
    assert named <= sprite


def test_dark_by_the_readers_system_and_dark_by_choice_are_the_same() -> None:
    """Plain CSS cannot share one block between a media query and a selector; the two copies must not drift."""
    tokens = (CSS / "tokens.css").read_text(encoding="utf-8")

    blocks = re.findall(r"/\* dark \*/([^}]+)}", tokens)

    assert len(blocks) == 2
    assert blocks[0].split() == blocks[1].split()


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_the_style_sheets_fetch_nothing_from_elsewhere(sheet: Path) -> None:
    for address in re.findall(r"url\(([^)]*)\)", sheet.read_text(encoding="utf-8")):
        assert (sheet.parent / address.strip("\"'")).is_file(), address
