"""Lists through the life of a report: frozen, posted, counted, brought back, taken over by the next period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from home.accounts.models import DutyKind
from indicators.numbers import CellValue, format_cell
from indicators.periods import Period
from indicators.store.models import Figure
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation
from reports.documents.tables import table_of
from reports.entry.exceptions import exceptions
from reports.regimes.grid import LABEL, CellKind
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.completeness import problems
from reports.submissions.content import canonical_json, frozen_sheets, live_sheet, record_of
from reports.submissions.errors import SubmissionError
from reports.submissions.filling import fillings
from reports.submissions.list_rows import add_rows, move_row, remove_rows, restore_rows, take_over
from reports.submissions.models import ListRow, Sheet, Submission
from tests.conftest import make_person

from . import stages
from .stages import START, number


def listed(sheet: Sheet, by, *rows: tuple[str, str], at=START) -> list[str]:
    """Rows with these names and amounts; the keys."""
    added = [row.row for row in add_rows(sheet.submission, sheet.pk, "DA", by=by, count=len(rows), at=at)]
    entries = []
    for row, (name, amount) in zip(added, rows, strict=True):
        entries += [
            CellEntry(sheet.pk, row, LABEL, text=name),
            CellEntry(sheet.pk, row, "von", value=number(amount)),
            CellEntry(sheet.pk, row, "nguon", text="Vốn khác"),
            CellEntry(sheet.pk, row, "khoi-cong", text="2026-06-05"),
        ]
    save_cells(sheet.submission, entries, by=by, at=at)
    return added


def seen_in(content) -> list[tuple[str, str]]:
    return [
        (row.label, format_cell(content.value((row.key, "von")))) for row in content.grid.rows if row.section
    ]


@pytest.fixture
def filled(projects, submission, clerk) -> list[str]:
    """A, B and C, and all else of the report."""
    rows = listed(projects, clerk, ("Cầu A", "10"), ("Đường B", "20.5"), ("Kè C", "3"))
    stages.fill(submission, clerk)
    return rows


@pytest.fixture
def accepted_list(filled, submission, clerk, data_leader, leader, registrar, receiver) -> Submission:
    stages.submit(submission, clerk, at=stages.hour(1))
    submission.refresh_from_db()
    stages.approve(submission, data_leader, leader, at=stages.hour(2))
    stages.issue(submission, registrar, at=stages.hour(3))
    stages.send(submission, registrar, at=stages.hour(4))
    services.accept(submission, by=receiver, at=stages.hour(24))
    submission.refresh_from_db()
    return submission


@pytest.mark.requirement("X11", part="totals posted from lists")
def test_the_total_of_a_list_is_posted_and_its_rows_are_not(accepted_list):
    posted = Figure.objects.accepted().current().filter(indicator__code="VON-DTC")

    assert [figure.amount for figure in posted] == [Decimal("33.5")]


@pytest.mark.requirement("X11", part="list sections")
def test_a_snapshot_holds_the_rows_in_order_and_gives_them_back(
    filled, projects, submission, clerk, data_leader, leader
):
    move_row(submission, projects.pk, filled[2], up=True, by=clerk, at=START)
    remove_rows(submission, projects.pk, [filled[0]], by=clerk, at=START)

    snapshot = services.submit(submission, by=clerk, at=stages.hour(1)).snapshot

    sheet = next(sheet for sheet in snapshot.data["sheets"] if sheet["form"] == "BM-DA")
    assert sheet["lists"] == [filled[2], filled[1]]
    assert not [row for row, *_ in sheet["cells"] if row == filled[0]]
    content = next(content for content in frozen_sheets(snapshot) if content.code == "BM-DA")
    assert seen_in(content) == [("Kè C", "3"), ("Đường B", "20,5")]
    assert content.value(("DA", "von")) == CellValue(Decimal("23.5"))
    assert canonical_json(record_of(submission)[0]["sheets"]) == canonical_json(snapshot.data["sheets"])


def test_a_report_without_lists_is_frozen_as_before_there_were_any(in_review):
    assert all("lists" not in sheet for sheet in in_review.snapshot.data["sheets"])


def test_who_only_moves_or_removes_a_row_is_an_author_too(
    filled, projects, submission, clerk, data_leader, leader, department
):
    mover, remover, reader = (
        make_person(name, department, DutyKind.ENTER) for name in ("chuyen", "xoa", "xem")
    )
    move_row(submission, projects.pk, filled[0], up=False, by=mover, at=START)
    remove_rows(submission, projects.pk, [filled[2]], by=remover, at=START)

    snapshot = services.submit(submission, by=clerk, at=stages.hour(1)).snapshot

    assert {mover.pk, remover.pk, clerk.pk} <= set(snapshot.author_ids)
    assert reader.pk not in snapshot.author_ids


def test_cancelling_an_adjustment_brings_the_accepted_list_back(
    accepted_list, filled, projects, receiver, clerk
):
    services.demand_adjustment(accepted_list, by=receiver, reason="Xem lại", at=stages.hour(25))
    accepted_list.refresh_from_db()
    at = stages.hour(26)
    remove_rows(accepted_list, projects.pk, [filled[1]], by=clerk, at=at)
    move_row(accepted_list, projects.pk, filled[2], up=True, by=clerk, at=at)
    listed(Sheet.objects.get(pk=projects.pk), clerk, ("Dự án mới", "99"), at=at)
    save_cells(
        accepted_list, [CellEntry(projects.pk, filled[0], LABEL, text="Cầu A đổi tên")], by=clerk, at=at
    )

    services.cancel_adjustment(accepted_list, by=clerk, at=stages.hour(27))

    assert seen_in(live_sheet(projects)) == [("Cầu A", "10"), ("Đường B", "20,5"), ("Kè C", "3")]
    assert canonical_json(record_of(accepted_list)[0]["sheets"]) == canonical_json(
        accepted_list.accepted_snapshot.data["sheets"]
    )


@pytest.mark.requirement("R88", part="rows of lists counted")
def test_a_list_that_is_too_short_and_rows_that_are_not_filled_in_are_named(projects, submission, clerk):
    stages.fill(submission, clerk)
    version = projects.form_version
    compiled = {**version.compiled}
    compiled["rows"] = [{**row, "least": 2} if row["key"] == "DA" else row for row in compiled["rows"]]
    type(version).objects.filter(pk=version.pk).update(compiled=compiled, sha256="b" * 64)
    [row] = [row.row for row in add_rows(submission, projects.pk, "DA", by=clerk, at=START)]
    save_cells(submission, [CellEntry(projects.pk, row, "von", value=number("1"))], by=clerk, at=START)

    short, blank = problems(Submission.objects.get(pk=submission.pk))

    assert "“Danh mục dự án” cần ít nhất 2 dòng, mới có 1" in short.text
    assert "còn 2 ô bắt buộc chưa nhập (dòng: 1 của “Danh mục dự án”)" in blank.text
    assert blank.cell == (row, LABEL)


@pytest.mark.requirement("X11", part="list sections")
def test_the_next_period_takes_the_names_and_words_over_but_no_figure(
    accepted_list, projects, regime, department, clerk
):
    june = deadlines.open_round(regime.latest_version, Period.parse("2026-M06"), by=None, at=stages.hour(30))
    obligation = Obligation.objects.get(tier__round=june, organisation=department)
    report = services.open_submission(obligation, at=stages.hour(30))
    sheet = Sheet.objects.create(submission=report, form_version=projects.form_version, sort_order=1)
    at = stages.hour(24 * 30)
    listed(sheet, clerk, ("Đường B", "7"), at=at)

    take_over(report, sheet.pk, "DA", by=clerk, at=at)

    content = live_sheet(sheet)
    assert seen_in(content) == [("Đường B", "7"), ("Cầu A", ""), ("Kè C", "")]
    last = content.grid.lists["DA"][-1]
    assert (content.texts[last, "nguon"], content.texts[last, "khoi-cong"]) == ("Vốn khác", "2026-06-05")
    with pytest.raises(SubmissionError, match="không có dòng nào khác"):
        take_over(report, sheet.pk, "DA", by=clerk, at=at)


def test_without_an_accepted_report_before_there_is_nothing_to_take_over(projects, submission, clerk):
    with pytest.raises(SubmissionError, match="Chưa có báo cáo kỳ trước"):
        take_over(submission, projects.pk, "DA", by=clerk, at=START)


def test_words_that_are_no_day_or_no_choice_are_kept_out_by_the_service_too(projects, submission, clerk):
    [row] = [row.row for row in add_rows(submission, projects.pk, "DA", by=clerk, at=START)]
    for column, text in (
        ("khoi-cong", "05/06/2026"),
        ("nguon", "von khac"),
        (LABEL, "d" * 301),
        ("von", "một"),
    ):
        with pytest.raises(SubmissionError):
            save_cells(submission, [CellEntry(projects.pk, row, column, text=text)], by=clerk, at=START)


@pytest.mark.requirement("X11", part="lists on paper")
def test_paper_numbers_the_rows_below_the_head_of_their_list(filled, projects):
    content = live_sheet(projects)

    table = table_of(content.grid, content.values, content.texts)

    assert [(row.number, row.label, row.level, row.kind, row.values[0]) for row in table.rows] == [
        ("I", "Danh mục dự án", 0, "list", "33,5"),
        ("1", "Cầu A", 1, "input", "10,0"),
        ("2", "Đường B", 1, "input", "20,5"),
        ("3", "Kè C", 1, "input", "3,0"),
        ("II", "Chi khác", 0, "input", "100"),
        ("", "Tổng số", 0, "computed", "133,5"),
    ]
    assert table.rows[1].values[1:3] == ("Vốn khác", "05/06/2026")
    assert table.text_columns == (1, 2, 3)


def test_nothing_of_a_list_is_ever_deleted(filled, projects, submission, clerk):
    remove_rows(submission, projects.pk, filled, by=clerk, at=START)

    assert ListRow.objects.count() == 3
    assert projects.cells.filter(row=filled[0]).count() == 4
    content = live_sheet(projects)
    assert content.grid.lists == {"DA": []}
    assert content.value(("DA", "von")).is_blank
    assert CellKind.TOTAL in content.grid.kinds.values()


@pytest.mark.requirement("R88", part="rows of lists counted")
def test_whoever_decides_again_is_shown_which_rows_were_taken_out_and_which_came(
    accepted_list, filled, projects, receiver, clerk, data_leader, leader
):
    services.demand_adjustment(accepted_list, by=receiver, reason="Xem lại", at=stages.hour(25))
    accepted_list.refresh_from_db()
    remove_rows(accepted_list, projects.pk, [filled[1]], by=clerk, at=stages.hour(26))
    listed(projects, clerk, ("Dự án mới", "99"), at=stages.hour(26))
    snapshot = services.submit(accepted_list, by=clerk, at=stages.hour(27)).snapshot

    cells = exceptions(accepted_list, snapshot).cells

    told = {(cell.place, cell.old, cell.now, words) for cell in cells for _, words in cell.marks}
    assert (
        "BM-DA · Danh mục dự án · Đường B",
        "20,5; Vốn khác; 05/06/2026",
        "",
        "Đã xóa dòng",
    ) in told
    assert ("BM-DA · Dự án mới · Vốn giải ngân", "", "99,0", "Đã sửa") in told
    assert not [cell for cell in cells if "Cầu A" in cell.place]


def test_the_button_takes_the_rows_over_and_one_undo_takes_them_back(
    accepted_list, projects, regime, department, clerk, client
):
    june = deadlines.open_round(regime.latest_version, Period.parse("2026-M06"), by=None, at=stages.hour(30))
    june.tiers.update(closes_on=date(2099, 12, 31))
    obligation = Obligation.objects.get(tier__round=june, organisation=department)
    report = services.open_submission(obligation, at=stages.hour(30))
    sheet = Sheet.objects.create(submission=report, form_version=projects.form_version, sort_order=1)
    client.force_login(clerk)

    def ask(name: str, **data):
        address = reverse(f"wagtailsnippets_submissions_submission:{name}", args=[report.pk])
        return client.post(address, {"known": [], **data}, content_type="application/json").json()

    taken = ask("take_over_rows", sheet=sheet.pk, section="DA")
    assert (taken["count"], len(taken["list"]["rows"])) == (3, 3)
    assert seen_in(live_sheet(sheet)) == [("Cầu A", ""), ("Đường B", ""), ("Kè C", "")]

    undone = ask("undo", batch=taken["batch"])
    assert (undone["removed"], undone["list"]["order"]) == (3, [])


def test_a_row_brought_back_is_written_down_where_it_then_stands(projects, submission, clerk):
    rows = [row.row for row in add_rows(submission, projects.pk, "DA", by=clerk, count=5, at=START)]
    remove_rows(submission, projects.pk, [rows[0], rows[1], rows[4]], by=clerk, at=START)
    add_rows(submission, projects.pk, "DA", by=clerk, count=1, at=START)

    (back,) = restore_rows(submission, projects.pk, [rows[4]], by=clerk, at=START)

    standing = list(projects.list_rows.filter(removed_at=None).order_by("sort_order"))
    written = projects.changes.filter(row=back.row, column="#").order_by("pk").last()
    assert written.new == f"n:{standing.index(back) + 1}"


def test_cells_of_removed_rows_are_counted_no_more_when_no_row_is_left(projects, submission, clerk):
    (row,) = add_rows(submission, projects.pk, "DA", by=clerk, count=1, at=START)
    save_cells(submission, [CellEntry(projects.pk, row.row, "von", value=number("5"))], by=clerk, at=START)
    before = fillings([submission.pk])[submission.pk].filled
    remove_rows(submission, projects.pk, [row.row], by=clerk, at=START)

    assert fillings([submission.pk])[submission.pk].filled == before - 1
