"""Accepted reports, told through the services by the cast of consolidation; the lead agency's publisher."""

from __future__ import annotations

import pytest

from home.accounts.models import DutyKind
from reports.consolidation.services import fill
from reports.submissions import services as submissions
from reports.submissions.models import Submission
from tests.conftest import make_person
from tests.reports.consolidation.story import Staff, deliver, hand_in, hour, staff_of, write

FIGURES = {
    ("I.1", "uoc"): "7.213,5",
    ("I.2", "uoc"): "1.839",
    ("I.1", "luyke"): "30.000",
    ("I.3", "uoc"): "…",
}


@pytest.fixture
def real_paper() -> None:
    """Asked for first, the documents of the test are really drawn."""


@pytest.fixture(autouse=True)
def quick_paper(request, monkeypatch):
    """Every sending archives a PDF; how it looks is tested with documents, and takes half a second each."""
    if "real_paper" not in request.fixturenames:
        monkeypatch.setattr(
            "reports.documents.services.render_pdf", lambda content, **more: f"%PDF-1.7 {content}".encode()
        )


@pytest.fixture
def staff(department) -> Staff:
    return staff_of(department)


@pytest.fixture
def accepted(obligation, staff, receiver) -> Submission:
    """The department's report: six figures, two of them above nought, one unknown."""
    return deliver(
        obligation,
        FIGURES,
        staff,
        receiver,
        text="Thu ngân sách đạt khá.<script>alert(1)</script>",
        at=hour(0),
    )


@pytest.fixture
def committee_receiver(committee):
    return make_person("ubnd-nhan", committee, DutyKind.RECEIVE)


@pytest.fixture
def lead_accepted(accepted, lead_obligation, lead, committee_receiver) -> Submission:
    """The lead agency's report, consolidated from the department's alone, accepted by the committee."""
    lead_staff = staff_of(lead, enters=DutyKind.CONSOLIDATE)
    submission = submissions.open_submission(lead_obligation, at=hour(1))
    fill(submission, by=lead_staff.clerk, at=hour(1))
    write(submission, {}, lead_staff, at=hour(1))
    hand_in(submission, lead_staff, at=hour(2), number=12)
    submissions.accept(submission, by=committee_receiver, at=hour(3))
    submission.refresh_from_db()
    return submission
