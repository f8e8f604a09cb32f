"""Which days people work on. The calendar is data: seeded from a library, administrators write over it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

#: The last year the pinned ``holidays`` knows from announcements; Tết and swaps of later ones it reckons.
CONFIRMED_UNTIL = 2026

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "chủ nhật")


class DayKind(StrEnum):
    OFF = "off"
    WORKING = "working"


class SpecialDay(NamedTuple):
    """A day the calendar names: off (holiday, substitute rest, swap), or worked on although at the weekend.

    ``provisional``: reckoned, not yet announced.
    """

    kind: DayKind
    name: str
    provisional: bool = False


@dataclass(frozen=True)
class WorkingCalendar:
    """Weekly rest, and the special days that win over it (Labour Code 2019 Art. 111, 112; yearly swaps; X16).

    >>> calendar = WorkingCalendar({date(2026, 8, 31): SpecialDay(DayKind.OFF, "Nghỉ hoán đổi")})
    >>> calendar.next_working_day(date(2026, 8, 29))
    datetime.date(2026, 9, 1)
    """

    overrides: Mapping[date, SpecialDay] = field(default_factory=dict)
    #: As ``date.weekday()``: Saturday and Sunday.
    weekly_rest: frozenset[int] = frozenset({5, 6})

    def __or__(self, overrides: Mapping[date, SpecialDay]) -> "WorkingCalendar":
        """The same calendar with these special days over its own."""
        return WorkingCalendar({**self.overrides, **overrides}, self.weekly_rest)

    def is_working_day(self, day: date) -> bool:
        special = self.overrides.get(day)
        return special.kind == DayKind.WORKING if special else day.weekday() not in self.weekly_rest

    def why_off(self, day: date) -> str:
        """Why nobody works on ``day``, in Vietnamese; empty if people do."""
        if self.is_working_day(day):
            return ""
        special = self.overrides.get(day)
        return special.name if special else "Nghỉ hàng tuần"

    def why_working(self, day: date) -> str:
        """Why people work on ``day`` although it is a day of weekly rest, in Vietnamese; empty otherwise."""
        special = self.overrides.get(day)
        at_rest = day.weekday() in self.weekly_rest
        return special.name if special and special.kind == DayKind.WORKING and at_rest else ""

    def is_provisional(self, year: int) -> bool:
        """Whether days off of ``year`` may still change: none are known, or some are only reckoned."""
        return year not in self._years or self._years[year]

    def next_working_day(self, day: date) -> date:
        """``day`` itself if people work on it, else the next such day."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``; ``day`` itself if ``n`` is 0.

        Raises:
            ValueError: ``n`` is negative.
        """
        if n < 0:
            raise ValueError(f"Số ngày làm việc phải từ 0 trở lên, không phải {n}.")
        for _ in range(n):
            day = self.next_working_day(day + _ONE_DAY)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days come after ``first``, up to and including ``last``; never negative."""
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(map(self.is_working_day, days))

    @cached_property
    def _years(self) -> Mapping[int, bool]:
        years: dict[int, bool] = {}
        for day, special in self.overrides.items():
            years[day.year] = years.get(day.year, False) or special.provisional
        return MappingProxyType(years)


def named_day(day: date) -> str:
    """A day with its weekday as in running text.

    >>> named_day(date(2026, 4, 25))
    'thứ Bảy 25/4/2026'
    """
    return f"{_WEEKDAYS[day.weekday()]} {day.day}/{day.month}/{day.year}"


def next_working_day(day: date, calendar: WorkingCalendar | None = None) -> date:
    """``day`` itself if people work on it, else the next such day; ``None`` is the stored calendar."""
    return (stored() if calendar is None else calendar).next_working_day(day)


def stored() -> WorkingCalendar:
    """The calendar that administrators keep."""
    # Models need the app registry; this module does not.
    from reports.deadlines.models import CalendarDay

    return CalendarDay.objects.calendar()


def seeded(years: Iterable[int]) -> WorkingCalendar:
    """What the ``holidays`` library knows of ``years``: days off, substitute rest, swaps with their working days.

    Years after ``CONFIRMED_UNTIL`` are provisional. The library misses swaps (2 for 10 January 2026 is one), so
    that what administrators write over the seed must win.
    """
    # A fifth of a second to import, needed only when a calendar is first filled.
    from holidays import country_holidays

    wanted = set(years)
    if not wanted:
        return WorkingCalendar()
    # A swap may reach over New Year: the neighbours tell which day was swapped for which.
    known = country_holidays("VN", years=range(min(wanted) - 1, max(wanted) + 2), language="vi")
    overrides = {
        day: SpecialDay(DayKind.OFF, name, provisional=day.year > CONFIRMED_UNTIL)
        for day, name in known.items()
        if day.year in wanted
    }
    for day in known.weekend_workdays:
        if day.year in wanted:
            swapped = next((off for off, name in known.items() if f"{day:%d/%m/%Y}" in name), None)
            name = f"Làm việc bù cho ngày nghỉ {swapped:%d/%m/%Y}" if swapped else "Làm việc bù"
            overrides[day] = SpecialDay(DayKind.WORKING, name, provisional=day.year > CONFIRMED_UNTIL)
    return WorkingCalendar(overrides)
