from __future__ import annotations

from datetime import date

import pytest

from reports.deadlines.calendar_services import seed


@pytest.fixture
def seeded_calendar(db) -> None:
    """What ``seed_calendar`` fills in, as on the first day of 2026."""
    seed(range(2024, 2028), today=date(2026, 1, 1))
