"""Designers author pages in their organisation's section and nowhere else, for as long as they hold the duty."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from home.accounts.models import DutyKind, User
from home.accounts.services import grant, revoke
from home.authoring import keep_authors, keep_authors_tonight
from home.models import GuidancePage, SectionPage
from home.organisations.services import succeed
from tests.conftest import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def regimes(home_page) -> SectionPage:
    return home_page.add_child(instance=SectionPage(title="Chế độ báo cáo", slug="che-do-bao-cao"))


@pytest.fixture
def designer(regimes, department) -> User:
    return make_person("thietke", department, DutyKind.DESIGN)


def section_of(organisation) -> SectionPage:
    return SectionPage.objects.get(organisation=organisation)


def may_add(user, page) -> bool:
    return page.permissions_for_user(User.objects.get(pk=user.pk)).can_add_subpage()


@pytest.mark.requirement("R64", part="pages within one's own authority")
def test_a_designer_authors_in_the_section_of_the_organisation_and_nowhere_else(
    regimes, designer, department, other_department
):
    stranger = make_person("khac", other_department, DutyKind.DESIGN)
    own = section_of(department)

    assert own.get_parent().pk == regimes.pk
    assert own.title == "Chế độ báo cáo của Sở Tài chính"
    assert may_add(designer, own)
    assert not may_add(stranger, own)
    assert not may_add(designer, regimes)
    assert not may_add(designer, section_of(other_department))


def test_one_without_the_duty_authors_nowhere(designer, department):
    clerk = make_person("nhap", department, DutyKind.ENTER)

    assert not may_add(clerk, section_of(department))


def test_the_next_designer_uses_the_same_section(designer, department):
    second = make_person("thietke2", department, DutyKind.DESIGN)

    assert may_add(second, section_of(department))


def test_what_lapses_is_taken_at_night_and_what_is_revoked_at_once(regimes, department):
    today = timezone.localdate()
    lapsing, revoked = make_person("saphet", department), make_person("thuhoi", department)
    grant(lapsing, DutyKind.DESIGN, department, by=None, valid_to=today)
    duty = grant(revoked, DutyKind.DESIGN, department, by=None)
    own = section_of(department)
    assert may_add(lapsing, own)
    assert may_add(revoked, own)

    revoke(duty, by=None)
    assert not may_add(revoked, own)
    assert may_add(lapsing, own)

    keep_authors(today + timedelta(days=1))
    assert not may_add(lapsing, own)


def test_a_duty_that_is_to_come_gives_nothing_yet(regimes, department):
    later = timezone.localdate() + timedelta(days=3)
    person = make_person("sapden", department)
    grant(person, DutyKind.DESIGN, department, by=None, valid_from=later)
    assert not SectionPage.objects.filter(organisation=department).exists()

    keep_authors(later)
    assert may_add(person, section_of(department))


def test_who_is_put_into_a_group_by_hand_is_out_again(designer, department):
    clerk = make_person("nhap", department, DutyKind.ENTER)
    Group.objects.get(name=f"Soạn trang của {department.code}").user_set.add(clerk)

    keep_authors_tonight.delay()

    assert not may_add(clerk, section_of(department))


def test_a_section_that_is_handed_to_an_organisation_is_authored_by_it(
    regimes, designer, department, other_department
):
    other = make_person("khac", other_department, DutyKind.DESIGN)
    page = regimes.add_child(
        instance=SectionPage(title="Hướng dẫn riêng", slug="rieng", organisation=department)
    )
    assert may_add(designer, page)

    page.organisation = other_department
    page.save()

    assert not may_add(designer, page)
    assert may_add(other, page)


def test_duties_may_be_given_before_there_is_a_page(department, other_department):
    person = make_person("som", department, DutyKind.DESIGN)

    assert not Group.objects.filter(user=person, name__startswith="Soạn trang").exists()


def test_the_designer_finds_the_way_in_the_admin(client, designer, department):
    client.force_login(designer)
    own = section_of(department)

    add = client.get(reverse("wagtailadmin_pages:add_subpage", args=[own.pk])).content.decode()
    assert "Chế độ báo cáo" in add
    guidance = reverse("wagtailadmin_pages:add", args=["home", "guidancepage", own.pk])
    client.post(
        guidance,
        {"title": "Cách nhập", "slug": "cach-nhap", "summary": "", "body-count": "0", "action-publish": "1"},
    )
    assert GuidancePage.objects.child_of(own).get().live
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[own.pk])).content.decode()
    assert 'name="organisation"' not in edit


def test_the_end_of_a_delegated_design_ends_authoring(regimes, department):
    own, delegate = make_person("chinh", department, DutyKind.DESIGN), make_person("thay", department)
    grant(
        delegate,
        DutyKind.DESIGN,
        department,
        by=None,
        acting_for=own,
        basis="12/QĐ-STC",
        valid_from=date(2026, 1, 1),
        valid_to=timezone.localdate() + timedelta(days=9),
    )
    assert may_add(delegate, section_of(department))

    keep_authors(timezone.localdate() + timedelta(days=10))
    assert not may_add(delegate, section_of(department))


@pytest.mark.requirement("X17", part="successor answers for predecessors")
def test_who_designs_for_the_successor_authors_in_the_section_of_what_has_ended(regimes, department, lead):
    heir = make_person("thietke-moi", lead, DutyKind.DESIGN)
    old = make_person("thietke-cu", department, DutyKind.DESIGN)
    section = section_of(department)
    assert [may_add(heir, section), may_add(old, section)] == [False, True]

    succeed([department], [lead], kind="sap_nhap", on=timezone.localdate(), by=None)
    keep_authors()

    assert [may_add(heir, section), may_add(old, section)] == [True, False]
