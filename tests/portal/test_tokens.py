import re
from pathlib import Path

import pytest

import portal
from home import appearance
from home.colours import WHITE, contrast
from home.models import COLOUR_CONTRAST

CSS = Path(portal.__file__).parent / "static" / "portal" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
DARK_BLOCKS = re.findall(r"/\* dark \*/([^}]+)}", TOKENS)


def colours(block: str) -> dict[str, str]:
    found = re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", block)
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])
        for name, value in found
    }


LIGHT = colours(TOKENS[TOKENS.index(":root {") : TOKENS.index("@media")])
CONTRAST_BLOCKS = re.findall(r"/\* more contrast \*/([^}]+)}", TOKENS)
SCHEMES = {"light": LIGHT, "dark": LIGHT | colours(DARK_BLOCKS[0])}
TEXT_ON_GROUND = [
    (text, ground)
    for text in ("--ink", "--ink-muted", "--heading", "--link", "--link-hover", "--accent")
    for ground in ("--ground", "--surface", "--surface-sunk")
] + [
    (text, f"--{tone}-ground")
    for tone in ("info", "done", "warn", "late")
    for text in (f"--{tone}", "--ink", "--link")
]
EDGE_ON_GROUND = [
    (edge, ground) for edge in ("--line-strong", "--focus", "--rule") for ground in ("--ground", "--surface")
]


def test_dark_by_the_readers_system_and_dark_by_choice_are_the_same() -> None:
    """Plain CSS cannot share a block between a media query and a selector; the copies must not drift."""
    assert len(DARK_BLOCKS) == 2
    assert DARK_BLOCKS[0].split() == DARK_BLOCKS[1].split()


def test_contrast_by_the_readers_system_and_contrast_by_choice_are_the_same() -> None:
    assert len(CONTRAST_BLOCKS) == 2
    assert CONTRAST_BLOCKS[0].split() == CONTRAST_BLOCKS[1].split()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3."""
    assert contrast(SCHEMES[scheme][text], SCHEMES[scheme][ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGE_ON_GROUND)
def test_edges_that_carry_meaning_stand_out_from_their_ground(scheme: str, edge: str, ground: str) -> None:
    """WCAG 2.2, 1.4.11."""
    tokens = {"--rule": LIGHT["--province"]} | SCHEMES[scheme]

    assert contrast(tokens[edge], tokens[ground]) >= 3


def test_white_text_and_the_golden_mark_stand_out_on_the_provinces_colour() -> None:
    """What the settings ask of another colour (``home.models.COLOUR_CONTRAST``) holds for the default one."""
    assert contrast(LIGHT["--province"], WHITE) >= COLOUR_CONTRAST
    assert contrast(LIGHT["--province"], LIGHT["--gold"]) >= 3


def test_the_grounds_that_chosen_colours_are_measured_on_are_those_of_the_tokens() -> None:
    for scheme, grounds in (("light", appearance._LIGHT), ("dark", appearance._DARK)):
        tokens = [SCHEMES[scheme][name] for name in ("--ground", "--surface", "--surface-sunk")]
        assert tokens == list(grounds)


def test_no_style_sheet_but_the_tokens_names_a_colour() -> None:
    for sheet in ("site.css", "catalogue.css", "chart.css", "fonts.css"):
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*{)", (CSS / sheet).read_text(encoding="utf-8")), (
            sheet
        )
