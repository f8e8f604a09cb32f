"""From a finding to its footnote, in Chromium: found, explained, submitted, seen by the approver, printed."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from home.accounts.models import User
from indicators.store.models import ValueType
from reports.submissions.models import Explanation
from tests.reports.submissions import stages

from .conftest import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY = "Điều chỉnh giảm theo kết luận thanh tra ngày 5/5."


@pytest.fixture
def fallen(submission, department, clerk):
    stages.stated(department, "2026-4M", "9000", kind=ValueType.ESTIMATE)
    stages.fill(submission, clerk)
    return submission


@pytest.mark.requirement("R88", part="accuracy, in the browser")
def test_a_finding_is_explained_in_place_seen_by_the_approver_and_printed_below_the_table(
    visit, axe, fallen, clerk, data_leader, leader
):
    page = visit(clerk)
    page.goto(address("edit", fallen.pk), wait_until="domcontentloaded")
    panel = page.locator("#kiem-tra-so-lieu")
    expect(panel.get_by_text("Cần giải trình")).to_be_visible()
    flagged = page.locator("td.flagged.explain input")
    expect(flagged).to_have_count(1)
    assert "thấp hơn lũy kế 4 tháng đầu năm 2026" in flagged.get_attribute("aria-description")
    expect(page.locator("[data-checks-said]")).to_have_text("1 cần giải trình")

    panel.get_by_role("link", name="Thu nội địa · Lũy kế từ đầu năm").click()
    expect(flagged).to_be_focused()

    page.get_by_role("button", name="Trình duyệt").first.click()
    expect(page.get_by_text("Chưa trình được: còn 1 việc.")).to_be_visible()
    page.keyboard.press("Escape")

    panel.get_by_label("Giải trình").fill("ok")
    panel.get_by_role("button", name="Ghi giải trình").click()
    expect(panel.get_by_role("alert")).to_contain_text("ít nhất 10 chữ cái")
    panel.get_by_label("Giải trình").fill(WHY)
    panel.get_by_role("button", name="Ghi giải trình").click()
    expect(panel.get_by_text("Đã giải trình")).to_be_visible()
    expect(page.locator("td.flagged")).to_have_count(0)
    assert Explanation.objects.get().text == WHY
    panel.locator("summary").click()
    assert axe(page, within="#kiem-tra-so-lieu") == []

    page.get_by_role("button", name="Trình duyệt").first.click()
    page.locator("#dialog-submit").get_by_role("button", name="Trình duyệt").click()
    expect(page.get_by_text("Đã trình duyệt (bản trình 1)")).to_be_visible()

    page = visit(User.objects.get(pk=data_leader.pk))
    page.goto(address("edit", fallen.pk), wait_until="domcontentloaded")
    page.get_by_role("button", name="Duyệt số liệu").first.click()
    dialog = page.locator("#dialog-approve_data")
    expect(dialog.get_by_text("1 ô cần xem")).to_be_visible()
    seen = dialog.get_by_role("region", name="Các ô cần xem")
    expect(seen.get_by_role("row")).to_have_count(2)
    expect(seen).to_contain_text(f"Giải trình: {WHY}")
    rest = dialog.locator("details.rest")
    expect(rest.get_by_text("Thu khác · Ước tháng")).to_be_hidden()
    rest.locator("summary").click()
    expect(rest.get_by_text("Thu khác · Ước tháng")).to_be_visible()
    assert axe(page, within="#dialog-approve_data") == []

    printed = page.request.get(address("preview", fallen.pk)).body()
    text = re.sub(
        r"\s+", " ", " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(printed)).pages)
    )
    assert f"(1) {WHY}" in text


def test_what_is_typed_is_weighed_once_it_is_saved_and_a_half_written_answer_is_not_taken_away(
    visit, fallen, clerk
):
    page = visit(clerk)
    page.goto(address("edit", fallen.pk), wait_until="domcontentloaded")
    panel = page.locator("#kiem-tra-so-lieu")
    expect(page.locator("td.flagged")).to_have_count(1)
    answer = panel.get_by_label("Giải trình")
    answer.fill("Đang viết dở")

    cell = page.locator('tr[data-row="I.1"] > :nth-child(7) input')
    cell.fill("9500")
    cell.press("Enter")
    page.wait_for_timeout(2500)
    expect(answer).to_have_value("Đang viết dở")

    answer.fill("")
    panel.get_by_role("button", name="Kiểm tra lại").click()
    expect(page.locator("td.flagged.explain")).to_have_count(0)
