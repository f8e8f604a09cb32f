"""The report library, for everybody. Only what has been released is looked for."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import condition, require_safe

from reports.documents.layout import DocumentContent
from reports.documents.markup import clean
from reports.documents.tables import table_of
from reports.submissions.content import frozen_sections, frozen_sheets

from .models import PublishedDocument

PER_PAGE = 20
#: Letters of a search that are read; nobody types more.
QUERY_LIMIT = 100


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """``/bao-cao/?tim=…&che-do=…&ky=…&page=…``"""
    documents = PublishedDocument.objects.in_force()
    query = request.GET.get("tim", "").replace("\x00", "")[:QUERY_LIMIT].strip()
    regime = request.GET.get("che-do", "").replace("\x00", "")
    period = request.GET.get("ky", "").replace("\x00", "")
    found = documents.search(query)
    if regime:
        found = found.of_regime(regime)
    if period:
        found = found.of_period(period)
    page = Paginator(found.with_details(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "publication/library.html",
        {
            "page_obj": page,
            "query": query,
            "regime": regime,
            "period": period,
            "is_filtered": bool(query or regime or period),
            "regimes": documents.regimes(),
            "periods": documents.periods(),
        },
    )


@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """One report as it was accepted: text and tables of the snapshot that was sent, never live data."""
    published = get_object_or_404(
        PublishedDocument.objects.with_details().select_related("dispatch__snapshot"), slug=slug
    )
    snapshot = published.dispatch.snapshot
    versions = PublishedDocument.objects.filter(dispatch__submission=published.dispatch.submission_id)
    return render(
        request,
        "publication/report.html",
        {
            "published": published,
            "ancestors": [{"title": "Báo cáo", "url": reverse("publication:library")}],
            "content": DocumentContent.from_json(published.document.content),
            # Cleaned here: nothing else may stand in it.
            "sections": [
                (section.key, section.heading, mark_safe(body))
                for section in frozen_sections(snapshot)
                if (body := clean(section.body))
            ],
            "tables": [table_of(sheet.grid, sheet.values, sheet.texts) for sheet in frozen_sheets(snapshot)],
            "successor": versions.in_force().exclude(pk=published.pk).select_related("release").first(),
            "predecessors": versions.filter(dispatch__number__lt=published.dispatch.number).select_related(
                "release"
            ),
        },
    )


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
