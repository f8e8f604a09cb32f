"""“Việc của tôi”: what this person may do now, and nothing else (R84)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from home.accounts.duties import DutyBook, duties_of
from home.accounts.models import User
from reports.deadlines.models import OWED, Obligation
from reports.entry import words
from reports.entry.permissions import openable_by
from reports.submissions.messages import screen_of
from reports.submissions.models import INSIDE, AdjustmentRequest, Decision, Dispatch, Submission
from reports.submissions.status import EDITABLE, Status
from reports.submissions.turn import AT_RECIPIENT, DUTIES, Todo, has_turn, todo


class Group(models.TextChoices):
    """The headings of the list, in its order."""

    RETURNED = "tra-lai", "Bị trả lại, cần sửa"
    ENTER = "nhap", "Cần nhập"
    DECIDE = "duyet", "Chờ tôi kiểm tra, duyệt"
    SEND = "gui", "Chờ cấp số, gửi"
    RECEIVE = "tiep-nhan", "Chờ tiếp nhận"
    ADJUSTMENT = "dieu-chinh", "Đề nghị điều chỉnh"


GROUPS = {
    Todo.ENTER: Group.ENTER,
    Todo.CORRECT: Group.RETURNED,
    Todo.ADJUST: Group.RETURNED,
    Todo.REVIEW: Group.DECIDE,
    Todo.APPROVE_DATA: Group.DECIDE,
    Todo.APPROVE_REPORT: Group.DECIDE,
    Todo.DECLARE: Group.DECIDE,
    Todo.DOCUMENT: Group.DECIDE,
    Todo.ISSUE: Group.SEND,
    Todo.SEND: Group.SEND,
    Todo.RECEIVE: Group.RECEIVE,
    Todo.ANSWER: Group.ADJUSTMENT,
}

#: Statuses in which a report waits for what the duty does.
_WAITS_IN = {
    Todo.ENTER: {Status.DRAFT},
    Todo.CORRECT: EDITABLE - {Status.DRAFT},
    Todo.REVIEW: {Status.IN_REVIEW},
    Todo.APPROVE_DATA: {Status.IN_REVIEW},
    Todo.APPROVE_REPORT: {Status.IN_REVIEW},
    Todo.DECLARE: {Status.IN_REVIEW},
    Todo.DOCUMENT: {Status.IN_REVIEW},
    Todo.ISSUE: {Status.APPROVED},
    Todo.SEND: {Status.APPROVED},
    Todo.RECEIVE: {Status.SENT},
    Todo.ANSWER: {Status.ACCEPTED},
}


@dataclass(frozen=True, slots=True)
class Task:
    """One report that waits for this person. ``url`` is empty for a report not begun yet: it is begun by POST.

    ``since``: the moment (UTC) from which it has waited for this. ``tone`` and ``due`` say how it stands against its
    due day, the first sending counting; the words carry the meaning.
    """

    todo: Todo
    obligation: Obligation
    since: datetime
    tone: str
    due: str
    url: str

    @property
    def group(self) -> Group:
        return GROUPS[self.todo]

    @property
    def report(self) -> str:
        return self.obligation.tier.round.title


def standing(obligation: Obligation, sent_at: datetime | None, today: date) -> tuple[str, str]:
    """Tone and words of the due day, or of the first sending where there was one."""
    if sent_at is None:
        return words.urgency(obligation.due_on, today), words.days_left(obligation.due_on, today)
    return words.punctuality(obligation.due_at, obligation.due_on, sent_at, today)


def worklist(user: User, today: date) -> list[Task]:
    """What ``user`` may do now, the first due first. A fixed number of queries, whatever the number of reports."""
    book = duties_of(user)
    if not book:
        return []
    tasks = [*_begun(user, book, today), *_not_begun(user, today)]
    return sorted(tasks, key=lambda task: (task.obligation.due_at, task.since, task.obligation.pk))


def _begun(user: User, book: DutyBook, today: date) -> Iterator[Task]:
    waiting = Q(pk__in=[])
    for thing, statuses in _WAITS_IN.items():
        place = "recipient" if thing in AT_RECIPIENT else "organisation"
        for organisation_id, codes in book.regimes(*DUTIES[thing]).items():
            here = Q(**{"status__in": statuses, f"obligation__{place}": organisation_id})
            if codes is not None:
                here &= Q(obligation__tier__round__regime_version__code__in=codes)
            waiting |= here
    asked = AdjustmentRequest.objects.filter(submission=OuterRef("pk"), granted__isnull=True)
    candidates = (
        Submission.objects.filter(waiting, obligation__state__in=OWED)
        .filter(~Q(status=Status.ACCEPTED) | Exists(asked))
        .select_related("obligation__organisation", "obligation__tier__round", "snapshot", "document")
        .prefetch_related(
            # Once for all reports of a regime, not once per report: it holds the whole compiled regime.
            "obligation__tier__round__regime_version",
            models.Prefetch("decisions", Decision.objects.defer("text")),
            models.Prefetch("dispatches", Dispatch.objects.defer("note", "text")),
            "adjustment_requests",
        )
        .defer("snapshot__content", "document__content")
    )
    for submission in candidates:
        now = todo(submission)
        if now is not None and has_turn(user, submission):
            obligation = submission.obligation
            yield Task(
                now,
                obligation,
                _since(submission, now),
                *standing(obligation, submission.first_sent_at, today),
                screen_of(submission),
            )


def _since(submission: Submission, thing: Todo) -> datetime:
    """The report came into its status, its last step was taken, or an adjustment was asked for."""
    if thing == Todo.ANSWER:
        return max(request.asked_at for request in submission.adjustment_requests.all())
    if GROUPS[thing] != Group.DECIDE:
        return submission.status_since
    return max([submission.status_since, *(decision.at for decision in submission.decisions.all())])


def _not_begun(user: User, today: date) -> Iterator[Task]:
    """Reports that are asked for, whose reception is open, and that nobody has begun."""
    asked = openable_by(user).filter(tier__opens_on__lte=today)
    for obligation in asked.select_related("organisation", "tier__round"):
        if obligation.is_receivable(today):
            opens = timezone.make_aware(datetime.combine(obligation.tier.opens_on, time.min))
            since = max(obligation.tier.round.opened_at, opens)
            yield Task(Todo.ENTER, obligation, since, *standing(obligation, None, today), "")


def next_due(user: User, today: date) -> Obligation | None:
    """The next report due from the organisations the person works for, begun or not; None where none is known."""
    return (
        Obligation.objects.visible_to(user)
        .given()
        .filter(organisation__in=duties_of(user).organisations(*INSIDE), due_on__gte=today)
        .filter(Q(submission__isnull=True) | Q(submission__first_sent_at__isnull=True))
        .select_related("organisation", "tier__round", "submission")
        .order_by("due_at", "pk")
        .first()
    )
