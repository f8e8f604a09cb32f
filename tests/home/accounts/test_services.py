from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from home.accounts import services
from home.accounts.duties import duties_of, holders
from home.accounts.models import Appointment, Duty, DutyKind, User
from home.audit.models import AuditEntry
from home.organisations.models import AffiliationKind
from tests.conftest import affiliate, make_person

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)
DOCUMENT = "Quyết định số 12/QĐ-STC ngày 30/10/2026"


@pytest.fixture
def newcomer(db) -> User:
    return services.create_person("moi", full_name="Người Mới")


# Accounts


@pytest.mark.requirement("R31", part="a personal account with a password")
@pytest.mark.requirement("R43", part="opening is logged")
def test_a_person_gets_an_account_of_his_own_and_it_is_logged(client, admin) -> None:
    person = services.create_person(
        "pvhoa", full_name="  Phạm  Văn Hòa ", email="hoa@example.vn", password="matkhau-thu", by=admin
    )

    assert (person.full_name, person.get_short_name(), str(person)) == ("Phạm Văn Hòa", "Hòa", "Phạm Văn Hòa")
    assert client.login(username="pvhoa", password="matkhau-thu")
    entry = AuditEntry.objects.about(person).get()
    assert (entry.verb, entry.person) == ("account.create", admin)
    assert "matkhau" not in str(entry.data)


def test_without_a_password_nobody_signs_in(client) -> None:
    services.create_person("pvhoa", full_name="Phạm Văn Hòa")

    assert not client.login(username="pvhoa", password="")


@pytest.mark.parametrize(
    ("username", "full_name", "message"),
    [
        ("pv hoa", "Phạm Văn Hòa", "Tên đăng nhập chỉ gồm"),
        ("MOI", "Phạm Văn Hòa", "Tên đăng nhập MOI đã có người dùng"),
        ("pvhoa", " ", "mỗi tài khoản là của một người"),
    ],
)
def test_an_account_that_cannot_be_opened_says_why(newcomer, username, full_name, message) -> None:
    with pytest.raises(services.AccountError, match=message):
        services.create_person(username, full_name=full_name)


def test_only_a_superuser_makes_superusers(admin, root) -> None:
    with pytest.raises(PermissionDenied):
        services.create_person("a", full_name="A", by=admin, superuser=True)
    assert services.create_person("a", full_name="A", by=root, superuser=True).is_superuser


@pytest.mark.requirement("R43", part="change is logged with the old value")
def test_a_change_is_logged_with_what_was_there_before(admin, clerk) -> None:
    services.change_person(clerk, phone="0258", full_name=clerk.full_name, by=admin)

    assert AuditEntry.objects.about(clerk).get().data == {"old": {"phone": ""}, "new": {"phone": "0258"}}


@pytest.mark.requirement("R43", part="withdrawal")
def test_a_closed_account_neither_signs_in_nor_counts_and_opens_again(
    client, admin, clerk, department
) -> None:
    services.close_account(clerk, by=admin)

    assert not client.login(username="nhaplieu", password="matkhau-thu-nghiem")
    assert holders(DutyKind.ENTER, department.pk) == []
    assert not duties_of(User.objects.get(pk=clerk.pk))

    services.reopen_account(clerk, by=admin)

    assert client.login(username="nhaplieu", password="matkhau-thu-nghiem")
    assert holders(DutyKind.ENTER, department.pk) == [clerk]
    assert [entry.verb for entry in AuditEntry.objects.about(clerk)] == ["account.close", "account.reopen"]


def test_nobody_closes_his_own_account(admin) -> None:
    with pytest.raises(services.AccountError, match="Không thể tự khóa"):
        services.close_account(admin, by=admin)


@pytest.mark.parametrize("verb", [services.close_account, services.reopen_account, services.change_person])
def test_a_superuser_is_out_of_reach_for_system_administrators(verb, admin, root) -> None:
    with pytest.raises(PermissionDenied):
        verb(root, by=admin)


