"""The door, and what each person has about his own account."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from home.accounts import profiles
from home.accounts.models import User
from home.audit.services import record

from . import passwords, sessions, totp
from .adapters import has_work
from .forms import PasswordForm

PASSWORD_CHANGED = "Đã đổi mật khẩu. Những nơi khác đang đăng nhập bằng tài khoản này đã được đăng xuất."


def next_of(request: HttpRequest) -> str:
    """The address of this portal to go on to, "" without one."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""


def old_door(request: HttpRequest) -> HttpResponse:
    """Wagtail's own sign-in asks for no second factor, so it leads to ours."""
    onward = next_of(request)
    return HttpResponseRedirect(
        reverse("account_login") + (f"?{urlencode({'next': onward})}" if onward else "")
    )


class SignInView(LoginView):
    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not has_work(request):
            return HttpResponseRedirect(reverse("account_home"))
        return super().dispatch(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Locked out is 429, so that machines understand it too."""
        response = super().form_invalid(form)
        if form.has_error("__all__", "too_many_login_attempts"):
            response.status_code = 429
        return response


@method_decorator(never_cache, name="dispatch")
class _OwnView(LoginRequiredMixin):
    """For whoever is signed in, about himself."""

    request: HttpRequest

    @property
    def person(self) -> User:
        return cast(User, self.request.user)


class AccountView(_OwnView, TemplateView):
    template_name = "signin/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = self.request.session.session_key or ""
        return super().get_context_data(**kwargs) | {
            "person": self.person,
            "places": sessions.places(self.person, here),
            "totp_required": totp.is_required(self.person),
            "codes_left": self._codes_left() if self.person.has_totp else 0,
            "has_work": has_work(self.request),
        }

    def _codes_left(self) -> int:
        kept = Authenticator.objects.filter(user=self.person, type=Authenticator.Type.RECOVERY_CODES).first()
        return len(kept.wrap().get_unused_codes()) if kept else 0


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChangePasswordView(_OwnView, FormView):
    template_name = "signin/password.html"
    form_class = PasswordForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limited = ratelimit.consume_or_429(request, action="change_password", user=request.user)
        return limited or super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "person": self.person,
            "next": next_of(self.request),
            "profile": (profile := profiles.current()),
            "article": profiles.article_in_words(profile.undertaking) if profile.undertaking else "",
        }

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        undertakes = form.cleaned_data.get("undertakes", False)
        changed = passwords.change(self.person, form.cleaned_data["new"], undertakes=undertakes)
        update_session_auth_hash(self.request, changed)
        UserSession.objects.create_from_request(self.request)
        messages.success(self.request, PASSWORD_CHANGED)
        home = resolve_url("wagtailadmin_home" if has_work(self.request) else "account_home")
        return HttpResponseRedirect(next_of(self.request) or home)


class ActivateTotpView(ActivateTOTPView):
    def form_valid(self, form: ActivateTOTPForm) -> HttpResponse:
        """The code just given counts for this session; the others gave none and end."""
        response = super().form_valid(form)
        person = cast(User, self.request.user)
        record_authentication(self.request, person, "mfa", type=Authenticator.Type.TOTP)
        sessions.end(person, but=self.request.session.session_key or "")
        record("account.totp_on", person, by=person)
        return response


@require_POST
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    ended = sessions.end(person, but=request.session.session_key or "")
    record("account.sign_out_elsewhere", person, by=person, sessions=ended)
    messages.success(request, f"Đã đăng xuất ở {ended} nơi khác.")
    return HttpResponseRedirect(reverse("account_home"))


class LostPasswordView(TemplateView):
    """Whom to ask, in general: names would tell who has an account here."""

    template_name = "signin/lost.html"
