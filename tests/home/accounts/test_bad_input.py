"""Forged posts, two administrators at one thing, people who moved while a screen was open."""

import re

import pytest
from django.utils import timezone

from home.accounts import leaving, services
from home.accounts.models import Appointment, Duty, DutyKind, OneTimeCode, User
from home.accounts.profiles.applying import apply
from home.accounts.services import AccountError
from home.organisations.models import Affiliation, OrganisationPath
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/nguoi-dung/"
TODAY = timezone.localdate()


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_second_who_corrects_an_account_is_told_and_overwrites_nothing(
    client, clerk, unit_admin, admin
) -> None:
    client.force_login(unit_admin)
    url = f"{PEOPLE}{clerk.pk}/sua/"
    shown = client.get(url).context["form"].initial
    services.change_person(clerk, phone="0905 000 001", by=admin)

    answer = client.post(url, shown | {"phone": "0905 000 002"}, follow=True)

    assert "Người khác vừa sửa trong khi bạn đang xem" in text(answer)
    assert 'value="0905 000 001"' in text(answer)
    clerk.refresh_from_db()
    assert clerk.phone == "0905 000 001"

    client.post(url, client.get(url).context["form"].initial | {"phone": "0905 000 002"})
    clerk.refresh_from_db()
    assert clerk.phone == "0905 000 002"


def test_a_post_without_what_was_seen_changes_nothing(client, clerk, unit_admin) -> None:
    client.force_login(unit_admin)
    client.post(f"{PEOPLE}{clerk.pk}/sua/", {"full_name": "Tên Khác"})

    clerk.refresh_from_db()
    assert clerk.full_name == "Người nhaplieu"


def test_a_duty_taken_by_somebody_else_meanwhile_is_said_to_have_ended(
    client, clerk, unit_admin, admin
) -> None:
    duty = clerk.duties.get()
    client.force_login(unit_admin)
    services.revoke(duty, by=admin)
    on = f"{TODAY:%d/%m/%Y}"

    assert "đã kết thúc ngày" in text(client.post(f"{PEOPLE}nhiem-vu/{duty.pk}/ket-thuc/", {"on": on}))


def forms_of(person: User) -> list[str]:
    return [
        f"{PEOPLE}{person.pk}/{verb}/" for verb in ("sua", "khoa", "giao-nhiem-vu", "bo-nhiem", "ban-giao")
    ]


def test_somebody_who_moved_away_meanwhile_is_no_longer_there(
    client, clerk, unit_admin, other_department, department
) -> None:
    client.force_login(unit_admin)
    assert {client.get(url).status_code for url in forms_of(clerk)} == {200}
    Duty.objects.filter(person=clerk).update(organisation=other_department)

    typed = {
        "full_name": "Tên Khác",
        "kind": "send",
        "organisation": department.pk,
        "valid_from": "01/07/2026",
    }
    assert {client.post(url, typed).status_code for url in forms_of(clerk)} == {404}
    clerk.refresh_from_db()
    assert (clerk.full_name, clerk.is_active) == ("Người nhaplieu", True)


def test_an_organisation_moved_out_of_reach_meanwhile_takes_nothing(
    client, clerk, department, committee, admin
) -> None:
    above = make_person("captren", committee, DutyKind.UNIT_ADMIN)
    client.force_login(above)
    url = f"{PEOPLE}{clerk.pk}/giao-nhiem-vu/"
    assert client.get(url).status_code == 200
    Affiliation.objects.filter(child=department).delete()
    OrganisationPath.objects.filter(ancestor=committee, descendant=department).delete()

    client.post(url, {"kind": "send", "organisation": department.pk, "valid_from": "01/07/2026"})

    assert not Duty.objects.filter(kind="send").exists()


def test_somebody_whose_account_was_closed_meanwhile_is_given_nothing(
    client, clerk, unit_admin, admin, department
) -> None:
    client.force_login(unit_admin)
    services.close_account(clerk, by=admin)
    typed = {"kind": "send", "organisation": department.pk, "valid_from": "01/07/2026"}

    assert "đang bị khóa" in text(client.post(f"{PEOPLE}{clerk.pk}/giao-nhiem-vu/", typed))
    assert not Duty.objects.filter(kind="send").exists()


@pytest.mark.parametrize(
    "address", ["nhiem-vu/0/ket-thuc/", "nhiem-vu/0/chuyen-giao/", "chuc-vu/0/ket-thuc/", "0/ban-giao/"]
)
def test_what_does_not_exist_is_not_found(client, unit_admin, address) -> None:
    client.force_login(unit_admin)

    assert client.post(f"{PEOPLE}{address}", {"on": "01/07/2026"}).status_code == 404


