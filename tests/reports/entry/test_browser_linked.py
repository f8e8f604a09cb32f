"""Two sheets of one report in Chromium: what is typed in one is seen in the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from reports.submissions.models import Sheet
from tests.reports.linked import overview

from .conftest import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(submission, lead, visit, clerk) -> Page:
    Sheet.objects.create(submission=submission, form_version=overview(lead).latest_version, sort_order=1)
    page = visit(clerk)
    page.goto(address("edit", submission.pk), wait_until="domcontentloaded")
    expect(page.get_by_text("Tự động lưu khi rời ô").first).to_be_visible()
    return page


def cell(page: Page, row: str, column: int):
    return page.locator(f'tr[data-row="{row}"] > :nth-child({column})')


@pytest.mark.requirement("X11", part="formulas across forms")
@pytest.mark.requirement("X9", part="verdict")
def test_a_total_of_another_sheet_and_a_verdict_are_seen_at_once(page):
    page.locator('tr[data-row="I.1"] > :nth-child(6) input').fill("1.402,5")
    page.keyboard.press("Enter")
    expect(cell(page, "THU", 5)).to_have_text("1.402,5")

    page.get_by_role("tab", name="BM02").click()
    expect(cell(page, "THU", 5)).to_be_visible()
    cell(page, "GRDP", 4).locator("input").fill("7,5-8,0")
    page.keyboard.press("Tab")
    cell(page, "GRDP", 5).locator("input").fill("7,18")
    page.keyboard.press("Tab")

    expect(cell(page, "GRDP", 4).locator("input")).to_have_value("7,50 – 8,00")
    expect(cell(page, "GRDP", 6)).to_have_text("Không đạt")
