from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from home.accounts import services
from home.accounts.models import Appointment, Duty, DutyKind, User
from home.accounts.profiles.applying import apply
from home.audit.models import AuditEntry
from tests.conftest import affiliate, make_person

pytestmark = pytest.mark.django_db

INDEX = "/admin/nguoi-dung/"
TODAY = timezone.localdate()


def people(response) -> set[str]:
    return {person.username for person in response.context["object_list"]}


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.requirement("R34", part="sees the people of the subtree")
def test_a_unit_administrator_sees_the_people_of_his_organisations_and_no_others(
    signed_in, unit_admin, clerk, leader, receiver, outsider, other_department, department
) -> None:
    client = signed_in(unit_admin)
    assert people(client.get(INDEX)) == {"quantridonvi", "nhaplieu", "giamdoc"}

    affiliate(other_department, department)
    assert people(client.get(INDEX)) == {"quantridonvi", "nhaplieu", "giamdoc", "nguoingoai"}


def test_a_system_administrator_sees_everybody(signed_in, admin, clerk, receiver) -> None:
    nobody = services.create_person("chuaco", full_name="Chưa Có")

    assert people(signed_in(admin).get(INDEX)) == {"quantri", "nhaplieu", "tiepnhan", nobody.username}


def test_the_list_says_duties_in_words(signed_in, unit_admin, clerk, data_leader, department) -> None:
    services.grant(clerk, DutyKind.SEND, department, by=None, scopes=["regime:KTXH", "form:BM01"])
    services.grant(
        clerk,
        "approve_data",
        department,
        by=None,
        acting_for=data_leader,
        valid_from=TODAY,
        valid_to=TODAY,
        basis="QĐ 1",
    )

    page = text(signed_in(unit_admin).get(INDEX))

    assert (
        "Sở Tài chính: Duyệt số liệu, thay Người phogiamdoc, Nhập liệu, Gửi báo cáo (biểu BM01, chế độ KTXH)"
        in page
    )


def test_the_list_is_searched_without_diacritics_and_filtered(
    signed_in, admin, clerk, leader, department, other_department
) -> None:
    services.change_person(clerk, full_name="Phạm Đình Hoà", by=admin)
    client = signed_in(admin)

    assert people(client.get(INDEX, {"q": "pham dinh hòa"})) == {"nhaplieu"}
    assert people(client.get(INDEX, {"kind": "approve_report"})) == {"giamdoc"}
    assert people(client.get(INDEX, {"organisation": department.pk})) == {"nhaplieu", "giamdoc"}
    assert people(client.get(INDEX, {"organisation": other_department.pk})) == set()
    User.objects.filter(pk=leader.pk).update(is_active=False)
    assert people(client.get(INDEX, {"state": "khoa"})) == {"giamdoc"}
    services.revoke(Duty.objects.get(person=clerk), by=None)
    assert people(client.get(INDEX, {"state": "trong"})) == {"nhaplieu"}
    assert "Không có người dùng nào phù hợp" in text(client.get(INDEX, {"q": "xyz"}))


def test_the_filter_offers_only_the_organisations_one_administers(
    signed_in, unit_admin, department, other_department
) -> None:
    offered = signed_in(unit_admin).get(INDEX).context["filters"].form.fields["organisation"].queryset

    assert list(offered) == [department]


@pytest.mark.parametrize("rows", [3, 30])
def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    signed_in, unit_admin, department, rows, django_assert_num_queries
) -> None:
    for number in range(rows):
        person = make_person(
            f"canbo{number}", department, DutyKind.ENTER, DutyKind.SEND, scopes=["form:BM01"]
        )
        Appointment.objects.create(person=person, organisation=department, title="Chuyên viên")
    client = signed_in(unit_admin)
    client.get(INDEX)

    with django_assert_num_queries(15):
        client.get(INDEX)


@pytest.mark.parametrize("rows", [3, 30])
def test_a_person_asks_the_same_number_of_questions_however_many_duties_he_has(
    signed_in, unit_admin, clerk, department, rows, django_assert_num_queries
) -> None:
    for number in range(rows):
        services.grant(clerk, DutyKind.SEND, department, by=None, scopes=[f"form:B{number}"])
        services.appoint(clerk, department, title=f"Chức vụ {number}", by=None)
    client = signed_in(unit_admin)
    client.get(f"{INDEX}{clerk.pk}/")

    with django_assert_num_queries(21):
        client.get(f"{INDEX}{clerk.pk}/")


