"""Urging (đôn đốc, R129): who would be told what, and telling them, once a day per report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from home.accounts.models import User
from home.audit.services import record
from notifications.services import tell
from reports.deadlines.models import Obligation
from reports.submissions.messages import screen_of
from reports.submissions.models import Submission
from reports.submissions.turn import AT_RECIPIENT, Todo, todo, unopened, whose_turn

from .permissions import may_urge
from .worklist import standing


class UrgingRefused(Exception):
    """This person may not urge this organisation; ``str()`` is Vietnamese."""


@dataclass(frozen=True, slots=True)
class Urging:
    """What one organisation would be told about one report. ``refusal`` says why not; ``people`` is empty then."""

    obligation: Obligation
    submission: Submission
    todo: Todo | None
    people: tuple[User, ...]
    refusal: str = ""


def plan(obligations: Iterable[Obligation], today: date) -> list[Urging]:
    """Those whose turn it is, report by report; what was sent or accepted waits for nobody there."""
    return [_plan(obligation, today) for obligation in obligations]


def _plan(obligation: Obligation, today: date) -> Urging:
    submission: Submission = getattr(obligation, "submission", None) or unopened(obligation)
    thing = todo(submission)
    if obligation.tier.opens_on > today:
        opens = f"{obligation.tier.opens_on:%d/%m/%Y}"
        return Urging(obligation, submission, None, (), f"Chưa đến thời gian nhận báo cáo (từ {opens}).")
    if thing is None or thing in AT_RECIPIENT:
        return Urging(obligation, submission, None, (), "Cơ quan này không còn việc phải làm với báo cáo.")
    people = tuple(whose_turn(submission))
    refusal = "" if people else "Chưa có ai được giao nhiệm vụ này; liên hệ người quản trị của cơ quan."
    return Urging(obligation, submission, thing, people, refusal)


@transaction.atomic
def urge(
    obligations: Iterable[Obligation], *, by: User, note: str = "", at: datetime | None = None
) -> list[Urging]:
    """Tell those whose turn it is, and write down who was told. Returns what was told to somebody new today.

    Raises:
        UrgingRefused: ``by`` neither receives one of the reports nor leads its regime; nobody is told then.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    told = []
    for urging in plan(obligations, today):
        obligation = urging.obligation
        if not may_urge(by, obligation):
            raise UrgingRefused(f"Ông/bà không được đôn đốc {obligation.organisation} về báo cáo này.")
        if urging.todo is None:
            continue
        note = note.strip()
        new = tell(
            urging.people,
            "nudge.report",
            key=f"nudge.report:{obligation.pk}:{today}",
            context={
                "report": obligation.tier.round.title,
                "organisation": obligation.organisation.name,
                "agency": obligation.recipient.name,
                "standing": standing(obligation, urging.submission.first_sent_at, today)[1].lower(),
                "note": f"Ý kiến: {note}\n" if note else "",
                "todo": urging.todo.label.lower(),
                "due": f"{obligation.due_on:%d/%m/%Y}",
            },
            url=screen_of(urging.submission) if urging.submission.pk else reverse("wagtailadmin_home"),
            at=at,
        )
        if new:
            record(
                "obligation.urge",
                obligation,
                by=by,
                organisation=obligation.organisation.code,
                at=at,
                people=[message.recipient_id for message in new],
                note=note,
            )
            told.append(urging)
    return told
