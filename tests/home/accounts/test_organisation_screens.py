from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.urls import NoReverseMatch, reverse

from home.accounts.models import DutyKind
from home.organisations import services
from home.organisations.models import Affiliation, Organisation
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

INDEX = "/admin/co-quan/"


def names(response) -> list[str]:
    return [row.name for row in response.context["object_list"]]


@pytest.fixture
def province(committee, department, other_department) -> Organisation:
    services.rebuild_paths()
    return committee


def test_everybody_who_is_signed_in_reads_organisations(signed_in, clerk, department) -> None:
    client = signed_in(clerk)

    assert "Sở Tài chính" in client.get(INDEX).content.decode()
    page = client.get(f"{INDEX}inspect/{department.pk}/").content.decode()
    assert "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA" in page
    assert "Sửa thông tin" not in page
    assert "Thêm cấp trên" not in page


def test_who_is_not_signed_in_is_sent_to_the_sign_in(client, department) -> None:
    for address in (INDEX, f"{INDEX}inspect/{department.pk}/", "/admin/nguoi-dung/", "/admin/nhat-ky/"):
        assert "/dang-nhap/" in client.get(address)["Location"]


CHANGING = [
    "new/",
    "edit/{organisation}/",
    "{organisation}/cap-tren/",
    "quan-he/{relation}/ket-thuc/",
    "{organisation}/ma/",
    "nhap/",
    "nhap/mau.csv",
]


@pytest.mark.parametrize("address", [*CHANGING, "nhap/xac-nhan/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_but_system_administrators_reaches_what_changes_organisations(
    signed_in, department, address, method
) -> None:
    somebody = make_person("ai-do", department, *set(DutyKind) - {DutyKind.SYSTEM_ADMIN})
    somebody.user_permissions.add(*Permission.objects.filter(content_type__app_label="organisations"))
    relation = Affiliation.objects.get(child=department)
    before = list(Organisation.objects.values()), list(Affiliation.objects.values())
    address = INDEX + address.format(organisation=department.pk, relation=relation.pk)

    response = getattr(signed_in(somebody), method)(address, {"name": "Tên khác", "on": "21/11/2026"})

    assert (response.status_code, response.get("Location")) in [(302, "/admin/"), (405, None)]
    assert (list(Organisation.objects.values()), list(Affiliation.objects.values())) == before


@pytest.mark.parametrize("address", CHANGING)
def test_a_system_administrator_reaches_all_of_it(signed_in, admin, department, address) -> None:
    relation = Affiliation.objects.get(child=department)
    address = INDEX + address.format(organisation=department.pk, relation=relation.pk)

    assert signed_in(admin).get(address).status_code == 200


@pytest.mark.parametrize("name", ["delete", "copy", "history", "usage", "history_results", "reorder"])
def test_nothing_generic_is_routed(name, department) -> None:
    for namespace in ("organisations", "audit"):
        with pytest.raises(NoReverseMatch):
            reverse(f"{namespace}:{name}", args=[department.pk])


def test_no_right_to_organisations_or_the_log_is_offered_on_the_screen_of_groups(signed_in, root) -> None:
    page = signed_in(root).get(reverse("wagtailusers_groups:add")).content.decode()

    offered = Permission.objects.filter(content_type__model__in=["organisation", "auditentry"])
    assert offered.count() == 5
    assert not [
        right.codename for right in offered if f'value="{right.pk}"' in page and right.codename in page
    ]


def test_the_list_finds_without_diacritics_by_name_and_code(signed_in, clerk, province) -> None:
    client = signed_in(clerk)

    assert names(client.get(INDEX, {"q": "so tai chinh"})) == ["Sở Tài chính"]
    assert names(client.get(INDEX, {"q": "sdl"})) == ["Sở Du lịch"]
    assert "Không có đơn vị nào phù hợp" in client.get(INDEX, {"q": "xyz"}).content.decode()


def test_the_list_shows_what_exists_today_unless_asked_otherwise(signed_in, clerk, other_department) -> None:
    Organisation.objects.filter(pk=other_department.pk).update(valid_to=date(2025, 6, 30))
    client = signed_in(clerk)

    assert "Sở Du lịch" not in names(client.get(INDEX))
    assert names(client.get(INDEX, {"state": "ket_thuc"})) == ["Sở Du lịch"]
    assert {"Sở Du lịch", "Sở Tài chính"} <= set(names(client.get(INDEX, {"state": "tat_ca"})))
    assert names(client.get(INDEX, {"kind": "ubnd"})) == ["Ủy ban nhân dân tỉnh Khánh Hòa"]


def test_an_empty_list_says_what_will_come(signed_in, root) -> None:
    assert "Chưa có đơn vị nào. Người quản trị hệ thống thêm" in signed_in(root).get(INDEX).content.decode()


@pytest.mark.requirement("R48", part="focal persons shown, warning where there is none")
def test_a_unit_without_administrator_is_pointed_out(
    signed_in, unit_admin, department, other_department
) -> None:
    client = signed_in(unit_admin)

    assert "Chưa có" not in client.get(f"{INDEX}inspect/{department.pk}/").content.decode()
    page = client.get(f"{INDEX}inspect/{other_department.pk}/").content.decode()
    assert "Đơn vị chưa có người quản trị. Mỗi đơn vị cần ít nhất một người." in page
    assert "Sở Tài chính" not in names(client.get(INDEX, {"administrator": "khong"}))
    assert "Sở Du lịch" in names(client.get(INDEX, {"administrator": "khong"}))


@pytest.mark.parametrize("rows", [3, 30])
def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    signed_in, clerk, committee, rows, django_assert_num_queries
) -> None:
    for number in range(rows):
        unit = Organisation.objects.create(code=f"XA{number}", name=f"Xã {number}", kind="ubnd", level="xa")
        Affiliation.objects.create(child=unit, parent=committee)
        make_person(f"quantri{number}", unit, DutyKind.UNIT_ADMIN)
    client = signed_in(clerk)
    client.get(INDEX)

    with django_assert_num_queries(13):
        client.get(INDEX)


