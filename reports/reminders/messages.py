"""What is said about rounds and due days."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from django.utils import timezone

from notifications.catalogue import register

if TYPE_CHECKING:
    from reports.deadlines.models import Obligation

register(
    "due.soon",
    "{left}: {report}",
    "{organisation} có báo cáo sắp đến hạn: {report}.\nViệc cần làm: {todo}.\nHạn gửi báo cáo: {due}.",
)
register(
    "due.overdue",
    "Quá hạn, chưa gửi: {report}",
    "{organisation} chưa gửi {report}, hạn {due}. Báo cáo đang: {status}.\n"
    "Việc cần làm: hoàn thành và gửi ngay; có vướng mắc thì liên hệ {recipient}.",
)
register(
    "due.overdue_digest",
    "{count} báo cáo quá hạn chưa gửi đến",
    "Hết ngày {day} chưa nhận được:\n{reports}\nViệc cần làm: đôn đốc các cơ quan chưa gửi.",
)
register(
    "round.opened",
    "Đợt báo cáo mới: {report}",
    "Đã mở đợt {report}.\n{dues}\nViệc cần làm: nhập báo cáo và trình duyệt trước hạn.",
)
register(
    "consolidation.source_changed",
    "Số liệu nguồn đã thay đổi: {report}",
    "Sau khi {report} lấy số liệu, báo cáo của {organisations} đã thay đổi.\n"
    "Việc cần làm: xem phần thay đổi và lấy lại số liệu nếu báo cáo còn sửa được; "
    "nếu đã gửi thì đề nghị điều chỉnh.",
)


def left(days: int) -> str:
    """``Còn 3 ngày``; on the day itself ``Hôm nay là hạn cuối``."""
    return f"Còn {days} ngày" if days else "Hôm nay là hạn cuối"


def said(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def due_said(obligation: Obligation) -> str:
    """The day; with the hour where the rule sets one (else the day counts to its end)."""
    moment = timezone.localtime(obligation.due_at)
    hour = "" if moment.time() >= time(23, 59) else f"{moment:%H:%M} ngày "
    return hour + said(obligation.due_on)
