"""Cells that the screen names, changed as one batch: filling down, emptying a selection, and taking either back."""

from __future__ import annotations

import pytest

from reports.submissions.models import CellChange

from .conftest import cell_of


@pytest.fixture
def change(send_json):
    def changed(user, report, *cells, seen=()):
        sheet = report.sheets.get().pk
        return send_json(user, "paste", report, sheet=sheet, cells=cells, seen=list(seen)).json()

    return changed


def test_named_cells_are_saved_as_one_batch_wherever_they_stand(change, submission, clerk):
    answer = change(clerk, submission, ["I.1", "luyke", "7"], ["I.3", "uoc", "8"])

    assert [(row, column, text) for row, column, text, _ in answer["saved"]] == [
        ("I.1", "luyke", "7,0"),
        ("I.3", "uoc", "8,0"),
    ]
    assert set(CellChange.objects.values_list("batch", flat=True)) == {answer["batch"]}


def test_an_empty_text_empties_a_named_cell(change, type_in, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "5")

    answer = change(clerk, submission, ["I.1", "uoc", ""], ["I.2", "uoc", ""], seen=[["I.1", "uoc", 1]])

    assert [(row, text) for row, _, text, _ in answer["saved"]] == [("I.1", "")]
    assert cell_of(submission, "I.1", "uoc").value.is_blank
    assert cell_of(submission, "I.2", "uoc") is None


def test_what_is_computed_unknown_or_unreadable_is_told_apart(change, submission, clerk):
    answer = change(
        clerk,
        submission,
        ["I", "uoc", "1"],
        ["khong-co", "uoc", "1"],
        ["I.1", "uoc", "0.125"],
        ["I.2", "uoc", "3"],
    )

    assert (answer["skipped"], answer["outside"]) == (1, 1)
    assert [cell["suggestions"] for cell in answer["failed"]] == [["0,125"]]
    assert [row for row, *_ in answer["saved"]] == ["I.2"]


def test_what_was_taken_back_is_done_again_by_taking_that_back(change, send_json, submission, clerk):
    batch = change(clerk, submission, ["I.1", "uoc", "7"], ["I.2", "uoc", "8"])["batch"]

    back = send_json(clerk, "undo", submission, batch=batch).json()
    assert [(row, text) for row, _, text, _ in back["saved"]] == [("I.1", ""), ("I.2", "")]
    again = send_json(clerk, "undo", submission, batch=back["batch"]).json()

    assert [(row, text) for row, _, text, _ in again["saved"]] == [("I.1", "7,0"), ("I.2", "8,0")]
    assert again["kept"] == 0


def test_what_somebody_else_changed_since_is_not_taken_back(
    change, type_in, send_json, submission, clerk, colleague
):
    batch = change(clerk, submission, ["I.1", "uoc", "7"], ["I.2", "uoc", "8"])["batch"]
    type_in(colleague, submission, "I.1", "uoc", "70", seen=1)

    back = send_json(clerk, "undo", submission, batch=batch).json()

    assert back["kept"] == 1
    assert cell_of(submission, "I.1", "uoc").amount == 70
    assert cell_of(submission, "I.2", "uoc").value.is_blank
    assert send_json(colleague, "undo", submission, batch=batch).status_code == 400
