"""Keeping the working calendar (X16): seeded once, then written by people; the past stays as it was.

Rounds keep the due days they were opened with: a changed calendar moves only rounds opened later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from home.accounts.models import User
from home.audit.services import record

from .calendar import DayKind, SpecialDay, named_day, seeded
from .due_dates import DeadlineError
from .models import CalendarDay
from .permissions import may_keep_calendar

#: Swaps announced for civil servants that the library does not know.
ANNOUNCED = {
    date(2026, 1, 2): SpecialDay(DayKind.OFF, "Nghỉ hoán đổi với thứ Bảy 10/01/2026"),
    date(2026, 1, 10): SpecialDay(DayKind.WORKING, "Làm việc bù cho ngày nghỉ 02/01/2026"),
}
ANNOUNCED_BASIS = "Thông báo 12729/VPCP-KGVX ngày 25/12/2025"
LAW = "Bộ luật Lao động 2019, Điều 111, 112"


class CalendarError(DeadlineError):
    """A day of the calendar that cannot be written; the message is Vietnamese."""


def refuse_past(*days: date, today: date) -> None:
    """
    Raises:
        CalendarError: one of ``days`` lies before ``today``.
    """
    for day in days:
        if day < today:
            raise CalendarError(
                f"{named_day(day)[0].upper()}{named_day(day)[1:]} đã qua; lịch của ngày đã qua giữ nguyên vì thời "
                "hạn báo cáo đã tính theo đó."
            )


@transaction.atomic
def write_day(
    day: CalendarDay, *, by: User, today: date | None = None, at: datetime | None = None
) -> CalendarDay:
    """Save a new or changed day. To undo a day off, write it as a working day: nothing is deleted.

    Raises:
        CalendarError: ``by`` does not keep the calendar, or the day, as it was or as it will be, is past.
    """
    if not may_keep_calendar(by):
        raise CalendarError("Chỉ người quản trị hệ thống được sửa lịch làm việc.")
    before = CalendarDay.objects.select_for_update().filter(pk=day.pk).first()
    refuse_past(*([before.day] if before else []), day.day, today=today or timezone.localdate(at))
    day.save()
    record(
        "calendar.write",
        day,
        by=by,
        at=at,
        before=f"{before.day} {before.kind} {before.name}" if before else "",
        after=f"{day.day} {day.kind} {day.name}",
        basis=day.basis,
    )
    return day


@transaction.atomic
def seed(years: Iterable[int], *, today: date | None = None, at: datetime | None = None) -> int:
    """Fill in what law and library know of ``years``; returns how many days were added.

    What stands in the calendar is never touched, and a past year that has any entry gets no more: run again,
    it adds nothing.
    """
    this_year = (today or timezone.localdate(at)).year
    kept = set(CalendarDay.objects.select_for_update().values_list("day", flat=True))
    frozen = {day.year for day in kept if day.year < this_year}
    wanted = [year for year in years if year not in frozen]
    announced = {day: special for day, special in ANNOUNCED.items() if day.year in wanted}
    days = [
        CalendarDay(
            day=day,
            kind=special.kind,
            name=special.name,
            basis=ANNOUNCED_BASIS if day in announced else LAW,
            provisional=special.provisional,
        )
        for day, special in ({**seeded(wanted).overrides, **announced}).items()
        if day not in kept
    ]
    CalendarDay.objects.bulk_create(days)
    if days:
        record("calendar.seed", None, by=None, at=at, years=sorted(wanted), days=len(days))
    return len(days)
