"""One person before one report: which step is open, and what the report waits for, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone

from home.accounts.duties import holders
from home.accounts.models import DutyKind
from reports.submissions import permissions
from reports.submissions.messages import writers
from reports.submissions.models import Step, Submission
from reports.submissions.services import missing_to_send
from reports.submissions.status import EDITABLE, Status
from reports.submissions.steps import open_step, sheet_stands
from reports.submissions.window import is_open, not_receivable
from reports.submissions.workflow import RequiredStep

if TYPE_CHECKING:
    from home.accounts.models import User


@dataclass(frozen=True)
class Situation:
    """What several buttons and forms ask, asked once per request."""

    user: User
    submission: Submission

    @cached_property
    def is_inside(self) -> bool:
        """Reads the report as it is being written; else what was sent last."""
        return permissions.may_read_live(self.user, self.submission)

    @cached_property
    def may_be_written(self) -> bool:
        """The report is with its writers, and its opening window is not over."""
        return self.submission.is_editable and is_open(self.submission, timezone.localdate())

    @cached_property
    def step(self) -> RequiredStep | None:
        """The step of the approval that is open, if the report is in review."""
        return open_step(self.submission) if self.submission.status == Status.IN_REVIEW else None

    @cached_property
    def undecided(self) -> list[str]:
        """Codes of the sheets whose figures nobody has approved, while that is the open step."""
        snapshot = self.submission.snapshot
        if self.step is None or self.step.step != Step.DATA or snapshot is None:
            return []
        return [code for code in snapshot.sheet_hashes if not sheet_stands(self.submission, snapshot, code)]

    @cached_property
    def waiting(self) -> list[str]:
        """Of these, the ones this person may approve."""
        return [code for code in self.undecided if self._decides(code)]

    def decides(self, step: Step) -> bool:
        """The open step is of this kind, and this person's."""
        if self.step is None or self.step.step != step:
            return False
        return bool(self.waiting) if step == Step.DATA else self._decides("")

    def _decides(self, code: str) -> bool:
        return self.step is not None and bool(
            permissions.deciding_duty(self.user, self.submission, self.step, code)
        )

    @cached_property
    def adjustment_asked(self) -> bool:
        """The sender has asked for an adjustment, and nobody has answered yet."""
        return self.submission.adjustment_requests.filter(granted__isnull=True).exists()

    @cached_property
    def missing_to_send(self) -> list[str]:
        return missing_to_send(self.submission) if self.submission.status == Status.APPROVED else []

    @cached_property
    def is_author(self) -> bool:
        snapshot = self.submission.snapshot
        return snapshot is not None and self.user.pk in snapshot.author_ids


def waits_for(here: Situation) -> list[str]:
    """Who has the next step and why it is not this person's; empty where it is."""
    submission = here.submission
    status = submission.status
    if status == Status.SENT:
        return _receiving(here)
    if status == Status.ACCEPTED:
        return _accepted(here)
    if not here.is_inside:
        return [f"{submission.organisation} đang chỉnh sửa; bản dưới đây là lần gửi gần nhất."]
    if status in EDITABLE:
        if not here.may_be_written:
            return [not_receivable(submission.obligation)]
        if permissions.may_submit(here.user, submission):
            return []
        return [f"Chờ {_people(writers(submission))} nhập và trình duyệt."]
    return _deciding(here) if status == Status.IN_REVIEW else _approved(here)


def _deciding(here: Situation) -> list[str]:
    submission, step = here.submission, here.step
    if step is None or here.decides(Step(step.step)):
        return []
    authors = set(submission.snapshot.author_ids) if submission.snapshot else set()
    said = []
    for code in here.undecided or [""]:
        able = permissions.candidates(submission, step, code, authors)
        sheet = f" biểu {code}" if code else ""
        said.append(f"Chờ {_people(able)} {step.label.lower()}{sheet}.")
        if here.is_author and here.user in permissions.candidates(submission, step, code, ()):
            said.append("Người đã nhập hoặc sửa báo cáo không được tự duyệt.")
    return list(dict.fromkeys(said))


def _approved(here: Situation) -> list[str]:
    submission, organisation_id = here.submission, here.submission.obligation.organisation_id
    said = []
    if here.missing_to_send:
        said.append(f"Chưa gửi được: {'; '.join(here.missing_to_send)}.")
    document = submission.document
    if submission.regime["requires_number"] and not (document and document.is_issued):
        if not permissions.may_issue(here.user, submission):
            said.append(f"Chờ {_people(holders(DutyKind.ISSUE, organisation_id))} cấp số, phát hành.")
    elif not permissions.may_send(here.user, submission):
        said.append(f"Chờ {_people(holders(DutyKind.SEND, organisation_id))} gửi báo cáo.")
    return said


def _receiving(here: Situation) -> list[str]:
    submission = here.submission
    if permissions.may_receive(here.user, submission):
        return []
    said = [f"Chờ {submission.recipient} tiếp nhận."]
    receivers = holders(DutyKind.RECEIVE, submission.obligation.recipient_id)
    if here.user in receivers:
        said.append("Người gửi không được tự tiếp nhận.")
    return said


def _accepted(here: Situation) -> list[str]:
    submission = here.submission
    if not here.adjustment_asked:
        return []
    if permissions.may_adjust(here.user, submission):
        return [f"{submission.organisation} đề nghị điều chỉnh số liệu."]
    return [f"Đề nghị điều chỉnh đang chờ {submission.recipient} trả lời."]


def _people(people: Iterable[User]) -> str:
    """``ông/bà Trần B, Lê C``; says so where there is nobody."""
    names = [str(person) for person in people]
    if not names:
        return "người có nhiệm vụ (chưa được giao cho ai)"
    more = f" và {len(names) - 3} người khác" if len(names) > 3 else ""
    return f"ông/bà {', '.join(names[:3])}{more}"
