"""Saving cell by cell while people type."""

from __future__ import annotations

from decimal import Decimal

import pytest

from home.accounts.models import DutyKind
from reports.submissions.models import Cell, CellChange, Submission
from reports.submissions.services import open_submission
from tests.conftest import make_person

from .conftest import address, cell_of, fingerprint


@pytest.mark.requirement("R98", part="drafts saved as typed")
@pytest.mark.requirement("R92", part="figures entered in a table")
def test_a_typed_cell_is_saved_with_its_history(type_in, submission, clerk):
    answer = type_in(clerk, submission, "I.1", "uoc", "1.402,5").json()

    cell = cell_of(submission, "I.1", "uoc")
    assert (cell.amount, cell.version, cell.updated_by) == (Decimal("1402.5"), 1, clerk)
    change = CellChange.objects.get(sheet__submission=submission)
    assert (change.old, change.new, change.by, change.by_hand) == ("", "n:1402.5", clerk, True)
    assert (answer["text"], answer["version"]) == ("1.402,5", 1)


@pytest.mark.requirement("X10", part="autosave")
@pytest.mark.parametrize(
    ("typed", "amount", "code", "text"),
    [
        ("1.839", "1839", "", "1.839,0"),
        ("7.213,5", "7213.5", "", "7.213,5"),
        ("05", "5", "", "5,0"),
        ("−2", "-2", "", "-2,0"),
        ("-", None, "-", "-"),
        ("...", None, "…", "…"),
        ("x", None, "x", "x"),
    ],
)
def test_vietnamese_numbers_and_codes_are_understood(type_in, submission, clerk, typed, amount, code, text):
    answer = type_in(clerk, submission, "I.1", "uoc", typed)

    cell = cell_of(submission, "I.1", "uoc")
    assert answer.json()["text"] == text
    assert (cell.amount, cell.code) == (Decimal(amount) if amount else None, code)


@pytest.mark.requirement("X10", part="ambiguous numbers refused")
@pytest.mark.parametrize(
    ("typed", "suggestions"),
    [
        ("0.125", ["0,125"]),
        ("1.5", ["1,5"]),
        ("1,234.5", ["1.234,5"]),
        ("mười hai", []),
        ("5 %", []),
        ("03/02", []),
    ],
)
def test_what_could_mean_two_things_is_refused_with_what_may_be_meant(
    type_in, submission, clerk, typed, suggestions
):
    answer = type_in(clerk, submission, "I.1", "uoc", typed)

    assert answer.status_code == 422
    assert answer.json()["suggestions"] == suggestions
    assert typed in answer.json()["message"]
    assert not Cell.objects.filter(sheet__submission=submission, row="I.1").exists()


def test_only_the_computed_cells_that_depend_on_it_come_back(type_in, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "10")

    answer = type_in(clerk, submission, "I.2", "uoc", "2,5").json()

    assert answer["computed"] == [["I", "uoc", "12,5"]]
    assert answer["done"] == 2


def test_a_computed_cell_that_became_unknown_is_told_too(type_in, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "10")

    answer = type_in(clerk, submission, "I.1", "uoc", "…", seen=1).json()

    assert answer["computed"] == [["I", "uoc", "…"]]


def test_text_cells_take_text(type_in, submission, clerk):
    answer = type_in(clerk, submission, "ghi-chu", "uoc", "  Chưa gồm thu hộ <b>")

    assert answer.json()["text"] == "Chưa gồm thu hộ <b>"
    assert cell_of(submission, "ghi-chu", "uoc").text == "Chưa gồm thu hộ <b>"


@pytest.mark.requirement("R87", part="several people at once")
def test_a_conflict_keeps_what_stands_and_hands_both_values_over(type_in, submission, clerk, colleague):
    type_in(colleague, submission, "I.1", "uoc", "777")

    refused = type_in(clerk, submission, "I.1", "uoc", "888", seen=0)

    assert refused.status_code == 409
    theirs = refused.json()["conflict"]
    assert (theirs["text"], theirs["version"], theirs["who"]) == ("777,0", 1, str(colleague))
    assert cell_of(submission, "I.1", "uoc").amount == 777
    assert type_in(clerk, submission, "I.1", "uoc", "888", seen=theirs["version"]).status_code == 200
    assert cell_of(submission, "I.1", "uoc").amount == 888


