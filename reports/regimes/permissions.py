"""May this person design here? The only readers of duties about regimes and forms, besides ``visible_to``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


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
