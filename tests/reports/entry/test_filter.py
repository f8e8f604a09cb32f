"""Finding one's way in a long form: the filter, the parts, the next problem, the list of keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import cell_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shown(grid) -> list[str]:
    return grid.page.evaluate(
        "() => [...document.querySelectorAll('tbody tr[data-row]:not([hidden])')].map((row) => row.dataset.row)"
    )


EVERYTHING = ["A", "tong", "a1", "a2", "a3", "B", "b1", "b2"]


@pytest.mark.parametrize(
    ("words", "rows", "said"),
    [
        ("noi dia", ["A", "a1"], "1/6 dòng"),
        ("THU-ND", ["A", "a1"], "1/6 dòng"),
        ("Đàn", ["B", "b2"], "1/6 dòng"),
        ("dan", ["B", "b2"], "1/6 dòng"),
        ("nông nghiệp", ["B", "b1", "b2"], "2/6 dòng"),
        ("không có gì", [], "0/6 dòng"),
    ],
)
def test_rows_are_found_by_label_code_and_heading_without_signs(board, clerk, words, rows, said):
    grid = board(clerk)

    grid.enter("a1", 0)
    grid.press("/")
    grid.keyboard.type(words)

    assert shown(grid) == rows
    expect(grid.page.locator("[data-found]")).to_have_text(said)
    grid.press("Escape")
    assert shown(grid) == EVERYTHING
    expect(grid.page.locator("[data-found]")).to_be_empty()


def test_hidden_rows_are_jumped_over_and_neither_chosen_nor_filled(board, type_in, board_report, clerk):
    type_in(clerk, board_report, "a1", "truoc", "5")
    grid = board(clerk)
    grid.page.evaluate(
        """() => {
            document.querySelector('tr[data-row="a2"] th.label').textContent = "Khác hẳn";
            document.querySelector('tr[data-row="A"] th.label').textContent = "";
        }"""
    )
    grid.page.get_by_role("searchbox").fill("thu")
    assert shown(grid) == ["A", "tong", "a1", "a3"]

    grid.enter("a1", 0)
    grid.press("Shift+ArrowDown", "Control+d")

    expect(grid.said).to_contain_text("Đã điền xuống 1 ô")
    grid.press("ArrowDown")
    assert grid.here() == ("a3", 0)
    assert cell_of(board_report, "a2", "truoc") is None
    assert cell_of(board_report, "a3", "truoc").amount == 5


def test_only_rows_with_blanks_are_shown_and_do_not_vanish_while_one_types(
    board, type_in, board_report, clerk
):
    for column in ("truoc", "uoc", "luyke"):
        type_in(clerk, board_report, "a1", column, "5")
    grid = board(clerk)

    blank = grid.page.get_by_role("button", name="Còn trống")
    blank.click()

    expect(blank).to_have_attribute("aria-pressed", "true")
    assert shown(grid) == ["A", "a2", "a3", "B", "b1"]
    grid.enter("b1", 0)
    grid.keyboard.type("1")
    grid.press("Tab", "2", "Tab", "3", "Enter")
    grid.settled()
    assert shown(grid) == ["A", "a2", "a3", "B", "b1"]


def test_a_block_is_not_pasted_into_rows_nobody_sees(board, board_report, clerk):
    grid = board(clerk)
    grid.page.get_by_role("searchbox").fill("thu khác")
    grid.enter("a3", 0)

    grid.paste("1\r\n2\r\n3\r\n")

    expect(
        grid.page.get_by_text("Chưa dán: đang lọc, khối nhiều dòng có thể phủ lên dòng đang ẩn")
    ).to_be_visible()
    assert not board_report.sheets.get().cells.exists()
    grid.page.get_by_role("button", name="Bỏ lọc").click()
    assert shown(grid) == EVERYTHING
    assert grid.here() == ("a3", 0)
    grid.paste("1\t2\r\n")
    expect(grid.cell("a3", 1)).to_have_value("2")


def test_a_link_to_a_hidden_cell_shows_it_first(board, board_report, clerk):
    grid = board(clerk)
    grid.page.get_by_role("searchbox").fill("thu khác")

    grid.page.evaluate(
        "sheet => document.dispatchEvent(new CustomEvent('entry:go', {detail: {sheet, row: 'tong', column: 'uoc'}}))",
        board_report.sheets.get().pk,
    )

    expect(grid.td("tong", 1)).to_be_focused()
    assert shown(grid) == EVERYTHING


def test_parts_of_a_form_are_links_and_the_one_in_sight_is_marked(board, clerk):
    grid = board(clerk)
    grid.page.set_viewport_size({"width": 1280, "height": 480})
    parts = grid.page.get_by_role("navigation", name="Các phần của biểu DI-LAI").get_by_role("link")
    expect(parts).to_have_text(["A Thu ngân sách", "B Nông nghiệp"])
    expect(parts.nth(0)).to_have_attribute("aria-current", "true")
    grid.page.evaluate("document.querySelector('.grid-box').style.height = '200px'")

    parts.nth(1).focus()
    grid.press("Enter")

    expect(parts.nth(1)).to_have_attribute("aria-current", "true")
    assert grid.here() == ("b1", 0)
    head = grid.page.locator(".grid thead").bounding_box()
    assert grid.td("b1", 0).bounding_box()["y"] >= head["y"] + head["height"]


@pytest.mark.requirement("X12", part="rows filtered, problems in turn")
def test_f8_goes_round_what_is_wrong_flagged_and_missing_in_this_order(board, board_report, clerk):
    grid = board(clerk)
    for row in ("a1", "a2", "a3", "b1"):
        for column in range(3):
            if (row, column) not in {("a3", 1), ("b1", 2)}:
                grid.cell(row, column).fill("5")
    grid.cell("b2", 0).fill("0.125")
    grid.cell("b2", 0).press("Enter")
    grid.page.evaluate(
        """sheet => {
            document.querySelector('tr[data-row="tong"]').cells[3].classList.add("flagged");
            const flags = [{ row: "tong", column: "truoc", effect: "warn", text: "Tổng giảm so tháng trước" }];
            document.dispatchEvent(new CustomEvent("entry:flags", { detail: { sheet, flags } }));
        }""",
        board_report.sheets.get().pk,
    )
    button = grid.page.get_by_role("button", name=re.compile("Vấn đề tiếp theo"))
    expect(button).to_have_text("Vấn đề tiếp theo (4)")
    grid.enter("a2", 3)

    told = []
    for _ in range(5):
        grid.press("F8")
        expect(grid.said).to_contain_text("Vấn đề ")
        told.append((grid.here(), grid.said.inner_text()))

    assert told == [
        (("b2", 0), "Vấn đề 1/4: chưa lưu được."),
        (("tong", 0), "Vấn đề 2/4: Tổng giảm so tháng trước."),
        (("a3", 1), "Vấn đề 3/4: bắt buộc, còn trống."),
        (("b1", 2), "Vấn đề 4/4: bắt buộc, còn trống."),
        (("b2", 0), "Vấn đề 1/4: chưa lưu được."),
    ]
    grid.press("Shift+F8")
    assert grid.here() == ("b1", 2)
    grid.page.get_by_role("button", name="Có vấn đề").click()
    assert shown(grid) == ["A", "tong", "B", "b2"]


@pytest.mark.parametrize(("key", "row"), [("?", "a1"), ("Control+/", "a1"), ("?", "tong")])
def test_the_keys_are_listed_and_escape_leads_back_to_the_cell(board, clerk, key, row):
    grid = board(clerk)
    grid.enter(row, 0)

    grid.press(key)

    dialog = grid.page.get_by_role("dialog", name="Phím tắt trên biểu số liệu")
    expect(dialog).to_be_visible()
    expect(grid.page.get_by_role("dialog")).to_have_count(1)
    grid.press("Escape")
    expect(dialog).to_be_hidden()
    assert grid.here() == (row, 0)
    expect(grid.cell("a1", 0)).to_have_value("")


def test_words_may_hold_the_signs_that_are_keys_elsewhere(board, clerk):
    grid = board(clerk)

    grid.enter("a1", 4)
    grid.keyboard.type("/?")

    expect(grid.cell("a1", 4)).to_have_value("/?")
