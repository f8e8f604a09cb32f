"""What still waits for somebody who is about to leave, or for an organisation about to end: for administrators."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from home.accounts.duties import holders
from home.accounts.leaving import OpenWork
from home.accounts.models import User
from home.organisations.models import Organisation
from reports.deadlines.models import Obligation, RoundStatus
from reports.regimes.models import RegimePage
from reports.submissions.status import Status
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


def work_left(organisation: Organisation) -> list[str]:
    """What it owes, awaits and leads in open rounds, counted."""
    given = Obligation.objects.given().filter(tier__round__status=RoundStatus.OPEN)
    done = Q(submission__status__in=(Status.SENT, Status.ACCEPTED))
    counted = {
        "báo cáo còn phải nộp trong các đợt đang mở": given.filter(organisation=organisation).exclude(done),
        "báo cáo chờ tiếp nhận": given.filter(recipient=organisation, submission__status=Status.SENT),
        "chế độ báo cáo đang chủ trì": RegimePage.objects.live().filter(lead=organisation),
    }
    return [f"{count} {words}" for words, rows in counted.items() if (count := rows.count())]
