"""Colours as an administrator chooses them, and whether they can be read (WCAG 2.2, 1.4.3 and 1.4.11). Pure.

A colour is written ``#rrggbb``.
"""

from __future__ import annotations

from collections.abc import Iterable

BLACK, WHITE = "#000000", "#ffffff"
_STEPS = 50


def luminance(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, from 1 (the same) to 21 (black on white).

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """``share`` of ``other`` in ``colour``.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    parts = (round(a + (b - a) * share) for a, b in zip(_rgb(colour), _rgb(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def readable(colour: str, grounds: Iterable[str], ratio: float, towards: str) -> str:
    """The colour, as little mixed with ``towards`` (black or white) as makes it stand out from every ground.

    >>> readable("#777777", ["#ffffff"], 4.5, BLACK)
    '#757575'
    """
    grounds = tuple(grounds)
    for step in range(_STEPS + 1):
        candidate = mixed(colour, towards, step / _STEPS)
        if all(contrast(candidate, ground) >= ratio for ground in grounds):
            return candidate
    return towards


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
