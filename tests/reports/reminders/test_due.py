"""Reminders of due days: to those whose turn it is, on the days that were agreed, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from home.accounts.models import Duty, DutyKind
from notifications.models import Message
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation, Round, RoundStatus
from reports.reminders import tasks
from reports.reminders.services import mark_missed, send_due_reminders
from reports.submissions import services
from reports.submissions.models import Submission
from tests.reports.submissions import stages
from tests.reports.submissions.stages import hour

pytestmark = pytest.mark.django_db

#: Tier 1 is due on Monday 18 May 2026, tier 2 on the 25th.
DUE = date(2026, 5, 18)
WRITERS = {"nhaplieu", "dongnghiep"}
#: The other department has begun nothing either; its only person holds every duty there.
OTHER = "nguoingoai"


def reminded(told, day) -> set[str]:
    told()
    send_due_reminders(day)
    return {name for name, codes in told().items() if "due.soon" in codes}


@pytest.mark.requirement("R129", part="reminded before the due day")
@pytest.mark.parametrize(
    ("days", "subject"),
    [(7, "Còn 7 ngày: "), (3, "Còn 3 ngày: "), (1, "Còn 1 ngày: "), (0, "Hôm nay là hạn cuối: ")],
)
def test_those_who_enter_are_reminded_of_what_nobody_has_begun(cast, obligation, told, days, subject):
    lead = {"tonghop"} if days == 0 else set()  # the 25th is seven days on

    assert reminded(told, DUE - timedelta(days=days)) == WRITERS | {OTHER} | lead

    message = Message.objects.get(recipient__username="nhaplieu")
    assert message.subject.startswith(subject)
    assert "Việc cần làm: nhập và trình duyệt." in message.body
    assert "Hạn gửi báo cáo: 18/05/2026." in message.body
    assert message.url == "/admin/"


@pytest.mark.parametrize("days", [8, 6, 5, 4, 2])
def test_on_other_days_nobody_is_reminded(cast, obligation, told, days):
    assert reminded(told, DUE - timedelta(days=days)) == set()


def test_a_second_run_of_the_day_reminds_nobody_twice(cast, obligation):
    first = send_due_reminders(DUE)

    assert first == Message.objects.count()
    assert send_due_reminders(DUE) == 0


def test_the_person_whose_turn_it_is_is_reminded_at_every_stage(cast, draft, told):
    expected = [
        ({"nhaplieu", "dongnghiep"}, lambda: stages.submit(draft, cast["nhaplieu"], at=hour(1))),
        ({"phogiamdoc"}, lambda: approve_data(draft, cast)),
        ({"giamdoc"}, lambda: approve_report(draft, cast)),
        ({"vanthu"}, lambda: stages.issue(fresh(draft), cast["vanthu"], at=hour(4))),
        ({"vanthu", "nguoigui"}, lambda: services.send(fresh(draft), by=cast["nguoigui"], at=hour(5))),
        (set(), lambda: services.accept(fresh(draft), by=cast["tiepnhan"], at=hour(6))),
        (set(), lambda: adjust(draft, cast)),
        (set(), lambda: None),
    ]
    for people, act in expected:
        forget_reminders()
        assert reminded(told, DUE) - {OTHER, "tonghop"} == people, fresh(draft).status
        act()


def fresh(submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def forget_reminders() -> None:
    from notifications.models import Delivery

    Delivery.objects.filter(message__code="due.soon").delete()
    Message.objects.filter(code="due.soon").delete()


def approve_data(draft, cast) -> None:
    seen = fresh(draft).snapshot.sha256
    services.approve_data(draft, by=cast["phogiamdoc"], seen=seen, at=hour(2))


def approve_report(draft, cast) -> None:
    services.approve_report(draft, by=cast["giamdoc"], seen=fresh(draft).snapshot.sha256, at=hour(3))


def adjust(draft, cast) -> None:
    services.demand_adjustment(fresh(draft), by=cast["tiepnhan"], reason="Xem lại", at=hour(7))


def test_a_returned_report_is_reminded_of_and_leads_to_its_screen(cast, sent, told):
    services.return_(sent, by=cast["tiepnhan"], reasons=["khac"], text="Thiếu dấu", at=hour(5))

    assert reminded(told, DUE) >= WRITERS
    message = Message.objects.filter(code="due.soon").get(recipient__username="nhaplieu")
    assert message.url.startswith("/admin/bao-cao/")
    assert "sửa và trình lại" in message.body


def test_an_author_who_also_approves_is_not_reminded_to_approve(cast, in_review, department, told):
    Duty.objects.create(person=cast["nhaplieu"], organisation=department, kind=DutyKind.APPROVE_DATA)

    assert reminded(told, DUE) - {OTHER, "tonghop"} == {"phogiamdoc"}


def test_an_extended_due_day_is_reminded_of_anew(cast, obligation, told):
    assert reminded(told, DUE) >= WRITERS
    deadlines.extend(obligation, until=DUE + timedelta(days=3), reason="Bão số 3", by=cast["tiepnhan"])

    assert not reminded(told, DUE + timedelta(days=1)) & WRITERS, "two days left"
    assert reminded(told, DUE + timedelta(days=2)) >= WRITERS
    assert reminded(told, DUE + timedelta(days=3)) >= WRITERS


def test_nobody_is_reminded_of_what_is_not_owed_or_not_receivable_yet(cast, obligation, opened_round, told):
    deadlines.exempt(obligation, reason="Sáp nhập", document="QĐ 5", by=cast["tiepnhan"])
    assert reminded(told, DUE) == {OTHER, "tonghop"}
    opened_round.tiers.update(opens_on=DUE)
    forget_reminders()
    assert reminded(told, DUE - timedelta(days=1)) == set()
    deadlines.cancel_round(opened_round, reason="Mở nhầm", document="CV 1", by=None)
    assert reminded(told, DUE) == set()


# ------------------------------------------------------------------ overdue


def overdue(told, day) -> dict[str, list[str]]:
    told()
    send_due_reminders(day)
    return {
        name: sorted(code for code in codes if code.startswith("due.overdue"))
        for name, codes in told().items()
        if any(code.startswith("due.overdue") for code in codes)
    }


@pytest.mark.requirement("R129", part="urged when overdue")
def test_the_day_after_the_organisation_and_its_admin_are_told_and_the_recipient_gets_one_digest(
    cast, obligation, told
):
    assert overdue(told, DUE + timedelta(days=1)) == {
        "nhaplieu": ["due.overdue"],
        "dongnghiep": ["due.overdue"],
        "quantri": ["due.overdue"],
        OTHER: ["due.overdue"],
        "tiepnhan": ["due.overdue_digest"],
    }
    digest = Message.objects.get(code="due.overdue_digest")
    assert digest.subject == "2 báo cáo quá hạn chưa gửi đến"
    assert "– Sở Tài chính: " in digest.body
    assert "– Sở Du lịch: " in digest.body
    assert digest.url == f"/admin/theo-doi/{obligation.tier.round_id}/"
    assert "chưa mở" in Message.objects.get(recipient__username="nhaplieu").body
    assert send_due_reminders(DUE + timedelta(days=1)) == 0
    assert overdue(told, DUE + timedelta(days=2)) == {}


def test_who_receives_another_regime_is_not_told(cast, obligation, lead, told):
    from tests.conftest import make_person

    make_person("tiepnhan2", lead, DutyKind.RECEIVE, scopes=["regime:KHAC"])

    assert "tiepnhan2" not in overdue(told, DUE + timedelta(days=1))


def test_what_was_sent_is_not_overdue_even_if_it_came_back(cast, sent, told):
    services.return_(sent, by=cast["tiepnhan"], reasons=["khac"], text="Thiếu dấu", at=hour(5))

    found = overdue(told, DUE + timedelta(days=1))

    assert found.keys() == {OTHER, "tiepnhan"}
    assert "Sở Tài chính" not in Message.objects.get(code="due.overdue_digest").body


def test_a_report_that_waits_for_a_leader_is_overdue_too(cast, in_review, told):
    assert overdue(told, DUE + timedelta(days=1)).keys() >= WRITERS | {"quantri"}
    assert (
        "Báo cáo đang: chờ duyệt."
        in Message.objects.filter(code="due.overdue").get(recipient__username="nhaplieu").body
    )


# ------------------------------------------------------------------ missed


@pytest.mark.requirement("R128", part="missing reports are known as missing")
def test_what_was_never_sent_is_missed_when_reception_has_ended(
    cast, sent, other_obligation, lead_obligation
):
    closes = other_obligation.tier.closes_on
    lead_obligation.tier.closes_on = closes + timedelta(days=5)
    lead_obligation.tier.save()

    assert mark_missed(closes) == 0
    assert mark_missed(closes + timedelta(days=1)) == 1
    assert mark_missed(closes + timedelta(days=1)) == 0

    states = dict(Obligation.objects.values_list("organisation__code", "state"))
    assert states == {"STC": "given", "SDL": "missed", "SKHDT": "given"}
    assert Round.objects.get().status == RoundStatus.OPEN
    mark_missed(lead_obligation.tier.closes_on + timedelta(days=1))
    assert Round.objects.get().status == RoundStatus.CLOSED


def test_the_tasks_take_iso_days_and_know_today(cast, other_obligation):
    day = other_obligation.tier.closes_on + timedelta(days=1)

    assert tasks.send_due_reminders.delay(DUE.isoformat()).result > 0
    assert tasks.mark_missed.delay(day.isoformat()).result == 2
    assert tasks.send_due_reminders.delay().result == 0, "all that is long past"
    assert tasks.mark_missed.delay().result == 1
