"""The panel beside the grid in Chromium."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from indicators.store.models import ValueType
from reports.submissions.models import Attachment, CellComment
from tests.indicators.factories import entry, post_figures

from .conftest import address
from .test_browser import cell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def grid(visit, indicators, department):
    """The report open in a browser of this person; a year of figures is known."""
    months = [
        *(f"2025-M{month:02}" for month in range(5, 13)),
        *(f"2026-M{month:02}" for month in range(1, 5)),
    ]
    post_figures(
        *(
            entry(
                indicators["THU-NOI-DIA"],
                department,
                str(600 + 9 * place),
                period=month,
                value_type=ValueType.ACTUAL,
            )
            for place, month in enumerate(months)
        ),
        supplier=department,
    )

    def opened(user, report, **device) -> Page:
        page = visit(user, **device)
        page.goto(address("edit", report.pk), wait_until="domcontentloaded")
        expect(page.get_by_text("Tự động lưu khi rời ô")).to_be_visible()
        return page

    return opened


def test_the_panel_opens_with_the_keyboard_follows_the_cell_and_gives_the_focus_back(grid, submission, clerk):
    page = grid(clerk, submission)
    panel = page.get_by_role("complementary", name="Chi tiết của ô")
    expect(panel).to_be_hidden()

    cell(page, "I.1", 6).focus()
    page.keyboard.press("Control+Enter")
    expect(panel.get_by_role("heading", name="Thu nội địa")).to_be_focused()
    expect(panel).to_contain_text("Tháng 4/2026")
    expect(panel.locator("svg").nth(1)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(cell(page, "I.1", 6)).to_be_focused()

    page.get_by_role("button", name="Chi tiết ô").click()
    cell(page, "I.2", 6).focus()
    expect(panel.get_by_role("heading", name="Thu từ hoạt động xuất nhập khẩu")).to_be_visible()
    page.reload()
    expect(panel).to_be_visible()


def test_colleagues_talk_beside_the_grid(grid, submission, clerk):
    page = grid(clerk, submission)
    panel = page.get_by_role("complementary", name="Chi tiết của ô")
    cell(page, "I.1", 6).focus()
    page.keyboard.press("Control+Enter")

    panel.get_by_label("Nội dung trao đổi").fill("Số này lấy ở đâu?")
    panel.get_by_role("button", name="Gửi trao đổi").click()

    expect(panel).to_contain_text("Số này lấy ở đâu?")
    assert CellComment.objects.get().text == "Số này lấy ở đâu?"
    expect(page.locator("td.talked")).to_have_count(1)
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/E-panel-1280.png")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=f"{folder}/E-panel-390.png")
    panel.get_by_role("button", name="Đã xong").click()
    expect(page.locator("td.talked")).to_have_count(0)


def test_what_one_is_writing_is_not_lost_when_the_cell_is_saved(grid, submission, clerk):
    page = grid(clerk, submission)
    panel = page.get_by_role("complementary", name="Chi tiết của ô")
    cell(page, "I.1", 6).focus()
    page.keyboard.press("Control+Enter")
    panel.get_by_label("Nội dung trao đổi").fill("Đang viết")

    cell(page, "I.1", 6).fill("700")
    cell(page, "I.1", 6).press("Tab")
    expect(page.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()
    cell(page, "I.1", 6).focus()
    page.wait_for_timeout(600)

    expect(panel.get_by_label("Nội dung trao đổi")).to_have_value("Đang viết")


@pytest.mark.parametrize("place", ["beside the cell", "in the tab"])
def test_no_file_is_brought_in_the_name_of_who_signed_in_beside(grid, submission, clerk, colleague, place):
    page = grid(clerk, submission)
    client = Client()
    client.force_login(colleague)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    if place == "beside the cell":
        cell(page, "I.1", 6).focus()
        page.keyboard.press("Control+Enter")
        chosen = page.locator("#minh-chung-moi")
    else:
        chosen = page.locator("[data-controller~=entry-files] input[type=file]")
    expect(chosen).to_be_attached()
    here = page.context.cookies()[0]["domain"]
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": here, "path": "/"}]
    )

    with page.expect_response("**/tep/") as answered:
        chosen.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n"})

    assert answered.value.status in {302, 403}
    assert not Attachment.objects.exists()
