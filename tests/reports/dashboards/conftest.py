"""The cast on 15 May 2026, three days before the reports are due."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from home.accounts.models import User
from tests.reports.reminders.conftest import (  # noqa: F401
    cast,
    committee_receiver,
    other_regime_clerk,
    sender,
    unit_admin,
)
from tests.reports.submissions import stages
from tests.reports.submissions.conftest import (  # noqa: F401
    accepted,
    approved,
    draft,
    in_review,
    issued,
    sent,
    submission,
)

TODAY = date(2026, 5, 15)
NOON = stages.hour(3)


@pytest.fixture
def at_noon(monkeypatch):
    """The clock of the views stands at noon of 15 May 2026; ``set_clock`` moves it."""

    def set_clock(moment) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_clock(NOON)
    return set_clock


@pytest.fixture
def viewer(committee) -> User:
    """Follows everything beneath the committee."""
    from home.accounts.models import DutyKind
    from tests.conftest import make_person

    return make_person("theodoi", committee, DutyKind.VIEW)
