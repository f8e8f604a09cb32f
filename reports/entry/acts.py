"""What can be done to a report from its screen: one row per button, in the order of the action bar.

Each row names the address, asks whether this person may do it now, and calls the one service that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from reports.documents.wording import written_date
from reports.submissions import permissions, services
from reports.submissions.attachments import add_attachment
from reports.submissions.models import AttachmentKind, Step, Submission
from reports.submissions.status import Verb

from . import forms, words
from .situation import Situation

if TYPE_CHECKING:
    from home.accounts.models import User

Typed = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """``name`` is that of the address and the dialog, ``slug`` its last part. ``perform`` calls the service and says
    in words what was done. ``look``: primary, secondary, or serious (takes something back)."""

    name: str
    slug: str
    label: str
    offered: Callable[[Situation], bool]
    perform: Callable[[Submission, User, Typed], str]
    form: type[forms.ActForm] = forms.ActForm
    look: str = "secondary"

    @property
    def templates(self) -> list[str]:
        """The dialog's own template, else that of all."""
        return [f"entry/dialogs/{self.name}.html", "entry/dialogs/act.html"]


def _may(question: Callable[[User, Submission], bool]) -> Callable[[Situation], bool]:
    return lambda here: question(here.user, here.submission)


def _decides(step: Step) -> Callable[[Situation], bool]:
    return lambda here: here.decides(step)


def _may_issue(here: Situation) -> bool:
    document = here.submission.document
    return (
        here.submission.regime["requires_number"]
        and document is not None
        and not document.is_issued
        and permissions.may_issue(here.user, here.submission)
    )


def _may_send(here: Situation) -> bool:
    """Not before it has what it needs; the action bar says what that is."""
    return not here.missing_to_send and permissions.may_send(here.user, here.submission)


def _may_submit(here: Situation) -> bool:
    return here.may_be_written and permissions.may_submit(here.user, here.submission)


def _may_refuse(here: Situation) -> bool:
    """Who declares his own report takes it back instead."""
    return here.step is not None and here.step.step != Step.DECLARE and here.decides(Step(here.step.step))


def _may_answer(here: Situation) -> bool:
    return permissions.may_adjust(here.user, here.submission) and here.adjustment_asked


def _may_demand(here: Situation) -> bool:
    return permissions.may_adjust(here.user, here.submission) and not here.adjustment_asked


def _may_ask(here: Situation) -> bool:
    return permissions.may_request_adjustment(here.user, here.submission) and not here.adjustment_asked


def _submit(submission: Submission, by: User, typed: Typed) -> str:
    submitted = services.submit(submission, by=by)
    assert submitted.snapshot is not None
    return f"Đã trình duyệt (bản trình {submitted.snapshot.number}). Số liệu được khóa trong khi chờ duyệt."


def _review(submission: Submission, by: User, typed: Typed) -> str:
    services.review(submission, by=by, seen=typed["seen"], text=typed["text"])
    return "Đã ghi nhận kiểm tra; báo cáo được chuyển sang bước sau."


def _approve_data(submission: Submission, by: User, typed: Typed) -> str:
    services.approve_data(submission, by=by, seen=typed["seen"], form_codes=typed["form_codes"])
    return f"Đã duyệt số liệu biểu {', '.join(typed['form_codes'])}."


def _approve_report(submission: Submission, by: User, typed: Typed) -> str:
    services.approve_report(submission, by=by, seen=typed["seen"])
    return "Đã duyệt báo cáo."


def _declare(submission: Submission, by: User, typed: Typed) -> str:
    services.declare(submission, by=by, seen=typed["seen"])
    return "Đã ghi nhận cam đoan; báo cáo đã hoàn thành phê duyệt."


def _approve_by_document(submission: Submission, by: User, typed: Typed) -> str:
    services.approve_by_document(
        submission,
        by=by,
        seen=typed["seen"],
        name=typed["file"].name,
        content=typed["file"].read(),
        signer=typed["signer"],
        number=typed["number"],
        symbol=typed["symbol"],
        issued_on=typed["issued_on"],
    )
    return f"Đã ghi nhận văn bản do {typed['signer'].person} ký; đây là văn bản sẽ được gửi."


