"""What stands between a report and being handed in."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from django.utils import timezone

from indicators.periods import Period
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.completeness import problems

from . import stages
from .stages import START


@pytest.fixture
def january(regime, department):
    """The report of January: its month and its months so far are one span, hence one figure."""
    opened = deadlines.open_round(regime.latest_version, Period.parse("2027-M01"), by=None, at=START)
    obligation = Obligation.objects.get(tier__round=opened, organisation=department)
    at = timezone.make_aware(datetime.combine(obligation.tier.opens_on, time(8)))
    return services.open_submission(obligation, at=at), at


@pytest.mark.requirement("R88", part="contradictions named before submitting")
def test_two_cells_for_one_figure_must_agree(january, clerk):
    submission, at = january
    stages.fill(submission, clerk, at=at)
    assert problems(submission) == []
    sheet = submission.sheets.get()
    entry = CellEntry(sheet.pk, "I.2", "luyke", value=stages.number("101"))
    save_cells(submission, [entry], by=clerk, at=at)

    [problem] = problems(submission)

    assert (
        "cột “Ước tháng” ghi 100 nhưng Biểu BM01, dòng “Thu từ hoạt động xuất nhập khẩu”, "
        "cột “Lũy kế từ đầu năm” ghi 101"
    ) in problem.text
    assert problem.cell == ("I.2", "luyke")
    assert problem.sheet_id == sheet.pk


def test_in_other_months_the_two_are_two_figures(submission, clerk):
    stages.fill(submission, clerk)
    entry = CellEntry(submission.sheets.get().pk, "I.2", "luyke", value=stages.number("900"))
    save_cells(submission, [entry], by=clerk, at=START)

    assert problems(submission) == []
