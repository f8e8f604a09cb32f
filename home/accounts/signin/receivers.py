"""What is written down of signing in and out. Connected when the app starts."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib import messages
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from home.accounts.models import User
from home.audit.services import record

from . import sessions


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **more: Any) -> None:
    """The person is told where else the account is in use (R45)."""
    sessions.begin(request)
    here = request.session.session_key or ""
    others = [place for place in sessions.places(user, here) if not place.is_here]
    record("account.sign_in", user, by=user, elsewhere=len(others))
    if others:
        messages.warning(
            request,
            f"Tài khoản này còn đang mở ở {len(others)} nơi khác, gần nhất: {others[0].device}, "
            f"địa chỉ {others[0].row.ip}. Nếu không phải ông/bà, hãy vào Tài khoản và chọn “Đăng xuất nơi khác”.",
        )


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:
    if isinstance(user, User):
        record("account.sign_out", user, by=user)


@receiver(authenticator_removed)
def second_factor_off(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        record("account.totp_off", user, by=user)


@receiver(authenticator_reset)
def codes_renewed(request: HttpRequest, user: User, **more: Any) -> None:
    record("account.renew_codes", user, by=user)


@receiver(authentication_failed)
def second_factor_failed(request: HttpRequest, user: User, **more: Any) -> None:
    record("account.refuse", user, by=None, second_factor=True)
