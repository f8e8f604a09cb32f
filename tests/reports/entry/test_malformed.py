"""What no script of ours sends is answered in words, and changes nothing."""

from __future__ import annotations

import json

import pytest

from .conftest import address, fingerprint


@pytest.mark.parametrize("name", ["cell", "paste", "undo", "section"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 5_000,
        rb'{"key":"\ud800","body":"x","batch":"\ud800","seen":0}',
        rb'{"key":"danh-gia","body":"<p>\ud800</p>","batch":"x","seen":0}',
        rb'{"key":"\u0000","body":"x","batch":"\u0000","seen":0}',
        rb'{"a":[{"\u0000":1}]}',
    ],
)
def test_what_is_no_sound_request_is_refused(as_user, submission, clerk, name, body):
    before = fingerprint()

    answer = as_user(clerk).post(address(name, submission.pk), body, content_type="application/json")

    assert answer.status_code == 400
    assert "không đúng dạng" in answer.json()["message"]
    assert fingerprint() == before


@pytest.mark.parametrize("seen", [2**63, -1, 10**30])
def test_a_version_that_never_was_is_a_conflict(type_in, send_json, submission, clerk, colleague, seen):
    type_in(colleague, submission, "I.1", "uoc", "5")
    send_json(colleague, "section", submission, key="danh-gia", body="<p>a</p>", seen=0)
    before = fingerprint()

    sheet = submission.sheets.first().pk
    cell = send_json(clerk, "cell", submission, sheet=sheet, row="I.1", column="uoc", text="6", seen=seen)
    section = send_json(clerk, "section", submission, key="danh-gia", body="<p>b</p>", seen=seen)

    assert (cell.status_code, section.status_code) == (409, 409)
    assert fingerprint() == before


def test_half_a_sign_is_not_read_as_text(send_json, submission, clerk):
    """The test client writes JSON in ASCII: what is sound is written so too and must pass."""
    body = "<p>Tiếng Việt 𝒳 \\u0000</p>"
    assert json.dumps(body).isascii()

    assert send_json(clerk, "section", submission, key="danh-gia", body=body, seen=0).status_code == 200
    assert submission.sections.get(key="danh-gia").body == body


@pytest.mark.parametrize("number", [1_000_000, 2**31, 2**63, 10**20])
def test_a_number_no_register_reaches_is_refused(as_user, approved, registrar, number):
    before = fingerprint()

    form = {"number": number, "symbol": "BC-STC", "issued_on": "05/06/2026"}
    answer = as_user(registrar).post(address("issue", approved.pk), form)

    assert answer.status_code == 422
    assert "tối đa sáu chữ số" in answer.content.decode()
    assert fingerprint() == before


@pytest.mark.parametrize(
    "seen", ["[1]", "[[1, 2]]", '["abc"]', '[["a", "b", NaN]]', '[["a", "b", Infinity]]']
)
def test_versions_that_are_no_versions_are_refused(as_user, submission, clerk, seen):
    sheet = submission.sheets.first().pk
    body = f'{{"sheet": {sheet}, "row": "I.1", "column": "uoc", "text": "1", "seen": {seen}}}'

    answer = as_user(clerk).post(address("paste", submission.pk), body, content_type="application/json")

    assert answer.status_code == 400
    assert "không đúng dạng" in answer.json()["message"]


@pytest.mark.parametrize("cells", ['"a"', "[1]", '[["I.1", "uoc"]]', '[["I.1", "uoc", 5]]', "[null]"])
def test_cells_that_are_not_named_soundly_are_refused(as_user, submission, clerk, cells):
    before = fingerprint()
    sheet = submission.sheets.first().pk
    body = f'{{"sheet": {sheet}, "cells": {cells}, "seen": []}}'

    answer = as_user(clerk).post(address("paste", submission.pk), body, content_type="application/json")

    assert answer.status_code == 400
    assert "không đúng dạng" in answer.json()["message"]
    assert fingerprint() == before


def test_a_cell_named_twice_in_one_request_is_refused(send_json, submission, clerk):
    before = fingerprint()
    cells = [["I.1", "uoc", "1"], ["I.1", "uoc", "2"]]

    answer = send_json(clerk, "paste", submission, sheet=submission.sheets.get().pk, cells=cells, seen=[])

    assert answer.status_code == 400
    assert fingerprint() == before


def test_an_empty_block_on_the_name_of_a_list_row_is_refused(send_json, submission, projects, clerk):
    where = {"sheet": projects.pk, "known": []}
    row = send_json(clerk, "add_row", submission, section="DA", after="", **where).json()["row"]
    before = fingerprint()

    answer = send_json(clerk, "paste", submission, row=row, column="@", text="", seen=[], **where)

    assert answer.status_code == 400
    assert fingerprint() == before


def test_empty_lines_count_as_cells(send_json, submission, clerk):
    where = {"sheet": submission.sheets.get().pk, "row": "I.1", "column": "uoc", "seen": []}

    answer = send_json(clerk, "paste", submission, text="\n" * 5_001, **where)

    assert answer.status_code == 400
    assert "5001 ô" in answer.json()["message"]
