"""The grid in Chromium: typing, saving, what follows from it, and what goes wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from home.audit.models import AuditEntry
from reports.submissions.models import Cell

from .conftest import address, cell, cell_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.requirement("X12", part="keyboard grid")
@pytest.mark.requirement("R98", part="drafts saved as typed, in the browser")
def test_typing_saves_each_cell_and_shows_what_follows_from_it(grid, submission, clerk):
    page = grid(clerk, submission)

    cell(page, "I.1", 6).fill("1402,5")
    cell(page, "I.1", 6).press("Enter")
    expect(cell(page, "I.2", 6)).to_be_focused()
    page.keyboard.type("300")
    page.keyboard.press("ArrowDown")

    expect(cell(page, "I.1", 6)).to_have_value("1.402,5")
    expect(page.locator('tr[data-row="I"] > :nth-child(6)')).to_have_text("1.702,5")
    expect(page.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()
    expect(page.get_by_text("2/6 ô bắt buộc")).to_be_visible()
    assert cell_of(submission, "I.1", "uoc").amount == 1402.5


def test_an_answer_that_comes_late_does_not_bring_an_old_total_back(grid, submission, clerk):
    page = grid(clerk, submission)
    held = []

    def hold_the_first(route):
        answer = route.fetch()
        if held:
            route.fulfill(response=answer)
        else:
            held.append((route, answer))

    page.route("**/o/", hold_the_first)
    total = page.locator('tr[data-row="I"] > :nth-child(6)')
    cell(page, "I.1", 6).fill("1402,5")
    cell(page, "I.1", 6).press("Enter")
    page.wait_for_function("document.querySelector('td.saving')")
    page.wait_for_timeout(300)
    page.keyboard.type("300")
    page.keyboard.press("ArrowDown")
    expect(total).to_have_text("1.702,5")

    route, answer = held[0]
    route.fulfill(response=answer)

    expect(page.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()
    expect(cell(page, "I.1", 6)).to_have_value("1.402,5")
    expect(total).to_have_text("1.702,5")


def test_what_cannot_be_read_is_listed_with_what_may_be_meant(grid, submission, clerk):
    page = grid(clerk, submission)

    cell(page, "I.1", 6).fill("0.125")
    cell(page, "I.1", 6).press("Enter")
    expect(page.get_by_role("list", name="Ô chưa lưu được")).to_contain_text("không đọc được")
    expect(page.get_by_text("1 ô chưa lưu được")).to_be_visible()
    expect(cell(page, "I.1", 6)).to_have_accessible_description(re.compile("“0.125” không đọc được"))
    assert not Cell.objects.filter(sheet__submission=submission, row="I.1").exists()

    page.get_by_role("button", name="Dùng 0,125").click()

    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    expect(cell(page, "I.1", 6)).to_have_accessible_description("")
    assert str(cell_of(submission, "I.1", "uoc").amount) == "0.125000"


def test_escape_takes_back_what_cannot_be_read_and_its_warning(grid, submission, clerk):
    page = grid(clerk, submission)
    cell(page, "I.1", 6).fill("abc")
    cell(page, "I.1", 6).press("Enter")
    expect(page.get_by_text("1 ô chưa lưu được")).to_be_visible()

    cell(page, "I.1", 6).press("Escape")

    expect(cell(page, "I.1", 6)).to_have_value("")
    expect(page.get_by_text("Tự động lưu khi rời ô")).to_be_visible()


def test_a_conflict_keeps_both_values_in_sight_until_one_is_chosen(grid, submission, clerk, colleague):
    mine, theirs = grid(clerk, submission), grid(colleague, submission)
    cell(theirs, "I.1", 6).fill("777")
    cell(theirs, "I.1", 6).press("Tab")
    expect(theirs.get_by_text("Đã lưu lúc")).to_be_visible()

    cell(mine, "I.1", 6).fill("888")
    cell(mine, "I.1", 6).press("Tab")

    listed = mine.get_by_role("list", name="Ô chưa lưu được")
    expect(listed).to_contain_text(f"Của {colleague}: 777,0. Của ông/bà: 888.")
    expect(cell(mine, "I.1", 6)).to_have_value("888")
    assert cell_of(submission, "I.1", "uoc").amount == 777

    mine.get_by_role("button", name="Thay bằng 888").click()
    expect(listed).to_be_hidden()
    expect(cell(mine, "I.1", 6)).to_be_focused()
    expect(mine.get_by_text("Đã lưu lúc")).to_be_visible()
    assert cell_of(submission, "I.1", "uoc").amount == 888


def test_what_was_typed_without_a_connection_stays_and_is_sent_when_there_is_one(grid, submission, clerk):
    page = grid(clerk, submission)
    page.context.set_offline(True)

    cell(page, "I.1", 6).fill("5")
    cell(page, "I.1", 6).press("Enter")
    expect(page.get_by_text("Mất kết nối; tự gửi lại khi có mạng (1 ô chưa lưu)")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    assert cell_of(submission, "I.1", "uoc").amount == 5


@pytest.mark.requirement("R98", part="typed cells outlive the session")
def test_what_was_typed_after_the_session_ended_stays_and_is_saved_after_signing_in_beside(
    grid, submission, clerk, settings
):
    page = grid(clerk, submission)
    cell(page, "I.1", 6).fill("5")
    cell(page, "I.1", 6).press("Enter")
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    settings.IDLE_SECONDS = 1
    page.wait_for_timeout(1500)

    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Phiên làm việc đã hết: 1 ô chưa lưu")).to_be_visible()
    cell(page, "I.1", 7).fill("7")
    cell(page, "I.1", 7).press("Enter")
    expect(page.get_by_text("Phiên làm việc đã hết: 2 ô chưa lưu")).to_be_visible()
    assert AuditEntry.objects.filter(verb="account.idle").count() == 1

    settings.IDLE_SECONDS = 600
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Đăng nhập ở thẻ mới").click()
    beside = opened.value
    beside.get_by_label("Tên đăng nhập").fill(clerk.username)
    beside.get_by_label("Mật khẩu").fill("matkhau-thu-nghiem")
    beside.get_by_role("button", name="Đăng nhập").click()
    beside.wait_for_url("**/admin/", wait_until="domcontentloaded")
    expect(cell(page, "I.2", 6)).to_have_value("6")
    page.get_by_role("button", name="Lưu lại").click()

    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    saved = [cell_of(submission, row, column).amount for row, column in (("I.1", "uoc"), ("I.2", "uoc"))]
    assert saved == [5, 6]
    assert Cell.objects.get(sheet__submission=submission, row="I.1", column__startswith="luy").amount == 7


@pytest.mark.requirement("R46", part="every act attributed")
def test_what_one_typed_is_not_saved_in_the_name_of_another_who_signs_in_beside(
    grid, submission, clerk, colleague
):
    page = grid(clerk, submission)
    beside = page.context.new_page()
    beside.goto("/dang-xuat/")
    beside.get_by_role("button", name="Đăng xuất").click()
    beside.goto("/dang-nhap/")
    beside.get_by_label("Tên đăng nhập").fill(colleague.username)
    beside.get_by_label("Mật khẩu").fill("matkhau-thu-nghiem")
    beside.get_by_role("button", name="Đăng nhập").click()
    beside.wait_for_url("**/admin/", wait_until="domcontentloaded")

    cell(page, "I.1", 6).fill("5")
    cell(page, "I.1", 6).press("Enter")

    expect(page.get_by_text("Phiên làm việc đã hết: 1 ô chưa lưu")).to_be_visible()
    assert not Cell.objects.filter(sheet__submission=submission, row="I.1").exists()


def test_a_block_is_pasted_and_taken_back(grid, submission, clerk):
    page = grid(clerk, submission)

    cell(page, "I.1", 6).focus()
    page.evaluate(
        """text => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
            );
        }""",
        "1\t2\r\n3\t4\r\n",
    )
    expect(page.get_by_text("Đã dán 4 ô: 4 số.")).to_be_visible()
    expect(cell(page, "I.2", 7)).to_have_value("4,0")

    page.get_by_role("button", name="Hoàn tác", exact=True).click()

    expect(page.get_by_text("Đã hoàn tác 4 ô.")).to_be_visible()
    expect(cell(page, "I.2", 7)).to_have_value("")
    assert cell_of(submission, "I.2", "luyke").value.is_blank


def test_a_refused_dialog_comes_back_open_with_what_was_typed(visit, in_review, data_leader):
    page = visit(data_leader)
    page.goto(address("edit", in_review.pk), wait_until="domcontentloaded")
    page.get_by_role("button", name="Không duyệt").click()
    page.get_by_role("dialog").get_by_label("Nói rõ chỗ cần sửa").fill("Dòng 3 nhầm đơn vị")

    page.get_by_role("dialog").get_by_role("button", name="Không duyệt").click()

    expect(page.get_by_role("dialog").get_by_text("Chọn ít nhất một lý do.")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_label("Nói rõ chỗ cần sửa")).to_have_value("Dòng 3 nhầm đơn vị")


@pytest.mark.requirement("R91", part="narrative written on the system")
def test_the_narrative_is_saved_in_paragraphs_while_it_is_written(grid, submission, clerk):
    page = grid(clerk, submission)
    page.get_by_role("tab", name="Thuyết minh").click()
    text = page.get_by_role("textbox", name="Đánh giá tình hình")

    text.click()
    page.keyboard.type("Thu ngân sách tăng.")
    page.keyboard.press("Enter")
    page.get_by_role("toolbar").first.get_by_role("button", name="Đậm").click()
    page.keyboard.type("Chi giảm.")

    expect(page.locator("#muc-danh-gia").get_by_text("6 từ")).to_be_visible()
    expect(page.locator("#muc-danh-gia").get_by_text("Đã lưu lúc")).to_be_visible()
    expect(page.get_by_text("1/1 mục thuyết minh")).to_be_visible()
    assert submission.sections.get(key="danh-gia").body == "<p>Thu ngân sách tăng.</p><p><b>Chi giảm.</b></p>"


def test_a_table_pasted_from_a_word_processor_keeps_its_cells_and_loses_its_dress(grid, submission, clerk):
    page = grid(clerk, submission)
    page.get_by_role("tab", name="Thuyết minh").click()
    page.get_by_role("textbox", name="Đánh giá tình hình").click()

    page.evaluate(
        """html => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/html", html);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
            );
        }""",
        "<style>p{color:red}</style><div><p class=MsoNormal><span style='color:red'>Bảng</span><o:p></o:p></p>"
        "<table width=500><tr><td style='mso'><p>1</p></td><td>2</td></tr></table></div>",
    )

    expect(page.locator("#muc-danh-gia").get_by_text("Đã lưu lúc")).to_be_visible()
    body = submission.sections.get(key="danh-gia").body
    assert "<p>Bảng</p>" in body
    assert "<td><p>1</p></td><td>2</td>" in body
    assert not any(word in body for word in ("style", "Mso", "width", "color"))


def test_what_was_typed_before_the_script_was_there_is_saved_too(visit, submission, clerk):
    page = visit(clerk)
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
            document.querySelector('tr[data-row="I.2"] input').value = "45";
        });"""
    )
    page.goto(address("edit", submission.pk), wait_until="domcontentloaded")

    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    assert cell_of(submission, "I.2", "uoc").amount == 45
