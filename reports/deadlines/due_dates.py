"""When a report is due, and why.

Three clocks are kept apart (R11): the cut-off window (``cutoff_window``), the due day and hour (``due``),
and the opening of entry (kept with the round). Rules are data of the regime that cites them (R79); this
module only reckons. Days are days in Asia/Ho_Chi_Minh, moments are aware and in UTC.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from indicators.periods import Period, PeriodKind
from reports.deadlines.calendar import WorkingCalendar, named_day

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
#: The last moment that ``datetime`` and PostgreSQL can tell from the next day.
END_OF_DAY = time.max


class DeadlineError(ValueError):
    """A deadline that cannot be reckoned; the message is Vietnamese."""


class NoDefaultWindow(DeadlineError):
    """Decree 09/2019 gives no cut-off window for this kind of period; the regime must give one."""


class InvalidDueRule(DeadlineError):
    """A rule of time that is incomplete or contradicts itself."""


class Anchor(StrEnum):
    """What a due day is counted from."""

    CUTOFF_END = "cutoff_end"
    PERIOD_END = "period_end"
    LAST_MONTH = "last_month"
    FIXED = "fixed"


_WITH_WINDOW = frozenset(
    {PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.MONTHS, PeriodKind.YEAR}
)


def cutoff_window(period: Period) -> tuple[date, date]:
    """First and last day of the default cut-off window, both inclusive.

    Decree 09/2019/NĐ-CP Art. 12: from the 15th of the month before the period to the 14th of its last month
    (X2). The first n months, a provincial addition (Khánh Hòa, QĐ 01/2023, Art. 4), likewise.

    >>> cutoff_window(Period.parse("2026-Q1"))
    (datetime.date(2025, 12, 15), datetime.date(2026, 3, 14))

    Raises:
        NoDefaultWindow: weeks, days, several years.
    """
    if period.kind not in _WITH_WINDOW:
        raise NoDefaultWindow(
            f"Nghị định 09/2019/NĐ-CP không quy định thời gian chốt số liệu cho kỳ {period}; "
            "hãy nhập ngày bắt đầu và ngày kết thúc chốt số liệu."
        )
    month_before = period.first_day.replace(day=1) - timedelta(days=1)
    return month_before.replace(day=15), period.last_day.replace(day=14)


def government_limit(period: Period) -> date:
    """The latest nominal due day of a periodic report to the Government or the Prime Minister (X3).

    Decree 09/2019/NĐ-CP Art. 13: day 25 of the last month of the period.
    """
    return period.last_day.replace(day=25)


def working_days_between(first: date, last: date, calendar: WorkingCalendar) -> int:
    """How many working days come after ``first``, up to and including ``last``.

    From the end of cut-off to the due day Decree 09/2019/NĐ-CP Art. 8.5 asks for at least one (X1).
    """
    return calendar.working_days_between(first, last)


@dataclass(frozen=True, slots=True)
class DueRule:
    """A rule of time as a regime states it; its parts are plain, so that it is the same in code and in JSON.

    Args:
        anchor: what to count from (``Anchor``).
        working_days, days: how many of either after the anchor.
        day_of_month, month_offset: for "last_month", the day in the period's last month plus so many months;
            the last day of a month that is shorter.
        on: for "fixed", the day ("2026-03-05").
        at: the hour "HH:MM" in Asia/Ho_Chi_Minh; without it the whole day counts.
        basis: the citation shown with the day.

    Raises:
        InvalidDueRule: a part is missing, of no use with this anchor, or out of range.
    """

    anchor: str
    working_days: int = 0
    days: int = 0
    day_of_month: int | None = None
    month_offset: int = 0
    on: str = ""
    at: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        if fault := self._fault():
            raise InvalidDueRule(f"Quy định thời hạn chưa đúng: {fault}.")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; a part left out, or null, has its default.

        Raises:
            InvalidDueRule: an unknown part, none that says what to count from, or a rule invalid in itself.
        """
        if unknown := sorted(data.keys() - {part.name for part in fields(cls)}):
            raise InvalidDueRule(f"Quy định thời hạn chưa đúng: không có phần {', '.join(unknown)}.")
        given = {name: value for name, value in data.items() if value is not None}
        return cls(**{"anchor": "", **given})

    def to_json(self) -> dict[str, Any]:
        """The parts that differ from their defaults."""
        return {name: value for name, value in asdict(self).items() if value not in ("", 0, None)}

    def in_words(self) -> str:
        """The rule in Vietnamese, with its citation.

        >>> DueRule("last_month", day_of_month=25, basis="Nghị định 09/2019/NĐ-CP, Điều 13").in_words()
        'ngày 25 của tháng cuối kỳ báo cáo (Nghị định 09/2019/NĐ-CP, Điều 13)'
        """
        words = self._anchor_in_words()
        if self.working_days or self.days:
            kind = "ngày làm việc" if self.working_days else "ngày"
            words = f"{self.working_days or self.days:02} {kind} sau {words}"
        if self.at:
            words += f", chậm nhất {self.at.replace(':', ' giờ ')}"
        return f"{words} ({self.basis})" if self.basis else words

    def _anchor_in_words(self) -> str:
        if self.anchor == Anchor.CUTOFF_END:
            return "ngày kết thúc chốt số liệu"
        if self.anchor == Anchor.PERIOD_END:
            return "ngày cuối kỳ báo cáo"
        if self.anchor == Anchor.FIXED:
            return f"ngày {_short(date.fromisoformat(self.on))}"
        month = "tháng cuối kỳ báo cáo"
        if self.month_offset == 1:
            month = "tháng tiếp theo kỳ báo cáo"
        elif self.month_offset:
            month = (
                f"tháng thứ {abs(self.month_offset)} {'sau' if self.month_offset > 0 else 'trước'} {month}"
            )
        return f"ngày {self.day_of_month} của {month}"

    def _fault(self) -> str:
        if self.anchor not in list(Anchor):
            return f"mốc tính phải là một trong {', '.join(Anchor)}, không phải “{self.anchor}”"
        numbers = (self.working_days, self.days, self.month_offset, self.day_of_month or 0)
        if any(type(number) is not int for number in numbers):
            return "số ngày, ngày trong tháng và số tháng phải là số nguyên"
        if not (0 <= self.days <= 366 and 0 <= self.working_days <= 366) or (self.days and self.working_days):
            return "cộng thêm số ngày hoặc số ngày làm việc, từ 0 đến 366, không dùng cả hai"
        if abs(self.month_offset) > 24:
            return "số tháng cộng thêm từ -24 đến 24"
        by_month = self.anchor == Anchor.LAST_MONTH
        if by_month != (self.day_of_month is not None) or (self.month_offset and not by_month):
            return f"ngày trong tháng và số tháng đi với, và chỉ đi với, mốc {Anchor.LAST_MONTH.value}"
        if by_month and not 1 <= (self.day_of_month or 0) <= 31:
            return "ngày trong tháng phải từ 1 đến 31"
        if (self.anchor == Anchor.FIXED) != bool(self.on):
            return f"ngày ấn định đi với, và chỉ đi với, mốc {Anchor.FIXED.value}"
        try:
            day, hour = date.fromisoformat(self.on or "2000-01-01"), self.hour()
        except (TypeError, ValueError):
            day, hour = date.min, time.min
        if self.on not in ("", f"{day}") or self.at not in ("", f"{hour:%H:%M}"):
            return "ngày viết như 2026-03-05, giờ viết như 17:00"
        return ""

    def hour(self) -> time:
        """The last moment of the due day on which a report is on time, in Asia/Ho_Chi_Minh."""
        return datetime.strptime(self.at, "%H:%M").time() if self.at else END_OF_DAY


