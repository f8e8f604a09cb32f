"""The strip of a pasted block in Chromium: what it says, what one chooses, and what becomes of it when all else fails."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from reports.submissions.models import Cell, CellChange

from .conftest import cell, cell_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """({ text, html }) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    if (html) clipboardData.setData("text/html", html);
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
    );
}"""


def paste(page: Page, text: str, *, row: str = "I.1", column: int = 6, html: str = "") -> None:
    cell(page, row, column).focus()
    page.evaluate(PASTE, {"text": text, "html": html})


def strip(page: Page):
    return page.get_by_role("group", name="Khối vừa dán")


def kept(page: Page) -> list[str]:
    """What lies in the browser."""
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('chua-gui:'))")


@pytest.mark.requirement("X12", part="a block pasted into the grid")
def test_the_strip_says_what_was_understood_and_the_choices_save_it(grid, submission, clerk):
    page = grid(clerk, submission)

    paste(page, "1.402,5\t9.000\t12\r\n0.125\tabc\r\n")

    expect(strip(page)).to_contain_text("Chưa lưu. 2 số, 2 ô không đọc được, 1 ô bỏ qua (1 ô tính).")
    expect(cell(page, "I.1", 6)).to_have_value("1.402,5")
    expect(cell(page, "I.2", 7)).to_have_accessible_description(re.compile("“abc” không đọc được"))
    assert not Cell.objects.filter(sheet__submission=submission, updated_by=clerk).exists()

    page.get_by_role("button", name="Dùng 0,125").click()
    expect(strip(page)).to_contain_text("3 số, 1 ô không đọc được")
    expect(strip(page)).to_be_focused()
    page.get_by_role("button", name="Lưu 3 ô").click()

    expect(strip(page)).to_contain_text("Đã dán 3 ô")
    expect(page.get_by_role("list", name="Ô chưa lưu được")).to_contain_text("“abc” không đọc được")
    assert cell_of(submission, "I.1", "uoc").amount == 1402.5
    assert cell_of(submission, "I.2", "luyke") is None
    assert CellChange.objects.filter(by=clerk).values("batch").distinct().count() == 1


def test_leaving_the_block_out_leaves_the_grid_as_it_was(grid, submission, clerk):
    page = grid(clerk, submission)
    paste(page, "1\t2\r\nabc\t4\r\n")
    expect(cell(page, "I.1", 6)).to_have_value("1,0")

    page.get_by_role("button", name="Bỏ cả khối").click()

    expect(strip(page)).to_be_hidden()
    expect(cell(page, "I.1", 6)).to_have_value("")
    expect(cell(page, "I.2", 6)).to_have_value("")
    expect(cell(page, "I.1", 6)).to_be_focused()


def test_typing_into_a_cell_of_the_block_takes_it_out_of_the_block(grid, submission, clerk):
    page = grid(clerk, submission)
    paste(page, "1\t2\r\nabc\t4\r\n")
    expect(strip(page)).to_contain_text("Chưa lưu.")

    cell(page, "I.2", 6).fill("30")
    cell(page, "I.2", 6).press("Enter")
    page.get_by_role("button", name=re.compile("Lưu .* ô")).click()

    expect(strip(page)).to_contain_text("Đã dán 3 ô")
    expect(page.get_by_role("list", name="Ô chưa lưu được")).to_be_hidden()
    assert cell_of(submission, "I.2", "uoc").amount == 30


@pytest.mark.requirement("X10", part="a block in the other convention")
def test_a_block_written_in_english_is_offered_as_a_whole(grid, submission, clerk):
    page = grid(clerk, submission)

    paste(page, "1,234.5\t12\r\n1,234\t0.5\r\n")

    expect(strip(page)).to_contain_text("Khối này viết kiểu 1,234.5")
    expect(page.get_by_role("button", name=re.compile("^Lưu"))).to_have_count(0)
    assert not Cell.objects.filter(sheet__submission=submission, updated_by=clerk).exists()

    page.get_by_role("button", name="Đổi cả khối").click()

    expect(strip(page)).to_contain_text("Đã dán 4 ô")
    expect(cell(page, "I.2", 6)).to_have_value("1.234,0")
    assert cell_of(submission, "I.1", "uoc").amount == 1234.5


def test_merged_cells_fill_their_first_cell_alone(grid, submission, clerk):
    page = grid(clerk, submission)
    html = "<table><tr><td colspan=2>5</td></tr><tr><td>6</td><td>7</td></tr></table>"

    paste(page, "5\r\n6\t7\r\n", html=html)

    expect(strip(page)).to_contain_text("Đã dán 3 ô: 3 số.")
    assert cell_of(submission, "I.1", "luyke") is None
    assert cell_of(submission, "I.2", "luyke").amount == 7


def test_five_megabytes_are_refused_in_the_page_at_once(grid, submission, clerk):
    page = grid(clerk, submission)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/dan/") else None)

    cell(page, "I.1", 6).focus()
    took = page.evaluate(
        f"args => {{ const at = performance.now(); ({PASTE})({{ text: args.repeat(650_000) }});"
        " return performance.now() - at; }",
        "1234567\t",
    )

    expect(strip(page)).to_contain_text("Khối dán quá lớn")
    assert took < 1000
    assert sent == []


@pytest.mark.requirement("R98", part="typed cells outlive the session")
def test_a_session_that_ends_in_the_middle_of_a_paste_loses_nothing(grid, submission, clerk):
    page = grid(clerk, submission)
    paste(page, "1\t2\r\nabc\t4\r\n")
    expect(strip(page)).to_contain_text("Chưa lưu.")
    Session.objects.all().delete()

    page.get_by_role("button", name="Lưu 3 ô").click()

    expect(strip(page)).to_contain_text("Phiên làm việc đã hết. Khối dán chưa lưu, còn giữ nguyên ở đây.")
    with page.context.expect_page() as opened:
        strip(page).get_by_role("link", name="Đăng nhập ở thẻ mới").click()
    sign_in(opened.value, clerk)
    strip(page).get_by_role("button", name="Lưu lại").click()

    expect(strip(page)).to_contain_text("Đã dán 3 ô: 3 số. 1 ô chưa lưu, xem danh sách.")
    assert cell_of(submission, "I.2", "luyke").amount == 4


def test_a_block_that_was_not_sent_is_offered_after_the_page_is_loaded_again(grid, submission, clerk):
    page = grid(clerk, submission)
    page.context.set_offline(True)
    paste(page, "1\t2\r\n3\t4\r\n")
    expect(strip(page)).to_contain_text("Mất kết nối")
    context, here = page.context, page.url
    context.route("**/dan/", lambda route: route.abort())
    page.close()
    context.unroute("**/dan/")
    context.set_offline(False)

    again = context.new_page()
    again.goto(here, wait_until="domcontentloaded")
    expect(again.get_by_role("group", name="Chưa gửi")).to_contain_text("Một khối dán lúc")
    again.get_by_role("button", name="Xem lại").click()

    expect(strip(again)).to_contain_text("Đã dán 4 ô: 4 số.")
    assert kept(again) == []
    assert cell_of(submission, "I.2", "luyke").amount == 4


def test_two_people_paste_over_the_same_block_and_each_chooses(grid, submission, clerk, colleague):
    mine, theirs = grid(clerk, submission), grid(colleague, submission)
    paste(theirs, "1\t2\r\n3\t4\r\n")
    expect(strip(theirs)).to_contain_text("Đã dán 4 ô")

    paste(mine, "10\t2\r\n3\t40\r\n")

    expect(strip(mine)).to_contain_text("2 ô thay giá trị người khác vừa nhập")
    expect(strip(mine)).to_contain_text(f"{colleague} vừa nhập 1,0")
    mine.get_by_role("button", name="Giữ 1,0").click()
    mine.get_by_role("button", name="Thay bằng 40,0").click()

    expect(strip(mine)).to_contain_text("Đã dán 3 ô")
    assert cell_of(submission, "I.1", "uoc").amount == 1
    assert cell_of(submission, "I.2", "luyke").amount == 40


def test_saved_cells_are_told_to_the_other_parts_of_the_screen(grid, submission, clerk):
    page = grid(clerk, submission)
    page.evaluate(
        "window.heard = []; document.addEventListener('entry:saved', ({ detail }) => heard.push(detail.cells))"
    )

    paste(page, "1\t2\r\n")
    expect(strip(page)).to_contain_text("Đã dán 2 ô")
    page.get_by_role("button", name="Hoàn tác", exact=True).click()
    expect(strip(page)).to_contain_text("Đã hoàn tác 2 ô.")

    both = [["I.1", "uoc"], ["I.1", "luyke"]]
    assert page.evaluate("window.heard") == [both, both]


@pytest.mark.requirement("R30", part="legacy text in cells is shown before it is changed")
def test_text_in_an_old_font_is_shown_and_changed_only_when_one_says_so(grid, submission, clerk):
    page = grid(clerk, submission)
    text = page.locator('tr[data-row="ghi-chu"] > :nth-child(6) textarea')
    text.fill("Tæng s¶n phÈm trªn ®Þa bµn")
    text.press("Tab")

    listed = page.get_by_role("list", name="Ô chưa lưu được")
    expect(listed).to_contain_text(
        "Chữ này ở phông TCVN3: Tæng s¶n phÈm trªn ®Þa bµn → Tổng sản phẩm trên địa bàn"
    )
    assert cell_of(submission, "ghi-chu", "uoc") is None

    page.get_by_role("button", name="Đổi sang Unicode").click()
    expect(listed).to_be_hidden()
    expect(text).to_have_value("Tổng sản phẩm trên địa bàn")

    text.fill("Toång saûn phaåm treân ñòa baøn")
    text.press("Tab")
    page.get_by_role("button", name="Giữ nguyên").click()
    expect(listed).to_be_hidden()
    assert cell_of(submission, "ghi-chu", "uoc").text == "Toång saûn phaåm treân ñòa baøn"


@pytest.mark.requirement("R30", part="legacy text in the narrative is shown before it is changed")
def test_a_section_in_an_old_font_is_shown_and_changed_only_when_one_says_so(grid, submission, clerk):
    page = grid(clerk, submission)
    page.get_by_role("tab", name="Thuyết minh").click()
    page.get_by_role("textbox", name="Đánh giá tình hình").click()
    page.keyboard.insert_text("Tæng s¶n phÈm trªn ®Þa bµn")
    section = page.locator("#muc-danh-gia")

    expect(section).to_contain_text("Chữ này ở phông TCVN3")
    assert submission.sections.get(key="danh-gia").body == ""

    section.get_by_role("button", name="Đổi sang Unicode").click()

    expect(section.get_by_text("Đã lưu lúc")).to_be_visible()
    expect(page.get_by_role("textbox", name="Đánh giá tình hình")).to_have_text("Tổng sản phẩm trên địa bàn")
    assert submission.sections.get(key="danh-gia").body == "<p>Tổng sản phẩm trên địa bàn</p>"


def test_the_strip_and_what_waits_are_for_everybody(grid, axe, submission, clerk):
    page = grid(clerk, submission)
    paste(page, "1\t2\t3\t4\r\nabc\t5\r\n")
    expect(strip(page)).to_contain_text("Chưa lưu.")
    expect(strip(page)).to_be_focused()
    assert axe(page, within=".entry") == []

    page.get_by_role("button", name=re.compile("^Lưu")).click()
    expect(page.get_by_role("list", name="Ô chưa lưu được")).to_contain_text("abc")
    assert axe(page, within=".entry") == []

    page.context.set_offline(True)
    cell(page, "I.3", 6).fill("5")
    cell(page, "I.3", 6).press("Enter")
    expect(page.get_by_text("Mất kết nối")).to_be_visible()
    assert axe(page, within=".entry") == []


def sign_in(page: Page, person) -> None:
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu").fill("matkhau-thu-nghiem")
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/admin/", wait_until="domcontentloaded")
