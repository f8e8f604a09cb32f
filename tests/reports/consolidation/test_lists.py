"""Lists of the organisations beneath: their totals summed, their rows shown."""

from __future__ import annotations

import pytest
from django.urls import reverse

from home.accounts.models import DutyKind
from indicators.models import Indicator
from indicators.store.models import ValueType
from reports.consolidation import services
from reports.consolidation.collated_lists import collated_lists
from reports.consolidation.drilling import drill
from reports.regimes.compiling import publish_form
from reports.regimes.models import ColumnKind, FormColumn, FormRow, ReportForm, RowKind
from reports.submissions import services as submissions
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.list_rows import add_rows
from reports.submissions.models import Sheet, Submission
from tests.conftest import make_person
from tests.reports.lists import projects_form
from tests.reports.submissions.stages import START, number

from .story import hand_in, shown, write

TOTAL = ("DA", "von")


def with_list(submission: Submission, version, staff, receiver, *rows: tuple[str, str]) -> Submission:
    """Its report with such rows in the list of projects, accepted."""
    submission.obligation.form_versions.add(version)
    sheet = Sheet.objects.create(submission=submission, form_version=version, sort_order=1)
    write(submission, {}, staff)
    added = add_rows(submission, sheet.pk, "DA", by=staff.clerk, count=len(rows), at=START)
    entries = []
    for row, (name, amount) in zip(added, rows, strict=True):
        entries += [
            CellEntry(sheet.pk, row.row, "@", text=name),
            CellEntry(sheet.pk, row.row, "von", value=number(amount)),
            CellEntry(sheet.pk, row.row, "nguon", text="Vốn khác"),
        ]
    save_cells(submission, entries, by=staff.clerk, at=START)
    hand_in(submission, staff, at=START, number=5)
    submissions.accept(submission, by=receiver, at=START)
    return submission


@pytest.fixture
def above(lead, lead_report, measures) -> Sheet:
    """The lead agency's own list, its total consolidated from those beneath."""
    indicator = Indicator.objects.create(
        code="VON-DTC", name="Vốn đầu tư công giải ngân", measure=measures["ty-dong"], decimals=1
    )
    form = ReportForm.objects.create(code="BM-DA-TH", title="Tổng hợp dự án", owner=lead)
    FormColumn.objects.create(
        report_form=form,
        key="von",
        label="Vốn giải ngân",
        kind=ColumnKind.CONSOLIDATED,
        value_type=ValueType.ESTIMATE,
    )
    FormRow.objects.create(
        report_form=form, key="DA", label="Danh mục dự án", kind=RowKind.LIST, indicator=indicator
    )
    version = publish_form(form, by=None, at=START)
    lead_report.obligation.form_versions.add(version)
    return Sheet.objects.create(submission=lead_report, form_version=version, sort_order=1)


@pytest.fixture
def accepted_lists(above, obligation, other_obligation, staff, other_staff, lead, receiver):
    version = publish_form(projects_form(lead, Indicator.objects.get(code="VON-DTC")), by=None, at=START)
    first = submissions.open_submission(obligation, at=START)
    second = submissions.open_submission(other_obligation, at=START)
    with_list(first, version, staff, receiver, ("Cầu A", "10"), ("Đường B", "20.5"))
    with_list(second, version, other_staff, receiver, ("Kè C", "3"))
    return first, second


@pytest.mark.requirement("R110", part="lists consolidated")
def test_totals_of_lists_are_summed_and_their_rows_are_found_behind_the_sum(
    accepted_lists, above, lead_report, lead_staff, department, other_department
):
    services.fill(lead_report, by=lead_staff.clerk)

    assert str(shown(above, TOTAL).amount.normalize()) == "33.5"
    parts = drill(lead_report, above, *TOTAL).parts
    assert {
        part.organisation: [(name, str(value.amount)) for name, value in part.listed] for part in parts
    } == {department: [("Cầu A", "10"), ("Đường B", "20.5")], other_department: [("Kè C", "3")]}


@pytest.mark.requirement("R110", part="lists consolidated")
def test_the_rows_of_all_stand_one_under_the_other_with_whose_they_are(
    accepted_lists, above, lead_report, department, other_department, django_assert_num_queries
):
    with django_assert_num_queries(2):
        [collated] = collated_lists(lead_report)

    assert (collated.head.label, collated.count) == ("Danh mục dự án", 3)
    assert [(part.organisation, [name for name, _ in part.rows]) for part in collated.parts] == [
        (department, ["Cầu A", "Đường B"]),
        (other_department, ["Kè C"]),
    ]
    assert collated.parts[0].rows[0][1][:2] == [("10,0", True), ("Vốn khác", False)]


def test_the_overview_and_the_sources_show_the_rows(accepted_lists, above, lead_report, lead, client):
    person = make_person("tonghop", lead, DutyKind.CONSOLIDATE)
    services.fill(lead_report, by=person)
    client.force_login(person)

    overview = client.get(reverse("consolidation:overview", args=[lead_report.pk])).content.decode()
    sources = client.get(
        reverse("consolidation:cell", args=[lead_report.pk, above.pk, *TOTAL])
    ).content.decode()

    assert "Danh mục của các cơ quan" in overview
    assert "3 dòng của 2 cơ quan" in overview
    assert "Đường B: 20,5" in sources
