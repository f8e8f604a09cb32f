"""Public figures as files: what the link says of them stands in them."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from indicators.catalogue.downloads import FREE
from indicators.catalogue.public import STATEMENT

from ..factories import entry, make_indicator, make_source, post_figures
from .test_public import page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def figures(indicator, department, other_department, make_public):
    post_figures(
        entry(indicator, department, "1.839.000,5"),
        entry(indicator, department, "-", period="2024-M04"),
        entry(indicator, department, "0,1", period="2024-M03"),
        entry(indicator, department, "0,2", period="2024-M02"),
        supplier=department,
    )
    post_figures(entry(indicator, other_department, "-5,25"), supplier=other_department)
    return make_public()


def content(client, indicator, kind, **query) -> bytes:
    response = client.get(reverse(f"catalogue:{kind}", args=[indicator.code]), query)
    assert response.status_code == 200
    assert f'filename="{indicator.code}.{kind}"' in response.headers["Content-Disposition"]
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.requirement("R116", part="figures as CSV")
def test_the_link_states_the_rows_and_the_control_total_that_stand_in_each_file(client, indicator, figures):
    text = " ".join(text_of(page(client, indicator)).split())
    assert "Toàn bộ số liệu của chỉ tiêu, 5 dòng, tổng kiểm soát 1.838.995,55" in text
    assert "Chỉ Sở Tài chính, 4 dòng, tổng kiểm soát 1.839.000,8" in text

    csv = content(client, indicator, "csv").decode("utf-8-sig")
    assert '"# Số dòng: 5"' in csv
    assert '"# Tổng cột Giá trị: 1838995,55"' in csv
    told = json.loads(content(client, indicator, "json"))
    assert (told["so_dong"], told["tong_gia_tri"]) == (5, "1838995.55")
    book = load_workbook(io.BytesIO(content(client, indicator, "xlsx")))
    about = {name.value: cell.value for name, cell in book["Về tệp này"].iter_rows(max_col=2)}
    assert (about["Số dòng"], about["Tổng cột Giá trị"]) == ("5", "1838995,55")
    assert about["Lưu ý"] == STATEMENT
    assert about["Sử dụng"] == FREE


def test_json_says_amounts_as_text_with_their_period_kind_and_source(client, indicator, figures):
    told = json.loads(content(client, indicator, "json", **{"doi-tuong": "STC"}))

    assert told["chi_tieu"] == {"ma": "thu-ns", "ten": "Thu ngân sách nhà nước", "don_vi_tinh": "tỷ đồng"}
    assert (told["luu_y"], told["su_dung"]) == (STATEMENT, FREE)
    rows = {row["ky"]: row for row in told["so_lieu"]}
    assert rows.keys() == {"2024-M02", "2024-M03", "2024-M04", "2024-M05"}
    may = rows["2024-M05"]
    assert (may["gia_tri"], may["tu_ngay"], may["den_ngay"], may["loai"]) == (
        "1839000.5",
        "2024-05-01",
        "2024-05-31",
        "actual",
    )
    assert (rows["2024-M04"]["gia_tri"], rows["2024-M04"]["ky_hieu"]) == (None, "-")
    assert sum(Decimal(row["gia_tri"] or 0) for row in told["so_lieu"]) == Decimal(told["tong_gia_tri"])


@pytest.mark.requirement("R116", part="Excel")
@pytest.mark.requirement("R159", part="no formula in exports")
def test_the_workbook_has_numbers_as_numbers_and_no_formula(client, department, make_public):
    hostile = make_indicator(name='=HYPERLINK("http://x")')
    post_figures(
        entry(hostile, department, "7.995,5", note="=1+1"),
        supplier=department,
        source=make_source(citation="@SUM(A1)"),
    )
    make_public()

    sheet = load_workbook(io.BytesIO(content(client, hostile, "xlsx")))["Số liệu"]
    headings = [cell.value for cell in sheet[1]]
    row = dict(zip(headings, sheet[2], strict=True))

    assert (row["Giá trị"].value, row["Giá trị"].data_type) == (7995.5, "n")
    assert {cell.data_type for name, cell in row.items() if cell.value and name != "Giá trị"} == {"s"}
    assert row["Chỉ tiêu"].value == '=HYPERLINK("http://x")'


def test_a_file_of_an_unknown_release_is_not_there(client, indicator, figures):
    for kind in ("csv", "xlsx", "json"):
        answer = client.get(
            reverse(f"catalogue:{kind}", args=[indicator.code]), {"phien-ban": "&doi-tuong=x"}
        )
        assert answer.status_code == 404
