"""May this person see an organisation's register of document numbers, and say how numbers come? The only reader of
duties about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind
from home.accounts.permissions import administered_by, may_administer, may_administer_people
from home.organisations.models import Organisation

if TYPE_CHECKING:
    from home.accounts.models import User


def registers_visible_to(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """The organisations whose numbers the user gives or whose people the user administers."""
    kept = Organisation.objects.filter(pk__in=duties_of(user).organisations(DutyKind.ISSUE))
    return (kept | administered_by(user)).distinct()


def may_see_registers(user: User | AnonymousUser) -> bool:
    """Of some organisation at least; asks no question of its own, for the menu of every page."""
    return may_administer_people(user) or bool(duties_of(user).organisations(DutyKind.ISSUE))


def may_open_register(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Enter that the head of the agency made the portal its register, or takes that back (X6)."""
    return may_administer(user, organisation)
