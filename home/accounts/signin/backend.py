"""Who signs in, and who the session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from home.accounts.models import User
from home.prepared import Parameter, Prepared

from . import codes


def _permissions(person: Parameter) -> models.QuerySet[Permission, Any]:
    """App and codename of a person's own and of those of his groups."""
    own, of_groups = (
        permissions.order_by().values_list("content_type__app_label", "codename")
        for permissions in (
            Permission.objects.filter(user=person),
            Permission.objects.filter(group__user=person),
        )
    )
    return own.union(of_groups)


_PERMISSIONS = Prepared(_permissions, person=models.BigAutoField())


class Backend(AuthenticationBackend):
    """By password, else by a one-time code in its place. The person of a session knows ``has_totp`` without asking again."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:  # type: ignore[override]
        return super().authenticate(request, **credentials) or self._by_code(**credentials)

    def _by_code(self, username: str = "", password: str = "", **others: Any) -> User | None:
        person = User.objects.filter(username__iexact=username, is_active=True).first()
        return person if person and codes.take(person, password) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Own and of groups in one query, once per person and request."""
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = {f"{app}.{name}" for app, name in _PERMISSIONS.rows(person=user_obj.pk)}
        return user_obj._perm_cache

    def get_user(self, user_id: Any) -> User | None:
        totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        known = User.objects.annotate(has_totp=Exists(totp))  # type: ignore[no-redef]
        known = known.select_related("wagtail_userprofile")
        person = known.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
