"""Every kind of public page in Chromium: for people who see badly, without scripts, on a telephone, in the dark."""

from __future__ import annotations

import pytest

from home.models import GuidancePage, HomeHeadline, SectionPage, StandardPage
from reports.publication.models import PublishedDocument
from reports.publication.services import publish_submission
from tests.reports.consolidation.story import deliver_again, hour
from tests.reports.documents.samples import CHART

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
    paper = second.document
    type(paper).objects.filter(pk=paper.pk).update(content={**paper.content, "charts": [CHART.to_json()]})
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


#: Name of a page → what it must say, and what must stand on it, when no script runs.
WITHOUT_SCRIPTS = {
    "home": ("30.000,0", "a[href='/chi-tieu/THU-NOI-DIA/']"),
    "catalogue": ("Thu nội địa", "table a[href='/chi-tieu/THU-NOI-DIA/']"),
    "indicator": ("7.300,0", "figure.chart img"),
    "table of the indicator": ("30.000,0", "table.figure-table td.number"),
    "library": ("Sở Tài chính", "form[method=get] select[name=nam]"),
    "nothing found": ("Không có báo cáo", "form[method=get]"),
    "report": ("7.300,0", "figure.chart img"),
    "replaced report": ("Báo cáo này đã được thay", "table.figure-table td.number"),
    "annex": ("7.300,0", "table.figure-table td.number"),
    "regimes": ("Báo cáo tình hình kinh tế", "form[method=get] select[name=loai]"),
    "regime": ("Nhập số liệu, viết thuyết minh", "table"),
    "outline": ("Đánh giá tình hình", "li"),
    "guidance": ("Nhập số liệu", "main a"),
    "guide": ("Bước một", "main h2"),
    "text": ("Giới thiệu", "h1"),
    "search": ("Thu nội địa", "a[href='/chi-tieu/THU-NOI-DIA/']"),
    "display": ("Tối", "form input[type=radio]"),
    "not found": ("Không tìm thấy trang", "main a"),
}


def test_every_page_says_the_same_without_scripts(visit, site):
    site = {**site, "table of the indicator": "/chi-tieu/THU-NOI-DIA/?xem=bang"}
    plain, missing = visit(javascript=False), []
    assert WITHOUT_SCRIPTS.keys() == site.keys()
    for name, (words, place) in WITHOUT_SCRIPTS.items():
        plain.goto(site[name])
        if words not in plain.locator("body").inner_text():
            missing.append((name, words))
        if not plain.locator(f"{place} >> visible=true").count():
            missing.append((name, place))
        for picture in plain.locator("figure.chart img").all():
            drawn = plain.request.get(picture.get_attribute("src"))
            assert drawn.headers["content-type"].startswith("image/svg+xml")
            assert "<path" in drawn.text()

    assert missing == []


def test_the_filters_are_forms_and_the_tabs_are_links(visit, site):
    page = visit(javascript=False)

    page.goto("/chi-tieu/")
    page.get_by_label("Tên hoặc mã chỉ tiêu").fill("xuat nhap khau")
    page.get_by_role("button", name="Lọc").click()
    assert "Thu từ hoạt động xuất nhập khẩu" in page.locator("main").inner_text()
    assert page.locator("a[href='/chi-tieu/THU-NOI-DIA/']").count() == 0

    page.goto("/chi-tieu/THU-NOI-DIA/")
    page.get_by_role("link", name="Bảng", exact=True).click()
    assert page.get_by_role("table").filter(has_text="30.000,0").count()
    page.get_by_role("link", name="Biểu đồ", exact=True).click()
    assert page.locator("figure.chart img").is_visible()

    page.goto("/che-do-bao-cao/")
    page.get_by_label("Loại").select_option("periodic")
    page.get_by_role("button", name="Lọc").or_(page.get_by_role("button", name="Tìm")).last.click()
    assert "loai=periodic" in page.url
    assert "Báo cáo tình hình kinh tế" in page.locator("main").inner_text()


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
