"""Reports at each stage; ``stages`` has the verbs in test words."""

from __future__ import annotations

from datetime import date

import pytest

from reports.deadlines.models import Tier
from reports.submissions import services
from reports.submissions.models import Submission

from . import stages


@pytest.fixture
def submission(obligation) -> Submission:
    """Opened, empty; its reception does not end, for most tests act at today's date."""
    Tier.objects.filter(pk=obligation.tier_id).update(closes_on=date(2099, 12, 31))
    obligation.tier.refresh_from_db(fields=["closes_on"])
    return services.open_submission(obligation, at=stages.START)


@pytest.fixture
def draft(submission, clerk) -> Submission:
    """Filled in by the clerk, ready to be submitted."""
    stages.fill(submission, clerk)
    return Submission.objects.get(pk=submission.pk)


@pytest.fixture
def in_review(draft, clerk, data_leader, leader) -> Submission:
    return stages.submit(draft, clerk, at=stages.hour(1))


@pytest.fixture
def approved(in_review, data_leader, leader) -> Submission:
    return stages.approve(in_review, data_leader, leader, at=stages.hour(2))


@pytest.fixture
def issued(approved, registrar) -> Submission:
    return stages.issue(approved, registrar, at=stages.hour(3))


@pytest.fixture
def sent(issued, registrar) -> Submission:
    stages.send(issued, registrar, at=stages.hour(4))
    return issued


@pytest.fixture
def accepted(sent, receiver) -> Submission:
    services.accept(sent, by=receiver, at=stages.hour(24))
    sent.refresh_from_db()
    return sent
