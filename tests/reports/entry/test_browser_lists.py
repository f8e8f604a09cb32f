"""Rows of lists in Chromium: added by button and by Enter, pasted, taken out, brought back, moved; on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from home.accounts.models import DutyKind
from reports.regimes.grid import LABEL
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.content import live_sheet
from reports.submissions.list_rows import add_rows, remove_rows
from tests.conftest import make_person

from .conftest import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(visit, submission, projects):
    """The sheet of projects open in a browser of this person."""

    def shown(user, *, width: int = 1280, height: int = 800) -> Page:
        page = visit(user)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address("edit", submission.pk), wait_until="domcontentloaded")
        page.get_by_role("tab", name="BM-DA").click()
        expect(page.get_by_role("button", name="Thêm dòng", exact=False).first).to_be_visible()
        return page

    return shown


def rows(page: Page):
    return page.locator("#bieu-BM-DA tr.listed")


def name(page: Page, place: int):
    return rows(page).nth(place).locator("td.label textarea")


def cell(page: Page, place: int, column: int):
    return rows(page).nth(place).locator(f":nth-child({column}) :is(input, textarea)")


def names(sheet) -> list[str]:
    return [row.label for row in live_sheet(sheet).grid.rows if row.section]


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def saved(page: Page) -> None:
    expect(page.locator("#bieu-BM-DA").get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()


@pytest.mark.requirement("X11", part="list sections")
@pytest.mark.requirement("X12", part="keyboard grid")
def test_a_list_is_typed_from_the_first_row_to_the_last_without_the_mouse(opened, projects, clerk):
    page = opened(clerk)
    page.get_by_role("button", name="Thêm dòng").first.press("Enter")
    expect(name(page, 0)).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Đã thêm dòng 1 vào Danh mục dự án")).to_have_count(1)

    page.keyboard.type("Cầu Cửa Hội")
    page.keyboard.press("Tab")
    page.keyboard.type("1402,5")
    page.keyboard.press("Enter")
    expect(cell(page, 1, 4)).to_be_focused()
    page.keyboard.type("97,5")
    page.keyboard.press("Tab")
    page.keyboard.type("von khac")
    page.keyboard.press("Tab")
    page.keyboard.type("5/6/2026")
    page.keyboard.press("Tab")

    expect(cell(page, 1, 5)).to_have_value("Vốn khác")
    expect(cell(page, 1, 6)).to_have_value("05/06/2026")
    expect(page.locator('#bieu-BM-DA tr[data-row="DA"] > :nth-child(4)')).to_have_text("1.500,0")
    saved(page)
    assert names(projects) == ["Cầu Cửa Hội", ""]
    expect(page.get_by_text("4/12 ô bắt buộc")).to_be_visible()


@pytest.mark.requirement("X12", part="a block pasted into the grid")
def test_a_block_pasted_on_the_button_makes_the_list_and_is_taken_back_whole(opened, projects, clerk):
    page = opened(clerk)
    page.get_by_role("button", name="Thêm dòng").first.focus()

    paste(page, "Cầu A\t10\tVốn khác\t45292\r\nĐường B\t20,5\t\t05/06/2026\r\nCầu a\tmười\r\n")

    expect(rows(page)).to_have_count(3)
    expect(cell(page, 0, 6)).to_have_value("01/01/2024")
    expect(page.locator('#bieu-BM-DA tr[data-row="DA"] > :nth-child(4)')).to_have_text("30,5")
    expect(rows(page).nth(2).locator(".twin")).to_have_text("Trùng tên với dòng 1")
    expect(page.locator("#bieu-BM-DA .issues li")).to_have_count(1)

    page.get_by_role("button", name="Hoàn tác", exact=True).click()

    expect(rows(page)).to_have_count(0)
    expect(page.get_by_text("Đã bỏ 3 dòng vừa thêm")).to_be_visible()
    expect(page.locator("#bieu-BM-DA .issues li")).to_have_count(0)
    assert names(projects) == []


def test_a_block_taken_back_with_the_keys_is_no_longer_offered_to_be_taken_back(opened, projects, clerk):
    page = opened(clerk)
    page.get_by_role("button", name="Thêm dòng").first.focus()
    paste(page, "Cầu A\t10\r\nCầu B\t20\r\n")
    expect(name(page, 1)).to_be_focused()

    page.keyboard.press("Control+z")

    expect(rows(page)).to_have_count(0)
    expect(page.get_by_text("Hoàn tác dán: 0 ô, 2 dòng vừa thêm.")).to_be_visible()
    expect(page.get_by_role("button", name="Hoàn tác", exact=True)).to_be_hidden()


def test_a_row_without_a_name_is_a_problem_one_comes_to(opened, projects, clerk):
    page = opened(clerk)
    page.get_by_role("button", name="Thêm dòng").first.press("Enter")
    expect(name(page, 0)).to_be_focused()
    page.keyboard.press("Tab")
    expect(cell(page, 0, 4)).to_be_focused()

    page.keyboard.press("Shift+F8")

    expect(name(page, 0)).to_be_focused()


@pytest.fixture
def three(submission, projects, clerk):
    """A, B and C, with 10 each."""
    added = add_rows(submission, projects.pk, "DA", by=clerk, count=3)
    for row, called in zip(added, "ABC", strict=True):
        cells = [
            CellEntry(projects.pk, row.row, LABEL, text=f"Dự án {called}"),
            CellEntry(projects.pk, row.row, "von", value=live_sheet(projects).value(("K", "von"))),
        ]
        save_cells(submission, cells, by=clerk)
    return added


def test_a_row_with_something_in_it_asks_before_it_goes_and_comes_back(opened, three, projects, clerk):
    page = opened(clerk)

    rows(page).nth(1).get_by_role("button", name="Dòng 2").click()
    page.get_by_role("menuitem", name="Xóa dòng").click()
    page.get_by_role("menuitem", name="Dòng có 1 ô đã nhập. Xóa?").click()

    expect(rows(page)).to_have_count(2)
    expect(name(page, 1)).to_be_focused()
    expect(name(page, 1)).to_have_value("Dự án C")
    assert names(projects) == ["Dự án A", "Dự án C"]

    page.get_by_role("button", name="Khôi phục").click()

    expect(name(page, 1)).to_have_value("Dự án B")
    expect(name(page, 1)).to_be_focused()
    assert names(projects) == ["Dự án A", "Dự án B", "Dự án C"]


def test_the_menu_of_a_row_is_asked_for_in_a_cell_and_goes_back_to_it(opened, three, clerk):
    page = opened(clerk)
    cell(page, 1, 4).focus()

    page.keyboard.press("Shift+F10")
    expect(page.get_by_role("menu", name="Việc với dòng 2 “Dự án B”")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("menu")).to_have_count(0)
    expect(cell(page, 1, 4)).to_be_focused()


def test_rows_are_moved_with_keys_and_the_focus_goes_with_them(opened, three, projects, clerk):
    page = opened(clerk)
    cell(page, 2, 4).focus()

    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(name(page, 1)).to_have_value("Dự án C")
    expect(cell(page, 1, 4)).to_be_focused()
    expect(rows(page).nth(1).locator("td.stt")).to_have_text("2")
    page.keyboard.press("Alt+Shift+Enter")
    expect(name(page, 2)).to_be_focused()

    page.keyboard.type("Dự án mới")
    page.keyboard.press("Enter")
    saved(page)
    assert names(projects) == ["Dự án A", "Dự án C", "Dự án mới", "Dự án B"]


def test_what_is_typed_into_a_row_that_a_colleague_took_out_is_not_lost(
    opened, three, submission, projects, clerk, department
):
    colleague = make_person("hai", department, DutyKind.ENTER)
    page = opened(clerk)
    name(page, 1).fill("Dự án B đổi tên")
    remove_rows(submission, projects.pk, [three[1].row], by=colleague)

    name(page, 1).press("Enter")
    expect(page.locator("#bieu-BM-DA .issues li")).to_contain_text("Người hai đã xóa dòng này")
    page.get_by_role("button", name="Khôi phục dòng").click()

    expect(page.locator("#bieu-BM-DA .issues li")).to_have_count(0)
    saved(page)
    assert names(projects) == ["Dự án A", "Dự án B đổi tên", "Dự án C"]


def test_a_list_can_be_filled_in_on_a_phone(opened, projects, clerk):
    page = opened(clerk, width=390, height=844)
    page.get_by_role("button", name="Thêm dòng").first.click()
    expect(name(page, 0)).to_be_focused()
    page.keyboard.type("Cầu Cửa Hội bắc qua sông Cái, giai đoạn 2")
    cell(page, 0, 4).fill("12")
    cell(page, 0, 4).press("Tab")
    saved(page)
    rows(page).nth(0).get_by_role("button", name="Dòng 1").click()
    expect(page.get_by_role("menu")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert names(projects) == ["Cầu Cửa Hội bắc qua sông Cái, giai đoạn 2"]
