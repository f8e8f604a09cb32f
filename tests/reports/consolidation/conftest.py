"""Two departments that report to the lead agency, and its own report."""

from __future__ import annotations

from datetime import date

import pytest

from home.accounts.models import DutyKind
from reports.deadlines.models import Tier
from reports.submissions import services
from reports.submissions.models import Sheet, Submission

from .story import CUSTOMS, INLAND, Staff, deliver, staff_of


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch):
    """Every sending archives a PDF; how it looks is tested with documents, and takes half a second each."""
    monkeypatch.setattr(
        "reports.documents.services.render_pdf", lambda content, **more: f"%PDF {content}".encode()
    )


@pytest.fixture
def staff(department) -> Staff:
    return staff_of(department)


@pytest.fixture
def other_staff(other_department) -> Staff:
    return staff_of(other_department)


@pytest.fixture
def lead_staff(lead) -> Staff:
    """Those who build, approve and send the lead agency's own report."""
    return staff_of(lead, enters=DutyKind.CONSOLIDATE)


@pytest.fixture
def lead_report(lead_obligation) -> Submission:
    """Opened; its reception does not end, for some tests act at today's date."""
    Tier.objects.filter(pk=lead_obligation.tier_id).update(closes_on=date(2099, 12, 31))
    lead_obligation.tier.refresh_from_db(fields=["closes_on"])
    return services.open_submission(lead_obligation)


@pytest.fixture
def lead_sheet(lead_report) -> Sheet:
    return lead_report.sheets.select_related("form_version").get()


@pytest.fixture
def delivered(obligation, staff, receiver) -> Submission:
    """The department's report, accepted."""
    return deliver(obligation, {INLAND: "100,5", CUSTOMS: "40"}, staff, receiver)


@pytest.fixture
def other_delivered(other_obligation, other_staff, receiver) -> Submission:
    return deliver(other_obligation, {INLAND: "20", CUSTOMS: "2"}, other_staff, receiver)
