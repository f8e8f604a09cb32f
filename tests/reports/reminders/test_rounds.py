"""A round was opened: those who will enter hear of it once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from home.accounts.models import Duty, DutyKind
from notifications.models import Message
from reports.deadlines import services as deadlines
from reports.reminders import tasks
from reports.reminders.services import LOOK_BACK, tell_opened_rounds
from tests.reports.conftest import OPENED_AT

SOON = OPENED_AT + timedelta(minutes=1)


@pytest.mark.requirement("R84", part="told of a new report request")
def test_those_who_enter_in_the_organisations_asked_are_told_once(cast, opened_round, told):
    assert tell_opened_rounds(now=SOON) == 4

    assert told() == {name: ["round.opened"] for name in ("nhaplieu", "dongnghiep", "nguoingoai", "tonghop")}
    assert tell_opened_rounds(now=SOON) == 0
    message = Message.objects.get(recipient__username="nhaplieu")
    assert message.subject == "Đợt báo cáo mới: Báo cáo tình hình kinh tế – xã hội tháng – Tháng 5/2026"
    assert "– Sở Tài chính: nhập từ 04/05/2026, hạn gửi 18/05/2026." in message.body
    assert message.url == "/admin/"


def test_who_enters_for_two_organisations_hears_of_the_round_once_with_both(
    clerk, opened_round, other_department, other_obligation
):
    Duty.objects.create(person=clerk, organisation=other_department, kind=DutyKind.ENTER)

    assert tell_opened_rounds(now=SOON) == 1

    body = Message.objects.get().body
    assert "Sở Tài chính" in body
    assert "Sở Du lịch" in body


def test_old_cancelled_and_future_rounds_are_not_news(cast, opened_round):
    assert tell_opened_rounds(now=OPENED_AT + LOOK_BACK) == 0
    assert tell_opened_rounds(now=OPENED_AT - timedelta(seconds=1)) == 0
    deadlines.cancel_round(opened_round, reason="Mở nhầm", document="CV 1", by=None, at=SOON)
    assert tell_opened_rounds(now=SOON) == 0


def test_an_exempted_organisation_is_not_asked(cast, obligation, told):
    deadlines.exempt(obligation, reason="Sáp nhập", document="QĐ 5", by=cast["tiepnhan"], at=SOON)
    told()

    tell_opened_rounds(now=SOON)

    assert told().keys() == {"nguoingoai", "tonghop"}


def test_the_task_runs_twice_without_telling_twice(cast, regime, monkeypatch):
    from tests.reports.conftest import MAY

    deadlines.open_round(regime.latest_version, MAY, by=None)

    assert tasks.tell_opened_rounds.delay().result == 4
    assert tasks.tell_opened_rounds.delay().result == 0