def _refuse(submission: Submission, by: User, typed: Typed) -> str:
    services.refuse(
        submission,
        by=by,
        seen=typed["seen"],
        reasons=typed["reasons"],
        text=typed["text"],
        form_code=typed.get("form_code", ""),
    )
    return "Đã trả báo cáo về để sửa, kèm lý do."


def _issue(submission: Submission, by: User, typed: Typed) -> str:
    issued = services.issue(
        submission,
        by=by,
        number=typed.get("number"),
        symbol=typed["symbol"],
        issued_on=typed.get("issued_on"),
    )
    assert issued.document is not None
    assert issued.document.issued_on is not None
    return (
        f"Đã cấp số {issued.document.number_and_symbol}, {written_date(issued.document.issued_on)}. "
        "Có thể gửi báo cáo."
    )


def _send(submission: Submission, by: User, typed: Typed) -> str:
    dispatch = services.send(submission, by=by)
    return f"Đã gửi đến {submission.recipient} lúc {words.moment(dispatch.sent_at)}. Mã nhận: {dispatch.receipt}."


def _accept(submission: Submission, by: User, typed: Typed) -> str:
    services.accept(submission, by=by)
    return "Đã tiếp nhận báo cáo. Số liệu được ghi vào kho số liệu của tỉnh."


def _return(submission: Submission, by: User, typed: Typed) -> str:
    services.return_(submission, by=by, reasons=typed["reasons"], text=typed["text"])
    return f"Đã trả lại báo cáo cho {submission.organisation}, kèm lý do."


def _grant(submission: Submission, by: User, typed: Typed) -> str:
    services.grant_adjustment(submission, by=by)
    return f"Đã mở báo cáo để {submission.organisation} điều chỉnh. Số liệu đã tiếp nhận vẫn có hiệu lực."


def _decline(submission: Submission, by: User, typed: Typed) -> str:
    services.decline_adjustment(submission, by=by, text=typed["text"])
    return "Đã trả lời: không đồng ý điều chỉnh."


def _demand(submission: Submission, by: User, typed: Typed) -> str:
    services.demand_adjustment(submission, by=by, reason=typed["text"])
    return f"Đã mở báo cáo và yêu cầu {submission.organisation} điều chỉnh."


def _ask(submission: Submission, by: User, typed: Typed) -> str:
    services.request_adjustment(submission, by=by, reason=typed["text"], document=typed["document"])
    return f"Đã gửi đề nghị điều chỉnh đến {submission.recipient}."


def _cancel_adjustment(submission: Submission, by: User, typed: Typed) -> str:
    services.cancel_adjustment(submission, by=by, reason=typed["text"])
    return "Đã hủy điều chỉnh; số liệu và thuyết minh trở về bản đã tiếp nhận."


def _withdraw(submission: Submission, by: User, typed: Typed) -> str:
    services.withdraw(submission, by=by, reason=typed["text"])
    return "Đã rút lại báo cáo; có thể sửa rồi trình lại."


def _recall(submission: Submission, by: User, typed: Typed) -> str:
    services.recall(submission, by=by, reason=typed["text"])
    return f"Đã thu hồi báo cáo đã gửi đến {submission.recipient}."


@transaction.atomic
def _record_outside(submission: Submission, by: User, typed: Typed) -> str:
    at = timezone.now()
    evidence = add_attachment(
        submission,
        name=typed["evidence"].name,
        content=typed["evidence"].read(),
        kind=AttachmentKind.OUTSIDE,
        by=by,
        at=at,
    )
    dispatch = services.record_outside(
        submission,
        by=by,
        channel=typed["channel"],
        sent_at=typed["sent_at"],
        evidence=evidence,
        note=typed["note"],
        at=at,
    )
    return f"Đã ghi nhận báo cáo gửi ngoài hệ thống lúc {words.moment(dispatch.sent_at)}. Mã nhận: {dispatch.receipt}."


