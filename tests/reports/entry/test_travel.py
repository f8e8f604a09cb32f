"""The keyboard on the grid, as in Excel: going from cell to cell, and into a cell."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


#: From a cell, by keys, to a cell.
WAYS = [
    (("a1", 0), ["ArrowDown"], ("a2", 0)),
    (("a1", 0), ["ArrowUp"], ("tong", 0)),
    (("a1", 0), ["ArrowUp", "ArrowUp"], ("tong", 0)),
    (("a3", 0), ["ArrowDown"], ("b1", 0)),
    (("a1", 2), ["ArrowRight"], ("a1", 3)),
    (("a1", 2), ["ArrowRight", "ArrowRight"], ("a1", 4)),
    (("a1", 4), ["ArrowRight"], ("a1", 4)),
    (("a1", 0), ["ArrowLeft"], ("a1", 0)),
    (("a1", 1), ["Enter"], ("a2", 1)),
    (("a2", 1), ["Shift+Enter"], ("a1", 1)),
    (("b2", 1), ["Enter"], ("b2", 1)),
    (("a1", 2), ["Tab"], ("a1", 4)),
    (("a1", 4), ["Tab"], ("a2", 0)),
    (("a2", 0), ["Shift+Tab"], ("a1", 4)),
    (("a1", 0), ["Tab", "Tab", "Enter"], ("a2", 0)),
    (("a1", 0), ["Tab", "ArrowDown", "Enter"], ("a3", 1)),
    (("a2", 2), ["Home"], ("a2", 0)),
    (("a2", 0), ["End"], ("a2", 4)),
    (("a2", 2), ["Control+Home"], ("tong", 0)),
    (("a2", 2), ["Control+End"], ("b2", 4)),
    (("a1", 0), ["PageDown"], ("b2", 0)),
    (("b2", 0), ["PageUp"], ("tong", 0)),
]


@pytest.mark.requirement("X12", part="keyboard grid")
def test_keys_lead_from_cell_to_cell_as_in_a_spreadsheet(board, clerk):
    grid = board(clerk)

    for start, keys, end in WAYS:
        grid.enter(*start)
        grid.press(*keys)
        assert (start, keys, grid.here()) == (start, keys, end)


def test_ctrl_and_an_arrow_lead_to_the_edge_of_what_is_filled(board, type_in, board_report, clerk):
    for row, column in (("a1", "truoc"), ("a2", "truoc"), ("b2", "truoc"), ("a1", "uoc"), ("a1", "luyke")):
        type_in(clerk, board_report, row, column, "5")
    grid = board(clerk)

    for start, key, end in [
        (("a1", 0), "ArrowDown", ("a2", 0)),
        (("a2", 0), "ArrowDown", ("b2", 0)),
        (("a1", 0), "ArrowUp", ("tong", 0)),
        (("a1", 0), "ArrowRight", ("a1", 3)),  # the percentage is filled as well
        (("a1", 3), "ArrowRight", ("a1", 4)),
        (("b2", 4), "ArrowLeft", ("b2", 3)),
        (("b1", 4), "ArrowLeft", ("b1", 0)),
    ]:
        grid.enter(*start)
        grid.press(f"Control+{key}")
        assert (start, key, grid.here()) == (start, key, end)


def test_an_entered_cell_is_typed_over_and_arrows_leave_it(board, type_in, board_report, clerk):
    type_in(clerk, board_report, "a1", "truoc", "12")
    grid = board(clerk)

    grid.enter("a1", 0)
    grid.keyboard.type("34")
    grid.press("ArrowLeft", "ArrowRight")

    grid.settled()
    expect(grid.cell("a1", 0)).to_have_value("34")
    assert grid.here() == ("a1", 1)


@pytest.mark.parametrize("begin", ["F2", "second click", "double click"])
def test_in_editing_the_arrows_move_the_caret(board, type_in, board_report, clerk, begin):
    type_in(clerk, board_report, "a1", "truoc", "1234")
    grid = board(clerk)

    grid.enter("a1", 0)
    if begin == "F2":
        grid.press("F2")
    elif begin == "second click":
        grid.td("a1", 0).click()
    else:
        grid.td("a1", 0).dblclick()
    expect(grid.td("a1", 0)).to_have_class(re.compile("editing"))
    grid.press("End", "ArrowLeft")
    grid.keyboard.type("9")

    expect(grid.cell("a1", 0)).to_have_value("1.2394")
    assert grid.here() == ("a1", 0)
    grid.press("Escape")
    expect(grid.cell("a1", 0)).to_have_value("1.234")
    grid.press("ArrowRight")
    assert grid.here() == ("a1", 1)


def test_escape_leaves_editing_before_anything_was_typed(board, clerk):
    grid = board(clerk)

    grid.enter("a1", 0)
    grid.press("F2", "Escape", "ArrowDown")

    assert grid.here() == ("a2", 0)


def test_words_take_a_line_break_with_alt_and_enter(board, clerk):
    grid = board(clerk)

    grid.enter("a1", 4)
    grid.keyboard.type("một")
    grid.press("Alt+Enter")
    grid.keyboard.type("hai")
    grid.press("Enter")

    grid.settled()
    expect(grid.cell("a1", 4)).to_have_value("một\nhai")
    assert grid.here() == ("a2", 4)


def test_whoever_only_reads_travels_too(board, board_report, clerk, data_leader):
    grid = board(data_leader)
    expect(grid.page.locator("td input")).to_have_count(0)

    grid.page.locator("[data-show-keys]").focus()
    grid.press("Tab")
    if grid.here() == ("", -1):  # by way of the links to the parts
        grid.press("Tab", "Tab")
    assert grid.here() == ("tong", 0)
    grid.press("ArrowDown", "ArrowRight", "Control+End")

    assert grid.here() == ("b2", 4)
    expect(grid.td("b2", 4)).to_have_attribute("tabindex", "0")


def test_the_last_cell_lets_the_keyboard_out(board, clerk):
    grid = board(clerk)

    grid.enter("b2", 4)
    grid.press("Tab")

    assert grid.here() == ("", -1)


def test_an_entered_cell_is_told_to_whoever_listens(board, board_report, clerk):
    grid = board(clerk)
    grid.page.evaluate(
        """() => {
            window.heard = [];
            document.addEventListener("entry:cell", ({ detail: { sheet, row, column, input } }) =>
                window.heard.push([sheet, row, column, input?.value ?? null]));
        }"""
    )

    grid.enter("a1", 0)
    grid.press("ArrowUp")

    sheet = board_report.sheets.get().pk
    assert grid.page.evaluate("window.heard") == [[sheet, "a1", "truoc", ""], [sheet, "tong", "truoc", None]]


def test_escape_stays_in_the_cell_and_in_the_filter_on_a_narrow_screen(board, clerk):
    grid = board(clerk, width=390)

    grid.enter("a1", 0)
    grid.press("Escape")
    assert grid.here() == ("a1", 0)
    grid.press("/", "x", "Escape", "Escape")

    expect(grid.page.get_by_role("searchbox")).to_be_focused()