@pytest.mark.parametrize("field", ["organisation", "successor", "acting_for", "kind"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "9" * 30, "' OR 1=1"])
def test_a_forged_choice_is_refused_on_the_form(
    client, clerk, colleague, unit_admin, department, field, value
) -> None:
    """Numbers beyond what the database holds included."""
    client.force_login(unit_admin)
    verb = "ban-giao" if field == "successor" else "giao-nhiem-vu"
    typed = {
        "kind": "send",
        "organisation": department.pk,
        "valid_from": "01/07/2026",
        "confirm": "on",
        "seen": "x",
    }

    answer = client.post(f"{PEOPLE}{clerk.pk}/{verb}/", typed | {field: value})

    assert answer.status_code == 200
    assert not Duty.objects.filter(kind="send").exists()


def test_somebody_elses_duty_is_not_ended_from_ones_own_screen(
    client, unit_admin, outsider, receiver
) -> None:
    client.force_login(unit_admin)
    for duty in (*outsider.duties.all(), *receiver.duties.all()):
        assert client.post(f"{PEOPLE}nhiem-vu/{duty.pk}/ket-thuc/", {"on": "01/07/2026"}).status_code == 404
    assert not Duty.objects.exclude(valid_to=None).exists()
    assert not Appointment.objects.exists()


# An organisation is not left without an administrator


@pytest.mark.requirement("R33", part="number per province")
def test_the_account_of_the_only_administrator_is_not_closed(
    unit_admin, clerk, admin, department, lead
) -> None:
    apply("khanh_hoa")

    with pytest.raises(
        AccountError, match="phải có ít nhất 1 người quản trị đơn vị; không còn Người quantridonvi"
    ):
        services.close_account(unit_admin, by=admin)
    unit_admin.refresh_from_db()
    assert unit_admin.is_active

    services.revoke(clerk.duties.get(), by=admin)
    services.close_account(unit_admin, by=admin)


def test_the_screen_says_why_it_is_not_closed(client, unit_admin, clerk, admin, lead) -> None:
    apply("khanh_hoa")
    client.force_login(admin)

    assert "phải có ít nhất 1 người quản trị đơn vị" in text(client.post(f"{PEOPLE}{unit_admin.pk}/khoa/"))


def test_the_only_administrator_leaves_with_a_successor_and_is_closed(
    client, unit_admin, clerk, admin, lead
) -> None:
    apply("khanh_hoa")
    client.force_login(admin)
    url = f"{PEOPLE}{unit_admin.pk}/ban-giao/"
    seen = client.get(url).context["form"]["seen"].value()

    client.post(url, {"successor": clerk.pk, "seen": seen, "confirm": "on", "close": "on"})

    unit_admin.refresh_from_db()
    assert not unit_admin.is_active
    assert Duty.objects.on(TODAY).get(kind=DutyKind.UNIT_ADMIN).person == clerk


# Nobody raises himself


def duties_of_row(person: User) -> set[tuple[str, bool]]:
    return {(kind, acting is None) for kind, acting in person.duties.values_list("kind", "acting_for")}


@pytest.mark.requirement("R37", part="approves only with the duty")
def test_an_administrator_makes_no_leader_of_himself(client, unit_admin, leader, department) -> None:
    client.force_login(unit_admin)
    own = f"{PEOPLE}{unit_admin.pk}/"
    place = {"organisation": department.pk, "valid_from": f"{TODAY:%d/%m/%Y}"}

    assert "Không thể tự bổ nhiệm" in text(client.post(f"{own}bo-nhiem/", place | {"title": "Giám đốc"}))
    standing_in = {"acting_for": leader.pk, "valid_to": f"{TODAY:%d/%m/%Y}", "basis": "Giấy ủy quyền 01"}
    for more in ({}, standing_in):
        Appointment.objects.get_or_create(person=unit_admin, organisation=department, title="Chuyên viên")
        answer = client.post(f"{own}giao-nhiem-vu/", place | {"kind": "approve_report"} | more)
        assert "Không thể tự bổ nhiệm" in text(answer)

    assert duties_of_row(unit_admin) == {("unit_admin", True)}


def test_an_administrator_takes_over_no_leaders_work_himself(unit_admin, leader, department) -> None:
    Appointment.objects.create(person=unit_admin, organisation=department, title="Chuyên viên")
    seen = leaving.seen(leaving.unfinished_duties(leader))

    with pytest.raises(AccountError, match="tự giao"):
        leaving.hand_over(leader, unit_admin, by=unit_admin, seen_as=seen)

    assert duties_of_row(leader) == {("approve_report", True)}


