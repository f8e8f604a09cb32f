"""From a total down to organisation, cell, report and the people who stand for it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.models import Aggregation
from indicators.numbers import BLANK, CellValue
from reports.consolidation.drilling import drill
from reports.consolidation.services import adjust, fill
from reports.submissions import services as submissions
from reports.submissions.errors import SubmissionError
from reports.submissions.models import Step

from .story import INLAND, hour, write


@pytest.fixture
def filled(lead_report, delivered, other_obligation, lead_staff):
    """One of two organisations is in."""
    fill(lead_report, by=lead_staff.clerk, at=hour(2))
    return lead_report


@pytest.mark.requirement(
    "R15", part="every value traceable to who entered and approved it, and to the report"
)
def test_a_total_is_traced_to_organisation_cell_report_and_decisions(filled, lead_sheet, delivered, staff):
    found = drill(filled, lead_sheet, *INLAND)

    ours, other = found.parts
    assert (ours.organisation, ours.value) == (delivered.organisation, CellValue(Decimal("100.5")))
    assert ours.cell == "Biểu BM01, dòng “Thu nội địa”, cột “Ước tháng”"
    assert ours.dispatch == delivered.dispatches.get()
    assert ours.dispatch.source.citation == "Báo cáo số 05/BC-STC ngày 15/05/2026 của Sở Tài chính"
    assert [(decision.step, decision.person) for decision in ours.decisions] == [
        (Step.DATA, staff.data_leader),
        (Step.REPORT, staff.leader),
    ]
    assert ours.entered.by == staff.clerk
    assert (other.organisation.name, other.dispatch, other.value) == ("Sở Du lịch", None, BLANK)
    assert found.total.reported == 1


def test_the_parts_and_the_lines_make_up_what_the_cell_shows(filled, lead_sheet, other_delivered, lead_staff):
    fill(filled, by=lead_staff.clerk, at=hour(3))
    adjust(filled, lead_sheet, *INLAND, Decimal("-0.5"), "Làm tròn", by=lead_staff.clerk)

    found = drill(filled, lead_sheet, *INLAND)

    assert sum(part.value.amount for part in found.parts) + found.adjustment == found.value.amount == 120


def test_a_drill_shows_what_was_sent_not_what_is_being_typed(filled, lead_sheet, delivered, staff, receiver):
    submissions.demand_adjustment(delivered, by=receiver, reason="Chưa khớp", at=hour(4))
    delivered.refresh_from_db()
    write(delivered, {INLAND: "999"}, staff, at=hour(5))

    ours = drill(filled, lead_sheet, *INLAND).parts[0]

    assert ours.value == CellValue(Decimal("100.5"))
    assert ours.entered.at < hour(4)


def test_a_weighted_total_shows_its_weights(filled, lead_sheet, indicators):
    rate = indicators["THU-NOI-DIA"]
    rate.space_aggregation, rate.weight = Aggregation.WEIGHTED, indicators["THU-XNK"]
    rate.save()

    assert drill(filled, lead_sheet, *INLAND).parts[0].weight == CellValue(Decimal("40"))


def test_only_consolidated_cells_have_sources(filled, lead_sheet):
    for key in [("I", "uoc"), ("I.1", "ke-hoach"), ("khong-co", "uoc")]:
        with pytest.raises(SubmissionError):
            drill(filled, lead_sheet, *key)
