"""What people type into cells, read into values; and values written back as the grid shows them."""

from __future__ import annotations

import unicodedata

from home.text import one_line, repair_vietnamese
from indicators.numbers import (
    BLANK,
    CellValue,
    NumberFormatError,
    decimals_of,
    format_cell,
    format_number,
    looks_like_plan,
    no_value,
    parse_cell,
    parse_plan,
)
from indicators.targets import in_words
from reports.regimes.grid import LABEL, WORDS, CellKey, CellKind, FormGrid
from reports.submissions.errors import LegacyText

from .days_and_choices import UnreadableWords, read_choice, read_day


def read_cell(
    grid: FormGrid, key: CellKey, typed: str, *, pasted: bool = False, as_is: bool = False
) -> tuple[CellValue, str]:
    """The value and text that were typed into a cell or ``pasted``, text in precomposed letters.

    Raises:
        NumberFormatError: what was typed into a number cell is no figure (X10), into a cell of days no day, or none of
            the choices of its column.
        LegacyText: text looks like TCVN3 or VNI, and nobody has said that it is to stay so (``as_is``; R29, R30).
    """
    kind = grid.kinds.get(key)
    if kind == CellKind.TEXT:
        text = _worded(typed, as_is=as_is)
        return BLANK, one_line(text) if key[1] == LABEL else text.strip()
    if kind in WORDS:
        code = no_value(typed)
        if code or not typed.strip():
            return CellValue(code=code or ""), ""
        if kind == CellKind.DATE:
            return BLANK, read_day(typed, pasted=pasted)
        return BLANK, read_choice(typed, grid.column[key[1]].choices)
    return _read_figure(grid, key, typed, as_is=as_is), ""


def _worded(typed: str, *, as_is: bool) -> str:
    repair = repair_vietnamese(typed)
    if repair.encoding in {"TCVN3", "VNI"} and not as_is:
        raise LegacyText(repair.encoding, typed.strip(), repair.text.strip(), repair.text.strip())
    return unicodedata.normalize("NFC", typed)


def _read_figure(grid: FormGrid, key: CellKey, typed: str, *, as_is: bool) -> CellValue:
    row = grid.row.get(key[0])
    if grid.is_plan(key):
        value = parse_plan(typed, row)
        if value.target and value.target.words:
            return CellValue(target=in_words(_worded(typed, as_is=as_is)))
        return value
    if looks_like_plan(typed):
        reason = "là một khoảng hoặc giới hạn; chỉ ô kế hoạch ghi được như vậy. Ô này gõ một số, ví dụ 7,5."
        raise NumberFormatError(typed.strip(), reason)
    return parse_cell(typed, row)


def meant(error: NumberFormatError) -> list[str]:
    """What may have been meant, as it would be typed."""
    if isinstance(error, UnreadableWords):
        return list(error.meant)
    return [format_number(amount) for amount in error.suggestions]


def shown(grid: FormGrid, key: CellKey, value: CellValue, text: str = "") -> str:
    """A cell in words. What was typed keeps all its decimals and gets at least those of its measure; what the
    portal computes or fills in is rounded to the decimals of its column."""
    if text:
        return grid.worded(key, text)
    if value.amount is None:
        return grid.written(key, value)
    decimals = grid.decimals(key)
    if decimals is None or grid.kinds.get(key) != CellKind.INPUT:
        return grid.written(key, value)
    return format_cell(value, max(decimals, decimals_of(value.amount)))
