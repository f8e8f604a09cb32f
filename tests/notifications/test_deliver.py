"""The outbox: what waits goes out once, what fails waits longer and longer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from notifications import services
from notifications.models import Channel, Delivery, Message

NOON = datetime(2026, 5, 15, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Refusing(EmailBackend):
    """A mail server that refuses some addresses, and counts who asked."""

    asked: list[str] = []
    refused: set[str] = set()

    def send_messages(self, messages):
        for message in messages:
            self.asked.append(message.to[0])
            if message.to[0] in self.refused:
                raise ConnectionRefusedError(111, "Máy chủ thư từ chối kết nối")
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.asked, Refusing.refused = [], set()
    return Refusing


def waiting(person, *, number=1, subject="Sắp đến hạn: Báo cáo tháng 5", url="/admin/bao-cao/7/") -> Delivery:
    message = Message.objects.create(
        recipient=person,
        key=f"k{number}",
        code="test.due",
        subject=subject,
        body="Việc cần làm: trình duyệt.\nHạn gửi báo cáo: 18/05/2026.",
        url=url,
        created_at=NOON,
    )
    return Delivery.objects.create(message=message, channel=Channel.EMAIL, next_attempt_at=NOON)


def test_a_mail_has_one_thing_to_do_the_due_day_and_one_link(clerk, settings, mailoutbox):
    settings.PORTAL = {**settings.PORTAL, "address": "https://baocao.example.vn/", "name": "Hệ thống báo cáo"}
    waiting(clerk)

    assert services.deliver_pending(now=NOON) == 1

    [sent] = mailoutbox
    assert sent.subject == "Sắp đến hạn: Báo cáo tháng 5"
    assert sent.to == ["nhaplieu@example.vn"]
    html = sent.alternatives[0].content
    for words in (sent.body, html):
        assert "Kính gửi Người nhaplieu," in words
        assert "Việc cần làm: trình duyệt." in words
        assert "Hạn gửi báo cáo: 18/05/2026." in words
        assert words.count("https://baocao.example.vn/admin/bao-cao/7/") == 1
        assert "Hệ thống báo cáo" in words
    assert html.count("<a ") == 1


def test_what_people_wrote_is_escaped_in_html_and_plain_in_text(clerk, mailoutbox):
    delivery = waiting(clerk, url="")
    Message.objects.update(body="Lý do: <b>A & B</b>")

    services.deliver_pending(now=NOON)

    assert "<b>A & B</b>" in mailoutbox[0].body
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in mailoutbox[0].alternatives[0].content
    assert "Mở trên hệ thống" not in mailoutbox[0].body
    delivery.refresh_from_db()
    assert delivery.delivered_at == NOON


def test_a_line_break_in_a_title_does_not_stop_the_mail(clerk, mailoutbox):
    waiting(clerk, subject="Báo cáo\ntháng 5")

    assert services.deliver_pending(now=NOON) == 1
    assert mailoutbox[0].subject == "Báo cáo tháng 5"


def test_mail_reaches_the_file_backend_as_mime(clerk, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    waiting(clerk)

    services.deliver_pending(now=NOON)

    [written] = Path(tmp_path).iterdir()
    parsed = message_from_bytes(written.read_bytes().split(b"-" * 79)[0], policy=policy.default)
    assert parsed["Subject"] == "Sắp đến hạn: Báo cáo tháng 5"
    assert "Việc cần làm: trình duyệt." in parsed.get_body(("plain",)).get_content()


def test_a_second_run_sends_nothing_twice(clerk, mailoutbox):
    waiting(clerk)

    assert [services.deliver_pending(now=NOON + MINUTE * run) for run in range(3)] == [1, 0, 0]
    assert len(mailoutbox) == 1


def test_what_is_not_due_yet_waits(clerk, mailoutbox):
    waiting(clerk)

    assert services.deliver_pending(now=NOON - MINUTE) == 0
    assert mailoutbox == []


def test_a_refused_mail_waits_longer_each_time_and_is_given_up_but_kept(clerk, server):
    delivery = waiting(clerk)
    server.refused = {clerk.email}

    now, waits = NOON, []
    for _ in range(5):
        assert services.deliver_pending(now=now) == 0
        assert services.deliver_pending(now=now) == 0, "claimed or waiting"
        delivery.refresh_from_db()
        assert "từ chối kết nối" in delivery.error
        if delivery.next_attempt_at:
            waits.append(delivery.next_attempt_at - now)
            now = delivery.next_attempt_at

    assert waits == list(services.RETRY_AFTER)
    assert (delivery.attempts, delivery.delivered_at, delivery.next_attempt_at) == (5, None, None)
    assert services.deliver_pending(now=now + timedelta(days=400)) == 0
    assert len(server.asked) == 5


def test_a_mail_that_gets_through_later_forgets_its_error(clerk, server):
    delivery = waiting(clerk)
    server.refused = {clerk.email}
    services.deliver_pending(now=NOON)
    server.refused = set()

    assert services.deliver_pending(now=NOON + MINUTE) == 1

    delivery.refresh_from_db()
    assert (delivery.error, delivery.attempts, delivery.next_attempt_at) == ("", 2, None)


def test_one_refused_address_holds_up_nobody_else(clerk, colleague, reviewer, server):
    for number, person in enumerate((clerk, colleague, reviewer)):
        waiting(person, number=number)
    server.refused = {colleague.email}

    assert services.deliver_pending(now=NOON) == 2
    assert [sent.to[0] for sent in mail.outbox] == [clerk.email, reviewer.email]


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_who_left_meanwhile_is_not_written_to(clerk, change, mailoutbox):
    delivery = waiting(clerk)
    type(clerk).objects.filter(pk=clerk.pk).update(**change)

    assert services.deliver_pending(now=NOON) == 0

    assert mailoutbox == []
    delivery.refresh_from_db()
    assert delivery.next_attempt_at is None
    assert "khóa" in delivery.error


def test_a_run_that_died_on_the_way_is_made_up_for(clerk, mailoutbox):
    delivery = waiting(clerk)
    Delivery.objects.update(next_attempt_at=NOON + services.CLAIMED_FOR)

    assert services.deliver_pending(now=NOON) == 0
    assert services.deliver_pending(now=NOON + services.CLAIMED_FOR) == 1
    delivery.refresh_from_db()
    assert delivery.delivered_at


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_never_send_twice(department, server):
    from tests.conftest import make_person

    people = [make_person(f"nguoi{number}", department) for number in range(10)]
    for number, person in enumerate(people):
        waiting(person, number=number)
    together = threading.Barrier(3)
    sent = []

    def run() -> None:
        try:
            together.wait(10)
            sent.append(services.deliver_pending(now=NOON))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sum(sent) == 10
    assert sorted(server.asked) == sorted(person.email for person in people)
