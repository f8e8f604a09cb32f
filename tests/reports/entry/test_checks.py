"""The panel of checks, explanations through their address, how far a report is filled in, and approval by exception."""

from __future__ import annotations

import html
import json
import re

import pytest

from indicators.numbers import parse_cell, parse_plan
from indicators.store.models import ValueType
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.checks.explaining import explain
from reports.submissions.content import live_sheets
from reports.submissions.filling import filling_of, fillings
from reports.submissions.models import Explanation
from tests.reports.linked import overview
from tests.reports.submissions import stages

from .conftest import address

pytestmark = pytest.mark.django_db

WHY = "Điều chỉnh giảm theo kết luận thanh tra ngày 5/5."
PLACE = {"row": "I.1", "column": "luyke", "rule": "falls"}


@pytest.fixture
def fallen(submission, department, clerk):
    stages.stated(department, "2026-4M", "9000", kind=ValueType.ESTIMATE)
    stages.fill(submission, clerk)
    return submission


@pytest.fixture
def panel(as_user):
    """What the panel says to a person: its text, and the flags it brings."""

    def asked(user, report):
        content = as_user(user).get(address("figure_checks", report.pk)).content.decode()
        flags = json.loads(html.unescape(re.search(r'data-flags="([^"]*)"', content)[1]))
        return re.sub(r"\s+", " ", content), flags

    return asked


@pytest.mark.requirement("R88", part="accuracy")
def test_the_panel_names_the_cell_the_reason_and_takes_the_answer(panel, send_json, fallen, clerk):
    text, flags = panel(clerk, fallen)
    sheet = fallen.sheets.get().pk

    assert "Thu nội địa · Lũy kế từ đầu năm" in text
    assert "Lũy kế 100,0 tỷ đồng thấp hơn lũy kế 4 tháng đầu năm 2026 (9.000,0 tỷ đồng)." in text
    assert 'name="rule" value="falls"' in text
    assert [(flag["row"], flag["column"], flag["effect"]) for flag in flags[0]["flags"]] == [
        ("I.1", "luyke", "explain")
    ]
    assert flags[0]["sheet"] == sheet

    assert send_json(clerk, "explain", fallen, sheet=sheet, **PLACE, text=WHY).status_code == 200

    text, flags = panel(clerk, fallen)
    assert "Đã giải trình" in text
    assert WHY in text
    assert flags[0]["flags"] == []


def test_a_refused_explanation_says_why(send_json, fallen, clerk, leader):
    sheet = fallen.sheets.get().pk
    short = send_json(clerk, "explain", fallen, sheet=sheet, **PLACE, text="ok")
    stranger = send_json(leader, "explain", fallen, sheet=sheet, **PLACE, text=WHY)
    other = send_json(clerk, "explain", fallen, sheet=sheet + 1, **PLACE, text=WHY)
    shapeless = send_json(clerk, "explain", fallen, sheet=str(sheet), **PLACE, text=WHY)

    assert (short.status_code, stranger.status_code, other.status_code, shapeless.status_code) == (
        400,
        403,
        400,
        400,
    )
    assert "ít nhất 10 chữ cái" in short.json()["message"]
    assert not Explanation.objects.exists()


def test_the_leader_reads_the_panel_without_boxes_to_answer_in(panel, fallen, leader):
    text, _ = panel(leader, fallen)

    assert "thấp hơn lũy kế" in text
    assert "<textarea" not in text


@pytest.mark.slow
def test_the_receiver_reads_what_was_sent_with_what_was_said(
    panel, fallen, clerk, data_leader, leader, registrar, receiver
):
    explain(fallen, fallen.sheets.get().pk, ("I.1", "luyke"), "falls", WHY, by=clerk, at=stages.START)
    stages.submit(fallen, clerk, at=stages.hour(1))
    stages.approve(fallen, data_leader, leader, at=stages.hour(2))
    stages.issue(fallen, registrar, at=stages.hour(3))
    stages.send(fallen, registrar, at=stages.hour(4))
    services.recall(fallen, by=registrar, reason="Sửa lại", at=stages.hour(5))
    explain(
        fallen,
        fallen.sheets.get().pk,
        ("I.1", "luyke"),
        "falls",
        "Chữ nháp chưa gửi đi đâu.",
        by=clerk,
        at=stages.hour(6),
    )

    text, flags = panel(receiver, fallen)

    assert f"Giải trình: {WHY}" in text
    assert "Chữ nháp" not in text
    assert flags == []


