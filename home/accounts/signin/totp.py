"""The second factor: who must have it, and whether a session has shown it."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind, User
from home.accounts.permissions import may_remove_totp
from home.audit.services import record

from . import sessions

#: Approving, issuing, sending and administering.
REQUIRED_FOR = (
    DutyKind.APPROVE_DATA,
    DutyKind.APPROVE_REPORT,
    DutyKind.ISSUE,
    DutyKind.SEND,
    DutyKind.UNIT_ADMIN,
    DutyKind.SYSTEM_ADMIN,
)


def is_required(person: User) -> bool:
    return settings.REQUIRE_TOTP and (
        person.is_superuser or bool(duties_of(person).organisations(*REQUIRED_FOR))
    )


def is_shown(request: HttpRequest, person: User) -> bool:
    """Whether a code was given in this session."""
    return any(known["method"] == "mfa" for known in get_authentication_records(request, person))


@transaction.atomic
def remove(person: User, *, by: User) -> None:
    """For who has lost telephone and recovery codes; his sessions end.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    if not may_remove_totp(by, person):
        raise PermissionDenied
    take_off(person)
    sessions.end(person)
    record("account.totp_remove", person, by=by)


def take_off(person: User) -> None:
    """The last step of every verb that takes the second factor off; it asks nothing."""
    Authenticator.objects.filter(user=person).delete()
