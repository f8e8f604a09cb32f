"""/admin/thong-bao/: one's own messages, unread first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Message

NOON = datetime(2026, 5, 15, 5, tzinfo=UTC)
INBOX = "/admin/thong-bao/"


def message(person, number, *, read=False, url="/admin/") -> Message:
    return Message.objects.create(
        recipient=person,
        key=f"k{number}",
        code="test.due",
        subject=f"Tin {number}",
        body="Việc cần làm: trình duyệt.",
        url=url,
        created_at=NOON + timedelta(minutes=number),
        read_at=NOON if read else None,
    )


def subjects(response) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [link.get_text(strip=True) for link in page.select(".inbox__subject a")]


@pytest.mark.requirement("R84", part="inbox of requests to follow and process")
def test_unread_first_then_the_newest(client, clerk):
    for number, read in enumerate([True, False, True, False]):
        message(clerk, number, read=read)
    client.force_login(clerk)

    assert subjects(client.get(INBOX)) == ["Tin 3", "Tin 1", "Tin 2", "Tin 0"]


def test_nobody_reads_another_persons_messages(client, clerk, outsider, root):
    mine = message(clerk, 1)

    for person in (outsider, root):
        client.force_login(person)
        assert subjects(client.get(INBOX)) == []
        assert client.get(reverse("notifications:open", args=[mine.pk])).status_code == 404
        assert client.post(reverse("notifications:mark_read", args=[mine.pk])).status_code == 404
        client.post(reverse("notifications:mark_all_read"))
        mine.refresh_from_db()
        assert mine.read_at is None


def test_who_is_not_signed_in_is_sent_to_sign_in(client, clerk):
    mine = message(clerk, 1)

    for address in (INBOX, reverse("notifications:open", args=[mine.pk])):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith("/dang-nhap/")


def test_opening_leads_to_the_thing_and_marks_it_read(client, clerk):
    mine = message(clerk, 1, url="/admin/bao-cao/7/")
    client.force_login(clerk)

    response = client.get(reverse("notifications:open", args=[mine.pk]))

    assert response.url == "/admin/bao-cao/7/"
    mine.refresh_from_db()
    first = mine.read_at
    assert first
    client.get(reverse("notifications:open", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.read_at == first


@pytest.mark.parametrize("url", ["", "https://xau.example/", "//xau.example/"])
def test_a_message_that_leads_nowhere_here_leads_to_the_inbox(client, clerk, url):
    mine = message(clerk, 1, url=url)
    client.force_login(clerk)

    assert client.get(reverse("notifications:open", args=[mine.pk])).url == INBOX


def test_one_or_all_are_marked_read_by_post_only(client, clerk):
    first, _, _ = (message(clerk, number) for number in range(3))
    client.force_login(clerk)
    for name, args in (("mark_read", [first.pk]), ("mark_all_read", [])):
        assert client.get(reverse(f"notifications:{name}", args=args)).status_code == 405
    assert Message.objects.unread().count() == 3

    client.post(reverse("notifications:mark_read", args=[first.pk]))
    assert Message.objects.unread().count() == 2
    response = client.post(reverse("notifications:mark_all_read"), follow=True)
    assert Message.objects.unread().count() == 0
    assert "Đã đánh dấu đã đọc 2 thông báo." in response.content.decode()


def test_the_menu_counts_what_is_unread(client, clerk):
    message(clerk, 1)
    message(clerk, 2)
    message(clerk, 3, read=True)
    client.force_login(clerk)

    assert "Th\\u00f4ng b\\u00e1o (2)" in client.get(INBOX).content.decode()
    client.post(reverse("notifications:mark_all_read"))
    assert "Th\\u00f4ng b\\u00e1o (" not in client.get(INBOX).content.decode()


def test_an_empty_inbox_says_what_will_come(client, clerk):
    client.force_login(clerk)

    assert "Chưa có thông báo nào." in client.get(INBOX).content.decode()


def test_twenty_to_a_page(client, clerk):
    for number in range(25):
        message(clerk, number)
    client.force_login(clerk)

    assert len(subjects(client.get(INBOX))) == 20
    assert subjects(client.get(INBOX, {"p": 2})) == [f"Tin {number}" for number in (4, 3, 2, 1, 0)]


def test_thirty_messages_take_as_many_queries_as_three(client, clerk):
    client.force_login(clerk)
    client.get(INBOX)  # names of the portal are kept from now on
    counts = []
    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            message(clerk, number)
        with CaptureQueriesContext(connection) as queries:
            client.get(INBOX)
        counts.append(len(queries))
        ours = [query for query in queries if "notifications_message" in query["sql"]]
        assert len(ours) == 4, "how many, how many unread (page and menu), and one page of them"

    assert counts[0] == counts[1]
