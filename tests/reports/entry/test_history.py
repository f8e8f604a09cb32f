"""The history of a cell, for the people of the organisation."""

from __future__ import annotations

from .conftest import address


def changes(as_user, user, report):
    where = address("about_cell", report.pk, report.sheets.get().pk, "I.1", "uoc")
    return as_user(user).get(where).context["cell"].changes


def test_every_change_is_told_newest_first(type_in, as_user, submission, clerk, colleague):
    type_in(clerk, submission, "I.1", "uoc", "5")
    type_in(colleague, submission, "I.1", "uoc", "…", seen=1)

    told = [(change.who, change.old, change.new) for change in changes(as_user, clerk, submission)]

    assert told == [(str(colleague), "5,0", "…"), (str(clerk), "", "5,0")]


def test_how_a_change_came_about_is_told(send_json, as_user, submission, clerk):
    sheet = submission.sheets.get().pk
    send_json(clerk, "paste", submission, sheet=sheet, row="I.1", column="uoc", text="1\t2", seen=[])

    assert changes(as_user, clerk, submission)[0].how == "dán từ bảng tính"


def test_the_receiver_sees_no_history(as_user, sent, receiver, clerk):
    sheet = sent.sheets.get().pk
    where = address("about_cell", sent.pk, sheet, "I.1", "uoc")

    assert as_user(receiver).get(where).status_code == 404
    assert len(changes(as_user, clerk, sent)) == 1
