"""What still waits for somebody who is about to leave, for those who administer his account."""

from __future__ import annotations

from django.utils import timezone

from home.accounts.duties import holders
from home.accounts.leaving import OpenWork
from home.accounts.models import User
from reports.submissions.turn import AT_RECIPIENT, DUTIES, Todo

from .worklist import worklist


def open_work(person: User) -> list[OpenWork]:
    """His worklist in words; ``alone`` where nobody else at the place holds a duty that could do it."""
    others: dict[tuple[Todo, int], bool] = {}
    work = []
    for task in worklist(person, timezone.localdate()):
        obligation = task.obligation
        place = obligation.recipient_id if task.todo in AT_RECIPIENT else obligation.organisation_id
        if (task.todo, place) not in others:
            found = {one for kind in DUTIES[task.todo] for one in holders(kind, place)}
            others[task.todo, place] = bool(found - {person})
        label = f"{task.todo.label}: {task.report} – {obligation.organisation} ({task.due})"
        work.append(OpenWork(label, place, task.url, alone=not others[task.todo, place]))
    return work
