"""The pages of the site that no administrator writes: search, what a reader wants to see, colours."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .appearance import Appearance, digest, style_sheet
from .models import presentation
from .search import QUERY_LIMIT, Found, SearchKind, cut, excerpt, kinds, marked, meant, words_of

PER_KIND, PER_PAGE = 5, 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """``/tim-kiem/?q=…&loai=…&page=…``: everything in one, the first few of each kind; with ``loai`` one kind in sheets."""
    asked = request.GET.get("q", "")
    query = cut(asked)
    words = words_of(query)
    offered = kinds() if words else []
    chosen = next((kind for kind in offered if kind.key == request.GET.get("loai")), None)
    groups: list[dict[str, Any]] = []
    for kind in offered:
        pages = Paginator(kind.find(request, words), PER_PAGE if kind is chosen else PER_KIND)
        page = pages.get_page(request.GET.get("page") if kind is chosen else 1)
        shown = chosen in (None, kind) and pages.count
        rows = kind.show(page.object_list) if shown else []
        groups.append({"kind": kind, "page": page, "count": pages.count, "rows": _presented(rows, words)})
    total = sum(group["count"] for group in groups)
    context = {
        "query": query,
        "words": words,
        "was_cut": len(asked.strip()) > QUERY_LIMIT,
        "chosen": chosen,
        "groups": groups,
        "shown": [group for group in groups if group["rows"]],
        "total": total,
        "page_obj": next((group["page"] for group in groups if group["kind"] is chosen), None),
        "suggestion": "" if total or not words else _suggestion(request, words, offered),
    }
    return render(request, "pages/search.html", context)


def _presented(rows: list[Found], words: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "title": marked(row.title, words),
            "url": row.url,
            "facts": row.facts,
            "text": marked(excerpt(row.text, words), words),
        }
        for row in rows
    ]


def _suggestion(request: HttpRequest, words: list[str], offered: list[SearchKind]) -> str:
    return meant(words, (title for kind in offered for title in kind.titles(request)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """``/hien-thi/?tiep=…``: light or dark, more contrast. ``tiep`` is the page to go back to."""
    back = request.POST.get("tiep") or request.GET.get("tiep") or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if request.method == "POST":
        theme, contrast = request.POST.get("nen", ""), request.POST.get("tuong-phan", "")
        wanted = Appearance(theme if theme in ("light", "dark") else "", "more" if contrast == "more" else "")
        response = HttpResponseRedirect(back)
        wanted.remember(response, secure=request.is_secure())
        return response
    return render(request, "pages/display.html", {"back": back})


@require_safe
def colours(request: HttpRequest, name: str) -> HttpResponse:
    """``/-/mau-<digest>.css``: for ever under its digest; an older address gives what stands now, and is asked again."""
    sheet = style_sheet(presentation())
    current = digest(sheet)
    etag = f'"{current}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    response["ETag"] = etag
    if name == current:
        patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
    else:
        patch_cache_control(response, no_cache=True)
    return response
