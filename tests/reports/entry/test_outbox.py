"""What was typed without a network or a session: kept in the browser, for this person alone, until it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from reports.submissions.models import Cell

from .conftest import address, cell, cell_of
from .test_pasting import kept, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def unsent(page: Page):
    return page.get_by_role("group", name="Chưa gửi")


@pytest.fixture
def left_behind(grid, submission, clerk):
    """A page closed while the network was gone, with three cells typed; the browser, in its network again."""
    page = grid(clerk, submission)
    page.context.set_offline(True)
    for row, text in (("I.1", "5"), ("I.2", "1.402,5"), ("I.3", "-")):
        cell(page, row, 6).fill(text)
        cell(page, row, 6).press("Enter")
    expect(page.get_by_text("Mất kết nối; tự gửi lại khi có mạng (3 ô chưa lưu)")).to_be_visible()
    context = page.context
    leave(page)
    context.set_offline(False)
    return context


def leave(page: Page) -> None:
    """The page is gone, and sends nothing on its way."""
    page.context.route("**/o/", lambda route: route.abort())
    page.close()
    page.context.unroute("**/o/")


def opened(context, report) -> Page:
    page = context.new_page()
    page.goto(address("edit", report.pk), wait_until="domcontentloaded")
    return page


@pytest.mark.requirement("R98", part="typed cells outlive the network")
def test_cells_left_behind_are_offered_and_sent_when_one_says_so(left_behind, submission):
    page = opened(left_behind, submission)
    expect(unsent(page)).to_contain_text("3 ô chưa gửi từ ")
    assert not Cell.objects.filter(sheet__submission=submission, row="I.1").exists()

    page.get_by_role("button", name="Gửi", exact=True).click()

    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    expect(unsent(page)).to_be_hidden()
    expect(cell(page, "I.2", 6)).to_have_value("1.402,5")
    assert cell_of(submission, "I.1", "uoc").amount == 5
    assert cell_of(submission, "I.3", "uoc").code == "-"
    assert kept(page) == []


def test_a_newer_value_on_the_server_is_shown_beside_and_not_overwritten(
    left_behind, submission, type_in, colleague
):
    type_in(colleague, submission, "I.1", "uoc", "777")
    page = opened(left_behind, submission)

    page.get_by_role("button", name="Gửi", exact=True).click()

    listed = page.get_by_role("list", name="Ô chưa lưu được")
    expect(listed).to_contain_text(f"Của {colleague}: 777,0. Của ông/bà: 5.")
    assert cell_of(submission, "I.1", "uoc").amount == 777
    assert cell_of(submission, "I.2", "uoc").amount == 1402.5


def test_they_go_into_a_file_that_a_spreadsheet_reads(left_behind, submission):
    page = opened(left_behind, submission)

    with page.expect_download() as download:
        page.get_by_role("button", name="Xuất ra tệp").click()

    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == '"Biểu";"Dòng";"Cột";"Giá trị đã gõ";"Lúc gõ"'
    assert lines[2].startswith(
        '"BM01 – Thu ngân sách nhà nước trên địa bàn";"Thu từ hoạt động xuất nhập khẩu";'
    )
    assert [line.split(";")[3] for line in lines[1:]] == ['"5"', '"1.402,5"', '"-"']


def test_they_are_dropped_when_one_says_so_twice(left_behind, submission):
    page = opened(left_behind, submission)

    page.get_by_role("button", name="Bỏ", exact=True).click()
    assert len(kept(page)) == 3
    page.get_by_role("button", name="Bỏ hẳn 3 ô?").click()

    expect(unsent(page)).to_be_hidden()
    assert kept(page) == []


@pytest.mark.requirement("R46", part="every act attributed")
def test_another_who_signs_in_on_the_same_machine_neither_sees_nor_sends_them(
    left_behind, submission, clerk, colleague
):
    page = left_behind.new_page()
    page.goto("/dang-xuat/")
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto("/dang-nhap/")
    sign_in(page, colleague)
    page.goto(address("edit", submission.pk), wait_until="domcontentloaded")
    expect(page.get_by_text("Tự động lưu khi rời ô")).to_be_visible()

    expect(unsent(page)).to_be_hidden()
    cell(page, "I.1", 7).fill("9")
    cell(page, "I.1", 7).press("Enter")
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    assert not Cell.objects.filter(sheet__submission=submission, column="uoc", amount__isnull=False).exists()
    assert len(kept(page)) == 3

    page.goto("/dang-xuat/")
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto("/dang-nhap/")
    sign_in(page, clerk)
    page.goto(address("edit", submission.pk), wait_until="domcontentloaded")
    expect(unsent(page)).to_contain_text("3 ô chưa gửi từ ")


def test_what_was_typed_when_the_session_was_gone_outlives_the_page(grid, submission, clerk):
    page = grid(clerk, submission)
    Session.objects.all().delete()
    cell(page, "I.1", 6).fill("5")
    cell(page, "I.1", 6).press("Enter")
    expect(page.get_by_text("Phiên làm việc đã hết: 1 ô chưa lưu")).to_be_visible()
    context = page.context
    leave(page)

    again = opened(context, submission)
    again.get_by_label("Tên đăng nhập").fill(clerk.username)
    again.get_by_label("Mật khẩu").fill("matkhau-thu-nghiem")
    again.get_by_role("button", name="Đăng nhập").click()
    expect(unsent(again)).to_contain_text(": Thu nội địa · Thực hiện – Ước tháng “5”")


def test_in_a_report_that_is_locked_by_now_they_can_still_be_taken_out(left_behind, submission, clerk):
    type(submission).objects.filter(pk=submission.pk).update(status="in_review")
    page = opened(left_behind, submission)

    page.get_by_role("button", name="Gửi", exact=True).click()

    expect(unsent(page)).to_contain_text("3 ô không còn nhập được ở đây")
    expect(page.get_by_role("button", name="Xuất ra tệp")).to_be_visible()
    assert len(kept(page)) == 3