@pytest.mark.requirement("R34", part="a unit administrator's reach over accounts")
def test_a_unit_administrator_changes_only_people_who_are_his_alone(
    unit_admin, clerk, receiver, other_department, department
) -> None:
    services.change_person(clerk, phone="1", by=unit_admin)
    with pytest.raises(PermissionDenied):
        services.change_person(receiver, phone="1", by=unit_admin)

    Duty.objects.create(person=clerk, organisation=other_department, kind=DutyKind.VIEW)
    with pytest.raises(PermissionDenied):
        services.close_account(clerk, by=unit_admin)

    colleague = make_person("quantri2", department, DutyKind.SYSTEM_ADMIN)
    with pytest.raises(PermissionDenied):
        services.close_account(colleague, by=unit_admin)


# Duties


def test_the_first_duty_opens_the_admin_shell_and_nothing_else(newcomer, department, admin) -> None:
    assert not newcomer.has_perm("wagtailadmin.access_admin")

    services.grant(newcomer, DutyKind.ENTER, department, by=admin)
    services.grant(newcomer, DutyKind.SEND, department, by=admin)

    person = User.objects.get(pk=newcomer.pk)
    assert [group.name for group in person.groups.all()] == ["Cán bộ"]
    assert person.get_all_permissions() == {"wagtailadmin.access_admin"}


def test_a_duty_is_logged_and_holds_at_once(clerk, department, admin) -> None:
    assert not duties_of(clerk).holds(DutyKind.SEND, department.pk)

    duty = services.grant(
        clerk, DutyKind.SEND, department, by=admin, scopes=["regime:KTXH"], basis="Tờ trình 5"
    )

    assert duties_of(clerk).holds(DutyKind.SEND, department.pk, "regime:KTXH")
    assert not duties_of(clerk).holds(DutyKind.SEND, department.pk, "regime:KHAC")
    entry = AuditEntry.objects.about(duty).get()
    assert (entry.verb, entry.person, entry.organisation) == ("duty.grant", admin, "STC")
    assert entry.data["scopes"] == ["regime:KTXH"]


def test_a_duty_lapses_by_itself_after_its_last_day(newcomer, department) -> None:
    services.grant(
        newcomer, DutyKind.ENTER, department, by=None, valid_from=date(2026, 1, 1), valid_to=date(2026, 3, 31)
    )

    held = [
        duties_of(newcomer, day).holds(DutyKind.ENTER, department.pk)
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert held == [False, True, True, False]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"scopes": ["KTXH"]}, "Phạm vi “KTXH” không đúng dạng"),
        ({"scopes": ["row:BM01"]}, "Phạm vi “row:BM01” không đúng dạng"),
        ({"valid_from": TOMORROW, "valid_to": TODAY}, "Ngày kết thúc đứng trước ngày bắt đầu"),
    ],
)
def test_a_malformed_duty_is_refused(newcomer, department, more, message) -> None:
    with pytest.raises(services.AccountError, match=message):
        services.grant(newcomer, DutyKind.ENTER, department, by=None, **more)
    assert not Duty.objects.exists()


def test_the_same_duty_is_not_given_twice_for_the_same_days(newcomer, department) -> None:
    services.grant(newcomer, DutyKind.ENTER, department, by=None, valid_to=TODAY)

    with pytest.raises(services.AccountError, match=r"đã có nhiệm vụ “Nhập liệu” tại Sở Tài chính"):
        services.grant(newcomer, DutyKind.ENTER, department, by=None, valid_from=TODAY)
    services.grant(newcomer, DutyKind.ENTER, department, by=None, scopes=["form:BM01"])
    services.grant(newcomer, DutyKind.ENTER, department, by=None, valid_from=TOMORROW)


def test_a_closed_account_is_given_nothing(newcomer, department) -> None:
    User.objects.filter(pk=newcomer.pk).update(is_active=False)

    with pytest.raises(services.AccountError, match="đang bị khóa"):
        services.grant(newcomer, DutyKind.ENTER, department, by=None)


def test_a_duty_that_is_ended_stays_in_the_books(clerk, department, admin) -> None:
    duty = Duty.objects.get(person=clerk)
    assert duties_of(clerk).holds(DutyKind.ENTER, department.pk)
    duty.person = clerk

    ended = services.revoke(duty, by=admin)

    assert ended.valid_to == YESTERDAY
    assert not duties_of(clerk).holds(DutyKind.ENTER, department.pk)
    assert duties_of(clerk, YESTERDAY).holds(DutyKind.ENTER, department.pk)
    assert AuditEntry.objects.about(duty).get().verb == "duty.revoke"
    with pytest.raises(services.AccountError, match="đã kết thúc"):
        services.revoke(duty, by=admin)


