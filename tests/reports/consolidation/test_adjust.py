"""Adjustment lines: added to a total with a reason, revoked, never lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from home.audit.models import AuditEntry
from indicators.numbers import BLANK, CellValue
from reports.consolidation.models import ConsolidationAdjustment
from reports.consolidation.services import adjust, fill, revoke_adjustment
from reports.submissions import paper
from reports.submissions import services as submissions
from reports.submissions.errors import Locked, NotAllowed, SubmissionError
from reports.submissions.timeline import timeline

from .story import INLAND, deliver_again, hour, shown, write

TEN = Decimal("10")


@pytest.fixture
def filled(lead_report, delivered, other_delivered, lead_staff):
    """Inland revenue 100,5 + 20."""
    fill(lead_report, by=lead_staff.clerk, at=hour(2))
    return lead_report


@pytest.fixture
def line(filled, lead_sheet, lead_staff) -> ConsolidationAdjustment:
    return adjust(filled, lead_sheet, *INLAND, TEN, "Thu chậm sổ", by=lead_staff.clerk, at=hour(3))


@pytest.mark.requirement("R110", part="adjustment as a line of its own with its reason")
def test_a_line_is_added_to_the_total_and_taken_off_again(filled, lead_sheet, line, lead_staff):
    assert shown(lead_sheet) == CellValue(Decimal("130.5"))

    revoke_adjustment(line, by=lead_staff.clerk)

    line.refresh_from_db()
    assert shown(lead_sheet) == CellValue(Decimal("120.5"))
    assert (line.revoked_by, line.reason) == (lead_staff.clerk, "Thu chậm sổ")


def test_a_line_stays_on_top_of_the_next_fill(
    filled, lead_sheet, line, delivered, staff, receiver, lead_staff
):
    deliver_again(delivered, {INLAND: "200"}, staff, receiver, at=hour(4))

    fill(filled, by=lead_staff.clerk, at=hour(5))

    assert shown(lead_sheet) == CellValue(Decimal("230"))


def test_a_line_can_stand_where_no_total_does(lead_report, lead_sheet, lead_staff):
    line = adjust(lead_report, lead_sheet, *INLAND, TEN, "Số của cơ quan thuế", by=lead_staff.clerk)
    assert shown(lead_sheet) == CellValue(TEN)

    revoke_adjustment(line, by=lead_staff.clerk)

    assert shown(lead_sheet) == BLANK


@pytest.mark.requirement("R15", part="who changed a total, when and why")
def test_lines_are_told_in_the_audit_trail_and_the_timeline(filled, line, lead_staff):
    revoke_adjustment(line, by=lead_staff.clerk, at=hour(4))

    verbs = list(AuditEntry.objects.about(filled).values_list("verb", flat=True))
    assert [verb for verb in verbs if verb.startswith("consolidation.")] == [
        "consolidation.fill",
        "consolidation.adjust",
        "consolidation.revoke",
    ]
    told = {event.verb: event for event in timeline(filled)}
    assert "+10 vào Biểu BM-TH, dòng “Thu nội địa”, cột “Ước tháng”" in told["consolidation.adjust"].text
    assert told["consolidation.adjust"].detail == "Thu chậm sổ"


@pytest.mark.requirement("R100", part="who adjusts a total does not approve it")
def test_who_adjusts_is_an_author(filled, line, lead_staff):
    assert submissions.authors_since_acceptance(filled) == {lead_staff.clerk.pk}


def test_a_line_needs_a_reason_and_an_amount_that_can_be_kept(filled, lead_sheet, lead_staff):
    for amount, reason, said in [
        ("10", " ", "lý do"),
        ("10", "x" * 401, "400"),
        ("0", "Làm tròn", "khác 0"),
        ("0.1234567", "Làm tròn", "quá dài"),
        ("9999999999999.99", "Làm tròn", "quá dài"),  # could be kept alone, not with the total's own decimals
    ]:
        with pytest.raises(SubmissionError, match=said):
            adjust(filled, lead_sheet, *INLAND, Decimal(amount), reason, by=lead_staff.clerk)

    assert not ConsolidationAdjustment.objects.exists()
    assert shown(lead_sheet) == CellValue(Decimal("120.5"))


def test_only_consolidated_cells_take_lines(filled, lead_sheet, lead_staff):
    for key in [("I.1", "ke-hoach"), ("I", "uoc"), ("khong-co", "uoc")]:
        with pytest.raises(SubmissionError, match="ô tổng hợp"):
            adjust(filled, lead_sheet, *key, TEN, "Thu chậm sổ", by=lead_staff.clerk)


def test_a_line_of_another_report_is_refused(filled, delivered, lead_staff):
    with pytest.raises(SubmissionError, match="ô tổng hợp"):
        adjust(filled, delivered.sheets.get(), *INLAND, TEN, "Thu chậm sổ", by=lead_staff.clerk)


def test_only_those_who_consolidate_adjust(filled, lead_sheet, line, outsider, receiver, clerk):
    for person in (outsider, receiver, clerk):
        with pytest.raises(NotAllowed):
            adjust(filled, lead_sheet, *INLAND, TEN, "Thu chậm sổ", by=person)
        with pytest.raises(NotAllowed):
            revoke_adjustment(line, by=person)

    assert shown(lead_sheet) == CellValue(Decimal("130.5"))


def test_lines_are_fixed_once_the_report_is_in_review(filled, lead_sheet, line, lead_staff):
    write(filled, {}, lead_staff, at=hour(4))
    submissions.submit(filled, by=lead_staff.clerk, at=hour(5))

    with pytest.raises(Locked):
        adjust(filled, lead_sheet, *INLAND, TEN, "Thu chậm sổ", by=lead_staff.clerk)
    with pytest.raises(Locked):
        revoke_adjustment(line, by=lead_staff.clerk)


def test_a_line_is_revoked_once(filled, line, lead_staff):
    revoke_adjustment(line, by=lead_staff.clerk)

    with pytest.raises(SubmissionError, match="đã bỏ rồi"):
        revoke_adjustment(line, by=lead_staff.clerk)


@pytest.mark.requirement("R110", part="adjustment as a line of its own with its reason")
def test_a_line_stands_on_paper_at_its_total_until_it_is_revoked(filled, line, lead_staff):
    def on_paper() -> list[tuple[str, str]]:
        table = paper.content_of(filled).tables[0]
        return [(table.rows[row].label, table.notes[number - 1]) for row, _, number in table.marks]

    assert on_paper() == [("Thu nội địa", "Đã điều chỉnh +10: Thu chậm sổ.")]
    revoke_adjustment(line, by=lead_staff.clerk)
    assert on_paper() == []
