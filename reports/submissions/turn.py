"""Whose turn it is: the one thing a report waits for, and the people who may do it now."""

from __future__ import annotations

from django.db import models

from home.accounts.duties import holders
from home.accounts.models import DutyKind, User
from reports.deadlines.models import OWED, Obligation

from .models import Step, Submission
from .permissions import (
    deciding_duty,
    may_adjust,
    may_issue,
    may_receive,
    may_send,
    may_submit,
)
from .status import EDITABLE, Status
from .steps import open_step, sheet_stands


class Todo(models.TextChoices):
    """What a report waits for; the label is said to the person whose turn it is."""

    ENTER = "enter", "Nhập và trình duyệt"
    CORRECT = "correct", "Sửa và trình lại"
    ADJUST = "adjust", "Điều chỉnh số liệu và trình lại"
    REVIEW = "review", "Kiểm tra"
    APPROVE_DATA = "approve_data", "Duyệt số liệu"
    APPROVE_REPORT = "approve_report", "Duyệt báo cáo"
    DECLARE = "declare", "Cam đoan số liệu"
    DOCUMENT = "document", "Tải lên văn bản đã ký"
    ISSUE = "issue", "Cấp số, phát hành"
    SEND = "send", "Gửi báo cáo"
    RECEIVE = "receive", "Tiếp nhận hoặc trả lại"
    ANSWER = "answer", "Trả lời đề nghị điều chỉnh"


_CHANGING = {Status.ADJUSTING: Todo.ADJUST, Status.DRAFT: Todo.ENTER}
_DECIDING = {
    Step.REVIEW: Todo.REVIEW,
    Step.DATA: Todo.APPROVE_DATA,
    Step.REPORT: Todo.APPROVE_REPORT,
    Step.DECLARE: Todo.DECLARE,
    Step.DOCUMENT: Todo.DOCUMENT,
}

#: Duties among whose holders are those whose turn it is; the last two are held at the recipient.
DUTIES = {
    Todo.ENTER: (DutyKind.ENTER, DutyKind.CONSOLIDATE),
    Todo.CORRECT: (DutyKind.ENTER, DutyKind.CONSOLIDATE),
    Todo.ADJUST: (DutyKind.ENTER, DutyKind.CONSOLIDATE),
    Todo.REVIEW: (DutyKind.REVIEW,),
    Todo.APPROVE_DATA: (DutyKind.APPROVE_DATA,),
    Todo.APPROVE_REPORT: (DutyKind.APPROVE_REPORT,),
    Todo.DECLARE: (DutyKind.ENTER,),
    Todo.DOCUMENT: (DutyKind.ISSUE,),
    Todo.ISSUE: (DutyKind.ISSUE,),
    Todo.SEND: (DutyKind.SEND,),
    Todo.RECEIVE: (DutyKind.RECEIVE,),
    Todo.ANSWER: (DutyKind.RECEIVE,),
}
AT_RECIPIENT = frozenset({Todo.RECEIVE, Todo.ANSWER})


def unopened(obligation: Obligation) -> Submission:
    """The draft that nobody has opened yet, as a value: not saved, and without cells."""
    return Submission(obligation=obligation, status=Status.DRAFT)


def todo(submission: Submission) -> Todo | None:
    """What the report waits for; None where it waits for nothing, or is not owed any more.

    Listings prefetch ``decisions`` and ``adjustment_requests``; nothing else is read.
    """
    if submission.obligation.state not in OWED:
        return None
    if submission.status in EDITABLE:
        return _CHANGING.get(Status(submission.status), Todo.CORRECT)
    if submission.status == Status.IN_REVIEW:
        step = open_step(submission)
        return _DECIDING[step.step] if step else None
    if submission.status == Status.APPROVED:
        issued = submission.document is not None and submission.document.is_issued
        return Todo.ISSUE if submission.regime["requires_number"] and not issued else Todo.SEND
    if submission.status == Status.SENT:
        return Todo.RECEIVE
    asked = any(request.granted is None for request in submission.adjustment_requests.all())
    return Todo.ANSWER if asked else None


def has_turn(user: User, submission: Submission) -> bool:
    """May ``user`` now do what the report waits for?"""
    now = todo(submission)
    if now is None:
        return False
    if now in _DECIDING.values():
        return _decides(user, submission)
    if now in {Todo.ENTER, Todo.CORRECT, Todo.ADJUST}:
        return may_submit(user, submission)
    may = {Todo.ISSUE: may_issue, Todo.SEND: may_send, Todo.RECEIVE: may_receive, Todo.ANSWER: may_adjust}
    return may[now](user, submission)


def _decides(user: User, submission: Submission) -> bool:
    step = open_step(submission)
    assert step is not None
    codes = [""]
    if step.step == Step.DATA and (snapshot := submission.snapshot):
        codes = [code for code in snapshot.sheet_hashes if not sheet_stands(submission, snapshot, code)]
    return any(deciding_duty(user, submission, step, code) for code in codes)


def whose_turn(submission: Submission) -> list[User]:
    """Everybody who may now do what the report waits for, by name; empty where nobody may."""
    now = todo(submission)
    if now is None:
        return []
    obligation = submission.obligation
    place = obligation.recipient_id if now in AT_RECIPIENT else obligation.organisation_id
    people = {person for duty in DUTIES[now] for person in holders(duty, place)}
    return sorted(
        (person for person in people if has_turn(person, submission)),
        key=lambda person: (str(person), person.pk),
    )
