"""Where a person is signed in, and for how long without doing anything."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from home.accounts.models import User
from home.audit.services import record

#: Session key: when the person last did something, in seconds since 1970.
_SEEN = "account_seen"
#: Between two notes of it, so that not every request writes.
_NOTED_AFTER = 60
#: Sent by open pages of themselves.
_BY_ITSELF = re.compile(r"/admin/editing-sessions/")

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Coc_Coc", "Cốc Cốc"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A live session as its owner reads about it."""

    row: UserSession
    is_here: bool

    @property
    def device(self) -> str:
        return device_in_words(self.row.user_agent)


def device_in_words(user_agent: str) -> str:
    """“Chrome trên Windows”."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Trình duyệt khác")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} trên {system}" if system else browser


def places(person: User, here: str = "") -> list[Place]:
    """Live sessions, the last used first; ``here`` is the key of the one that asks. One query."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = UserSession.objects.filter(user=person, session_key__in=live)
    if settings.IDLE_SECONDS:
        rows = rows.filter(last_seen_at__gt=timezone.now() - timedelta(seconds=_idle_limit()))
    return [Place(row, row.session_key == here) for row in rows.order_by("-last_seen_at")]


@transaction.atomic
def end(person: User, *, but: str = "") -> int:
    """Sign the person out everywhere, except in the session with the key ``but``. How many sessions that were."""
    rows = UserSession.objects.filter(user=person).exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return ended


def begin(request: HttpRequest) -> None:
    """From now on the session is looked after."""
    request.session[_SEEN] = time.time()


def is_idle(request: HttpRequest) -> bool:
    """Whether nothing was done for longer than allowed. A session of unknown age has waited too long."""
    if not settings.IDLE_SECONDS:
        return False
    return time.time() - request.session.get(_SEEN, 0) > settings.IDLE_SECONDS


def leave(request: HttpRequest) -> None:
    """End a session in which nothing was done."""
    assert isinstance(request.user, User)
    record("account.idle", request.user, by=None)
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.flush()
    request.user = AnonymousUser()


def note(request: HttpRequest) -> None:
    """The person does something: the time starts anew."""
    seen = request.session.get(_SEEN)
    if seen is None or _BY_ITSELF.match(request.path) or time.time() - seen < _NOTED_AFTER:
        return
    begin(request)
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


def _idle_limit() -> int:
    return settings.IDLE_SECONDS + _NOTED_AFTER
