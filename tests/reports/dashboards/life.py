"""The department's report brought to each state, by the services alone."""

from __future__ import annotations

from collections.abc import Iterator

from reports.deadlines import services as deadlines
from reports.submissions import services
from reports.submissions.models import Submission
from reports.submissions.turn import Todo
from tests.reports.submissions import stages
from tests.reports.submissions.stages import hour


def fresh(submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def drafted(obligation, cast) -> Submission:
    submission = services.open_submission(obligation, at=stages.START)
    stages.fill(submission, cast["nhaplieu"])
    return submission


def submit(submission, cast) -> Submission:
    stages.submit(fresh(submission), cast["nhaplieu"], at=hour(1))
    return fresh(submission)


def approve_data(submission, cast) -> Submission:
    services.approve_data(submission, by=cast["phogiamdoc"], seen=submission.snapshot.sha256, at=hour(2))
    return fresh(submission)


def refuse(submission, cast) -> Submission:
    services.refuse(
        submission,
        by=cast["phogiamdoc"],
        seen=submission.snapshot.sha256,
        reasons=["sai_so_lieu"],
        text="Dòng 1",
        at=hour(2),
    )
    return fresh(submission)


def approve_report(submission, cast) -> Submission:
    services.approve_report(submission, by=cast["giamdoc"], seen=submission.snapshot.sha256, at=hour(2))
    return fresh(submission)


def issue(submission, cast, number: int = 5) -> Submission:
    return stages.issue(submission, cast["vanthu"], at=hour(2), number=number)


def send(submission, cast) -> Submission:
    services.send(submission, by=cast["nguoigui"], at=hour(2))
    return fresh(submission)


def submitted(obligation, cast) -> Submission:
    return submit(drafted(obligation, cast), cast)


def approved(obligation, cast) -> Submission:
    return approve_report(approve_data(submitted(obligation, cast), cast), cast)


def sent(obligation, cast) -> Submission:
    return send(issue(approved(obligation, cast), cast), cast)


#: What each state asks, and of whom.
EXPECTED: dict[str, dict[str, Todo]] = {
    "not begun": {"nhaplieu": Todo.ENTER, "dongnghiep": Todo.ENTER},
    "draft": {"nhaplieu": Todo.ENTER, "dongnghiep": Todo.ENTER},
    "submitted": {"phogiamdoc": Todo.APPROVE_DATA},
    "refused": {"nhaplieu": Todo.CORRECT, "dongnghiep": Todo.CORRECT},
    "data approved": {"giamdoc": Todo.APPROVE_REPORT},
    "approved": {"vanthu": Todo.ISSUE},
    "issued": {"vanthu": Todo.SEND, "nguoigui": Todo.SEND},
    "sent": {"tiepnhan": Todo.RECEIVE},
    "returned": {"nhaplieu": Todo.CORRECT, "dongnghiep": Todo.CORRECT},
    "accepted": {},
    "adjustment asked": {"tiepnhan": Todo.ANSWER},
    "adjusting": {"nhaplieu": Todo.ADJUST, "dongnghiep": Todo.ADJUST},
    "exempted": {},
}


def walk(obligation, cast) -> Iterator[tuple[str, Submission | None]]:
    """One life through every state of ``EXPECTED``."""
    receiver, clerk = cast["tiepnhan"], cast["nhaplieu"]
    yield "not begun", None
    submission = drafted(obligation, cast)
    yield "draft", submission
    submission = submit(submission, cast)
    yield "submitted", submission
    submission = refuse(submission, cast)
    yield "refused", submission
    submission = approve_data(submit(submission, cast), cast)
    yield "data approved", submission
    submission = approve_report(submission, cast)
    yield "approved", submission
    submission = issue(submission, cast)
    yield "issued", submission
    submission = send(submission, cast)
    yield "sent", submission
    services.return_(submission, by=receiver, reasons=["khac"], text="Thiếu dấu", at=hour(3))
    yield "returned", fresh(submission)
    submission = approve_report(submit(submission, cast), cast)  # the figures keep their approval
    submission = send(issue(submission, cast, number=6), cast)
    services.accept(submission, by=receiver, at=hour(3))
    yield "accepted", fresh(submission)
    services.request_adjustment(submission, by=clerk, reason="Số quyết toán", at=hour(4))
    yield "adjustment asked", fresh(submission)
    services.grant_adjustment(submission, by=receiver, at=hour(5))
    yield "adjusting", fresh(submission)
    deadlines.exempt(obligation, reason="Sáp nhập", document="QĐ 5", by=receiver, at=hour(6))
    yield "exempted", fresh(submission)
