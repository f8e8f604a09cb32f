"""What people type into cells, read into values; and values written back as the grid shows them."""

from __future__ import annotations

from home.text import one_line, repair_vietnamese
from indicators.numbers import BLANK, CellValue, decimals_of, format_cell, no_value, parse_cell
from reports.regimes.grid import LABEL, WORDS, CellKey, CellKind, FormGrid

from .days_and_choices import read_choice, read_day


def read_cell(grid: FormGrid, key: CellKey, typed: str, *, pasted: bool = False) -> tuple[CellValue, str]:
    """The value and text that were typed into a cell or ``pasted``; text in TCVN3 or VNI is repaired (R29, R30).

    Raises:
        NumberFormatError: what was typed into a number cell is no figure (X10), into a cell of days no day, or none of
            the choices of its column.
    """
    kind = grid.kinds.get(key)
    if kind == CellKind.TEXT:
        text = repair_vietnamese(typed).text
        return BLANK, one_line(text) if key[1] == LABEL else text.strip()
    if kind in WORDS:
        code = no_value(typed)
        if code or not typed.strip():
            return CellValue(code=code or ""), ""
        if kind == CellKind.DATE:
            return BLANK, read_day(typed, pasted=pasted)
        return BLANK, read_choice(typed, grid.column[key[1]].choices)
    return parse_cell(typed, grid.row.get(key[0])), ""


def shown(grid: FormGrid, key: CellKey, value: CellValue, text: str = "") -> str:
    """A cell in words. What was typed keeps all its decimals and gets at least those of its measure; what the
    portal computes or fills in is rounded to the decimals of its column."""
    if text:
        return grid.worded(key, text)
    if value.amount is None:
        return value.code
    decimals = grid.decimals(key)
    if decimals is None or grid.kinds.get(key) != CellKind.INPUT:
        return grid.written(key, value)
    return format_cell(value, max(decimals, decimals_of(value.amount)))