def test_two_people_typing_the_same_value_is_no_conflict(type_in, submission, clerk, colleague):
    type_in(colleague, submission, "I.1", "uoc", "777")

    assert type_in(clerk, submission, "I.1", "uoc", "777", seen=0).status_code == 200
    assert CellChange.objects.filter(sheet__submission=submission).count() == 1


def test_a_locked_report_changes_nothing(type_in, in_review, clerk):
    before = fingerprint()

    answer = type_in(clerk, in_review, "I.1", "uoc", "5", seen=1)

    assert answer.status_code == 409
    assert answer.json()["locked"]
    assert "Chờ duyệt" in answer.json()["message"]
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("I", "uoc"),  # computed
        ("I.1", "ke-hoach"),  # prefilled
        ("A", "uoc"),  # a heading
        ("khong-co", "uoc"),
        ("I.1", "khong-co"),
    ],
)
def test_cells_that_are_not_for_typing_are_refused(type_in, submission, clerk, row, column):
    before = fingerprint()

    assert type_in(clerk, submission, row, column, "5").status_code == 400
    assert fingerprint() == before


def test_another_reports_sheet_cannot_be_reached_through_ones_own(
    type_in, submission, other_obligation, clerk, outsider
):
    other = open_submission(other_obligation)
    before = fingerprint()

    forged = type_in(clerk, submission, "I.1", "uoc", "5", sheet=other.sheets.get().pk)
    direct = type_in(clerk, other, "I.1", "uoc", "5")

    assert forged.status_code == 400
    assert direct.status_code == 404
    assert fingerprint() == before


@pytest.mark.requirement("R35", part="only rows assigned")
@pytest.mark.requirement("R87", part="own field only")
def test_who_is_assigned_rows_types_into_those_alone(type_in, as_user, submission, department):
    narrow = make_person("hep", department, DutyKind.ENTER, scopes=["row:BM01/I.1"])

    assert type_in(narrow, submission, "I.1", "uoc", "5").status_code == 200
    refused = type_in(narrow, submission, "I.2", "uoc", "5")
    page = as_user(narrow).get(address("edit", submission.pk)).content.decode()

    assert refused.status_code == 403
    assert "không được giao" in refused.json()["message"]
    assert cell_of(submission, "I.2", "uoc") is None
    assert page.count('<input autocomplete="off" value=') == 2  # I.1: estimate and cumulative


@pytest.mark.parametrize("body", ["", "[]", "{", '{"sheet": "1"}', '{"sheet": 1, "row": 2, "column": "uoc"}'])
def test_nonsense_is_answered_in_words(as_user, submission, clerk, body):
    answer = as_user(clerk).post(address("cell", submission.pk), body, content_type="application/json")

    assert answer.status_code == 400
    assert "Tải lại trang" in answer.json()["message"]


def test_saving_a_cell_takes_a_fixed_number_of_queries(
    wide_report, as_user, submission, clerk, django_assert_max_num_queries
):
    browser = as_user(clerk)
    for rows in (5, 300):
        data = {"sheet": wide_report(rows, 2).pk, "row": "d1", "column": "c0", "text": "5", "seen": 0}
        with django_assert_max_num_queries(20):
            answer = browser.post(address("cell", submission.pk), data, content_type="application/json")
        assert answer.status_code == 200


@pytest.mark.requirement("R25", part="drafts kept at every cell")
def test_the_screen_shows_what_was_saved(type_in, as_user, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "1.402,5")

    page = as_user(clerk).get(address("edit", submission.pk)).content.decode()

    assert 'value="1.402,5"' in page
    assert 'data-v="1"' in page
    assert "1/6 ô bắt buộc" in page
    assert Submission.objects.get(pk=submission.pk).status == "draft"
