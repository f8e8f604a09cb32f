"""What may change in a round: extension, exemption, cancellation, reception; never the due day of one's own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from home.accounts.models import DutyKind
from home.audit.models import AuditEntry
from notifications.models import Message
from reports.deadlines import services
from reports.deadlines.due_dates import DeadlineError
from reports.deadlines.models import Obligation, ObligationState, Round, RoundStatus
from reports.deadlines.services import NotAllowed, RoundError
from tests.conftest import make_person

MOMENT = datetime(2026, 5, 15, 3, tzinfo=UTC)


def fresh(obligation: Obligation) -> Obligation:
    return Obligation.objects.with_round().get(pk=obligation.pk)


def told(code: str) -> set[str]:
    return set(Message.objects.filter(code=code).values_list("recipient__username", flat=True))


def test_an_extension_moves_one_obligation_and_joins_the_chain(obligation, other_obligation, receiver, clerk):
    extension = services.extend(
        obligation,
        until=date(2026, 5, 22),
        reason="Sự cố đường truyền",
        document="45/SKHĐT",
        by=receiver,
        at=MOMENT,
    )

    extended = fresh(obligation)
    assert extended.due_on == date(2026, 5, 22)
    assert timezone.localtime(extended.due_at).strftime("%d/%m %H:%M") == "22/05 23:59"
    assert extended.due.reasons[-1].text == ("Gia hạn đến thứ Sáu 22/5/2026: Sự cố đường truyền (45/SKHĐT)")
    assert fresh(other_obligation).due_on == date(2026, 5, 18)
    assert (extension.granted_by, extension.granted_at) == (receiver, MOMENT)
    entry = AuditEntry.objects.about(obligation).get()
    assert (entry.verb, entry.organisation, entry.data["until"]) == ("obligation.extend", "STC", "2026-05-22")
    assert told("obligation.extended") == {"nhaplieu"}


@pytest.mark.parametrize(
    ("until", "reason", "message"),
    [
        (date(2026, 5, 18), "Lý do", "phải sau thời hạn hiện nay"),
        (date(2026, 5, 22), " ", "phải có lý do"),
    ],
)
def test_an_extension_is_later_and_has_a_reason(obligation, receiver, until, reason, message):
    with pytest.raises(DeadlineError, match=message):
        services.extend(obligation, until=until, reason=reason, by=receiver)

    assert fresh(obligation).due_on == date(2026, 5, 18)


def test_an_extension_past_the_closing_day_keeps_reception_open(obligation, receiver):
    assert not obligation.is_receivable(date(2026, 6, 18))

    services.extend(obligation, until=date(2026, 6, 20), reason="Bão", by=receiver)

    extended = fresh(obligation)
    assert extended.is_receivable(date(2026, 6, 20))
    assert not extended.is_receivable(date(2026, 6, 21))
    assert not extended.is_receivable(date(2026, 5, 3))


@pytest.mark.parametrize("who", ["clerk", "leader", "outsider", "monitor", "publisher", "root"])
@pytest.mark.parametrize("verb", ["extend", "exempt", "cancel_obligation"])
def test_nobody_else_changes_what_is_owed(obligation, request, who, verb):
    more = {"until": date(2026, 5, 30)} if verb == "extend" else {}

    with pytest.raises(NotAllowed, match="không cơ quan nào đổi hạn của chính mình"):
        getattr(services, verb)(
            obligation, reason="Lý do", document="1/VB", by=request.getfixturevalue(who), **more
        )

    assert (fresh(obligation).due_on, fresh(obligation).state) == (date(2026, 5, 18), "given")


def test_the_lead_agency_does_not_extend_what_it_owes_itself(lead_obligation, receiver, committee):
    with pytest.raises(NotAllowed):
        services.extend(lead_obligation, until=date(2026, 5, 30), reason="Chưa kịp", by=receiver)

    secretary = make_person("vpubnd", committee, DutyKind.RECEIVE)
    services.extend(lead_obligation, until=date(2026, 5, 30), reason="Đồng ý", by=secretary)
    assert fresh(lead_obligation).due_on == date(2026, 5, 30)


@pytest.mark.parametrize(
    ("verb", "state"),
    [("exempt", ObligationState.EXEMPTED), ("cancel_obligation", ObligationState.CANCELLED)],
)
def test_exemption_and_cancellation_have_reason_and_document(obligation, receiver, clerk, verb, state):
    act = getattr(services, verb)
    for incomplete in ({"reason": " ", "document": "1/VB"}, {"reason": "Lý do", "document": ""}):
        with pytest.raises(RoundError, match="Phải ghi"):
            act(obligation, by=receiver, **incomplete)

    act(obligation, reason="Sáp nhập", document="12/UBND", by=receiver, at=MOMENT)

    released = fresh(obligation)
    assert (released.state, released.state_reason, released.state_document) == (state, "Sáp nhập", "12/UBND")
    assert AuditEntry.objects.about(obligation).get().at == MOMENT
    assert told("obligation.released") == {"nhaplieu"}
    assert released not in Obligation.objects.owed()
    with pytest.raises(RoundError, match="từ trước"):
        act(obligation, reason="Lại", document="13/UBND", by=receiver)
    with pytest.raises(RoundError, match="không còn được giao"):
        services.extend(obligation, until=date(2026, 6, 1), reason="Lý do", by=receiver)


def test_the_database_asks_for_the_reason_too(obligation):
    obligation.state = ObligationState.EXEMPTED

    with pytest.raises(IntegrityError), transaction.atomic():
        obligation.save()


def test_what_was_exempted_can_be_asked_for_again(obligation, receiver, clerk, outsider):
    with pytest.raises(RoundError, match="đang được giao"):
        services.reinstate(obligation, reason="Nhầm", by=receiver)
    services.exempt(obligation, reason="Sáp nhập", document="12/UBND", by=receiver)
    with pytest.raises(NotAllowed):
        services.reinstate(fresh(obligation), reason="Nhầm", by=outsider)

    services.reinstate(fresh(obligation), reason="Miễn nhầm", by=receiver)

    assert (fresh(obligation).state, fresh(obligation).state_reason) == ("given", "Miễn nhầm")
    assert told("obligation.reinstated") == {"nhaplieu"}


def test_a_cancelled_round_takes_back_what_is_owed_and_stands_still(
    opened_round, obligation, other_obligation, receiver, outsider
):
    with pytest.raises(NotAllowed):
        services.cancel_round(opened_round, reason="Phá", document="1/VB", by=outsider)
    with pytest.raises(RoundError, match="Phải ghi văn bản"):
        services.cancel_round(opened_round, reason="Mở nhầm", document="", by=receiver)
    services.exempt(other_obligation, reason="Sáp nhập", document="12/UBND", by=receiver)

    services.cancel_round(opened_round, reason="Mở nhầm", document="13/SKHĐT", by=receiver, at=MOMENT)

    round_ = Round.objects.get(pk=opened_round.pk)
    assert (round_.status, round_.reason) == (RoundStatus.CANCELLED, "Mở nhầm (13/SKHĐT)")
    assert fresh(obligation).state == ObligationState.CANCELLED
    assert fresh(other_obligation).state == ObligationState.EXEMPTED
    assert not Obligation.objects.given().exists()
    with pytest.raises(RoundError, match="đã hủy"):
        services.extend(obligation, until=date(2026, 6, 1), reason="Lý do", by=receiver)
    with pytest.raises(RoundError, match="đã hủy"):
        services.cancel_round(opened_round, reason="Lại", document="14", by=receiver)


@pytest.mark.requirement("R82", part="reception moves only together with a notice")
def test_moving_reception_needs_a_reason_and_tells_the_reporting_units(
    opened_round, obligation, other_obligation, receiver, clerk, outsider, registrar
):
    tier = opened_round.tiers.get(number=1)
    days = {"opens_on": date(2026, 5, 11), "closes_on": date(2026, 5, 29)}
    with pytest.raises(RoundError, match="Phải ghi lý do"):
        services.move_window(tier, reason="", by=receiver, **days)
    services.exempt(other_obligation, reason="Sáp nhập", document="12/UBND", by=receiver)
    make_person("motdong", obligation.organisation, DutyKind.ENTER, scopes=["row:BM01/I.1"])
    make_person("chedokhac", obligation.organisation, DutyKind.ENTER, scopes=["regime:KHAC"])

    moved = services.move_window(tier, reason="Nâng cấp hệ thống", by=receiver, at=MOMENT, **days)

    assert (moved.opens_on, moved.closes_on, moved.due_on) == (
        date(2026, 5, 11),
        date(2026, 5, 29),
        date(2026, 5, 18),
    )
    assert told("round.window_moved") == {"nhaplieu", "vanthu", "motdong"}
    message = Message.objects.filter(code="round.window_moved").first()
    assert "từ thứ Hai 11/5/2026 đến thứ Sáu 29/5/2026" in message.body
    assert "Nâng cấp hệ thống" in message.body
    entry = AuditEntry.objects.about(tier).get()
    assert entry.data["before"] == {"opens_on": "2026-05-04", "closes_on": "2026-06-17"}


@pytest.mark.requirement("R82", part="allowed to the lead unit only")
@pytest.mark.parametrize("who", ["clerk", "outsider", "monitor", "secretary"])
def test_only_the_lead_agency_moves_reception(opened_round, request, committee, who):
    person = (
        make_person("vpubnd", committee, DutyKind.RECEIVE)
        if who == "secretary"
        else request.getfixturevalue(who)
    )

    with pytest.raises(NotAllowed, match="Chỉ cơ quan chủ trì"):
        services.move_window(
            opened_round.tiers.get(number=2),
            opens_on=date(2026, 5, 1),
            closes_on=date(2026, 7, 1),
            reason="Lý do",
            by=person,
        )


@pytest.mark.parametrize(
    ("opens_on", "closes_on"),
    [(date(2026, 5, 19), date(2026, 6, 1)), (date(2026, 5, 1), date(2026, 5, 17))],
)
def test_reception_holds_the_due_day(opened_round, receiver, opens_on, closes_on):
    with pytest.raises(RoundError, match="phải bao gồm hạn gửi 18/05/2026"):
        services.move_window(
            opened_round.tiers.get(number=1),
            opens_on=opens_on,
            closes_on=closes_on,
            reason="Lý do",
            by=receiver,
        )


def test_what_was_never_sent_is_missed_after_reception_is_over(
    opened_round, obligation, other_obligation, receiver
):
    services.extend(other_obligation, until=date(2026, 7, 1), reason="Bão", by=receiver)
    closes = obligation.closes_on
    unsent = Obligation.objects.filter(tier__number=1)

    assert services.mark_missed(unsent, today=closes) == 0
    assert services.mark_missed(unsent, today=closes + timedelta(days=1), at=MOMENT) == 1
    assert services.mark_missed(unsent, today=closes + timedelta(days=1)) == 0

    assert fresh(obligation).state == ObligationState.MISSED
    assert fresh(other_obligation).state == ObligationState.GIVEN
    assert fresh(obligation) in Obligation.objects.owed()
    entry = AuditEntry.objects.about(obligation).get()
    assert (entry.verb, entry.person, entry.at) == ("obligation.miss", None, MOMENT)


def test_what_was_sent_is_never_missed(opened_round, obligation, other_obligation):
    sent = obligation.pk

    services.mark_missed(Obligation.objects.exclude(pk=sent), today=date(2027, 1, 1))

    assert fresh(obligation).state == ObligationState.GIVEN
    assert fresh(other_obligation).state == ObligationState.MISSED


def test_a_round_closes_when_reception_is_over_and_opens_again_with_more_time(
    opened_round, obligation, receiver
):
    assert services.close_rounds(today=date(2026, 6, 24)) == 0
    assert services.close_rounds(today=date(2026, 6, 25), at=MOMENT) == 1
    assert services.close_rounds(today=date(2026, 6, 25)) == 0
    assert Round.objects.get().status == RoundStatus.CLOSED
    assert AuditEntry.objects.about(opened_round).last().verb == "round.close"

    services.extend(
        fresh(obligation),
        until=date(2026, 7, 1),
        reason="Bão",
        by=receiver,
        at=datetime(2026, 6, 26, tzinfo=UTC),
    )

    assert Round.objects.get().status == RoundStatus.OPEN


def test_questions_about_obligations(opened_round, obligation, other_obligation, lead_obligation, receiver):
    services.exempt(other_obligation, reason="Sáp nhập", document="12/UBND", by=receiver)

    assert list(Obligation.objects.due_in(3, today=date(2026, 5, 15))) == [obligation]
    assert list(Obligation.objects.due_in(0, today=date(2026, 5, 25))) == [lead_obligation]
    assert set(Obligation.objects.owed()) == {obligation, lead_obligation}
    assert set(Obligation.objects.closed(date(2026, 6, 18))) == {obligation, other_obligation}


def test_who_sees_which_obligation(
    opened_round,
    obligation,
    other_obligation,
    lead_obligation,
    committee,
    clerk,
    receiver,
    outsider,
    monitor,
    root,
):
    secretary = make_person("vpubnd", committee, DutyKind.RECEIVE)
    narrowed = make_person("hep", obligation.organisation, DutyKind.ENTER, scopes=["regime:KHAC"])
    expected = {
        clerk: {obligation},
        outsider: {other_obligation},
        receiver: {obligation, other_obligation, lead_obligation},
        secretary: {lead_obligation},
        monitor: set(),
        narrowed: set(),
        root: {obligation, other_obligation, lead_obligation},
    }

    for person, seen in expected.items():
        assert set(Obligation.objects.visible_to(person)) == seen, person
        assert Round.objects.visible_to(person).exists() == bool(seen), person


def test_the_anonymous_see_nothing(opened_round, rf):
    from django.contrib.auth.models import AnonymousUser

    assert not Obligation.objects.visible_to(AnonymousUser()).exists()
