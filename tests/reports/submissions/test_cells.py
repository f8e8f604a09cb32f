"""Saving cells: history, conflicts, locks, and what may be typed where."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.numbers import CellValue
from indicators.store.models import Figure, Source, SourceKind, Standing, ValueType
from indicators.store.services import FigureEntry, post
from reports.submissions import services
from reports.submissions.cells import CellEntry, prefill, save_cells
from reports.submissions.content import decode, encode, live_sheets
from reports.submissions.errors import CellConflict, Locked, SubmissionError
from reports.submissions.models import CellChange

from . import stages


def entry(sheet, text: str | None, *, row="I.1", column="uoc", seen=None) -> CellEntry:
    value = CellValue() if text is None else stages.number(text)
    return CellEntry(sheet.pk, row, column, value=value, seen=seen)


@pytest.fixture
def sheet(submission):
    return submission.sheets.get()


@pytest.mark.requirement("R94", part="history of every cell")
def test_every_change_is_kept_and_an_unchanged_value_is_none(submission, sheet, clerk):
    for text in ("1", "2", "2", None):
        save_cells(submission, [entry(sheet, text)], by=clerk)

    assert [(change.old, change.new) for change in CellChange.objects.all()] == [
        ("", "n:1"),
        ("n:1", "n:2"),
        ("n:2", ""),
    ]
    assert sheet.cells.get().version == 3


def test_two_people_in_different_cells_lose_nothing(submission, sheet, clerk, colleague):
    save_cells(submission, [entry(sheet, "1", seen=0)], by=clerk)
    save_cells(submission, [entry(sheet, "2", column="luyke", seen=0)], by=colleague)

    assert {cell.column: cell.amount for cell in sheet.cells.all()} == {"uoc": 1, "luyke": 2}


def test_the_second_of_two_in_one_cell_is_told_and_nothing_is_overwritten(
    submission, sheet, clerk, colleague
):
    save_cells(submission, [entry(sheet, "1", seen=0)], by=clerk)
    with pytest.raises(CellConflict, match=str(clerk)) as caught:
        save_cells(submission, [entry(sheet, "2", seen=0)], by=colleague)

    assert sheet.cells.get().amount == 1
    assert caught.value.current[0].amount == 1


def test_typing_the_same_value_as_somebody_else_is_no_conflict(submission, sheet, clerk, colleague):
    save_cells(submission, [entry(sheet, "1", seen=0)], by=clerk)
    assert save_cells(submission, [entry(sheet, "1", seen=0)], by=colleague)


def test_a_block_with_one_conflict_saves_nothing(submission, sheet, clerk, colleague):
    save_cells(submission, [entry(sheet, "1", seen=0)], by=clerk)
    with pytest.raises(CellConflict):
        save_cells(
            submission,
            [entry(sheet, "5", column="luyke", seen=0), entry(sheet, "2", seen=0)],
            by=colleague,
        )
    assert list(sheet.cells.values_list("column", flat=True)) == ["uoc"]


@pytest.mark.parametrize("column", ["ke-hoach", "thang-truoc", "so-ke-hoach", "khong-co"])
def test_only_input_cells_can_be_typed_into(submission, sheet, clerk, column):
    with pytest.raises(SubmissionError, match="không phải ô nhập"):
        save_cells(submission, [entry(sheet, "1", column=column)], by=clerk)


def test_text_goes_into_text_cells_only(submission, sheet, clerk):
    save_cells(submission, [CellEntry(sheet.pk, "ghi-chu", "uoc", text="Ghi chú")], by=clerk)
    with pytest.raises(SubmissionError, match="chỉ nhận số"):
        save_cells(submission, [CellEntry(sheet.pk, "I.1", "uoc", text="một trăm")], by=clerk)


def test_a_sheet_of_another_report_is_refused(submission, other_obligation, clerk):
    foreign = services.open_submission(other_obligation).sheets.get()
    with pytest.raises(SubmissionError, match="không thuộc báo cáo"):
        save_cells(submission, [entry(foreign, "1")], by=clerk)
    assert not foreign.cells.exists()


@pytest.mark.parametrize("stage", ["in_review", "approved", "sent", "accepted"])
def test_a_locked_report_takes_no_cells(stage, clerk, request):
    submission = request.getfixturevalue(stage)
    sheet = submission.sheets.get()
    before = list(sheet.cells.values_list("row", "column", "amount"))
    with pytest.raises(Locked, match="không sửa được số liệu"):
        save_cells(submission, [entry(sheet, "77")], by=clerk)
    assert list(sheet.cells.values_list("row", "column", "amount")) == before


@pytest.mark.requirement("R54", part="formulas computed")
@pytest.mark.requirement("X11", part="formulas by row and by column")
def test_totals_are_computed_by_row_and_by_column(draft):
    content = live_sheets(draft)[0]
    assert content.value(("I", "uoc")).amount == 300
    assert content.value(("I", "so-ke-hoach")).code == "…"


@pytest.mark.requirement("R90", part="source values reused instead of retyped")
def test_prefilled_cells_show_the_accepted_figure_and_keep_its_version(
    obligation, department, other_department, indicators, clerk
):
    source = Source.objects.create(
        kind=SourceKind.IMPORT,
        code="KH2026",
        citation="NQ HĐND",
        stated_on=date(2025, 12, 10),
        created_at=stages.START,
    )

    def plan(amount):
        return FigureEntry(
            indicators["THU-NOI-DIA"].pk, department.pk, "2026", ValueType.PLAN, stages.number(amount)
        )

    post([plan("1000")], source=source, standing=Standing.ACCEPTED, supplier=other_department, by=None)
    submission = services.open_submission(obligation)
    cell = submission.sheets.get().cells.get(row="I.1", column="ke-hoach")
    assert (cell.amount, cell.figure) == (1000, Figure.objects.get())

    post([plan("1200")], source=source, standing=Standing.ACCEPTED, supplier=other_department, by=None)
    cell.refresh_from_db()
    assert cell.amount == 1000
    assert prefill(submission) == 1
    cell.refresh_from_db()
    assert (cell.amount, cell.figure) == (1200, Figure.objects.current().get())


@pytest.mark.parametrize(
    ("value", "text", "encoded"),
    [
        (CellValue(), "", ""),
        (stages.number("5.000000"), "", "n:5"),
        (stages.number("0.500"), "", "n:0.5"),
        (stages.number("1E+3"), "", "n:1000"),
        (stages.number("-0"), "", "n:0"),
        (CellValue(None, "-"), "", "c:-"),
        (CellValue(None, "…"), "", "c:…"),
        (CellValue(), "Hòa", "t:Hòa"),
    ],
)
def test_a_cell_has_one_canonical_text(value, text, encoded):
    assert encode(value, text) == encoded
    assert encode(*decode(encoded)) == encoded


def test_the_hash_of_a_snapshot_does_not_depend_on_how_amounts_are_stored(in_review):
    from reports.submissions.content import canonical_json, record_of, sha256_of

    again, hashes = record_of(type(in_review).objects.get(pk=in_review.pk))
    assert sha256_of(canonical_json(again)) == in_review.snapshot.sha256
    assert hashes == in_review.snapshot.sheet_hashes


def test_saving_a_cell_takes_few_queries(submission, sheet, clerk, django_assert_max_num_queries):
    save_cells(submission, [entry(sheet, "1")], by=clerk)
    with django_assert_max_num_queries(10):
        save_cells(submission, [entry(sheet, "2")], by=clerk)


@pytest.mark.requirement("X8", part="estimate and actual kept apart")
@pytest.mark.parametrize(("bound", "shown"), [("estimate", 10), ("actual", 11), ("official", None)])
def test_a_prefilled_column_shows_its_own_kind_and_actual_the_best(
    obligation, department, other_department, indicators, clerk, bound, shown
):
    """BM01's column for last month, bound to another kind of value, with an estimate and an actual in the store."""
    version = obligation.form_versions.get()
    columns = [
        {**column, "value_type": bound} if column["key"] == "thang-truoc" else column
        for column in version.compiled["columns"]
    ]
    type(version).objects.filter(pk=version.pk).update(
        compiled={**version.compiled, "columns": columns}, sha256=f"test-{bound}"
    )
    source = Source.objects.create(
        kind=SourceKind.IMPORT,
        code="T4",
        citation="Tháng 4",
        stated_on=date(2026, 5, 1),
        created_at=stages.START,
    )
    entries = [
        FigureEntry(indicators["THU-NOI-DIA"].pk, department.pk, "2026-M04", kind, stages.number(amount))
        for kind, amount in ((ValueType.ESTIMATE, "10"), (ValueType.ACTUAL, "11"))
    ]
    post(entries, source=source, standing=Standing.ACCEPTED, supplier=other_department, by=None)

    cells = services.open_submission(obligation).sheets.get().cells.filter(row="I.1", column="thang-truoc")
    assert [cell.amount for cell in cells] == ([shown] if shown else [])
