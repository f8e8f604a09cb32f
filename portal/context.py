"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    return {"portal": settings.PORTAL, "portal_is_demo": settings.PORTAL_IS_DEMO}
