"""The password: what it may be, and how it is chosen."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from home.accounts.models import User
from home.audit.services import record
from home.text import fold

from . import sessions


class NotTheUserName:
    """Refuses a password that holds the name to sign in with, whatever the case."""

    def validate(self, password: str, user: User | None = None) -> None:
        name = fold(user.username) if user else ""
        if len(name) > 2 and name in fold(password):
            raise ValidationError(
                "Mật khẩu không được chứa tên đăng nhập.", code="password_contains_username"
            )

    def get_help_text(self) -> str:
        return "Mật khẩu không được chứa tên đăng nhập."


@transaction.atomic
def change(person: User, password: str, *, undertakes: bool = False) -> User:
    """The person chooses a password, and takes it upon himself to answer for the account (R176).

    All his sessions end, the present one too: the view carries it on under a new key.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    person.set_password(password)
    person.must_change_password = False
    if undertakes:
        person.undertaking_at = timezone.now()
    person.save(update_fields=["password", "must_change_password", "undertaking_at"])
    sessions.end(person)
    record("account.change_password", person, by=person, undertakes=undertakes)
    return person
