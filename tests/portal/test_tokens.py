import re
from pathlib import Path

import pytest

import portal

CSS = Path(portal.__file__).parent / "static" / "portal" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
DARK_BLOCKS = re.findall(r"/\* dark \*/([^}]+)}", TOKENS)


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", block))


LIGHT = colours(TOKENS[TOKENS.index(":root {") : TOKENS.index("[data-palette")])
SCHEMES = {"light": LIGHT, "dark": LIGHT | colours(DARK_BLOCKS[0])}
PALETTES = dict(re.findall(r'palette="(\w+)"\] {\s*--province: (#\w+);', TOKENS))
PALETTES["default"] = LIGHT["--province"]

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


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_dark_by_the_readers_system_and_dark_by_choice_are_the_same() -> None:
    """Plain CSS cannot share a block between a media query and a selector; the copies must not drift."""
    assert len(DARK_BLOCKS) == 2
    assert DARK_BLOCKS[0].split() == DARK_BLOCKS[1].split()


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


@pytest.mark.parametrize("palette", PALETTES)
def test_white_text_and_the_golden_mark_stand_out_on_each_provinces_colour(palette: str) -> None:
    assert contrast(PALETTES[palette], LIGHT["--province-text"]) >= 7
    assert contrast(PALETTES[palette], LIGHT["--gold"]) >= 3
