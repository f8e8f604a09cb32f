"""Figures in templates, written by ``indicators.numbers`` and never by the template's own localisation."""

from __future__ import annotations

from django import template

from indicators.numbers import CellValue, format_cell
from indicators.store.models import ValueType

register = template.Library()


@register.filter
def cell(value: CellValue, decimals: int | None = None) -> str:
    """The value as a cell shows it; "trống" where it is blank."""
    return format_cell(value, decimals) or "trống"


@register.filter
def value_type(code: str) -> str:
    return str(ValueType(code).label)
