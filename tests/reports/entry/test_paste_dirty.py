"""What stands in real spreadsheets, one test each: nothing of it is taken for something else without a word.

The first examples are those of a statistical office's tables of 2020; the figures are theirs.
"""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from home.text import repair_vietnamese
from indicators.store.models import Figure
from reports.entry.scale import suspect
from reports.submissions import services
from reports.submissions.models import Cell
from tests.reports.submissions import stages

from .boards import COLUMN, ROW, publish
from .conftest import address, cell_of, fingerprint


@pytest.fixture
def paste(send_json):
    """A block laid on a corner of the report's one sheet; the answer."""

    def pasted(user, report, text, *, row="I.1", column="uoc", seen=(), status=200, **choices):
        where = {"sheet": report.sheets.get().pk, "row": row, "column": column, "seen": list(seen)}
        answer = send_json(user, "paste", report, **where, text=text, choices=choices)
        assert answer.status_code == status, answer.content
        return answer.json()

    return pasted


@pytest.fixture
def products(submission, figures_form):
    """A sheet of wood products, in pieces and thousands, nothing bound: January, February, how many of the plan."""
    labels = ["Gỗ xẻ", "Quần áo", "Tủ lạnh", "Bàn", "Ghế", "Ván ép"]
    rows = [
        {**ROW, "level": 0, "key": f"d{n}", "label": label, "measure": "cái"}
        for n, label in enumerate(labels)
    ]
    columns = [{**COLUMN, "key": f"c{n}", "label": f"Tháng {n + 1}"} for n in range(3)]
    columns[2] = {**columns[2], "kind": "computed", "formula": "[c0] + [c1]", "label": "Cộng"}
    submission.sheets.all().delete()
    version = publish("GO", figures_form, rows, columns, title="Sản phẩm")
    submission.sheets.create(form_version=version)
    return submission


def flagged(answer) -> list[tuple[str, str, list[str]]]:
    return [(cell["state"], cell["typed"], cell["suggestions"]) for cell in answer["flagged"]]


# ---- Real tables


def test_a_unit_typed_behind_the_number_is_offered_without_it(paste, products, clerk):
    answer = paste(clerk, products, "1.000\n999 cái\n", row="d0", column="c0")

    assert flagged(answer) == [("unread", "999 cái", ["999"])]
    assert "đơn vị tính" in answer["flagged"][0]["message"]
    assert "saved" not in answer


@pytest.mark.parametrize("written", ["101,382", "87,756"])
def test_a_thousand_dot_that_became_a_decimal_comma_is_told_by_the_column(paste, products, clerk, written):
    answer = paste(clerk, products, f"87.000\n{written}\n107.000\n95.400\n", row="d0", column="c0")

    meant = written.replace(",", ".")
    assert flagged(answer) == [("scale", written, [meant])]
    assert "các ô khác cùng cột" in answer["flagged"][0]["message"]
    assert "saved" not in answer


def test_a_decimal_point_that_became_a_thousand_dot_is_told_by_the_column(paste, products, clerk):
    answer = paste(clerk, products, "98,5\n101.382\n104,25\n99,75\n", row="d0", column="c0")

    assert flagged(answer) == [("scale", "101.382", ["101,382"])]


def test_numbers_of_one_column_that_are_all_thousands_are_not_doubted(paste, products, clerk):
    answer = paste(clerk, products, "101.382\n87.756\n107.000\n", row="d0", column="c0")

    assert len(answer["saved"]) == 3


def test_a_plan_a_thousand_times_smaller_than_last_time_is_told(paste, type_in, products, clerk):
    sheet = products.sheets.get().pk
    version = type_in(clerk, products, "d0", "c0", "1.270.000", sheet=sheet).json()["version"]

    answer = paste(clerk, products, "1.270\n5\n", row="d0", column="c0", seen=[["d0", "c0", version]])

    assert flagged(answer) == [("scale", "1.270", ["1.270.000"])]
    assert "giá trị trước khi dán là 1.270.000" in answer["flagged"][0]["message"]


