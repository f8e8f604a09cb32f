"""A block of cells: chosen, counted, copied, filled, emptied, and all of it taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import cell_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filled(board, board_report, type_in, clerk):
    """a1 1.402,5 and 300; a2 7; the rest blank."""
    for row, column, text in (("a1", "truoc", "1402,5"), ("a1", "uoc", "300"), ("a2", "truoc", "7")):
        type_in(clerk, board_report, row, column, text)
    return board(clerk)


def chosen(grid) -> list[tuple[str, int]]:
    return [
        (row, column)
        for row, column in grid.page.evaluate(
            """() => [...document.querySelectorAll('td[aria-selected="true"]')].map(
                (td) => [td.parentElement.dataset.row, td.cellIndex - 3])"""
        )
    ]


def test_shift_and_arrows_choose_a_block_and_the_focus_stays(filled):
    filled.enter("a1", 0)
    filled.press("Shift+ArrowDown", "Shift+ArrowRight")

    assert chosen(filled) == [("a1", 0), ("a1", 1), ("a2", 0), ("a2", 1)]
    assert filled.here() == ("a1", 0)
    expect(filled.said).to_have_text("4 ô · 3 số · tổng 1.709,5 · trung bình 569,833")
    filled.press("Shift+ArrowLeft")
    assert chosen(filled) == [("a1", 0), ("a2", 0)]
    filled.press("ArrowRight")
    assert chosen(filled) == []
    expect(filled.said).to_be_empty()


def test_a_block_over_two_measures_says_so(filled):
    filled.enter("a3", 0)
    filled.press("Shift+ArrowDown")
    filled.press("Shift+Control+Home")

    expect(filled.said).to_contain_text("4 ô · 3 số · tổng 2.819 ·")  # the total row is one of them
    filled.enter("a2", 0)
    filled.press("Shift+Control+End")
    expect(filled.said).to_contain_text("khác đơn vị tính")


def test_the_mouse_chooses_a_block(filled):
    filled.td("a1", 0).hover()
    filled.page.mouse.down()
    filled.td("a2", 1).hover()
    filled.td("b1", 1).hover()
    filled.page.mouse.up()

    assert len(chosen(filled)) == 8
    assert filled.here() == ("a1", 0)
    filled.td("a1", 1).click(modifiers=["Shift"])
    assert chosen(filled) == [("a1", 0), ("a1", 1)]
    filled.td("a1", 0).click()
    assert chosen(filled) == []


def test_a_block_is_copied_as_spreadsheets_take_it(filled):
    filled.enter("a1", 4)
    filled.keyboard.type('hai "dòng"')
    filled.press("Alt+Enter", "x", "Enter")
    filled.enter("tong", 0)
    filled.press("Shift+ArrowDown", "Shift+ArrowDown", "Shift+End")

    expect(filled.said).to_contain_text("15 ô")

    assert filled.copied() == (
        '1.409,5\t300\t\t21,28\t\r\n1.402,5\t300\t\t21,39\t"hai ""dòng""\nx"\r\n7\t\t\t0\t'
    ).replace("\t0\t", f"\t{filled.td('a2', 3).inner_text()}\t").replace(
        "21,28", filled.td("tong", 3).inner_text()
    ).replace("21,39", filled.td("a1", 3).inner_text())
    expect(filled.said).to_have_text("Đã chép 15 ô.")


def test_in_editing_the_browser_copies_the_text(filled):
    filled.enter("a1", 0)
    filled.press("F2")

    assert filled.copied() == ""


@pytest.mark.requirement("X12", part="a block chosen, copied, filled and taken back")
def test_filling_down_is_one_batch_and_one_undo(filled, board_report):
    filled.enter("a1", 0)
    for _ in range(3):
        filled.press("Shift+ArrowDown")
    filled.press("Control+d")

    expect(filled.said).to_have_text("Đã điền xuống 3 ô; Ctrl+Z để hoàn tác.")
    expect(filled.cell("b1", 0)).to_have_value("1.402,5")
    expect(filled.td("tong", 0)).to_have_text("4.207,5")
    changes = board_report.sheets.get().changes.exclude(batch="")
    assert changes.count() == 3
    assert changes.values("batch").distinct().count() == 1

    filled.press("Control+z")
    expect(filled.said).to_have_text("Hoàn tác điền xuống: 3 ô.")
    expect(filled.cell("a2", 0)).to_have_value("7")
    expect(filled.td("tong", 0)).to_have_text("1.409,5")
    filled.press("Control+Shift+z")
    expect(filled.said).to_have_text("Làm lại điền xuống: 3 ô.")
    filled.press("Control+z")
    expect(filled.said).to_have_text("Hoàn tác điền xuống: 3 ô.")
    filled.press("Control+y")
    expect(filled.cell("b1", 0)).to_have_value("1.402,5")
    assert cell_of(board_report, "a3", "truoc").amount == 1402.5


def test_one_cell_is_filled_from_above_and_from_the_left(filled):
    filled.enter("a2", 1)
    filled.press("Control+d")
    expect(filled.cell("a2", 1)).to_have_value("300")

    filled.enter("a2", 2)
    filled.press("Control+r")
    expect(filled.cell("a2", 2)).to_have_value("300")


def test_computed_cells_in_the_block_stay_and_are_counted(filled):
    filled.enter("a1", 2)
    filled.press("Shift+ArrowLeft", "Shift+ArrowLeft")
    filled.enter("a1", 0)
    filled.press("Shift+End", "Control+r")

    expect(filled.said).to_contain_text("1 ô không phải ô nhập của ông/bà được giữ nguyên")
    expect(filled.cell("a1", 2)).to_have_value("1.402,5")


def test_a_block_is_emptied_as_one(filled, board_report):
    filled.enter("a1", 0)
    filled.press("Shift+ArrowDown", "Shift+ArrowRight", "Delete")

    expect(filled.said).to_contain_text("Đã xóa 3 ô")
    expect(filled.cell("a1", 0)).to_have_value("")
    assert cell_of(board_report, "a2", "truoc").value.is_blank
    filled.press("Control+z")
    expect(filled.cell("a1", 0)).to_have_value("1.402,5")
    expect(filled.cell("a2", 0)).to_have_value("7")


def test_what_was_typed_is_taken_back_cell_by_cell(filled, board_report):
    filled.enter("a1", 0)
    filled.keyboard.type("5")
    filled.press("Enter")
    filled.keyboard.type("6")
    filled.press("Enter")
    filled.settled()

    filled.press("Control+z")
    expect(filled.cell("a2", 0)).to_have_value("7")
    filled.settled()
    filled.press("Control+z")
    expect(filled.cell("a1", 0)).to_have_value("1.402,5")
    filled.settled()
    filled.press("Control+z")
    expect(filled.said).to_have_text("Không còn gì để hoàn tác.")
    filled.press("Control+y")
    expect(filled.cell("a1", 0)).to_have_value("5")
    filled.settled()

    assert cell_of(board_report, "a1", "truoc").amount == 5
    assert cell_of(board_report, "a2", "truoc").amount == 7


def test_undo_never_goes_over_what_somebody_else_has_typed_since(filled, type_in, board_report, colleague):
    filled.enter("a1", 0)
    filled.keyboard.type("5")
    filled.press("Enter")
    filled.settled()
    seen = cell_of(board_report, "a1", "truoc").version
    assert type_in(colleague, board_report, "a1", "truoc", "77", seen=seen).status_code == 200

    filled.press("Control+z")

    expect(filled.page.get_by_role("list", name="Ô chưa lưu được")).to_contain_text(f"Của {colleague}: 77.")
    assert cell_of(board_report, "a1", "truoc").amount == 77


@pytest.mark.parametrize(
    ("typed", "measure", "words"),
    [
        ("1200000", "a1", "một triệu hai trăm nghìn triệu đồng"),
        ("1.402,5", "b1", "một nghìn bốn trăm linh hai phẩy năm tấn"),
        ("999", "a1", ""),
        ("1.5000", "a1", ""),
    ],
)
def test_a_long_number_is_read_back_in_words_while_it_is_typed(board, clerk, typed, measure, words):
    grid = board(clerk)

    grid.enter(measure, 0)
    grid.keyboard.type(typed)

    expect(grid.reading).to_have_text(words)
