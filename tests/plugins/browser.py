"""Chromium against a live server, for journeys through the real pages, and axe for what they are to everybody."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright runs an event loop in this thread; Django would refuse the ORM beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js"
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
    """``visit(person)``: a page of a browser of its own, signed in; ``visit()``: of somebody of the public.

    ``dark`` asks for dark colours, ``javascript=False`` switches scripts off. Whatever the Content-Security-Policy had
    to stop fails the test.
    """
    contexts: list[BrowserContext] = []
    stopped: list[str] = []

    def hear(page: Page, text: str) -> None:
        if "Content Security Policy" in text:
            stopped.append(f"{page.url}: {text}")

    def open_page(person=None, *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: hear(page, message.text))
        page.set_default_timeout(30_000)
        if person is not None:
            page.goto("/dang-nhap/")
            page.fill("input[name=login]", person.username)
            page.fill("input[name=password]", "matkhau-thu-nghiem")
            page.get_by_role("button", name="Đăng nhập").click()
            page.wait_for_url("**/admin/", wait_until="domcontentloaded")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert stopped == []


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """``assert axe(page) == []``: what axe finds serious or critical, one line per element.

    ``within`` narrows the search to a CSS selector. Needs a page with scripts; it is handed to the page past the
    Content-Security-Policy, which stays in force for the page itself.
    """
    script = AXE.read_text(encoding="utf-8")

    def check(page: Page, *, within: str | None = None, impacts: tuple[str, ...] = ("serious", "critical")):
        page.evaluate(script)
        found = page.evaluate(
            "within => axe.run(within || document, {resultTypes: ['violations']}).then(r => r.violations)",
            within,
        )
        return [
            f"{violation['impact']} {violation['id']}: {node['target'][-1]} {node['html'][:160]}"
            for violation in found
            if violation["impact"] in impacts
            for node in violation["nodes"]
        ]

    return check
