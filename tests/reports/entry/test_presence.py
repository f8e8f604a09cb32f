"""Who else has the report open: told to those who read it live, written nowhere, and what they save comes in."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from home.accounts.models import Duty, DutyKind, DutyScope
from reports.entry.presence import STAYS_SECONDS, initials, others
from reports.submissions.models import CellChange
from tests.conftest import make_person

from .conftest import address, cell, cell_of, fingerprint


@pytest.fixture(autouse=True)
def nobody_here():
    cache.clear()


@pytest.fixture
def poll(send_json):
    def polled(user, report, *, as_of=0, place=None):
        return send_json(user, "presence", report, as_of=as_of, place=place, known=[])

    return polled


def last_change(report) -> int:
    last = CellChange.objects.filter(sheet__submission=report).order_by("pk").last()
    return last.pk if last else 0


@pytest.mark.requirement("R87", part="who else has the report open")
def test_others_are_told_with_the_cell_they_are_in(poll, submission, clerk, colleague):
    sheet = submission.sheets.get().pk
    poll(colleague, submission, place=[sheet, "I.2", "uoc"])

    answer = poll(clerk, submission).json()

    assert answer["others"] == [
        {"who": str(colleague), "initials": initials(str(colleague)), "place": [sheet, "I.2", "uoc"]}
    ]
    assert poll(colleague, submission).json()["others"][0]["who"] == str(clerk)


def test_who_is_not_heard_for_a_while_has_gone(poll, submission, clerk, colleague, monkeypatch):
    poll(colleague, submission)
    import time

    now = time.time()
    monkeypatch.setattr("reports.entry.presence.time.time", lambda: now + STAYS_SECONDS + 1)

    assert others(submission, clerk) == []
    assert poll(clerk, submission).json()["others"] == []


@pytest.mark.parametrize("person", ["receiver", "publisher", "outsider"])
def test_those_who_do_not_read_it_live_learn_no_name(request, poll, sent, clerk, person):
    poll(clerk, sent)

    answer = poll(request.getfixturevalue(person), sent)

    assert answer.status_code == 404
    assert str(clerk) not in answer.content.decode()


def test_who_receives_it_and_works_at_the_sender_for_other_regimes_alone_reads_what_was_sent(
    as_user, poll, sent, department, lead
):
    person = make_person("haiben", lead, DutyKind.RECEIVE)
    duty = Duty.objects.create(person=person, organisation=department, kind=DutyKind.ENTER)
    DutyScope.objects.create(duty=duty, scope="regime:KHAC")

    assert as_user(person).get(address("edit", sent.pk)).status_code == 200
    assert poll(person, sent).status_code == 404
    cell = address("about_cell", sent.pk, sent.sheets.get().pk, "I.1", "uoc")
    assert as_user(person).get(cell).status_code == 404


def test_asking_writes_nothing_and_costs_a_few_queries(poll, type_in, submission, clerk, colleague):
    poll(clerk, submission)
    before, last = fingerprint(), last_change(submission)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        poll(clerk, submission, as_of=last)
    told = [query["sql"] for query in queries if "submissions_" in query["sql"]]
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert fingerprint() == before
    assert len(told) <= 2, told
    assert not [sql for sql in written if "session" not in sql and "user" not in sql], written


def test_what_others_have_saved_since_comes_with_what_follows(poll, type_in, submission, clerk, colleague):
    since = last_change(submission)
    type_in(colleague, submission, "I.1", "uoc", "5")
    type_in(colleague, submission, "I.1", "uoc", "7", seen=1)

    answer = poll(clerk, submission, as_of=since).json()

    (sheet,) = answer["sheets"]
    (changed,) = sheet["cells"]
    assert (changed["row"], changed["text"], changed["version"], changed["who"]) == (
        "I.1",
        "7,0",
        2,
        str(colleague),
    )
    assert ["I", "uoc", "7,0"] in sheet["computed"]
    assert answer["as_of"] == last_change(submission)
    assert poll(clerk, submission, as_of=answer["as_of"]).json()["sheets"] == []


@pytest.mark.parametrize("place", ["I.1", [1], ["a", "b", "c"], [1, "r" * 81, "c"], {"row": 1}])
def test_a_place_that_is_none_is_refused(poll, submission, clerk, place):
    assert poll(clerk, submission, place=place).status_code == 400


def test_saving_tells_of_others_too(poll, type_in, submission, clerk, colleague):
    poll(colleague, submission)

    assert type_in(clerk, submission, "I.1", "uoc", "5").json()["others"][0]["who"] == str(colleague)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_cell_of_another_is_outlined_and_what_he_saves_comes_in(grid, submission, clerk, colleague):
    theirs, mine = grid(colleague, submission), None
    cell(theirs, "I.2", 6).focus()
    theirs.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    theirs.wait_for_timeout(500)
    mine = grid(clerk, submission)

    expect(mine.get_by_text(f"Cũng đang mở báo cáo này: {colleague}")).to_be_visible()
    expect(cell(mine, "I.2", 6)).to_have_accessible_description(f"{colleague} đang ở ô này")
    expect(mine.locator("td[data-who]")).to_have_attribute("data-who", initials(str(colleague)))

    cell(theirs, "I.2", 6).fill("30")
    cell(theirs, "I.2", 6).press("Enter")
    expect(theirs.get_by_text("Đã lưu lúc")).to_be_visible()
    mine.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(cell(mine, "I.2", 6)).to_have_value("30,0")
    expect(mine.locator('tr[data-row="I"] > :nth-child(6)')).to_have_text("30,0")
    cell(mine, "I.2", 6).fill("31")
    cell(mine, "I.2", 6).press("Enter")
    expect(mine.get_by_text("Đã lưu lúc")).to_be_visible()
    assert cell_of(submission, "I.2", "uoc").amount == 31


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_over_what_is_being_typed_the_newer_value_is_shown_beside(
    grid, submission, type_in, clerk, colleague
):
    page = grid(clerk, submission)
    page.wait_for_timeout(300)
    cell(page, "I.1", 6).focus()
    page.keyboard.type("88")
    type_in(colleague, submission, "I.1", "uoc", "777")

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_role("list", name="Ô chưa lưu được")).to_contain_text(
        f"Của {colleague}: 777,0. Của ông/bà: 88."
    )
    expect(cell(page, "I.1", 6)).to_have_value("88")

    with page.expect_response("**/o/") as answer:
        page.keyboard.press("Tab")

    assert answer.value.status == 409
    assert cell_of(submission, "I.1", "uoc").amount == 777
    page.get_by_role("button", name="Thay bằng 88").click()
    expect(page.get_by_role("list", name="Ô chưa lưu được")).to_be_hidden()
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    assert cell_of(submission, "I.1", "uoc").amount == 88


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_out_of_sight_asks_nothing(grid, submission, clerk):
    page = grid(clerk, submission)
    page.wait_for_timeout(500)
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if request.url.endswith("/cung-mo/") else None
    )

    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_timeout(300)
    assert asked == []

    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert len(asked) == 1
