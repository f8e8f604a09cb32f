"""Telling of new rounds and changed sources, and reminding of due days.

What lies below does not know this app: rounds and obligations are read. Every message has a key, so that a second run
tells nobody twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from home.accounts.duties import holders
from home.accounts.models import DutyKind, User
from notifications.models import Message
from notifications.services import tell
from reports.consolidation.models import ConsolidationInput
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation, ObligationQuerySet, Round, RoundStatus
from reports.submissions.messages import screen_of, writers
from reports.submissions.models import Submission
from reports.submissions.status import Status
from reports.submissions.turn import AT_RECIPIENT, todo, unopened, whose_turn

from .messages import due_said, left, said

#: Days before the due day on which people hear from us; 0 is the day itself.
DAYS_BEFORE = (7, 3, 1, 0)
#: How far back new rounds are looked for; longer than any outage of the queue is likely to last.
LOOK_BACK = timedelta(days=3)


def unsent() -> ObligationQuerySet:
    """Those for which nothing was ever sent, on the portal or outside it."""
    return Obligation.objects.filter(
        Q(submission__isnull=True) | Q(submission__first_sent_at__isnull=True)
    ).with_round()


def answer(obligation: Obligation) -> Submission:
    """The report to this obligation, an unsaved draft where nobody has opened it."""
    submission: Submission | None = getattr(obligation, "submission", None)
    return submission or unopened(obligation)


def send_due_reminders(day: date, *, at: datetime | None = None) -> int:
    """Remind of everything due 7, 3, 1 and 0 days after ``day``, and of what fell overdue the day before it (R129).

    Those are told whose turn it is: who enters, who approves, who issues or sends. Returns how many messages.
    """
    at = at or timezone.now()
    told = 0
    for days in DAYS_BEFORE:
        due = Obligation.objects.due_in(days, today=day).filter(tier__opens_on__lte=day).with_round()
        for obligation in due.select_related("submission__document", "submission__snapshot"):
            told += _remind(obligation, days, at=at)
    overdue = list(
        unsent()
        .owed()
        .filter(due_on=day - timedelta(days=1))
        .select_related("submission")
        .order_by("due_at", "pk")
    )
    for obligation in overdue:
        told += _tell_overdue(obligation, at=at)
    return told + _tell_recipients(overdue, day, at=at)


@transaction.atomic
def _remind(obligation: Obligation, days: int, *, at: datetime) -> int:
    submission = answer(obligation)
    thing = todo(submission)
    # What was sent once is on time for good; the receiver and who adjusts have no due day here.
    if thing is None or thing in AT_RECIPIENT or submission.status == Status.ADJUSTING:
        return 0
    return len(
        tell(
            whose_turn(submission),
            "due.soon",
            key=f"due.soon:{obligation.pk}:{obligation.due_on}:{days}",
            context=_context(obligation) | {"left": left(days), "todo": thing.label.lower()},
            url=_address(submission),
            at=at,
        )
    )


@transaction.atomic
def _tell_overdue(obligation: Obligation, *, at: datetime) -> int:
    submission = answer(obligation)
    people = {*writers(submission), *holders(DutyKind.UNIT_ADMIN, obligation.organisation_id)}
    status = submission.get_status_display() if submission.pk else "Chưa mở"
    return len(
        tell(
            people,
            "due.overdue",
            key=f"due.overdue:{obligation.pk}:{obligation.due_on}",
            context=_context(obligation) | {"status": status.lower(), "recipient": obligation.recipient.name},
            url=_address(submission),
            at=at,
        )
    )


@transaction.atomic
def _tell_recipients(overdue: Iterable[Obligation], day: date, *, at: datetime) -> int:
    """One digest for each person who receives: what fell overdue at the places he receives for."""
    awaited: dict[User, list[Obligation]] = defaultdict(list)
    for obligation in overdue:
        regime = f"regime:{obligation.tier.round.regime_version.code}"
        for person in holders(DutyKind.RECEIVE, obligation.recipient_id, regime):
            awaited[person].append(obligation)
    told = 0
    for person, obligations in awaited.items():
        rounds = {obligation.tier.round_id for obligation in obligations}
        url = (
            reverse("dashboards:round", args=[*rounds]) if len(rounds) == 1 else reverse("dashboards:rounds")
        )
        context = {
            "count": len(obligations),
            "day": said(day - timedelta(days=1)),
            "reports": "\n".join(
                f"– {obligation.organisation}: {obligation.tier.round.title}" for obligation in obligations
            ),
        }
        told += len(
            tell(
                [person],
                "due.overdue_digest",
                key=f"due.overdue_digest:{day}",
                context=context,
                url=url,
                at=at,
            )
        )
    return told


def mark_missed(day: date, *, at: datetime | None = None) -> int:
    """Hold as missed what was never sent and can no longer be received on ``day``; how many there were.

    Rounds whose reception is over everywhere are closed with it.
    """
    missed = deadlines.mark_missed(unsent(), today=day, at=at)
    deadlines.close_rounds(today=day, at=at)
    return missed


def tell_opened_rounds(*, now: datetime | None = None) -> int:
    """Tell those who will enter of every round opened in the last ``LOOK_BACK`` before ``now`` (R84).

    One message per person, whatever the number of organisations he enters for; a round is told whole or not at all.
    Returns how many messages. What changes about a round later, ``reports.deadlines`` tells itself.
    """
    now = now or timezone.now()
    rounds = Round.objects.filter(status=RoundStatus.OPEN, opened_at__gt=now - LOOK_BACK, opened_at__lte=now)
    keys = {f"round.opened:{round_.pk}": round_ for round_ in rounds}
    known = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
    return sum(_tell_opened(round_, key) for key, round_ in keys.items() if key not in known)


@transaction.atomic
def _tell_opened(round_: Round, key: str) -> int:
    owed: dict[User, list[str]] = defaultdict(list)
    for obligation in Obligation.objects.given().filter(tier__round=round_).with_round():
        for person in writers(unopened(obligation)):
            owed[person].append(
                f"– {obligation.organisation}: nhập từ {said(obligation.tier.opens_on)}, "
                f"hạn gửi {due_said(obligation)}."
            )
    told = 0
    for person, dues in owed.items():
        context = {"report": round_.title, "dues": "\n".join(dues)}
        told += len(
            tell([person], "round.opened", key=key, context=context, url=_home(), at=round_.opened_at)
        )
    return told


def tell_changed_sources(*, now: datetime | None = None) -> int:
    """Tell those who write a lead agency's report that figures it took have changed beneath it (X14).

    Once for each input; several inputs of one report that changed meanwhile come in one message. Returns how many.
    """
    changed: dict[Submission, list[ConsolidationInput]] = defaultdict(list)
    for stale in ConsolidationInput.objects.stale().select_related(
        "submission__obligation__tier__round__regime_version",
        "dispatch__submission__obligation__organisation",
    ):
        changed[stale.submission].append(stale)
    return sum(
        _tell_changed(submission, inputs, at=now or timezone.now()) for submission, inputs in changed.items()
    )


@transaction.atomic
def _tell_changed(submission: Submission, inputs: list[ConsolidationInput], *, at: datetime) -> int:
    names = sorted({stale.dispatch.submission.obligation.organisation.name for stale in inputs})
    return len(
        tell(
            writers(submission),
            "consolidation.source_changed",
            key=f"consolidation.source_changed:{max(stale.pk for stale in inputs)}",
            context={"report": submission.obligation.tier.round.title, "organisations": ", ".join(names)},
            url=reverse("consolidation:overview", args=[submission.pk]),
            at=at,
        )
    )


def _context(obligation: Obligation) -> dict[str, str]:
    return {
        "report": obligation.tier.round.title,
        "organisation": obligation.organisation.name,
        "due": due_said(obligation),
    }


def _address(submission: Submission) -> str:
    return screen_of(submission) if submission.pk else _home()


def _home() -> str:
    """The worklist, from which a report not opened yet is opened."""
    return reverse("wagtailadmin_home")
