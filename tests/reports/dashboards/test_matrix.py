"""Organisations × forms: how far each has come, who is late, and who may see it."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home.accounts.models import DutyKind
from home.organisations.models import OrganisationKind, OrganisationPath
from home.organisations.services import succeed
from reports.dashboards.matrix import State, matrix
from reports.deadlines import services as deadlines
from reports.deadlines.models import Round
from reports.reminders.services import mark_missed
from reports.submissions import services
from reports.submissions.models import Cell
from tests.conftest import make_organisation, make_person
from tests.reports.submissions.stages import hour

from . import life
from .conftest import NOON
from .test_worklist import mass

pytestmark = pytest.mark.django_db

AFTER_DUE = hour(24 * 6)


def section(round_, person, *, at=NOON, tier=1):
    round_ = Round.objects.select_related("regime_version").get(pk=round_.pk)
    return {section.tier.number: section for section in matrix(round_, person, at=at)}[tier]


def row(round_, person, organisation, *, at=NOON, tier=1):
    rows = section(round_, person, at=at, tier=tier).rows
    return next(row for row in rows if row.obligation.organisation == organisation)


#: Of the whole report, and of its form.
STATES = {
    "not begun": (State.NOT_OPENED, State.NOT_OPENED),
    "draft": (State.ENTERING, State.ENTERING),
    "submitted": (State.IN_REVIEW, State.IN_REVIEW),
    "refused": (State.ENTERING, State.ENTERING),
    "data approved": (State.IN_REVIEW, State.APPROVED),
    "approved": (State.APPROVED, State.APPROVED),
    "issued": (State.APPROVED, State.APPROVED),
    "sent": (State.SENT, State.SENT),
    "returned": (State.RETURNED, State.RETURNED),
    "accepted": (State.ACCEPTED, State.ACCEPTED),
    "adjustment asked": (State.ACCEPTED, State.ACCEPTED),
    "adjusting": (State.ADJUSTING, State.ADJUSTING),
    "exempted": (State.EXEMPT, State.EXEMPT),
}
UNSENT = {"not begun", "draft", "submitted", "refused", "data approved", "approved", "issued"}


@pytest.mark.requirement("R128", part="progress of each organisation per regime and period")
@pytest.mark.requirement("R17", part="the receiver sees the current state")
def test_the_receiver_sees_how_far_each_has_come_and_opens_only_what_was_sent(cast, opened_round, obligation):
    for stage, submission in life.walk(obligation, cast):
        found = row(opened_round, cast["tiepnhan"], obligation.organisation)

        assert (found.state, found.cells[0].state) == STATES[stage], stage
        assert found.cells[0].title.startswith("Sở Tài chính, biểu BM01: ")
        assert found.url == ("" if stage in UNSENT else f"/admin/bao-cao/{submission.pk}/"), stage


def test_what_was_never_sent_is_overdue_after_its_due_moment_and_what_was_sent_never_is(
    cast, opened_round, obligation
):
    for stage, submission in life.walk(obligation, cast):
        due = obligation.due_at
        before = row(opened_round, cast["tiepnhan"], obligation.organisation, at=due)
        after = row(opened_round, cast["tiepnhan"], obligation.organisation, at=due + timedelta(seconds=1))

        assert before.state == STATES[stage][0]
        if stage in UNSENT:
            assert (after.state, after.is_late) == (State.OVERDUE, True), stage
            assert after.detail == (submission.get_status_display() if submission else "Chưa mở").lower()
        else:
            assert (after.state, after.is_late) == (STATES[stage][0], False), stage


def test_a_missed_report_says_that_reception_is_over(cast, opened_round, obligation):
    closes = obligation.tier.closes_on
    mark_missed(closes + timedelta(days=1))

    found = row(opened_round, cast["tiepnhan"], obligation.organisation, at=AFTER_DUE)

    assert (found.state, found.detail) == (State.OVERDUE, "đã hết thời gian nhận, chưa mở")


@pytest.mark.requirement("R83", part="times aggregated")
def test_the_numbers_add_up(cast, opened_round, obligation, other_obligation):
    deadlines.exempt(other_obligation, reason="Sáp nhập", document="QĐ 5", by=cast["tiepnhan"])
    life.sent(obligation, cast)

    found = section(opened_round, cast["tiepnhan"])

    assert found.owed == 1
    assert found.counts == [(State.SENT, 1), (State.EXEMPT, 1)]
    assert (found.on_time, found.sent_late, found.not_sent) == (1, 0, 0)
    assert found.columns == (("BM01", "Thu ngân sách nhà nước trên địa bàn"),)


def test_a_form_renamed_since_keeps_the_title_of_the_round(cast, opened_round, obligation, figures_form):
    type(figures_form).objects.update(title="Tên mới")

    assert section(opened_round, cast["tiepnhan"]).columns[0][1] == "Thu ngân sách nhà nước trên địa bàn"


# ------------------------------------------------------------------ who sees it


def address(round_, name="") -> str:
    return f"/admin/theo-doi/{round_.pk}/{name}"


def test_only_those_who_lead_receive_or_oversee_find_the_round(
    client, cast, viewer, opened_round, obligation
):
    followers = {"tiepnhan", "tonghop", "tiepnhan-ubnd", "theodoi", "root"}

    for name, person in {**cast, "theodoi": viewer}.items():
        client.force_login(person)
        expected = 200 if name in followers else 404
        for page in ("", "danh-sach.csv", "don-doc/"):
            assert client.get(address(opened_round, page)).status_code == expected, (name, page)
        titles = BeautifulSoup(client.get("/admin/theo-doi/").content, "html.parser").select(
            ".matrix-scroll tbody th"
        )
        assert len(titles) == (1 if name in followers else 0), name


@pytest.mark.requirement("R17", part="the leadership's view of the current period")
def test_the_committee_sees_the_tier_it_receives_and_the_viewer_all_beneath(cast, viewer, opened_round):
    assert [one.tier.number for one in matrix(opened_round, cast["tiepnhan-ubnd"], at=NOON)] == [2]
    assert [one.tier.number for one in matrix(opened_round, viewer, at=NOON)] == [1, 2]


def test_the_viewer_sees_progress_and_opens_nothing_that_was_not_sent_to_him(
    cast, viewer, opened_round, obligation
):
    life.sent(obligation, cast)

    assert row(opened_round, viewer, obligation.organisation).url == ""


def test_a_duty_for_another_regime_follows_nothing(lead, opened_round):
    person = make_person("tiepnhan2", lead, DutyKind.RECEIVE, scopes=["regime:KHAC"])

    assert matrix(opened_round, person, at=NOON) == []


def test_who_follows_nothing_has_no_menu_item_and_an_empty_page_that_says_why(client, cast, opened_round):
    menu = '"/admin/theo-doi/"'
    client.force_login(cast["tiepnhan"])
    assert menu in client.get("/admin/thong-bao/").content.decode()

    client.force_login(cast["nhaplieu"])
    assert menu not in client.get("/admin/thong-bao/").content.decode()
    assert "Chưa có đợt báo cáo nào để theo dõi." in client.get("/admin/theo-doi/").content.decode()


# ------------------------------------------------------------------ the page


def page_of(client, person, url) -> BeautifulSoup:
    client.force_login(person)
    return BeautifulSoup(client.get(url).content, "html.parser")


def test_a_cell_has_a_letter_and_words_and_the_row_leads_to_the_report(
    client, cast, opened_round, obligation, at_noon
):
    submission = life.sent(obligation, cast)

    page = page_of(client, cast["tiepnhan"], address(opened_round))

    line = next(line for line in page.select(".matrix-scroll tbody tr") if "Sở Tài chính" in line.get_text())
    assert line.th.a["href"] == f"/admin/bao-cao/{submission.pk}/"
    cell = line.select_one(".letter")
    assert cell["title"] == "Sở Tài chính, biểu BM01: Đã gửi"
    assert cell.get_text(" ", strip=True) == "ĐG Sở Tài chính, biểu BM01: Đã gửi"
    assert {item.get_text(" ", strip=True) for item in page.select(".matrix__legend li")} == {
        f"{state.letter} {state.label}" for state in State
    }


def test_the_counters_filter(client, cast, opened_round, obligation, at_noon):
    life.sent(obligation, cast)
    page = page_of(client, cast["tiepnhan"], address(opened_round))
    counters = {link.get_text(" ", strip=True): link["href"] for link in page.select(".matrix__counts a")}
    assert counters.keys() >= {"1/2 Chưa mở", "1/2 Đã gửi"}

    filtered = page_of(client, cast["tiepnhan"], address(opened_round) + counters["1/2 Đã gửi"])

    assert [line.get_text(strip=True) for line in filtered.select(".matrix-scroll tbody th")] == [
        "Sở Tài chính"
    ]
    assert page_of(client, cast["tiepnhan"], address(opened_round) + "?trang-thai=xyz").select(
        ".matrix-scroll tbody th"
    )


@pytest.mark.requirement("X17", part="successor shown beside predecessor")
def test_beside_what_has_ended_stands_who_answers_for_it(
    client, cast, opened_round, obligation, other_obligation, department, at_noon
):
    at_noon(NOON)
    before = len(queries_of(client, cast["tiepnhan"], address(opened_round)))
    new = make_organisation("SKT", "Sở Kinh tế", OrganisationKind.DEPARTMENT)
    succeed([department], [new], kind="doi_ten", on=timezone.localdate(), by=None)

    assert row(opened_round, cast["tiepnhan"], department).answering == "nay Sở Kinh tế kế thừa"
    assert row(opened_round, cast["tiepnhan"], other_obligation.organisation).answering == ""
    page = page_of(client, cast["tiepnhan"], address(opened_round))
    names = {line.get_text(" ", strip=True) for line in page.select(".matrix-scroll tbody th")}
    assert names == {"Sở Tài chính nay Sở Kinh tế kế thừa", "Sở Du lịch", "Sở Kế hoạch và Đầu tư"}
    listed = client.get(address(opened_round, "danh-sach.csv?tat-ca=1")).content.decode()
    assert "Sở Tài chính (nay Sở Kinh tế kế thừa)" in listed
    assert len(queries_of(client, cast["tiepnhan"], address(opened_round))) <= before + 1


def queries_of(client, person, path):
    client.force_login(person)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return asked.captured_queries


@pytest.mark.requirement("R88", part="completeness checked before submitting")
def test_an_empty_report_that_came_on_time_is_shown_as_empty(cast, opened_round, obligation):
    submission = life.sent(obligation, cast)
    assert row(opened_round, cast["tiepnhan"], obligation.organisation).detail == ""

    Cell.objects.filter(sheet__submission=submission).update(amount=None, code="…")

    told = row(opened_round, cast["tiepnhan"], obligation.organisation).detail
    assert told == "Tất cả đều “…” (chưa có số liệu): 6/6 ô, 6 ô “…”"


def test_letters_are_told_apart():
    assert len({state.letter for state in State}) == len({state.tone for state in State}) == len(State)


@pytest.mark.requirement("R130", part="list of who was late or did not report")
def test_the_list_of_late_and_missing_is_downloaded_for_excel(
    client, cast, opened_round, obligation, other_obligation, at_noon
):
    submission = life.issue(life.approved(obligation, cast), cast)
    services.send(submission, by=cast["nguoigui"], at=obligation.due_at + timedelta(days=2))
    at_noon(AFTER_DUE)
    client.force_login(cast["tiepnhan"])

    response = client.get(address(opened_round, "danh-sach.csv"))

    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == 'attachment; filename="cham-thieu-KTXH-THANG-2026-M05.csv"'
    head, *lines = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    found = {line[head.index("Cơ quan")]: dict(zip(head, line, strict=True)) for line in lines}
    assert found.keys() == {"Sở Du lịch", "Sở Tài chính"}
    assert found["Sở Du lịch"]["Trạng thái"] == "Quá hạn, thiếu"
    assert found["Sở Tài chính"]["Đúng hạn"] == "Muộn 2 ngày"
    assert found["Sở Tài chính"]["Hạn gửi"] == "18/05/2026 23:59"


def test_the_whole_list_holds_everybody_and_names_are_harmless_to_spreadsheets(
    client, cast, opened_round, department, at_noon
):
    type(department).objects.filter(pk=department.pk).update(name='=HYPERLINK("x")')
    client.force_login(cast["tiepnhan"])

    text = client.get(address(opened_round, "danh-sach.csv?tat-ca=1")).content.decode("utf-8-sig")

    _, *lines = csv.reader(StringIO(text))
    assert {line[4] for line in lines} == {'\'=HYPERLINK("x")', "Sở Du lịch", "Sở Kế hoạch và Đầu tư"}
    assert (
        len(list(csv.reader(StringIO(client.get(address(opened_round, "danh-sach.csv")).content.decode()))))
        == 1
    )


def test_the_list_of_rounds_counts_sent_accepted_and_overdue(client, cast, opened_round, obligation, at_noon):
    life.sent(obligation, cast)
    at_noon(AFTER_DUE)

    page = page_of(client, cast["tiepnhan"], "/admin/theo-doi/")

    [line] = page.select(".matrix-scroll tbody tr")
    assert [cell.get_text(strip=True) for cell in line.select("td")] == [
        "18/05/2026",
        "1/3",
        "0/3",
        "1",
        "Đang mở",
    ]
    assert line.th.a["href"] == address(opened_round)


def test_thirty_organisations_take_as_many_queries_as_six(client, cast, opened_round, obligation, at_noon):
    client.force_login(cast["tiepnhan"])
    for url in ("/admin/theo-doi/", address(opened_round), address(opened_round, "danh-sach.csv?tat-ca=1")):
        client.get(url)
    counts: dict[str, list[int]] = {}
    for start, more in ((0, 6), (6, 30)):
        mass(obligation, more, start)
        for url in (
            "/admin/theo-doi/",
            address(opened_round),
            address(opened_round, "danh-sach.csv?tat-ca=1"),
        ):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(url)
            assert response.status_code == 200
            counts.setdefault(url, []).append(len(queries))

    assert all(one == other for one, other in counts.values()), counts
    round_ = Round.objects.select_related("regime_version").get(pk=opened_round.pk)
    person = type(cast["tiepnhan"]).objects.get(username="tiepnhan")
    with CaptureQueriesContext(connection) as queries:
        sections = matrix(round_, person, at=NOON)
    assert sum(len(one.rows) for one in sections) == 39
    assert len(queries) == 7, (
        "duties with scopes; owed, forms asked, decisions; visible; forms of the round; sheets sent"
    )


def test_the_tree_of_the_day_decides_what_a_viewer_sees(viewer, committee, lead, opened_round):
    paths = OrganisationPath.objects.filter(ancestor=committee, descendant=lead)
    paths.update(valid_to=NOON.date() - timedelta(days=1))

    assert [one.tier.number for one in matrix(opened_round, viewer, at=NOON)] == [2]


def test_consolidating_also_follows(cast, opened_round):
    assert matrix(opened_round, cast["tonghop"], at=NOON)
