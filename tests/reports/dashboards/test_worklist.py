"""“Việc của tôi” holds exactly what the person may do now."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupApprovalTask, Workflow, WorkflowState, WorkflowTask

from home.accounts.models import Duty, DutyKind, DutyScope
from notifications.models import Message
from reports.dashboards.worklist import Group, worklist
from reports.deadlines.models import Obligation
from reports.entry.permissions import may_open
from reports.submissions import permissions
from reports.submissions.messages import screen_of
from reports.submissions.models import Dispatch, Snapshot, Submission
from reports.submissions.status import EDITABLE, Status
from reports.submissions.steps import open_step
from reports.submissions.turn import Todo, whose_turn
from tests.conftest import make_organisation, make_person
from tests.reports.submissions import stages
from tests.reports.submissions.stages import hour

from . import life
from .conftest import NOON, TODAY

pytestmark = pytest.mark.django_db


def may_act(user, submission) -> bool:
    """Said again in the words of ``permissions``, verb by verb."""
    if submission.status in EDITABLE:
        return permissions.may_submit(user, submission)
    if submission.status == Status.IN_REVIEW:
        step = open_step(submission)
        codes = ["", *submission.snapshot.sheet_hashes]
        return any(permissions.deciding_duty(user, submission, step, code) for code in codes)
    if submission.status == Status.APPROVED:
        may = permissions.may_send if submission.document.is_issued else permissions.may_issue
        return may(user, submission)
    if submission.status == Status.SENT:
        return permissions.may_receive(user, submission)
    asked = submission.adjustment_requests.filter(granted__isnull=True).exists()
    return asked and permissions.may_adjust(user, submission)


@pytest.mark.requirement("R84", part="what is to be done now")
def test_the_list_holds_exactly_what_each_person_may_do_now(cast, obligation):
    walked = []
    for stage, submission in life.walk(obligation, cast):
        expected = life.EXPECTED[stage]
        found = {}
        for name, person in cast.items():
            tasks = [task for task in worklist(person, TODAY) if task.obligation == obligation]
            assert len(tasks) <= 1, "one row per report"
            found.update((name, task.todo) for task in tasks)
            assert all(bool(task.url) == bool(submission) for task in tasks)
        assert found == expected, stage

        if submission is None:
            may = {name for name, person in cast.items() if may_open(person, obligation)}
        else:
            may = {name for name, person in cast.items() if may_act(person, submission)}
            assert {person.username for person in whose_turn(submission)} == set(expected), stage
            visible = Submission.objects.visible_to
            assert all(visible(cast[name]).contains(submission) for name in expected), stage
        if stage != "exempted":
            assert may == set(expected), stage
        walked.append(stage)
    assert walked == list(life.EXPECTED)


def test_an_author_who_also_approves_does_not_find_his_own_report(cast, obligation, department):
    Duty.objects.create(person=cast["dongnghiep"], organisation=department, kind=DutyKind.APPROVE_DATA)
    Duty.objects.create(person=cast["nhaplieu"], organisation=department, kind=DutyKind.APPROVE_DATA)

    life.submitted(obligation, cast)

    assert [task.todo for task in worklist(cast["dongnghiep"], TODAY)] == [Todo.APPROVE_DATA]
    assert worklist(cast["nhaplieu"], TODAY) == []


def test_the_lead_agency_finds_its_own_report_of_the_upper_tier(cast, lead_obligation):
    [task] = worklist(cast["tonghop"], TODAY)

    assert (task.obligation, task.todo, task.group) == (lead_obligation, Todo.ENTER, Group.ENTER)


def test_a_duty_limited_to_another_form_finds_nothing_to_approve(cast, obligation, department):
    duty = Duty.objects.get(person=cast["phogiamdoc"])
    make_person("phogiamdoc2", department, DutyKind.APPROVE_DATA)
    life.submitted(obligation, cast)
    DutyScope.objects.create(duty=duty, scope="form:BM99")
    cast["phogiamdoc"].__dict__.pop("_duty_books", None)

    assert worklist(cast["phogiamdoc"], TODAY) == []


def test_a_duty_that_has_ended_finds_nothing(cast, obligation):
    from django.utils import timezone

    Duty.objects.filter(person=cast["nhaplieu"]).update(valid_to=timezone.localdate() - timedelta(days=1))

    assert worklist(cast["nhaplieu"], TODAY) == []


@pytest.mark.parametrize(
    ("today", "words", "tone"),
    [
        (date(2026, 5, 4), "còn 14 ngày", "info"),  # the reception opens
        (date(2026, 5, 15), "còn 3 ngày", "warn"),
        (date(2026, 5, 18), "hết hạn hôm nay", "warn"),
        (date(2026, 5, 20), "quá hạn 2 ngày", "late"),
    ],
)
def test_each_row_says_how_it_stands_against_its_due_day(clerk, obligation, today, words, tone):
    [task] = worklist(clerk, today)

    assert (task.due, task.tone) == (words, tone)


def test_nothing_is_listed_before_the_reception_opens_or_after_it_closes(clerk, obligation):
    tier = obligation.tier

    assert worklist(clerk, tier.opens_on - timedelta(days=1)) == []
    assert len(worklist(clerk, tier.opens_on)) == len(worklist(clerk, tier.closes_on)) == 1
    assert worklist(clerk, tier.closes_on + timedelta(days=1)) == []


def test_the_first_due_comes_first_and_since_is_when_it_began_to_wait(
    cast, obligation, lead_obligation, lead
):
    Duty.objects.create(person=cast["nhaplieu"], organisation=lead, kind=DutyKind.ENTER)
    life.drafted(obligation, cast)

    tasks = worklist(cast["nhaplieu"], TODAY)

    assert [task.obligation for task in tasks] == [obligation, lead_obligation]
    assert [task.since for task in tasks] == [stages.START, lead_obligation.tier.round.opened_at]


def test_approving_waits_since_the_step_before(cast, obligation):
    life.approve_data(life.submitted(obligation, cast), cast)

    [task] = worklist(cast["giamdoc"], TODAY)

    assert task.since == hour(2)


# ------------------------------------------------------------------ the same queries for three and for thirty


def mass(obligation, count: int, start: int = 0) -> None:
    """``count`` more organisations, their reports spread over the states that wait for somebody."""
    tier = obligation.tier
    for number in range(start, start + count):
        organisation = make_organisation(f"DV{number}", f"Đơn vị {number}", "so")
        owed = Obligation.objects.create(
            tier=tier,
            organisation=organisation,
            recipient=obligation.recipient,
            due_on=obligation.due_on,
            due_at=obligation.due_at,
        )
        owed.form_versions.set(obligation.form_versions.all())
        for person in Duty.objects.filter(person__username="moiviec").values_list("person", flat=True)[:1]:
            for kind in (DutyKind.ENTER, DutyKind.APPROVE_DATA, DutyKind.ISSUE, DutyKind.SEND):
                Duty.objects.create(person_id=person, organisation=organisation, kind=kind)
        status = [None, Status.DRAFT, Status.IN_REVIEW, Status.APPROVED, Status.SENT, Status.ACCEPTED][
            number % 6
        ]
        if status is None:
            continue
        submission = Submission.objects.create(obligation=owed, status=status, status_since=NOON)
        snapshot = Snapshot.objects.create(
            submission=submission,
            number=1,
            content="{}",
            sha256=f"{number:064}",
            sheet_hashes={"BM01": f"{number:064}"},
            taken_at=NOON,
        )
        Submission.objects.filter(pk=submission.pk).update(snapshot=snapshot)
        if status in {Status.SENT, Status.ACCEPTED}:
            Dispatch.objects.create(
                submission=submission,
                number=1,
                snapshot=snapshot,
                sent_at=NOON,
                sent_by_id=Duty.objects.first().person_id,
                recorded_at=NOON,
                receipt=f"R{number}",
                outcome="accepted" if status == Status.ACCEPTED else "",
            )
        if status == Status.ACCEPTED:
            submission.adjustment_requests.create(
                reason="Số mới", asked_at=NOON, asked_by_id=Duty.objects.first().person_id
            )


def test_thirty_reports_take_as_many_queries_as_six(cast, obligation, lead):
    person = make_person("moiviec", lead, DutyKind.RECEIVE)
    counts, lengths = [], []
    for start, more in ((0, 6), (6, 30)):
        mass(obligation, more, start)
        person.__dict__.pop("_duty_books", None)
        with CaptureQueriesContext(connection) as queries:
            tasks = worklist(person, TODAY)
        counts.append(len(queries))
        lengths.append(len(tasks))
        assert {task.group for task in tasks} == set(Group) - {Group.RETURNED}

    assert lengths == [6, 36]
    assert counts[0] == counts[1] == 7, (
        "duties; reports, versions, decisions, dispatches, requests; not begun"
    )


# ------------------------------------------------------------------ the home page


def home(client, person) -> BeautifulSoup:
    client.force_login(person)
    response = client.get("/admin/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_the_home_page_shows_the_work_with_its_numbers(client, cast, in_review, at_noon):
    page = home(client, cast["phogiamdoc"])

    assert page.select_one(".work__numbers").get_text(" ", strip=True).startswith("1 Chờ tôi kiểm tra, duyệt")
    [row] = page.select(".work__table tbody tr")
    assert "Duyệt số liệu" in row.get_text()
    assert "Sở Tài chính" in row.get_text()
    assert "Còn 3 ngày" in row.get_text()
    assert row.a["href"] == f"/admin/bao-cao/{in_review.pk}/"
    assert client.get(row.a["href"]).status_code == 200


def test_a_report_not_begun_is_begun_from_the_home_page(client, cast, obligation, at_noon):
    page = home(client, cast["nhaplieu"])

    [form] = page.select(".work__table form")
    response = client.post(form["action"], {"csrfmiddlewaretoken": form.input["value"]})

    begun = Submission.objects.get(obligation=obligation)
    assert response.url == f"/admin/bao-cao/{begun.pk}/"


def test_the_token_of_the_form_on_the_home_page_holds(cast, obligation, at_noon):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    page = home(client, cast["nhaplieu"])
    [form] = page.select(".work__table form")

    assert client.post(form["action"], {"csrfmiddlewaretoken": form.input["value"]}).status_code == 302


def test_who_has_nothing_to_do_is_told_when_the_next_report_is_due(client, cast, obligation, at_noon):
    text = home(client, cast["giamdoc"]).select_one(".work").get_text(" ", strip=True)

    assert "Ông/bà không có việc nào đang chờ." in text
    assert "hạn gửi 18/05/2026" in text
    assert "Sở Tài chính" in text
    assert "Chưa có báo cáo nào sắp đến hạn." in home(client, cast["giamsat"]).select_one(".work").get_text()


def test_the_next_report_that_was_begun_is_a_link_that_says_how_far_it_is(client, cast, approved, at_noon):
    link = home(client, cast["nhaplieu"]).select_one(".work__empty a")

    assert link["href"] == screen_of(approved)
    assert "(đã duyệt)" in link.parent.get_text(" ", strip=True)


def test_the_shell_greets_people_by_their_name(client, cast, obligation):
    client.force_login(cast["nhaplieu"])
    props = BeautifulSoup(client.get("/admin/").content, "html.parser").select_one("#wagtail-sidebar-props")

    user = json.loads(props.get_text())["modules"][-1]["_args"][-1]
    assert user["name"] == cast["nhaplieu"].full_name


def test_wagtails_own_panels_keep_pages_and_hold_no_reports(client, cast, in_review, regime, at_noon):
    clerk = cast["nhaplieu"]
    workflow = Workflow.objects.create(name="Duyệt trang")
    task = GroupApprovalTask.objects.create(name="Biên tập")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    regime.save_revision(user=clerk)
    workflow.start(regime, clerk)
    states = WorkflowState.objects.filter(requested_by=clerk, status=WorkflowState.STATUS_IN_PROGRESS)
    assert {str(state.content_object) for state in states} == {str(in_review), str(regime)}

    page = home(client, clerk)
    page.select_one(".work").decompose()

    assert regime.title in page.get_text()
    assert in_review.obligation.tier.round.title not in page.get_text()
    reviewing = home(client, cast["root"])
    assert regime.title in reviewing.get_text()
    assert in_review.obligation.tier.round.title not in reviewing.get_text()


def test_officials_do_not_see_the_noise_of_the_site(client, cast, obligation, at_noon):
    clerk, root = (str(home(client, cast[name])) for name in ("nhaplieu", "root"))

    for noise in ("guide.wagtail.org", "w-summary"):
        assert noise in root
        assert noise not in clerk
    assert 'name="q"' not in clerk


def test_unread_messages_are_counted_on_the_home_page(client, cast, in_review, at_noon):
    assert Message.objects.unread().get().recipient == cast["phogiamdoc"]

    unread = home(client, cast["phogiamdoc"]).select_one(".work__unread").get_text(" ", strip=True)
    assert unread == "1 thông báo chưa đọc"


def test_the_home_page_shows_ten_and_leads_to_the_rest(client, cast, obligation, lead, at_noon):
    person = make_person("moiviec", lead, DutyKind.RECEIVE)
    mass(obligation, 66)

    page = home(client, person)
    received = page.select("#viec-tiep-nhan tbody tr")
    assert len(received) == 10
    assert page.select_one("#viec-tiep-nhan .work__count").get_text() == "11"

    everything = client.get(page.select_one(".work__more")["href"])
    rows = BeautifulSoup(everything.content, "html.parser").select("#viec-tiep-nhan tbody tr")
    assert len(rows) == 11


def test_thirty_reports_on_the_home_page_take_as_many_queries_as_six(client, cast, obligation, lead, at_noon):
    person = make_person("moiviec", lead, DutyKind.RECEIVE)
    client.force_login(person)
    counts = []
    for start, more in ((0, 6), (6, 30)):
        mass(obligation, more, start)
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        counts.append(len(queries))

    assert counts[0] == counts[1]