def test_a_duty_taken_back_on_its_first_day_holds_on_no_day_and_may_be_given_again(
    newcomer, department
) -> None:
    duty = services.grant(newcomer, DutyKind.ENTER, department, by=None, valid_from=TODAY)

    services.revoke(duty, by=None)

    assert not any(
        duties_of(User.objects.get(pk=newcomer.pk), day).holds(DutyKind.ENTER, department.pk)
        for day in (YESTERDAY, TODAY, TOMORROW)
    )
    services.grant(newcomer, DutyKind.ENTER, department, by=None, valid_from=TODAY)


def test_a_duty_that_has_not_begun_is_taken_back(newcomer, department) -> None:
    duty = services.grant(newcomer, DutyKind.ENTER, department, by=None, valid_from=TOMORROW)

    services.revoke(duty, by=None, on=TODAY)

    assert not duties_of(User.objects.get(pk=newcomer.pk), TOMORROW)


# Delegation


@pytest.fixture
def delegate(clerk, data_leader, department):
    def delegate(**more) -> Duty:
        asked = {"acting_for": data_leader, "valid_from": TODAY, "valid_to": TOMORROW, "basis": DOCUMENT}
        return services.grant(clerk, DutyKind.APPROVE_DATA, department, by=None, **(asked | more))

    return delegate


@pytest.mark.requirement("R39", part="delegator and period recorded")
def test_a_delegation_names_the_delegator_the_period_and_the_document(
    delegate, clerk, data_leader, department
) -> None:
    delegate(scopes=["form:BM01"])

    held = duties_of(clerk).held(DutyKind.APPROVE_DATA, department.pk, "form:BM01")
    assert held.acting_for_id == data_leader.pk
    assert duties_of(clerk).held(DutyKind.APPROVE_DATA, department.pk, "form:BM02") is None


@pytest.mark.requirement("R39", part="lapses by itself")
def test_a_delegation_lapses_by_itself_and_gives_no_authority_to_sign(delegate, clerk, department) -> None:
    delegate()

    assert duties_of(clerk, TOMORROW).holds(DutyKind.APPROVE_DATA, department.pk)
    assert not duties_of(clerk, TOMORROW + timedelta(days=1)).holds(DutyKind.APPROVE_DATA, department.pk)
    assert services.appointment_of(clerk, department, TODAY) is None


@pytest.mark.parametrize(
    ("more", "field", "message"),
    [
        ({"valid_to": None}, "valid_to", "Ủy quyền phải có ngày kết thúc"),
        ({"basis": " "}, "basis", "Ủy quyền phải ghi số, ngày của văn bản"),
    ],
)
def test_a_delegation_without_end_or_document_is_refused_in_words_before_the_database_says_no(
    delegate, more, field, message
) -> None:
    with pytest.raises(services.AccountError, match=message) as refused:
        delegate(**more)
    assert refused.value.field == field


def test_the_database_refuses_a_delegation_without_end_as_well(clerk, data_leader, department) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(
            person=clerk, organisation=department, kind="approve_data", acting_for=data_leader
        )


def test_nobody_delegates_to_himself_or_what_he_does_not_hold(delegate, clerk, reviewer, data_leader) -> None:
    with pytest.raises(services.AccountError, match="cho chính mình"):
        delegate(acting_for=clerk)
    with pytest.raises(services.AccountError, match="không tự mình có nhiệm vụ “Duyệt số liệu”"):
        delegate(acting_for=reviewer)


def test_a_delegation_is_not_passed_on(delegate, clerk, colleague, department) -> None:
    delegate()

    with pytest.raises(services.AccountError, match="không tự mình có nhiệm vụ"):
        services.grant(
            colleague,
            DutyKind.APPROVE_DATA,
            department,
            by=None,
            acting_for=clerk,
            valid_from=TODAY,
            valid_to=TODAY,
            basis=DOCUMENT,
        )


