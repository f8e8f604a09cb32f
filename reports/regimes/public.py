"""The list of regimes for everybody, and what the site search finds among regimes and outlines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest
from wagtail import hooks
from wagtail.query import PageQuerySet

from home.models import SectionPage, listed
from home.organisations.models import Organisation
from home.search import Found, SearchKind, cut, having, words_of
from indicators.models import Frequency

from .models import OutlinePage, RegimeKind, RegimePage, RegimeSubject, RegimeTier

PER_PAGE = 20
#: What can be asked for, and its name in the address.
_FIELDS = {"text": "tim", "kind": "loai", "frequency": "tan-suat", "organisation": "co-quan"}


def regime_section(request: HttpRequest, section: SectionPage) -> dict[str, Any] | None:
    """For the hook ``portal_section``: a section under which regimes lie lists them, with filters.

    ``/che-do-bao-cao/?tim=…&loai=…&tan-suat=…&co-quan=…&page=…``. What an address asks wrongly finds nothing.
    """
    beneath = RegimePage.objects.descendant_of(section)
    if not beneath.exists():
        return None
    visible = listed(request, beneath)
    asked = {name: cut(request.GET.get(field, "")) for name, field in _FIELDS.items()}
    found = visible.order_by("title")
    if words := words_of(asked["text"]):
        found = having(found, words, "search_text")
    if asked["kind"]:
        found = found.filter(kind=asked["kind"])
    if asked["frequency"]:
        found = found.filter(frequency=asked["frequency"]).exclude(kind=RegimeKind.AD_HOC)
    if asked["organisation"]:
        found = _concerning(found, asked["organisation"])
    reporting = Count("subjects__organisation", distinct=True)
    page = Paginator(found.select_related("lead").annotate(reporting=reporting), PER_PAGE).get_page(
        request.GET.get("page")
    )
    kinds, frequencies = _used(visible, "kind"), _used(visible.exclude(kind=RegimeKind.AD_HOC), "frequency")
    return {
        "listing_template": "pages/regime_list.html",
        "page_obj": page,
        "rows": _with_times(list(page.object_list)),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "kinds": [choice for choice in RegimeKind.choices if choice[0] in kinds],
        "frequencies": [choice for choice in Frequency.choices if choice[0] in frequencies],
        "organisations": _reporting(visible),
        "outlines": listed(request, OutlinePage.objects.descendant_of(section)).order_by("title"),
    }


def _concerning(pages: PageQuerySet, code: str) -> PageQuerySet:
    """Those in which the organisation reports, receives or leads."""
    concerned = Q(lead__code=code)
    for child, field in ((RegimeTier, "recipient__code"), (RegimeSubject, "organisation__code")):
        concerned |= Q(Exists(child.objects.filter(page=OuterRef("pk"), **{field: code})))
    return pages.filter(concerned)


def _used(pages: PageQuerySet, field: str) -> set[str]:
    return set(pages.order_by().values_list(field, flat=True).distinct())


def _reporting(pages: PageQuerySet) -> Iterable[Organisation]:
    subjects = RegimeSubject.objects.filter(page__in=pages.order_by().values("pk"))
    return Organisation.objects.filter(pk__in=subjects.values("organisation")).order_by("name")


def _with_times(pages: list[RegimePage]) -> list[dict[str, Any]]:
    """Layers above know when things are due: receivers of ``portal_regime_next_due`` take the pages, give context by pk."""
    times: dict[int, dict[str, Any]] = {}
    for tell in hooks.get_hooks("portal_regime_next_due"):
        times |= tell(pages)
    return [{"page": page, "next": times.get(page.pk)} for page in pages]


def _regimes(request: HttpRequest) -> PageQuerySet:
    return listed(request, RegimePage.objects.all())


def _show(pages: Iterable[RegimePage]) -> list[Found]:
    return [
        Found(
            page.title,
            page.url or "",
            page.search_description,
            (page.get_kind_display(), page.get_frequency_display(), page.lead.label if page.lead else ""),
        )
        for page in pages
    ]


def regime_kind() -> SearchKind:
    return SearchKind(
        key="che-do",
        label="Chế độ báo cáo",
        icon="calendar-event",
        order=30,
        find=lambda request, words: having(
            _regimes(request).select_related("lead").order_by("title"), words, "search_text"
        ),
        show=_show,
        titles=lambda request: _regimes(request).values_list("title", flat=True),
    )


def outline_kind() -> SearchKind:
    def outlines(request: HttpRequest) -> PageQuerySet:
        return listed(request, OutlinePage.objects.all())

    return SearchKind(
        key="de-cuong",
        label="Mẫu đề cương",
        icon="file-earmark-text",
        order=35,
        find=lambda request, words: having(outlines(request).order_by("title"), words, "search_text"),
        show=lambda pages: [Found(page.title, page.url or "", page.introduction) for page in pages],
        titles=lambda request: outlines(request).values_list("title", flat=True),
    )