# Doors


def addresses(person: User, duty: Duty, office: Appointment) -> list[str]:
    verbs = ("", "sua/", "khoa/", "mo-lai/", "giao-nhiem-vu/", "bo-nhiem/")
    return [
        *(f"{INDEX}{person.pk}/{verb}" for verb in verbs),
        f"{INDEX}nhiem-vu/{duty.pk}/ket-thuc/",
        f"{INDEX}chuc-vu/{office.pk}/ket-thuc/",
    ]


def everything() -> list[list[dict]]:
    return [list(model.objects.order_by("pk").values()) for model in (Duty, Appointment)] + [
        list(User.objects.order_by("pk").values("full_name", "email", "is_active"))
    ]


@pytest.fixture
def target(department, leader):
    """Addresses about somebody of the department."""
    return addresses(leader, Duty.objects.get(person=leader), Appointment.objects.get(person=leader))


POST = {
    "on": "21/11/2026",
    "full_name": "Tên Khác",
    "title": "Giám đốc",
    "kind": "enter",
    "valid_from": "21/11/2026",
}


def test_without_duty_to_administer_nobody_reaches_people(signed_in, department, target) -> None:
    somebody = make_person("ai-do", department, *set(DutyKind) - {DutyKind.SYSTEM_ADMIN, DutyKind.UNIT_ADMIN})
    somebody.user_permissions.add(*Permission.objects.filter(content_type__app_label="accounts"))
    client, before = signed_in(somebody), everything()

    for address in [INDEX, f"{INDEX}results/", f"{INDEX}them/", *target]:
        for method in (client.get, client.post):
            response = method(address, POST | {"organisation": department.pk})
            assert response.status_code in (302, 404), address
            assert response.get("Location", "/admin/") == "/admin/"
    assert everything() == before


@pytest.mark.requirement("R34", part="no screen reaches beyond")
def test_the_administrator_of_another_unit_finds_nobody(
    signed_in, other_department, department, target
) -> None:
    stranger = make_person("ngoai", other_department, *set(DutyKind) - {DutyKind.SYSTEM_ADMIN})
    client, before = signed_in(stranger), everything()

    for address in target:
        for method in (client.get, client.post):
            assert method(address, POST | {"organisation": department.pk}).status_code == 404, address
    assert everything() == before


def test_an_organisation_beyond_ones_own_is_not_accepted_from_a_forged_form(
    signed_in, unit_admin, clerk, other_department
) -> None:
    client = signed_in(unit_admin)
    forged = POST | {"organisation": other_department.pk}

    for address in ("giao-nhiem-vu/", "bo-nhiem/"):
        assert client.post(f"{INDEX}{clerk.pk}/{address}", forged).status_code == 200
    client.post(f"{INDEX}them/", forged | {"username": "moi", "password": "matkhau-rat-dai-1"})

    assert not Duty.objects.filter(organisation=other_department).exists()
    assert not Appointment.objects.exists()
    assert not User.objects.filter(username="moi").exists()


@pytest.mark.parametrize("kind", [DutyKind.SYSTEM_ADMIN, DutyKind.MONITOR])
def test_a_duty_beyond_the_unit_is_not_accepted_from_a_forged_form(
    signed_in, unit_admin, clerk, department, kind
) -> None:
    signed_in(unit_admin).post(
        f"{INDEX}{clerk.pk}/giao-nhiem-vu/", POST | {"organisation": department.pk, "kind": kind}
    )

    assert not Duty.objects.filter(kind=kind).exists()


def test_a_person_shared_with_another_unit_is_seen_but_the_account_is_not_touched(
    signed_in, unit_admin, clerk, other_department
) -> None:
    Duty.objects.create(person=clerk, organisation=other_department, kind=DutyKind.VIEW)
    client = signed_in(unit_admin)

    page = text(client.get(f"{INDEX}{clerk.pk}/"))
    assert "Khóa tài khoản" not in page
    assert page.count("/ket-thuc/") == 1
    for verb in ("sua", "khoa", "mo-lai"):
        assert client.post(f"{INDEX}{clerk.pk}/{verb}/", POST)["Location"] == "/admin/"
    clerk.refresh_from_db()
    assert (clerk.is_active, clerk.full_name) == (True, "Người nhaplieu")


