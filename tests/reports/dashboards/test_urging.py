"""Urging (đôn đốc): first who would be told what, then telling them, once a day, on the record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from home.audit.models import AuditEntry
from notifications.models import Message
from reports.dashboards import urging
from reports.dashboards.urging import UrgingRefused, urge
from reports.submissions.turn import Todo
from tests.conftest import make_organisation
from tests.reports.submissions.stages import hour

from . import life
from .conftest import NOON, TODAY

pytestmark = pytest.mark.django_db


def people(planned) -> set[str]:
    return {person.username for person in planned.people}


def test_those_whose_turn_it_is_would_be_told(cast, obligation):
    for stage, _ in life.walk(obligation, cast):
        [planned] = urging.plan([type(obligation).objects.get(pk=obligation.pk)], TODAY)

        expected = life.EXPECTED[stage].items()
        inside = {name for name, todo in expected if todo not in {Todo.RECEIVE, Todo.ANSWER}}
        assert people(planned) == inside, stage
        assert bool(planned.refusal) is not bool(inside), stage


@pytest.mark.requirement("R129", part="urged by the lead agency, on the record")
def test_urging_tells_them_once_a_day_and_is_written_down(cast, obligation):
    receiver = cast["tiepnhan"]

    assert len(urge([obligation], by=receiver, note=" Cần trước 10 giờ ", at=NOON)) == 1

    assert {message.recipient.username for message in Message.objects.all()} == {"nhaplieu", "dongnghiep"}
    message = Message.objects.first()
    assert message.subject.startswith("Đôn đốc: Báo cáo tình hình kinh tế – xã hội tháng")
    assert message.body == (
        "Sở Kế hoạch và Đầu tư đề nghị Sở Tài chính hoàn thành Báo cáo tình hình kinh tế – xã hội tháng – "
        "Tháng 5/2026 (còn 3 ngày).\nÝ kiến: Cần trước 10 giờ\nViệc cần làm: nhập và trình duyệt.\n"
        "Hạn gửi báo cáo: 18/05/2026."
    )
    entry = AuditEntry.objects.about(obligation).get(verb="obligation.urge")
    assert (entry.person, entry.organisation, entry.data["note"]) == (receiver, "STC", "Cần trước 10 giờ")
    assert set(entry.data["people"]) == {message.recipient_id for message in Message.objects.all()}

    assert urge([obligation], by=receiver, at=hour(5)) == []
    assert AuditEntry.objects.filter(verb="obligation.urge").count() == 1
    assert len(urge([obligation], by=receiver, at=hour(24))) == 1


@pytest.mark.parametrize(
    "name", ["nhaplieu", "giamdoc", "nguoingoai", "giamsat", "congkhai", "tiepnhan-ubnd", "root"]
)
def test_nobody_else_urges(cast, obligation, name):
    with pytest.raises(UrgingRefused, match="Sở Tài chính"):
        urge([obligation], by=cast[name], at=NOON)
    assert not Message.objects.exists()
    assert not AuditEntry.objects.filter(verb="obligation.urge").exists()


def test_all_or_nothing(cast, obligation, other_obligation, lead_obligation):
    """The receiver of the departments may not urge his own agency about what it owes the committee … unless it leads."""
    urge([obligation, lead_obligation], by=cast["tiepnhan"], at=NOON)
    assert Message.objects.filter(recipient__username="tonghop").exists(), "the lead agency leads the regime"

    before = Message.objects.count()
    with pytest.raises(UrgingRefused):
        urge([lead_obligation, other_obligation], by=cast["tiepnhan-ubnd"], at=hour(24))
    assert Message.objects.count() == before


def test_nobody_is_urged_before_the_reception_opens(cast, obligation):
    opens = obligation.tier.opens_on

    [planned] = urging.plan([obligation], opens - timedelta(days=1))
    assert (planned.people, planned.refusal) == ((), "Chưa đến thời gian nhận báo cáo (từ 04/05/2026).")
    assert urge([obligation], by=cast["tiepnhan"], at=hour(-24 * 12)) == []
    assert people(urging.plan([obligation], opens)[0])


# ------------------------------------------------------------------ the pages


def address(round_) -> str:
    return f"/admin/theo-doi/{round_.pk}/don-doc/"


def test_the_preview_says_who_gets_what_and_tells_nobody(client, cast, opened_round, obligation, at_noon):
    client.force_login(cast["tiepnhan"])
    matrix = BeautifulSoup(client.get(f"/admin/theo-doi/{opened_round.pk}/").content, "html.parser")
    assert str(obligation.pk) in {box["value"] for box in matrix.select("input[name=bc]")}

    page = BeautifulSoup(client.get(address(opened_round), {"bc": [obligation.pk]}).content, "html.parser")

    [line] = page.select(".matrix-scroll tbody tr")
    assert [cell.get_text(" ", strip=True) for cell in line.find_all(["th", "td"])] == [
        "Sở Tài chính",
        "Nhập và trình duyệt",
        "Người dongnghiep, Người nhaplieu",
    ]
    assert "Gửi đôn đốc đến 2 người" in page.get_text()
    assert not Message.objects.exists()


def test_sending_the_preview_tells_them_and_says_so(client, cast, opened_round, obligation, at_noon):
    client.force_login(cast["tiepnhan"])

    done = client.post(address(opened_round), {"bc": [obligation.pk], "note": "Gấp"}, follow=True)

    assert "Đã đôn đốc 1 cơ quan: Sở Tài chính." in done.content.decode()
    assert Message.objects.count() == 2
    again = client.post(address(opened_round), {"bc": [obligation.pk]}, follow=True)
    assert "hôm nay những người cần nhắc đều đã được nhắc" in again.content.decode()
    assert Message.objects.count() == 2


def test_forged_numbers_find_nothing(client, cast, opened_round, obligation, at_noon):
    life.sent(obligation, cast)
    told = Message.objects.count()
    client.force_login(cast["tiepnhan"])

    for value in (obligation.pk, "x", "999999"):
        assert "Chưa chọn cơ quan nào." in client.get(address(opened_round), {"bc": [value]}).content.decode()
        client.post(address(opened_round), {"bc": [value]})
    assert Message.objects.count() == told


def test_who_only_watches_may_not_urge(client, viewer, opened_round, obligation, at_noon):
    client.force_login(viewer)

    page = BeautifulSoup(client.get(f"/admin/theo-doi/{opened_round.pk}/").content, "html.parser")
    assert page.select(".matrix-scroll tbody tr")
    assert not page.select("input[name=bc]")
    client.post(address(opened_round), {"bc": [obligation.pk]})
    assert not Message.objects.exists()


def test_an_organisation_without_people_is_named_in_the_preview(
    client, receiver, opened_round, obligation, at_noon
):
    empty = make_organisation("SXD", "Sở Xây dựng", "so")
    owed = type(obligation).objects.get(pk=obligation.pk)
    owed.pk, owed.organisation, owed._state.adding = None, empty, True
    owed.save()
    client.force_login(receiver)

    text = client.get(address(opened_round), {"bc": [owed.pk]}).content.decode()

    assert "Chưa có ai được giao nhiệm vụ này" in text
    assert "Gửi đôn đốc đến" not in text
