"""Nothing that people made is deleted for good: everything our code deletes is named here, with what it is."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("home", "indicators", "notifications", "portal", "reports")
#: What can be counted anew, or is nobody's work.
DERIVED = {
    "home/accounts/screens/importing.py": ("an uploaded file once its rows are in", 1),
    "home/accounts/signin/sessions.py": ("sessions that ended", 3),
    "home/accounts/signin/totp.py": (
        "the secret of a second factor that was switched off; the log keeps when",
        1,
    ),
    "home/authoring.py": ("page permissions of a section that follow from duties", 1),
    "home/organisations/services.py": ("rows of the closure table", 1),
    "home/sections.py": ("Wagtail's welcome page and its moderation, before a portal begins", 2),
    "indicators/catalogue/imports.py": ("an uploaded file once its rows are in, or was given up", 2),
    "portal/public_cache.py": ("changes that no kept page asks for", 1),
}


def deleting(path: Path) -> list[int]:
    """Lines that call ``delete()`` on something; services and views of other names are not meant."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"delete", "_raw_delete"}
        and not (isinstance(node.func.value, ast.Call) and ast.unparse(node.func.value.func) == "super")
        and ast.unparse(node.func.value) != "cache"
    ]


@pytest.mark.requirement("R155", part="nothing is deleted by our code")
def test_our_code_deletes_only_what_can_be_counted_anew():
    found = {
        str(path.relative_to(ROOT)): lines
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and (lines := deleting(path))
    }

    assert {name: len(lines) for name, lines in found.items()} == {
        name: times for name, (_, times) in DERIVED.items()
    }
