"""Between opening the page and pressing the button the right to press it ends: nothing happens, whatever it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from home.accounts.models import Duty, DutyKind, User
from reports.submissions import services
from reports.submissions.models import Submission
from reports.submissions.status import Reason
from tests.conftest import make_person
from tests.reports.submissions import heirs, stages

from .conftest import address, fingerprint
from .test_acts import PDF

pytestmark = pytest.mark.slow


def a_duty_ends(person: User, report: Submission, other) -> None:
    person.duties.update(valid_to=timezone.localdate() - timedelta(days=1))


def the_account_is_closed(person: User, report: Submission, other) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def the_person_is_moved(person: User, report: Submission, other) -> None:
    """The same duties, in another organisation from today."""
    kinds = list(person.duties.values_list("kind", flat=True))
    a_duty_ends(person, report, other)
    Duty.objects.bulk_create(Duty(person=person, organisation=other, kind=kind) for kind in kinds)


def the_organisation_ends(person: User, report: Submission, other) -> None:
    heirs.merge(person.duties.first().organisation, heirs.heir("SMOI", "Sở mới"))


MEANWHILE = (a_duty_ends, the_account_is_closed, the_person_is_moved, the_organisation_ends)

#: Stage, person, address, what is posted.
PRESSED: dict[str, tuple[str, str, Callable[[Submission], dict[str, Any]]]] = {
    "submit": ("draft", "clerk", lambda report: {}),
    "approve_data": (
        "in_review",
        "data_leader",
        lambda report: {"seen": report.snapshot.sha256, "form_codes": ["BM01"]},
    ),
    "refuse": (
        "in_review",
        "data_leader",
        lambda report: {
            "seen": report.snapshot.sha256,
            "form_code": "BM01",
            "reasons": [Reason.WRONG_FIGURES],
            "text": "Dòng 1",
        },
    ),
    "send": ("issued", "registrar", lambda report: {}),
    "accept": ("sent", "receiver", lambda report: {}),
    "upload": (
        "draft",
        "clerk",
        lambda report: {"file": SimpleUploadedFile("a.pdf", PDF, "application/pdf"), "kind": "evidence"},
    ),
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize("verb", PRESSED)
@pytest.mark.requirement("R37", part="approves only with the duty")
def test_who_lost_the_right_since_the_page_was_opened_moves_nothing(
    request, as_user, verb, meanwhile, other_department
):
    stage, who, typed = PRESSED[verb]
    report, person = request.getfixturevalue(stage), request.getfixturevalue(who)
    browser = as_user(person)
    assert browser.get(address("edit", report.pk)).status_code == 200
    posted = typed(report)
    meanwhile(person, report, other_department)
    before = fingerprint()

    answer = browser.post(address(verb, report.pk), posted)

    assert answer.status_code in {302, 401, 403, 404}
    assert fingerprint() == before


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_what_is_typed_after_the_right_has_ended_is_not_saved(
    as_user, submission, clerk, other_department, meanwhile
):
    browser = as_user(clerk)
    assert browser.get(address("edit", submission.pk)).status_code == 200
    meanwhile(clerk, submission, other_department)
    before = fingerprint()

    cell = {"sheet": submission.sheets.get().pk, "row": "I.1", "column": "uoc", "text": "7", "seen": 0}
    answer = browser.post(address("cell", submission.pk), cell, content_type="application/json")

    assert answer.status_code in {302, 401, 403, 404}
    assert fingerprint() == before


@pytest.mark.requirement("R39", part="lapses by itself")
def test_a_delegation_that_lapses_at_midnight_approves_nothing_in_the_morning(
    as_user, in_review, department, data_leader
):
    deputy = make_person("uyquyen", department)
    duty = Duty.objects.create(
        person=deputy,
        organisation=department,
        kind=DutyKind.APPROVE_DATA,
        acting_for=data_leader,
        basis="Giấy ủy quyền 01",
        valid_to=timezone.localdate(),
    )
    browser = as_user(deputy)
    page = browser.get(address("edit", in_review.pk)).content.decode()
    assert "dialog-approve_data" in page
    Duty.objects.filter(pk=duty.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    before = fingerprint()

    posted = {"seen": in_review.snapshot.sha256, "form_codes": ["BM01"]}
    answer = browser.post(address("approve_data", in_review.pk), posted)

    assert answer.status_code in {302, 404}
    assert fingerprint() == before


@pytest.mark.parametrize(
    "forged",
    [
        {"form_codes": ["BM-TH"]},
        {"form_codes": ["BM01", "BM-TH"]},
        {"form_codes": ["1"]},
        {"seen": ""},
        {"seen": "0" * 64},
        {"seen": "theirs"},
    ],
    ids=str,
)
def test_a_forged_form_or_hash_approves_nothing(
    as_user, in_review, other_obligation, other_department, outsider, data_leader, forged
):
    if forged.get("seen") == "theirs":
        theirs = services.open_submission(other_obligation, at=stages.START)
        type(theirs.obligation.tier).objects.update(closes_on="2099-12-31")
        stages.fill(theirs, outsider)
        for kind in (DutyKind.APPROVE_DATA, DutyKind.APPROVE_REPORT):
            make_person(f"lanhdao-{kind}", other_department, kind)
        forged = {"seen": stages.submit(theirs, outsider).snapshot.sha256}
    before = fingerprint()

    posted = {"seen": in_review.snapshot.sha256, "form_codes": ["BM01"]} | forged
    answer = as_user(data_leader).post(address("approve_data", in_review.pk), posted)

    assert answer.status_code == 422
    assert fingerprint() == before
