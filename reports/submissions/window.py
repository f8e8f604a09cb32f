"""The opening window of a report: when it may be written and submitted (R11, R98; ST 16.4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from reports.deadlines.models import Obligation

from .errors import Locked
from .status import EDITABLE

if TYPE_CHECKING:
    from .models import Submission


def is_open(submission: Submission, today: date) -> bool:
    """Within the window, extensions included. What was sent once may be mended whenever it comes back."""
    return submission.first_sent_at is not None or submission.obligation.is_receivable(today)


def not_receivable(obligation: Obligation) -> str:
    """On which days the report may be written, and whom to ask on others."""
    opens, closes = obligation.tier.opens_on, obligation.closes_on
    return (
        f"“{obligation.tier.round.title}” chỉ nhận từ ngày {opens:%d/%m/%Y} đến hết ngày {closes:%d/%m/%Y}. "
        f"Ngoài thời gian này, đề nghị {obligation.recipient} mở lại hoặc gia hạn."
    )


def require_writable(submission: Submission, what: str, *, at: datetime) -> None:
    """Raises ``Locked``: the report cannot be edited where it stands, or its window is closed at ``at``."""
    if submission.status not in EDITABLE:
        raise Locked(
            f"Báo cáo đang ở trạng thái “{submission.get_status_display()}” nên không sửa được {what}. "
            "Tải lại trang để xem việc có thể làm."
        )
    if not is_open(submission, timezone.localdate(at)):
        raise Locked(not_receivable(submission.obligation))