def test_a_delegation_reaches_no_further_than_the_delegators_own_duty(delegate, data_leader) -> None:
    own = Duty.objects.get(person=data_leader)
    own.scopes.create(scope="form:BM01")

    with pytest.raises(services.AccountError, match="không tự mình có nhiệm vụ"):
        delegate()
    with pytest.raises(services.AccountError, match="không tự mình có nhiệm vụ"):
        delegate(scopes=["form:BM02"])
    delegate(scopes=["form:BM01"])


def test_a_delegation_does_not_outlast_the_delegators_own_duty(delegate, data_leader) -> None:
    Duty.objects.filter(person=data_leader).update(valid_to=TODAY)

    with pytest.raises(services.AccountError, match=f"Ngày {TOMORROW:%d/%m/%Y}.*không tự mình có nhiệm vụ"):
        delegate()
    delegate(valid_to=TODAY)


def test_when_the_delegators_duty_ends_the_delegation_ends_with_it(
    delegate, clerk, data_leader, department
) -> None:
    delegation = delegate()

    services.revoke(Duty.objects.get(person=data_leader), by=None)

    assert not duties_of(User.objects.get(pk=clerk.pk)).holds(DutyKind.APPROVE_DATA, department.pk)
    assert AuditEntry.objects.about(delegation).filter(verb="duty.revoke").exists()


# Who may give what


@pytest.mark.requirement("R32", part="the system administrator makes unit administrators")
def test_a_system_administrator_gives_every_duty_everywhere(admin, newcomer, lead, department) -> None:
    for organisation in (lead, department):
        services.appoint(newcomer, organisation, title="Giám đốc", by=admin)
        for kind in DutyKind:
            services.grant(newcomer, kind, organisation, by=admin)

    assert Duty.objects.filter(person=newcomer).count() == 2 * len(DutyKind)


@pytest.mark.requirement("R33", part="a unit administrator assigns the duties of his unit")
@pytest.mark.requirement("R34", part="from unit administrator down to users, within the subtree")
def test_a_unit_administrator_gives_duties_in_his_unit_and_what_is_subordinate_to_it(
    unit_admin, newcomer, department, other_department
) -> None:
    affiliate(other_department, department)

    services.grant(newcomer, DutyKind.ENTER, department, by=unit_admin)
    services.grant(newcomer, DutyKind.UNIT_ADMIN, other_department, by=unit_admin)


@pytest.mark.requirement("R34", part="never beyond the subtree")
@pytest.mark.parametrize("kind", [DutyKind.ENTER, DutyKind.UNIT_ADMIN])
def test_a_unit_administrator_gives_nothing_beyond(
    unit_admin, newcomer, committee, other_department, kind
) -> None:
    for organisation in (committee, other_department):
        with pytest.raises(PermissionDenied):
            services.grant(newcomer, kind, organisation, by=unit_admin)
    assert not Duty.objects.filter(person=newcomer).exists()


@pytest.mark.requirement("R2", part="not administered by the province")
def test_who_only_reports_to_a_unit_is_not_administered_by_it(
    unit_admin, newcomer, department, other_department
) -> None:
    affiliate(other_department, department, kind=AffiliationKind.REPORTING)

    with pytest.raises(PermissionDenied):
        services.grant(newcomer, DutyKind.ENTER, other_department, by=unit_admin)


@pytest.mark.parametrize("kind", [DutyKind.SYSTEM_ADMIN, DutyKind.MONITOR])
def test_a_unit_administrator_neither_gives_nor_takes_what_reaches_beyond_the_unit(
    unit_admin, newcomer, department, kind
) -> None:
    with pytest.raises(PermissionDenied):
        services.grant(newcomer, kind, department, by=unit_admin)
    duty = services.grant(newcomer, kind, department, by=None)
    with pytest.raises(PermissionDenied):
        services.revoke(duty, by=unit_admin)


@pytest.mark.parametrize("kind", sorted(set(DutyKind) - {DutyKind.UNIT_ADMIN, DutyKind.SYSTEM_ADMIN}))
def test_no_other_duty_lets_anybody_give_or_take_duties(kind, newcomer, department, clerk) -> None:
    somebody = make_person("ai-do", department, kind)

    with pytest.raises(PermissionDenied):
        services.grant(newcomer, DutyKind.VIEW, department, by=somebody)
    with pytest.raises(PermissionDenied):
        services.revoke(Duty.objects.get(person=clerk), by=somebody)
    with pytest.raises(PermissionDenied):
        services.appoint(newcomer, department, title="Giám đốc", by=somebody)


