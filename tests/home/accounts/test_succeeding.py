"""The screen that records a succession, and the one that gives people their duties anew."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from home.accounts.duties import duties_of
from home.accounts.models import Appointment, Duty, DutyKind, User
from home.accounts.profiles.applying import apply
from home.accounts.succeeding import give_anew
from home.audit.models import AuditEntry
from home.organisations import services
from home.organisations.models import LegalAct, Organisation, Succession
from notifications.models import Message
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

SUCCEED = "/admin/co-quan/sap-xep/"


@pytest.fixture(autouse=True)
def paths(committee, department, other_department) -> None:
    services.rebuild_paths()


def filled(
    old: list[Organisation], *heirs: dict, kind: str, on: date | None = None, **more
) -> dict[str, str]:
    """What the screen sends; ``heirs`` are rows as they are typed."""
    sent = {"kind": kind, "on": f"{on or timezone.localdate():%d/%m/%Y}", "legal_act": "", **more}
    for prefix, rows in (("cu", [{"organisation": one.pk} for one in old]), ("moi", list(heirs))):
        sent |= {f"{prefix}-TOTAL_FORMS": str(len(rows) or 1), f"{prefix}-INITIAL_FORMS": "0"}
        for number, row in enumerate(rows):
            sent |= {f"{prefix}-{number}-{name}": str(value) for name, value in row.items()}
    return sent


def existing(organisation: Organisation, **more) -> dict:
    return {"organisation": organisation.pk, **more}


def new(code: str, name: str, **more) -> dict:
    return {"code": code, "name": name, **more}


def confirmed(client, sent: dict[str, str]):
    """As a person does it: looks, then confirms what he has seen."""
    shown = client.post(SUCCEED, sent | {"step": "preview"})
    seen = re.search(r'name="seen" value="(\w+)"', shown.content.decode())
    assert seen, shown.content.decode()
    return client.post(SUCCEED, sent | {"step": "confirm", "seen": seen[1]})


def errors(response) -> dict[str, list[str]]:
    typed = response.context["typed"]
    parts = [typed.main, *typed.old, *typed.new]
    return {field: list(said) for part in parts for field, said in part.errors.items()}


@pytest.fixture
def act(db) -> LegalAct:
    day = date(2025, 6, 12)
    return LegalAct.objects.create(
        number="202/2025/QH15",
        kind="Nghị quyết",
        issuer="Quốc hội",
        title="Sắp xếp",
        signed_on=day,
        valid_from=day,
    )


@pytest.mark.requirement("X17", part="recorded on a screen")
@pytest.mark.requirement("X17", part="merge")
def test_a_merger_is_shown_in_words_then_done_and_logged(
    signed_in, admin, department, other_department, clerk, act
) -> None:
    client, today = signed_in(admin), timezone.localdate()
    sent = filled(
        [department, other_department], new("SKT", "Sở Kinh tế"), kind="sap_nhap", legal_act=str(act.pk)
    )

    shown = client.post(SUCCEED, sent | {"step": "preview"})

    page = shown.content.decode()
    assert "Lập đơn vị mới: <strong>Sở Kinh tế</strong> (SKT)." in page
    for name in ("Sở Tài chính", "Sở Du lịch"):
        assert f"<strong>{name}</strong> kết thúc hoạt động" in page
    assert f"ngày cuối cùng là {today - timedelta(days=1):%d/%m/%Y}" in page
    assert "<strong>Sở Kinh tế</strong> tiếp nhận công việc còn lại" in page
    assert f"{clerk}: Nhập liệu" in page
    assert "theo Nghị quyết số 202/2025/QH15" in page
    assert not Organisation.objects.filter(code="SKT").exists()
    assert not Succession.objects.exists()
    assert not AuditEntry.objects.filter(verb="organisation.succeed").exists()

    done = confirmed(client, sent)

    merged = Organisation.objects.get(code="SKT")
    assert (merged.kind, merged.level, merged.valid_from) == (department.kind, department.level, today)
    assert done["Location"] == f"/admin/co-quan/{department.pk}/giao-lai/{merged.pk}/"
    rows = Succession.objects.order_by("predecessor__code")
    assert [(row.predecessor, row.successor, row.answers, row.legal_act) for row in rows] == [
        (other_department, merged, True, act),
        (department, merged, True, act),
    ]
    department.refresh_from_db()
    assert department.valid_to == today - timedelta(days=1)
    assert not duties_of(User.objects.get(pk=clerk.pk))
    entry = AuditEntry.objects.filter(verb="organisation.succeed", organisation="STC").get()
    assert entry.person == admin


def test_a_split_asks_who_answers_and_shares_equally_unless_told(
    signed_in, admin, department, other_department
) -> None:
    client = signed_in(admin)
    heirs = [existing(other_department), new("SGD", "Sở Giao dịch")]

    refused = client.post(SUCCEED, filled([department], *heirs, kind="chia_tach") | {"step": "preview"})

    assert "Hãy nêu đơn vị tiếp nhận công việc còn lại của Sở Tài chính" in errors(refused)["answers"][0]
    assert not Organisation.objects.filter(code="SGD").exists()

    both = [heir | {"answers": "on"} for heir in heirs]
    refused = client.post(SUCCEED, filled([department], *both, kind="chia_tach") | {"step": "preview"})
    assert errors(refused)["answers"] == ["Chỉ một đơn vị tiếp nhận công việc còn lại."]

    heirs[1]["answers"] = "on"
    confirmed(client, filled([department], *heirs, kind="chia_tach"))
    department.refresh_from_db()
    assert department.answering(timezone.localdate()).code == "SGD"
    assert {str(row.share) for row in Succession.objects.all()} == {"0.500000"}


def test_parts_are_typed_as_percentages_with_a_comma_and_make_up_the_whole(
    signed_in, admin, department, other_department
) -> None:
    client = signed_in(admin)
    heirs = [existing(other_department, share="62,5"), new("SGD", "Sở Giao dịch", share="30", answers="on")]

    refused = client.post(SUCCEED, filled([department], *heirs, kind="chia_tach") | {"step": "preview"})
    assert "cộng lại bằng 0,925; phải bằng 1" in errors(refused)["share"][0]

    heirs[1]["share"] = "37,5"
    confirmed(client, filled([department], *heirs, kind="chia_tach"))
    assert {str(row.share) for row in Succession.objects.all()} == {"0.625000", "0.375000"}


def test_who_absorbs_another_goes_on(signed_in, admin, department, other_department) -> None:
    client = signed_in(admin)
    sent = filled([department, other_department], existing(department), kind="sap_nhap")

    page = client.post(SUCCEED, sent | {"step": "preview"}).content.decode()
    assert "<strong>Sở Tài chính</strong> tiếp tục hoạt động" in page
    confirmed(client, sent)

    department.refresh_from_db()
    other_department.refresh_from_db()
    assert department.valid_to is None
    assert other_department.answering(timezone.localdate()) == department


def test_abolition_says_that_nobody_answers(signed_in, admin, department) -> None:
    client = signed_in(admin)
    sent = filled([department], kind="ket_thuc")

    assert "Không đơn vị nào tiếp nhận" in client.post(SUCCEED, sent | {"step": "preview"}).content.decode()
    done = confirmed(client, sent)

    assert done["Location"] == f"/admin/co-quan/inspect/{department.pk}/"
    assert Succession.objects.get().successor is None


@pytest.mark.parametrize("kind", ["doi_ten", "nang_cap"])
def test_who_is_renamed_or_upgraded_ends_and_the_next_goes_on(signed_in, admin, department, kind) -> None:
    confirmed(signed_in(admin), filled([department], new("STC2", "Sở Tài chính mới"), kind=kind))

    department.refresh_from_db()
    assert department.answering(timezone.localdate()).name == "Sở Tài chính mới"


TODAY = timezone.localdate()
BAD = {
    "itself": ("doi_ten", ["STC"], ["STC"], TODAY, "organisation", "không thể kế thừa chính mình"),
    "ended successor": ("sap_nhap", ["STC"], ["CU"], TODAY, "organisation", "đã kết thúc hoạt động ngày"),
    "ended predecessor": ("sap_nhap", ["CU"], ["STC"], TODAY, "organisation", "không thể kết thúc từ ngày"),
    "before it existed": ("sap_nhap", ["MOI"], ["STC"], date(2019, 1, 1), "on", "không thể kết thúc từ ngày 01/01/2019"),
    "future": ("sap_nhap", ["STC"], ["SDL"], TODAY + timedelta(days=1), "on", "Ngày ở tương lai"),
    "twice": ("sap_nhap", ["STC", "STC"], ["SDL"], TODAY, "organisation", "được nêu hai lần"),
    "nothing that ends": ("sap_nhap", [], ["SDL"], TODAY, "organisation", "Hãy chọn đơn vị được sắp xếp"),
    "nobody that goes on": ("sap_nhap", ["STC"], [], TODAY, "organisation", "Hãy nêu đơn vị kế thừa"),
    "abolished into": ("ket_thuc", ["STC"], ["SDL"], TODAY, "organisation", "không có đơn vị kế thừa"),
    "split into one": ("chia_tach", ["STC"], ["SDL"], TODAY, "organisation", "từ hai đơn vị trở lên"),
    "two renamed": ("doi_ten", ["STC", "SDL"], ["MOI"], TODAY, "organisation", "chỉ ghi cho một đơn vị"),
    "merged into two": ("sap_nhap", ["STC"], ["SDL", "MOI"], TODAY, "organisation", "chỉ có một đơn vị kế thừa"),
    "no such kind": ("bay", ["STC"], ["SDL"], TODAY, "kind", "không có trong danh sách lựa chọn"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused_at_the_field_and_nothing_is_written(
    signed_in, admin, department, other_department, case
) -> None:
    services.create_organisation(
        "CU", name="Sở cũ", kind="so", level="tinh", valid_to=TODAY - timedelta(days=40)
    )
    services.create_organisation("MOI", name="Sở mới", kind="so", level="tinh", valid_from=date(2020, 1, 1))
    known = {one.code: one for one in Organisation.objects.all()}
    kind, old, heirs, on, field, said = BAD[case]
    before = list(Organisation.objects.values()), AuditEntry.objects.count()
    sent = filled([known[code] for code in old], *(existing(known[code]) for code in heirs), kind=kind, on=on)

    for step in ({"step": "preview"}, {"step": "confirm", "seen": ""}):
        response = signed_in(admin).post(SUCCEED, sent | step)

        assert response.status_code == 200
        assert any(said in one for one in errors(response)[field]), errors(response)
    assert (list(Organisation.objects.values()), AuditEntry.objects.count()) == before
    assert not Succession.objects.exists()


def test_what_has_passed_on_does_not_come_back_in_a_circle(
    signed_in, admin, department, other_department
) -> None:
    confirmed(signed_in(admin), filled([department], existing(other_department), kind="sap_nhap"))

    back = filled([other_department], existing(department), kind="sap_nhap")
    response = signed_in(admin).post(SUCCEED, back | {"step": "preview"})

    assert "Sở Tài chính đã kết thúc hoạt động" in errors(response)["organisation"][0]
    assert Succession.objects.count() == 1


def test_a_new_organisation_needs_a_name_and_a_free_code(signed_in, admin, department) -> None:
    client = signed_in(admin)

    nameless = client.post(
        SUCCEED, filled([department], {"code": "MOI"}, kind="doi_ten") | {"step": "preview"}
    )
    assert "Hãy ghi tên và mã" in errors(nameless)["name"][0]
    taken = client.post(SUCCEED, filled([department], new("SDL", "X"), kind="doi_ten") | {"step": "preview"})
    assert "Mã SDL đã được dùng" in errors(taken)["code"][0]
    both = existing(department) | new("MOI", "Sở mới")
    refused = client.post(SUCCEED, filled([department], both, kind="doi_ten") | {"step": "preview"})
    assert "Đã chọn đơn vị có sẵn" in errors(refused)["name"][0]


def test_what_has_changed_since_it_was_shown_is_shown_anew(signed_in, admin, department) -> None:
    client = signed_in(admin)
    sent = filled([department], new("STC2", "Sở Tài chính mới"), kind="doi_ten")
    shown = client.post(SUCCEED, sent | {"step": "preview"}).context["outcome"]
    make_person("moi-vao", department, DutyKind.ENTER)

    again = client.post(SUCCEED, sent | {"step": "confirm", "seen": shown.seen})

    assert "Người khác vừa sửa" in again.content.decode()
    assert "moi-vao: Nhập liệu" in again.content.decode()
    assert not Succession.objects.exists()
    assert not Organisation.objects.filter(code="STC2").exists()


@pytest.mark.parametrize(("step", "prefix"), [("more_old", "cu"), ("more_new", "moi")])
def test_a_row_more_keeps_what_was_typed_and_finds_no_fault_yet(
    signed_in, admin, department, step, prefix
) -> None:
    sent = filled([department], new("STC2", ""), kind="doi_ten")

    response = signed_in(admin).post(SUCCEED, sent | {"step": step})

    page = response.content.decode()
    assert f'name="{prefix}-1-organisation"' in page
    assert 'value="STC2"' in page
    assert errors(response) == {}


@pytest.mark.parametrize("total", ["", "x", "-1", "99999999999999"])
def test_rows_counted_by_a_hand_break_nothing(signed_in, admin, department, total) -> None:
    sent = filled([department], kind="ket_thuc") | {"cu-TOTAL_FORMS": total}

    for step in ("more_old", "more_new", "preview", "confirm", "back", ""):
        assert signed_in(admin).post(SUCCEED, sent | {"step": step}).status_code == 200
    assert not Succession.objects.exists()


@pytest.mark.parametrize("number", ["abc", "999999", "9" * 30, "\0"])
def test_an_unknown_organisation_in_the_address_is_none(signed_in, admin, number) -> None:
    assert signed_in(admin).get(SUCCEED, {"don-vi": number}).status_code in (200, 400, 404)


def test_nobody_else_records_a_succession(signed_in, unit_admin, department, other_department) -> None:
    sent = filled([department], existing(other_department), kind="sap_nhap")

    for step in ("preview", "confirm"):
        assert signed_in(unit_admin).post(SUCCEED, sent | {"step": step})["Location"] == "/admin/"
    assert not Succession.objects.exists()


# ---- duties given anew


@pytest.fixture
def renamed(department, clerk, leader, admin) -> Organisation:
    heir = services.create_organisation(
        "STC2", name="Sở Tài chính mới", kind="so", level="tinh", valid_from=timezone.localdate()
    )
    services.succeed([department], [heir], kind="doi_ten", on=timezone.localdate(), by=admin)
    return heir


def address(old: Organisation, heir: Organisation) -> str:
    return f"/admin/co-quan/{old.pk}/giao-lai/{heir.pk}/"


@pytest.mark.requirement("X17", part="duties given anew at the successor")
def test_the_duties_ticked_are_given_at_the_successor_and_their_people_told(
    signed_in, admin, department, clerk, renamed
) -> None:
    scoped = make_person("theo-bieu", department, DutyKind.ENTER, scopes=["form:BM01"])
    client = signed_in(admin)
    page = client.get(address(department, renamed)).content.decode()
    assert "Nhập liệu (biểu BM01)" in page

    chosen = Duty.objects.filter(person__in=[clerk, scoped], kind=DutyKind.ENTER)
    done = client.post(
        address(department, renamed), {"duty": [duty.pk for duty in chosen], "basis": "Quyết định số 1"}
    )

    assert done["Location"] == f"/admin/co-quan/inspect/{renamed.pk}/"
    given = {duty.person: duty for duty in Duty.objects.filter(organisation=renamed)}
    assert given.keys() == {clerk, scoped}
    assert [row.scope for row in given[scoped].scopes.all()] == ["form:BM01"]
    assert (given[clerk].valid_from, given[clerk].basis) == (timezone.localdate(), "Quyết định số 1")
    assert set(Message.objects.filter(code="account.given_anew").values_list("recipient", flat=True)) == {
        clerk.pk,
        scoped.pk,
    }
    assert duties_of(User.objects.get(pk=clerk.pk)).holds(DutyKind.ENTER, department.pk)
    assert AuditEntry.objects.get(verb="duty.give_anew").organisation == "STC2"


def test_what_cannot_be_given_is_not_offered(signed_in, admin, department, leader, clerk, renamed) -> None:
    deciding = Duty.objects.filter(person=leader, kind=DutyKind.APPROVE_REPORT).get()
    client = signed_in(admin)

    page = client.get(address(department, renamed)).content.decode()
    assert "Cần ghi chức vụ tại đơn vị mới trước" in page
    assert f'value="{deciding.pk}"' not in page
    refused = client.post(address(department, renamed), {"duty": [deciding.pk]})
    assert refused["Location"] == address(department, renamed)
    assert not Duty.objects.filter(organisation=renamed).exists()
    assert not Appointment.objects.filter(organisation=renamed).exists()

    Appointment.objects.create(person=leader, organisation=renamed, title="Giám đốc")
    client.post(address(department, renamed), {"duty": [deciding.pk]})
    assert Duty.objects.get(organisation=renamed).kind == DutyKind.APPROVE_REPORT
    assert "Đã có" in client.get(address(department, renamed)).content.decode()


def test_nothing_ticked_gives_nothing(signed_in, admin, department, clerk, renamed) -> None:
    page = signed_in(admin).post(address(department, renamed), {}).content.decode()

    assert "Hãy đánh dấu ít nhất một nhiệm vụ." in page
    assert not Duty.objects.filter(organisation=renamed).exists()


def test_one_that_cannot_be_given_keeps_back_all(signed_in, admin, department, clerk, renamed) -> None:
    """The province allows two administrators: the third is refused, and with him the rest."""
    apply("khanh_hoa")
    managers = [make_person(f"quantri{number}", department, DutyKind.UNIT_ADMIN) for number in range(3)]
    pks = [duty.pk for duty in Duty.objects.filter(organisation=department, person__in=[clerk, *managers])]

    page = signed_in(admin).post(address(department, renamed), {"duty": pks}).content.decode()

    assert "quy chế cho phép" in page
    assert not Duty.objects.filter(organisation=renamed).exists()


def test_only_to_a_successor_and_only_by_who_administers_it(
    signed_in, admin, unit_admin, department, other_department, clerk, renamed
) -> None:
    duty = Duty.objects.filter(person=clerk).first()
    ways = [(department, other_department), (renamed, department), (department, department)]

    for old, heir in ways:
        assert signed_in(admin).post(address(old, heir), {"duty": [duty.pk]})["Location"] == "/admin/"
        with pytest.raises(PermissionDenied):
            give_anew(old, heir, {duty.pk}, by=admin)
    assert signed_in(unit_admin).get(address(department, renamed))["Location"] == "/admin/"
    own = make_person("quantri-moi", renamed, DutyKind.UNIT_ADMIN)
    assert signed_in(own).get(address(department, renamed)).status_code == 200
    assert not Duty.objects.filter(organisation=other_department, person=clerk).exists()


def test_the_page_of_an_organisation_tells_its_whole_course(
    signed_in, clerk, admin, other_department
) -> None:
    codes = ["A", "B", "C"]
    first, second, third = (
        services.create_organisation(code, name=f"Sở {code}", kind="so", level="tinh") for code in codes
    )
    services.succeed([first], [second], kind="doi_ten", on=date(2025, 3, 1), by=admin)
    services.succeed([second], [third], kind="sap_nhap", on=date(2025, 7, 1), by=admin)

    for one in (first, second, third):
        page = signed_in(clerk).get(f"/admin/co-quan/inspect/{one.pk}/").content.decode()
        course = page[page.index('class="linked course"') :]
        assert course.index("01/03/2025") < course.index("01/07/2025")
        assert "Giao lại nhiệm vụ" not in course
    shown = signed_in(admin).get(f"/admin/co-quan/inspect/{second.pk}/").content.decode()
    assert address(first, second) in shown
