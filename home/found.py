"""What the site search finds among the pages of text."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from .models import FOUND_PAGES, listed
from .search import Found, SearchKind, having


def _pages(request: HttpRequest) -> QuerySet[Page]:
    return listed(request, Page.objects.type(*FOUND_PAGES))


def _show(pages: Any) -> list[Found]:
    return [
        Found(
            page.title,
            page.url or "",
            getattr(page, "summary", "") or getattr(page, "introduction", "") or page.search_description,
            (page._meta.verbose_name.capitalize(), *_updated(page)),
        )
        for page in pages.specific()
    ]


def _updated(page: Page) -> list[str]:
    moment = page.last_published_at
    return [f"Cập nhật ngày {timezone.localdate(moment):%d/%m/%Y}"] if moment else []


FIELDS = [f"{model._meta.model_name}__search_text" for model in FOUND_PAGES]


def page_kind() -> SearchKind:
    return SearchKind(
        key="trang",
        label="Hướng dẫn và trang thông tin",
        icon="journal-text",
        order=40,
        find=lambda request, words: having(_pages(request).order_by("title"), words, *FIELDS),
        show=_show,
        titles=lambda request: _pages(request).values_list("title", flat=True),
    )