@pytest.mark.parametrize(("kind", "holder"), [("unit_admin", "unit_admin"), ("system_admin", "admin")])
def test_who_administers_in_anothers_place_makes_no_administrator(
    request, client, clerk, colleague, department, kind, holder
) -> None:
    owner = request.getfixturevalue(holder)
    place = owner.duties.get().organisation
    services.grant(
        clerk,
        kind,
        place,
        by=None,
        acting_for=owner,
        basis="Giấy ủy quyền 01",
        valid_from=TODAY,
        valid_to=TODAY,
    )
    client.force_login(clerk)
    first = {"organisation": place.pk, "valid_from": f"{TODAY:%d/%m/%Y}"}

    for one in (clerk, colleague):
        for wanted in ("unit_admin", "system_admin"):
            client.post(f"{PEOPLE}{one.pk}/giao-nhiem-vu/", first | {"kind": wanted})
    duty = owner.duties.get()
    handing = {"successor": clerk.pk, "on": f"{TODAY:%d/%m/%Y}"}
    assert client.post(f"{PEOPLE}nhiem-vu/{duty.pk}/chuyen-giao/", handing).status_code in {403, 404}
    for verb in ("ma-mot-lan", "go-xac-thuc"):
        assert client.post(f"{PEOPLE}{owner.pk}/{verb}/").status_code in {302, 403, 404}
    assert not OneTimeCode.objects.exists()

    assert duties_of_row(clerk) == {("enter", True), (kind, False)}
    assert not {"unit_admin", "system_admin"} & {kind for kind, _ in duties_of_row(colleague)}
    offered = client.get(f"{PEOPLE}{clerk.pk}/giao-nhiem-vu/").context["form"].fields["kind"].choices
    assert not {"unit_admin", "system_admin"} & {value for value, _ in offered}
    client.post(
        f"{PEOPLE}{colleague.pk}/giao-nhiem-vu/", first | {"kind": "send", "organisation": department.pk}
    )
    assert ("send", True) in duties_of_row(colleague)


# What no screen of ours sends


def test_keys_of_thousands_of_digits_are_none(client, unit_admin, clerk, department) -> None:
    division = department.divisions.create(code="p", name="Phòng")
    client.force_login(unit_admin)
    digits = "9" * 5000

    typed = {"people": [clerk.pk], "seen": digits}
    answer = client.post(f"/admin/co-quan/phong-ban/{division.pk}/nguoi/", typed, follow=True)
    assert answer.status_code == 200
    confirmed = client.post(
        f"/admin/co-quan/{department.pk}/xac-nhan/",
        f"d{digits}=withdraw",
        content_type="application/x-www-form-urlencoded",
    )
    assert confirmed.status_code == 200


def test_a_name_holds_no_signs_that_turn_or_hide_letters(client, unit_admin, clerk) -> None:
    client.force_login(unit_admin)
    url = f"{PEOPLE}{clerk.pk}/sua/"
    shown = client.get(url).context["form"].initial

    client.post(url, shown | {"full_name": "Trần\u202e Thị\u200b  B"})

    clerk.refresh_from_db()
    assert clerk.full_name == "Trần Thị B"
    new = services.create_person("c", full_name="\u2066Lê Văn C\u2069", by=unit_admin)
    assert new.full_name == "Lê Văn C"


@pytest.mark.requirement("R159", part="content security policy")
def test_no_screen_of_administrators_needs_an_inline_script(
    client, unit_admin, clerk, admin, department, committee
) -> None:
    """Hostile names are text there, and were they none, nothing would run."""
    User.objects.filter(pk=clerk.pk).update(full_name='"><script>alert(1)</script>')
    division = department.divisions.create(code="p", name="</script><img src=x>")
    place, person = f"/admin/co-quan/{department.pk}/", f"{PEOPLE}{clerk.pk}/"
    addresses = [
        *(f"{person}{verb}" for verb in ("", "sua/", "khoa/", "ban-giao/", "giao-nhiem-vu/", "bo-nhiem/")),
        f"{PEOPLE}nhiem-vu/{clerk.duties.get().pk}/ket-thuc/",
        *(
            f"{place}{verb}/"
            for verb in ("cap-tren", "ma", "phong-ban", "phan-cong/nhap-lieu", "dau-moi", "xac-nhan")
        ),
        f"/admin/co-quan/edit/{department.pk}/",
        f"/admin/co-quan/phong-ban/{division.pk}/nguoi/",
        *(f"/admin/de-nghi-tai-khoan/{verb}/" for verb in ("cap-moi", "thay-doi", "thu-hoi")),
    ]
    shown = set()
    for one in (admin, unit_admin):
        client.force_login(one)
        for address in addresses:
            answer = client.get(address)
            if answer.status_code != 200:
                continue
            shown.add(address)
            assert "script-src 'self';" in f"{answer.headers['Content-Security-Policy']};", address
            inline = re.findall(
                r"<script(?![^>]*(?:\bsrc=|type=\"(?:application|text/django|text/x)))[^>]*>", text(answer)
            )
            assert inline == [], address
            assert "<script>alert" not in text(answer), address
    assert shown == set(addresses)
