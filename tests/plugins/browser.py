"""Chromium against a live server, for journeys through the real pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright runs an event loop in this thread; Django would refuse the ORM beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next((path for path in CHROMIUM if os.path.exists(path)), None)  # noqa: PTH110
    if path is None:
        pytest.fail("Chromium is not installed; run make install.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, live_server) -> Iterator[Callable[..., Page]]:
    """``visit(person)``: a page of a browser of its own, signed in; ``visit()``: of somebody of the public."""
    contexts: list[BrowserContext] = []

    def open_page(person=None, *, width: int = 1280) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, locale="vi-VN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        if person is not None:
            page.goto("/admin/login/")
            page.fill("input[name=username]", person.username)
            page.fill("input[name=password]", "matkhau-thu-nghiem")
            page.click("button[type=submit]")
            page.wait_for_url("**/admin/", wait_until="domcontentloaded")
        return page

    yield open_page
    for context in contexts:
        context.close()
