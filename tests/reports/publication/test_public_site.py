"""Every kind of public page in Chromium: for people who see badly, without scripts, on a telephone, in the dark."""

from __future__ import annotations

import pytest

from home.models import GuidancePage, HomeHeadline, SectionPage, StandardPage
from reports.publication.models import PublishedDocument
from reports.publication.services import publish_submission
from tests.reports.consolidation.story import deliver_again, hour

from .conftest import FIGURES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(home_page, accepted, staff, receiver, publisher, regime) -> dict[str, str]:
    """Name → address: one of every kind of page, each with something on it."""
    first = publish_submission(accepted, by=publisher, at=hour(30), summary="Thu đạt khá.")
    deliver_again(
        accepted, {**FIGURES, ("I.1", "uoc"): "7.300"}, staff, receiver, text="Bản sau.", at=hour(40)
    )
    second: PublishedDocument = publish_submission(accepted, by=publisher, at=hour(50))
    HomeHeadline.objects.create(page=home_page, indicator_code="THU-NOI-DIA")
    section = home_page.add_child(
        instance=SectionPage(title="Hướng dẫn", slug="huong-dan", introduction="Cách làm.")
    )
    guide = GuidancePage(title="Nhập số liệu", slug="nhap", summary="Gõ số theo cách viết Việt Nam.")
    guide.body = [
        ("heading", "Bước một"),
        ("text", "<p>Gõ.</p>"),
        ("notice", {"title": "Nhớ", "text": "<p>Lưu từng ô.</p>"}),
    ]
    section.add_child(instance=guide)
    about = home_page.add_child(
        instance=StandardPage(title="Giới thiệu", slug="gioi-thieu", show_in_menus=True)
    )
    return {
        "home": "/",
        "catalogue": "/chi-tieu/",
        "indicator": "/chi-tieu/THU-NOI-DIA/",
        "library": "/bao-cao/",
        "nothing found": "/bao-cao/?tim=khong+co",
        "report": second.get_absolute_url(),
        "replaced report": first.get_absolute_url(),
        "annex": f"{second.get_absolute_url()}bieu-1/",
        "regimes": "/che-do-bao-cao/",
        "regime": regime.url,
        "outline": regime.outline.url,
        "guidance": section.url,
        "guide": guide.url,
        "text": about.url,
        "search": "/tim-kiem/?q=thu",
        "display": "/hien-thi/",
        "not found": "/khong-co/",
    }


def test_axe_finds_nothing_serious_in_light_dark_and_high_contrast(visit, axe, site):
    faults = {}
    for look, page in (
        ("light", visit()),
        ("dark", visit(dark=True)),
        ("narrow", visit(width=390)),
        ("contrast", visit(width=768)),
    ):
        if look == "contrast":
            page.goto("/hien-thi/")
            page.get_by_label("Cao").check()
            page.get_by_role("button", name="Lưu lựa chọn").click()
        for name, address in site.items():
            page.goto(address)
            if found := axe(page):
                faults[look, name] = found

    assert faults == {}


def test_every_page_fits_the_screen_from_a_telephone_to_a_wall(visit, site):
    too_wide = []
    for width in (390, 768, 1280, 1920):
        page = visit(width=width)
        for name, address in site.items():
            page.goto(address)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                too_wide.append((width, name))

    assert too_wide == []


def test_every_page_is_whole_without_scripts(visit, site):
    plain = visit(javascript=False)
    for name, address in site.items():
        answer = plain.goto(address)

        assert answer.status == (404 if name == "not found" else 200), name
        assert plain.locator("h1").count() == 1, name
        assert plain.locator("main").inner_text().strip(), name
        assert (
            plain.get_by_role("link", name="Bỏ qua, đến nội dung chính").get_attribute("href") == "#noi-dung"
        )


def test_the_site_is_used_without_scripts(visit, site):
    """Searching, filtering, turning to the dark: forms and links alone."""
    page = visit(javascript=False)

    page.goto("/")
    page.get_by_label("Tìm trên toàn trang").fill("thu noi dia")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Thu nội địa").first.click()
    assert "/chi-tieu/THU-NOI-DIA/" in page.url

    page.goto("/bao-cao/")
    page.get_by_label("Năm").select_option("2026")
    page.get_by_role("button", name="Tìm").last.click()
    assert "1 báo cáo phù hợp" in page.locator("main").inner_text()

    page.get_by_role("link", name="Hiển thị", exact=True).click()
    page.get_by_label("Tối").check()
    page.get_by_role("button", name="Lưu lựa chọn").click()
    assert "nam=2026" in page.url
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_the_keyboard_reaches_the_contents_first(visit, site):
    page = visit()
    page.goto("/bao-cao/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "noi-dung"


def test_no_page_asks_for_anything_elsewhere_or_breaks_its_own_policy(visit, site, live_server):
    page, outside, refused = visit(), [], []
    page.on(
        "request",
        lambda request: None if request.url.startswith(live_server.url) else outside.append(request.url),
    )
    page.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None,
    )

    for address in site.values():
        page.goto(address)

    assert outside == []
    assert refused == []
