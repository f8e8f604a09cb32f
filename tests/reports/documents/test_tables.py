from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from indicators.numbers import CellValue
from reports.documents.tables import DocumentTable, table_of
from reports.regimes.grid import FormGrid

from .conftest import make_table


def _row(key: str, kind: str = "input", **more) -> dict:
    return {
        "key": key, "number": "", "label": key, "kind": kind, "level": 0, "indicator": None, "indicator_code": "",
        "measure": "tỷ đồng", "symbol": "", "decimals": 1, "disaggregation": "", "subject": None, "formula": "",
        "required": True, "help": "", **more,
    }  # fmt: skip


def _column(key: str, kind: str = "input", **more) -> dict:
    return {
        "key": key, "label": key, "path": [], "kind": kind, "value_type": "", "period_role": "this",
        "plan_basis": "", "formula": "", "decimals": None, **more,
    }  # fmt: skip


@pytest.fixture
def grid() -> FormGrid:
    return FormGrid(
        {
            "code": "BM01",
            "title": "Biểu 01",
            "rows": [_row("A", "heading", measure=""), _row("thu"), _row("ty_le", measure="%", decimals=2)],
            "columns": [
                _column("nay", path=["Thực hiện"]),
                _column("truoc", path=["Thực hiện"]),
                _column("ghi_chu", "text"),
            ],
        }
    )


def test_cells_are_written_as_officials_read_them(grid):
    table = table_of(
        grid,
        {
            ("thu", "nay"): CellValue(Decimal("7213.5")),
            ("thu", "truoc"): CellValue(Decimal(0)),
            ("ty_le", "nay"): CellValue(Decimal("8.5")),
            ("ty_le", "truoc"): CellValue(None, "…"),
        },
        {("thu", "ghi_chu"): "<i>ước</i>"},
    )

    assert [row.values for row in table.rows] == [
        ("", "", ""),
        ("7.213,5", "0,0", "<i>ước</i>"),
        ("8,50", "…", ""),
    ]
    assert table.legend == [("…", "chưa có số liệu")]
    assert [[cell.label for cell in line] for line in table.header] == [
        ["Thực hiện", "ghi_chu"],
        ["nay", "truoc"],
    ]
    assert [is_figure for _, is_figure in list(table.lines())[1][1]] == [True, True, False]


def test_a_measure_shared_by_all_rows_is_said_once(grid):
    table = table_of(grid, {}, {})

    assert table.has_measure_column
    shared = replace(table, rows=table.rows[:2])
    assert (shared.measure, shared.has_measure_column) == ("tỷ đồng", False)


def test_signs_of_cells_no_longer_in_the_form_are_not_explained(grid):
    assert table_of(grid, {("cu", "nay"): CellValue(None, "x")}, {}).signs == ()


def test_a_table_survives_json():
    table = make_table()

    assert DocumentTable.from_json(json.loads(json.dumps(table.to_json()))) == table
