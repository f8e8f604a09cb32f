"""``manage.py tick``: the timetable without a beat process."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from celery.schedules import crontab
from django.core.management import CommandError, call_command

from notifications.models import Channel, Delivery, Message
from portal.celery import app
from portal.management.commands.tick import has_come

pytestmark = pytest.mark.django_db


def tick(*options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("tick", *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_every_entry_of_the_timetable_names_a_task_that_is_there():
    app.autodiscover_tasks(force=True)

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_a_tick_runs_every_entry_and_prints_a_line_for_each(clerk, mailoutbox):
    message = Message.objects.create(
        recipient=clerk, key="k", code="c", subject="Tin", created_at=datetime(2026, 5, 1).astimezone()
    )
    Delivery.objects.create(message=message, channel=Channel.EMAIL, next_attempt_at=message.created_at)

    out, _ = tick("--all")

    lines = dict(line.split(": ") for line in out.splitlines())
    assert list(lines) == list(app.conf.beat_schedule)
    assert lines["deliver messages"] == "1"
    assert len(mailoutbox) == 1
    assert "deliver messages: 0" in tick("--all")[0]
    assert len(mailoutbox) == 1


def test_one_that_fails_does_not_stop_the_others_and_the_tick_says_so(monkeypatch):
    def fail() -> None:
        raise ZeroDivisionError("hỏng")

    monkeypatch.setattr("notifications.services.deliver_pending", fail)
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match="deliver messages") as failure:
        call_command("tick", "--all", stdout=out, stderr=err)

    assert failure.value.returncode == 1
    assert len(out.getvalue().splitlines()) == len(app.conf.beat_schedule) - 1
    assert "hỏng" in err.getvalue()


@pytest.mark.parametrize(
    ("hour", "minute", "come"),
    [(0, 0, False), (7, 29, False), (7, 30, True), (23, 59, True)],
)
def test_a_daily_entry_comes_at_its_minute_and_stays_until_midnight(hour, minute, come):
    assert has_come(crontab(hour="7", minute="30"), datetime(2026, 5, 15, hour, minute)) is come
    assert has_come(60.0, datetime(2026, 5, 15, hour, minute))
