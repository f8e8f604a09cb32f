"""How the portal presents itself, and how a reader wants to see it."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction

from home.appearance import digest, style_sheet
from home.audit.models import AuditEntry
from home.colours import contrast
from home.models import PortalSettings, StandardPage, kept_presentation, presentation


@pytest.fixture
def green(db) -> PortalSettings:
    return PortalSettings.objects.create(
        name="Cổng báo cáo", province="Tỉnh Lai Châu", colour="#12513a", accent="#8a1538"
    )


def test_without_settings_the_installations_own_names_stand(client, home_page, settings):
    page = client.get("/").content.decode()

    assert settings.PORTAL["province"] in page
    assert "/-/mau-" not in page
    assert style_sheet(presentation()) == ""


def test_names_and_colours_of_the_settings_are_on_every_page(client, home_page, green):
    page = client.get("/bao-cao/").content.decode()

    assert "Tỉnh Lai Châu" in page
    assert "Cổng báo cáo" in page
    address = re.search(r'href="(/-/mau-\w+\.css)"', page)[1]
    sheet = client.get(address)
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert "--province:#12513a;" in sheet.content.decode()
    assert "style=" not in page


def test_the_emblem_is_a_small_picture_of_the_one_chosen(client, home_page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    image = Image.objects.create(title="Biểu trưng", file=get_test_image_file(size=(400, 400)))
    PortalSettings.objects.create(emblem=image)

    page = client.get("/bao-cao/").content.decode()

    assert presentation()["emblem_url"].endswith(".png")
    assert page.count(presentation()["emblem_url"]) == 2  # masthead and icon
    assert "max-112x112" in presentation()["emblem_url"]


def test_the_style_sheet_is_kept_for_ever_under_its_digest_and_asked_again_under_another(client, green):
    current = digest(style_sheet(presentation()))

    now, old = client.get(f"/-/mau-{current}.css"), client.get("/-/mau-000000000000.css")
    again = client.get("/-/mau-000000000000.css", headers={"if-none-match": now["ETag"]})

    assert "immutable" in now["Cache-Control"]
    assert old["Cache-Control"] == "no-cache"
    assert old.content == now.content
    assert again.status_code == 304


@pytest.mark.parametrize("colour", ["#12513a", "#6b1b36", "#0a4f5c", "#4b0082"])
def test_what_follows_from_a_colour_can_be_read_in_light_and_dark(db, colour):
    PortalSettings.objects.create(colour=colour, accent="#b0001e")

    light, dark = (
        dict(re.findall(r"(--[\w-]+):(#\w+);", part))
        for part in style_sheet(presentation()).split("@media")[:2]
    )

    for ground in ("#f4f6f9", "#ffffff", "#ebf0f5"):
        assert contrast(light["--heading"], ground) >= 4.5
        assert contrast(light["--accent"], ground) >= 4.5
    for ground in ("#0f151c", "#18212b", "#212c38"):
        assert contrast(dark["--rule"], ground) >= 3
        assert contrast(dark["--accent"], ground) >= 4.5


@pytest.mark.parametrize(
    ("colour", "says"),
    [
        ("xanh", "sáu chữ số thập lục phân"),
        ("#fff", "sáu chữ số thập lục phân"),
        ("#0b3f73;}body{display:none", "sáu chữ số thập lục phân"),
        ("#ffcc00", "cần ít nhất 7 : 1"),
        ("#777777", "độ tương phản với màu trắng là 4,5 : 1"),
    ],
)
def test_a_colour_that_cannot_carry_white_text_is_refused_with_one_that_can(db, colour, says):
    with pytest.raises(ValidationError) as refused:
        PortalSettings(colour=colour).full_clean()

    assert says in " ".join(refused.value.message_dict["colour"])
    if offered := re.search(r"#[0-9a-f]{6}\.$", refused.value.message_dict["colour"][0]):
        PortalSettings(colour=offered[0].rstrip(".")).full_clean()


def test_an_administrator_changes_the_settings_and_it_is_logged(
    client, root, green, django_capture_on_commit_callbacks
):
    client.force_login(root)
    assert kept_presentation()["province"] == "Tỉnh Lai Châu"
    address = f"/admin/settings/home/portalsettings/{green.pk}/"

    assert client.get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {"name": "", "province": "Tỉnh Sóc Trăng", "colour": "#0B3F73"})

    assert answer.status_code == 302, answer.content.decode()
    assert presentation()["province"] == kept_presentation()["province"] == "Tỉnh Sóc Trăng"
    assert presentation()["colour"] == "#0b3f73"
    assert AuditEntry.objects.filter(verb="portal.present", person=root).exists()


def test_who_does_not_administer_the_system_has_no_such_screen(client, clerk, green):
    client.force_login(clerk)

    assert client.get(f"/admin/settings/home/portalsettings/{green.pk}/").status_code in (302, 403, 404)
    assert client.post(f"/admin/settings/home/portalsettings/{green.pk}/", {"province": "x"}).status_code in (
        302,
        403,
        404,
    )
    green.refresh_from_db()
    assert green.province == "Tỉnh Lai Châu"


def test_pages_an_editor_put_into_the_menus_are_at_the_foot_of_every_page(client, home_page):
    home_page.add_child(
        instance=StandardPage(title="Điều khoản sử dụng", slug="dieu-khoan", show_in_menus=True)
    )
    home_page.add_child(instance=StandardPage(title="Bản nháp", slug="nhap", show_in_menus=True, live=False))
    private = home_page.add_child(instance=StandardPage(title="Riêng tư", slug="rieng", show_in_menus=True))
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    page = client.get("/bao-cao/").content.decode()

    assert '<a href="/dieu-khoan/">' in page
    assert "Bản nháp" not in page
    assert "Riêng tư" not in page


# ---- what a reader asks for


@pytest.mark.parametrize(
    ("asked", "attributes"),
    [
        ({"nen": "dark"}, 'data-bs-theme="dark"'),
        ({"nen": "light", "tuong-phan": "more"}, 'data-bs-theme="light" data-contrast="more"'),
        ({"tuong-phan": "more"}, 'data-contrast="more"'),
        ({"nen": "tím", "tuong-phan": "<"}, ""),
        ({}, ""),
    ],
)
def test_a_reader_chooses_without_account_or_script_and_it_is_remembered(
    client, home_page, asked, attributes
):
    answer = client.post("/hien-thi/", {**asked, "tiep": "/bao-cao/?nam=2026"})

    assert answer["Location"] == "/bao-cao/?nam=2026"
    head = re.search(r"<html[^>]*>", client.get("/bao-cao/").content.decode())[0]
    assert head == f'<html lang="vi"{" " if attributes else ""}{attributes}>'


def test_the_choice_can_be_taken_back(client, home_page):
    client.post("/hien-thi/", {"nen": "dark"})
    client.post("/hien-thi/", {"nen": ""})

    assert "data-bs-theme" not in client.get("/bao-cao/").content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://a.example/", "//a.example", "javascript:alert(1)", "\\\\a.example"]
)
def test_the_way_back_does_not_lead_elsewhere(client, home_page, elsewhere):
    assert client.post("/hien-thi/", {"tiep": elsewhere})["Location"] == "/"


def test_a_forged_cookie_is_left_out(client, home_page):
    client.cookies["hien-thi"] = '"><script>.more'

    head = re.search(r"<html[^>]*>", client.get("/bao-cao/").content.decode())[0]

    assert head == '<html lang="vi" data-contrast="more">'
