"""Closing the portal for a while, with a page that says so."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

#: Seconds after which browsers and robots may ask again.
RETRY_AFTER = 300


class MaintenanceMiddleware:
    """While ``settings.MAINTENANCE_FILE`` exists, everything but the health addresses answers 503 (``templates/503.html``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/-/") or not settings.MAINTENANCE_FILE.exists():
            return self.get_response(request)
        return HttpResponse(
            render_to_string("503.html"),
            status=503,
            headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"},
        )
