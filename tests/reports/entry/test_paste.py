"""Pasting a block from a spreadsheet, and taking it back."""

from __future__ import annotations

import pytest

from reports.entry.views.paste import block
from reports.submissions.models import CellChange

from .conftest import cell_of, fingerprint


@pytest.fixture
def paste(send_json):
    def pasted(user, report, text, *, row="I.1", column="uoc", seen=()):
        sheet = report.sheets.get().pk
        return send_json(
            user, "paste", report, sheet=sheet, row=row, column=column, text=text, seen=list(seen)
        )

    return pasted


def test_cells_of_a_spreadsheet_may_hold_line_breaks():
    assert block('1\t"hai\ndòng"\r\n3\t4\r\n') == [["1", "hai\ndòng"], ["3", "4"]]


@pytest.mark.requirement("X12", part="a block pasted into the grid")
def test_a_block_is_saved_as_one_batch_and_the_rest_is_listed(paste, submission, clerk):
    answer = paste(clerk, submission, "1.402,5\t9.000\t12\r\n0.125\t\r\n3\t4\r\n").json()

    assert [(row, column, text) for row, column, text, _ in answer["saved"]] == [
        ("I.1", "uoc", "1.402,5"),
        ("I.1", "luyke", "9.000,0"),
        ("I.3", "uoc", "3,0"),
        ("I.3", "luyke", "4,0"),
    ]
    assert [(cell["row"], cell["typed"], cell["suggestions"]) for cell in answer["failed"]] == [
        ("I.2", "0.125", ["0,125"])
    ]
    assert answer["skipped"] == 1  # the percentage is computed
    assert ["I", "uoc", "…"] not in answer["computed"]
    assert set(CellChange.objects.values_list("batch", flat=True)) == {answer["batch"]}


def test_what_lies_beside_the_form_is_counted(paste, submission, clerk):
    answer = paste(clerk, submission, "1\t2\t3\t4", row="I.3").json()

    assert (len(answer["saved"]), answer["skipped"], answer["outside"]) == (2, 1, 1)


def test_empty_cells_of_the_block_erase_nothing(paste, type_in, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "5")

    paste(clerk, submission, "\t7", seen=[["I.1", "uoc", 1]])

    assert cell_of(submission, "I.1", "uoc").amount == 5
    assert cell_of(submission, "I.1", "luyke").amount == 7


def test_a_pasted_block_never_overwrites_what_was_not_seen(paste, type_in, submission, clerk, colleague):
    type_in(colleague, submission, "I.1", "uoc", "777")

    answer = paste(clerk, submission, "1\r\n2\r\n").json()

    assert cell_of(submission, "I.1", "uoc").amount == 777
    assert cell_of(submission, "I.2", "uoc").amount == 2
    (conflict,) = answer["conflicts"]
    assert (conflict["text"], conflict["typed"], conflict["who"]) == ("777,0", "1", str(colleague))


def test_a_pasted_block_can_be_taken_back_at_once(paste, type_in, send_json, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "5")
    batch = paste(clerk, submission, "1\t2\r\n3\t4\r\n", seen=[["I.1", "uoc", 1]]).json()["batch"]

    answer = send_json(clerk, "undo", submission, batch=batch).json()

    assert len(answer["saved"]) == 4
    assert cell_of(submission, "I.1", "uoc").amount == 5
    assert cell_of(submission, "I.2", "uoc").value.is_blank
    assert answer["computed"][0] == ["I", "uoc", "5,0"]


def test_taking_back_leaves_alone_what_was_changed_since(
    paste, type_in, send_json, submission, clerk, colleague
):
    batch = paste(clerk, submission, "1\r\n2\r\n").json()["batch"]
    type_in(colleague, submission, "I.1", "uoc", "9", seen=1)

    answer = send_json(clerk, "undo", submission, batch=batch).json()

    assert answer["kept"] == 1
    assert cell_of(submission, "I.1", "uoc").amount == 9
    assert cell_of(submission, "I.2", "uoc").value.is_blank


def test_nobody_takes_back_what_another_pasted(paste, send_json, submission, clerk, colleague):
    batch = paste(clerk, submission, "1\r\n2\r\n").json()["batch"]
    before = fingerprint()

    assert send_json(colleague, "undo", submission, batch=batch).status_code == 400
    assert send_json(clerk, "undo", submission, batch="").status_code == 400
    assert fingerprint() == before


def test_too_large_a_block_is_refused_whole(paste, submission, clerk):
    before = fingerprint()

    answer = paste(clerk, submission, "\t".join("1" * 51) + ("\n" + "\t".join("1" * 51)) * 99)

    assert answer.status_code == 400
    assert "5000" in answer.json()["message"]
    assert fingerprint() == before


def test_a_locked_report_takes_no_block(paste, in_review, clerk):
    before = fingerprint()

    assert paste(clerk, in_review, "1\t2").status_code == 409
    assert fingerprint() == before
