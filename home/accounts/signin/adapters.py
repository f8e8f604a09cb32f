"""What allauth asks the portal."""

from __future__ import annotations

import base64
import time
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme

from home.accounts.models import User
from home.audit.services import record

from . import lockout

#: How every refusal begins: it does not say whether there is such an account.
REFUSED = "Không đăng nhập được."
#: Seconds after giving the password within which it is not asked for again.
_RECENT = 300


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": f"{REFUSED} Hãy xem lại tên đăng nhập và mật khẩu.",
        "incorrect_password": "Mật khẩu không đúng.",
        "incorrect_code": "Mã không đúng hoặc đã dùng.",
        "too_many_login_attempts": "Đã thử sai quá nhiều lần. Hãy thử lại sau 15 phút.",
        "rate_limited": "Đã thử quá nhiều lần. Hãy thử lại sau ít phút.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Addresses of this portal only; allauth would go to all allowed hosts."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("wagtailadmin_home" if has_work(request) else "account_home")

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not within five minutes of signing in."""
        known = get_authentication_records(context.request, context.request.user)
        return not known or time.time() - known[-1]["at"] > _RECENT

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The log says it; mail goes through notifications."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return lockout.key_of(credentials.get("username", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refusal:
            username = credentials.get("username", "")
            key = lockout.key_of(username)
            minutes = max(lockout.minutes_left(request, key), 1)
            if lockout.first_told(key, minutes):
                record("account.lockout", named(username), by=None, minutes=minutes)
            raise ValidationError(
                f"Đã thử sai quá nhiều lần. Hãy thử lại sau {minutes} phút, "
                "hoặc nhờ người quản trị đơn vị cấp mã một lần.",
                code="too_many_login_attempts",
            ) from refusal

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """What was typed is not kept: it may be a password."""
        record("account.refuse", named(credentials.get("username", "")), by=None)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Nhiệm vụ của ông/bà buộc dùng xác thực hai lớp nên không tắt được.",
        "cannot_generate_recovery_codes": "Hãy bật xác thực hai lớp trước khi tạo mã dự phòng.",
        "incorrect_code": "Mã không đúng hoặc đã dùng.",
    }

    def get_totp_label(self, user: User) -> str:  # type: ignore[override]
        return user.username

    def get_totp_issuer(self) -> str:
        return settings.PORTAL["name"]

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        from .totp import is_required

        return not is_required(authenticator.user)


def named(username: str) -> User | None:
    return User.objects.filter(username__iexact=username.strip()).first() if username else None


def has_work(request: HttpRequest) -> bool:
    """Whether the admin shell lets the person in: somebody with a duty, or a superuser."""
    return request.user.has_perm("wagtailadmin.access_admin")


def _vault() -> MultiFernet:
    """Secrets of the second factor are encrypted with the portal's key; retired keys still open them."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(sha256(force_bytes(key)).digest())) for key in keys])
