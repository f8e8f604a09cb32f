"""Plans as range, bound and words: typed, kept, posted, prefilled, on paper and in public (X9)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.models import Aggregation, Indicator
from indicators.numbers import CellValue, format_cell, parse_plan
from indicators.periods import Period
from indicators.store.models import ContentKind, Figure, Source, SourceKind, Standing, ValueType
from indicators.store.rollups import roll_up
from indicators.store.services import FigureEntry, describe, post, written
from reports.consolidation.sources import stated
from reports.documents.tables import table_of
from reports.entry.scale import references
from reports.regimes.compiling import publish_form
from reports.regimes.models import ReportForm
from reports.submissions import services
from reports.submissions.cells import CellEntry, prefill, save_cells
from reports.submissions.content import decode, encode, frozen_sheets, live_sheet
from reports.submissions.errors import SubmissionError
from reports.submissions.lists import live_grid
from reports.submissions.models import CellChange, Sheet
from tests.reports.linked import overview

from . import stages

PLANS = ["7,5-8,0", "dưới 7,6", "không quá 3", "trên 95", "ít nhất 2", "khoảng 4", "Xuất siêu"]
WRITTEN = dict(zip(PLANS, ["7,5 – 8,0", *PLANS[1:]], strict=True))


def plan(text: str) -> CellValue:
    return parse_plan(text, None)


@pytest.fixture
def sheet(submission, lead) -> Sheet:
    return Sheet.objects.create(
        submission=submission, form_version=overview(lead).latest_version, sort_order=1
    )


def type_plan(sheet: Sheet, clerk, text: str, *, column: str = "ke-hoach", at=None) -> None:
    entry = CellEntry(sheet.pk, "GRDP", column, value=plan(text))
    save_cells(sheet.submission, [entry], by=clerk, at=at)


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize("text", PLANS)
def test_a_plan_is_kept_in_its_cell_and_in_its_history(sheet, clerk, text):
    type_plan(sheet, clerk, "7")
    type_plan(sheet, clerk, text)
    type_plan(sheet, clerk, text)

    assert sheet.cells.get().value == plan(text)
    assert sheet.cells.get().amount is None
    assert live_sheet(sheet).value(("GRDP", "ke-hoach")) == plan(text)
    change = CellChange.objects.get(sheet=sheet, old="n:7")
    assert decode(change.new) == (plan(text), "")
    assert encode(*decode(change.new)) == change.new


@pytest.mark.requirement("X9", part="range, bound and text")
def test_only_a_cell_of_a_plan_holds_one(sheet, clerk):
    with pytest.raises(SubmissionError, match="dòng “Tốc độ tăng GRDP”, cột “uoc” chỉ nhận một số"):
        type_plan(sheet, clerk, "7-8", column="uoc")


@pytest.mark.requirement("X9", part="verdict")
def test_a_plan_and_its_result_come_to_a_verdict(sheet, clerk):
    type_plan(sheet, clerk, "7,5-8,0")
    type_plan(sheet, clerk, "7,18", column="uoc")

    content = live_sheet(sheet)
    assert content.grid.written(("GRDP", "danh-gia"), content.value(("GRDP", "danh-gia"))) == "Không đạt"


@pytest.fixture
def accept(submission, sheet, clerk, data_leader, leader, registrar, receiver):
    """The report with this plan goes its whole way."""

    def accepted(text: str):
        stages.fill(submission, clerk)
        type_plan(sheet, clerk, text, at=stages.START)
        report = stages.submit(submission, clerk, at=stages.hour(1))
        stages.approve(report, data_leader, leader, at=stages.hour(2))
        stages.issue(report, registrar, at=stages.hour(3))
        stages.send(report, registrar, at=stages.hour(4))
        services.accept(report, by=receiver, at=stages.hour(24))
        return report

    return accepted


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("7,5-8,0", ContentKind.RANGE), ("dưới 7,6", ContentKind.BOUND), ("khoảng 4", ContentKind.BOUND),
        ("Xuất siêu", ContentKind.TEXT),
    ],
)  # fmt: skip
def test_an_accepted_plan_stands_in_the_store_and_everybody_reads_it_whole(accept, text, content, clerk):
    report = accept(text)

    figure = Figure.objects.accepted().get(indicator__code="TANG-GRDP", value_type=ValueType.PLAN)
    assert (figure.content, figure.value) == (content, plan(text))
    shown = format_cell(plan(text), 2)
    assert written(figure) == shown
    assert shown in describe(figure)
    frozen = frozen_sheets(report.snapshot)[1]
    table = table_of(frozen.grid, frozen.values, frozen.texts)
    assert WRITTEN[text].split()[0] in table.rows[2].values[0]
    assert table.rows[2].values[0] == frozen.grid.written(("GRDP", "ke-hoach"), plan(text))


@pytest.fixture
def post_plan(department):
    def posted(text: str, supplier=department, period: str = "2026"):
        source, _ = Source.objects.get_or_create(
            kind=SourceKind.IMPORT,
            code="KH",
            citation="NQ HĐND",
            stated_on=stages.START.date(),
            created_at=stages.START,
        )
        indicator = Indicator.objects.get(code="TANG-GRDP")
        entry = FigureEntry(indicator.pk, supplier.pk, period, ValueType.PLAN, plan(text))
        return post([entry], source=source, standing=Standing.ACCEPTED, supplier=supplier, by=None)

    return posted


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize(
    ("before", "after"),
    [("7,5-8,0", "7,5-8,5"), ("dưới 3", "trên 3"), ("dưới 3", "3"), ("Xuất siêu", "Nhập siêu")],
)
def test_the_same_plan_is_posted_once_and_another_one_is_another_version(sheet, post_plan, before, after):
    assert post_plan(before) is not None
    assert post_plan(before) is None
    assert post_plan(after) is not None

    assert [figure.value for figure in Figure.objects.order_by("known_from")] == [plan(before), plan(after)]


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize("text", PLANS)
def test_a_plan_of_the_store_is_prefilled_as_it_is(sheet, post_plan, text):
    form = sheet.form_version.report_form
    form.columns.filter(key="ke-hoach").update(kind="prefilled")
    sheet.delete()
    sheet = Sheet.objects.create(submission=sheet.submission, form_version=republished(form), sort_order=1)
    post_plan(text)

    prefill(sheet.submission)

    cell = sheet.cells.get(row="GRDP", column="ke-hoach")
    assert (cell.value, cell.amount) == (plan(text), None)
    assert cell.figure == Figure.objects.get()


def republished(form):
    return publish_form(ReportForm.objects.get(pk=form.pk), by=None)


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize("text", ["7,5-8,0", "dưới 7,5"])
def test_a_pasted_plan_is_not_weighed_against_one_end_of_last_years(sheet, post_plan, text):
    post_plan(text, period="2025")
    grid, key = live_grid(sheet), ("GRDP", "ke-hoach")

    assert references(sheet, grid, {}, [key]) == {}

    post_plan("7,5", period="2025")
    assert [amount for amount, _ in references(sheet, grid, {}, [key])[key]] == [Decimal("7.5")]


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize("text", ["7,5-8,0", "dưới 3", "Xuất siêu"])
def test_a_total_leaves_out_plans_that_cannot_be_added(sheet, post_plan, department, other_department, text):
    indicator = Indicator.objects.get(code="TANG-GRDP")
    indicator.space_aggregation = Aggregation.SUM
    post_plan(text)
    post_plan("5", supplier=other_department)

    found = roll_up(
        indicator, Period.parse("2026"), [department.pk, other_department.pk], value_types=[ValueType.PLAN]
    )

    assert (found.value, found.missing) == (CellValue(plan("5").amount), (department.pk,))


def test_what_a_snapshot_beneath_holds_as_a_range_is_no_amount_to_a_total():
    assert stated({1: {("GRDP", "ke-hoach"): "r:7.5:8"}}, 1, ("GRDP", "ke-hoach")).amount is None
