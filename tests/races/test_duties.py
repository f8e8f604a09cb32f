"""Two administrators at one organisation in one moment."""

from __future__ import annotations

import pytest

from home.accounts.models import Duty, DutyKind, User
from home.accounts.profiles.applying import apply
from home.accounts.services import AccountError, grant, hand_over_administration
from home.models import SectionPage
from tests.conftest import make_organisation, make_person

from .test_numbers import together

pytestmark = [pytest.mark.slow, pytest.mark.both]

AT_ONCE = 6


@pytest.fixture
def people(department) -> list[User]:
    return [make_person(f"canbo{n}") for n in range(AT_ONCE)]


def give(person, kind, organisation):
    return lambda: grant(User.objects.get(pk=person.pk), kind, organisation, by=None)


@pytest.mark.requirement("R33", part="number per province")
def test_one_administrator_stays_one_however_many_are_named_at_once(people, department, lead, committee):
    apply("khanh_hoa")

    results = together(*(give(person, DutyKind.UNIT_ADMIN, department) for person in people))

    assert Duty.objects.filter(kind=DutyKind.UNIT_ADMIN).count() == 1
    refused = [result for result in results if not isinstance(result, Duty)]
    assert len(refused) == AT_ONCE - 1
    assert all(isinstance(result, AccountError) for result in refused)


def test_a_duty_is_handed_over_once(people, department, lead, committee):
    apply("khanh_hoa")
    duty = grant(people[0], DutyKind.UNIT_ADMIN, department, by=None)
    administrator = make_person("quantri", lead, DutyKind.SYSTEM_ADMIN)

    results = together(
        *(
            lambda person=person: hand_over_administration(
                Duty.objects.get(pk=duty.pk), person, by=User.objects.get(pk=administrator.pk)
            )
            for person in people[1:]
        )
    )

    assert [type(result) for result in results].count(Duty) == 1
    assert Duty.objects.filter(kind=DutyKind.UNIT_ADMIN, valid_to=None).count() == 1


def test_first_designers_named_at_once_get_a_section_each(people, home_page, committee):
    home_page.add_child(instance=SectionPage(title="Chế độ báo cáo", slug="che-do-bao-cao"))
    offices = [make_organisation(f"SO{n}", f"Sở số {n}", "so") for n in range(AT_ONCE // 2)]

    results = together(
        *(give(person, DutyKind.DESIGN, offices[place // 2]) for place, person in enumerate(people))
    )

    assert [type(result) for result in results] == [Duty] * AT_ONCE
    sections = SectionPage.objects.exclude(organisation=None)
    assert sorted(sections.values_list("organisation__code", flat=True)) == ["SO0", "SO1", "SO2"]
    assert SectionPage.find_problems() == ([], [], [], [], [])
    for place, person in enumerate(people):
        page = sections.get(organisation=offices[place // 2])
        assert page.permissions_for_user(User.objects.get(pk=person.pk)).can_add_subpage()
