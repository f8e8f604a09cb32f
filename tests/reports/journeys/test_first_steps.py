"""From an empty portal to the first report submitted: the shortest way, by what can be seen and clicked."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.models import Locale, Site
from wagtail.models import Page as WagtailPage

from reports.submissions.models import Submission
from reports.submissions.status import Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GIVEN, OWN = "Cap-lan-dau-1", "Rieng-toi-2027"
LEAD, DEPARTMENT = "Sở Kế hoạch và Đầu tư", "Sở Tài chính"


@pytest.fixture
def empty_portal(db, monkeypatch) -> None:
    """As migrations leave it, with a superuser and a profile: what is done at the server."""
    root = WagtailPage.get_first_root_node()
    if root is None:
        Locale.objects.get_or_create(language_code="vi")
        root = WagtailPage.add_root(title="Root", slug="root")
    if not Site.objects.exists():
        welcome = root.add_child(instance=WagtailPage(title="Trang mặc định", slug="home"))
        Site.objects.create(hostname="localhost", root_page=welcome, is_default_site=True)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", GIVEN)
    call_command("createsuperuser", username="quantri", email="quantri@example.vn", interactive=False)
    call_command("apply_profile", "khanh_hoa", verbosity=0)


def sign_in(page: Page, name: str) -> Page:
    """For the first time: from the front page, with the password handed over."""
    page.goto("/", wait_until="domcontentloaded")
    page.get_by_role("link", name="Đăng nhập").click()
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(GIVEN)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_label("Mật khẩu mới", exact=True).fill(OWN)
    page.get_by_label("Gõ lại mật khẩu mới").fill(OWN)
    page.get_by_label("Tôi đã đọc và cam kết").check()
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    return page


def begin(page: Page, step: str) -> None:
    """A step of “Bắt đầu sử dụng” on the home page."""
    page.get_by_role("link", name="Bảng điều khiển").click()
    page.locator(".begin").get_by_role("link", name=step).click()


def menu(page: Page, group: str, name: str) -> None:
    page.get_by_role("button", name=group, exact=True).click()
    page.get_by_role("link", name=name, exact=True).click()


def choose(page: Page, chooser: str, name: str) -> None:
    page.get_by_role("button", name=chooser).click()
    page.get_by_role("dialog").get_by_role("link", name=name).click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"[name={name.replace('_0_', '-0-')}]").fill(value)


def save(page: Page) -> None:
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".messages .success")).to_be_visible()


def publish(page: Page) -> None:
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("button", name="Công bố", exact=True).click()
    expect(page.locator(".messages .success")).to_be_visible()


def add_people(page: Page) -> None:
    for username, organisation, duty, title in (
        ("thietke", LEAD, "Tài khoản quản trị đơn vị", ""),
        ("tiepnhan", LEAD, "Tài khoản người dùng: tổng hợp", ""),
        ("nhap", DEPARTMENT, "Tài khoản người dùng: nhập liệu", ""),
        ("duyet", DEPARTMENT, "Tài khoản người dùng: duyệt báo cáo", "Giám đốc"),
        ("gui", DEPARTMENT, "Tài khoản người dùng: gửi báo cáo", ""),
    ):
        begin(page, "Người dùng và nhiệm vụ")
        page.get_by_role("link", name="Thêm người dùng").click()
        fill(page, full_name=f"Người {username}", username=username, password=GIVEN, title=title)
        page.locator("[name=organisation]").select_option(label=organisation)
        page.locator("[name=kind]").select_option(label=duty)
        page.get_by_role("button", name="Thêm người dùng").click()
        expect(page.get_by_text("Đã cấp tài khoản")).to_be_visible()


def design(page: Page) -> None:
    menu(page, "Danh mục", "Đơn vị tính")
    page.get_by_role("link", name="Thêm đơn vị tính").click()
    fill(page, code="ty-dong", name="Tỷ đồng")
    save(page)
    begin(page, "Đơn vị tính, chỉ tiêu")
    page.get_by_role("link", name="Thêm chỉ tiêu").click()
    fill(page, code="THU-NSNN", name="Thu ngân sách nhà nước")
    choose(page, "Chọn đơn vị tính", "Tỷ đồng")
    save(page)

    begin(page, "Biểu mẫu")
    page.get_by_role("link", name="Thêm biểu mẫu").click()
    page.locator("[name=owner]").select_option(label=LEAD)
    page.get_by_role("button", name="Thêm Cột").click()
    page.get_by_role("button", name="Thêm Dòng").click()
    fill(page, code="BM01", title="Thu ngân sách", columns_0_key="TH", columns_0_label="Thực hiện")
    fill(page, rows_0_key="THU", rows_0_label="Tổng thu")
    choose(page, "Chọn chỉ tiêu", "Thu ngân sách nhà nước")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("link", name="Công bố phiên bản").click()
    page.get_by_role("button", name="Công bố phiên bản 1").click()

    begin(page, "Chế độ báo cáo")
    expect(page.get_by_text("Chưa có chế độ báo cáo nào")).to_be_visible()
    page.get_by_role("link", name="Thêm chế độ báo cáo").click()
    fill(page, title="Báo cáo thu ngân sách", code="BC-THANG")
    page.locator("[name=content]").select_option(label="Số liệu")
    for text, editor in zip(
        ("Tình hình thu trong tháng.", "Nhập biểu BM01."),
        page.locator("main [contenteditable=true]:visible").all(),
        strict=True,
    ):
        editor.click()
        page.keyboard.type(text)
    page.get_by_role("tab", name="Đối tượng và thời hạn").click()
    page.get_by_role("button", name="Thêm Cấp báo cáo").click()
    page.get_by_role("button", name="Thêm Cơ quan báo cáo").click()
    fill(page, tiers_0_name="Các sở gửi cơ quan chủ trì", tiers_0_due_working_days="3")
    fill(page, tiers_0_opens_days_before="60")
    page.locator("[name=tiers-0-recipient]").select_option(label=LEAD)
    page.locator("[name=tiers-0-due_anchor]").select_option(label="Ngày cuối của kỳ báo cáo")
    page.locator("[name=subjects-0-organisation]").select_option(label=DEPARTMENT)
    page.locator("[name=subjects-0-report_form]").select_option(label="BM01 – Thu ngân sách")
    publish(page)


@pytest.mark.requirement("R27", part="a regime set up on screens alone")
def test_an_empty_portal_comes_to_its_first_report(visit, empty_portal):
    page = sign_in(visit(), "quantri")
    begin(page, "Cơ quan, đơn vị")
    page.get_by_role("link", name="Thêm đơn vị").click()
    fill(page, code="STC", name=DEPARTMENT)
    page.locator("[name=kind]").select_option(label="Sở")
    page.locator("[name=level]").select_option(label="Cấp tỉnh")
    page.get_by_role("button", name="Thêm", exact=True).click()
    add_people(page)

    page = sign_in(visit(), "thietke")
    design(page)
    page.locator(".messages").get_by_role("link", name="Mở đợt báo cáo").click()
    expect(page.locator("[name=regime] option:checked")).to_have_text("BC-THANG – Báo cáo thu ngân sách")
    page.locator("[name=period]").fill(f"tháng {timezone.localdate():%m/%Y}")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name="Mở đợt và giao báo cáo").click()
    expect(page.get_by_text("Đã mở đợt")).to_be_visible()
    page.get_by_role("link", name="Bảng điều khiển").click()
    expect(page.get_by_role("heading", name="Việc của tôi")).to_be_visible()
    expect(page.locator(".begin")).to_have_count(0)

    page = sign_in(visit(), "nhap")
    page.get_by_role("button", name="Nhập và trình duyệt").click()
    cell = page.get_by_role("row").filter(has_text="Tổng thu").locator("input")
    cell.fill("1.839")
    cell.press("Tab")
    expect(page.get_by_text("Đã lưu").first).to_be_visible()
    page.get_by_role("button", name="Trình duyệt", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Trình duyệt").click()
    expect(page.get_by_text("Chờ ông/bà Người duyet duyệt số liệu")).to_be_visible()
    assert Submission.objects.get().status == Status.IN_REVIEW
