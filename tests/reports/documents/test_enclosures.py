from __future__ import annotations

import csv
import io
from dataclasses import replace

import pikepdf
import pytest

from reports.documents.enclosures import csv_of, tables_enclosed
from reports.documents.services import render

from .conftest import make_table


def rows_of(table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_of(table))))


@pytest.mark.requirement("X10", part="numbers in exports")
def test_figures_are_written_for_machines_and_signs_kept():
    rows = rows_of(make_table(2))

    assert rows[0] == [
        "STT",
        "Nội dung",
        "Đơn vị tính",
        "Kế hoạch năm 2024",
        "Thực hiện | Tháng 5",
        "Thực hiện | 5 tháng",
    ]
    assert rows[1] == ["A", "Công nghiệp", "", "", "", ""]
    assert rows[2] == ["1", "Chỉ tiêu thứ 1", "tỷ đồng", "15230", "…", "7213.5"]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx"])
def test_no_text_is_taken_for_a_formula(text):
    table = make_table(1)
    hostile = replace(table, rows=(replace(table.rows[0], label=text),))

    assert rows_of(hostile)[1][1] == f"'{text}"


def test_a_negative_figure_stays_one():
    table = make_table(1)

    assert rows_of(replace(table, rows=(replace(table.rows[1], values=("-12,5", "-", "x")),)))[1][3:] == [
        "-12.5",
        "-",
        "x",
    ]


@pytest.mark.slow
@pytest.mark.requirement("X5", part="PDF in the layout of Decree 30/2020")
def test_each_table_travels_in_the_pdf_with_its_kind_and_relation(content):
    pdf = pikepdf.open(io.BytesIO(render(replace(content, tables=(make_table(2), make_table(1, "Hai"))))))

    files = {str(spec.UF): spec for spec in pdf.Root.AF}
    assert sorted(files) == ["phu-luc-1.csv", "phu-luc-2.csv"]
    for spec in files.values():
        assert spec.AFRelationship == "/Data"
        assert str(spec.EF.F.Subtype) == "/text/csv"
        assert spec.EF.F.Params.Size == len(spec.EF.F.read_bytes())
    assert files["phu-luc-1.csv"].EF.F.read_bytes() == tables_enclosed([make_table(2)])[0].data
