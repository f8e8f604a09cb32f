"""Pasting a block from a spreadsheet, and taking it back."""

from __future__ import annotations

import pytest

from reports.entry.blocks import lines_of
from reports.submissions.models import CellChange

from .conftest import cell_of, fingerprint


@pytest.fixture
def paste(send_json):
    def pasted(user, report, text, *, row="I.1", column="uoc", seen=(), **choices):
        sheet = report.sheets.get().pk
        where = {"sheet": sheet, "row": row, "column": column, "seen": list(seen)}
        return send_json(user, "paste", report, **where, text=text, choices=choices)

    return pasted


def test_cells_of_a_spreadsheet_may_hold_line_breaks():
    assert lines_of('1\t"hai\ndòng"\r\n3\t4\r\n') == [["1", "hai\ndòng"], ["3", "4"]]


@pytest.mark.requirement("X12", part="a block pasted into the grid")
def test_a_block_with_nothing_to_decide_is_saved_at_once_as_one_batch(paste, submission, clerk):
    answer = paste(clerk, submission, "1.402,5\t9.000\t12\r\n\t\r\n3\t-\r\n").json()

    assert [(row, column, text) for row, column, text, _ in answer["saved"]] == [
        ("I.1", "uoc", "1.402,5"),
        ("I.1", "luyke", "9.000,0"),
        ("I.3", "uoc", "3,0"),
        ("I.3", "luyke", "-"),
    ]
    assert (answer["numbers"], answer["skipped"], answer["skipped_why"]) == (4, 1, ["1 ô tính"])
    assert ["I", "uoc", "1.405,5"] in answer["computed"]
    assert set(CellChange.objects.values_list("batch", flat=True)) == {answer["batch"]}


def test_a_block_with_something_to_decide_is_shown_and_not_saved(paste, submission, clerk):
    before = fingerprint()

    answer = paste(clerk, submission, "1.402,5\t9.000\r\n0.125\t7,5\r\n").json()

    assert "saved" not in answer
    assert (answer["numbers"], answer["unread"]) == (3, 1)
    assert ["I.2", "luyke", "7,5"] in answer["cells"]
    assert [(cell["row"], cell["typed"], cell["suggestions"]) for cell in answer["flagged"]] == [
        ("I.2", "0.125", ["0,125"])
    ]
    assert fingerprint() == before


def test_what_was_decided_is_saved_with_the_rest(paste, submission, clerk):
    block = "1.402,5\t9.000\r\n0.125\t7,5\r\n"

    used = paste(clerk, submission, block, cells=[["I.2", "uoc", "0,125"]]).json()

    assert len(used["saved"]) == 4
    assert str(cell_of(submission, "I.2", "uoc").amount) == "0.125000"


def test_confirming_saves_nothing_while_a_cell_can_be_neither_saved_nor_is_left_out(paste, submission, clerk):
    block = "1\t2\r\nabc\t4\r\n"

    assert "saved" not in paste(clerk, submission, block, confirmed=True).json()
    assert cell_of(submission, "I.1", "uoc") is None

    left_out = paste(clerk, submission, block, confirmed=True, cells=[["I.2", "uoc", None]]).json()

    assert len(left_out["saved"]) == 3
    assert cell_of(submission, "I.2", "uoc") is None


def test_what_lies_beside_the_form_is_listed_and_waits_for_confirmation(paste, submission, clerk):
    asked = paste(clerk, submission, "1\t2\t3\t4", row="I.3").json()

    assert (asked["outside"], asked["skipped"], "saved" in asked) == (1, 1, False)
    assert asked["outside_cells"] == [["dòng 1, cột 4 của khối", "4"]]

    answer = paste(clerk, submission, "1\t2\t3\t4", row="I.3", confirmed=True).json()

    assert len(answer["saved"]) == 2


def test_empty_cells_of_the_block_erase_nothing(paste, type_in, submission, clerk):
    type_in(clerk, submission, "I.1", "uoc", "5")

    paste(clerk, submission, "\t7", seen=[["I.1", "uoc", 1]])

    assert cell_of(submission, "I.1", "uoc").amount == 5
    assert cell_of(submission, "I.1", "luyke").amount == 7


def test_a_pasted_block_never_overwrites_what_was_not_seen(paste, type_in, submission, clerk, colleague):
    type_in(colleague, submission, "I.1", "uoc", "777")

    answer = paste(clerk, submission, "1\r\n2\r\n").json()

    assert "saved" not in answer
    assert (answer["theirs"], answer["unread"]) == (1, 0)
    (cell,) = answer["flagged"]
    assert (cell["state"], cell["typed"]) == ("theirs", "1")
    assert (cell["theirs"]["text"], cell["theirs"]["who"]) == ("777,0", str(colleague))

    kept = paste(clerk, submission, "1\r\n2\r\n", cells=[["I.1", "uoc", None]]).json()

    assert len(kept["saved"]) == 1
    assert cell_of(submission, "I.1", "uoc").amount == 777
    assert cell_of(submission, "I.2", "uoc").amount == 2


def test_two_people_who_paste_over_the_same_block_both_see_it(paste, submission, clerk, colleague):
    first = paste(clerk, submission, "1\t2\r\n3\t4\r\n").json()

    second = paste(colleague, submission, "5\t6\r\n3\t4\r\n", confirmed=True).json()

    assert "saved" not in second
    assert [(cell["row"], cell["column"], cell["theirs"]["text"]) for cell in second["flagged"]] == [
        ("I.1", "uoc", "1,0"),
        ("I.1", "luyke", "2,0"),
    ]
    assert cell_of(submission, "I.1", "uoc").updated_by == clerk

    seen = [[row, column, version] for row, column, _, version in first["saved"]]
    assert len(paste(colleague, submission, "5\t6\r\n3\t4\r\n", seen=seen).json()["saved"]) == 4
    assert cell_of(submission, "I.1", "uoc").amount == 5


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