# What is done on the screens


@pytest.mark.requirement("R34", part="a unit administrator makes accounts for his unit")
def test_a_person_is_added_with_the_first_duty_and_can_sign_in(
    signed_in, unit_admin, department, client
) -> None:
    response = signed_in(unit_admin).post(
        f"{INDEX}them/",
        {
            "full_name": "Phạm Văn Hòa",
            "username": "pvhoa",
            "password": "mot-mat-khau-dai",
            "organisation": department.pk,
            "kind": "enter",
        },
    )

    person = User.objects.get(username="pvhoa")
    assert response["Location"] == f"{INDEX}{person.pk}/"
    assert Duty.objects.get(person=person).valid_from == TODAY
    assert Group.objects.get(name="Cán bộ") in person.groups.all()
    client.logout()
    client.post("/dang-nhap/", {"login": "pvhoa", "password": "mot-mat-khau-dai"})
    assert client.get("/tai-khoan/mat-khau/").context["user"] == person


def test_a_person_who_cannot_be_added_leaves_nothing_behind(signed_in, unit_admin, clerk, department) -> None:
    asked = {
        "full_name": "Phạm Văn Hòa",
        "username": "NHAPLIEU",
        "password": "mot-mat-khau-dai",
        "organisation": department.pk,
        "kind": "enter",
    }
    client = signed_in(unit_admin)

    taken = client.post(f"{INDEX}them/", asked)
    assert "Tên đăng nhập NHAPLIEU đã có người dùng" in str(taken.context["form"].errors["username"])
    short = client.post(f"{INDEX}them/", asked | {"username": "moi", "password": "123"})
    assert "password" in short.context["form"].errors
    assert User.objects.count() == 2


@pytest.mark.requirement("R43", part="duties given and taken on the screen, with history")
def test_a_duty_is_given_and_ended_on_the_screen_and_both_stand_in_the_history(
    signed_in, unit_admin, clerk, department
) -> None:
    client = signed_in(unit_admin)
    client.post(
        f"{INDEX}{clerk.pk}/giao-nhiem-vu/",
        {
            "organisation": department.pk,
            "kind": "send",
            "regimes": "KTXH, DTC",
            "rows": "BM01/1.2",
            "valid_from": "01/03/2026",
            "basis": "Tờ trình 5",
        },
    )
    duty = Duty.objects.get(kind="send")
    assert duty.valid_from == date(2026, 3, 1)
    assert {scope.scope for scope in duty.scopes.all()} == {"regime:KTXH", "regime:DTC", "row:BM01/1.2"}
    assert "Gửi báo cáo (chế độ DTC, chế độ KTXH, dòng BM01/1.2)" in text(client.get(f"{INDEX}{clerk.pk}/"))

    client.post(f"{INDEX}nhiem-vu/{duty.pk}/ket-thuc/", {"on": f"{TODAY:%d/%m/%Y}"})

    duty.refresh_from_db()
    assert duty.valid_to == TODAY - timedelta(days=1)
    page = text(client.get(f"{INDEX}{clerk.pk}/"))
    assert "Giao nhiệm vụ – Người nhaplieu: Gửi báo cáo (Sở Tài chính) (Người quantridonvi)" in page
    assert "Kết thúc nhiệm vụ – Người nhaplieu" in page


@pytest.mark.requirement("R39", part="asked for on the screen with end and document")
def test_a_delegation_without_document_is_refused_at_the_field(
    signed_in, unit_admin, clerk, data_leader, department
) -> None:
    asked = {
        "organisation": department.pk,
        "kind": "approve_data",
        "acting_for": data_leader.pk,
        "valid_from": f"{TODAY:%d/%m/%Y}",
        "valid_to": f"{TODAY:%d/%m/%Y}",
    }
    client = signed_in(unit_admin)

    refused = client.post(f"{INDEX}{clerk.pk}/giao-nhiem-vu/", asked)
    assert "phải ghi số, ngày của văn bản ủy quyền" in str(refused.context["form"].errors["basis"])
    client.post(f"{INDEX}{clerk.pk}/giao-nhiem-vu/", asked | {"basis": "QĐ 12/QĐ-STC"})

    assert Duty.objects.get(acting_for=data_leader).person == clerk
    assert "thay Người phogiamdoc" in text(client.get(f"{INDEX}{clerk.pk}/"))


