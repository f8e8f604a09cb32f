"""Who is in the report, who is missing, and what has changed beneath it since."""

from __future__ import annotations

from decimal import Decimal

import pytest

from home.accounts.models import DutyKind
from indicators.numbers import CellValue
from reports.consolidation.coverage import coverage_note, missing, new_inputs, stale_inputs
from reports.consolidation.models import ConsolidationInput
from reports.consolidation.services import adjust, fill
from reports.deadlines import services as deadlines
from reports.submissions import paper
from reports.submissions import services as submissions
from tests.conftest import make_person

from .story import CUSTOMS, INLAND, deliver, deliver_again, hand_in, hour, shown, write


@pytest.fixture
def filled(lead_report, delivered, other_delivered, lead_staff):
    fill(lead_report, by=lead_staff.clerk, at=hour(2))
    return lead_report


@pytest.fixture
def accepted(filled, lead_staff, committee):
    """The lead agency's report, accepted by the committee."""
    write(filled, {}, lead_staff, at=hour(3))
    hand_in(filled, lead_staff, at=hour(3), number=7)
    submissions.accept(filled, by=make_person("vpub", committee, DutyKind.RECEIVE), at=hour(3))
    filled.refresh_from_db()
    return filled


@pytest.mark.requirement("R114", part="coverage: n of N and who is missing")
def test_whoever_has_nothing_accepted_is_missing_with_where_he_stands(
    lead_report, delivered, other_obligation, other_staff
):
    assert [(one.organisation.name, one.state) for one in missing(lead_report)] == [("Sở Du lịch", "Chưa mở")]

    theirs = submissions.open_submission(other_obligation)
    write(theirs, {}, other_staff)
    assert [one.state for one in missing(lead_report)] == ["Đang nhập"]

    hand_in(theirs, other_staff, at=hour(1), number=5)
    [one] = missing(lead_report)
    assert (one.state, one.awaits_acceptance) == ("Đã gửi", True)
    assert not one.is_overdue(hour(24 * 30))


def test_a_report_not_sent_is_overdue_after_its_due_moment(lead_report, other_obligation, delivered):
    [one] = missing(lead_report)

    assert not one.is_overdue(other_obligation.due_at)
    assert one.is_overdue(hour(24 * 30))


def test_a_report_accepted_after_the_fill_is_new(
    lead_report, delivered, lead_staff, other_obligation, other_staff, receiver
):
    fill(lead_report, by=lead_staff.clerk, at=hour(1))
    assert new_inputs(lead_report) == []

    theirs = deliver(other_obligation, {}, other_staff, receiver, at=hour(2))

    assert [dispatch.submission for dispatch in new_inputs(lead_report)] == [theirs]


@pytest.mark.requirement("X14", part="downstream totals flagged stale")
def test_an_adjustment_below_marks_the_report_and_a_refill_takes_the_new_figure(
    filled, lead_sheet, delivered, staff, receiver, lead_staff
):
    assert stale_inputs(filled) == []

    deliver_again(delivered, {INLAND: "90", CUSTOMS: "40"}, staff, receiver, at=hour(4))

    [stale] = stale_inputs(filled)
    assert stale.organisation == delivered.organisation
    [change] = stale.changes
    assert change.name == "Biểu BM01, dòng “Thu nội địa”, cột “Ước tháng”"
    assert (change.old, change.new) == (CellValue(Decimal("100.5")), CellValue(Decimal("90")))
    assert shown(lead_sheet) == CellValue(Decimal("120.5"))

    fill(filled, by=lead_staff.clerk, at=hour(5))

    assert stale_inputs(filled) == []
    assert shown(lead_sheet) == CellValue(Decimal("110"))
    assert ConsolidationInput.objects.count() == 3
    assert ConsolidationInput.objects.in_force().count() == 2


