"""The portal closed for a while."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string


@pytest.fixture
def closed(settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "bao-tri"
    settings.MAINTENANCE_FILE.touch()


@pytest.mark.parametrize("address", ["/", "/bao-cao/", "/admin/", "/khong-co/"])
def test_a_closed_portal_says_so_and_when_to_come_back(client, closed, address):
    """No database is asked: it may not be there."""
    answer = client.get(address)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "300"
    assert "Hệ thống đang bảo trì" in answer.content.decode()


def test_nothing_is_saved_meanwhile(client, closed):
    assert client.post("/hien-thi/", {"nen": "dark"}).status_code == 503


def test_health_is_still_told(client, closed):
    assert client.get("/-/live").status_code == 200


def test_an_open_portal_is_open(client, db, settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "bao-tri"

    assert client.get("/bao-cao/").status_code == 200


def test_the_page_can_be_sent_by_a_web_server_as_it_stands():
    page = Path(settings.BASE_DIR, "templates", "503.html").read_text(encoding="utf-8")

    assert page == render_to_string("503.html")