def test_an_office_is_given_and_ended_on_the_screen(signed_in, unit_admin, clerk, department) -> None:
    client = signed_in(unit_admin)
    asked = {
        "organisation": department.pk,
        "title": "Phó Giám đốc",
        "signing_form": "KT.",
        "valid_from": "01/01/2026",
    }

    refused = client.post(f"{INDEX}{clerk.pk}/bo-nhiem/", asked)
    assert "signs_for_title" in refused.context["form"].errors
    client.post(f"{INDEX}{clerk.pk}/bo-nhiem/", asked | {"signs_for_title": "Giám đốc"})
    office = Appointment.objects.get(person=clerk)
    assert "Ký thay (KT.): Giám đốc" in text(client.get(f"{INDEX}{clerk.pk}/"))

    client.post(f"{INDEX}chuc-vu/{office.pk}/ket-thuc/", {"on": f"{TODAY:%d/%m/%Y}"})
    assert services.appointment_of(clerk, department, TODAY) is None


def test_an_account_is_closed_and_opened_on_the_screen(signed_in, unit_admin, clerk) -> None:
    client = signed_in(unit_admin)

    client.post(f"{INDEX}{clerk.pk}/khoa/")
    assert "Tài khoản đang bị khóa" in text(client.get(f"{INDEX}{clerk.pk}/"))
    client.post(f"{INDEX}{clerk.pk}/mo-lai/")

    clerk.refresh_from_db()
    assert clerk.is_active
    assert [entry.verb for entry in AuditEntry.objects.about(clerk)] == ["account.close", "account.reopen"]


def test_a_get_closes_nothing(signed_in, unit_admin, clerk) -> None:
    assert signed_in(unit_admin).get(f"{INDEX}{clerk.pk}/khoa/").status_code == 200
    clerk.refresh_from_db()
    assert clerk.is_active


# Wagtail's own screens


@pytest.mark.parametrize(
    "name", ["wagtailusers_users:index", "wagtailusers_users:add", "wagtailusers_groups:index"]
)
def test_wagtails_screens_of_users_and_groups_are_for_superusers(signed_in, admin, root, name) -> None:
    admin.user_permissions.add(*Permission.objects.filter(codename__endswith="_user"))
    admin.user_permissions.add(*Permission.objects.filter(codename__endswith="_group"))

    assert signed_in(admin).get(reverse(name))["Location"] == "/admin/"
    assert signed_in(root).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("action", ["assign_role", "delete", "set_active_state"])
def test_wagtails_bulk_actions_on_users_are_for_superusers(signed_in, admin, clerk, action) -> None:
    admin.user_permissions.add(*Permission.objects.filter(codename__endswith="_user"))
    address = reverse("wagtail_bulk_action", args=["accounts", "user", action])

    response = signed_in(admin).post(f"{address}?id={clerk.pk}", {"mark_as_active": "False"})

    assert response.status_code in (302, 404)
    clerk.refresh_from_db()
    assert clerk.is_active


def test_a_superuser_edits_full_name_and_telephone_on_wagtails_screen(signed_in, root, clerk) -> None:
    client = signed_in(root)
    address = reverse("wagtailusers_users:edit", args=[clerk.pk])
    page = text(client.get(address))
    assert 'name="full_name"' in page
    assert 'name="first_name"' not in page

    client.post(
        address, {"username": "nhaplieu", "full_name": "Phạm Văn Hòa", "phone": "0258", "is_active": "on"}
    )
    clerk.refresh_from_db()
    assert (clerk.full_name, clerk.phone) == ("Phạm Văn Hòa", "0258")

    client.post(
        reverse("wagtailusers_users:add"),
        {
            "username": "moi",
            "full_name": "Người Mới",
            "password1": "mot-mat-khau-dai",
            "password2": "mot-mat-khau-dai",
        },
    )
    assert User.objects.get(username="moi").full_name == "Người Mới"


