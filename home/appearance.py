"""How the site looks: the province's colours as a style sheet, and what a reader asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from .colours import BLACK, WHITE, mixed, readable

COOKIE = "hien-thi"
_COOKIE_AGE = 365 * 24 * 3600

#: The grounds of ``tokens.css`` that text stands on.
_LIGHT = ("#f4f6f9", "#ffffff", "#ebf0f5")
_DARK = ("#0f151c", "#18212b", "#212c38")


@dataclass(frozen=True, slots=True)
class Appearance:
    """``theme``: "light", "dark" or "" (as the reader's system asks); ``contrast``: "more" or "" (likewise).

    Kept in a cookie, so that it needs no account and no script; a cache of pages must tell them apart by it.
    """

    theme: str = ""
    contrast: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Appearance:
        """What the cookie says; what it says wrongly is left out."""
        theme, _, contrast = request.COOKIES.get(COOKIE, "").partition(".")
        return cls(theme if theme in ("light", "dark") else "", contrast if contrast == "more" else "")

    def remember(self, response: HttpResponse, *, secure: bool) -> None:
        if not (self.theme or self.contrast):
            response.delete_cookie(COOKIE, samesite="Lax")
            return
        response.set_cookie(
            COOKIE,
            f"{self.theme}.{self.contrast}",
            max_age=_COOKIE_AGE,
            secure=secure,
            httponly=True,
            samesite="Lax",
        )


def style_sheet(chosen: Mapping[str, str]) -> str:
    """The tokens that follow from ``colour`` and ``accent`` of the presentation; "" where the default ones stand."""
    light, dark = {}, {}
    if colour := chosen["colour"]:
        light = {"--province": colour, "--heading": readable(mixed(colour, BLACK, 0.25), _LIGHT, 7, BLACK)}
        dark = {"--rule": readable(colour, _DARK, 3, WHITE)}
    if accent := chosen["accent"]:
        light |= {"--accent-rule": accent, "--accent": readable(accent, _LIGHT, 4.5, BLACK)}
        dark |= {"--accent": readable(accent, _DARK, 4.5, WHITE)}
    if not light:
        return ""
    night = f"{{{_declared(dark)}}}"
    return (
        f":root{{{_declared(light)}}}"
        f'@media screen and (prefers-color-scheme:dark){{:root:not([data-bs-theme="light"]){night}}}'
        f'@media screen{{[data-bs-theme="dark"]{night}}}\n'
    )


def digest(sheet: str) -> str:
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]


def _declared(tokens: dict[str, str]) -> str:
    return "".join(f"{name}:{colour};" for name, colour in tokens.items())
