"""Days, moments and sizes as the screens say them. Days are Việt Nam's; moments come in UTC. Pure."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from reports.submissions.status import Status

#: Chip of a status: done, info, warn or late. Its words always stand beside the colour.
TONES = {
    Status.DRAFT: "info",
    Status.IN_REVIEW: "warn",
    Status.REWORK: "late",
    Status.APPROVED: "done",
    Status.SENT: "info",
    Status.RETURNED: "late",
    Status.ACCEPTED: "done",
    Status.ADJUSTING: "warn",
}
#: The icon that goes with a tone.
ICONS = {"done": "circle-check", "info": "info-circle", "warn": "time", "late": "warning"}


def day(value: date) -> str:
    """``05/06/2026``."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """``10:32 05/06/2026``, in Việt Nam."""
    return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"


def clock(value: datetime) -> str:
    """``10:32``, in Việt Nam."""
    return f"{timezone.localtime(value):%H:%M}"


def days_left(due_on: date, today: date) -> str:
    """How far away the due day is.

    >>> day_ = date(2026, 6, 5)
    >>> days_left(day_, date(2026, 6, 2)), days_left(day_, day_), days_left(day_, date(2026, 6, 7))
    ('còn 3 ngày', 'hết hạn hôm nay', 'quá hạn 2 ngày')
    """
    left = (due_on - today).days
    if left == 0:
        return "hết hạn hôm nay"
    return f"còn {left} ngày" if left > 0 else f"quá hạn {-left} ngày"


def urgency(due_on: date, today: date) -> str:
    """The tone of a due day that nothing has been sent for yet: late, warn within three days, else info."""
    left = (due_on - today).days
    return "late" if left < 0 else "warn" if left <= 3 else "info"


def punctuality(
    due_at: datetime, due_on: date, first_sent_at: datetime | None, today: date
) -> tuple[str, str]:
    """(tone, words) of whether a report is on time: its first sending counts, later ones never make it late."""
    if first_sent_at is None:
        return ("late", "Chưa gửi, quá hạn") if due_on < today else ("", "Chưa gửi")
    if first_sent_at <= due_at:
        return "done", "Đúng hạn"
    late = (timezone.localdate(first_sent_at) - due_on).days
    return "late", f"Muộn {late} ngày" if late else "Muộn trong ngày"


def size(count: int) -> str:
    """Bytes in words.

    >>> size(900), size(120_000), size(7_600_000)
    ('1 KB', '117 KB', '7,2 MB')
    """
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB".replace(".", ",")
