"""The rows of lists through their addresses: added, filled in, pasted, taken out, brought back, moved."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.accounts.models import DutyKind
from reports.regimes.compiling import publish_form
from reports.regimes.grid import LABEL
from reports.regimes.models import FormColumn, FormRow, ReportForm, RowKind
from reports.submissions.content import live_sheet
from reports.submissions.models import CellChange, ListRow, Sheet
from tests.conftest import make_person

from .conftest import address, cell_of


@pytest.fixture
def ask(send_json, submission, projects):
    """One verb of the list of projects as a person; the answer."""

    def asked(user, name, *, status=200, known=(), **data):
        response = send_json(user, name, submission, sheet=projects.pk, known=list(known), **data)
        assert response.status_code == status, response.content.decode()
        return response.json()

    return asked


@pytest.fixture
def add(ask):
    return lambda user, after="": ask(user, "add_row", section="DA", after=after)["row"]


@pytest.fixture
def type_at(type_in, submission, projects):
    def typed(user, row, column, text, seen=0):
        return type_in(user, submission, row, column, text, seen=seen, sheet=projects.pk)

    return typed


def names(sheet) -> list[str]:
    content = live_sheet(sheet)
    return [row.label for row in content.grid.rows if row.section]


@pytest.mark.requirement("X11", part="list sections")
@pytest.mark.requirement("R92", part="rows added to a list")
def test_a_row_is_added_named_and_filled_in_and_the_total_follows(ask, add, type_at, projects, clerk):
    answer = ask(clerk, "add_row", section="DA", after="")
    first, second = answer["row"], add(clerk)
    type_at(clerk, first, LABEL, "Cầu Cửa Hội")
    type_at(clerk, first, "von", "1.402,5")

    saved = type_at(clerk, second, "von", "97,5").json()

    assert re.fullmatch(r"DA/[0-9A-HJKMNP-TV-Z]{26}", first)
    assert answer["list"]["order"] == [first]
    assert f'data-row="{first}"' in answer["list"]["rows"][first]
    computed = {(row, column): text for row, column, text in saved["computed"]}
    assert computed["DA", "von"] == "1.500,0"
    assert computed["T", "von"] == "1.500,0"
    assert computed[first, "ty-trong"] == "93,5"
    assert names(projects) == ["Cầu Cửa Hội", ""]


def test_rows_that_others_have_added_come_with_the_answer(ask, add, clerk, submission, department):
    other = make_person("hai", department, DutyKind.ENTER)
    mine, theirs = add(clerk), add(other)

    answer = ask(clerk, "add_row", section="DA", after=mine, known=[mine])

    assert answer["list"]["order"] == [mine, answer["row"], theirs]
    assert set(answer["list"]["rows"]) == {answer["row"], theirs}


@pytest.mark.requirement("X11", part="date and choice columns")
@pytest.mark.parametrize(
    ("column", "typed", "stored", "shown"),
    [
        ("khoi-cong", "5/6/2026", "2026-06-05", "05/06/2026"),
        ("khoi-cong", "05-06-2026", "2026-06-05", "05/06/2026"),
        ("khoi-cong", "2026-06-05", "2026-06-05", "05/06/2026"),
        ("nguon", "ngan sach TINH", "Ngân sách tỉnh", "Ngân sách tỉnh"),
        ("ghi-chu", "  Vu\u031bo\u031b\u0301ng mặt bằng ", "Vướng mặt bằng", "Vướng mặt bằng"),
        (LABEL, " Cầu\nCửa  Hội ", "Cầu Cửa Hội", "Cầu Cửa Hội"),
    ],
)
def test_words_are_kept_in_their_canonical_form(
    add, type_at, submission, clerk, column, typed, stored, shown
):
    row = add(clerk)

    answer = type_at(clerk, row, column, typed)

    assert answer.json()["text"] == shown
    assert cell_of(submission, row, column).text == stored


@pytest.mark.requirement("X11", part="date and choice columns")
@pytest.mark.parametrize(
    ("column", "typed", "meant"),
    [
        ("khoi-cong", "5/6/26", ["05/06/2026"]),
        ("khoi-cong", "06/25/2026", ["25/06/2026"]),
        ("khoi-cong", "30/02/2026", []),
        ("khoi-cong", "45292", ["01/01/2024"]),
        ("khoi-cong", "tháng 6", []),
        ("khoi-cong", "1/1/1026", []),
        ("nguon", "Ngân sách tinhr", ["Ngân sách tỉnh", "Ngân sách trung ương"]),
        ("nguon", "ODA", []),
    ],
)
def test_words_that_are_no_day_and_no_choice_are_refused_with_what_may_be_meant(
    add, type_at, submission, clerk, column, typed, meant
):
    row = add(clerk)

    answer = type_at(clerk, row, column, typed)

    assert answer.status_code == 422
    assert answer.json()["suggestions"] == meant
    assert cell_of(submission, row, column) is None


@pytest.mark.parametrize("column", ["khoi-cong", "nguon"])
@pytest.mark.parametrize(("typed", "code"), [("-", "-"), ("...", "…"), ("X", "x")])
def test_cells_of_days_and_choices_take_the_signs_of_no_value(
    add, type_at, submission, clerk, column, typed, code
):
    row = add(clerk)

    assert type_at(clerk, row, column, typed).json()["text"] == code
    assert cell_of(submission, row, column).code == code


@pytest.mark.requirement("X11", part="list sections")
@pytest.mark.requirement("X12", part="a block pasted into the grid")
def test_a_block_makes_a_list_as_long_as_it_needs_in_one_batch_with_one_undo(
    ask, add, type_at, projects, clerk
):
    first = add(clerk)
    type_at(clerk, first, LABEL, "Cầu cũ")
    block = "Cầu A\t10\tvon khac\t45292\nĐường B\t20,5\t\t5/6/2026\nKè C\tmười\tODA\t\n"

    answer = ask(clerk, "paste", row=first, column=LABEL, text=block, seen=[[first, LABEL, 1]], known=[first])

    assert names(projects) == ["Cầu A", "Đường B", "Kè C"]
    assert len(answer["list"]["rows"]) == 2
    assert {(cell["column"], cell["typed"]) for cell in answer["flagged"]} == {
        ("von", "mười"),
        ("nguon", "ODA"),
    }
    content = live_sheet(projects)
    assert content.texts[first, "khoi-cong"] == "2024-01-01"
    assert content.value(("DA", "von")).amount == 30.5

    undone = ask(clerk, "undo", batch=answer["batch"], known=answer["list"]["order"])

    assert undone["removed"] == 2
    assert undone["list"]["order"] == [first]
    assert names(projects) == ["Cầu cũ"]
    assert live_sheet(projects).value(("DA", "von")).is_blank


def test_a_block_laid_on_the_list_itself_goes_to_its_end(ask, add, projects, clerk):
    add(clerk)

    ask(clerk, "paste", row="DA", column=LABEL, text="Cầu A\nCầu B", seen=[])

    assert names(projects) == ["", "Cầu A", "Cầu B"]


@pytest.mark.parametrize(
    "block",
    [
        "Tên dự án\t{von}\nCầu A\t10\nCầu B\t20\n",
        "STT\tTên dự án\t{von}\n1\tCầu A\t10\n2\tCầu B\t20\n",
    ],
)
def test_headings_and_numbers_of_a_block_make_no_row(ask, projects, clerk, block):
    heading = live_sheet(projects).grid.columns[0].label

    answer = ask(clerk, "paste", row="DA", column=LABEL, text=block.format(von=heading), seen=[])

    assert answer["flagged"] == []
    assert names(projects) == ["Cầu A", "Cầu B"]
    assert live_sheet(projects).value(("DA", "von")).amount == 30


def test_a_block_in_tcvn3_makes_no_row_before_one_has_said_what_it_is(ask, projects, clerk):
    block = {"row": "DA", "column": LABEL, "text": "§­êng vµnh ®ai\t5", "seen": []}

    asked = ask(clerk, "paste", **block)

    assert (asked["repair"]["encoding"], asked["repair"]["after"]) == ("TCVN3", "Đường vành đai")
    assert "saved" not in asked
    assert names(projects) == []
    assert not projects.list_rows.exists()

    ask(clerk, "paste", **block, choices={"repair": True})

    assert names(projects) == ["Đường vành đai"]


def test_a_block_in_the_other_convention_makes_no_row_before_one_has_said_so(ask, projects, clerk):
    block = {"row": "DA", "column": LABEL, "text": "Cầu A\t1,234.5\nCầu B\t1,234\n", "seen": []}

    asked = ask(clerk, "paste", **block)

    assert (asked["english"], "saved" in asked) == (True, False)
    assert not projects.list_rows.exists()

    ask(clerk, "paste", **block, choices={"english": True})

    assert live_sheet(projects).value(("DA", "von")).amount == Decimal("2468.5")


@pytest.mark.parametrize("lines", [501, 5_000])
def test_a_block_of_more_rows_than_a_list_may_have_is_refused_in_words(ask, projects, clerk, lines):
    text = "\n".join(f"Dự án {n}" for n in range(lines))

    answer = ask(clerk, "paste", status=400, row="DA", column=LABEL, text=text, seen=[])

    assert f"{lines}" in answer["message"]
    assert "nhiều nhất 500 dòng" in answer["message"]
    assert not ListRow.objects.exists()


def test_an_undo_leaves_rows_that_were_touched_since(ask, type_at, projects, clerk):
    answer = ask(clerk, "paste", row="DA", column=LABEL, text="Cầu A\t1\nCầu B\t2", seen=[])
    _, second = answer["list"]["order"]
    type_at(clerk, second, "ghi-chu", "Đang làm")

    undone = ask(clerk, "undo", batch=answer["batch"], known=[])

    assert undone["list"]["order"] == [second]
    content = live_sheet(projects)
    assert (content.value((second, "von")).is_blank, content.texts[second, "ghi-chu"]) == (True, "Đang làm")


@pytest.mark.requirement("X11", part="list sections")
def test_a_row_that_was_taken_out_keeps_what_is_in_it_and_comes_back_where_it_was(
    ask, add, type_at, projects, clerk
):
    rows = [add(clerk) for _ in range(3)]
    for row, name in zip(rows, "ABC", strict=True):
        type_at(clerk, row, LABEL, name)
        type_at(clerk, row, "von", "10")

    gone = ask(clerk, "remove_row", row=rows[1], seen=[[LABEL, 1], ["von", 1]], known=rows)

    assert gone["list"]["order"] == [rows[0], rows[2]]
    assert ["DA", "von", "20,0"] in gone["computed"]
    assert ["T", "von", "20,0"] in gone["computed"]
    assert names(projects) == ["A", "C"]

    back = ask(clerk, "restore_row", row=rows[1], known=[rows[0], rows[2]])

    assert back["list"]["order"] == rows
    assert "10,0" in back["list"]["rows"][rows[1]]
    assert live_sheet(projects).value(("DA", "von")).amount == 30
    history = CellChange.objects.filter(row=rows[1], column=ListRow.PLACE).order_by("pk")
    assert list(history.values_list("old", "new")) == [("", "n:2"), ("n:2", ""), ("", "n:2")]


def test_a_row_that_another_is_typing_in_is_not_taken_out_unseen(
    ask, add, type_at, clerk, department, projects
):
    other = make_person("hai", department, DutyKind.ENTER)
    row = add(clerk)
    type_at(other, row, "von", "12")

    refused = ask(clerk, "remove_row", status=409, row=row, seen=[])

    assert str(other) in refused["message"]
    assert [(cell["column"], cell["text"], cell["version"]) for cell in refused["conflict"]] == [
        ("von", "12,0", 1)
    ]
    ask(clerk, "remove_row", row=row, seen=[["von", 1]])
    late = type_at(other, row, "von", "13", seen=1)
    assert late.status_code == 409
    assert late.json()["removed"] == row
    assert str(clerk) in late.json()["message"]


def test_an_undo_leaves_cells_of_rows_that_were_taken_out_since(ask, add, type_at, projects, clerk):
    kept, gone = add(clerk), add(clerk)
    batch = ask(clerk, "paste", cells=[[row, "von", "9"] for row in (kept, gone)], seen=[])["batch"]
    ask(clerk, "remove_row", row=gone, seen=[["von", 1]])

    undone = ask(clerk, "undo", batch=batch, known=[])

    assert undone["kept"] == 1
    assert [(row, text) for row, _, text, _ in undone["saved"]] == [(kept, "")]
    assert cell_of(projects.submission, gone, "von").amount == 9


def test_a_row_that_was_typed_in_and_taken_out_is_told_to_screens_that_know_neither(
    ask, add, type_at, send_json, submission, clerk, department
):
    other = make_person("hai", department, DutyKind.ENTER)
    row = add(clerk)
    type_at(clerk, row, "von", "12")
    ask(clerk, "remove_row", row=row, seen=[["von", 1]])

    told = send_json(other, "presence", submission, as_of=0, place=None, known=[row])

    (sheet,) = told.json()["sheets"]
    assert sheet["cells"] == []
    assert sheet["lists"][0]["list"]["order"] == []
    assert ["DA", "von", ""] in sheet["lists"][0]["computed"]


def test_a_block_over_what_others_have_changed_costs_the_same_however_long(ask, projects, clerk):
    ask(clerk, "paste", row="DA", column=LABEL, text="\n".join(f"Dự án {n}\t1" for n in range(40)), seen=[])
    first = CellChange.objects.filter(column="von").order_by("pk").first().row
    asked = []
    for lines in (2, 40):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(clerk, "paste", row=first, column="von", text="5\n" * lines, seen=[])
        assert answer["theirs"] == lines
        asked.append(len(queries))

    assert asked[0] == asked[1]


@pytest.mark.parametrize("block", [{"text": "9"}, {"cells": [["{row}", "von", "9"]]}])
def test_a_block_on_a_row_that_was_taken_out_says_who_took_it_out(ask, add, projects, clerk, block):
    row = add(clerk)
    ask(clerk, "remove_row", row=row, seen=[])
    if "cells" in block:
        block = {"cells": [[row, "von", "9"]]}

    refused = ask(clerk, "paste", status=409, row=row, column="von", seen=[], **block)

    assert refused["removed"] == row
    assert str(clerk) in refused["message"]
    assert cell_of(projects.submission, row, "von") is None


def test_rows_move_by_one_place_and_stop_at_the_ends(ask, add, clerk):
    first, second = add(clerk), add(clerk)

    assert ask(clerk, "move_row", row=second, up=True)["list"]["order"] == [second, first]
    assert ask(clerk, "move_row", row=second, up=True)["list"]["order"] == [second, first]
    assert ask(clerk, "move_row", row=second, up=False)["list"]["order"] == [first, second]


def test_a_list_has_no_more_rows_than_its_designer_allows(ask, add, projects, clerk):
    version = projects.form_version
    compiled = {**version.compiled}
    compiled["rows"] = [{**row, "most": 1} if row["key"] == "DA" else row for row in compiled["rows"]]
    type(version).objects.filter(pk=version.pk).update(compiled=compiled, sha256="a" * 64)
    row = add(clerk)

    assert "nhiều nhất 1 dòng" in ask(clerk, "add_row", status=400, section="DA", after="")["message"]
    ask(clerk, "remove_row", row=row, seen=[])
    add(clerk)
    assert "đã đủ 1 dòng" in ask(clerk, "restore_row", status=400, row=row)["message"]


@pytest.mark.requirement("R87", part="a list assigned to a person")
def test_whoever_has_the_list_adds_rows_to_it_and_nobody_else(ask, add, type_at, projects, department):
    theirs = make_person("ba", department, DutyKind.ENTER, scopes=["row:BM-DA/DA"])
    others = make_person("tu", department, DutyKind.ENTER, scopes=["row:BM-DA/K"])

    row = add(theirs)

    assert type_at(theirs, row, "von", "5").status_code == 200
    assert type_at(theirs, "K", "von", "5").status_code == 403
    assert "không được giao" in ask(others, "add_row", status=403, section="DA", after="")["message"]
    assert type_at(others, row, "von", "6", seen=1).status_code == 403
    assert ask(others, "remove_row", status=403, row=row, seen=[["von", 1]])["message"]
    assert type_at(others, "K", "von", "5").status_code == 200


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("add_row", {"section": "K", "after": ""}),
        ("add_row", {"section": "DA/x", "after": ""}),
        ("add_row", {"section": "DA"}),
        ("remove_row", {"row": "", "seen": []}),
        ("remove_row", {"row": "K", "seen": []}),
        ("remove_row", {"row": "DA/x", "seen": [1]}),
        ("restore_row", {"row": "DA/x"}),
        ("move_row", {"row": "DA/x", "up": True}),
        ("move_row", {"row": "DA", "up": 1}),
        ("paste", {"row": "DA/x", "column": LABEL, "text": "a", "seen": []}),
        ("paste", {"row": "DA", "column": "von", "text": "1", "seen": [1]}),
        ("take_over_rows", {"section": "DA"}),
        ("add_row", {"section": "DA", "after": "\0"}),
    ],
)
def test_what_is_not_there_is_refused_in_words(ask, clerk, name, data):
    assert ask(clerk, name, status=400, **data)["message"]
    assert not ListRow.objects.exists()


def test_the_screen_shows_the_rows_with_what_is_typed_and_the_buttons(
    add, type_at, projects, submission, clerk, as_user
):
    row = add(clerk)
    type_at(clerk, row, LABEL, "Cầu <b>Cửa Hội</b>")

    page = as_user(clerk).get(address("edit", submission.pk)).content.decode()

    assert "Cầu &lt;b&gt;Cửa Hội&lt;/b&gt;</textarea>" in page
    assert '<option value="Ngân sách trung ương">' in page
    assert 'data-list="add"' in page


def test_drawing_a_list_costs_the_same_number_of_queries_however_long(
    add, submission, clerk, as_user, projects
):
    counts = []
    client = as_user(clerk)
    for _ in range(2):
        add(clerk)
        client.get(address("edit", submission.pk))
        with CaptureQueriesContext(connection) as queries:
            client.get(address("edit", submission.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("column", [LABEL, "khoi-cong", "nguon", "von", "ty-trong"])
def test_the_panel_tells_of_every_cell_of_a_list(add, type_at, projects, submission, clerk, as_user, column):
    row = add(clerk)
    type_at(clerk, row, LABEL, "Cầu Cửa Hội")
    type_at(clerk, row, "khoi-cong", "5/6/2026")

    for place in (row, *(["DA"] if column == "von" else [])):
        panel = as_user(clerk).get(address("about_cell", submission.pk, projects.pk, place, column))
        assert panel.status_code == 200
        assert ("Cầu Cửa Hội" if place == row else "Danh mục dự án") in panel.content.decode()
        if column == "khoi-cong":
            assert "Ô nhập ngày (ngày/tháng/năm)" in panel.content.decode()


@pytest.mark.requirement("X11", part="formulas across forms")
def test_other_forms_that_read_a_list_follow_when_its_rows_come_and_go(
    ask, add, type_at, submission, projects, lead, clerk
):
    form = ReportForm.objects.create(code="BM-X", title="Tổng", owner=lead)
    FormColumn.objects.create(report_form=form, key="von", label="Vốn")
    rows = [
        FormRow(key="T", label="T", kind=RowKind.COMPUTED, formula="{BM-DA!DA} * 2"),
        FormRow(key="K", label="K"),
    ]
    for row in rows:
        row.report_form = form
        row.save()
    submission.obligation.form_versions.add(version := publish_form(form, by=None))
    beside = Sheet.objects.create(submission=submission, form_version=version, sort_order=2)
    first, second = add(clerk), add(clerk)
    type_at(clerk, first, "von", "5")
    type_at(clerk, second, "von", "7")

    answers = [ask(clerk, "remove_row", row=row, seen=[["von", 1]]) for row in (first, second)]

    assert [answer["elsewhere"] for answer in answers] == [
        [{"sheet": beside.pk, "computed": [["T", "von", shown]]}] for shown in ("14", "")
    ]
