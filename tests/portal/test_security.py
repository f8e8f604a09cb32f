"""What every answer carries, and what production insists on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ["/", "/chi-tieu/", "/bao-cao/"]
LOADED = re.compile(r'<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)="((?:https?:)?//[^"]*)"')


@pytest.fixture
def site(home_page):
    """The front page is there."""
    return home_page


def policy(answer) -> dict[str, list[str]]:
    """Content-Security-Policy by directive."""
    lines = [line.split() for line in answer.headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in lines}


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.requirement("R159", part="content security policy")
def test_public_pages_run_nothing_that_is_not_ours(client, site, address):
    rules = policy(client.get(address))

    assert rules["script-src"] == rules["style-src"] == rules["default-src"] == ["'self'"]
    assert rules["object-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'self'"]


def test_inline_scripts_run_in_wagtails_editors_alone(client, root):
    client.force_login(root)

    assert policy(client.get("/admin/pages/"))["script-src"] == ["'self'", "'unsafe-inline'"]
    assert policy(client.get("/admin/bao-cao/"))["script-src"] == ["'self'"]


@pytest.mark.parametrize("address", ["/admin/che-do/", "/admin/de-cuong/", "/admin/users/"])
def test_a_date_picker_runs_where_there_is_one(client, root, site, address):
    client.force_login(root)
    answer = client.get(address)

    assert "initDateChooser(" in answer.content.decode()
    assert policy(answer)["script-src"] == ["'self'", "'unsafe-inline'"]


@pytest.mark.parametrize("address", [*PUBLIC, "/admin/bao-cao/", "/khong-co/"])
def test_what_nobody_needs_of_the_browser_is_off(client, site, root, address):
    client.force_login(root)

    answer = client.get(address)

    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(answer["Permissions-Policy"].split(", "))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, clerk):
    answer = client.post("/dang-nhap/", {"login": clerk.username, "password": "matkhau-thu-nghiem"})

    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("address", [*PUBLIC, "/admin/", "/dang-nhap/"])
@pytest.mark.requirement("R163", part="no outside requests")
def test_pages_load_nothing_from_outside(client, site, root, address):
    if address == "/admin/":
        client.force_login(root)

    answer = client.get(address)

    assert answer.status_code == 200
    assert LOADED.findall(answer.content.decode()) == []


def production(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of the portal as it starts in production."""
    mine = ("PORTAL_", "SECRET_", "DJANGO_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    clean |= {"DJANGO_SETTINGS_MODULE": "portal.settings.production", **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )


SECRET = "a-secret-key-for-this-test-only-0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.mark.slow
@pytest.mark.requirement("R20", part="HTTPS only in production")
def test_production_passes_djangos_own_checks_for_deployment():
    done = production(
        "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=SECRET, PORTAL_HOSTS="example.vn"
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_production_asks_for_the_second_factor_ends_idle_sessions_and_stands_behind_a_proxy():
    done = production(
        "shell", "-v0", "-c",
        "from django.conf import settings as s; print(s.REQUIRE_TOTP, s.IDLE_SECONDS, s.PROXIES)",
        SECRET_KEY=SECRET,
    )  # fmt: skip

    assert done.stdout.split() == ["True", "1800", "1"]


@pytest.mark.slow
def test_production_does_not_start_without_a_secret():
    done = production("check")

    assert done.returncode != 0
    assert "Set SECRET_KEY (or SECRET_KEY_FILE)" in done.stderr


@pytest.mark.slow
def test_the_demonstration_is_not_to_be_had_in_production():
    done = production("load_demo", SECRET_KEY=SECRET)

    assert done.returncode != 0
    assert "Unknown command: 'load_demo'" in done.stderr


@pytest.mark.parametrize(
    "address", ["/chi-tieu/?q=a%00b", "/bao-cao/?%00=1", "/a%00b/", "/dang-nhap/?next=%00"]
)
def test_an_address_with_nul_is_refused_before_a_database_sees_it(client, site, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("address", ["/dang-nhap/", "/"])
@pytest.mark.parametrize("announced", [str(21 * 1024 * 1024), "-1", "x"])
def test_a_body_larger_than_any_file_is_refused_unread(client, site, address, announced):
    class Unread:
        def read(self, *args):
            raise AssertionError("the body was read")

        readline = read

    answer = client.generic(
        "POST",
        address,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=announced,
        **{"wsgi.input": Unread()},
    )

    assert answer.status_code == 413
    assert "quá lớn" in answer.content.decode()
