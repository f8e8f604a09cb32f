"""What Wagtail may do for whom with organisations, the log, users and groups: rules, never model permissions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import Model, QuerySet
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from home.audit.models import AuditEntry
from home.organisations.models import Organisation

from .models import User
from .permissions import may_administer_people, may_administer_system

Rule = Callable[[User | AnonymousUser], bool]


class RulePolicy(BasePermissionPolicy):
    """Each action has a rule; an action without one is nobody's."""

    def __init__(self, model: type[Model], **rules: Rule) -> None:
        super().__init__(model)
        self.rules = rules

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return user.is_active and action in self.rules and self.rules[action](user)

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[User]:
        """Superusers: Wagtail asks to write to people, and we tell them ourselves."""
        return User.objects.filter(is_active=True, is_superuser=True)


def _is_signed_in(user: User | AnonymousUser) -> bool:
    return user.is_authenticated


def _is_superuser(user: User | AnonymousUser) -> bool:
    return user.is_superuser


def register_policies() -> None:
    policies: list[tuple[type[Model], dict[str, Any]]] = [
        (
            Organisation,
            {"view": _is_signed_in, "add": may_administer_system, "change": may_administer_system},
        ),
        (AuditEntry, {"view": may_administer_people}),
        # An account is closed, never deleted: the log, duties and documents name it (R155).
        (User, dict.fromkeys(("add", "change", "view"), _is_superuser)),
        (Group, dict.fromkeys(("add", "change", "delete", "view"), _is_superuser)),
    ]
    for model, rules in policies:
        register_permission_policy(model, RulePolicy(model, **rules))
