"""Totals of the lead agency's report, from what it accepted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from home.audit.models import AuditEntry
from home.organisations.models import Level, Organisation, OrganisationKind
from indicators.models import Aggregation
from indicators.numbers import BLANK, CellValue
from reports.consolidation.drilling import drill
from reports.consolidation.models import ConsolidatedTotal, ConsolidationInput
from reports.consolidation.services import fill
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation
from reports.regimes.compiling import publish_form
from reports.regimes.models import FormRow
from reports.submissions import services as submissions
from reports.submissions.errors import Locked, NotAllowed
from reports.submissions.models import CellChange

from .story import INLAND, deliver, hand_in, hour, shown, write


def total(sheet, key=INLAND) -> ConsolidatedTotal:
    return ConsolidatedTotal.objects.get(sheet=sheet, row=key[0], column=key[1])


@pytest.fixture
def both_delivered(delivered, other_delivered):
    return delivered, other_delivered


@pytest.mark.requirement("R36", part="aggregate from what units sent")
@pytest.mark.requirement("R110", part="lead agency aggregates")
@pytest.mark.requirement("R114", part="sum over organisations")
def test_a_total_is_the_sum_of_what_both_departments_sent(
    lead_report, lead_sheet, both_delivered, lead_staff
):
    result = fill(lead_report, by=lead_staff.clerk)

    assert shown(lead_sheet) == CellValue(Decimal("120.5"))
    assert (total(lead_sheet).reported, total(lead_sheet).expected, total(lead_sheet).missing) == (2, 2, [])
    assert total(lead_sheet).complete
    assert (result.reported, result.expected, len(result.taken)) == (2, 2, 2)


def test_filling_again_changes_nothing(lead_report, both_delivered, lead_staff):
    fill(lead_report, by=lead_staff.clerk)
    changes, entries = CellChange.objects.count(), AuditEntry.objects.count()

    again = fill(lead_report, by=lead_staff.clerk)

    assert again.is_empty
    assert CellChange.objects.count() == changes
    assert AuditEntry.objects.count() == entries
    assert ConsolidationInput.objects.count() == 2


def test_taking_figures_makes_nobody_an_author(lead_report, both_delivered, lead_staff):
    fill(lead_report, by=lead_staff.clerk)

    assert submissions.authors_since_acceptance(lead_report) == set()


@pytest.mark.requirement("R114", part="coverage: n of N and who is missing")
def test_who_has_sent_nothing_is_missing_and_the_total_stands_on_the_rest(
    lead_report, lead_sheet, delivered, other_obligation, lead_staff
):
    fill(lead_report, by=lead_staff.clerk)

    found = total(lead_sheet)
    assert shown(lead_sheet) == CellValue(Decimal("100.5"))
    assert (found.reported, found.expected, found.missing) == (1, 2, [other_obligation.organisation_id])
    assert not found.complete


@pytest.mark.requirement("R114", part="kinds of no figure in totals")
def test_no_value_codes_count_as_they_should(
    lead_report, lead_sheet, obligation, other_obligation, staff, other_staff, receiver, lead_staff
):
    """Cell → what each department says → what the total shows, n, N, complete."""
    cases = {
        ("I.1", "uoc"): ("100,5", "-", "100.5", 2, 2, True),  # "-" is 0, and an answer
        ("I.2", "uoc"): ("100,5", "…", "100.5", 1, 2, False),
        ("I.3", "uoc"): ("100,5", "x", "100.5", 1, 1, True),  # leaves N
        ("I.1", "luyke"): ("-", "-", "0", 2, 2, True),
        ("I.2", "luyke"): ("…", "…", "…", 0, 2, False),
        ("I.3", "luyke"): ("x", "x", "x", 0, 0, False),
    }
    deliver(obligation, {key: case[0] for key, case in cases.items()}, staff, receiver)
    deliver(other_obligation, {key: case[1] for key, case in cases.items()}, other_staff, receiver)

    fill(lead_report, by=lead_staff.clerk)

    for key, (_, _, value, *coverage) in cases.items():
        found = total(lead_sheet, key)
        code = CellValue(code=value) if value in {"…", "x"} else CellValue(Decimal(value))
        assert (shown(lead_sheet, key), key) == (code, key)
        assert ([found.reported, found.expected, found.complete], key) == (coverage, key)


def test_figures_by_estimate_are_counted_apart(lead_report, lead_sheet, delivered, lead_staff):
    """Both columns of the form ask for estimates; the missing organisation is none."""
    fill(lead_report, by=lead_staff.clerk)

    assert total(lead_sheet).estimated == 1


def test_a_weighted_average_takes_its_weight_from_the_same_report(
    lead_report, lead_sheet, both_delivered, lead_staff, indicators
):
    rate = indicators["THU-NOI-DIA"]
    rate.space_aggregation, rate.weight = Aggregation.WEIGHTED, indicators["THU-XNK"]
    rate.save()

    fill(lead_report, by=lead_staff.clerk)

    # (100,5 × 40 + 20 × 2) / 42
    assert shown(lead_sheet) == CellValue(Decimal("96.666667"))


def test_what_cannot_be_brought_together_stays_blank(
    lead_report, lead_sheet, both_delivered, lead_staff, indicators
):
    rate = indicators["THU-NOI-DIA"]
    rate.space_aggregation = Aggregation.NONE
    rate.save()

    fill(lead_report, by=lead_staff.clerk)

    assert shown(lead_sheet) == BLANK
    assert total(lead_sheet).reported == 2


@pytest.mark.requirement("R138", part="only checked and accepted figures are used")
def test_figures_approved_inside_but_not_accepted_are_never_taken(
    lead_report, lead_sheet, delivered, other_obligation, other_staff, lead_staff
):
    sent = submissions.open_submission(other_obligation)
    write(sent, {INLAND: "20"}, other_staff)
    hand_in(sent, other_staff, at=hour(1), number=5)

    fill(lead_report, by=lead_staff.clerk)

    assert shown(lead_sheet) == CellValue(Decimal("100.5"))
    assert total(lead_sheet).missing == [other_obligation.organisation_id]


def test_what_was_accepted_stays_in_the_total_while_it_is_being_adjusted(
    lead_report, lead_sheet, both_delivered, staff, receiver, lead_staff
):
    ours, _ = both_delivered
    submissions.demand_adjustment(ours, by=receiver, reason="Chưa khớp")
    ours.refresh_from_db()
    write(ours, {INLAND: "999"}, staff)

    fill(lead_report, by=lead_staff.clerk)

    assert shown(lead_sheet) == CellValue(Decimal("120.5"))


def test_an_exempted_organisation_leaves_the_count(
    lead_report, lead_sheet, delivered, other_obligation, receiver, lead_staff
):
    deadlines.exempt(other_obligation, reason="Không phát sinh nguồn thu", document="12/UBND-TH", by=receiver)

    fill(lead_report, by=lead_staff.clerk)

    assert (total(lead_sheet).reported, total(lead_sheet).expected, total(lead_sheet).complete) == (
        1,
        1,
        True,
    )


def test_a_report_owed_to_somebody_else_is_not_counted(
    lead_report, lead_sheet, delivered, other_obligation, committee, lead_staff
):
    Obligation.objects.filter(pk=other_obligation.pk).update(recipient=committee)

    fill(lead_report, by=lead_staff.clerk)

    assert (total(lead_sheet).reported, total(lead_sheet).expected) == (1, 1)


@pytest.fixture
def districts(figures_form, consolidated_form, indicators) -> None:
    """Both forms ask for inland revenue of two districts as well."""
    for form in (figures_form, consolidated_form):
        for order, (key, name) in enumerate([("NT", "Nha Trang"), ("CR", "Cam Ranh")], start=10):
            district, _ = Organisation.objects.get_or_create(
                code=key, name=name, kind=OrganisationKind.PEOPLES_COMMITTEE, level=Level.DISTRICT
            )
            FormRow.objects.create(
                report_form=form,
                sort_order=order,
                key=key,
                label=f"Thu nội địa: {name}",
                indicator=indicators["THU-NOI-DIA"],
                subject=district,
            )
        publish_form(form, by=None)


@pytest.mark.requirement("R114", part="by subject or over all subjects")
def test_a_row_with_a_subject_takes_figures_about_it_and_one_without_takes_all(
    districts, lead_report, lead_sheet, obligation, staff, receiver, lead_staff
):
    deliver(obligation, {INLAND: "10", ("NT", "uoc"): "3", ("CR", "uoc"): "4"}, staff, receiver)

    fill(lead_report, by=lead_staff.clerk)

    assert shown(lead_sheet) == CellValue(Decimal(17))
    assert shown(lead_sheet, ("NT", "uoc")) == CellValue(Decimal(3))
    assert (total(lead_sheet).reported, total(lead_sheet).expected) == (1, 2)
    [own, *of_districts] = [part for part in drill(lead_report, lead_sheet, *INLAND).parts if part.dispatch]
    assert own.subject is None
    assert [part.subject.name for part in of_districts] == ["Nha Trang", "Cam Ranh"]


def test_a_report_in_review_takes_nothing_more(lead_report, both_delivered, lead_staff):
    fill(lead_report, by=lead_staff.clerk, at=hour(1))
    write(lead_report, {}, lead_staff, at=hour(1))
    submissions.submit(lead_report, by=lead_staff.clerk, at=hour(2))

    with pytest.raises(Locked):
        fill(lead_report, by=lead_staff.clerk)


def test_only_those_who_consolidate_take_figures(
    lead_report, lead_sheet, delivered, outsider, receiver, clerk, root
):
    for person in (outsider, receiver, clerk, root):
        with pytest.raises(NotAllowed):
            fill(lead_report, by=person)

    assert not ConsolidationInput.objects.exists()
    assert shown(lead_sheet) == BLANK


def test_a_report_of_the_first_tier_consolidates_nothing(obligation, clerk):
    submission = submissions.open_submission(obligation)

    with pytest.raises(NotAllowed):
        fill(submission, by=clerk)
