"""From the first figure to the public page, through the pages people use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from home.accounts.models import Appointment
from indicators.periods import Period, PeriodKind
from reports.deadlines.models import Obligation, Tier
from reports.deadlines.services import open_round
from reports.submissions.models import Submission
from reports.submissions.status import Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def obligation_now(regime, department) -> Obligation:
    """A report of this month whose reception is open today."""
    today = timezone.localdate()
    round_ = open_round(regime.latest_version, Period.of(PeriodKind.MONTH, today), by=None)
    Tier.objects.filter(round=round_).update(
        opens_on=today - timedelta(days=5), closes_on=today + timedelta(days=30)
    )
    return Obligation.objects.get(tier__round=round_, tier__number=1, organisation=department)


def do(page: Page, label: str) -> None:
    """Press the verb in the action bar, then confirm in its dialog."""
    page.get_by_role("region", name="Việc làm được với báo cáo").get_by_role("button", name=label).click()
    page.get_by_role("dialog").get_by_role("button", name=label).last.click()
    page.wait_for_load_state("domcontentloaded")


def type_into(page: Page, row: str, column: int, text: str) -> None:
    """Type into the ``column``-th input of the row that begins with ``row``, and leave the cell."""
    cell = page.get_by_role("row").filter(has_text=row).locator("input").nth(column)
    cell.fill(text)
    cell.press("Tab")


@pytest.mark.requirement("R98", part="drafts saved as typed")
@pytest.mark.requirement("R175", part="approval states the responsibility")
@pytest.mark.requirement("R15", part="traceable in public")
def test_a_figure_travels_from_the_clerk_to_the_public(
    visit, obligation_now, home_page, clerk, data_leader, leader, registrar, receiver, publisher
):
    Appointment.objects.filter(person=leader).update(title="Giám đốc")
    page = visit(clerk)
    page.goto("/admin/bao-cao/", wait_until="domcontentloaded")
    page.get_by_role("button", name="Bắt đầu nhập").click()
    for row, first in (
        ("Thu nội địa", "1.402,5"),
        ("Thu từ hoạt động xuất nhập khẩu", "300"),
        ("Thu khác", "-"),
    ):
        type_into(page, row, 0, first)
        type_into(page, row, 1, "9.000")
    total = page.get_by_role("row").filter(has_text="Tổng thu")
    expect(total).to_contain_text("1.702,5")
    expect(page.get_by_text("Đã lưu").first).to_be_visible()

    page.get_by_role("tab", name="Thuyết minh").click()
    page.get_by_role("textbox", name="Đánh giá tình hình").fill("Thu ngân sách tăng khá.")
    page.get_by_role("textbox", name="Đánh giá tình hình").blur()
    expect(page.locator("#muc-danh-gia").get_by_text("Đã lưu")).to_be_visible()
    do(page, "Trình duyệt")
    expect(page.get_by_text("Chờ duyệt").first).to_be_visible()
    submission = Submission.objects.get()
    address = f"/admin/bao-cao/{submission.pk}/"

    page = visit(data_leader)
    page.goto(address, wait_until="domcontentloaded")
    page.get_by_role("region", name="Việc làm được với báo cáo").get_by_role(
        "button", name="Duyệt số liệu"
    ).click()
    expect(page.get_by_role("dialog")).to_contain_text("chịu trách nhiệm")
    page.get_by_role("dialog").get_by_role("button", name="Duyệt số liệu").last.click()

    page = visit(leader)
    page.goto(address, wait_until="domcontentloaded")
    do(page, "Duyệt báo cáo")

    page = visit(registrar)
    page.goto(address, wait_until="domcontentloaded")
    page.get_by_role("region", name="Việc làm được với báo cáo").get_by_role("button", name="Cấp số").click()
    page.get_by_role("dialog").get_by_label("Số", exact=True).fill("17")
    page.get_by_role("dialog").get_by_role("button", name="Cấp số").last.click()
    page.wait_for_load_state("domcontentloaded")
    do(page, "Gửi báo cáo")
    expect(page.get_by_text("Đã gửi").first).to_be_visible()

    page = visit(receiver)
    page.goto(address, wait_until="domcontentloaded")
    do(page, "Tiếp nhận")
    submission.refresh_from_db()
    assert submission.status == Status.ACCEPTED

    public = visit()
    of_the_month = "/chi-tieu/THU-NOI-DIA/?nhip=thang&xem=bang"
    public.goto(of_the_month)
    expect(public.get_by_text("1.402,5")).to_have_count(0)

    page = visit(publisher)
    page.goto(f"/admin/cong-khai/{submission.pk}/", wait_until="domcontentloaded")
    page.get_by_role("button", name="Công khai báo cáo").click()
    page.wait_for_load_state("domcontentloaded")

    public.goto(of_the_month)
    expect(public.get_by_text("1.402,5").filter(visible=True).first).to_be_visible()
    public.goto("/bao-cao/")
    public.get_by_role("link", name="Báo cáo tình hình kinh tế").first.click()
    with public.expect_download() as download:
        public.get_by_role("link", name="PDF").first.click(modifiers=["Alt"])
    assert download.value.path().read_bytes().startswith(b"%PDF-")
