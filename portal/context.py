"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from home.appearance import Appearance, digest, style_sheet
from home.models import kept_presentation


def portal(request: HttpRequest) -> dict[str, Any]:
    """``portal``: names and emblem; ``portal_colours``: digest of the style sheet of the chosen colours, "" for the default ones."""
    shown = kept_presentation(getattr(request, "public_state", ""))
    sheet = style_sheet(shown)
    return {
        "portal": shown,
        "portal_colours": digest(sheet) if sheet else "",
        "portal_is_demo": settings.PORTAL_IS_DEMO,
        "appearance": Appearance.of(request),
    }