def test_a_superuser_finds_people_by_full_name_on_wagtails_screen(signed_in, root, clerk, leader) -> None:
    page = text(
        signed_in(root).get(reverse("wagtailusers_users:index"), {"q": "nhaplieu", "ordering": "name"})
    )

    assert "Người nhaplieu" in page
    assert "Người giamdoc" not in page


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("admin", {"organisations", "people", "account_requests", "audit"}),
        ("unit_admin", {"organisations", "people", "account_requests", "audit"}),
        ("leader", {"organisations", "account_requests"}),
        ("clerk", {"organisations"}),
    ],
)
def test_the_menu_offers_what_one_may_open(request, rf, who, shown) -> None:
    from home.accounts.wagtail_hooks import office_group

    asking = rf.get("/")
    asking.user = request.getfixturevalue(who)

    items = office_group.get_menu_item().menu.menu_items_for_request(asking)

    assert {item.url for item in items} == {reverse(f"{name}:index") for name in shown}


@pytest.fixture
def regulated(department, other_department, lead, committee):
    return apply("khanh_hoa").profile


@pytest.mark.requirement("R50", part="matrix beneath")
def test_the_screen_offers_the_types_of_the_regulation_and_single_duties_beneath(
    signed_in, unit_admin, clerk, admin, regulated
) -> None:
    address = reverse("people:grant", args=[clerk.pk])

    page = text(signed_in(unit_admin).get(address))
    assert "Tài khoản người dùng: nhập liệu" in page
    assert "Tài khoản quản trị hệ thống" not in page
    assert "Từng nhiệm vụ" in page
    assert "Tài khoản quản trị hệ thống" in text(signed_in(admin).get(address))


def test_an_account_type_is_given_whole_from_the_screen(
    signed_in, unit_admin, clerk, department, regulated
) -> None:
    signed_in(unit_admin).post(
        reverse("people:grant", args=[clerk.pk]),
        {"kind": "type:nguoi-dung-gui", "organisation": department.pk, "valid_from": f"{TODAY:%d/%m/%Y}"},
    )

    assert {duty.kind for duty in clerk.duties.all()} == {"enter", "issue", "send"}


def test_a_type_takes_no_scope_and_a_forged_one_is_refused(
    signed_in, unit_admin, clerk, department, regulated
) -> None:
    client, address = signed_in(unit_admin), reverse("people:grant", args=[clerk.pk])
    data = {"organisation": department.pk, "valid_from": f"{TODAY:%d/%m/%Y}"}

    page = text(client.post(address, data | {"kind": "type:nguoi-dung-gui", "report_forms": "BM01"}))
    assert "Phạm vi và ủy quyền chỉ ghi cho từng nhiệm vụ" in page
    client.post(address, data | {"kind": "type:quan-tri-he-thong"})

    assert [duty.kind for duty in clerk.duties.all()] == ["enter"]


def test_a_leader_is_entered_with_his_office(signed_in, unit_admin, department) -> None:
    client = signed_in(unit_admin)
    data = {
        "full_name": "Trần Văn Thử",
        "username": "thu",
        "password": "Mot-mat-khau-dai-9",
        "organisation": department.pk,
        "kind": "approve_report",
    }

    assert "không giữ chức vụ lãnh đạo nào" in text(client.post(reverse("people:add"), data))
    assert not User.objects.filter(username="thu").exists()

    client.post(reverse("people:add"), data | {"title": "Giám đốc"})
    assert Appointment.objects.get(person__username="thu").title == "Giám đốc"
    assert Duty.objects.get(person__username="thu").kind == "approve_report"


def test_administration_is_handed_over_from_the_persons_page(
    signed_in, admin, unit_admin, clerk, department, regulated
) -> None:
    client = signed_in(admin)
    duty = unit_admin.duties.get()
    assert reverse("people:hand_over", args=[duty.pk]) in text(
        client.get(reverse("people:person", args=[unit_admin.pk]))
    )

    client.post(
        reverse("people:hand_over", args=[duty.pk]), {"successor": clerk.pk, "on": f"{TODAY:%d/%m/%Y}"}
    )

    assert Duty.objects.on(TODAY).get(kind="unit_admin").person == clerk
    assert (
        client.get(reverse("people:hand_over", args=[clerk.duties.get(kind="enter").pk])).status_code == 302
    )