class Reason(NamedTuple):
    """A step towards a due day: what kind of step, the sentence shown, and the day it speaks of.

    Codes: ``rule``, ``not_counted`` (a day off among working days counted), ``nominal``, ``day_off``,
    ``moved``, ``kept`` (on a day off and not shifted), ``working_swap``, ``provisional``, ``extended``.
    """

    code: str
    text: str
    day: date

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Self:
        return cls(data["code"], data["text"], date.fromisoformat(data["day"]))

    def to_json(self) -> dict[str, str]:
        return {"code": self.code, "text": self.text, "day": self.day.isoformat()}


@dataclass(frozen=True, slots=True)
class Due:
    """A due day that explains itself.

    ``day`` is a day in Asia/Ho_Chi_Minh; ``moment`` (UTC) is the last one on time: the hour the rule gives,
    else the last microsecond of the day.
    """

    day: date
    moment: datetime
    reasons: tuple[Reason, ...]

    @property
    def nominal_day(self) -> date:
        """The day the rule alone gives, before shift and extension; compared with ``government_limit``."""
        return next(reason.day for reason in self.reasons if reason.code == "nominal")

    @classmethod
    def stored(cls, day: date, moment: datetime, reasons: Iterable[Mapping[str, str]]) -> Self:
        """Put together again from where ``day``, ``moment`` and ``reasons_json()`` were kept."""
        return cls(day, moment, tuple(map(Reason.from_json, reasons)))

    def reasons_json(self) -> list[dict[str, str]]:
        return [reason.to_json() for reason in self.reasons]


