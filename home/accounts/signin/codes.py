"""One-time codes for lost passwords: the user asks his unit administrator, who asks the system administrator (R44)."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from home.accounts.models import OneTimeCode, User
from home.accounts.permissions import may_administer_system, may_issue_code
from home.accounts.refusals import AccountError
from home.audit.services import record

from . import lockout, sessions, totp

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
    text = _make(person, by)
    record("account.issue_code", person, by=by, until=(timezone.now() + VALID).isoformat())
    return text


@transaction.atomic
def restore(person: User, *, basis: str, operator: str, keep_second_factor: bool = False) -> str:
    """For an administrator whom nobody is left to help: a code as ``issue`` gives it, and the second factor off.

    ``operator`` is who sits at the server, ``basis`` the document he acts upon.

    Raises:
        AccountError: the account is closed, belongs to somebody whom an administrator can help, or no basis is given.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not basis.strip():
        raise AccountError("Phải ghi văn bản, biên bản làm căn cứ khôi phục.", "basis")
    if not person.is_active:
        raise AccountError(
            f"Tài khoản {person.username} đang bị khóa; người quản trị khác phải mở lại trước."
        )
    if not may_administer_system(person):
        raise AccountError(
            f"{person} không phải quản trị hệ thống; người quản trị cấp mã một lần ở trang của người đó."
        )
    text = _make(person, None)
    if not keep_second_factor:
        totp.take_off(person)
    lockout.lift(HttpRequest(), person)
    record(
        "account.restore",
        person,
        by=None,
        basis=basis.strip(),
        operator=operator,
        second_factor="kept" if keep_second_factor else "removed",
    )
    return text


def _make(person: User, by: User | None) -> str:
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