@pytest.mark.requirement("R88", part="completeness checked before submitting")
@pytest.mark.parametrize(
    ("typed", "said", "emptiness"),
    [
        ("", "0/6 ô", "Chưa có số liệu nào"),
        ("…", "6/6 ô, 6 ô “…”", "Tất cả đều “…” (chưa có số liệu)"),
        ("-", "6/6 ô", "Tất cả đều “-” (không phát sinh)"),
        ("0", "6/6 ô", "Tất cả đều bằng 0"),
        ("5", "6/6 ô", ""),
    ],
)
def test_cells_are_counted_not_clicks(as_user, submission, clerk, typed, said, emptiness):
    sheet = submission.sheets.get()
    keys = [(row, column) for row in ("I.1", "I.2", "I.3") for column in ("uoc", "luyke")]
    if typed:
        save_cells(
            submission, [CellEntry(sheet.pk, *key, value=parse_cell(typed, None)) for key in keys], by=clerk
        )

    filling = fillings([submission.pk])[submission.pk]

    assert (str(filling), filling.emptiness) == (said, emptiness)
    assert filling_of(live_sheets(submission)) == filling
    for page in (address("list"), address("edit", submission.pk)):
        shown = html.unescape(as_user(clerk).get(page).content.decode())
        assert said in shown
        assert (emptiness in shown) == bool(emptiness) or not emptiness


@pytest.mark.requirement("R88", part="completeness checked before submitting")
@pytest.mark.parametrize("plan", ["7,5-8,0", "dưới 7,6", "Xuất siêu"])
def test_a_plan_that_is_no_number_is_filled_in_wherever_it_is_counted(submission, clerk, lead, plan):
    sheet = submission.sheets.create(form_version=overview(lead).latest_version, sort_order=1)
    save_cells(submission, [CellEntry(sheet.pk, "GRDP", "ke-hoach", value=parse_plan(plan, None))], by=clerk)

    assert fillings([submission.pk])[submission.pk].filled == 1
    assert filling_of(live_sheets(submission)).filled == 1


def test_what_the_sender_works_on_again_is_not_counted_for_the_receiver(as_user, sent, registrar, receiver):
    assert "6/6 ô" in as_user(receiver).get(address("list")).content.decode()

    services.recall(sent, by=registrar, reason="Sửa lại", at=stages.hour(5))

    assert "6/6 ô" not in as_user(receiver).get(address("list")).content.decode()


@pytest.mark.parametrize("reports", [1, 2])
def test_the_list_counts_all_its_reports_with_two_queries(
    submission, other_obligation, reports, django_assert_num_queries
):
    pks = [submission.pk]
    if reports == 2:
        pks.append(services.open_submission(other_obligation, at=stages.START).pk)

    with django_assert_num_queries(2):
        assert set(fillings(pks)) == set(pks)


def dialog(as_user, user, report, name) -> str:
    page = re.sub(r"\s+", " ", as_user(user).get(address("edit", report.pk)).content.decode())
    return html.unescape(page.split(f'id="dialog-{name}"')[1].split("</template>")[0])


@pytest.mark.requirement("R88", part="accuracy")
def test_the_approver_sees_what_is_explained_first_and_the_rest_folded_up(
    as_user, fallen, clerk, data_leader, leader
):
    explain(fallen, fallen.sheets.get().pk, ("I.1", "luyke"), "falls", WHY, by=clerk, at=stages.START)
    stages.submit(fallen, clerk, at=stages.hour(1))

    shown = dialog(as_user, data_leader, fallen, "approve_data")

    assert "<strong>1 ô cần xem</strong>" in shown
    first, rest = shown.split('<details class="rest">')
    assert '<th scope="row">Thu nội địa · Lũy kế từ đầu năm</th>' in first
    assert f"Giải trình: {WHY}" in first
    assert "thấp hơn lũy kế 4 tháng đầu năm 2026" in first
    assert "ô còn lại" in rest
    assert "Thu khác · Ước tháng" in rest
    assert "Thu khác · Ước tháng" not in first


@pytest.mark.slow
def test_against_the_report_accepted_last_month_what_is_newly_missing_is_named(
    as_user, accepted, regime, department, clerk, data_leader, leader
):
    june = stages.following(regime, department, "2026-M06")
    later = 24 * 30
    stages.fill(june, clerk, at=stages.hour(later), amount="101")
    sheet = june.sheets.get()
    save_cells(
        june,
        [CellEntry(sheet.pk, "I.2", "uoc", value=parse_cell("…", None))],
        by=clerk,
        at=stages.hour(later),
    )
    stages.submit(june, clerk, at=stages.hour(later))

    shown = dialog(as_user, data_leader, june, "approve_data")

    first = shown.split('<details class="rest">')[0]
    assert '<th scope="col" class="figure">Tháng 5/2026</th>' in first
    assert "Thu từ hoạt động xuất nhập khẩu · Ước tháng" in first
    assert "Mới thiếu số" in first
    assert '<td class="figure" data-label="Tháng 5/2026">100,0</td>' in first


def test_the_receiver_is_shown_the_same_before_accepting(as_user, sent, receiver):
    shown = dialog(as_user, receiver, sent, "accept")

    assert "Bản trình 1: đã nhập 6/6 ô." in shown
    assert "ô còn lại" in shown
