"""Rounds in the admin shell: what each person sees, opens and changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from home.accounts.models import DutyKind
from indicators.periods import Period
from reports.deadlines.models import Obligation, Round, RoundStatus
from reports.deadlines.services import exempt, open_round
from tests.conftest import make_organisation, make_person
from tests.reports.conftest import MAY, OPENED_AT


def address(name, *args):
    return reverse(f"rounds:{name}", args=args)


def body(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def stranger(db):
    return make_person(
        "nguoila", make_organisation("KHAC", "Sở khác", "so"), DutyKind.ENTER, DutyKind.RECEIVE
    )


def test_the_list_shows_the_rounds_that_concern_one(client, opened_round, receiver, clerk, stranger, monitor):
    for person, sees in ((receiver, True), (clerk, True), (stranger, False), (monitor, False)):
        client.force_login(person)
        assert (opened_round.title in body(client.get(address("list")))) == sees, person


def test_opening_is_offered_to_those_who_run_rounds(client, regime, receiver, clerk):
    client.force_login(receiver)
    assert address("open") in body(client.get(address("list")))
    client.force_login(clerk)
    assert address("open") not in body(client.get(address("list")))
    assert client.get(address("open")).status_code in {302, 403}
    assert client.post(address("open"), {"period": "2026-M05"}).status_code in {302, 403}


def test_a_round_is_shown_with_its_tiers_chain_and_obligations(client, opened_round, obligation, receiver):
    client.force_login(receiver)

    text = body(client.get(address("detail", opened_round.pk)))

    assert "Cấp 1: Sở, ngành báo cáo → Sở Kế hoạch và Đầu tư" in text
    assert "23:59 18/05/2026" in text
    assert "Không tính thứ Bảy 16/5/2026: Nghỉ hàng tuần" in text
    assert "Sở Du lịch" in text
    assert "BM01 v1" in text
    assert address("extend", obligation.pk) in text


def test_a_reporting_unit_sees_its_own_obligation_and_no_verbs(
    client, opened_round, obligation, other_obligation, clerk
):
    client.force_login(clerk)

    text = body(client.get(address("detail", opened_round.pk)))

    assert "Sở Tài chính" in text
    assert "Sở Du lịch" not in text
    for verb in ("extend", "exempt", "cancel_obligation"):
        assert address(verb, obligation.pk) not in text


def test_strangers_find_nothing(client, opened_round, obligation, stranger, monitor):
    tier = opened_round.tiers.first()
    for person in (stranger, monitor):
        client.force_login(person)
        for url in (
            address("detail", opened_round.pk),
            address("cancel", opened_round.pk),
            address("move_window", tier.pk),
            *(
                address(verb, obligation.pk)
                for verb in ("extend", "exempt", "cancel_obligation", "reinstate")
            ),
        ):
            assert client.get(url).status_code == 404, url
            assert client.post(url, {"reason": "x", "document": "y"}).status_code in {404, 405}, url
    assert Obligation.objects.given().count() == 3


def test_those_who_see_but_may_not_are_refused(client, opened_round, obligation, clerk):
    client.force_login(clerk)

    for url in (
        address("cancel", opened_round.pk),
        address("move_window", opened_round.tiers.first().pk),
        address("extend", obligation.pk),
        address("exempt", obligation.pk),
    ):
        data = {"reason": "x", "document": "y", "until": "30/05/2026"}
        assert client.post(url, data).status_code in {302, 403}
    assert Obligation.objects.given().count() == 3
    assert not obligation.extensions.exists()


@pytest.mark.requirement("R75", part="given on one screen, previewed before it is confirmed")
def test_a_round_is_previewed_and_then_opened(client, regime, receiver):
    client.force_login(receiver)
    data = {"regime": regime.latest_version.pk, "period": "2026-M05"}

    text = body(client.get(address("open"), data))
    assert "Tháng 5/2026" in text
    assert "Thời hạn theo quy định: thứ Hai 18/5/2026" in text
    assert "2 cơ quan phải báo cáo: Sở Tài chính; Sở Du lịch." in text
    assert not Round.objects.exists()

    response = client.post(address("open"), data)
    round_ = Round.objects.get()
    assert response.url == address("detail", round_.pk)
    assert round_.opened_by == receiver


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("thang 5", "không phải là kỳ báo cáo. Hãy viết như Tháng 5/2026"),
        ("2026-M13", "“2026-M13” không phải là kỳ báo cáo."),
        ("2026-Q2", "Chế độ này báo cáo theo kỳ “tháng”, không mở đợt cho quý II/2026."),
    ],
)
def test_a_wrong_period_is_told_at_its_field(client, regime, receiver, period, told):
    client.force_login(receiver)
    data = {"regime": regime.latest_version.pk, "period": period}

    for response in (client.get(address("open"), data), client.post(address("open"), data)):
        assert any(told in error for error in response.context["form"].errors["period"])
        assert told in body(response)
    assert not Round.objects.exists()


def test_a_second_round_is_refused_on_the_screen_before_it_is_confirmed(client, opened_round, receiver):
    client.force_login(receiver)
    data = {"regime": opened_round.regime_version_id, "period": "2026-M05"}

    for response in (client.get(address("open"), data), client.post(address("open"), data)):
        text = body(response)
        assert "Đã có đợt" in text
        assert "Mở đợt và giao báo cáo" not in text
    assert Round.objects.count() == 1


@pytest.mark.parametrize("period", ["tháng 5/2026", "2026-M05"])
def test_the_period_is_written_in_words_or_by_its_name(client, regime, receiver, period):
    client.force_login(receiver)

    text = body(client.get(address("open"), {"regime": regime.latest_version.pk, "period": period}))

    assert "Mở đợt và giao báo cáo" in text
    assert '<option value="Tháng ' in text


def test_a_regime_is_chosen_before_its_period_without_being_told_off(client, regime, receiver):
    client.force_login(receiver)

    response = client.get(address("open"), {"regime": regime.latest_version.pk})

    assert response.context["form"]["regime"].value() == str(regime.latest_version.pk)
    assert not response.context["form"].errors


def test_who_leads_no_published_regime_is_told_where_to_publish_one(client, stranger, receiver, regime):
    client.force_login(stranger)
    assert "chưa chủ trì chế độ báo cáo nào" in body(client.get(address("open")))

    client.force_login(receiver)
    assert "chưa chủ trì chế độ báo cáo nào" not in body(client.get(address("open")))


def test_only_regimes_of_ones_own_agency_are_offered(client, regime, stranger):
    client.force_login(stranger)

    response = client.get(address("open"), {"regime": regime.latest_version.pk, "period": "2026-M05"})

    assert "KTXH-THANG" not in body(response)
    assert "regime" in response.context["form"].errors


def test_an_extension_reads_the_day_first(client, obligation, receiver):
    client.force_login(receiver)
    url = address("extend", obligation.pk)

    text = body(client.post(url, {"until": "2/13/2026", "reason": "Bão", "document": ""}))
    assert "errors" in text or "error" in text
    assert not obligation.extensions.exists()

    response = client.post(url, {"until": "02/06/2026", "reason": "Bão", "document": ""})
    assert response.url == address("detail", obligation.round.pk)
    assert str(Obligation.objects.get(pk=obligation.pk).due_on) == "2026-06-02"


def test_a_refusal_of_the_service_stands_on_the_form(client, obligation, receiver):
    client.force_login(receiver)

    text = body(client.post(address("extend", obligation.pk), {"until": "01/05/2026", "reason": "Bão"}))

    assert "Ngày gia hạn 1/5/2026 phải sau thời hạn hiện nay 18/5/2026." in text


@pytest.mark.parametrize(("verb", "state"), [("exempt", "exempted"), ("cancel_obligation", "cancelled")])
def test_releasing_needs_reason_and_document(client, obligation, receiver, verb, state):
    client.force_login(receiver)
    url = address(verb, obligation.pk)

    response = client.post(url, {"reason": "Sáp nhập", "document": ""})
    assert "document" in response.context["form"].errors

    client.post(url, {"reason": "Sáp nhập", "document": "12/UBND"})
    assert Obligation.objects.get(pk=obligation.pk).state == state


def test_what_was_exempted_is_given_again(client, obligation, receiver):
    exempt(obligation, reason="Sáp nhập", document="12/UBND", by=receiver)
    client.force_login(receiver)
    assert address("reinstate", obligation.pk) in body(client.get(address("detail", obligation.round.pk)))

    client.post(address("reinstate", obligation.pk), {"reason": "Nhầm"})

    assert Obligation.objects.get(pk=obligation.pk).state == "given"


def test_reception_is_moved_on_its_screen(client, opened_round, receiver):
    tier = opened_round.tiers.get(number=1)
    client.force_login(receiver)
    assert "17/06/2026" in body(client.get(address("move_window", tier.pk)))

    client.post(
        address("move_window", tier.pk),
        {"opens_on": "05/05/2026", "closes_on": "01/06/2026", "reason": "Nâng cấp"},
    )

    tier.refresh_from_db()
    assert (str(tier.opens_on), str(tier.closes_on)) == ("2026-05-05", "2026-06-01")


def test_a_round_is_cancelled_on_its_screen(client, opened_round, receiver):
    client.force_login(receiver)
    assert address("cancel", opened_round.pk) in body(client.get(address("detail", opened_round.pk)))

    client.post(address("cancel", opened_round.pk), {"reason": "Mở nhầm", "document": "1/SKHĐT"})

    assert Round.objects.get().status == RoundStatus.CANCELLED
    text = body(client.get(address("detail", opened_round.pk)))
    assert "Mở nhầm (1/SKHĐT)" in text
    assert address("cancel", opened_round.pk) not in text


def test_listings_need_the_same_number_of_queries_for_many(client, regime, receiver):
    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            body(client.get(url))
        return len(queries)

    round_ = open_round(regime.latest_version, MAY, by=None, at=OPENED_AT)
    client.force_login(receiver)
    body(client.get(address("list")))
    one = count(address("list"))
    for month in range(6, 13):
        open_round(regime.latest_version, Period.parse(f"2026-M{month:02}"), by=None, at=OPENED_AT)
    assert count(address("list")) == one <= 16

    few = count(address("detail", round_.pk))
    tier = round_.tiers.get(number=1)
    for number in range(10):
        Obligation.objects.create(
            tier=tier,
            organisation=make_organisation(f"S{number}", f"Sở {number}", "so"),
            recipient=tier.recipient,
            due_on=tier.due_on,
            due_at=tier.due_at,
            reasons=tier.reasons,
        )
    assert count(address("detail", round_.pk)) == few <= 18


def test_who_comes_second_is_told_what_has_happened(client, obligation, receiver):
    exempt(obligation, reason="Sáp nhập", document="12/UBND", by=receiver)
    client.force_login(receiver)

    text = body(client.post(address("extend", obligation.pk), {"until": "30/05/2027", "reason": "Bão"}))

    assert "Báo cáo của Sở Tài chính được miễn, không còn được giao." in text
