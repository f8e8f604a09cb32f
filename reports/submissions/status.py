"""The life of a report. The table below is the whole of it; ``docs/reference/submission-status.md`` is printed from it."""

from __future__ import annotations

from django.db import models


class Status(models.TextChoices):
    DRAFT = "draft", "Đang nhập"
    IN_REVIEW = "in_review", "Chờ duyệt"
    REWORK = "rework", "Cần sửa"
    APPROVED = "approved", "Đã duyệt"
    SENT = "sent", "Đã gửi"
    RETURNED = "returned", "Bị trả lại"
    ACCEPTED = "accepted", "Đã tiếp nhận"
    ADJUSTING = "adjusting", "Đang điều chỉnh"


class Verb(models.TextChoices):
    """The words on buttons and in timelines, kept once."""

    SUBMIT = "submit", "Trình duyệt"
    WITHDRAW = "withdraw", "Rút lại"
    REVIEW = "review", "Đã kiểm tra"
    APPROVE_DATA = "approve_data", "Duyệt số liệu"
    APPROVE_REPORT = "approve_report", "Duyệt báo cáo"
    DECLARE = "declare", "Cam đoan"
    APPROVE_BY_DOCUMENT = "approve_by_document", "Ghi nhận văn bản đã ký"
    REFUSE = "refuse", "Không duyệt"
    APPROVE = "approve", "Hoàn thành phê duyệt"
    LAPSE = "lapse", "Quy trình phê duyệt bị tắt"
    ISSUE = "issue", "Cấp số, phát hành"
    SEND = "send", "Gửi báo cáo"
    RECALL = "recall", "Thu hồi"
    RETURN = "return", "Trả lại"
    ACCEPT = "accept", "Tiếp nhận"
    REQUEST_ADJUSTMENT = "request_adjustment", "Đề nghị điều chỉnh số liệu"
    ADJUST = "adjust", "Điều chỉnh số liệu"
    DECLINE_ADJUSTMENT = "decline_adjustment", "Không đồng ý điều chỉnh"
    CANCEL_ADJUSTMENT = "cancel_adjustment", "Hủy điều chỉnh"
    RECORD_OUTSIDE = "record_outside", "Ghi nhận đã gửi ngoài hệ thống"


#: In these, cells, sections and attachments may be changed.
EDITABLE = frozenset({Status.DRAFT, Status.REWORK, Status.RETURNED, Status.ADJUSTING})

#: The receiver has the report in hand, or has decided on it.
WITH_RECIPIENT = frozenset({Status.SENT, Status.ACCEPTED, Status.RETURNED, Status.ADJUSTING})

#: verb → (from which statuses, to which). A verb that is not here moves nothing.
TRANSITIONS: dict[Verb, tuple[frozenset[Status], Status]] = {
    Verb.SUBMIT: (EDITABLE, Status.IN_REVIEW),
    Verb.WITHDRAW: (frozenset({Status.IN_REVIEW, Status.APPROVED}), Status.REWORK),
    Verb.REFUSE: (frozenset({Status.IN_REVIEW}), Status.REWORK),
    Verb.LAPSE: (frozenset({Status.IN_REVIEW}), Status.REWORK),
    Verb.APPROVE: (frozenset({Status.IN_REVIEW}), Status.APPROVED),
    Verb.SEND: (frozenset({Status.APPROVED}), Status.SENT),
    Verb.RECALL: (frozenset({Status.SENT}), Status.REWORK),
    Verb.RETURN: (frozenset({Status.SENT}), Status.RETURNED),
    Verb.ACCEPT: (frozenset({Status.SENT}), Status.ACCEPTED),
    Verb.ADJUST: (frozenset({Status.ACCEPTED}), Status.ADJUSTING),
    Verb.CANCEL_ADJUSTMENT: (frozenset({Status.ADJUSTING}), Status.ACCEPTED),
    Verb.RECORD_OUTSIDE: (EDITABLE, Status.SENT),
}


class Reason(models.TextChoices):
    """Why a report is refused or returned (X13). A text always stands beside it (R101)."""

    MISSING_FIGURES = "thieu_so_lieu", "Thiếu số liệu"
    WRONG_FIGURES = "sai_so_lieu", "Sai số liệu"
    WRONG_MEASURE = "sai_don_vi_tinh", "Sai đơn vị tính"
    MISSING_NARRATIVE = "thieu_thuyet_minh", "Thiếu thuyết minh"
    WRONG_LAYOUT = "sai_the_thuc", "Sai thể thức"
    WRONG_AUTHORITY = "sai_tham_quyen", "Sai thẩm quyền"
    OTHER = "khac", "Lý do khác"
