"""May this person design here? The only readers of duties about regimes and forms, besides ``visible_to``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from wagtail.permission_policies import BasePermissionPolicy

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import ReportForm


def design_organisations(user: User | AnonymousUser) -> frozenset[int] | None:
    """For whom the user designs regimes and forms (R64, R65); None: for everybody."""
    book = duties_of(user)
    if user.is_active and (user.is_superuser or book.organisations(DutyKind.SYSTEM_ADMIN)):
        return None
    return book.organisations(DutyKind.DESIGN)


def may_design(user: User | AnonymousUser, organisation_id: int | None) -> bool:
    """Design forms that this organisation owns; with None, of any organisation at all."""
    organisations = design_organisations(user)
    if organisations is None:
        return True
    return bool(organisations) if organisation_id is None else organisation_id in organisations


def may_read_forms(user: User | AnonymousUser) -> bool:
    """Forms are for everybody who works here: whoever has a duty (R73)."""
    return (user.is_active and user.is_superuser) or bool(duties_of(user))


class ReportFormPolicy(BasePermissionPolicy):
    """What Wagtail asks about forms: designers change the forms of their organisations, whoever has a duty reads."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return may_read_forms(user) if action == "view" else may_design(user, None)

    def user_has_permission_for_instance(
        self, user: User | AnonymousUser, action: str, instance: ReportForm
    ) -> bool:
        if action == "view":
            return may_read_forms(user)
        if action == "delete" and instance.versions.exists():
            return False
        return may_design(user, instance.owner_id)

    def users_with_any_permission(self, actions: Iterable[str]) -> models.QuerySet[User]:
        return User.objects.filter(
            Q(is_superuser=True) | Q(duties__kind__in=[DutyKind.DESIGN, DutyKind.SYSTEM_ADMIN]),
            is_active=True,
        ).distinct()
