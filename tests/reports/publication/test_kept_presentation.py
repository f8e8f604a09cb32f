"""Names and colours of the portal on pages that are kept."""

from __future__ import annotations

import pytest

from home.models import PortalSettings

from .test_kept_pages import kept  # noqa: F401

pytestmark = pytest.mark.usefixtures("kept")


def test_a_change_of_the_settings_is_on_the_next_page_even_past_the_services(client):
    """Another process has not heard of it: what it kept of the settings goes by the state of the database."""
    assert "Tỉnh Lai Châu" not in client.get("/bao-cao/").content.decode()
    PortalSettings.objects.create(province="Tỉnh Lai Châu")
    assert "Tỉnh Lai Châu" in client.get("/bao-cao/").content.decode()

    PortalSettings.objects.update(province="Tỉnh Sóc Trăng")

    assert "Tỉnh Sóc Trăng" in client.get("/bao-cao/").content.decode()


def test_who_chose_the_dark_does_not_get_the_page_kept_for_the_light(client):
    light = client.get("/bao-cao/").content.decode()
    client.post("/hien-thi/", {"nen": "dark"})

    assert 'data-bs-theme="dark"' in client.get("/bao-cao/").content.decode()
    client.post("/hien-thi/", {})
    assert client.get("/bao-cao/").content.decode() == light