def test_a_figure_a_thousand_times_last_months_is_told(paste, accepted, opened_next_month, clerk):
    """The store holds what was accepted for the month before; the number of this month is a thousand times it."""
    before = Figure.objects.accepted().current().filter(amount__isnull=False).order_by("pk").first()
    row = f"I.{before.indicator.code and list_of_rows().index(before.indicator.code) + 1}"
    far = (before.amount * 1000).normalize()

    answer = paste(clerk, opened_next_month, f"{far:f}".replace(".", ","), row=row, column="uoc")

    assert [cell["state"] for cell in answer["flagged"]] == ["scale"]
    assert "kỳ trước" in answer["flagged"][0]["message"]


def list_of_rows() -> list[str]:
    return ["THU-NOI-DIA", "THU-XNK", "THU-KHAC"]


@pytest.fixture
def opened_next_month(accepted, regime, department):
    """The department's report of June, after that of May was accepted."""
    from indicators.periods import Period
    from reports.deadlines import services as deadlines
    from reports.deadlines.models import Obligation, Tier

    round_ = deadlines.open_round(
        regime.latest_version, Period.parse("2026-M06"), by=None, at=stages.hour(30)
    )
    obligation = Obligation.objects.with_round().get(organisation=department, tier__round=round_)
    Tier.objects.filter(pk=obligation.tier_id).update(closes_on=timezone.localdate() + timedelta(days=9999))
    obligation.tier.refresh_from_db()
    return services.open_submission(obligation, at=stages.hour(31))


def test_a_number_that_is_near_to_any_of_what_stood_before_is_not_doubted():
    far, near = (Decimal(1), "kỳ trước là"), (Decimal(900), "cùng kỳ năm trước là")

    assert suspect(Decimal(1000), [far]) == (Decimal(1), "kỳ trước là 1")
    assert suspect(Decimal(1000), [far, near]) is None
    assert suspect(Decimal(0), [far]) is None


def test_an_outlier_of_seven_times_is_no_slip_of_scale(paste, products, clerk):
    """117 866 among numbers around 17 000 is for the checks, which know more than the block."""
    answer = paste(clerk, products, "17.000\n117.866\n16.800\n17.250\n", row="d0", column="c0")

    assert len(answer["saved"]) == 4


@pytest.mark.parametrize(("written", "meant"), [("Quần án", "Quần áo"), ("Tử lạnh", "Tủ lạnh")])
def test_a_name_nearly_like_a_row_goes_to_that_row_and_is_said(paste, products, clerk, written, meant):
    answer = paste(clerk, products, f"Ghế\t5\n{written}\t7\nBàn\t9\n", row="d0", column="c0")

    values = {row: text for row, column, text in answer["cells"]}
    assert values == {"d4": "5", "d1" if meant == "Quần áo" else "d2": "7", "d3": "9"}
    assert answer["names"] is True
    assert "saved" not in answer
    if written == "Quần án":
        assert answer["notes"] == ["Dòng “Quần án” hiểu là “Quần áo”."]


# ---- How numbers are written


@pytest.mark.requirement("X10", part="a block in the other convention")
def test_a_block_in_the_other_convention_saves_nothing_until_one_says_so(paste, products, clerk):
    block = "1,234.5\t12.5\n1,234\t7\n"

    asked = paste(clerk, products, block, row="d0", column="c0")
    assert asked["english"] is True
    assert "saved" not in asked
    assert "saved" not in paste(clerk, products, block, row="d0", column="c0", confirmed=True)

    turned = paste(clerk, products, block, row="d0", column="c0", english=True)
    assert [text for *_, text, _ in turned["saved"]] == ["1.234,5", "12,5", "1.234", "7"]


def test_a_block_with_both_conventions_is_not_offered_as_one(paste, products, clerk):
    answer = paste(clerk, products, "1,234.5\t12,5\n", row="d0", column="c0")

    assert answer["english"] is False
    assert flagged(answer) == [("unread", "1,234.5", ["1.234,5"])]


