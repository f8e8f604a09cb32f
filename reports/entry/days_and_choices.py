"""What people type or paste into cells of days and of choices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from difflib import get_close_matches

from home.text import fold, repair_vietnamese
from indicators.numbers import NumberFormatError

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SHORT_YEAR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
#: Spreadsheets count days from here (Lotus's 29 February 1900 lies before any day that is taken).
_SERIAL_ZERO = date(1899, 12, 30)
_FIRST, _LAST = date(1930, 1, 1), date(2100, 12, 31)


class UnreadableWords(NumberFormatError):
    """Text that is no day, or none of the choices. ``meant``: what may have been, as it would be typed."""

    def __init__(self, text: str, reason: str, meant: Sequence[str] = ()) -> None:
        super().__init__(text, reason)
        self.meant = tuple(meant)


def read_day(typed: str, *, pasted: bool = False) -> str:
    """The ISO day of a day first date with four digits for its year, or of an ISO day.

    A bare number is how a spreadsheet counts days: taken where it was ``pasted``, asked about where it was typed.

    >>> read_day("5/6/2026"), read_day("45292", pasted=True)
    ('2026-06-05', '2024-01-01')

    Raises:
        UnreadableWords
    """
    text = typed.strip()
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
        if made := _day(year, month, day):
            return made.isoformat()
        turned = _day(year, day, month)
        raise UnreadableWords(
            text, "không phải ngày có thật. Gõ ngày trước, tháng sau: 05/06/2026.", _written(turned)
        )
    if found := _ISO.fullmatch(text):
        if made := _day(*map(int, found.groups())):
            return made.isoformat()
        raise UnreadableWords(text, "không phải ngày có thật.")
    if found := _SHORT_YEAR.fullmatch(text):
        day, month, year = map(int, found.groups())
        raise UnreadableWords(
            text,
            "thiếu hai chữ số của năm. Gõ đủ bốn chữ số: 05/06/2026.",
            _written(_day(2000 + year, month, day)),
        )
    if re.fullmatch(r"\d{5}", text):
        counted = _SERIAL_ZERO + timedelta(days=int(text))
        if _FIRST <= counted <= _LAST:
            if pasted:
                return counted.isoformat()
            raise UnreadableWords(
                text, "là cách bảng tính đếm ngày, không phải ngày. Gõ 05/06/2026.", _written(counted)
            )
    raise UnreadableWords(text, "không phải ngày. Gõ ngày/tháng/năm, ví dụ 05/06/2026.")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if _FIRST <= made <= _LAST else None


def _written(day: date | None) -> list[str]:
    return [f"{day:%d/%m/%Y}"] if day else []


def read_choice(typed: str, choices: Sequence[str]) -> str:
    """The choice that was meant, whatever its accents and capitals.

    Raises:
        UnreadableWords
    """
    text = repair_vietnamese(typed).text.strip()
    by_fold = {fold(choice): choice for choice in choices}
    if choice := by_fold.get(fold(text)):
        return choice
    close = [by_fold[name] for name in get_close_matches(fold(text), by_fold, n=3)]
    offered = "; ".join(choices[:8]) + ("; …" if len(choices) > 8 else "")
    raise UnreadableWords(text, f"không có trong danh sách lựa chọn: {offered}.", close)
