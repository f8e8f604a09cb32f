import os
import pytest
from pathlib import Path
from reports.publication.services import publish_submission
from reports.submissions.models import Section
from tests.reports.consolidation.story import *
from .conftest import *
OUT = Path("/tmp/w/var-d/shots")
@pytest.mark.django_db(transaction=True)
def test_shots(real_paper, live_server, accepted, lead_accepted, publisher, staff, receiver, home_page, settings):
    from playwright.sync_api import sync_playwright
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    OUT.mkdir(exist_ok=True)
    pub = publish_submission(accepted, by=publisher, at=hour(30), summary="Thu ngân sách tháng 5 năm 2026 ước đạt 7.213,5 tỷ đồng thu nội địa, tăng so với cùng kỳ.")
    with pub.pdf.content.open() as f: (OUT / "report.pdf").write_bytes(f.read())
    for s in (lead_accepted,):
        with s.dispatches.last().pdf.content.open() as f: (OUT / "lead.pdf").write_bytes(f.read())
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for w in (1280, 390):
            for scheme in ("light", "dark"):
                ctx = b.new_context(viewport={"width": w, "height": 900}, color_scheme=scheme)
                page = ctx.new_page()
                logs = []
                page.on("console", lambda m: logs.append(m.text))
                for name, url in (("library", "/bao-cao/"), ("none", "/bao-cao/?tim=khong+co"), ("report", pub.get_absolute_url()), ("home", "/")):
                    if scheme == "dark" and name not in ("library", "report"): continue
                    r = page.goto(live_server.url + url); assert r.status == 200, (url, r.status)
                    page.wait_for_timeout(200)
                    page.screenshot(path=str(OUT / f"{name}-{w}-{scheme}.png"), full_page=True)
                    print(name, w, "scrollwidth", page.evaluate("document.documentElement.scrollWidth"))
                print(w, scheme, logs)
                if scheme == "light":
                    page.goto(live_server.url + "/admin/login/")
                    page.fill("#id_username", "congkhai"); page.fill("#id_password", "matkhau-thu-nghiem"); page.click("button[type=submit]")
                    page.wait_for_timeout(500)
                    for name, url in (("admin-list", "/admin/cong-khai/"), ("admin-preview", f"/admin/cong-khai/{lead_accepted.pk}/"), ("admin-done", f"/admin/cong-khai/{accepted.pk}/")):
                        r = page.goto(live_server.url + url); assert r.status == 200, (url, r.status)
                        page.wait_for_timeout(300)
                        page.screenshot(path=str(OUT / f"{name}-{w}.png"), full_page=True)
                        print(name, w, "scrollwidth", page.evaluate("document.documentElement.scrollWidth"))
                ctx.close()
        b.close()
