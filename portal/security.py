"""What requests may look like before anything reads them, and the Content-Security-Policy of the admin shell."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

#: What a form adds around a file, generously.
AROUND_A_FILE = 64 * 1024


class ProxyMiddleware:
    """Put the address of the client where that of the proxy stands, for limits and for the log.

    Each proxy adds whom it heard from to X-Forwarded-For; what stands further left is the client's own word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if settings.PROXIES and len(said) >= settings.PROXIES and is_ip(said[-settings.PROXIES]):
            request.META["REMOTE_ADDR"] = said[-settings.PROXIES]
        return self.get_response(request)


def is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class RequestMiddleware:
    """Refuse what no page of ours sends: addresses with NUL, which PostgreSQL takes in no text, and bodies that are
    larger than the largest file. The length announced is asked, so that nothing is read; the web server in front
    sees to it that the body is no longer than that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address.")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before the protection against forged requests, which reads the body. A view exempt from that asks itself."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if getattr(view, "csrf_exempt", False) or (
            announced.isdecimal() and int(announced) <= settings.ATTACHMENT_MAX_BYTES + AROUND_A_FILE
        ):
            return None
        return HttpResponse(render_to_string("413.html"), status=413)


class PolicyMiddleware:
    """Browsers' abilities nobody needs are off everywhere, and inline scripts run in Wagtail's own editors alone.

    Wagtail 8 initialises date pickers, choosers and inline panels from inline scripts and has no nonces
    (https://github.com/wagtail/wagtail/issues/1288). Where officials read and write reports the strict policy stands.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        if request.path.startswith("/admin/"):
            replaced = {"style-src": ["'self'", "'unsafe-inline'"], "img-src": ["'self'", "data:", "blob:"]}
            if request.path.startswith(settings.WAGTAIL_EDITORS):
                replaced["script-src"] = ["'self'", "'unsafe-inline'"]
            response._csp_replace = replaced  # type: ignore[attr-defined]
        return response
