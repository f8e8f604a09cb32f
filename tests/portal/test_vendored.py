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


@pytest.mark.parametrize("folder", [VENDOR, ROOT.parent / "tests" / "vendor"], ids=["served", "for tests"])
def test_every_vendored_file_is_the_one_written_down(folder: Path) -> None:
    list_of_files = (folder / "VENDORED.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"\| `([^`]+)` \| \d+ \| `([0-9a-f]{64})` \|", list_of_files))

    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
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
    sprite = (VENDOR / "bootstrap-icons" / "sprite.svg").read_text(encoding="utf-8")
    public = (
        text
        for path in TEMPLATES.rglob("*.html")
        if "wagtailadmin" not in (text := path.read_text(encoding="utf-8"))
    )
    templates = "\n".join(public)

    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = set(re.findall(r'(?:components/icon\.html" with name|\bicon|\bsign)="([\w-]+)"', templates))

    assert named
    assert named <= drawn


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_the_style_sheets_fetch_nothing_from_elsewhere(sheet: Path) -> None:
    for address in re.findall(r"url\(([^)]*)\)", sheet.read_text(encoding="utf-8")):
        assert (sheet.parent / address.strip("\"'")).is_file(), address
