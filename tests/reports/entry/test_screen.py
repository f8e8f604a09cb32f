"""The one screen: what it shows, and to whom."""

from __future__ import annotations

import re

import pytest

from home.accounts.models import DutyKind
from reports.entry import sheets
from reports.entry.sheets import Badge
from reports.entry.views import screen
from reports.submissions import services
from tests.conftest import make_person
from tests.reports.submissions import stages

from .conftest import address


@pytest.fixture
def page(as_user):
    def shown(user, report) -> str:
        answer = as_user(user).get(address("edit", report.pk))
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", answer.content.decode())

    return shown


def adjusting(report, receiver):
    services.demand_adjustment(report, by=receiver, reason="Sai đơn vị tính", at=stages.hour(48))
    report.refresh_from_db()
    return report


def test_the_context_bar_says_whose_report_until_when_and_how_far(page, submission, clerk):
    shown = page(clerk, submission)

    assert "Sở Tài chính" in shown
    assert "chốt số liệu 15/04/2026 – 14/05/2026" in shown
    assert "18/05/2026" in shown
    assert "quá hạn" in shown
    assert "Vì sao ngày này?" in shown
    assert "0/6 ô bắt buộc" in shown


@pytest.mark.requirement("R107", part="the receiver reads what was sent")
def test_the_receiver_keeps_the_sent_figures_while_the_sender_adjusts(
    page, type_in, accepted, clerk, receiver
):
    adjusting(accepted, receiver)
    assert type_in(clerk, accepted, "I.1", "uoc", "7.777", seen=1).status_code == 200

    inside, outside = page(clerk, accepted), page(receiver, accepted)

    assert "7.777,0" in inside
    assert "7.777,0" not in outside
    assert "100,0" in outside
    assert '<input autocomplete="off"' not in outside
    assert "Ông/bà đang xem lần gửi 1" in outside


def test_the_receiver_is_not_told_what_happens_inside(
    page, in_review, clerk, data_leader, leader, registrar, receiver
):
    services.refuse(
        in_review,
        by=data_leader,
        seen=in_review.snapshot.sha256,
        reasons=["sai_so_lieu"],
        text="Dòng 2 nhầm",
        form_code="BM01",
        at=stages.hour(2),
    )
    stages.submit(in_review, clerk, at=stages.hour(3))
    approved = stages.approve(in_review, data_leader, leader, at=stages.hour(4))
    stages.issue(approved, registrar, at=stages.hour(5))
    stages.send(approved, registrar, at=stages.hour(6))

    outside = page(receiver, approved)

    assert "Dòng 2 nhầm" in page(clerk, approved)
    assert "Dòng 2 nhầm" not in outside
    assert str(data_leader) not in outside
    assert "gửi báo cáo (lần 1)" in outside


@pytest.mark.parametrize("stage", ["draft", "in_review", "approved", "issued", "sent", "accepted"])
def test_every_stage_opens_for_everybody_inside(
    request, page, stage, clerk, reviewer, data_leader, leader, registrar
):
    report = request.getfixturevalue(stage)

    for person in (clerk, reviewer, data_leader, leader, registrar):
        assert report.get_status_display() in page(person, report)


def test_a_person_who_may_do_nothing_is_told_what_the_report_waits_for(
    page, in_review, clerk, data_leader, registrar
):
    assert f"Chờ ông/bà {data_leader} duyệt số liệu biểu BM01." in page(registrar, in_review)


@pytest.mark.requirement("R175", part="authors never approve")
def test_an_author_who_leads_is_told_that_he_may_not_approve(
    page, submission, department, data_leader, leader
):
    both = make_person("kiemnhiem", department, DutyKind.ENTER, DutyKind.APPROVE_DATA)
    stages.fill(submission, both)
    stages.submit(submission, both)

    shown = page(both, submission)

    assert "Người đã nhập hoặc sửa báo cáo không được tự duyệt." in shown
    assert 'id="dialog-approve_data"' not in shown


def test_what_is_missing_before_sending_is_said(page, approved, registrar, leader):
    assert "Chưa gửi được: chưa có số, ký hiệu và ngày ban hành" in page(leader, approved)
    assert f"Chờ ông/bà {registrar} cấp số, phát hành." in page(leader, approved)


def test_a_report_given_back_says_by_whom_and_why(page, in_review, clerk, data_leader):
    services.refuse(
        in_review, by=data_leader, seen=in_review.snapshot.sha256, reasons=["sai_don_vi_tinh"], text="Dòng 3 là tỷ",
        form_code="BM01", at=stages.hour(2),
    )  # fmt: skip

    shown = page(clerk, in_review)

    assert f"<strong>{data_leader} không duyệt biểu BM01</strong>: Sai đơn vị tính – Dòng 3 là tỷ" in shown


def test_the_timeline_tells_sendings_receipts_and_decisions(page, accepted, clerk):
    shown = page(clerk, accepted)

    assert accepted.dispatches.get().receipt in shown
    assert "Đã tiếp nhận" in shown
    assert "duyệt số liệu biểu BM01" in shown
    assert "Chế độ này không yêu cầu ký số trên hệ thống" in shown


@pytest.mark.requirement("X11", part="nested headers on the screen")
def test_headings_nest_and_rows_are_bound_to_their_headings(page, submission, clerk):
    shown = page(clerk, submission)

    assert '<th id="b0g0-2" scope="colgroup" colspan="3" rowspan="1">Thực hiện</th>' in shown
    assert '<th id="b0c2" scope="col" colspan="1" rowspan="1">Ước tháng</th>' in shown
    assert 'aria-labelledby="b0r2 b0g0-2 b0c2 b0r2m"' in shown


def test_texts_of_the_form_and_of_people_are_escaped(page, type_in, submission, clerk):
    type_in(clerk, submission, "ghi-chu", "uoc", '</textarea><script>alert("x")</script>')

    shown = page(clerk, submission)

    assert '<script>alert("x")' not in shown
    assert "&lt;/textarea&gt;&lt;script&gt;" in shown


def test_higher_apps_add_marks_and_links(page, monkeypatch, submission, clerk):
    sheet = submission.sheets.get().pk
    monkeypatch.setattr(
        sheets, "badges", [lambda *_: {(sheet, "I", "uoc"): Badge("17/18", "Thiếu 1 đơn vị", "warn")}]
    )
    monkeypatch.setattr(screen, "links", [lambda here: [screen.Link("Tổng hợp", "/tong-hop/")]])

    shown = page(clerk, submission)

    assert '<span class="mark warn" title="Thiếu 1 đơn vị">17/18</span>' in shown
    assert 'href="/tong-hop/"' in shown


def test_the_screen_takes_as_many_queries_for_500_rows_as_for_5(
    wide_report, as_user, submission, clerk, django_assert_max_num_queries
):
    browser = as_user(clerk)
    for rows in (5, 500):
        wide_report(rows, 4)
        with django_assert_max_num_queries(32):
            assert browser.get(address("edit", submission.pk)).status_code == 200
