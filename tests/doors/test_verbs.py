"""At each stage of a report everybody presses every button: exactly the right people move it, and nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from home.accounts.models import Appointment, DutyKind
from home.organisations.models import Organisation, OrganisationKind
from reports.entry.acts import ACTS
from reports.regimes.models import ApprovalPolicy
from reports.submissions import services
from reports.submissions.models import AdjustmentRequest, Decision, Dispatch, Submission
from reports.submissions.status import Reason
from tests.conftest import make_person
from tests.reports.submissions import stages

PEOPLE = (
    "outsider",
    "clerk",
    "reviewer",
    "data_leader",
    "leader",
    "registrar",
    "receiver",
    "consolidator",
    "publisher",
    "designer",
    "monitor",
    "viewer",
    "root",
)

PDF = b"%PDF-1.7\n%%EOF\n"

#: Stage → verb → who moves the report by it. What is not here moves nothing.
MOVES: dict[str, dict[str, set[str]]] = {
    "draft": {"submit": {"clerk"}, "record_outside": {"registrar"}},
    "in_review": {"approve_data": {"data_leader"}, "refuse": {"data_leader"}, "withdraw": {"clerk"}},
    "data_approved": {"approve_report": {"leader"}, "refuse": {"leader"}, "withdraw": {"clerk"}},
    "approved": {"issue": {"registrar"}, "withdraw": {"clerk", "leader"}},
    "issued": {"send": {"registrar"}},
    "sent": {"accept": {"receiver"}, "return": {"receiver"}, "recall": {"registrar"}},
    "accepted": {"request_adjustment": {"clerk"}, "demand_adjustment": {"receiver"}},
    "adjustment_asked": {"grant_adjustment": {"receiver"}, "decline_adjustment": {"receiver"}},
    "declaring": {"declare": {"clerk"}, "withdraw": {"clerk"}},
    "unsigned": {
        "approve_by_document": {"registrar"},
        "refuse": {"registrar"},
        "withdraw": {"clerk"},
    },
    "signed": {"send": {"registrar"}, "withdraw": {"clerk", "leader"}},
    "adjusting": {"submit": {"clerk"}, "cancel_adjustment": {"clerk"}, "record_outside": {"registrar"}},
}


@pytest.fixture
def viewer(department):
    return make_person("theodoi", department, DutyKind.VIEW)


@pytest.fixture
def data_approved(in_review, data_leader) -> Submission:
    services.approve_data(in_review, by=data_leader, seen=in_review.snapshot.sha256, at=stages.hour(2))
    in_review.refresh_from_db()
    return in_review


@pytest.fixture
def adjustment_asked(accepted, clerk) -> Submission:
    services.request_adjustment(accepted, by=clerk, reason="Nhầm dòng 1", at=stages.hour(26))
    return accepted


@pytest.fixture
def adjusting(adjustment_asked, receiver) -> Submission:
    return services.grant_adjustment(adjustment_asked, by=receiver, at=stages.hour(27))


@pytest.fixture
def declaring(draft, department, clerk) -> Submission:
    """An enterprise's report; nobody but who entered decides."""
    Organisation.objects.filter(pk=department.pk).update(kind=OrganisationKind.ENTERPRISE)
    return stages.submit(stages.with_policy(draft, approval_policy=ApprovalPolicy.SELF_DECLARED), clerk)


@pytest.fixture
def unsigned(draft, clerk, registrar, leader) -> Submission:
    return stages.submit(stages.with_policy(draft, approval_policy=ApprovalPolicy.BY_DOCUMENT), clerk)


@pytest.fixture
def signed(unsigned, registrar, leader) -> Submission:
    services.approve_by_document(
        unsigned,
        by=registrar,
        seen=unsigned.snapshot.sha256,
        name="ban-ky.pdf",
        content=PDF,
        signer=leader.appointments.get(),
        number=5,
        symbol="BC-STC",
        issued_on=date(2026, 5, 15),
    )
    unsigned.refresh_from_db()
    return unsigned


def typed(submission: Submission) -> dict[str, Any]:
    """Something right for every field of every dialog."""
    return {
        "seen": submission.snapshot.sha256 if submission.snapshot else "",
        "form_codes": ["BM01"],
        "form_code": "BM01",
        "reasons": [Reason.WRONG_FIGURES],
        "text": "Sai dòng 1.",
        "number": "128",
        "symbol": "BC-STC",
        "issued_on": "15/05/2026",
        "document": "",
        "channel": "e_office",
        "sent_on": "15/05/2026",
        "sent_time": "16:30",
        "evidence": SimpleUploadedFile("phieu-gui.pdf", PDF, "application/pdf"),
        "file": SimpleUploadedFile("ban-ky.pdf", PDF, "application/pdf"),
        "signer": Appointment.objects.get(person__username="giamdoc").pk,
        "note": "",
    }


def state_of(submission: Submission) -> tuple[Any, ...]:
    """All that a verb could move."""
    submission = Submission.objects.select_related("document").get(pk=submission.pk)
    document = submission.document
    return (
        submission.status,
        submission.snapshot_id,
        document and document.number,
        Decision.objects.count(),
        list(Dispatch.objects.values_list("outcome", flat=True)),
        list(AdjustmentRequest.objects.values_list("granted", flat=True)),
    )


def press(client: Client, act: str, submission: Submission) -> int:
    address = reverse(f"wagtailsnippets_submissions_submission:{act}", args=[submission.pk])
    return client.post(address, typed(submission)).status_code


@pytest.mark.slow
@pytest.mark.parametrize("stage", MOVES)
@pytest.mark.requirement("R37", part="approves only with the duty")
@pytest.mark.requirement("R38", part="separate right")
@pytest.mark.requirement("R41", part="named receivers")
@pytest.mark.requirement("R40", part="functions")
@pytest.mark.requirement("R107", part="receiver refuses")
def test_a_button_moves_the_report_for_exactly_those_it_is_for(request, stage):
    submission: Submission = request.getfixturevalue(stage)
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    before = state_of(submission)
    moved: dict[str, set[str]] = {}

    for name, person in people.items():
        client = Client()
        client.force_login(person)
        for act in ACTS:
            point = transaction.savepoint()
            assert press(client, act.name, submission) < 500, (name, act.name)
            if state_of(submission) != before:
                moved.setdefault(act.name, set()).add(name)
            transaction.savepoint_rollback(point)
            client.cookies.pop("messages", None)

    assert moved == MOVES[stage]


def test_every_button_is_pressed_by_somebody_at_some_stage():
    pressed = {verb for verbs in MOVES.values() for verb in verbs}

    assert {act.name for act in ACTS} - pressed == {"review"}  # the regime of these tests has no such step
