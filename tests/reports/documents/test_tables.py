from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from indicators.numbers import CellValue
from reports.documents.tables import DocumentRow, DocumentTable, table_of
from reports.regimes.grid import FormGrid, HeaderCell

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
    assert [is_figure for _, is_figure, _ in table.lines[1].cells] == [True, True, False]


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


def wide(columns: int, value: str = "15.230,5") -> DocumentTable:
    header = (
        tuple(HeaderCell(f"Nhóm {place}", 4, 1) for place in range(columns // 4)),
        tuple(HeaderCell(f"Cột {place + 1}", 1, 1) for place in range(columns)),
    )
    row = DocumentRow("1", "Chỉ tiêu", values=tuple(value for _ in range(columns)))
    return DocumentTable(
        "Rộng", header, (row,), signs=("-",), notes=("ghi chú",), marks=((0, columns - 1, 1),)
    )


@pytest.mark.parametrize(
    ("columns", "value", "size", "bands"),
    [
        (4, "15.230,5", "", 1),
        (8, "15.230,5", "", 1),
        (9, "115.230,5", "wide", 1),
        (12, "15.230,5", "widest", 1),
        (16, "15.230,5", "widest", 2),
        (40, "15.230,5", "widest", 4),
        (40, "5", "widest", 2),
    ],
)
def test_a_table_is_set_as_small_as_it_must_be_and_then_cut_between_columns(columns, value, size, bands):
    table = wide(columns, value)

    assert table.size == size
    assert len(table.bands()) == bands
    assert {band.size for band in table.bands()} == {size}


def test_the_pieces_of_a_wide_table_hold_every_column_once_under_its_head():
    bands = wide(40).bands()

    assert [value for band in bands for value in band.rows[0].values] == ["15.230,5"] * 40
    assert [cell.label for band in bands for cell in band.header[1]] == [f"Cột {n}" for n in range(1, 41)]
    for band in bands:
        assert sum(cell.colspan for cell in band.header[0]) == band.column_count == len(band.header[1])
        assert band.rows[0].label == "Chỉ tiêu"
    assert bands[0].note == f"(Cột 1 đến {bands[0].column_count} trong 40 cột)"
    # What stands below a table stands there once.
    assert [band.legend for band in bands[:-1]] == [[]] * (len(bands) - 1)
    assert bands[-1].notes == ("ghi chú",)
    assert bands[-1].marks == ((0, bands[-1].column_count - 1, 1),)


def test_a_row_that_introduces_others_stays_with_the_next():
    kinds = [("heading", 0), ("input", 0), ("input", 1), ("input", 1), ("heading", 0)]
    rows = tuple(DocumentRow("", "x", level, kind, values=("1",)) for kind, level in kinds)

    table = DocumentTable("T", ((HeaderCell("a", 1, 1),),), rows)

    assert [line.keeps_next for line in table.lines] == [True, True, False, False, False]


def test_notes_of_cells_are_numbered_in_reading_order(grid):
    table = table_of(
        grid, {}, {}, notes={("ty_le", "nay"): "hai", ("thu", "truoc"): "một", ("cu", "nay"): "mất"}
    )

    assert table.notes == ("một", "hai")
    assert table.marks == ((1, 1, 1), (2, 0, 2))
