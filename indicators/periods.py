"""The period a figure or a report is about, as a value (R78, X8). Pure.

A period is its first and last day; kind and name follow from them, so that one span has one name: the first
six months of a year are its first half, 2026-07-01..2026-07-31 is July. Days are days in Asia/Ho_Chi_Minh.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto
from functools import lru_cache
from typing import Self
from unicodedata import normalize


class PeriodKind(StrEnum):
    YEAR = auto()
    HALF = auto()
    QUARTER = auto()
    MONTH = auto()
    #: A week of ISO 8601, from Monday.
    WEEK = auto()
    #: The first n months of a year. Never 1, 3, 6 or 12: those are a month, a quarter, a half and a year.
    MONTHS = auto()
    #: Several whole years, such as the five of a plan.
    YEARS = auto()
    DAY = auto()
    #: Any other days.
    SPAN = auto()


_REMEMBERED = 4096

_MONTHS_IN = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
_MONTHS_BY_LETTER = {"M": 1, "Q": 3, "H": 6}

_YEAR, _DAY = r"[12]\d{3}", r"[12]\d{3}-\d\d-\d\d"
_TEXT = re.compile(
    rf"(?P<first_year>{_YEAR})(\.\.(?P<last_year>{_YEAR}))?"
    rf"|(?P<first_day>{_DAY})(\.\.(?P<last_day>{_DAY}))?"
    rf"|(?P<year>{_YEAR})-((?P<part>[HQ]\d|[MW]\d\d)|(?P<months>[1-9]\d?)M)",
    re.ASCII,
)

_WRITTEN = r"(\d\d?)/(\d\d?)/(\d{4})"


def _day(day: str, month: str, year: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
#: How people write periods, as ``label`` does and a little shorter; and the name that it comes to.
_WORDS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(?:tháng )?(\d\d?)/(\d{4})", lambda m: f"{m[2]}-M{int(m[1]):02}"),
    (r"quý (i{1,3}|iv|[1-4])/(\d{4})", lambda m: f"{m[2]}-Q{_ROMAN.get(m[1], m[1])}"),
    (r"6 tháng cuối năm (\d{4})", lambda m: f"{m[1]}-H2"),
    (r"(\d\d?) tháng (?:đầu )?năm (\d{4})", lambda m: f"{m[2]}-{m[1]}M"),
    (r"năm (\d{4})", lambda m: m[1]),
    (r"tuần (\d\d?) năm (\d{4})", lambda m: f"{m[2]}-W{int(m[1]):02}"),
    (r"(?:giai đoạn )?(\d{4}) ?[-–] ?(\d{4})", lambda m: f"{m[1]}..{m[2]}"),
    (rf"(?:ngày )?{_WRITTEN}", lambda m: _day(m[1], m[2], m[3])),
    (rf"từ {_WRITTEN} đến {_WRITTEN}", lambda m: f"{_day(*m.groups()[:3])}..{_day(*m.groups()[3:])}"),
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of days with a name; both ends belong to it. Periods sort by first day, then by last.

    >>> period = Period.parse("2026-Q3")
    >>> period.first_day, period.last_day
    (datetime.date(2026, 7, 1), datetime.date(2026, 9, 30))
    >>> str(Period.parse("2026-6M")), Period.parse("2026-9M").label()
    ('2026-H1', '9 tháng đầu năm 2026')

    Raises:
        ValueError: the last day lies before the first.
    """

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(
                f"Kỳ kết thúc ({self.last_day:%d/%m/%Y}) trước khi bắt đầu ({self.first_day:%d/%m/%Y})."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a period by its name.

        ``2026``, ``2026-H1``, ``2026-Q3``, ``2026-M07``, ``2026-W32``, ``2026-9M`` (the first n months),
        ``2021..2025``, ``2026-07-20`` and ``2026-07-01..2026-07-20`` are names; ``str()`` gives them back.

        Raises:
            ValueError: the text is none of these, or names a period that does not exist.
        """
        return cls(*_days_of(text))

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a period as people write it, or by its name.

        >>> str(Period.read("tháng 5/2026")), str(Period.read("Quý II/2026")), str(Period.read("2026-9M"))
        ('2026-M05', '2026-Q2', '2026-9M')

        Raises:
            ValueError: the text is neither, or names a period that does not exist.
        """
        words = " ".join(normalize("NFC", text).lower().split())
        found = ((re.fullmatch(pattern, words, re.ASCII), name) for pattern, name in _WORDS)
        names = [name(match) for match, name in found if match]
        try:
            return cls.parse(names[0] if names else words.upper())
        except ValueError:
            raise ValueError(
                f"“{text}” không phải là kỳ báo cáo. Hãy viết như Tháng 5/2026, Quý II/2026, "
                "6 tháng đầu năm 2026, 9 tháng đầu năm 2026, Năm 2026 hoặc Ngày 20/5/2026."
            ) from None

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Self:
        """Give the period of that kind which contains the day.

        MONTHS are those up to the day's month; YEARS the five of the plan (2021 to 2025, 2026 to 2030).

        Raises:
            ValueError: a SPAN is not known by one of its days.
        """
        if months := _MONTHS_IN.get(kind):
            return cls(*_month_ends(day.year, (day.month - 1) // months * months + 1, months))
        if kind == PeriodKind.MONTHS:
            return cls(*_month_ends(day.year, 1, day.month))
        if kind == PeriodKind.YEARS:
            return cls(*_month_ends((day.year - 1) // 5 * 5 + 1, 1, 60))
        if kind == PeriodKind.WEEK:
            monday = day - timedelta(days=day.weekday())
            return cls(monday, monday + timedelta(days=6))
        if kind == PeriodKind.DAY:
            return cls(day, day)
        raise ValueError("Khoảng ngày tự chọn phải có ngày đầu và ngày cuối.")

    @property
    def kind(self) -> PeriodKind:
        return _kind(self.first_day, self.last_day)

    def __str__(self) -> str:
        first, last, year = self.first_day, self.last_day, self.first_day.year
        match self.kind:
            case PeriodKind.YEAR:
                return f"{year}"
            case PeriodKind.HALF:
                return f"{year}-H{self._number}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{self._number}"
            case PeriodKind.MONTH:
                return f"{year}-M{self._number:02}"
            case PeriodKind.WEEK:
                week = first.isocalendar()
                return f"{week.year}-W{week.week:02}"
            case PeriodKind.MONTHS:
                return f"{year}-{last.month}M"
            case PeriodKind.YEARS:
                return f"{year}..{last.year}"
            case PeriodKind.DAY:
                return f"{first}"
            case PeriodKind.SPAN:
                return f"{first}..{last}"

    def label(self) -> str:
        """Name the period in Vietnamese, as in the heading of a report."""
        first, last, year = self.first_day, self.last_day, self.first_day.year
        match self.kind:
            case PeriodKind.YEAR:
                return f"Năm {year}"
            case PeriodKind.HALF:
                return f"6 tháng {('đầu', 'cuối')[self._number - 1]} năm {year}"
            case PeriodKind.QUARTER:
                return f"Quý {('I', 'II', 'III', 'IV')[self._number - 1]}/{year}"
            case PeriodKind.MONTH:
                return f"Tháng {self._number}/{year}"
            case PeriodKind.WEEK:
                week = first.isocalendar()
                return f"Tuần {week.week} năm {week.year}"
            case PeriodKind.MONTHS:
                return f"{last.month} tháng đầu năm {year}"
            case PeriodKind.YEARS:
                return f"Giai đoạn {year}–{last.year}"
            case PeriodKind.DAY:
                return f"Ngày {_written(first)}"
            case PeriodKind.SPAN:
                return f"Từ {_written(first)} đến {_written(last)}"

    def previous(self) -> Self:
        """Give the period just before, of the same length; of the first n months, those of last year."""
        if self.kind == PeriodKind.MONTHS:
            return self.same_last_year()
        if months := self._month_count:
            return self._moved(-months)
        return type(self)(self.first_day - self._length, self.last_day - self._length)

    def same_last_year(self) -> Self:
        """Give "cùng kỳ năm trước": the same months, week or days one year earlier.

        29 February becomes the 28th, and week 53 the last week of a year without one.
        """
        if self._month_count:
            return self._moved(-12)
        if self.kind == PeriodKind.WEEK:
            year, week, _ = self.first_day.isocalendar()
            last_week = date(year - 1, 12, 28).isocalendar().week
            return self.of(PeriodKind.WEEK, date.fromisocalendar(year - 1, min(week, last_week), 1))
        return type(self)(_year_before(self.first_day), _year_before(self.last_day))

    def year_to_date(self) -> Self:
        """Give the first months of the year up to the month of the last day ("lũy kế")."""
        return self.of(PeriodKind.MONTHS, self.last_day)

    def year(self) -> Self:
        """Give the year in which the period ends; of a week, the year it is counted in."""
        year = self.first_day.isocalendar().year if self.kind == PeriodKind.WEEK else self.last_day.year
        return type(self)(*_month_ends(year, 1, 12))

    def months(self) -> tuple[Self, ...]:
        """Give the months of the period in order.

        Raises:
            ValueError: the period is not made of whole months.
        """
        if not self._month_count:
            raise ValueError(f"Kỳ “{self}” không gồm các tháng trọn vẹn.")
        first = self.first_day
        return tuple(
            type(self)(*_month_ends(first.year, first.month + offset, 1))
            for offset in range(self._month_count)
        )

    def contains(self, other: "Period") -> bool:
        return self.first_day <= other.first_day and other.last_day <= self.last_day

    @property
    def _length(self) -> timedelta:
        return self.last_day - self.first_day + timedelta(days=1)

    @property
    def _month_count(self) -> int:
        """The number of months, 0 if they are not whole."""
        return _month_count(self.first_day, self.last_day)

    @property
    def _number(self) -> int:
        """The place of a month, quarter or half in its year, from 1."""
        return (self.first_day.month - 1) // self._month_count + 1

    def _moved(self, months: int) -> Self:
        first = self.first_day
        return type(self)(*_month_ends(first.year, first.month + months, self._month_count))


# A page names the same few hundred periods thousands of times; what follows from a text or from two days never changes.
@lru_cache(maxsize=_REMEMBERED)
def _days_of(text: str) -> tuple[date, date]:
    """Give the first and last day of the period of that name.

    Raises:
        ValueError: as ``Period.parse``.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(
            f"“{text}” không phải là kỳ báo cáo. Hãy viết như 2026, 2026-H1, 2026-Q3, 2026-M07, "
            "2026-W32, 2026-9M, 2021..2025, 2026-07-20 hoặc 2026-07-01..2026-07-20."
        )
    try:
        return _ends(match)
    except ValueError:
        raise ValueError(f"Không có kỳ “{text}” trong lịch.") from None


@lru_cache(maxsize=_REMEMBERED)
def _kind(first: date, last: date) -> PeriodKind:
    months = _month_count(first, last)
    for kind, length in _MONTHS_IN.items():
        if months == length and (first.month - 1) % length == 0:
            return kind
    if months and first.month == 1 and months < 12:
        return PeriodKind.MONTHS
    if months and first.month == 1 and months % 12 == 0:
        return PeriodKind.YEARS
    if first == last:
        return PeriodKind.DAY
    if first.weekday() == 0 and (last - first).days == 6:
        return PeriodKind.WEEK
    return PeriodKind.SPAN


@lru_cache(maxsize=_REMEMBERED)
def _month_count(first: date, last: date) -> int:
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1]:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _ends(match: re.Match[str]) -> tuple[date, date]:
    """Give the first and last day that the text names.

    Raises:
        ValueError: they are not in the calendar.
    """
    if match["first_year"]:
        return date(int(match["first_year"]), 1, 1), date(
            int(match["last_year"] or match["first_year"]), 12, 31
        )
    if match["first_day"]:
        first_day = date.fromisoformat(match["first_day"])
        return first_day, date.fromisoformat(match["last_day"]) if match["last_day"] else first_day
    year = int(match["year"])
    if match["months"]:
        months, number = int(match["months"]), 1
    else:
        letter, number = match["part"][0], int(match["part"][1:])
        if letter == "W":
            monday = date.fromisocalendar(year, number, 1)
            return monday, monday + timedelta(days=6)
        months = _MONTHS_BY_LETTER[letter]
    if not 1 <= number <= 12 // months:
        raise ValueError
    return _month_ends(year, (number - 1) * months + 1, months)


@lru_cache(maxsize=_REMEMBERED)
def _month_ends(year: int, month: int, count: int) -> tuple[date, date]:
    """Give the first and last day of so many months; month may run below 1 and above 12."""
    first_year, first_month = divmod(year * 12 + month - 1, 12)
    last_year, last_month = divmod(year * 12 + month + count - 2, 12)
    last_day = monthrange(last_year, last_month + 1)[1]
    return date(first_year, first_month + 1, 1), date(last_year, last_month + 1, last_day)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))


def _written(day: date) -> str:
    """Write a day as documents do: a 0 before days under 10 and months 1 and 2 (Decree 30/2020, Annex I)."""
    return f"{day.day:02}/{day.month:{'02' if day.month < 3 else ''}}/{day.year}"
