"""The history of a cell, for the people of the organisation."""

from __future__ import annotations

from .conftest import address


def test_every_change_is_told_newest_first(type_in, as_user, submission, clerk, colleague):
    type_in(clerk, submission, "I.1", "uoc", "5")
    type_in(colleague, submission, "I.1", "uoc", "…", seen=1)

    answer = (
        as_user(clerk)
        .get(address("history_of_cell", submission.pk, submission.sheets.get().pk, "I.1", "uoc"))
        .json()
    )

    told = [(change["who"], change["old"], change["new"]) for change in answer["changes"]]
    assert told == [(str(colleague), "5,0", "…"), (str(clerk), "", "5,0")]
    assert answer["older"] == 0


def test_how_a_change_came_about_is_told(send_json, as_user, submission, clerk):
    sheet = submission.sheets.get().pk
    send_json(clerk, "paste", submission, sheet=sheet, row="I.1", column="uoc", text="1\t2", seen=[])

    answer = as_user(clerk).get(address("history_of_cell", submission.pk, sheet, "I.1", "uoc")).json()

    assert answer["changes"][0]["how"] == "dán từ bảng tính"


def test_rows_of_list_sections_have_addresses_too(as_user, submission, clerk):
    sheet = submission.sheets.get().pk

    assert as_user(clerk).get(
        address("history_of_cell", submission.pk, sheet, "du-an/01HX", "uoc")
    ).json() == {
        "changes": [],
        "older": 0,
    }


def test_the_receiver_sees_no_history(as_user, sent, receiver, clerk):
    sheet = sent.sheets.get().pk
    where = address("history_of_cell", sent.pk, sheet, "I.1", "uoc")

    assert as_user(receiver).get(where).status_code == 404
    assert len(as_user(clerk).get(where).json()["changes"]) == 1
