"""The public pages of indicators in a browser: with a script and without, light and dark, wide and narrow."""

from __future__ import annotations

import pytest
from django.urls import reverse

from home.organisations.models import Succession, SuccessionKind
from indicators.store.models import ValueType

from ..factories import MORNING, entry, make_indicator, post_figures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(indicator, department, other_department, make_public) -> str:
    """A page with two subjects, estimates, a plan, a break, and two releases."""
    for organisation in (department, other_department):
        post_figures(
            *[
                entry(
                    indicator,
                    organisation,
                    str(100 + month),
                    period=f"2024-M{month:02}",
                    value_type=ValueType.ESTIMATE if month == 6 else ValueType.ACTUAL,
                )
                for month in range(1, 7)
            ],
            entry(indicator, organisation, "1.500", period="2024", value_type=ValueType.PLAN),
            supplier=organisation,
        )
    Succession.objects.create(
        predecessor=other_department, successor=department, kind=SuccessionKind.MERGE, on="2024-03-01"
    )
    make_public(at=MORNING)
    return reverse("catalogue:indicator", args=[indicator.code])


def watched(page) -> list[str]:
    """What the browser complains of: refusals of the Content-Security-Policy and errors of scripts."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.requirement("R159", part="content security policy")
def test_the_script_draws_the_same_chart_and_breaks_no_rule(visit, address):
    page = visit()
    complaints = watched(page)
    page.goto(f"{address}?nhip=thang")
    assert page.locator("picture img").evaluate("image => image.complete && image.naturalWidth") > 0
    assert not page.evaluate("'echarts' in window")

    page.hover("[data-chart]")
    page.wait_for_selector(".chart__live svg")
    box = page.locator(".chart__live").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)

    said = page.locator(".chart__live svg text").all_text_contents()
    assert {"1/2024", "tỷ đồng"} <= set(said)
    assert any("Thực hiện" in text for text in said), said
    assert page.locator(".chart__live").get_attribute("role") == "img"
    assert complaints == []


@pytest.mark.requirement("R118", part="filtered and extracted")
def test_arrow_keys_change_tabs_and_the_address_says_so(visit, address):
    page = visit()
    complaints = watched(page)
    page.goto(f"{address}?nhip=thang")
    page.locator("[data-tabs] a").first.focus()

    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".panel table")

    assert "xem=bang" in page.url
    assert "nhip=thang" in page.url
    assert page.evaluate("document.activeElement.textContent.trim()") == "Bảng"
    page.go_back()
    page.wait_for_selector(".panel picture")
    assert complaints == []


def test_the_slider_narrows_the_span(visit, address):
    page = visit()
    page.goto(f"{address}?nhip=thang&xem=bang")
    assert page.locator(".panel tbody tr").count() == 6

    page.locator("#keo-tu").focus()
    for _ in range(2):
        with page.expect_response(lambda answer: "tu=" in answer.url):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.id === 'keo-tu'")

    page.wait_for_function("document.querySelectorAll('.panel tbody tr').length === 4")
    assert "tu=2024-M03" in page.url


def test_a_ticked_comparison_is_shown_at_once(visit, address):
    page = visit()
    page.goto(address)
    page.click("summary:has-text('So sánh')")
    with page.expect_response(lambda answer: "so-sanh=" in answer.url):
        page.check("[name=so-sanh]")

    page.wait_for_function("document.querySelector('[data-choices] [name=so-sanh]').checked")
    assert "so-sanh=" in page.url


def test_everything_can_be_chosen_without_a_script(visit, address):
    page = visit(javascript=False)
    page.goto(address)

    page.select_option("#nhip", "thang")
    page.click("#chon button[type=submit]")
    page.select_option("#tu", "2024-M03")
    page.click("text=Xem khoảng này")
    page.click("nav[aria-label='Cách xem số liệu'] >> text=Bảng")

    assert page.locator(".panel tbody tr").count() == 4
    assert "tu=2024-M03" in page.url
    page.click("text=Địa chỉ cố định của bản số liệu này")
    assert "Bạn đang xem bản công khai ngày" in page.locator("aside").inner_text()


def test_suggestions_appear_as_one_types(visit, db):
    make_indicator("hang-hoa", "Hàng hoá xuất khẩu")
    page = visit()
    page.goto(reverse("catalogue:list"))

    page.locator("#loc-ten").press_sequentially("hang h")

    page.wait_for_selector("#loc-ten + datalist option", state="attached")
    assert page.locator("#loc-ten + datalist option").get_attribute("value") == "Hàng hoá xuất khẩu"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_the_catalogue_shuts_anybody_out(visit, axe, address, make_public, width, dark):
    make_indicator("cu", "Chỉ tiêu cũ", valid_to="2020-12-31")
    page = visit(width=width, dark=dark)
    pages = {
        "chart": f"{address}?nhip=thang",
        "table": f"{address}?nhip=thang&xem=bang",
        "comparison": f"{address}?doi-tuong=STC&so-sanh=SDL&xem=bang",
        "list": reverse("catalogue:list"),
        "nothing found": f"{reverse('catalogue:list')}?q=khong+co",
        "refused": f"{reverse('catalogue:list')}?q={'a+' * 20}",
        "bad choice": f"{address}?tu=sai",
        "gone": reverse("catalogue:indicator", args=["cu"]),
    }
    for name, url in pages.items():
        page.goto(url)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
