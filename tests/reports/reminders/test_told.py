"""Every verb tells exactly those whose turn it is, and those who wrote the report; nobody else, and nobody twice."""

from __future__ import annotations

from datetime import date

import pytest

from notifications.models import Delivery, Message
from reports.deadlines import services as deadlines
from reports.submissions import services
from reports.submissions.models import Submission
from tests.reports.submissions import stages
from tests.reports.submissions.stages import hour

pytestmark = pytest.mark.django_db

WRITERS = ("nhaplieu", "dongnghiep")


def everyone(code, *people) -> dict[str, list[str]]:
    return {person: [f"submission.{code}"] for person in people}


def fresh(submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


@pytest.mark.requirement("R84", part="told when it is one's turn")
def test_the_whole_cycle_tells_exactly_those_whose_turn_it_is(cast, draft, told):
    clerk, data_leader, leader = cast["nhaplieu"], cast["phogiamdoc"], cast["giamdoc"]
    registrar, receiver = cast["vanthu"], cast["tiepnhan"]
    assert told() == {}

    stages.submit(draft, clerk, at=hour(1))
    assert told() == everyone("waits_for_step", "phogiamdoc")

    seen = fresh(draft).snapshot.sha256
    services.approve_data(draft, by=data_leader, seen=seen, at=hour(2))
    assert told() == everyone("waits_for_step", "giamdoc")

    services.approve_report(draft, by=leader, seen=seen, at=hour(3))
    assert told() == everyone("approved", "vanthu")

    stages.issue(draft, registrar, at=hour(4))
    assert told() == everyone("issued", "nguoigui")

    services.send(fresh(draft), by=registrar, at=hour(5))
    assert told() == everyone("sent", "tiepnhan")

    services.recall(fresh(draft), by=registrar, reason="Gửi nhầm bản", at=hour(6))
    assert told() == everyone("recalled", "tiepnhan")

    again(draft, cast, told, at=7, number=6)
    services.return_(fresh(draft), by=receiver, reasons=["sai_so_lieu"], text="Dòng 1", at=hour(12))
    assert told() == everyone("returned", *WRITERS)

    again(draft, cast, told, at=13, number=7)
    services.accept(fresh(draft), by=receiver, at=hour(20))
    assert told() == everyone("accepted", *WRITERS)

    services.request_adjustment(fresh(draft), by=clerk, reason="Số quyết toán", at=hour(21))
    assert told() == everyone("adjustment_asked", "tiepnhan")
    services.decline_adjustment(fresh(draft), by=receiver, text="Đã công khai", at=hour(22))
    assert told() == everyone("adjustment_declined", *WRITERS)

    services.request_adjustment(fresh(draft), by=clerk, reason="Số quyết toán", at=hour(23))
    assert told() == everyone("adjustment_asked", "tiepnhan")
    services.grant_adjustment(fresh(draft), by=receiver, at=hour(24))
    assert told() == everyone("adjusting", *WRITERS)
    services.cancel_adjustment(fresh(draft), by=clerk, at=hour(25))
    assert told() == {}

    services.demand_adjustment(fresh(draft), by=receiver, reason="Xem lại dòng 2", at=hour(26))
    assert told() == everyone("adjusting", *WRITERS)

    assert Delivery.objects.count() == Message.objects.count()


def again(draft, cast, told, *, at: int, number: int) -> None:
    """Changed, approved, issued and sent once more: each step tells its people again."""
    stages.fill(fresh(draft), cast["nhaplieu"], amount=str(number), at=hour(at))
    stages.submit(fresh(draft), cast["nhaplieu"], at=hour(at))
    assert told() == everyone("waits_for_step", "phogiamdoc")
    stages.approve(fresh(draft), cast["phogiamdoc"], cast["giamdoc"], at=hour(at + 1))
    assert told() == everyone("waits_for_step", "giamdoc") | everyone("approved", "vanthu")
    stages.issue(fresh(draft), cast["vanthu"], at=hour(at + 2), number=number)
    services.send(fresh(draft), by=cast["nguoigui"], at=hour(at + 3))
    assert told() == everyone("issued", "nguoigui") | everyone("sent", "tiepnhan")


def test_a_refusal_goes_to_those_who_wrote_and_a_withdrawal_to_nobody(cast, in_review, told):
    told()
    seen = fresh(in_review).snapshot.sha256
    services.refuse(
        in_review, by=cast["phogiamdoc"], seen=seen, reasons=["sai_so_lieu"], text="Dòng 1 sai", at=hour(2)
    )
    assert told() == everyone("refused", *WRITERS)
    words = Message.objects.filter(code="submission.refused").first()
    assert "Sai số liệu – Dòng 1 sai" in words.body
    assert "Hạn gửi báo cáo: 18/05/2026." in words.body

    stages.submit(fresh(in_review), cast["nhaplieu"], at=hour(3))
    assert told() == everyone("waits_for_step", "phogiamdoc")
    services.withdraw(fresh(in_review), by=cast["nhaplieu"], at=hour(4))
    assert told() == {}


def test_a_leader_who_wrote_part_of_it_is_not_asked_to_approve_it(cast, draft, department, told):
    from home.accounts.models import Duty, DutyKind

    Duty.objects.create(person=cast["nhaplieu"], organisation=department, kind=DutyKind.APPROVE_DATA)

    stages.submit(draft, cast["nhaplieu"], at=hour(1))

    assert told() == everyone("waits_for_step", "phogiamdoc")


def test_each_message_leads_to_the_report(cast, in_review, client):
    message = Message.objects.get(recipient=cast["phogiamdoc"])

    client.force_login(cast["phogiamdoc"])
    response = client.get(f"/admin/thong-bao/{message.pk}/", follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == message.url


@pytest.mark.requirement("R82", part="notice to the reporting units")
def test_moving_the_reception_tells_those_who_report_in_that_tier(cast, opened_round, told):
    tier = opened_round.tiers.get(number=1)

    deadlines.move_window(
        tier,
        opens_on=date(2026, 5, 1),
        closes_on=date(2026, 7, 1),
        reason="Sự cố đường truyền",
        by=cast["tiepnhan"],
    )

    workers = {*WRITERS, "vanthu", "nguoigui", "nguoingoai"}
    assert told().keys() == workers, "those of both departments; the lead agency reports in another tier"
    assert all("Sự cố đường truyền" in message.body for message in Message.objects.all())


def test_an_extension_tells_the_organisation_that_got_it(cast, obligation, told):
    deadlines.extend(obligation, until=date(2026, 5, 25), reason="Bão số 3", by=cast["tiepnhan"])

    assert told().keys() == {*WRITERS, "vanthu", "nguoigui"}
    assert all("25/5/2026" in message.body for message in Message.objects.all())