ACTS: tuple[Act, ...] = (
    Act("submit", "trinh-duyet", Verb.SUBMIT.label, _may_submit, _submit, look="primary"),
    Act(
        "review",
        "da-kiem-tra",
        Verb.REVIEW.label,
        _decides(Step.REVIEW),
        _review,
        forms.ReviewForm,
        "primary",
    ),
    Act(
        "approve_data",
        "duyet-so-lieu",
        Verb.APPROVE_DATA.label,
        _decides(Step.DATA),
        _approve_data,
        forms.ApproveDataForm,
        "primary",
    ),
    Act(
        "approve_report",
        "duyet-bao-cao",
        Verb.APPROVE_REPORT.label,
        _decides(Step.REPORT),
        _approve_report,
        forms.SeenForm,
        "primary",
    ),
    Act(
        "declare",
        "cam-doan",
        Verb.DECLARE.label,
        _decides(Step.DECLARE),
        _declare,
        forms.SeenForm,
        "primary",
    ),
    Act(
        "approve_by_document",
        "van-ban-da-ky",
        Verb.APPROVE_BY_DOCUMENT.label,
        _decides(Step.DOCUMENT),
        _approve_by_document,
        forms.SignedPaperForm,
        "primary",
    ),
    Act("issue", "cap-so", Verb.ISSUE.label, _may_issue, _issue, forms.IssueForm, "primary"),
    Act("send", "gui", Verb.SEND.label, _may_send, _send, look="primary"),
    Act("accept", "tiep-nhan", Verb.ACCEPT.label, _may(permissions.may_receive), _accept, look="primary"),
    Act("grant_adjustment", "dong-y-dieu-chinh", "Đồng ý điều chỉnh", _may_answer, _grant, look="primary"),
    Act(
        "decline_adjustment",
        "khong-dong-y-dieu-chinh",
        Verb.DECLINE_ADJUSTMENT.label,
        _may_answer,
        _decline,
        forms.TextForm,
    ),
    Act("refuse", "khong-duyet", Verb.REFUSE.label, _may_refuse, _refuse, forms.RefuseForm, "serious"),
    Act(
        "return",
        "tra-lai",
        Verb.RETURN.label,
        _may(permissions.may_receive),
        _return,
        forms.ReasonsForm,
        "serious",
    ),
    Act(
        "request_adjustment",
        "de-nghi-dieu-chinh",
        Verb.REQUEST_ADJUSTMENT.label,
        _may_ask,
        _ask,
        forms.AdjustmentForm,
    ),
    Act(
        "demand_adjustment",
        "yeu-cau-dieu-chinh",
        "Yêu cầu điều chỉnh số liệu",
        _may_demand,
        _demand,
        forms.TextForm,
    ),
    Act(
        "cancel_adjustment",
        "huy-dieu-chinh",
        Verb.CANCEL_ADJUSTMENT.label,
        _may(permissions.may_cancel_adjustment),
        _cancel_adjustment,
        forms.NoteForm,
        "serious",
    ),
    Act(
        "withdraw",
        "rut-lai",
        Verb.WITHDRAW.label,
        _may(permissions.may_withdraw),
        _withdraw,
        forms.NoteForm,
        "serious",
    ),
    Act(
        "recall",
        "thu-hoi",
        Verb.RECALL.label,
        _may(permissions.may_recall),
        _recall,
        forms.TextForm,
        "serious",
    ),
    Act(
        "record_outside",
        "ghi-nhan-da-gui",
        Verb.RECORD_OUTSIDE.label,
        _may(permissions.may_record_outside),
        _record_outside,
        forms.OutsideForm,
    ),
)


def offered(here: Situation) -> list[Act]:
    """Exactly what this person may do now."""
    return [act for act in ACTS if act.offered(here)]
