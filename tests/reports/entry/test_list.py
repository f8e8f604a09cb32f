"""The list of reports, what is still to be begun, and beginning it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from home.accounts.models import DutyKind
from home.organisations.models import OrganisationKind
from reports.deadlines.models import Obligation
from reports.submissions.models import Submission
from reports.submissions.services import open_submission
from tests.conftest import make_organisation, make_person
from tests.reports.submissions import stages

from .conftest import address


@pytest.fixture
def on(monkeypatch):
    """The portal's clock stands still on a day (noon in Việt Nam)."""

    def stand(year: int, month: int, day: int) -> None:
        moment = datetime(year, month, day, 5, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stand


@pytest.fixture
def listed(as_user):
    def shown(user, **query) -> str:
        return re.sub(r"\s+", " ", as_user(user).get(address("list"), query).content.decode())

    return shown


@pytest.mark.requirement("R84", part="reports to make and reports received")
def test_the_list_shows_own_reports_and_those_received(
    listed, submission, sent, other_obligation, clerk, receiver, outsider
):
    open_submission(other_obligation)

    assert ">Sở Tài chính<" in listed(clerk).replace("> ", ">").replace(" <", "<")
    assert "Sở Du lịch" not in listed(clerk)
    assert "Sở Tài chính" in listed(receiver)
    assert "Sở Du lịch" not in listed(receiver)  # not sent yet
    assert "Sở Tài chính" not in listed(outsider)


def test_the_due_day_comes_with_words(listed, submission, clerk, on):
    for day, words in ((15, "còn 3 ngày"), (18, "hết hạn hôm nay"), (20, "quá hạn 2 ngày")):
        on(2026, 5, day)
        assert words in listed(clerk)


def test_on_time_and_late_are_told_from_the_first_sending(listed, sent, clerk):
    assert "Đúng hạn</span>" in listed(clerk)
    Submission.objects.filter(pk=sent.pk).update(first_sent_at=stages.hour(24 * 5))
    assert "Muộn 2 ngày" in listed(clerk)


@pytest.mark.parametrize("words", ["so tai chinh", "TÀI CHÍNH", "kinh te tháng 5", "stc"])
def test_search_needs_no_diacritics(listed, submission, clerk, words):
    assert address("edit", submission.pk) in listed(clerk, q=words)


def test_search_finds_nothing_else(listed, submission, clerk):
    shown = listed(clerk, q="du lich")

    assert address("edit", submission.pk) not in shown
    assert "Không có báo cáo nào khớp" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "draft"}, True),
        ({"status": "sent"}, False),
        ({"regime": "KTXH-THANG"}, True),
        ({"period": "2026-M05"}, True),
        ({"scope": "own"}, True),
        ({"scope": "received"}, False),
    ],
)
def test_filters(listed, submission, clerk, query, found):
    assert (address("edit", submission.pk) in listed(clerk, **query)) is found


def test_filters_offer_only_what_occurs_in_reports_one_may_see(listed, submission, other_obligation, clerk):
    open_submission(other_obligation)

    shown = listed(clerk)

    assert ">Sở Tài chính</option>" in shown
    assert ">Sở Du lịch</option>" not in shown


def test_an_empty_list_says_what_comes_next(listed, department):
    assert "Khi cơ quan chủ trì mở đợt" in listed(make_person("moi", department, DutyKind.ENTER))


@pytest.mark.parametrize("query", [{"export": "csv"}, {"export": "xlsx"}])
def test_nothing_is_exported(as_user, submission, clerk, query):
    assert as_user(clerk).get(address("list"), query).status_code == 404
    assert as_user(clerk).get(address("list_results"), query).status_code == 404


def test_the_list_takes_as_many_queries_for_30_reports_as_for_3(
    as_user, obligation, lead, receiver, root, django_assert_num_queries, django_assert_max_num_queries
):
    def reports(count: int) -> None:
        for number in range(count):
            code = f"DV{Submission.objects.count()}-{number}"
            organisation = make_organisation(code, f"Đơn vị {code}", OrganisationKind.SERVICE_UNIT)
            owed = Obligation.objects.create(
                tier=obligation.tier, organisation=organisation, recipient=lead, due_on=obligation.due_on,
                due_at=obligation.due_at,
            )  # fmt: skip
            Submission.objects.create(obligation=owed, status_since=obligation.due_at)

    browser = as_user(root)
    reports(3)
    browser.get(address("list"))  # names of the portal are kept from now on
    with django_assert_max_num_queries(24) as captured:
        browser.get(address("list"))
    few = len(captured.captured_queries)
    reports(27)
    with django_assert_num_queries(few):
        page = browser.get(address("list"))
    assert page.content.decode().count("of-status") == 31


# ------------------------------------------------------------------ beginning


@pytest.mark.requirement("R98", part="begun whenever the window is open")
def test_a_report_that_is_owed_can_be_begun(listed, as_user, obligation, clerk, on):
    on(2026, 5, 15)

    assert "Bắt đầu nhập" in listed(clerk)
    answer = as_user(clerk).post(address("open", obligation.pk))

    begun = Submission.objects.get(obligation=obligation)
    assert answer.url == address("edit", begun.pk)
    assert begun.sheets.count() == 1
    assert "Bắt đầu nhập" not in listed(clerk)


def test_beginning_twice_shows_the_same_report(as_user, submission, obligation, colleague, on):
    on(2026, 5, 15)

    assert as_user(colleague).post(address("open", obligation.pk)).url == address("edit", submission.pk)


@pytest.mark.parametrize("day", [(2026, 4, 1), (2026, 8, 1)])
def test_outside_its_days_a_report_is_not_begun(as_user, obligation, clerk, on, day):
    on(*day)

    page = as_user(clerk).post(address("open", obligation.pk), follow=True)

    assert "chỉ nhận từ ngày 04/05/2026 đến hết ngày 17/06/2026" in page.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("person", ["outsider", "leader", "registrar", "receiver", "monitor", "root"])
def test_only_those_who_write_it_may_begin_a_report(request, as_user, obligation, on, person):
    on(2026, 5, 15)

    assert as_user(request.getfixturevalue(person)).post(address("open", obligation.pk)).status_code == 404
    assert not Submission.objects.exists()


def test_the_lead_agencys_report_is_begun_by_who_consolidates(
    as_user, lead_obligation, obligation, consolidator, on
):
    on(2026, 5, 20)

    assert as_user(consolidator).post(address("open", lead_obligation.pk)).status_code == 302
    assert as_user(consolidator).post(address("open", obligation.pk)).status_code == 404


def test_a_clerk_of_another_regime_may_not_begin_it(as_user, obligation, department, on):
    on(2026, 5, 15)
    other = make_person("khac", department, DutyKind.ENTER, scopes=["regime:KHAC"])

    assert as_user(other).post(address("open", obligation.pk)).status_code == 404


def test_looking_at_the_address_begins_nothing(as_user, obligation, clerk, on):
    on(2026, 5, 15)

    assert as_user(clerk).get(address("open", obligation.pk)).status_code == 405
    assert not Submission.objects.exists()
