"""An organisation shares out its forms and rows among its divisions and people."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail import hooks

from home.accounts import services
from home.accounts.assigning import (
    EVERYTHING,
    OwedForm,
    OwedReport,
    OwedRow,
    assign,
    board,
    close_division,
    set_members,
)
from home.accounts.duties import duties_of, holders
from home.accounts.models import Duty, DutyKind, User
from home.accounts.services import AccountError, Outdated
from home.audit.models import AuditEntry
from home.organisations.models import Division
from notifications.models import Message
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

ENTER = DutyKind.ENTER
TODAY = timezone.localdate()
ROWS = (
    OwedRow("", "A Thu", 0),
    OwedRow("row:BM01/1", "1 Thu nội địa", 1),
    OwedRow("row:BM01/2", "2 Thu khác", 1),
)
OWED = [
    OwedReport(
        "regime:KTXH",
        "Kinh tế - xã hội tháng",
        (OwedForm("form:BM01", "BM01 – Thu", ROWS), OwedForm("form:BM02", "BM02 – Chi", ())),
    )
]


@pytest.fixture(autouse=True)
def owed(department):
    """The department owes one report of two forms."""
    with hooks.register_temporarily(
        "portal_reports_owed", lambda asked: OWED if asked.pk == department.pk else []
    ):
        yield


@pytest.fixture
def narrow(department) -> User:
    """Enters one form."""
    return make_person("chuyenvien", department, ENTER, scopes=["form:BM02"])


@pytest.fixture
def division(department) -> Division:
    return Division.objects.create(organisation=department, code="ns", name="Phòng Ngân sách")


def now(department, kind=ENTER):
    return board(department, kind)


def give(department, by, wanted, offered=None, seen=None, kind=ENTER):
    state = now(department, kind)
    return assign(
        department,
        kind,
        {(key if isinstance(key, str) else f"p{key.pk}"): scopes for key, scopes in wanted.items()},
        offered=state.scopes if offered is None else offered,
        seen=seen or state.seen,
        by=by,
    )


def scopes_of(person: User) -> set[str]:
    """What the person enters today, as ``may_…`` reads it."""
    book = duties_of(User.objects.get(pk=person.pk))
    return {scope for duty in book.duties if duty.kind == ENTER for scope in duty.scopes or {EVERYTHING}}


@pytest.mark.requirement("R49", part="the organisation's own administrator assigns")
@pytest.mark.requirement("R49", part="duties per form and row")
def test_a_person_is_given_forms_and_loses_others_from_today(department, unit_admin, narrow) -> None:
    assert give(department, unit_admin, {narrow: {"form:BM01", "regime:KTXH"}}) == 1

    assert scopes_of(narrow) == {"form:BM01", "regime:KTXH"}
    old = Duty.objects.get(scopes__scope="form:BM02")
    assert old.valid_to == TODAY - timedelta(days=1)
    entry = AuditEntry.objects.get(verb="assignment.change")
    assert entry.person == unit_admin
    assert entry.data["old"] == {"Người chuyenvien (chuyenvien)": ["form:BM02"]}
    assert entry.data["new"] == {"Người chuyenvien (chuyenvien)": ["form:BM01", "regime:KTXH"]}


def test_a_form_of_another_report_does_not_close_the_report_given_whole(
    department, unit_admin, narrow
) -> None:
    give(department, unit_admin, {narrow: {"regime:KTXH", "form:BM02"}})

    assert duties_of(User.objects.get(pk=narrow.pk)).regimes(ENTER) == {department.pk: None}


def test_what_is_not_on_the_screen_stays(department, unit_admin) -> None:
    person = make_person("dong", department, ENTER, scopes=["row:BM01/1", "form:CU"])

    give(department, unit_admin, {person: {"form:BM02"}})
    assert scopes_of(person) == {"row:BM01/1", "form:CU", "form:BM02"}

    give(department, unit_admin, {person: {"row:BM01/2"}}, offered=OWED[0].forms[0].row_scopes)
    assert scopes_of(person) == {"row:BM01/2", "form:CU", "form:BM02"}


def test_nothing_to_change_changes_nothing(department, unit_admin, narrow, clerk) -> None:
    mixed = make_person("hai", department, ENTER, scopes=["form:BM01", "regime:KTXH"])
    before = list(Duty.objects.values())

    assert (
        give(
            department,
            unit_admin,
            {narrow: {"form:BM02"}, clerk: {EVERYTHING}, mixed: {"form:BM01", "regime:KTXH"}},
        )
        == 0
    )
    assert list(Duty.objects.values()) == before
    assert not Message.objects.exists()


def test_who_gains_or_loses_is_told_and_nobody_else(department, unit_admin, narrow, clerk) -> None:
    give(department, unit_admin, {narrow: set(), clerk: {EVERYTHING}})

    message = Message.objects.get()
    assert message.recipient == narrow
    assert "không còn phần nào" in message.body


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"p0": {"form:BM01"}}, "không thuộc Sở Tài chính"),
        ({"d0": {"form:BM01"}}, "không thuộc Sở Tài chính"),
        ({"x": {"form:BM01"}}, "không thuộc Sở Tài chính"),
    ],
)
def test_a_forged_assignee_changes_nothing_for_anybody(
    department, unit_admin, narrow, wanted, message
) -> None:
    with pytest.raises(AccountError, match=message):
        give(department, unit_admin, {narrow: {"form:BM01"}} | wanted)

    assert scopes_of(narrow) == {"form:BM02"}


def test_people_and_forms_of_another_organisation_are_refused(
    department, unit_admin, narrow, outsider
) -> None:
    with pytest.raises(AccountError, match="không thuộc"):
        give(department, unit_admin, {outsider: {"form:BM01"}})
    with pytest.raises(AccountError, match="Phạm vi không có trong phân công"):
        give(department, unit_admin, {narrow: {"form:KHAC"}})


def test_one_refusal_undoes_all(department, unit_admin, leader, data_leader, clerk) -> None:
    services.appoint(data_leader, department, title="Phó Giám đốc", by=None)
    state = now(department, DutyKind.APPROVE_DATA)
    assert f"p{clerk.pk}" not in {one.key for one in state.assignees}
    services.grant(leader, DutyKind.APPROVE_DATA, department, by=None, valid_from=TODAY + timedelta(days=9))

    with pytest.raises(AccountError, match="đã có nhiệm vụ"):
        give(
            department,
            unit_admin,
            {data_leader: {"form:BM01"}, leader: {EVERYTHING}},
            kind=DutyKind.APPROVE_DATA,
        )

    assert now(department, DutyKind.APPROVE_DATA).held[f"p{data_leader.pk}"] == {EVERYTHING}


def test_the_second_administrator_is_told_and_overwrites_nothing(
    department, unit_admin, admin, narrow
) -> None:
    seen = now(department).seen
    give(department, unit_admin, {narrow: {"form:BM01"}})

    with pytest.raises(Outdated, match="Người khác vừa sửa"):
        give(department, admin, {narrow: {"form:BM02"}}, seen=seen)

    assert scopes_of(narrow) == {"form:BM01"}


def test_somebody_moved_meanwhile_is_refused(department, unit_admin, narrow, admin) -> None:
    state = now(department)
    services.close_account(narrow, by=admin)

    with pytest.raises(AccountError):
        give(department, unit_admin, {narrow: {"form:BM01"}}, seen=state.seen)
    assert not Duty.objects.filter(scopes__scope="form:BM01").exists()


@pytest.mark.parametrize("kind", [DutyKind.RECEIVE, DutyKind.UNIT_ADMIN])
def test_other_duties_are_not_shared_out(department, admin, kind) -> None:
    with pytest.raises(PermissionDenied):
        assign(department, kind, {}, offered=(), seen=now(department).seen, by=admin)


def test_only_who_administers_shares_out(department, narrow, outsider, clerk) -> None:
    stranger = make_person("la", None)
    for person in (clerk, stranger):
        with pytest.raises(PermissionDenied):
            give(department, person, {narrow: {"form:BM01"}})


@pytest.mark.requirement("R6", part="their forms and rows")
@pytest.mark.requirement("R87", part="own field only")
def test_the_people_of_a_division_enter_what_it_is_given(
    department, unit_admin, division, leader, narrow
) -> None:
    set_members(division, [leader, narrow], seen=(), by=unit_admin)
    give(department, unit_admin, {f"d{division.pk}": {"form:BM01"}})

    assert scopes_of(leader) == {"form:BM01"}
    assert scopes_of(narrow) == {"form:BM01", "form:BM02"}
    assert holders(ENTER, department.pk, "form:BM01") == [narrow, leader]

    set_members(division, [narrow], seen=[leader.pk, narrow.pk], by=unit_admin)
    assert scopes_of(leader) == set()
    assert Message.objects.filter(recipient=leader).count() == 2

    give(department, unit_admin, {f"d{division.pk}": set()})
    assert scopes_of(narrow) == {"form:BM02"}


def test_who_joins_a_division_takes_up_its_work(department, unit_admin, division, leader) -> None:
    give(
        department,
        unit_admin,
        {f"d{division.pk}": {"form:BM01", "row:BM02/1"}},
        offered=["form:BM01", "row:BM02/1"],
    )
    set_members(division, [leader], seen=(), by=unit_admin)

    assert scopes_of(leader) == {"form:BM01", "row:BM02/1"}
    assert AuditEntry.objects.get(verb="division.members").data["joined"] == [leader.username]


def test_a_duty_held_through_a_division_is_not_taken_alone(department, unit_admin, division, leader) -> None:
    set_members(division, [leader], seen=(), by=unit_admin)
    give(department, unit_admin, {f"d{division.pk}": {"form:BM01"}})

    with pytest.raises(AccountError, match="là người của Phòng Ngân sách"):
        services.revoke(Duty.objects.get(division=division), by=unit_admin)


def test_two_who_change_a_division_do_not_overwrite_each_other(
    department, unit_admin, division, leader, clerk, outsider
) -> None:
    set_members(division, [leader], seen=(), by=unit_admin)

    with pytest.raises(Outdated):
        set_members(division, [clerk], seen=(), by=unit_admin)
    with pytest.raises(AccountError, match="không có nhiệm vụ, chức vụ nào"):
        set_members(division, [outsider], seen=[leader.pk], by=unit_admin)
    with pytest.raises(PermissionDenied):
        set_members(division, [], seen=[leader.pk], by=clerk)


@pytest.mark.parametrize(
    ("scopes", "lacking"),
    [
        ([], {"KTXH", "BM01", "BM02"}),
        ([EVERYTHING], set()),
        (["regime:KTXH"], set()),
        (["form:BM01"], {"KTXH", "BM02"}),
        (["row:BM01/1"], {"KTXH", "BM01", "BM02"}),
        (["row:BM01/1", "row:BM01/2", "form:BM02"], set()),
        (["regime:KHAC"], {"KTXH", "BM01", "BM02"}),
    ],
)
def test_what_nobody_has_is_known(department, leader, scopes, lacking) -> None:
    for scope in scopes:
        services.grant(leader, ENTER, department, by=None, scopes=[scope] if scope else [])

    state, (report,) = now(department), OWED
    found = {form.scope[5:] for form in report.forms if state.lacking(report, form)}
    assert found | ({"KTXH"} if state.lacking(report) else set()) == lacking


def test_an_empty_division_and_a_closed_account_have_nothing(
    department, unit_admin, division, admin, clerk
) -> None:
    give(department, unit_admin, {f"d{division.pk}": {EVERYTHING}})
    services.close_account(clerk, by=admin)

    assert now(department).lacking(OWED[0])


def test_somebody_for_a_time_counts_but_is_not_changed_here(department, unit_admin, leader) -> None:
    services.grant(leader, ENTER, department, by=None, valid_from=TODAY, valid_to=TODAY)
    state = now(department)

    assert not state.lacking(OWED[0])
    assert state.held[f"p{leader.pk}"] == set()
    assert [duty.person for duty in state.besides] == [leader]


# The screens


def address(department, screen: str = "nhap-lieu") -> str:
    return f"/admin/co-quan/{department.pk}/phan-cong/{screen}/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_screen_shows_and_saves_the_assignment(
    signed_in, unit_admin, department, narrow, division
) -> None:
    client = signed_in(unit_admin)
    page = client.get(address(department))

    assert "1 biểu chưa giao cho ai" in text(page)
    assert f'value="p{narrow.pk}|form:BM02" checked' in text(page)
    assert "chưa có người" in text(page)

    given = [f"p{narrow.pk}|form:BM01", f"p{narrow.pk}|form:BM02"]
    saved = client.post(address(department), {"seen": page.context["board"].seen, "give": given}, follow=True)
    assert "Đã ghi phân công: thay đổi ở 1 người" in text(saved)
    assert "chưa giao cho ai" not in text(saved)
    assert scopes_of(narrow) == {"form:BM01", "form:BM02"}


def test_the_screen_says_that_somebody_else_was_quicker(signed_in, unit_admin, department, narrow) -> None:
    client = signed_in(unit_admin)
    page = client.post(address(department), {"seen": "cu", "give": []})

    assert "Người khác vừa sửa trong khi bạn đang xem" in text(page)
    assert f'value="p{narrow.pk}|form:BM02" checked' in text(page)
    assert scopes_of(narrow) == {"form:BM02"}


def test_a_refusal_keeps_what_was_ticked(signed_in, unit_admin, department, narrow) -> None:
    client = signed_in(unit_admin)
    seen = client.get(address(department)).context["board"].seen
    page = client.post(
        address(department), {"seen": seen, "give": [f"p{narrow.pk}|form:BM01", "p0|form:BM01"]}
    )

    assert "Chưa ghi được. Có người hoặc phòng, ban không thuộc Sở Tài chính" in text(page)
    assert f'value="p{narrow.pk}|form:BM01" checked' in text(page)
    assert scopes_of(narrow) == {"form:BM02"}


def test_single_rows_are_given_on_their_own_screen(signed_in, unit_admin, department, narrow) -> None:
    client, url = signed_in(unit_admin), f"{address(department, 'theo-dong')}?bieu=BM01&nguoi=p{narrow.pk}"
    seen = client.get(url).context["board"].seen

    client.post(url, {"seen": seen, "give": [f"p{narrow.pk}|row:BM01/2"]})

    assert scopes_of(narrow) == {"form:BM02", "row:BM01/2"}
    assert "1/2 dòng giao riêng" in text(client.get(address(department)))
    assert client.get(f"{address(department, 'theo-dong')}?bieu=KHAC").status_code == 404
    assert client.get(f"{address(department, 'theo-dong')}?bieu=BM01&nguoi=p0").status_code == 404


def test_nobody_else_reaches_the_screens(signed_in, department, division, clerk, leader) -> None:
    for person in (clerk, leader, make_person("ngoai", None)):
        client = signed_in(person)
        for url in (
            address(department),
            address(department, "theo-dong"),
            address(department, "duyet-so-lieu"),
            f"/admin/co-quan/phong-ban/{division.pk}/nguoi/",
        ):
            assert client.get(url)["Location"] == "/admin/"
            assert client.post(url)["Location"] == "/admin/"


def test_the_people_of_a_division_are_chosen_on_a_screen(
    signed_in, unit_admin, department, division, leader, outsider
) -> None:
    client, url = signed_in(unit_admin), f"/admin/co-quan/phong-ban/{division.pk}/nguoi/"

    client.post(url, {"people": [leader.pk], "seen": ""})
    assert [row.person for row in division.members.all()] == [leader]
    assert "Người khác vừa sửa" in text(client.post(url, {"people": [], "seen": ""}, follow=True))
    forged = client.post(url, {"people": [outsider.pk], "seen": str(leader.pk)})
    assert forged.status_code == 200
    assert [row.person for row in division.members.filter(valid_to=None)] == [leader]


@pytest.mark.parametrize("count", [3, 30])
def test_the_screen_asks_the_same_number_of_questions_however_many_people(
    signed_in, unit_admin, department, division, count, django_assert_max_num_queries
) -> None:
    for number in range(count):
        make_person(f"canbo{number}", department, ENTER, scopes=["form:BM01"])
    client = signed_in(unit_admin)
    client.get(address(department))

    with django_assert_max_num_queries(22):
        client.get(address(department))


# ---- closing and renaming divisions


@pytest.fixture
def other_division(department) -> Division:
    return Division.objects.create(organisation=department, code="gia", name="Phòng Giá")


@pytest.fixture
def at_work(department, unit_admin, division, leader, narrow) -> Division:
    """The division enters a form; two work in it."""
    set_members(division, [leader, narrow], seen=(), by=unit_admin)
    give(department, unit_admin, {f"d{division.pk}": {"form:BM01"}})
    return division


def close(client, division, **data):
    sent = {"on": f"{TODAY:%d/%m/%Y}", "heir": "", **data}
    return client.post(f"/admin/co-quan/phong-ban/{division.pk}/dong/", sent)


@pytest.mark.requirement("R6", part="divisions renamed and closed")
def test_a_division_with_forms_is_not_closed_before_another_takes_them_up(
    client, department, unit_admin, at_work, other_division, leader, narrow
) -> None:
    client.force_login(unit_admin)
    page = client.get(f"/admin/co-quan/phong-ban/{at_work.pk}/dong/").content.decode()
    assert "Đang được giao biểu BM01." in page

    refused = close(client, at_work)
    assert refused.context["form"].errors["heir"] == [
        "Phòng Ngân sách đang được giao biểu BM01. Hãy chọn phòng, ban tiếp nhận, hoặc sửa phân công trước."
    ]
    at_work.refresh_from_db()
    assert at_work.valid_to is None

    close(client, at_work, heir=other_division.pk, with_people="on")

    at_work.refresh_from_db()
    assert at_work.valid_to == TODAY - timedelta(days=1)
    board_ = now(department)
    assert f"d{at_work.pk}" not in board_.held
    assert board_.held[f"d{other_division.pk}"] == {"form:BM01"}
    through = Duty.objects.on(TODAY).exclude(division=None)
    assert {(duty.person, duty.division) for duty in through} == {
        (leader, other_division),
        (narrow, other_division),
    }
    assert AuditEntry.objects.get(verb="division.close").data["heir"] == "gia"
    assert Message.objects.filter(code="account.assigned", recipient=leader).count() == 2


def test_forms_pass_without_the_people_where_these_go_elsewhere(
    department, unit_admin, at_work, other_division, leader, clerk
) -> None:
    set_members(other_division, [clerk], seen=(), by=unit_admin)

    close_division(at_work, on=TODAY, heir=other_division, by=unit_admin)

    through = Duty.objects.on(TODAY).exclude(division=None)
    assert [(duty.person, duty.division) for duty in through] == [(clerk, other_division)]


def test_an_idle_division_is_closed_and_its_people_are_none_of_its_any_more(
    client, department, unit_admin, division, leader
) -> None:
    set_members(division, [leader], seen=(), by=unit_admin)
    client.force_login(unit_admin)

    close(client, division, on="01/03/2025")

    division.refresh_from_db()
    assert division.valid_to == date(2025, 2, 28)
    assert not division.members.filter(valid_to=None).exists()
    page = client.get(f"/admin/co-quan/inspect/{department.pk}/").content.decode()
    assert "đến 28/02/2025" in page
    assert "Sửa người" not in page
    with pytest.raises(AccountError, match="đã kết thúc ngày 28/02/2025"):
        set_members(division, [leader], seen=(), by=unit_admin)
    assert "đã kết thúc" in close(client, division).content.decode()


def test_a_division_is_not_closed_in_the_future_before_it_began_or_into_a_stranger(
    client, department, other_department, unit_admin, division, other_division
) -> None:
    Division.objects.filter(pk=division.pk).update(valid_from=date(2025, 1, 1))
    foreign = Division.objects.create(organisation=other_department, code="x", name="Phòng lạ")
    closed = Division.objects.create(
        organisation=department, code="y", name="Phòng cũ", valid_to=date(2024, 1, 1)
    )
    client.force_login(unit_admin)
    bad = [
        ("on", {"on": f"{TODAY + timedelta(days=1):%d/%m/%Y}"}),
        ("on", {"on": "01/01/2025"}),
        ("on", {"on": "32/13/2025"}),
        *(("heir", {"heir": one.pk}) for one in (division, foreign, closed)),
    ]
    for field, data in bad:
        assert close(client, division, **data).context["form"].errors.keys() == {field}, data
    with pytest.raises(AccountError, match="Hãy chọn phòng, ban khác"):
        close_division(division, on=TODAY, heir=foreign, by=unit_admin)
    division.refresh_from_db()
    assert division.valid_to is None


def test_a_division_is_renamed_and_the_log_says_what_it_was_called(
    client, department, unit_admin, division, other_division
) -> None:
    client.force_login(unit_admin)
    address = f"/admin/co-quan/phong-ban/{division.pk}/doi-ten/"

    taken = client.post(address, {"name": " Phòng  Giá "})
    assert "đã có Phòng Giá" in taken.context["form"].errors["name"][0]
    client.post(address, {"name": "Phòng Quản lý ngân sách"})

    division.refresh_from_db()
    assert division.name == "Phòng Quản lý ngân sách"
    data = AuditEntry.objects.get(verb="organisation.rename_division").data
    assert (data["old"], data["new"]) == ("Phòng Ngân sách", "Phòng Quản lý ngân sách")


@pytest.mark.parametrize("verb", ["doi-ten", "dong"])
def test_divisions_are_the_affair_of_their_administrators(client, clerk, leader, division, verb) -> None:
    for person in (clerk, leader):
        client.force_login(person)
        answer = client.post(
            f"/admin/co-quan/phong-ban/{division.pk}/{verb}/", {"name": "X", "on": f"{TODAY:%d/%m/%Y}"}
        )
        assert answer["Location"] == "/admin/"
    division.refresh_from_db()
    assert (division.name, division.valid_to) == ("Phòng Ngân sách", None)
