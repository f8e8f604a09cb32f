"""Every type of screen behind the sign-in, wide and narrow: nobody shut out, nothing off the edge, nothing in English."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from home.accounts.models import DutyKind, User
from home.models import SectionPage
from reports.deadlines.models import Tier
from reports.documents.models import NumberRegister
from reports.submissions import services
from tests.conftest import make_person
from tests.reports.consolidation.story import CUSTOMS, INLAND, deliver, hand_in, staff_of, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABS = ("Số liệu", "Thuyết minh", "Tệp đính kèm", "Văn bản", "Tiến trình")

#: Person → screen → address; braces name what stands in the story.
SCREENS: dict[str, dict[str, str]] = {
    "clerk": {
        "home": "/admin/",
        "worklist": "/admin/viec-cua-toi/",
        "inbox": "/admin/thong-bao/",
        "reports": "/admin/bao-cao/",
        "own report": "/admin/bao-cao/{accepted}/",
        "calendar": "/admin/lich-lam-viec/",
        "measures": "/admin/so-tra-cuu/don-vi-tinh/",
    },
    "receiver": {
        "report to receive": "/admin/bao-cao/{sent}/",
        "report received": "/admin/bao-cao/{accepted}/",
        "rounds followed": "/admin/theo-doi/",
        "matrix": "/admin/theo-doi/{round}/",
        "urging": "/admin/theo-doi/{round}/don-doc/",
    },
    "consolidator": {
        "report being written": "/admin/bao-cao/{consolidated}/",
        "consolidation": "/admin/tong-hop/{consolidated}/",
        "total": "/admin/tong-hop/{consolidated}/o/{sheet}/I.1/uoc/",
    },
    "designer": {
        "rounds": "/admin/dot-bao-cao/",
        "opening a round": "/admin/dot-bao-cao/mo/",
        "round": "/admin/dot-bao-cao/{round}/",
        "extending": "/admin/dot-bao-cao/bao-cao/{obligation}/gia-han/",
        "cancelling a round": "/admin/dot-bao-cao/{round}/huy/",
        "forms": "/admin/bieu-mau/",
        "new form": "/admin/bieu-mau/add/",
        "form editor": "/admin/bieu-mau/edit/{form}/",
        "form": "/admin/bieu-mau/preview/{form}/",
        "publishing a form": "/admin/bieu-mau/publish/{form}/",
        "regimes": "/admin/che-do/",
        "section": "/admin/pages/{section}/",
        "new outline": "/admin/pages/add/regimes/outlinepage/{section}/",
        "regime editor": "/admin/pages/add/regimes/regimepage/{section}/",
    },
    "publisher": {
        "publication": "/admin/cong-khai/",
        "releasing": "/admin/cong-khai/{accepted}/",
    },
    "administrator": {
        "people": "/admin/nguoi-dung/",
        "person": "/admin/nguoi-dung/{person}/",
        "adding a person": "/admin/nguoi-dung/them/",
        "granting a duty": "/admin/nguoi-dung/{person}/giao-nhiem-vu/",
        "organisations": "/admin/co-quan/",
        "organisation": "/admin/co-quan/inspect/{organisation}/",
        "audit": "/admin/nhat-ky/",
        "registers": "/admin/so-van-ban/",
        "register": "/admin/so-van-ban/{register}/",
        "catalogue": "/admin/snippets/indicators/indicator/",
        "indicator": "/admin/snippets/indicators/indicator/add/",
        "import": "/admin/snippets/indicators/indicator/nhap/",
        "settings": "/admin/settings/home/portalsettings/",
    },
}

#: Wagtail's own editor of rich text has no name of its own; the rest of what axe finds would be ours.
WAGTAILS = "public-DraftEditor-content"

ENGLISH = re.compile(
    r"\b(Actions?|Add|Cancel|Choose|Clear|Close|Delete|Edit|Export|Filter|Hide|Loading|More|Next|Options|Page|"
    r"Previous|Required|Save|Search|Select(?:ed)?|Show|Sort|Status|Submit|Toggle|View)\b"
)

#: What people see and what is read to them.
WORDS = """() => document.body.innerText + ' ' + [...document.querySelectorAll('[aria-label], [title], [placeholder]')]
    .filter(e => e.checkVisibility())
    .map(e => [e.getAttribute('aria-label'), e.title, e.placeholder].join(' ')).join(' ')"""

#: What reaches beyond the right edge and lies in no box that scrolls; Wagtail clips it. Its minimap waits out there.
BEYOND = """() => [...document.querySelectorAll('main *')].filter(e => {
    if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true}) || e.closest('.w-minimap, .w-sr-only'))
        return false;
    const box = e.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || box.right <= innerWidth + 1) return false;
    for (let above = e.parentElement; above && above.tagName !== 'MAIN'; above = above.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(above).overflowX)) return false;
    return true;
}).slice(0, 3).map(e => `${e.tagName}.${e.className}: ${(e.innerText || '').slice(0, 40)}`)"""


@pytest.fixture
def designer(lead) -> User:
    return make_person("thietke", lead, DutyKind.DESIGN)


@pytest.fixture
def administrator(lead) -> User:
    return make_person("quantri", lead, DutyKind.SYSTEM_ADMIN, DutyKind.DESIGN)


@pytest.fixture
def story(
    monkeypatch, regime, opened_round, obligation, other_obligation, lead_obligation, department, other_department,
    lead, clerk, receiver, consolidator, publisher, designer, administrator, figures_form,
) -> dict[str, int]:  # fmt: skip
    """One report accepted and consolidated, one sent, one being written; who designs has a section."""
    monkeypatch.setattr("reports.documents.services.render_pdf", lambda content, **more: b"%PDF")
    Tier.objects.update(closes_on=timezone.localdate().replace(year=2099))
    accepted = deliver(obligation, {INLAND: "100,5", CUSTOMS: "40"}, staff_of(department), receiver)
    staff = staff_of(other_department)
    sent = services.open_submission(other_obligation)
    write(sent, {INLAND: "20", CUSTOMS: "2"}, staff)
    hand_in(sent, staff, at=timezone.now(), number=5)
    consolidated = services.open_submission(lead_obligation)
    register = NumberRegister.objects.create(
        organisation=lead,
        year=timezone.localdate().year,
        basis="Quyết định số 12",
        opened_by=administrator,
        opened_at=timezone.now(),
    )
    return {
        "accepted": accepted.pk,
        "sent": sent.pk,
        "consolidated": consolidated.pk,
        "sheet": consolidated.sheets.get().pk,
        "round": opened_round.pk,
        "obligation": other_obligation.pk,
        "form": figures_form.pk,
        "section": SectionPage.objects.get(organisation=lead).pk,
        "person": clerk.pk,
        "organisation": department.pk,
        "register": register.pk,
    }


def faults(page: Page, axe: Callable[..., list[str]]) -> list[str]:
    found = [fault for fault in axe(page) if WAGTAILS not in fault]
    found += [f"off the edge: {element}" for element in page.evaluate(BEYOND)]
    return found + [f"English: {word}" for word in sorted(set(ENGLISH.findall(page.evaluate(WORDS))))]


@pytest.mark.parametrize("person", SCREENS)
def test_signed_in_screens_are_for_everybody(request, visit, axe, story, person):
    page = visit(request.getfixturevalue(person))
    found = {}
    for name, address in SCREENS[person].items():
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            answer = page.goto(address.format(**story), wait_until="load")
            assert answer is not None
            assert answer.status == 200, name
            tabs = [tab for tab in TABS if "report" in name and page.get_by_role("tab", name=tab).count()]
            for tab in tabs or [""]:
                if tab:
                    page.get_by_role("tab", name=tab).click()
                    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
                if these := faults(page, axe):
                    found[name, tab, width] = these

    assert found == {}
