"""The cast: a small province. ``outsider`` is in every permission test."""

from __future__ import annotations

from datetime import date

import pytest

from home.accounts.models import Appointment, Duty, DutyKind, DutyScope, User
from home.organisations.models import (
    Affiliation,
    AffiliationKind,
    Level,
    Organisation,
    OrganisationKind,
    OrganisationPath,
)

pytest_plugins = ["tests.plugins.browser", "tests.plugins.databases", "tests.plugins.requirements"]


#: Their fixtures render paper, or their tests walk every address: they run apart from the fast suite.
SLOW_FOLDERS = (
    "doors",
    "reports/consolidation",
    "reports/publication",
    "reports/dashboards",
    "reports/reminders",
)
SLOW_FIXTURES = {"issued", "sent", "accepted"}
SLOW_FILES = (
    "documents/test_layout.py",
    "entry/test_acts.py",
    "entry/test_screen.py",
    "regimes/test_editor.py",
)


#: What rests on the database itself (locks, constraints, dates, JSON, order) runs on PostgreSQL too.
BOTH_FOLDERS = (
    "races",
    "home/organisations",
    "indicators/store",
    "notifications",
    "reports/consolidation",
    "reports/dashboards",
    "reports/deadlines",
    "reports/submissions",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what takes the time, so that the fast suite stays within a minute; mark what runs on both databases."""
    folders = tuple(f"tests/{folder}/" for folder in SLOW_FOLDERS)
    both = tuple(f"tests/{folder}/" for folder in BOTH_FOLDERS)
    for item in items:
        if item.nodeid.startswith(both):
            item.add_marker(pytest.mark.both)
        if (
            item.nodeid.startswith(folders)
            or item.location[0].endswith(SLOW_FILES)
            or SLOW_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        ):
            item.add_marker(pytest.mark.slow)


def make_organisation(code: str, name: str, kind: str, level: str = Level.PROVINCE, **more) -> Organisation:
    return Organisation.objects.create(code=code, name=name, kind=kind, level=level, **more)


def affiliate(child: Organisation, parent: Organisation, kind: str = AffiliationKind.SUBORDINATION) -> None:
    Affiliation.objects.create(child=child, parent=parent, kind=kind)
    for organisation in (child, parent):
        OrganisationPath.objects.get_or_create(
            ancestor=organisation, descendant=organisation, kind=kind, depth=0, valid_from=date(1900, 1, 1)
        )
    for path in list(OrganisationPath.objects.filter(descendant=parent, kind=kind)):
        OrganisationPath.objects.create(
            ancestor=path.ancestor,
            descendant=child,
            kind=kind,
            depth=path.depth + 1,
            valid_from=date(1900, 1, 1),
        )


def make_person(username: str, organisation: Organisation | None = None, *kinds: str, scopes=()) -> User:
    """A person with these duties in one organisation, able to reach the admin shell."""
    from django.contrib.auth.models import Permission

    person = User.objects.create_user(username, password="matkhau-thu-nghiem", full_name=f"Người {username}")
    person.must_change_password = False
    person.email = f"{username}@example.vn"
    person.save()
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    for kind in kinds:
        duty = Duty.objects.create(person=person, organisation=organisation, kind=kind)
        DutyScope.objects.bulk_create([DutyScope(duty=duty, scope=scope) for scope in scopes])
    return person


@pytest.fixture
def committee(db) -> Organisation:
    """UBND tỉnh."""
    return make_organisation(
        "UBND",
        "Ủy ban nhân dân tỉnh Khánh Hòa",
        OrganisationKind.PEOPLES_COMMITTEE,
        short_name="UBND tỉnh",
        document_code="UBND",
        place_name="Khánh Hòa",
    )


@pytest.fixture
def lead(committee) -> Organisation:
    """The lead agency: receives from departments, reports to the committee."""
    lead = make_organisation(
        "SKHDT",
        "Sở Kế hoạch và Đầu tư",
        OrganisationKind.DEPARTMENT,
        document_code="SKHĐT",
        place_name="Khánh Hòa",
        superior_line="ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
    )
    affiliate(lead, committee)
    return lead


@pytest.fixture
def department(committee) -> Organisation:
    """Reports to the lead agency, subordinate to the committee."""
    department = make_organisation(
        "STC",
        "Sở Tài chính",
        OrganisationKind.DEPARTMENT,
        document_code="STC",
        place_name="Khánh Hòa",
        superior_line="ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
    )
    affiliate(department, committee)
    return department


@pytest.fixture
def other_department(committee) -> Organisation:
    other = make_organisation(
        "SDL",
        "Sở Du lịch",
        OrganisationKind.DEPARTMENT,
        document_code="SDL",
        place_name="Khánh Hòa",
        superior_line="ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
    )
    affiliate(other, committee)
    return other


@pytest.fixture
def clerk(department) -> User:
    """Types the figures of the department."""
    return make_person("nhaplieu", department, DutyKind.ENTER)


@pytest.fixture
def colleague(department) -> User:
    """Types beside the clerk."""
    return make_person("dongnghiep", department, DutyKind.ENTER)


@pytest.fixture
def reviewer(department) -> User:
    return make_person("truongphong", department, DutyKind.REVIEW)


@pytest.fixture
def data_leader(department) -> User:
    """Approves the figures."""
    return make_person("phogiamdoc", department, DutyKind.APPROVE_DATA)


@pytest.fixture
def leader(department) -> User:
    """Approves the report, and is competent to sign it."""
    person = make_person("giamdoc", department, DutyKind.APPROVE_REPORT)
    Appointment.objects.create(person=person, organisation=department, title="Giám đốc")
    return person


@pytest.fixture
def registrar(department) -> User:
    """The clerk of documents: number, date, sending."""
    return make_person("vanthu", department, DutyKind.ISSUE, DutyKind.SEND)


@pytest.fixture
def receiver(lead) -> User:
    """Accepts and returns at the lead agency."""
    return make_person("tiepnhan", lead, DutyKind.RECEIVE)


@pytest.fixture
def consolidator(lead) -> User:
    return make_person("tonghop", lead, DutyKind.CONSOLIDATE)


@pytest.fixture
def publisher(lead) -> User:
    return make_person("congkhai", lead, DutyKind.PUBLISH)


@pytest.fixture
def outsider(other_department) -> User:
    """Every duty, in an organisation that has nothing to do with it."""
    return make_person(
        "nguoingoai", other_department, *[kind for kind in DutyKind if kind != DutyKind.MONITOR]
    )


@pytest.fixture
def monitor(lead) -> User:
    """Technical monitoring: no report data."""
    return make_person("giamsat", lead, DutyKind.MONITOR)


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser(
        "root", "root@example.vn", "matkhau-thu-nghiem", must_change_password=False
    )
