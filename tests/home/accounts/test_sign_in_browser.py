"""Signing in as people do: without scripts, on a telephone, and by what axe finds."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal import auth as totp_codes
from playwright.sync_api import expect

from home.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "matkhau-thu-nghiem"


def enter(page, password: str = PASSWORD) -> None:
    page.goto("/admin/co-quan/")
    page.get_by_label("Tên đăng nhập").fill("nhaplieu")
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def test_the_door_opens_without_scripts_and_leads_on(visit, clerk):
    page = visit(javascript=False)

    enter(page)

    page.wait_for_url("**/admin/co-quan/", wait_until="domcontentloaded")


def test_from_the_first_password_to_the_second_factor_without_scripts(visit, clerk, settings):
    settings.REQUIRE_TOTP = True
    User.objects.filter(pk=clerk.pk).update(must_change_password=True, is_superuser=True)
    page = visit(javascript=False, width=390)

    enter(page)
    page.get_by_label("Mật khẩu mới", exact=True).fill("Con-duong-xua")
    page.get_by_label("Gõ lại mật khẩu mới").fill("Con-duong-xua")
    page.get_by_label("Tôi đã đọc và cam kết").check()
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    expect(page.get_by_role("heading", name="Bật xác thực hai lớp")).to_be_visible()
    expect(page.get_by_alt_text("Mã QR của khóa bên dưới")).to_have_js_property("complete", True)
    secret = page.locator("code").inner_text()
    counter = next(totp_codes.yield_hotp_counters_from_time()) + 1
    page.get_by_label("Mã 6 số").fill(totp_codes.format_hotp_value(totp_codes.hotp_value(secret, counter)))
    page.get_by_role("button", name="Bật").click()

    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    page.get_by_role("link", name="Đã cất, tiếp tục").click()
    page.wait_for_url("**/admin/", wait_until="domcontentloaded")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_the_account_are_for_everybody(visit, clerk, axe, width):
    page = visit(width=width)
    wrong = []
    for address in ("/dang-nhap/", "/dang-nhap/quen-mat-khau/"):
        page.goto(address)
        wrong += axe(page)
    enter(page, "sai")
    wrong += axe(page)
    enter(page)
    for address in ("/tai-khoan/", "/tai-khoan/mat-khau/", "/tai-khoan/xac-thuc/bat/", "/dang-xuat/"):
        page.goto(address)
        wrong += axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    assert wrong == []
