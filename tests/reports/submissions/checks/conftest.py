"""A form of one row and its history, without a database: what the checks say of a number typed into it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from indicators.numbers import CellValue, parse_cell
from indicators.periods import Period
from reports.regimes.grid import FormGrid
from reports.submissions.checks.engine import Examined, examine
from reports.submissions.checks.findings import Finding
from reports.submissions.checks.history import History

OWN, INDICATOR = 7, 1

_ROW = {
    "number": "", "level": 0, "measure": "Nghìn cái", "symbol": "", "decimals": None, "disaggregation": "", "subject": None,
    "formula": "", "required": True, "help": "", "indicator_code": "",
}  # fmt: skip
_COLUMN = {"path": [], "kind": "input", "plan_basis": "", "formula": "", "decimals": None}


def row(key: str, indicator: int | None = INDICATOR, **more: Any) -> dict[str, Any]:
    return {**_ROW, "key": key, "label": f"Dòng {key}", "kind": "input", "indicator": indicator, **more}


def column(key: str, role: str = "this", value_type: str = "actual", **more: Any) -> dict[str, Any]:
    return {
        **_COLUMN,
        "key": key,
        "label": f"Cột {key}",
        "period_role": role,
        "value_type": value_type,
        **more,
    }


def rule(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "key": key, "label": f"Kiểm tra {key}", "kind": kind, "effect": "explain", "rows": [], "columns": [], "expression": "",
        "other_form": "", "other_expression": "", "lowest": None, "highest": None, "tolerance": "0", "message": "", **more,
    }  # fmt: skip


MONTH, SO_FAR = column("thang"), column("luyke", "cumulative")


def form(
    rows: list[dict[str, Any]], columns: list[dict[str, Any]], *rules: dict[str, Any], code: str = "BM"
) -> FormGrid:
    compiled: dict[str, Any] = {"code": code, "title": "Biểu", "rows": rows, "columns": columns}
    return FormGrid({**compiled, "checks": list(rules)} if rules else compiled)


def stated(
    period: str, amount: str | float, *, indicator: int = INDICATOR, subject: int = OWN, kind: str = "actual"
):
    """One accepted figure as it is read from the store."""
    value = parse_cell(str(amount), None) if isinstance(amount, str) else CellValue(Decimal(str(amount)))
    return indicator, subject, "", "", kind, period, value.amount, value.code


def months(year: int, amounts: list[float], **more: Any) -> list[tuple[Any, ...]]:
    return [stated(f"{year}-M{place:02}", amount, **more) for place, amount in enumerate(amounts, 1)]


@pytest.fixture
def ask() -> Callable[..., list[Finding]]:
    """``ask(grid, {(row, column): "1.839"}, history, "2026-M05")``: the findings; indicators are flows that add up."""

    def asked(
        grid: FormGrid, typed: dict[tuple[str, str], str], history=(), period: str = "2026-M05", **more: Any
    ):
        values = {key: parse_cell(text, None) for key, text in typed.items()}
        values |= grid.calculator.compute(values)
        return examine(
            Examined(
                grid,
                1,
                values,
                Period.parse(period),
                OWN,
                History(history),
                more.pop("additive", {row.indicator for row in grid.rows}),
                History(more.pop("others", ())),
                more.pop("sheets", {}),
            )
        )

    return asked