def test_an_outsider_changes_nothing(other_department, clerk, leader, department) -> None:
    outsider = make_person("nguoingoai", other_department, *set(DutyKind) - {DutyKind.SYSTEM_ADMIN})

    with pytest.raises(PermissionDenied):
        services.revoke(Duty.objects.get(person=clerk), by=outsider)
    with pytest.raises(PermissionDenied):
        services.end_appointment(Appointment.objects.get(person=leader), by=outsider)
    with pytest.raises(PermissionDenied):
        services.change_person(clerk, phone="1", by=outsider)


# Offices


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"signing_form": "KT."}, "signs_for_title"),
        ({"signing_form": "TL."}, "signs_for_title"),
        ({"signing_form": "TM."}, "signs_for_title"),
        ({"signing_form": "TUQ.", "signs_for_title": "Giám đốc", "basis": DOCUMENT}, "valid_to"),
        ({"signing_form": "TUQ.", "signs_for_title": "Giám đốc", "valid_to": TOMORROW}, "basis"),
        ({"valid_from": TOMORROW, "valid_to": TODAY}, "valid_to"),
    ],
)
@pytest.mark.requirement("X6", part="signing forms and their validity")
def test_an_office_without_what_its_way_of_signing_needs_is_refused(
    newcomer, department, more, field
) -> None:
    with pytest.raises(services.AccountError) as refused:
        services.appoint(newcomer, department, by=None, **({"title": "Phó Giám đốc"} | more))
    assert refused.value.field == field
    assert not Appointment.objects.exists()


def test_an_office_is_logged_and_not_held_twice(newcomer, department, admin) -> None:
    office = services.appoint(newcomer, department, title="Giám đốc", by=admin)

    assert AuditEntry.objects.about(office).get().verb == "appointment.appoint"
    with pytest.raises(services.AccountError, match="đã giữ chức vụ Giám đốc"):
        services.appoint(newcomer, department, title="Giám đốc", by=admin)


def test_who_signs_does_so_with_the_authority_of_that_day(newcomer, department, other_department) -> None:
    def appoint(title: str, first: date, last: date | None = None, **more) -> Appointment:
        return services.appoint(
            newcomer, department, title=title, valid_from=first, valid_to=last, by=None, **more
        )

    deputy = appoint(
        "Phó Giám đốc", date(2020, 1, 1), date(2024, 12, 31), signing_form="KT.", signs_for_title="Giám đốc"
    )
    acting = appoint("Giám đốc", date(2024, 7, 1), date(2025, 6, 30), signing_form="Q.")
    head = appoint("Giám đốc", date(2025, 7, 1))

    expected = {
        date(2019, 12, 31): None,
        date(2024, 6, 30): deputy,
        date(2024, 7, 1): acting,  # his own office before the one for another
        date(2025, 6, 30): acting,
        date(2025, 7, 1): head,
    }
    assert {day: services.appointment_of(newcomer, department, day) for day in expected} == expected
    assert services.appointment_of(newcomer, other_department, date(2025, 7, 1)) is None
    assert deputy.signature_lines() == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]


def test_an_office_that_is_ended_stays_in_the_books(leader, department, admin) -> None:
    office = Appointment.objects.get(person=leader)

    services.end_appointment(office, by=admin)

    assert services.appointment_of(leader, department, TODAY) is None
    assert services.appointment_of(leader, department, YESTERDAY) == office
    with pytest.raises(services.AccountError, match="đã kết thúc"):
        services.end_appointment(office, by=admin)


def test_permissions_of_oneself_and_of_groups_are_read_at_once(newcomer, django_assert_num_queries) -> None:
    group = Group.objects.create(name="Soạn trang")
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailcore", codename="add_page"))
    newcomer.groups.add(group)
    person = User.objects.get(pk=newcomer.pk)

    with django_assert_num_queries(1):
        assert person.has_perm("wagtailcore.add_page")
        assert not person.has_perm("wagtailcore.delete_page")
    person.is_active = False
    assert not person.has_perm("wagtailcore.add_page")
