"""Who is told what when a report moves: exactly those whose turn it is, and those who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from home.accounts.duties import holders
from home.accounts.models import DutyKind, User
from notifications.catalogue import register
from notifications.services import tell

from .permissions import writes

if TYPE_CHECKING:
    from .models import Submission
    from .workflow import RequiredStep

register(
    "submission.waits_for_step",
    "Chờ ông/bà {step}: {report}",
    "{organisation} đã trình {report}.\nViệc cần làm: {step}.\nHạn gửi báo cáo: {due}.",
)
register(
    "submission.refused",
    "Không được duyệt: {report}",
    "{person} không duyệt {report}.\nLý do: {reasons}\nViệc cần làm: sửa và trình lại.\nHạn gửi báo cáo: {due}.",
)
register(
    "submission.lapsed",
    "Quy trình phê duyệt bị tắt: {report}",
    "Quy trình phê duyệt của {report} bị tắt khi đang chờ duyệt.\nViệc cần làm: trình lại.\nHạn gửi báo cáo: {due}.",
)
register(
    "submission.approved",
    "Đã duyệt, chờ phát hành và gửi: {report}",
    "{report} đã được duyệt.\nViệc cần làm: {todo}.\nHạn gửi báo cáo: {due}.",
)
register(
    "submission.issued",
    "Đã cấp số, chờ gửi: {report}",
    "{report} đã được cấp số {number}.\nViệc cần làm: gửi báo cáo.\nHạn gửi báo cáo: {due}.",
)
register(
    "submission.sent",
    "{organisation} gửi đến: {report}",
    "{organisation} đã gửi {report} (mã nhận {receipt}).\nViệc cần làm: kiểm tra, tiếp nhận hoặc trả lại.",
)
register(
    "submission.recalled",
    "{organisation} thu hồi: {report}",
    "{organisation} đã thu hồi {report}.\nLý do: {reasons}\nKhông cần xử lý lần gửi này nữa.",
)
register(
    "submission.returned",
    "Báo cáo bị trả lại: {report}",
    "{recipient} trả lại {report}.\nLý do: {reasons}\nViệc cần làm: chỉnh sửa và gửi lại.",
)
register(
    "submission.accepted",
    "Báo cáo đã được tiếp nhận: {report}",
    "{recipient} đã tiếp nhận {report}. Không cần làm gì thêm.",
)
register(
    "submission.adjustment_asked",
    "{organisation} đề nghị điều chỉnh: {report}",
    "{organisation} đề nghị điều chỉnh {report}.\nLý do: {reasons}\nViệc cần làm: đồng ý hoặc không đồng ý.",
)
register(
    "submission.adjustment_declined",
    "Không đồng ý điều chỉnh: {report}",
    "{recipient} không đồng ý điều chỉnh {report}.\nLý do: {reasons}",
)
register(
    "submission.adjusting",
    "Báo cáo được mở để điều chỉnh: {report}",
    "{recipient} đã mở {report} để điều chỉnh.\nLý do: {reasons}\nViệc cần làm: điều chỉnh, trình và gửi lại.",
)


def screen_of(submission: Submission) -> str:
    """The address of the report's one screen."""
    return reverse("wagtailsnippets_submissions_submission:edit", args=[submission.pk])


def _tell(
    submission: Submission,
    people: Iterable[User],
    code: str,
    *,
    occasion: str,
    at: datetime,
    **context: str,
) -> None:
    obligation = submission.obligation
    tell(
        people,
        code,
        key=f"{code}:{submission.pk}:{occasion}",
        context={
            "report": obligation.tier.round.title,
            "organisation": obligation.organisation.name,
            "recipient": obligation.recipient.name,
            "due": timezone.localtime(obligation.due_at).strftime("%d/%m/%Y"),
            **context,
        },
        url=screen_of(submission),
        at=at,
    )


def writers(submission: Submission) -> list[User]:
    """Those who write the report, by name."""
    organisation_id = submission.obligation.organisation_id
    people = {
        person for duty in (DutyKind.ENTER, DutyKind.CONSOLIDATE) for person in holders(duty, organisation_id)
    }
    return sorted(
        (person for person in people if writes(person, submission)),
        key=lambda person: (str(person), person.pk),
    )


def tell_step(submission: Submission, step: RequiredStep, people: Iterable[User], *, at: datetime) -> None:
    _tell(
        submission,
        people,
        "submission.waits_for_step",
        occasion=f"{submission.snapshot_id}:{step.step}:{step.number}",
        at=at,
        step=step.label.lower(),
    )


def tell_writers(
    submission: Submission, code: str, *, occasion: object, at: datetime, reasons: str = "", person: str = ""
) -> None:
    _tell(
        submission,
        writers(submission),
        code,
        occasion=str(occasion),
        at=at,
        reasons=reasons,
        person=person,
    )


def tell_holders(
    submission: Submission,
    code: str,
    *duties: DutyKind,
    organisation_id: int,
    occasion: object,
    at: datetime,
    but: User | None = None,
    **context: str,
) -> None:
    """Those who hold one of ``duties`` for this regime, ``but`` for whoever has just done it and knows."""
    people = {
        person
        for duty in duties
        for person in holders(duty, organisation_id, f"regime:{submission.regime_code}")
        if person != but
    }
    _tell(
        submission,
        sorted(people, key=lambda person: person.pk),
        code,
        occasion=str(occasion),
        at=at,
        **context,
    )
