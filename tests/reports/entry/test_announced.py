"""What a screen reader is told of a cell: by which name, that it is asked for, wrong, or not to type into."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def told(page, selector: str) -> dict[str, object]:
    """The element as the accessibility tree has it: role, name, value, description and states."""
    session = page.context.new_cdp_session(page)
    found = session.send("Runtime.evaluate", {"expression": f"document.querySelector({selector!r})"})
    tree = session.send(
        "Accessibility.getPartialAXTree", {"objectId": found["result"]["objectId"], "fetchRelatives": False}
    )
    (node, *_) = tree["nodes"]
    states = {state["name"]: state["value"].get("value") for state in node["properties"]}
    said = {name: node[name]["value"] for name in ("role", "name", "value", "description") if name in node}
    return said | {name: states.get(name) for name in ("required", "invalid", "readonly")}


def of(row: str, column: int) -> str:
    return f'tr[data-row="{row}"] > :nth-child({column + 4})'


@pytest.mark.requirement("X12", part="what a cell says to a screen reader")
def test_a_cell_is_called_by_its_row_the_headings_over_it_and_its_measure(
    board, type_in, board_report, clerk
):
    type_in(clerk, board_report, "b1", "uoc", "1402,5")
    grid = board(clerk)

    assert told(grid.page, f"{of('b1', 1)} > input") == {
        "role": "textbox",
        "name": "Sản lượng lúa Thực hiện Ước tháng Tấn",
        "value": "1.402,5",
        "required": True,
        "invalid": "false",
        "readonly": False,
    }
    assert told(grid.page, f"{of('b2', 0)} > input")["name"] == "Đàn bò Tháng trước Con"
    assert told(grid.page, f"{of('b2', 0)} > input")["required"] is False
    assert told(grid.page, f"{of('b2', 4)} > textarea")["name"] == "Đàn bò Ghi chú"


def test_a_cell_that_was_refused_says_why(board, clerk):
    grid = board(clerk)
    grid.cell("a1", 0).fill("0.125")
    grid.cell("a1", 0).press("Enter")
    expect(grid.cell("a1", 0)).to_have_accessible_description(re.compile("“0.125” không đọc được"))

    said = told(grid.page, f"{of('a1', 0)} > input")

    assert said["invalid"] == "true"
    assert "Nếu là số thập phân, gõ 0,125" in str(said["description"])


def test_a_computed_cell_says_that_it_is_computed(board, type_in, board_report, clerk):
    type_in(clerk, board_report, "a1", "uoc", "7")
    grid = board(clerk)

    said = told(grid.page, of("tong", 1))

    assert (said["role"], said["name"]) == ("gridcell", "7")
    assert (said["readonly"], said["description"]) == (True, "Ô do hệ thống tính")


def test_what_is_chosen_and_found_is_said_aloud(board, clerk, axe):
    grid = board(clerk)
    grid.enter("a1", 0)
    grid.press("Shift+ArrowDown")

    expect(grid.page.get_by_role("status").filter(has_text="2 ô")).to_be_visible()
    expect(grid.page.get_by_role("gridcell", selected=True)).to_have_count(2)
    grid.press("/")
    grid.keyboard.type("thu")
    expect(grid.page.get_by_role("status").filter(has_text="/6 dòng")).to_be_visible()
    assert axe(grid.page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_of_it_keeps_anybody_out(board, clerk, axe, width):
    grid = board(clerk, width=width)
    every = ("minor", "moderate", "serious", "critical")

    grid.enter("a1", 0)
    assert axe(grid.page, within=".figures", impacts=every) == []
    grid.press("?")
    assert axe(grid.page, within="#phim-tat", impacts=every) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_an_entered_cell_is_never_under_what_stays_in_sight(board, clerk, width):
    grid = board(clerk, width=width)
    grid.page.set_viewport_size({"width": width, "height": 560})

    for key in ("Control+End", "Home", "Control+Home", "End", "PageDown", "Home", "PageUp"):
        grid.press(key) if key != "Control+End" else (grid.enter("a1", 0), grid.press(key))
        hidden = grid.page.evaluate(
            """() => {
                const at = (element) => element.getBoundingClientRect();
                const td = document.activeElement.closest("td");
                const [cell, head] = [at(td), at(td.closest("table").tHead)];
                const box = at(td.closest(".grid-box"));
                const label = at(td.parentElement.querySelector(".label"));
                return [cell.top < head.bottom - 1, cell.bottom > box.bottom + 2, cell.left < label.right - 1];
            }"""
        )
        assert (key, hidden) == (key, [False, False, False])
