"""Somebody leaves: his open work is named, and one step passes all of it on."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail import hooks

from home.accounts import asking, focal, leaving, services
from home.accounts.assigning import assign, board, set_members
from home.accounts.duties import duties_of
from home.accounts.leaving import OpenWork
from home.accounts.models import Appointment, Duty, DutyKind, FocalPerson, User
from home.accounts.profiles.applying import apply
from home.accounts.services import AccountError, Outdated
from home.audit.models import AuditEntry
from home.organisations.models import Division
from notifications.models import Message
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def held(person: User) -> set[tuple[str, frozenset[str]]]:
    return {(duty.kind, duty.scopes) for duty in duties_of(User.objects.get(pk=person.pk)).duties}


def hand_over(person, successor, by, **more):
    return leaving.hand_over(
        person, successor, by=by, seen_as=leaving.seen(leaving.unfinished_duties(person)), **more
    )


@pytest.fixture
def leaver(department) -> User:
    person = make_person("nghihuu", department, DutyKind.ENTER, scopes=["form:BM01", "row:BM02/1"])
    services.grant(person, DutyKind.SEND, department, by=None, valid_to=TODAY + timedelta(days=30))
    services.grant(person, DutyKind.VIEW, department, by=None, valid_from=TODAY + timedelta(days=5))
    return person


@pytest.mark.requirement("R43", part="withdrawal")
def test_the_successor_holds_the_same_from_today(department, leaver, reviewer, unit_admin) -> None:
    passed = hand_over(leaver, reviewer, unit_admin, basis="QĐ 12", close=True)

    assert len(passed) == 3
    assert {("enter", frozenset({"form:BM01", "row:BM02/1"})), ("send", frozenset())} < held(reviewer)
    assert reviewer.duties.get(kind="send").valid_to == TODAY + timedelta(days=30)
    assert reviewer.duties.get(kind="view").valid_from == TODAY + timedelta(days=5)
    assert set(reviewer.duties.exclude(kind="review").values_list("basis", flat=True)) == {"QĐ 12"}
    assert not Duty.objects.filter(person=leaver, valid_to=None).exists()
    leaver.refresh_from_db()
    assert not leaver.is_active
    entry = AuditEntry.objects.get(verb="account.hand_over")
    assert (entry.label, entry.person, entry.data["successor"]) == (str(leaver), unit_admin, "truongphong")


def test_both_are_told(department, leaver, reviewer, unit_admin) -> None:
    hand_over(leaver, reviewer, unit_admin)

    told = Message.objects.filter(code="account.handed_over")
    assert {message.recipient for message in told} == {leaver, reviewer}
    assert "Nhập liệu, Sở Tài chính" in told.first().body


def test_who_did_what_stays(department, leaver, reviewer, unit_admin) -> None:
    duty = leaver.duties.get(kind="enter")
    request = AuditEntry.objects.create(verb="x.y", person=leaver, at=timezone.now())

    hand_over(leaver, reviewer, unit_admin)

    duty.refresh_from_db()
    request.refresh_from_db()
    assert (duty.person, duty.valid_to, request.person) == (leaver, TODAY - timedelta(days=1), leaver)


def test_offices_are_not_inherited_and_approving_needs_one(
    department, leader, data_leader, unit_admin
) -> None:
    with pytest.raises(AccountError, match="không giữ chức vụ lãnh đạo"):
        hand_over(leader, data_leader, unit_admin)
    assert held(leader) == {("approve_report", frozenset())}

    services.appoint(data_leader, department, title="Phó Giám đốc", by=None)
    hand_over(leader, data_leader, unit_admin)

    assert ("approve_report", frozenset()) in held(data_leader)
    assert Appointment.objects.get(person=leader).valid_to is None
    assert not Appointment.objects.filter(person=data_leader, title="Giám đốc").exists()


def test_delegations_end_and_are_not_passed_on(department, data_leader, leaver, reviewer, unit_admin) -> None:
    delegated = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=9), "basis": "QĐ 3"}
    given = services.grant(reviewer, "approve_data", department, by=None, acting_for=data_leader, **delegated)
    services.appoint(leaver, department, title="Phó Giám đốc", by=None)
    hand_over(data_leader, leaver, unit_admin)
    given.refresh_from_db()
    assert given.valid_to < TODAY

    received = services.grant(reviewer, "approve_data", department, by=None, acting_for=leaver, **delegated)
    other = make_person("khac", department, DutyKind.VIEW)
    hand_over(reviewer, other, unit_admin)
    received.refresh_from_db()
    assert received.valid_to < TODAY
    assert "approve_data" not in {kind for kind, _ in held(other)}


def test_what_the_successor_has_already_is_not_given_twice(department, leaver, clerk, unit_admin) -> None:
    hand_over(leaver, clerk, unit_admin)

    assert clerk.duties.filter(kind="enter").count() == 1


def test_the_only_administrator_is_followed_at_once(department, unit_admin, clerk, admin) -> None:
    apply("khanh_hoa")

    hand_over(unit_admin, clerk, admin)

    assert ("unit_admin", frozenset()) in held(clerk)
    assert not held(unit_admin)


def test_places_in_divisions_are_taken_over(department, leaver, reviewer, unit_admin) -> None:
    division = Division.objects.create(organisation=department, code="ns", name="Phòng Ngân sách")
    set_members(division, [leaver], seen=(), by=unit_admin)
    assign(
        department,
        DutyKind.ENTER,
        {f"d{division.pk}": {"form:BM09"}},
        offered=["form:BM09"],
        seen=board(department, DutyKind.ENTER).seen,
        by=unit_admin,
    )

    hand_over(leaver, reviewer, unit_admin)

    assert [row.person for row in division.members.filter(valid_to=None)] == [reviewer]
    assert ("enter", frozenset({"form:BM09"})) in held(reviewer)
    assert not Duty.objects.on(TODAY).filter(person=leaver).exists()


def test_what_is_not_the_administrators_to_give_stays(
    department, other_department, leaver, reviewer, unit_admin
) -> None:
    services.grant(leaver, DutyKind.VIEW, other_department, by=None)

    hand_over(leaver, reviewer, unit_admin)

    assert held(leaver) == {("view", frozenset())}
    assert not reviewer.duties.filter(organisation=other_department).exists()
    with pytest.raises(PermissionDenied):
        hand_over(leaver, reviewer, unit_admin)


def test_an_account_others_rely_on_is_not_closed_with_it(
    department, other_department, leaver, reviewer, unit_admin
) -> None:
    services.grant(leaver, DutyKind.VIEW, other_department, by=None)

    with pytest.raises(PermissionDenied):
        hand_over(leaver, reviewer, unit_admin, close=True)
    assert len(held(leaver)) == 3


def test_who_has_changed_the_duties_meanwhile_is_not_overrun(
    department, leaver, reviewer, unit_admin, admin
) -> None:
    seen = leaving.seen(leaving.unfinished_duties(leaver))
    services.grant(leaver, DutyKind.ISSUE, department, by=admin)

    with pytest.raises(Outdated):
        leaving.hand_over(leaver, reviewer, by=unit_admin, seen_as=seen)


@pytest.mark.parametrize("successor", ["leaver", "closed"])
def test_nobody_takes_over_from_himself_or_with_a_closed_account(
    department, leaver, clerk, unit_admin, admin, successor
) -> None:
    if successor == "closed":
        services.close_account(clerk, by=admin)

    with pytest.raises(AccountError):
        hand_over(leaver, leaver if successor == "leaver" else clerk, unit_admin)


def test_all_that_hangs_on_somebody_is_named(department, data_leader, reviewer, unit_admin) -> None:
    services.appoint(data_leader, department, title="Phó Giám đốc", by=None)
    services.grant(
        reviewer,
        "approve_data",
        department,
        by=None,
        acting_for=data_leader,
        valid_from=TODAY,
        valid_to=TODAY,
        basis="QĐ 3",
    )
    asking.ask(
        "create",
        department,
        by=data_leader,
        full_name="Nguyễn Văn An",
        duties=["enter"],
        document_number="1",
        document_date=TODAY,
    )
    focal.name_focal_person(department, data_leader, "reporting", by=unit_admin)

    with hooks.register_temporarily(
        "portal_open_work", lambda person: [OpenWork("Duyệt số liệu tháng 5", department.pk)]
    ):
        work = leaving.open_work(data_leader)

    assert [one.label for one in work] == [
        "Duyệt số liệu tháng 5",
        f"Ủy quyền “Duyệt số liệu” cho Người truongphong đến hết {TODAY:%d/%m/%Y}, Sở Tài chính",
        "Đề nghị đang chờ quyết định – Nguyễn Văn An",
        "Đầu mối báo cáo của Sở Tài chính",
    ]
    assert work[-1].alone
    assert "Nhận ủy quyền" in leaving.open_work(reviewer)[0].label


def test_the_result_of_what_he_asked_goes_to_the_administrator(department, leader, unit_admin, admin) -> None:
    request = asking.ask(
        "create",
        department,
        by=leader,
        full_name="Nguyễn Văn An",
        duties=["enter"],
        document_number="1",
        document_date=TODAY,
    )
    services.close_account(leader, by=admin)

    asking.refuse_request(request, by=admin, reason="Thiếu")

    assert Message.objects.get(code="account.request_refused").recipient == unit_admin


# Focal persons


@pytest.mark.requirement("R48", part="focal persons shown, warning where there is none")
def test_a_focal_person_is_named_shown_and_missed(client, department, leaver, unit_admin) -> None:
    client.force_login(unit_admin)
    page, index = f"/admin/co-quan/inspect/{department.pk}/", "/admin/co-quan/?focal=khong"
    assert "Đơn vị chưa có đầu mối" in client.get(page).content.decode()
    assert "Sở Tài chính" in client.get(index).content.decode()

    client.post(f"/admin/co-quan/{department.pk}/dau-moi/", {"person": leaver.pk, "role": "technical"})

    shown = " ".join(client.get(page).content.decode().split())
    assert "Đơn vị chưa có đầu mối" not in shown
    assert "Đầu mối công nghệ thông tin: Người nghihuu" in shown
    assert 'href="mailto:nghihuu@example.vn"' in shown
    assert department not in client.get(index).context["object_list"]
    assert Message.objects.get(code="account.focal").recipient == leaver

    named = FocalPerson.objects.get()
    client.post(f"/admin/co-quan/dau-moi/{named.pk}/thoi/")
    assert "Đơn vị chưa có đầu mối" in client.get(page).content.decode()
    assert list(
        AuditEntry.objects.filter(verb__startswith="focal.").values_list("verb", flat=True).order_by("at")
    ) == [
        "focal.name",
        "focal.end",
    ]


def test_a_focal_person_whose_account_is_closed_is_none(
    client, department, leaver, unit_admin, admin
) -> None:
    focal.name_focal_person(department, leaver, "reporting", by=unit_admin)
    services.close_account(leaver, by=admin)
    client.force_login(unit_admin)

    assert "Đơn vị chưa có đầu mối" in client.get(f"/admin/co-quan/inspect/{department.pk}/").content.decode()


def test_a_stranger_or_somebody_out_of_reach_is_no_focal_person(
    department, outsider, leaver, unit_admin, clerk
) -> None:
    with pytest.raises(AccountError, match="không có nhiệm vụ, chức vụ nào"):
        focal.name_focal_person(department, outsider, "reporting", by=unit_admin)
    User.objects.filter(pk=leaver.pk).update(email="", phone="")
    leaver.refresh_from_db()
    with pytest.raises(AccountError, match="không ai liên hệ được"):
        focal.name_focal_person(department, leaver, "reporting", by=unit_admin)
    with pytest.raises(PermissionDenied):
        focal.name_focal_person(department, unit_admin, "reporting", by=clerk)
    named = focal.name_focal_person(department, clerk, "reporting", by=unit_admin)
    with pytest.raises(AccountError, match="đã là đầu mối báo cáo"):
        focal.name_focal_person(department, clerk, "reporting", by=unit_admin)
    with pytest.raises(PermissionDenied):
        focal.end_focal_person(named, by=clerk)


def test_the_successor_becomes_the_focal_person(department, leaver, reviewer, unit_admin) -> None:
    focal.name_focal_person(department, leaver, "reporting", by=unit_admin)

    hand_over(leaver, reviewer, unit_admin)

    assert [named.person for named in FocalPerson.objects.on(TODAY)] == [reviewer]


# The screens


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_screen_names_everything_and_asks_for_one_confirmation(
    client, department, leaver, reviewer, unit_admin
) -> None:
    client.force_login(unit_admin)
    url = f"/admin/nguoi-dung/{leaver.pk}/ban-giao/"
    with hooks.register_temporarily(
        "portal_open_work", lambda person: [OpenWork("Nhập tháng 5", department.pk, alone=True)]
    ):
        page = client.get(url)
    assert "Nhập tháng 5" in text(page)
    assert "không còn ai khác làm được" in text(page)
    typed = {"successor": reviewer.pk, "seen": page.context["form"]["seen"].value()}

    client.post(url, typed)
    assert not reviewer.duties.filter(kind="enter").exists()
    assert "Người khác vừa sửa" in text(
        client.post(url, typed | {"confirm": "on", "seen": "cu"}, follow=True)
    )
    done = client.post(url, typed | {"confirm": "on"}, follow=True)
    assert "Đã bàn giao 3 nhiệm vụ" in text(done)
    assert reviewer.duties.filter(kind="enter").exists()


def test_closing_and_taking_a_duty_warn_of_open_work(client, department, leaver, unit_admin) -> None:
    client.force_login(unit_admin)
    duty = leaver.duties.get(kind="enter")
    addresses = (f"{leaver.pk}/khoa/", f"nhiem-vu/{duty.pk}/ket-thuc/")

    with hooks.register_temporarily(
        "portal_open_work", lambda person: [OpenWork("Nhập tháng 5", department.pk)]
    ):
        for address in addresses:
            page = text(client.get(f"/admin/nguoi-dung/{address}"))
            assert "còn 1 việc đang mở" in page
            assert f'href="/admin/nguoi-dung/{leaver.pk}/ban-giao/"' in page
    assert "việc đang mở" not in text(client.get(f"/admin/nguoi-dung/{addresses[0]}"))


def test_what_he_does_elsewhere_is_not_told(client, department, other_department, leaver, unit_admin) -> None:
    Duty.objects.create(person=leaver, organisation=other_department, kind=DutyKind.REVIEW)
    FocalPerson.objects.create(
        organisation=other_department, person=leaver, role="reporting", valid_from=TODAY
    )
    client.force_login(unit_admin)
    work = [OpenWork("Nhập tháng 5", department.pk), OpenWork("Kiểm tra tháng 6", other_department.pk)]

    with hooks.register_temporarily("portal_open_work", lambda person: work):
        page = text(client.get(f"/admin/nguoi-dung/{leaver.pk}/ban-giao/"))

    assert "Nhập tháng 5" in page
    assert "còn 1 việc đang mở" in page
    assert "Kiểm tra tháng 6" not in page
    assert "Đầu mối báo cáo của Sở Du lịch" not in page


def test_strangers_do_not_reach_the_screen(client, department, other_department, leaver, clerk) -> None:
    stranger = make_person("khac", other_department, DutyKind.UNIT_ADMIN)
    url = f"/admin/nguoi-dung/{leaver.pk}/ban-giao/"
    client.force_login(stranger)
    assert client.get(url).status_code == 404
    client.force_login(clerk)
    assert client.get(url)["Location"] == "/admin/"
