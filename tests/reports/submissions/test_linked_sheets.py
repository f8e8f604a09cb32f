"""Cells computed from other sheets of the report and from what the store has of other periods (X11)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.formulas.book import Place
from indicators.numbers import CellValue
from indicators.periods import Period
from indicators.store.models import ValueType
from reports.regimes.grid import grid_of
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.content import frozen_sheets, live_sheet, live_sheets
from reports.submissions.models import Sheet
from reports.submissions.recomputing import recomputed
from reports.submissions.stored import of_other_periods
from tests.reports.linked import overview

from . import stages


def amount(number) -> CellValue:
    return CellValue(Decimal(str(number)))


@pytest.fixture
def linked(submission, lead) -> Sheet:
    """The sheet of BM02 beside that of BM01."""
    return Sheet.objects.create(
        submission=submission, form_version=overview(lead).latest_version, sort_order=1
    )


def typed(submission, clerk, sheet, **rows) -> None:
    entries = [CellEntry(sheet.pk, row.replace("_", "."), "uoc", value=value) for row, value in rows.items()]
    save_cells(submission, entries, by=clerk)


def now(submission, form: str, row: str, column: str) -> CellValue:
    return next(content for content in live_sheets(submission) if content.code == form).value((row, column))


@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_sheet_shows_what_another_comes_to(submission, linked, clerk, django_assert_num_queries):
    typed(submission, clerk, submission.sheets.first(), I_1=amount(10), I_2=amount(5))

    assert now(submission, "BM02", "THU", "uoc") == amount(15)
    assert live_sheet(linked).value(("THU", "uoc")) == amount(15)
    # Sheets, cells, explanations, and the store once for all other periods.
    with django_assert_num_queries(4):
        live_sheets(submission)


@pytest.mark.requirement("X11", part="formulas across periods")
@pytest.mark.requirement("X8", part="which kind is shown")
def test_another_period_is_the_best_that_the_store_has_accepted(submission, linked, clerk, department):
    typed(submission, clerk, submission.sheets.first(), I_1=amount(10))
    assert now(submission, "BM02", "TOC-DO", "uoc") == CellValue(code="…")

    stages.stated(department, "2025-M05", "8", kind=ValueType.ESTIMATE)
    assert now(submission, "BM02", "TOC-DO", "uoc") == amount(125)
    stages.stated(department, "2025-M05", "5", kind=ValueType.ACTUAL)
    assert now(submission, "BM02", "TOC-DO", "uoc") == amount(200)
    stages.stated(department, "2025-M05", "4", kind=ValueType.OFFICIAL)
    assert now(submission, "BM02", "TOC-DO", "uoc") == amount(250)


@pytest.mark.requirement("X11", part="formulas across periods")
@pytest.mark.requirement("R74", part="one rule for cells without a number")
@pytest.mark.parametrize(
    ("other", "shown"),
    [("subject", CellValue(code="…")), ("period", CellValue(code="…")), ("zero", CellValue(code="x"))],
)
def test_what_is_not_this_figure_is_not_read_and_nothing_is_divided_by_zero(
    submission, linked, clerk, department, other_department, other, shown
):
    typed(submission, clerk, submission.sheets.first(), I_1=amount(10))
    about = other_department if other == "subject" else department
    stages.stated(about, "2025-M04" if other == "period" else "2025-M05", "0" if other == "zero" else "8")

    assert now(submission, "BM02", "TOC-DO", "uoc") == shown


@pytest.mark.requirement("X11", part="formulas across periods")
def test_a_snapshot_keeps_what_the_store_said_that_day(draft, lead, clerk, department, data_leader, leader):
    sheet = Sheet.objects.create(submission=draft, form_version=overview(lead).latest_version, sort_order=1)
    save_cells(
        draft,
        [CellEntry(sheet.pk, "GRDP", column, value=amount(7)) for column in ("ke-hoach", "uoc")],
        by=clerk,
        at=stages.START,
    )
    stages.stated(department, "2025-M05", "150")
    report = stages.submit(draft, clerk, at=stages.hour(1))

    stages.stated(department, "2025-M05", "100", at=stages.hour(2))

    _, frozen = frozen_sheets(report.snapshot)
    assert frozen.value(("TOC-DO", "uoc")) == amount(200)
    assert now(report, "BM02", "TOC-DO", "uoc") == amount(300)


@pytest.mark.requirement("X11", part="only what changed is computed again")
@pytest.mark.requirement("X11", part="formulas across forms")
def test_after_a_save_only_what_depends_on_it_comes_back_from_whatever_sheet(
    submission, linked, clerk, department, django_assert_num_queries
):
    own = submission.sheets.first()
    typed(submission, clerk, own, I_1=amount(10), I_2=amount(5))
    stages.stated(department, "2025-M05", "5")
    own.beside = tuple(submission.sheets.select_related("form_version"))

    # The cells that are read, and the store.
    with django_assert_num_queries(2):
        here, there = recomputed(own, [("I.1", "uoc")])

    assert (here.sheet_id, set(here.values)) == (own.pk, {("I", "uoc")})
    assert there.sheet_id == linked.pk
    assert there.values == {
        ("THU", "uoc"): amount(15), ("THU", "ke-hoach"): amount(15), ("TOC-DO", "uoc"): amount(300),
        ("TOC-DO", "ke-hoach"): amount(300), ("THU", "danh-gia"): CellValue(), ("TOC-DO", "danh-gia"): CellValue(),
    }  # fmt: skip


def test_a_change_that_nothing_reads_is_computed_without_a_query(
    submission, linked, clerk, django_assert_num_queries
):
    sheets = tuple(submission.sheets.select_related("form_version"))
    sheets[0].beside = sheets

    with django_assert_num_queries(0):
        found = recomputed(sheets[0], [("ghi-chu", "uoc")])

    assert [(other.sheet_id, other.values) for other in found] == [(sheets[0].pk, {})]


@pytest.mark.requirement("X11", part="formulas across periods")
@pytest.mark.parametrize(
    ("mark", "round_", "role", "period"),
    [
        ("KY_TRUOC", "2026-M05", "this", "2026-M04"),
        ("KY_TRUOC", "2026-M01", "this", "2025-M12"),
        ("KY_TRUOC", "2026-M05", "cumulative", "2026-4M"),
        ("KY_TRUOC", "2026-M01", "cumulative", None),
        ("KY_TRUOC", "2026-Q1", "cumulative", None),
        ("KY_TRUOC", "2026-M01", "year", "2025"),
        ("CUNG_KY", "2026-M05", "this", "2025-M05"),
        ("CUNG_KY", "2026-M05", "cumulative", "2025-5M"),
        ("CUNG_KY", "2026-M05", "year", "2025"),
        ("LUY_KE", "2026-M05", "this", "2026-5M"),
        ("LUY_KE_CUNG_KY", "2026-M05", "this", "2025-5M"),
        ("CA_NAM", "2026-M05", "this", "2026"),
    ],
)
def test_each_mark_names_a_period(figures_form, mark, round_, role, period):
    column = {"this": "uoc", "cumulative": "luyke", "year": "ke-hoach"}[role]
    found = grid_of(figures_form.latest_version).marked_period(column, mark, Period.parse(round_))

    assert (str(found) if found else None) == period


def test_before_january_nothing_of_this_year_has_come_about(submission, linked, figures_form):
    """ "-" counts as 0: the months so far of January are January's."""
    round_ = submission.obligation.tier.round
    round_.period = "2026-M01"
    place = Place("BM01", "I.1", "luyke", "KY_TRUOC")

    assert of_other_periods(submission, [grid_of(figures_form.latest_version)], [place]) == {
        place: CellValue(code="-")
    }
