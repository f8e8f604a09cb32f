"""Province profiles: what each of the five regulations says, put into force, and the limits that follow."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page, Site

from home.accounts import profiles
from home.accounts.models import AppliedProfile, Duty, DutyKind
from home.accounts.profiles import ProfileError, article_in_words
from home.accounts.profiles.applying import apply
from home.accounts.services import (
    AccountError,
    appoint,
    grant,
    grant_type,
    hand_over_administration,
    revoke,
)
from home.audit.models import AuditEntry
from home.models import HomePage, PortalSettings, SectionPage
from home.organisations.models import Organisation, OrganisationPath
from reports.regimes.models import ApprovalPolicy
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

PROVINCES = ["binh_phuoc", "khanh_hoa", "lai_chau", "soc_trang", "thai_binh"]


@pytest.fixture
def khanh_hoa(department, other_department, lead, committee):
    """On a portal that has its organisations; those it lacks are entered."""
    return apply("khanh_hoa").profile


@pytest.fixture
def administrator(department):
    """Of the whole portal."""
    return make_person("quantri", department, DutyKind.SYSTEM_ADMIN)


def duties(profile: str, code: str) -> set[str]:
    account_type = profiles.read(profile, profiles.contents(profile)).type(code)
    assert account_type is not None
    return set(account_type.duties)


@pytest.mark.requirement("R50", part="presets")
def test_the_five_provinces_are_there_each_with_its_account_types():
    assert profiles.names() == PROVINCES
    types = {name: len(profiles.read(name, profiles.contents(name)).types) for name in PROVINCES}
    assert types == {"binh_phuoc": 4, "khanh_hoa": 6, "lai_chau": 4, "soc_trang": 6, "thai_binh": 5}


@pytest.mark.parametrize(
    ("profile", "code", "expected"),
    [
        ("soc_trang", "tong-hop", {"receive", "consolidate", "view"}),
        ("soc_trang", "nhap-lieu", {"enter"}),
        ("soc_trang", "gui-bao-cao", {"issue", "send"}),
        ("khanh_hoa", "nguoi-dung-duyet", {"approve_data", "approve_report", "view"}),
        ("binh_phuoc", "nhap-lieu", {"enter", "send"}),
        ("lai_chau", "lanh-dao", {"approve_data", "approve_report", "view"}),
        ("thai_binh", "quan-tri-don-vi", {"unit_admin", "design"}),
    ],
)
def test_an_account_type_is_a_set_of_duties(profile, code, expected):
    assert duties(profile, code) == expected


def test_profiles_differ_where_the_regulations_do():
    said = {name: profiles.read(name, profiles.contents(name)) for name in PROVINCES}

    assert [name for name in PROVINCES if said[name].requires_signature] == ["khanh_hoa", "thai_binh"]
    assert [name for name in PROVINCES if said[name].delegated_data] == ["lai_chau"]
    assert [name for name in PROVINCES if said[name].most_administrators == 1] == ["khanh_hoa"]
    assert said["lai_chau"].administers == "VPUBND"
    assert {profile.policy for profile in said.values()} <= set(ApprovalPolicy.values)
    assert set(profiles.POLICIES) == set(ApprovalPolicy.values)


@pytest.mark.parametrize("name", PROVINCES)
def test_a_fresh_portal_is_set_up_with_one_command(db, name):
    out = StringIO()

    call_command("apply_profile", name, stdout=out)

    profile = profiles.current()
    assert profile.name == name
    assert f"{profile.province}: {profile.decision}" in out.getvalue()
    assert all(one.name in out.getvalue() for one in profile.types)
    assert Organisation.objects.get(code="UBND").name.endswith(profile.province)
    office = Organisation.objects.get(code=profile.administers)
    above = OrganisationPath.objects.filter(descendant=office).exclude(ancestor=office)
    assert set(above.values_list("ancestor__code", flat=True)) == {"UBND"}
    assert AuditEntry.objects.filter(verb="profile.apply").count() == 1


def test_with_the_profile_a_portal_gets_the_pages_that_regimes_lie_beneath():
    out = StringIO()

    call_command("apply_profile", "khanh_hoa", stdout=out)

    home = HomePage.objects.get()
    assert Site.objects.get(is_default_site=True).root_page_id == home.pk
    assert [page.slug for page in home.get_children().live()] == ["che-do-bao-cao", "huong-dan"]
    assert not Page.objects.filter(depth=2).exclude(pk=home.pk).exists()
    assert "Đã tạo trang chủ" in out.getvalue()
    assert "manage.py createsuperuser" in out.getvalue()


def test_designers_get_their_section_on_a_portal_that_began_with_a_profile(client):
    call_command("apply_profile", "khanh_hoa", stdout=StringIO())
    office = Organisation.objects.get(code="SKHDT")

    designer = make_person("thietke", office, DutyKind.DESIGN)

    section = SectionPage.objects.get(organisation=office)
    assert section.get_parent().slug == "che-do-bao-cao"
    assert section.permissions_for_user(designer).can_add_subpage()
    client.force_login(designer)
    assert "Moderators" not in client.get(f"/admin/pages/{section.pk}/edit/").content.decode()


def test_pages_that_are_there_stay():
    call_command("apply_profile", "lai_chau", stdout=StringIO())
    before = set(Page.objects.values_list("pk", flat=True))

    call_command("apply_profile", "khanh_hoa", stdout=StringIO())

    assert set(Page.objects.values_list("pk", flat=True)) == before


def test_a_province_that_the_installation_does_not_name_gets_its_masthead(client):
    call_command("apply_profile", "soc_trang", stdout=StringIO())

    assert "Tỉnh Sóc Trăng" in client.get("/").content.decode()


def test_what_the_installation_says_of_its_province_stays():
    call_command("apply_profile", "khanh_hoa", stdout=StringIO())

    assert not PortalSettings.objects.exists()


def test_applying_it_twice_changes_nothing(khanh_hoa):
    before = AuditEntry.objects.count()
    out = StringIO()

    call_command("apply_profile", "khanh_hoa", stdout=out)

    assert "không có gì thay đổi" in out.getvalue()
    assert AppliedProfile.objects.count() == 1
    assert AuditEntry.objects.count() == before


def test_the_last_profile_holds_and_the_one_before_is_kept(khanh_hoa):
    apply("lai_chau")

    assert profiles.current().name == "lai_chau"
    assert list(AppliedProfile.objects.values_list("name", flat=True)) == ["khanh_hoa", "lai_chau"]


def test_what_the_profile_would_not_allow_is_told_and_left(department):
    for name in ("mot", "hai"):
        make_person(name, department, DutyKind.UNIT_ADMIN)
    make_person("quantri", department, DutyKind.SYSTEM_ADMIN)

    warnings = apply("khanh_hoa").warnings

    assert warnings == (
        "Sở Tài chính có 2 người quản trị đơn vị, quy chế cho phép nhiều nhất 1.",
        "Người quantri (Sở Tài chính) quản trị hệ thống, quy chế giao việc này cho STTTT.",
    )
    assert Duty.objects.filter(kind=DutyKind.UNIT_ADMIN).count() == 2


def test_an_unknown_profile_names_the_known_ones():
    with pytest.raises(CommandError, match="Các hồ sơ có sẵn: binh_phuoc, khanh_hoa"):
        call_command("apply_profile", "ha_noi")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"approval": {"policy": "never"}}, "không có cách duyệt “never”"),
        ({"administrators": {"least": 2, "most": 1}}, "nhỏ hơn ít nhất"),
        ({"administrator": {}}, "không hiểu mục administrator"),
        ({"offices": {"runs": "X"}}, r"không hiểu mục runs trong \[offices\]"),
        ({"types": [{"code": "a", "name": "A", "duties": ["fly"]}]}, "ghi thiếu hoặc sai"),
        ({"types": [{"code": "a", "name": "A", "duties": []}] * 2}, "ghi hai lần"),
    ],
)
def test_a_profile_that_says_something_impossible_is_refused(said, told):
    with pytest.raises(ProfileError, match=told):
        profiles.read("thu", said)


def test_an_account_becomes_one_of_the_types(khanh_hoa, department, administrator):
    person = make_person("canbo")
    approver = khanh_hoa.type("nguoi-dung-duyet")
    appoint(person, department, title="Giám đốc", by=administrator)

    given = grant_type(person, approver, department, by=administrator)

    assert {duty.kind for duty in given} == {"approve_data", "approve_report", "view"}
    with pytest.raises(AccountError, match="đã có đủ nhiệm vụ"):
        grant_type(person, approver, department, by=administrator)


def test_of_a_type_all_is_given_or_nothing(khanh_hoa, department):
    person, unit_admin = make_person("canbo"), make_person("qtdv", department, DutyKind.UNIT_ADMIN)

    with pytest.raises(PermissionDenied):
        grant_type(person, khanh_hoa.type("quan-tri-he-thong"), department, by=unit_admin)
    with pytest.raises(AccountError, match="không giữ chức vụ lãnh đạo"):
        grant_type(person, khanh_hoa.type("nguoi-dung-duyet"), department, by=unit_admin)

    assert not Duty.objects.filter(person=person).exists()


@pytest.mark.requirement("R37", part="given to leaders alone")
def test_approving_is_given_to_who_holds_an_office_there(department, other_department, administrator):
    person = make_person("canbo")
    appoint(person, other_department, title="Giám đốc", by=administrator)

    for kind in (DutyKind.APPROVE_DATA, DutyKind.APPROVE_REPORT):
        with pytest.raises(AccountError, match="không giữ chức vụ lãnh đạo nào tại Sở Tài chính"):
            grant(person, kind, department, by=administrator)

    appoint(person, department, title="Phó Giám đốc", by=administrator)
    assert grant(person, DutyKind.APPROVE_DATA, department, by=administrator)


@pytest.mark.requirement("R33", part="number per province")
def test_one_administrator_where_the_regulation_has_one(khanh_hoa, department, administrator):
    first = make_person("mot")
    grant(first, DutyKind.UNIT_ADMIN, department, by=administrator)

    with pytest.raises(AccountError, match="đã có Người mot quản trị đơn vị; quy chế cho phép nhiều nhất 1"):
        grant(make_person("hai"), DutyKind.UNIT_ADMIN, department, by=administrator)

    assert Duty.objects.filter(kind=DutyKind.UNIT_ADMIN).count() == 1


def test_without_a_profile_there_is_no_limit(department, administrator):
    for name in ("mot", "hai", "ba"):
        grant(make_person(name), DutyKind.UNIT_ADMIN, department, by=administrator)

    assert Duty.objects.filter(kind=DutyKind.UNIT_ADMIN).count() == 3


def test_an_organisation_with_people_is_not_left_without_an_administrator(
    khanh_hoa, department, administrator
):
    alone = grant(make_person("mot"), DutyKind.UNIT_ADMIN, department, by=administrator)
    make_person("nhap", department, DutyKind.ENTER)

    with pytest.raises(AccountError, match="ít nhất 1 người quản trị đơn vị"):
        revoke(alone, by=administrator)

    alone.refresh_from_db()
    assert alone.valid_to is None


def test_administration_is_handed_over_without_a_day_between(khanh_hoa, department, administrator):
    today = timezone.localdate()
    first, second = make_person("mot"), make_person("hai")
    make_person("nhap", department, DutyKind.ENTER)
    duty = grant(first, DutyKind.UNIT_ADMIN, department, by=administrator)

    new = hand_over_administration(duty, second, by=administrator)

    duty.refresh_from_db()
    assert (duty.valid_to, new.valid_from) == (today - timedelta(days=1), today)
    assert new.person == second
    with pytest.raises(AccountError, match="đã kết thúc"):
        hand_over_administration(duty, make_person("ba"), by=administrator)


def test_only_who_may_give_the_duty_hands_it_over(khanh_hoa, department, other_department, administrator):
    duty = grant(make_person("mot"), DutyKind.UNIT_ADMIN, department, by=administrator)
    foreign = make_person("khac", other_department, DutyKind.UNIT_ADMIN)

    with pytest.raises(PermissionDenied):
        hand_over_administration(duty, foreign, by=foreign)
    with pytest.raises(AccountError, match="người khác"):
        hand_over_administration(duty, duty.person, by=administrator)


@pytest.mark.parametrize(
    ("article", "words"),
    [
        ("8", "Điều 8"),
        ("7.2", "khoản 2 Điều 7"),
        ("9.3b", "điểm b khoản 3 Điều 9"),
        ("8.1đ", "điểm đ khoản 1 Điều 8"),
    ],
)
def test_an_article_in_words(article, words) -> None:
    assert article_in_words(article) == words
