"""The panel beside the grid: what is known of one cell, and what colleagues say of it."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from home.accounts.models import DutyKind
from indicators.store.models import ValueType
from reports.submissions.models import Attachment, CellComment, Explanation
from reports.submissions.permissions import may_comment
from tests.conftest import make_person
from tests.indicators.factories import entry, post_figures

from .conftest import address, fingerprint
from .test_acts import PDF


@pytest.fixture
def panel(as_user):
    """What is known of a cell, as a person asks for it."""

    def asked(user, report, row="I.1", column="uoc"):
        answer = as_user(user).get(address("about_cell", report.pk, report.sheets.get().pk, row, column))
        assert answer.status_code == 200
        return answer

    return asked


@pytest.fixture
def say(as_user):
    def said(user, report, text, row="I.1", column="uoc"):
        where = address("comment", report.pk, report.sheets.get().pk, row, column)
        return as_user(user).post(where, {"text": text}, content_type="application/json")

    return said


def figures(indicators, department, *stated) -> None:
    """Accepted figures of the first row: (period, kind, amount)."""
    post_figures(
        *(
            entry(indicators["THU-NOI-DIA"], department, amount, period=period, value_type=kind)
            for period, kind, amount in stated
        ),
        supplier=department,
    )


@pytest.mark.requirement("R90", part="source values reused instead of retyped")
def test_last_period_last_year_and_the_plan_stand_beside_the_cell(
    panel, submission, clerk, indicators, department
):
    figures(
        indicators,
        department,
        ("2026-M04", ValueType.ESTIMATE, "640"),
        ("2026-M04", ValueType.ACTUAL, "655,5"),
        ("2025-M05", ValueType.OFFICIAL, "600"),
        ("2026", ValueType.PLAN, "9.000"),
        ("2025", ValueType.PLAN, "8.000"),
    )

    cell = panel(clerk, submission).context["cell"]

    assert [(one.label, one.period, one.text, one.kind) for one in cell.compared] == [
        ("Kỳ trước", "Tháng 4/2026", "655,5", "Thực hiện"),
        ("Cùng kỳ năm trước", "Tháng 5/2025", "600,0", "Chính thức"),
        ("Kế hoạch", "Năm 2026", "9.000,0", ""),
    ]


def test_the_course_of_the_last_twelve_periods_is_drawn_and_said(
    panel, submission, clerk, indicators, department
):
    months = [("2025-M05", "4"), ("2025-M06", "5"), ("2026-M03", "6"), ("2026-M04", "7")]
    figures(indicators, department, *((period, ValueType.ACTUAL, text) for period, text in months))

    cell = panel(clerk, submission).context["cell"]

    assert cell.chart_words.startswith("Biểu đồ cột: Thu nội địa (Tỷ đồng), từ 6/2025 đến 5/2026.")
    assert "4/2026 là 7,0" in cell.chart_words
    assert set(json.loads(cell.options)) == {"sang", "toi"}


def test_a_sum_so_far_is_laid_beside_sums_so_far(panel, submission, clerk, indicators, department):
    figures(
        indicators,
        department,
        ("2026-4M", ValueType.ACTUAL, "2.000"),
        ("2025-5M", ValueType.ACTUAL, "1.900"),
    )

    cell = panel(clerk, submission, column="luyke").context["cell"]

    assert [(one.label, one.period, one.text) for one in cell.compared] == [
        ("Kỳ trước", "4 tháng đầu năm 2026", "2.000,0"),
        ("Cùng kỳ năm trước", "5 tháng đầu năm 2025", "1.900,0"),
    ]


def test_a_computed_cell_names_what_it_is_computed_from(panel, type_in, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "5")

    cell = panel(clerk, submission, row="I").context["cell"]

    assert cell.formula == "SUM({I.1}; {I.2}; {I.3})"
    assert cell.operands == [
        ("Thu nội địa", "5,0"),
        ("Thu từ hoạt động xuất nhập khẩu", "(trống)"),
        ("Thu khác", "(trống)"),
    ]


def test_what_is_secret_to_others_is_not_beside_the_cell(
    panel, submission, clerk, indicators, other_department, department
):
    """Figures that another organisation has only approved inside (ST 14.4, LC 15.4b)."""
    post_figures(
        entry(indicators["THU-NOI-DIA"], department, "640", period="2026-M04"),
        supplier=other_department,
        standing="unit",
    )

    assert panel(clerk, submission).context["cell"].compared[0].text == "chưa có"


def test_colleagues_talk_about_a_cell_and_close_it(panel, say, as_user, submission, clerk, leader):
    assert say(leader, submission, "Sao tăng mạnh vậy?").json() == {"open": 1}
    assert say(clerk, submission, "Có khoản thu một lần.").json() == {"open": 2}
    question = CellComment.objects.get(by=leader)

    answer = as_user(clerk).post(
        address("close_comment", submission.pk, question.pk), {}, content_type="application/json"
    )

    assert answer.json() == {"open": 1}
    told = panel(clerk, submission).content.decode()
    assert "Sao tăng mạnh vậy?" in told
    assert f"{clerk} đã đóng" in told
    screen = as_user(clerk).get(address("edit", submission.pk)).content.decode()
    assert 'aria-description="Có trao đổi chưa đóng"' in screen


@pytest.mark.parametrize("text", ["", "   ", "dài" * 400])
def test_a_remark_says_something_and_not_too_much(say, submission, clerk, text):
    answer = say(clerk, submission, text)

    assert answer.status_code == 400
    assert not CellComment.objects.exists()


def test_who_only_looks_on_says_nothing(say, submission, department):
    onlooker = make_person("xem", department, DutyKind.VIEW)

    assert say(onlooker, submission, "Chào").status_code == 403
    assert not may_comment(onlooker, submission)


def test_no_receiver_reads_or_says_anything(say, as_user, sent, receiver, clerk):
    say(clerk, sent, "Nội bộ")
    comment = CellComment.objects.get()
    before = fingerprint()
    sheet = sent.sheets.get().pk

    assert as_user(receiver).get(address("about_cell", sent.pk, sheet, "I.1", "uoc")).status_code == 404
    assert say(receiver, sent, "Chào").status_code == 404
    assert (
        as_user(receiver)
        .post(address("close_comment", sent.pk, comment.pk), {}, content_type="application/json")
        .status_code
        == 404
    )
    assert b"N\xe1\xbb\x99i b" not in as_user(receiver).get(address("edit", sent.pk)).content
    comment.refresh_from_db()
    assert comment.closed_at is None
    assert CellComment.objects.count() == 1
    assert fingerprint()[:-1] == before[:-1]


def test_evidence_belongs_to_a_cell_and_says_so(panel, as_user, submission, clerk):
    data = {
        "tep": SimpleUploadedFile("chung-tu.pdf", PDF),
        "loai": "evidence",
        "bieu": submission.sheets.get().pk,
        "dong": "I.1",
        "cot": "uoc",
    }

    answer = as_user(clerk).post(address("upload", submission.pk), data)

    assert answer.status_code == 201
    assert "dòng “Thu nội địa”, cột “Ước tháng”" in answer.json()["html"]
    assert [file.name for file in panel(clerk, submission).context["cell"].evidence] == ["chung-tu.pdf"]
    assert "chung-tu.pdf" not in panel(clerk, submission, row="I.2").content.decode()


def test_evidence_of_a_cell_that_is_not_there_is_refused(as_user, submission, clerk):
    data = {
        "tep": SimpleUploadedFile("a.pdf", PDF),
        "bieu": submission.sheets.get().pk,
        "dong": "khong",
        "cot": "co",
    }

    answer = as_user(clerk).post(address("upload", submission.pk), data)

    assert (answer.status_code, Attachment.objects.count()) == (422, 0)


def test_who_has_one_row_brings_the_evidence_of_that_row_alone(as_user, submission, department):
    assigned = make_person("motdong", department, DutyKind.ENTER, scopes=["row:BM01/I.1"])

    def bring(row, **more):
        data = {
            "tep": SimpleUploadedFile("a.pdf", PDF),
            "bieu": submission.sheets.get().pk,
            "dong": row,
            "cot": "uoc",
            **more,
        }
        return as_user(assigned).post(address("upload", submission.pk), data).status_code

    assert (bring("I.1"), bring("I.2")) == (201, 403)
    assert bring("I.1", loai="scan") == 422  # A scan is of the whole report.


def test_a_cell_that_the_form_has_not_has_no_panel(as_user, submission, clerk):
    sheet = submission.sheets.get().pk

    for row, column in (("khong", "uoc"), ("I.1", "khong"), ("A", "uoc")):
        assert as_user(clerk).get(address("about_cell", submission.pk, sheet, row, column)).status_code == 404


def test_the_panel_takes_a_fixed_number_of_queries(
    as_user, submission, clerk, indicators, department, django_assert_max_num_queries
):
    figures(
        indicators,
        department,
        *((f"2025-M{month:02}", ValueType.ACTUAL, "1") for month in range(1, 13)),
        *((f"2024-M{month:02}", ValueType.ACTUAL, "1") for month in range(1, 13)),
    )

    browser = as_user(clerk)
    where = address("about_cell", submission.pk, submission.sheets.get().pk, "I.1", "uoc")

    with django_assert_max_num_queries(18):
        browser.get(where)


def test_what_was_said_of_the_number_stands_in_the_panel(panel, type_in, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "5")
    Explanation.objects.create(
        sheet=submission.sheets.get(),
        row="I.1",
        column="uoc",
        rule="outlier",
        kind="outlier",
        value="n:5",
        text="Nộp dồn của tháng trước",
        at=timezone.now(),
        by=clerk,
    )

    assert panel(clerk, submission).context["cell"].explanations == ["Nộp dồn của tháng trước"]
    type_in(clerk, submission, "I.1", "uoc", "6", seen=1)
    assert panel(clerk, submission).context["cell"].explanations == []
