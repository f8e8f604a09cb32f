"""Who signs in, and who the session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from home.accounts.models import User

from . import codes


class Backend(AuthenticationBackend):
    """By password, else by a one-time code in its place. The person of a session knows ``has_totp`` without asking again."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:  # type: ignore[override]
        return super().authenticate(request, **credentials) or self._by_code(**credentials)

    def _by_code(self, username: str = "", password: str = "", **others: Any) -> User | None:
        person = User.objects.filter(username__iexact=username, is_active=True).first()
        return person if person and codes.take(person, password) else None

    def get_user(self, user_id: Any) -> User | None:
        totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        known = User.objects.annotate(has_totp=Exists(totp))  # type: ignore[no-redef]
        person = known.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
