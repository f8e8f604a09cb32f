"""The report library, for everybody. Only what has been released is looked for."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import condition, require_safe

from home.search import cut
from indicators.catalogue.pictures import SIZES, picture, theme_of
from indicators.charts import chart_option
from indicators.models import Indicator
from reports.documents.content import DocumentContent

from .library import library
from .models import PublishedDocument
from .reading import annex_of, annexes_of, changes, figures_of, parts_of

#: Changes of a version that its page lists; the rest are counted.
CHANGES_SHOWN = 50
ANCESTORS = [{"title": "Báo cáo", "url": "/bao-cao/"}]


@require_safe
def report_library(request: HttpRequest) -> HttpResponse:
    """``/bao-cao/?tim=…&nam=…&che-do=…&loai=…&co-quan=…&page=…``"""
    asked = {name: cut(str(value)) for name, value in request.GET.items()}
    found = library(asked.get("tim", ""), asked, request.GET.get("page"))
    return render(request, "publication/library.html", {"library": found, "page_obj": found.page})


@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """One report as it was accepted: what its document says, which was drawn from the snapshot sent, never live data."""
    published = _with_content(slug)
    content = DocumentContent.from_json(published.document.content)
    versions = PublishedDocument.objects.filter(dispatch__submission=published.dispatch.submission_id)
    predecessors = list(
        versions.filter(dispatch__number__lt=published.dispatch.number)
        .select_related("release", "dispatch__snapshot")
        .order_by("-dispatch__number")
    )
    context = {
        "published": published,
        "ancestors": ANCESTORS,
        "content": content,
        "parts": parts_of(content),
        "figures": figures_of(content, published.slug),
        "chart_size": SIZES[""],
        "annexes": annexes_of(content),
        "successor": versions.in_force().exclude(pk=published.pk).select_related("release").first(),
        "predecessors": predecessors,
        "indicators": Indicator.objects.filter(brought__release=published.release_id)
        .order_by("group__sort_order", "code")
        .values("code", "name"),
        **_changes(published, predecessors),
    }
    return render(request, "publication/report.html", context)


def _changes(published: PublishedDocument, predecessors: list[PublishedDocument]) -> dict[str, Any]:
    if not predecessors:
        return {"changes": [], "change_count": 0}
    found = changes(predecessors[0].dispatch.snapshot, published.dispatch.snapshot)
    return {"changes": found[:CHANGES_SHOWN], "change_count": len(found)}


@require_safe
def chart(request: HttpRequest, slug: str, place: int) -> HttpResponse:
    """A chart of the report as it was handed in: ``/bao-cao/<slug>/hinh-<place>.svg?nen=…&rong=…``"""
    charts = DocumentContent.from_json(_with_content(slug).document.content).charts
    if not 1 <= place <= len(charts):
        raise Http404
    return picture(request, chart_option(charts[place - 1], theme=theme_of(request)))


@require_safe
def annex(request: HttpRequest, slug: str, place: int) -> HttpResponse:
    """One annex, sheet by sheet: ``/bao-cao/<slug>/bieu-<place>/?page=…``"""
    published = _with_content(slug)
    content = DocumentContent.from_json(published.document.content)
    try:
        shown = annex_of(content, place, request.GET.get("page"))
    except IndexError:
        raise Http404 from None
    context = {
        "published": published,
        "ancestors": [*ANCESTORS, {"title": published.title, "url": published.get_absolute_url()}],
        "annex": shown,
        "page_obj": shown.page,
    }
    return render(request, "publication/annex.html", context)


def _with_content(slug: str) -> PublishedDocument:
    documents = PublishedDocument.objects.with_details().select_related("dispatch__snapshot")
    return get_object_or_404(documents, slug=slug)


def _published(slug: str) -> PublishedDocument | None:
    return PublishedDocument.objects.select_related("dispatch__pdf").filter(slug=slug).first()


def _etag(request: HttpRequest, slug: str, name: str) -> str | None:
    published = _published(slug)
    return f'"{published.pdf.sha256}"' if published else None


@require_safe
@condition(etag_func=_etag)
def pdf(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """The file that was sent and accepted, byte for byte."""
    published = _published(slug)
    if published is None or name != slug:
        raise Http404
    return FileResponse(
        published.pdf.content.open("rb"), filename=f"{slug}.pdf", content_type="application/pdf"
    )
