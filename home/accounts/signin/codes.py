"""One-time codes for lost passwords: the user asks his unit administrator, who asks the system administrator (R44)."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from home.accounts.models import OneTimeCode, User
from home.accounts.permissions import may_issue_code
from home.audit.services import record

from . import sessions

VALID = timedelta(hours=24)
#: No 0 and O, no 1, I and L: codes are read out on the telephone.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@transaction.atomic
def issue(person: User, *, by: User) -> str:
    """A code that opens the account once within ``VALID``; then the password is chosen anew.

    From now on the old password, earlier codes and open sessions are void. The code is kept as a digest: what is
    given back can be shown this one time.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not may_issue_code(by, person):
        raise PermissionDenied
    now = timezone.now()
    person.set_unusable_password()
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    sessions.end(person)
    OneTimeCode.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)
    text = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    OneTimeCode.objects.create(
        person=person, digest=_digest(person, text), issued_by=by, issued_at=now, expires_at=now + VALID
    )
    record("account.issue_code", person, by=by, until=(now + VALID).isoformat())
    return text


def take(person: User, text: str) -> bool:
    """Use the code up. False where it is none, has been used or has expired."""
    now = timezone.now()
    valid = OneTimeCode.objects.filter(
        person=person, digest=_digest(person, text), used_at=None, expires_at__gt=now
    )
    return valid.update(used_at=now) == 1


def _digest(person: User, text: str) -> str:
    said = "".join(text.split()).replace("-", "").upper()
    return salted_hmac("home.accounts.codes", f"{person.pk}:{said}", algorithm="sha256").hexdigest()
