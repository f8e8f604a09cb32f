import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

import portal

TEMPLATES = Path(portal.__file__).parent.parent / "templates"


PUBLIC = [
    str(path.relative_to(TEMPLATES))
    for pattern in ("*.html", "components/*.html", "navigation/*.html", "pages/*.html")
    for path in sorted(TEMPLATES.glob(pattern))
]


@pytest.mark.parametrize("name", PUBLIC)
def test_no_public_template_holds_an_inline_script_or_style(name: str) -> None:
    """The strict policy of the public site would block it."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")

    assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text))


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_the_page_of_last_resort_needs_nothing_but_itself(name: str) -> None:
    """Django shows it without context, perhaps because hashed static files are what failed."""
    source = (TEMPLATES / name).read_text(encoding="utf-8")

    assert "{%" not in source
    assert "{{" not in source
    assert '<html lang="vi">' in render_to_string(name)


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_the_page_of_last_resort_names_style_sheets_that_are_there(name: str) -> None:
    addresses = re.findall(r'href="/static/([^"]+)"', (TEMPLATES / name).read_text(encoding="utf-8"))

    assert addresses
    assert all((TEMPLATES.parent / "portal" / "static" / address).is_file() for address in addresses)
