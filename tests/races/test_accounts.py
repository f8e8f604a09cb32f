"""Two administrators at one assignment, one request, one leaver, in one moment."""

from __future__ import annotations

import pytest
from django.utils import timezone

from home.accounts import asking, leaving
from home.accounts.assigning import assign, board
from home.accounts.models import AccountRequest, Duty, DutyKind, User
from home.accounts.services import AccountError, Outdated
from home.organisations.models import Organisation
from tests.conftest import make_person

from .test_numbers import together

pytestmark = [pytest.mark.slow, pytest.mark.both]


@pytest.fixture
def administrators(department, committee) -> list[User]:
    return [
        make_person("motvi", department, DutyKind.UNIT_ADMIN),
        make_person("haivi", committee, DutyKind.SYSTEM_ADMIN),
    ]


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_of_two_assignments_one_is_kept_and_the_other_told(department, administrators):
    person = make_person("canbo", department, DutyKind.ENTER, scopes=["form:BM01"])
    seen = board(department, DutyKind.ENTER).seen

    results = together(
        *(
            lambda by=by, scope=scope: assign(
                Organisation.objects.get(pk=department.pk),
                DutyKind.ENTER,
                {f"p{person.pk}": {scope}},
                offered={"form:BM01", "form:BM02", "form:BM03"},
                seen=seen,
                by=fresh(by),
            )
            for by, scope in zip(administrators, ("form:BM02", "form:BM03"), strict=True)
        )
    )

    assert sorted(type(result) for result in results if result != 1) == [Outdated]
    assert Duty.objects.filter(person=person, valid_to=None).count() == 1


def test_a_request_is_decided_once(department, administrators):
    leader = make_person("lanhdao", department, DutyKind.APPROVE_REPORT)
    request = asking.ask(
        "create",
        department,
        by=leader,
        full_name="Nguyễn Văn An",
        duties=["enter"],
        document_number="1",
        document_date=timezone.localdate(),
    )

    results = together(
        *(
            lambda by=by, name=name: asking.grant_request(
                AccountRequest.objects.get(pk=request.pk), by=fresh(by), username=name
            )
            for by, name in zip(administrators, ("an.mot", "an.hai"), strict=True)
        )
    )

    assert sum(isinstance(result, asking.Result) for result in results) == 1
    assert sum(isinstance(result, AccountError) for result in results) == 1
    assert User.objects.filter(username__startswith="an.").count() == 1


def test_work_is_handed_over_once(department, administrators):
    person = make_person("nghihuu", department, DutyKind.ENTER)
    successors = [make_person(f"nhan{n}", department, DutyKind.VIEW) for n in range(2)]
    seen = leaving.seen(leaving.unfinished_duties(person))

    results = together(
        *(
            lambda by=by, successor=successor: leaving.hand_over(
                fresh(person), fresh(successor), by=fresh(by), seen_as=seen
            )
            for by, successor in zip(administrators, successors, strict=True)
        )
    )

    assert sum(isinstance(result, list) for result in results) == 1
    assert Duty.objects.filter(kind=DutyKind.ENTER, valid_to=None).count() == 1
