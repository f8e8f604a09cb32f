"""Who else has a report open, and in which cell: kept in the cache for as long as it is news, never in the database."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache

if TYPE_CHECKING:
    from home.accounts.models import User
    from reports.submissions.models import Submission

#: A screen says every fifteen seconds that it is open; twice unheard, and it counts as closed.
STAYS_SECONDS = 40

#: Sheet id, row and column.
Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Other:
    """``initials`` are those of the last two names: "Nguyễn Văn An" is VA."""

    who: str
    initials: str
    place: Place | None


def initials(name: str) -> str:
    """
    >>> initials("Nguyễn Văn An"), initials("clerk")
    ('VA', 'C')
    """
    return "".join(word[0] for word in name.split()[-2:]).upper()


def _key(submission: Submission) -> str:
    return f"open-report:{submission.pk}"


def others(submission: Submission, user: User) -> list[dict[str, Any]]:
    """Everybody else who has said of late that the report is open to them. Ask only for who may read it live."""
    now = time.time()
    found: dict[int, tuple[str, Place | None, float]] = cache.get(_key(submission)) or {}
    return [
        asdict(Other(name, initials(name), place))
        for pk, (name, place, heard) in sorted(found.items())
        if pk != user.pk and now - heard < STAYS_SECONDS
    ]


def note(submission: Submission, user: User, place: Place | None) -> None:
    """``user`` has the report open, in this cell. Of two who say so in the same moment one may go unheard: until the
    next time, fifteen seconds later."""
    now = time.time()
    found = {
        pk: said for pk, said in (cache.get(_key(submission)) or {}).items() if now - said[2] < STAYS_SECONDS
    }
    cache.set(_key(submission), found | {user.pk: (str(user), place, now)}, STAYS_SECONDS)