@pytest.mark.parametrize(
    ("written", "suggestions", "told"),
    [
        ("#N/A", [], "lỗi của bảng tính"),
        ("#DIV/0!", [], "lỗi của bảng tính"),
        ("#REF!", [], "lỗi của bảng tính"),
        ("####", [], "lỗi của bảng tính"),
        ("Err:502", [], "lỗi của bảng tính"),
        ("(1.234,5)", ["-1.234,5"], "dấu trừ"),
        ("12 tấn", ["12"], "đơn vị tính"),
        ("12 triệu", [], "đơn vị tính"),
        ("1.250.000 ₫", ["1.250.000"], "đơn vị tính"),
        ("₫ 1.250.000", ["1.250.000"], "đơn vị tiền"),
        ("'1.839", ["1.839"], "dấu nháy"),
        ("12,5 %", [], "dấu %"),
        ("01/06/2026", [], "ngày tháng"),
        ("01-Jun", [], "ngày tháng"),
        ("2026-06-01 00:00:00", [], "ngày tháng"),
        ("1,2E+6", ["1.200.000"], "số mũ"),
        ("+5", ["5"], "dấu cộng"),
    ],
)
def test_what_is_no_number_is_refused_in_words_with_what_may_be_meant(
    paste, products, clerk, written, suggestions, told
):
    answer = paste(clerk, products, f"{written}\t7\n", row="d0", column="c0")

    assert flagged(answer) == [("unread", written, suggestions)]
    assert told in answer["flagged"][0]["message"]
    assert "saved" not in answer


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1\u00a0234,5", "1234.5"), ("1\u202f234", "1234"), (" 7 ", "7"), ("−3", "-3"), ("05", "5")],
)
def test_spaces_and_signs_of_spreadsheets_are_read(paste, products, clerk, written, amount):
    paste(clerk, products, f"{written}\t7\n", row="d0", column="c0")

    assert cell_of(products, "d0", "c0").amount == Decimal(amount)


# ---- The shape of the block


def test_empty_cells_of_a_merged_cell_leave_what_stands_there(paste, type_in, products, clerk):
    sheet = products.sheets.get().pk
    type_in(clerk, products, "d1", "c0", "8", sheet=sheet)

    paste(clerk, products, "5\t6\n\t7\n", row="d0", column="c0", seen=[["d1", "c0", 1]])

    assert [cell_of(products, row, "c0").amount for row in ("d0", "d1")] == [5, 8]


def test_a_block_larger_than_the_form_is_counted_and_nothing_wraps(paste, products, clerk):
    block = "\n".join("\t".join(["1", "2", "", "4"]) for _ in range(8))

    asked = paste(clerk, products, block, row="d0", column="c0")

    assert (asked["outside"], asked["skipped"]) == (6 + 2 * 3, 0)
    assert asked["outside_cells"][0] == ["dòng 1, cột 4 của khối", "4"]
    saved = paste(clerk, products, block, row="d0", column="c0", confirmed=True)["saved"]
    assert len(saved) == 12
    assert {column for _, column, *_ in saved} == {"c0", "c1"}


def test_computed_and_locked_cells_in_the_block_are_skipped_and_counted(paste, submission, clerk):
    answer = paste(clerk, submission, "9\t9\t9\t9\n1\t2\t3\n", row="I", column="ke-hoach")

    assert answer["skipped"] == 6
    assert answer["skipped_why"] == ["4 ô tính", "2 ô điền sẵn"]
    assert Cell.objects.filter(sheet__submission=submission, row="I").count() == 0


def test_headings_pasted_along_are_no_figures(paste, products, clerk):
    block = "STT\tNội dung\tĐơn vị tính\tTháng 2\tTháng 1\n1\tBàn\tcái\t20\t10\n2\tGhế\tcái\t40\t30\n"

    answer = paste(clerk, products, block, row="d0", column="c0")

    assert sorted(map(tuple, answer["cells"])) == [
        ("d3", "c0", "10"),
        ("d3", "c1", "20"),
        ("d4", "c0", "30"),
        ("d4", "c1", "40"),
    ]
    assert (answer["outside"], "saved" in answer) == (0, False)
    kept = paste(clerk, products, block, row="d0", column="c0", names=False)
    assert kept["names"] is False
    assert kept["unread"] > 0
    assert len(paste(clerk, products, block, row="d0", column="c0", confirmed=True)["saved"]) == 4


def test_a_heading_that_stands_twice_names_no_column(paste, products, clerk):
    block = "Nội dung\tTháng 1\tTháng 1\tTháng 2\nBàn\t10\t11\t20\n"

    answer = paste(clerk, products, block, row="d0", column="c0")

    assert answer["cells"] == [["d3", "c1", "20"]]
    assert answer["outside_cells"] == [["biểu không có cột “Tháng 1”", text] for text in ("10", "11")]


def test_a_name_of_a_column_above_the_names_of_rows_counts_for_nothing(paste, products, clerk):
    answer = paste(clerk, products, "Tháng 1\tTháng 1\nBàn\t10\n", row="d0", column="c0")

    assert answer["cells"] == [["d3", "c0", "10"]]