def due(
    rule: DueRule,
    period: Period,
    *,
    calendar: WorkingCalendar,
    window: tuple[date, date] | None = None,
    periodic: bool = True,
) -> Due:
    """When a report for ``period`` is due under ``rule``.

    A periodic report due on a day off is due on the next working day; others keep their day (ST 16.2,
    LC 17.2; R80). ``window`` is the cut-off window where the regime has its own, else that of Decree 09/2019.

    Raises:
        NoDefaultWindow: the rule counts from the end of cut-off, and there is no window for such a period.
    """
    anchor = _anchor_day(rule, period, window)
    reasons = [Reason("rule", f"Quy định: {rule.in_words()}", anchor)]
    if rule.working_days:
        nominal = calendar.add_working_days(anchor, rule.working_days)
        counted_from = anchor + timedelta(days=1)
        reasons += [
            Reason("not_counted", f"Không tính {named_day(off)}: {calendar.why_off(off)}", off)
            for off in _days(counted_from, nominal)
            if not calendar.is_working_day(off)
        ]
    else:
        nominal = anchor + timedelta(days=rule.days)
    reasons.append(Reason("nominal", f"Thời hạn theo quy định: {named_day(nominal)}", nominal))

    day = calendar.next_working_day(nominal) if periodic else nominal
    for off in _days(nominal, day):
        sentence = f"{_capital(named_day(off))} không phải ngày làm việc: {calendar.why_off(off)}"
        reasons.append(Reason("day_off", sentence, off))
    if day != nominal:
        reasons.append(Reason("moved", f"Chuyển sang ngày làm việc tiếp theo: {named_day(day)}", day))
    elif why := calendar.why_off(day):
        sentence = (
            f"Giữ {named_day(day)} ({why}): chỉ thời hạn của báo cáo định kỳ được chuyển khi trùng ngày nghỉ"
        )
        reasons.append(Reason("kept", sentence, day))
    if why := calendar.why_working(day):
        reasons.append(Reason("working_swap", f"{_capital(named_day(day))} là ngày làm việc: {why}", day))
    if (periodic or rule.working_days) and calendar.is_provisional(day.year):
        sentence = f"Lịch nghỉ năm {day.year} là dự kiến, thời hạn có thể đổi khi có thông báo chính thức"
        reasons.append(Reason("provisional", sentence, day))
    return Due(day, _moment(day, rule.hour()), tuple(reasons))


def extended(due: Due, *, day: date, reason: str, document: str = "") -> Due:
    """More time: until ``day`` as decided, at the same hour, not shifted if it is a day off.

    Raises:
        DeadlineError: ``day`` is not later, or no reason is given.
    """
    if day <= due.day:
        raise DeadlineError(f"Ngày gia hạn {_short(day)} phải sau thời hạn hiện nay {_short(due.day)}.")
    if not reason.strip():
        raise DeadlineError("Gia hạn phải có lý do.")
    sentence = f"Gia hạn đến {named_day(day)}: {reason.strip()}" + (f" ({document})" if document else "")
    hour = due.moment.astimezone(TIME_ZONE).time()
    return Due(day, _moment(day, hour), (*due.reasons, Reason("extended", sentence, day)))


def _anchor_day(rule: DueRule, period: Period, window: tuple[date, date] | None) -> date:
    if rule.anchor == Anchor.CUTOFF_END:
        return (window or cutoff_window(period))[1]
    if rule.anchor == Anchor.PERIOD_END:
        return period.last_day
    if rule.anchor == Anchor.FIXED:
        return date.fromisoformat(rule.on)
    last = period.last_day
    year, month = divmod(last.year * 12 + last.month - 1 + rule.month_offset, 12)
    return date(year, month + 1, min(rule.day_of_month or 0, monthrange(year, month + 1)[1]))


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TIME_ZONE).astimezone(UTC)


def _days(first: date, before: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((before - first).days))


def _short(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
