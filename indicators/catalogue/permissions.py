"""Who reads and who changes the catalogue: the only questions, asked by admin screens, choosers, import and export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import ProtectedError, QuerySet
from django.db.models.deletion import Collector
from django.utils import timezone
from wagtail.permission_policies import BasePermissionPolicy

from home.accounts.duties import duties_of
from home.accounts.models import Duty, DutyKind, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

#: Duties with which one changes the catalogue (R32, R52, R64).
DESIGNERS = (DutyKind.DESIGN, DutyKind.SYSTEM_ADMIN)


def may_read(user: User | AnonymousUser) -> bool:
    """Everybody who has something to do here reads the definitions (R12)."""
    return _is_superuser(user) or bool(duties_of(user))


def may_design(user: User | AnonymousUser) -> bool:
    return _is_superuser(user) or bool(duties_of(user).organisations(*DESIGNERS))


def _is_superuser(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_superuser


def protecting(entry: models.Model) -> list[models.Model]:
    """The rows for whose sake ``entry`` may not be deleted: figures, rows of forms, other entries that name it."""
    collector = Collector(using="default")
    try:
        collector.collect([entry])
    except ProtectedError as error:
        return list(error.protected_objects)
    return []


class CataloguePolicy(BasePermissionPolicy):
    """What Wagtail asks, answered by duties. Permissions given to Wagtail groups change nothing here."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return may_read(user) if action == "view" else may_design(user)

    def user_has_permission_for_instance(self, user: User, action: str, instance: models.Model) -> bool:
        if action == "delete" and protecting(instance):
            return False
        return self.user_has_permission(user, action)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        duties = Duty.objects.on(timezone.localdate())
        if "view" not in actions:
            duties = duties.filter(kind__in=DESIGNERS)
        holders = models.Q(pk__in=duties.values("person"))
        return User.objects.filter(models.Q(is_superuser=True) | holders, is_active=True)