def test_rows_the_form_does_not_have_are_left_outside_by_name(paste, products, clerk):
    answer = paste(clerk, products, "Bàn\t10\nMáy bay\t3\nGhế\t30\n", row="d0", column="c0")

    assert answer["outside_cells"] == [["biểu không có dòng “Máy bay”", "3"]]
    assert len(answer["cells"]) == 2


def test_lines_shorter_than_the_names_and_columns_without_one_are_left_outside(paste, products, clerk):
    answer = paste(
        clerk, products, "Nội dung\tTháng 1\tGhi chú\nBàn\t10\tx y\n7\n\nGhế\t30\n", row="d0", column="c0"
    )

    assert len(answer["cells"]) == 2
    assert ["biểu không có cột “Ghi chú”", "x y"] in answer["outside_cells"]


def test_names_that_are_none_of_the_form_cost_no_time(paste, products, clerk):
    lines = "".join(f"Sản phẩm lạ số {n} rất dài\t{n}\nBàn\t1\n" for n in range(1200))
    started = time.perf_counter()

    paste(clerk, products, lines, row="d0", column="c0")

    assert time.perf_counter() - started < 5


def test_parts_of_one_kind_are_not_taken_for_each_other(paste, products, clerk, figures_form):
    """Khu vực III is not Khu vực II, however near the words."""
    from reports.entry.blocks import _nearest

    assert _nearest("khu vuc iii", ["khu vuc ii"]) == ""
    assert _nearest("quan an may san", ["quan ao may san", "gia day"]) == "quan ao may san"


def test_five_megabytes_are_refused_before_they_are_read(as_user, submission, clerk):
    before = fingerprint()
    body = (
        b'{"sheet": 1, "row": "I.1", "column": "uoc", "seen": [], "text": "' + b"1234567\\t" * 650_000 + b'"}'
    )
    started = time.perf_counter()

    answer = as_user(clerk).post(address("paste", submission.pk), body, content_type="application/json")

    assert answer.status_code == 413
    assert "1 MB" in answer.json()["message"]
    assert time.perf_counter() - started < 1
    assert fingerprint() == before


@pytest.mark.parametrize(
    "choices",
    [
        [],
        "x",
        {"english": 1},
        {"cells": 5},
        {"cells": [["a", "b"]]},
        {"cells": [["a", "b", 3]]},
        {"names": "yes"},
    ],
)
def test_choices_that_are_none_are_refused(send_json, products, clerk, choices):
    where = {"sheet": products.sheets.get().pk, "row": "d0", "column": "c0", "seen": [], "text": "1\t2"}

    assert send_json(clerk, "paste", products, **where, choices=choices).status_code == 400


# ---- Text


@pytest.mark.requirement("R30", part="legacy text in cells is shown before it is changed")
@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        ("Sè liÖu thu ng©n s¸ch ch­a ®Çy ®ñ", "TCVN3"),
        ("Soá lieäu thu ngaân saùch chöa ñaày ñuû", "VNI"),
    ],
)
def test_text_of_a_block_in_an_old_font_is_asked_about_once_for_the_block(
    paste, submission, clerk, written, encoding
):
    block = f"{written}\t5"

    asked = paste(clerk, submission, block, row="ghi-chu", column="uoc")
    assert asked["repair"]["encoding"] == encoding
    assert asked["repair"]["after"] == repair_vietnamese(written).text
    assert "saved" not in asked

    paste(clerk, submission, block, row="ghi-chu", column="uoc", repair=True)
    assert cell_of(submission, "ghi-chu", "uoc").text == "Số liệu thu ngân sách chưa đầy đủ"

    cell = cell_of(submission, "ghi-chu", "uoc")
    seen = [["ghi-chu", "uoc", cell.version], ["ghi-chu", "luyke", 1]]
    paste(clerk, submission, block, row="ghi-chu", column="uoc", repair=False, seen=seen)
    assert cell_of(submission, "ghi-chu", "uoc").text == written


def test_decomposed_letters_are_put_together_and_counted(paste, submission, clerk):
    answer = paste(clerk, submission, "Tie\u0302\u0301ng\t", row="ghi-chu", column="uoc")

    assert (answer["composed"], answer["repair"]) == (1, None)
    assert cell_of(submission, "ghi-chu", "uoc").text == "Tiếng"
