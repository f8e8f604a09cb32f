"""What people type into cells, read into values; and values written back as the grid shows them."""

from __future__ import annotations

from home.text import repair_vietnamese
from indicators.numbers import BLANK, CellValue, decimals_of, format_cell, parse_cell
from reports.regimes.grid import CellKey, CellKind, FormGrid


def read_cell(grid: FormGrid, key: CellKey, typed: str) -> tuple[CellValue, str]:
    """The value and text that were typed into a cell; text in TCVN3 or VNI is repaired (R29, R30).

    Raises:
        NumberFormatError: what was typed into a number cell is no figure (X10).
    """
    if grid.kinds.get(key) == CellKind.TEXT:
        return BLANK, repair_vietnamese(typed).text.strip()
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
