"""The period a figure or a report is about, as a value (R78, X8). Pure.

A period is its first and last day; kind and name follow from them, so that one span has one name: the first six
months of a year are its first half, and 2026-07-01..2026-07-31 is July. Days are days in Asia/Ho_Chi_Minh.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto
from typing import Self


class PeriodKind(StrEnum):
    YEAR = auto()
    HALF = auto()
    QUARTER = auto()
    MONTH = auto()
    WEEK = auto()
    #: The first n months of a year, n being 2, 4, 5 or 7 to 11; of 3, 6 and 12 they are a quarter, a half, a year.
    MONTHS = auto()
    #: Several whole years, such as the five of a plan.
    YEARS = auto()
    DAY = auto()
    #: Any other days.
    SPAN = auto()


_KIND_OF_MONTHS = {1: PeriodKind.MONTH, 3: PeriodKind.QUARTER, 6: PeriodKind.HALF, 12: PeriodKind.YEAR}
_MONTHS_OF_KIND = {kind: months for months, kind in _KIND_OF_MONTHS.items()}
_LETTERS = {"H": PeriodKind.HALF, "Q": PeriodKind.QUARTER, "M": PeriodKind.MONTH}
_ROMAN = ("I", "II", "III", "IV")

_YEARS = re.compile(r"([12]\d{3})(?:\.\.([12]\d{3}))?", re.ASCII)
_DAYS = re.compile(r"([12]\d{3}-\d\d-\d\d)(?:\.\.([12]\d{3}-\d\d-\d\d))?", re.ASCII)
_PART = re.compile(r"([12]\d{3})-(?:([HQ])(\d)|([MW])(\d\d)|([1-9]\d?)M)", re.ASCII)


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
                f"Kỳ kết thúc ngày {_day(self.last_day)}, trước khi bắt đầu ngày {_day(self.first_day)}."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026``, ``2026-H1``, ``2026-Q3``, ``2026-M07``, ``2026-W32`` (ISO 8601), ``2026-9M`` (the first n
        months), ``2021..2025``, ``2026-07-20`` or ``2026-07-01..2026-07-20``.

        Raises:
            ValueError: the text is none of these, or names a period that does not exist.
        """
        ...
