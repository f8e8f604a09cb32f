"""How a report stands against its due moment, in words and in colour. The words carry the meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Standing:
    """``tone``: calm, warn (three days or less), late or done; never the meaning alone (WCAG 2.2, 1.4.1)."""

    text: str
    tone: str


def against(due_at: datetime, *, sent_at: datetime | None = None, today: date) -> Standing:
    """Counted in days of Việt Nam; what was sent stands as it was at its first sending."""
    due_on = timezone.localdate(due_at)
    if sent_at is not None:
        if sent_at <= due_at:
            return Standing("Gửi đúng hạn", "done")
        days = (timezone.localdate(sent_at) - due_on).days
        return Standing(f"Gửi muộn {days} ngày" if days else "Gửi muộn giờ", "late")
    days = (due_on - today).days
    if days < 0:
        return Standing(f"Quá hạn {-days} ngày", "late")
    if days == 0:
        hour = timezone.localtime(due_at).time()
        return Standing("Hạn cuối hôm nay" + ("" if hour >= time(23, 59) else f", {hour:%H:%M}"), "warn")
    return Standing(f"Còn {days} ngày", "warn" if days <= 3 else "calm")
