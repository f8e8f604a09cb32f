"""“Việc của tôi”: what this person may do now, and nothing else (R84)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from home.accounts.duties import DutyBook, duties_of
from home.accounts.models import DutyKind, User
from reports.deadlines.models import OWED, Obligation, RoundStatus
from reports.submissions.messages import screen_of
from reports.submissions.models import INSIDE, AdjustmentRequest, Decision, Dispatch, Submission
from reports.submissions.status import EDITABLE, Status
from reports.submissions.turn import AT_RECIPIENT, DUTIES, Todo, has_turn, todo, unopened

from . import timing


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
    Todo.ISSUE: {Status.APPROVED},
    Todo.SEND: {Status.APPROVED},
    Todo.RECEIVE: {Status.SENT},
    Todo.ANSWER: {Status.ACCEPTED},
}


@dataclass(frozen=True, slots=True)
class Task:
    """One report that waits for this person. ``url`` is empty for a report not opened yet: it is opened by POST.

    ``since``: the moment (UTC) from which it has waited for this.
    """

    todo: Todo
    obligation: Obligation
    since: datetime
    standing: timing.Standing
    url: str

    @property
    def group(self) -> Group:
        return GROUPS[self.todo]

    @property
    def report(self) -> str:
        return self.obligation.tier.round.title


def worklist(user: User, today: date) -> list[Task]:
    """What ``user`` may do now, the first due first. A fixed number of queries, whatever the number of reports."""
    book = duties_of(user)
    if not book:
        return []
    tasks = [*_opened(user, book, today), *_unopened(user, book, today)]
    return sorted(tasks, key=lambda task: (task.obligation.due_at, task.since, task.obligation.pk))


def _opened(user: User, book: DutyBook, today: date) -> Iterator[Task]:
    waiting = Q(pk__in=[])
    for thing, statuses in _WAITS_IN.items():
        place = "recipient" if thing in AT_RECIPIENT else "organisation"
        reach = _reach(book, DUTIES[thing], f"obligation__{place}_id", "obligation__")
        waiting |= Q(status__in=statuses) & reach
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
        thing = todo(submission)
        if thing is not None and has_turn(user, submission):
            yield Task(
                thing,
                submission.obligation,
                _since(submission, thing),
                timing.against(submission.obligation.due_at, sent_at=submission.first_sent_at, today=today),
                screen_of(submission),
            )


def _since(submission: Submission, thing: Todo) -> datetime:
    """The report came into its status, its last step was taken, or an adjustment was asked for."""
    if thing == Todo.ANSWER:
        return max(request.asked_at for request in submission.adjustment_requests.all())
    taken = [decision.at for decision in submission.decisions.all()]
    return (
        max([submission.status_since, *taken]) if GROUPS[thing] == Group.DECIDE else submission.status_since
    )


def _unopened(user: User, book: DutyBook, today: date) -> Iterator[Task]:
    """Reports that are asked for, whose reception is open, and that nobody has begun."""
    asked = (
        Obligation.objects.owed()
        .filter(_reach(book, DUTIES[Todo.ENTER], "organisation_id"))
        .filter(submission__isnull=True, tier__opens_on__lte=today)
        .select_related("organisation", "tier__round")
        .prefetch_related("tier__round__regime_version")
    )
    for obligation in asked:
        if has_turn(user, unopened(obligation)):
            opens = timezone.make_aware(datetime.combine(obligation.tier.opens_on, time.min))
            yield Task(
                Todo.ENTER,
                obligation,
                max(obligation.tier.round.opened_at, opens),
                timing.against(obligation.due_at, today=today),
                "",
            )


def _reach(book: DutyBook, kinds: tuple[DutyKind, ...], place: str, prefix: str = "") -> Q:
    """Rows at ``place`` where the person holds one of ``kinds``, in the regimes it is limited to."""
    reach = Q(pk__in=[])
    for organisation_id, codes in book.regimes(*kinds).items():
        here = Q(**{place: organisation_id})
        if codes is not None:
            here &= Q(**{f"{prefix}tier__round__regime_version__code__in": codes})
        reach |= here
    return reach


def next_due(user: User, today: date) -> Obligation | None:
    """The next report due from the organisations the person works for, begun or not; None where none is known."""
    return (
        Obligation.objects.given()
        .filter(_reach(duties_of(user), INSIDE, "organisation_id"), due_on__gte=today)
        .filter(Q(submission__isnull=True) | Q(submission__first_sent_at__isnull=True))
        .with_round()
        .order_by("due_at", "pk")
        .first()
    )


def may_open(user: User, obligation: Obligation) -> bool:
    """Begin a report that was asked for: whoever enters it, in a round that was not cancelled."""
    return obligation.tier.round.status != RoundStatus.CANCELLED and has_turn(user, unopened(obligation))