@pytest.mark.parametrize("rows", [3, 30])
def test_an_organisation_asks_the_same_number_of_questions_however_much_hangs_on_it(
    signed_in, clerk, committee, rows, django_assert_num_queries
) -> None:
    for number in range(rows):
        unit = Organisation.objects.create(code=f"XA{number}", name=f"Xã {number}", kind="ubnd", level="xa")
        Affiliation.objects.create(child=unit, parent=committee)
        Affiliation.objects.create(child=committee, parent=unit, kind="dia_ban")
        services.give_code(committee, "noi_bo", f"M{number}", valid_from=date(2000 + number, 1, 1))
        services.open_division(committee, f"p{number}", f"Phòng {number}")
        committee.successions_in.create(predecessor=unit, kind="sap_nhap", on=date(2025, 7, 1))
        make_person(f"quantri{number}", committee, DutyKind.UNIT_ADMIN)
    client = signed_in(clerk)
    client.get(f"{INDEX}inspect/{committee.pk}/")

    with django_assert_num_queries(17):
        client.get(f"{INDEX}inspect/{committee.pk}/")


NEW = {"code": "SYT", "name": "Sở Y tế", "kind": "so", "level": "tinh"}


def test_an_organisation_is_entered_and_corrected_through_the_services(signed_in, admin) -> None:
    client = signed_in(admin)

    made = client.post(f"{INDEX}new/", NEW)
    health = Organisation.objects.get(code="SYT")
    assert made["Location"] == f"{INDEX}inspect/{health.pk}/"
    assert health.valid_from == services.ALWAYS

    client.post(f"{INDEX}edit/{health.pk}/", NEW | {"name": "Sở Y tế tỉnh", "valid_from": "02/03/2025"})
    health.refresh_from_db()
    assert (health.name, health.valid_from) == ("Sở Y tế tỉnh", date(2025, 3, 2))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"valid_from": "01/07/2025", "valid_to": "30/06/2025"}, "Ngày kết thúc đứng trước ngày bắt đầu"),
        ({"code": "STC"}, "Mã"),
    ],
)
def test_what_the_service_refuses_is_said_on_the_form(signed_in, admin, department, more, message) -> None:
    response = signed_in(admin).post(f"{INDEX}new/", NEW | more)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Organisation.objects.filter(name="Sở Y tế").exists()


def test_relations_codes_and_divisions_are_entered_on_the_screen(
    signed_in, admin, department, other_department
) -> None:
    client = signed_in(admin)
    base = f"{INDEX}{department.pk}"

    client.post(
        f"{base}/cap-tren/", {"parent": other_department.pk, "kind": "bao_cao", "valid_from": "01/01/2026"}
    )
    client.post(f"{base}/ma/", {"scheme": "qd20", "value": "H32.05"})
    client.post(f"{base}/phong-ban/", {"code": "ns", "name": "Phòng Ngân sách"})
    page = client.get(f"{INDEX}inspect/{department.pk}/").content.decode()

    for text in ("Báo cáo đến", "Sở Du lịch", "từ 01/01/2026", "H32.05", "Phòng Ngân sách (ns)"):
        assert text in page

    relation = Affiliation.objects.get(parent=other_department)
    client.post(f"{INDEX}quan-he/{relation.pk}/ket-thuc/", {"on": "21/11/2026"})
    relation.refresh_from_db()
    assert relation.valid_to == date(2026, 11, 20)


def test_a_circle_is_refused_on_the_form_with_the_chain(signed_in, admin, committee, department) -> None:
    response = signed_in(admin).post(
        f"{INDEX}{committee.pk}/cap-tren/", {"parent": department.pk, "kind": "truc_thuoc"}
    )

    assert response.status_code == 200
    assert (
        "Sở Tài chính (STC) → Ủy ban nhân dân tỉnh Khánh Hòa (UBND) → Sở Tài chính (STC)"
        in response.content.decode()
    )


def test_a_succession_is_told_on_both_sides(signed_in, clerk, committee) -> None:
    old = services.create_organisation("SKHDT", name="Sở Kế hoạch và Đầu tư", kind="so", level="tinh")
    new = services.create_organisation(
        "STC2", name="Sở Tài chính mới", kind="so", level="tinh", valid_from=date(2025, 3, 1)
    )
    services.succeed([old], [new], kind="sap_nhap", on=date(2025, 3, 1), by=None)
    client = signed_in(clerk)

    before = client.get(f"{INDEX}inspect/{old.pk}/").content.decode()
    after = client.get(f"{INDEX}inspect/{new.pk}/").content.decode()

    assert "kết thúc hoạt động; ngày cuối cùng là 28/02/2025" in before
    assert "Sở Tài chính mới</a>" in before
    assert "Sở Kế hoạch và Đầu tư</a>" in after
    for page in (before, after):
        assert "Sáp nhập, hợp nhất:" in page
        assert "<small>tiếp nhận công việc</small>" in page
