"""Between being signed in and getting in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from home.accounts.models import User

from . import sessions, totp

#: Whom the page was opened for that now asks by itself. What one typed is not saved in the name of another who has
#: signed in beside (R46).
OPENED_BY = "X-Opened-By"


@dataclass(frozen=True)
class Step:
    """What a person has to do first: the page for it, and what stays open besides."""

    page: str
    besides: frozenset[str] = frozenset()

    def leaves_open(self, name: str | None) -> bool:
        return name in {self.page, "account_logout", "wagtailadmin_logout", *self.besides}


SHOW_CODE = Step("mfa_reauthenticate")
CHOOSE_PASSWORD = Step("account_change_password")
ACTIVATE_TOTP = Step("mfa_activate_totp", frozenset({"account_reauthenticate"}))


def outstanding(request: HttpRequest) -> Step | None:
    person = request.user
    if not isinstance(person, User):
        return None
    if person.has_totp and not totp.is_shown(request, person):
        return SHOW_CODE
    if person.must_change_password:
        return CHOOSE_PASSWORD
    if not person.has_totp and totp.is_required(person):
        return ACTIVATE_TOTP
    return None


class SignInMiddleware:
    """Who has something outstanding is nobody, everywhere but where it is settled. Sessions end when nothing is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if sessions.is_idle(request):
                sessions.leave(request)
            else:
                sessions.note(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if request.headers.get(OPENED_BY, str(request.user.pk)) != str(request.user.pk):
            request.user = AnonymousUser()
        step = outstanding(request)
        match = request.resolver_match
        if step is None or (match is not None and step.leaves_open(match.url_name)):
            return None
        request.user = AnonymousUser()
        led = request.path.startswith(("/admin/", "/tai-khoan/", "/dang-nhap/"))
        if not led or request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return None
        query = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse(step.page)}{query}")
