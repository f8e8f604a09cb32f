"""SELECTs that are compiled once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import models

from home.accounts.duties import duties_of
from home.accounts.models import Duty, DutyKind, User
from home.prepared import Prepared
from tests.conftest import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_each_asking_gets_its_own_values(department, other_department):
    held = Prepared(
        lambda person, kind: Duty.objects.filter(person_id=person, kind=kind).values_list("organisation_id"),
        person=models.BigAutoField(),
        kind=models.CharField(),
    )
    first = make_person("mot", department, DutyKind.ENTER)
    second = make_person("hai", other_department, DutyKind.ENTER, DutyKind.SEND)

    def asked(person, kind):
        return [organisation for (organisation,) in held.rows(person=person.pk, kind=kind)]

    assert asked(first, DutyKind.ENTER) == [department.pk]
    assert asked(second, DutyKind.ENTER) == [other_department.pk]
    assert asked(second, DutyKind.SEND) == [other_department.pk]
    assert asked(first, DutyKind.SEND) == []


def test_values_come_back_as_python_has_them(department):
    duty = Duty.objects.create(
        person=make_person("mot"), organisation=department, kind=DutyKind.ENTER, valid_from=date(2026, 5, 1)
    )
    known = Prepared(
        lambda day: Duty.objects.filter(valid_from__lte=day).values_list(
            "valid_from", "person__is_active", "person__date_joined"
        ),
        day=models.DateField(),
    )

    assert list(known.rows(day=date(2026, 5, 1))) == [(date(2026, 5, 1), True, duty.person.date_joined)]
    assert list(known.rows(day=date(2026, 4, 30))) == []


def test_it_is_built_once_however_often_it_is_asked(department):
    built = []

    def build(person):
        built.append(person)
        return User.objects.filter(pk=person).values_list("username")

    names = Prepared(build, person=models.BigAutoField())
    person = make_person("mot")

    assert [list(names.rows(person=person.pk)) for _ in range(3)] == [[("mot",)]] * 3
    assert len(built) == 1


def test_a_text_is_a_value_and_no_sql(department):
    person = make_person("mot")
    named = Prepared(
        lambda name: User.objects.filter(username=name).values_list("pk"),
        name=models.CharField(max_length=150),
    )

    assert list(named.rows(name="mot' OR '1'='1")) == []
    assert list(named.rows(name="mot")) == [(person.pk,)]


def test_duties_are_those_of_the_day_that_is_asked(department):
    today = date(2026, 6, 1)
    person = make_person("mot")
    Duty.objects.create(
        person=person, organisation=department, kind=DutyKind.ENTER, valid_to=today, valid_from=today
    )

    def held(day):
        return bool(duties_of(User.objects.get(pk=person.pk), day).duties)

    assert [held(today + timedelta(days=days)) for days in (-1, 0, 1)] == [False, True, False]