@pytest.mark.requirement("X14", part="downstream totals flagged stale")
def test_a_report_already_accepted_above_is_marked_too(accepted, delivered, staff, receiver):
    deliver_again(delivered, {INLAND: "90"}, staff, receiver, at=hour(4))

    assert [stale.organisation for stale in stale_inputs(accepted)] == [delivered.organisation]


def test_a_change_of_text_alone_is_told_without_figures(filled, delivered, staff, receiver):
    deliver_again(delivered, {INLAND: "100,5", CUSTOMS: "40"}, staff, receiver, text="Viết lại.", at=hour(4))

    [stale] = stale_inputs(filled)
    assert stale.changes == []


def test_an_input_whose_sender_is_exempted_is_stale_and_leaves_at_the_next_fill(
    filled, lead_sheet, other_obligation, receiver, lead_staff
):
    deadlines.exempt(other_obligation, reason="Không phát sinh", document="12/UBND-TH", by=receiver)

    [stale] = stale_inputs(filled)
    assert (stale.organisation, stale.current) == (other_obligation.organisation, None)

    fill(filled, by=lead_staff.clerk, at=hour(5))
    assert stale_inputs(filled) == []
    assert shown(lead_sheet) == CellValue(Decimal("100.5"))


@pytest.mark.requirement("R110", part="may go with n of N, naming the missing")
def test_the_document_says_whose_figures_it_has_and_whose_it_lacks(
    lead_report, delivered, other_obligation, lead_staff, other_staff, receiver
):
    assert coverage_note(lead_report) == ""

    fill(lead_report, by=lead_staff.clerk, at=hour(1))
    note = "Báo cáo được tổng hợp từ số liệu của 1/2 cơ quan, đơn vị phải báo cáo; chưa có số liệu của: Sở Du lịch."
    assert coverage_note(lead_report) == note
    assert note in paper.content_of(lead_report).opening

    deliver(other_obligation, {}, other_staff, receiver, at=hour(2))
    assert coverage_note(lead_report) == note  # accepted, not taken yet

    fill(lead_report, by=lead_staff.clerk, at=hour(3))
    assert (
        coverage_note(lead_report) == "Báo cáo được tổng hợp từ số liệu của 2/2 cơ quan, đơn vị phải báo cáo."
    )


@pytest.mark.requirement("R110", part="approves and reports upward")
def test_a_report_with_missing_organisations_is_submitted_approved_and_sent(
    lead_report, delivered, lead_staff
):
    fill(lead_report, by=lead_staff.clerk, at=hour(1))
    write(lead_report, {}, lead_staff, at=hour(2))

    hand_in(lead_report, lead_staff, at=hour(3), number=7)

    assert "chưa có số liệu của: Sở Du lịch" in lead_report.document.content["opening"]


def test_other_reports_say_nothing_about_coverage(delivered):
    assert coverage_note(delivered) == ""


def test_giving_up_an_adjustment_rests_again_on_what_was_accepted(
    accepted, lead_sheet, delivered, staff, receiver, lead_staff
):
    receiver_above = accepted.dispatches.get().decided_by
    submissions.demand_adjustment(accepted, by=receiver_above, reason="Kiểm tra lại", at=hour(4))
    deliver_again(delivered, {INLAND: "90"}, staff, receiver, at=hour(5))
    accepted.refresh_from_db()
    fill(accepted, by=lead_staff.clerk, at=hour(6))
    adjust(accepted, lead_sheet, *INLAND, Decimal("3"), "Thử", by=lead_staff.clerk, at=hour(6))
    assert shown(lead_sheet) == CellValue(Decimal("113"))

    submissions.cancel_adjustment(accepted, by=lead_staff.clerk, at=hour(7))

    assert shown(lead_sheet) == CellValue(Decimal("120.5"))
    assert lead_sheet.totals.get(row="I.1", column="uoc").base_amount == Decimal("120.5")
    assert not lead_sheet.adjustments.in_force().exists()
    assert [stale.organisation for stale in stale_inputs(accepted)] == [delivered.organisation]
