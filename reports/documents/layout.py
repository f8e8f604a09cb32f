"""An official document in the layout of Decree 30/2020/NĐ-CP, Annex I, as PDF.

Sizes and positions stand in ``document.css``, the words of each box in ``wording``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from . import wording
from .content import DocumentContent
from .enclosures import Enclosure
from .figures import figure
from .printable import printable
from .tables import DocumentTable

VARIANT = "pdf/a-3a"

_FOLDER = Path(__file__).parent
_FILES = frozenset(path.as_uri() for path in [_FOLDER / "document.css", *(_FOLDER / "fonts").glob("*.ttf")])


@dataclass(frozen=True, slots=True)
class AnnexPiece:
    """A run of one annex: ``rows`` of ``tables`` in the notation of slices ("": all).

    ``page``: the number of its first page. ``opens``: with the head of the annex. ``continued``: rows went before; ``unfinished``: rows follow.
    ``anchored``: each row can be found again.
    """

    number: int
    name: str
    title: str
    tables: Sequence[DocumentTable]
    rows: str = ""
    page: int = 1
    opens: bool = True
    continued: bool = False
    unfinished: bool = False
    anchored: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a document that is laid out by itself: blocks of its text, then annexes.

    ``page``: the number of its first page, printed from 2 on.
    """

    blocks: Sequence[str] = ()
    annexes: Sequence[AnnexPiece] = ()
    page: int = 1
    opens: bool = True
    ends: bool = True


def body_parts(content: DocumentContent) -> list[str]:
    """Box 6 as HTML: headings and texts, charts, the sentence that names the annexes; the last ends with "./."."""
    parts = []
    for heading, body in wording.sections_of(content):
        if heading:
            parts.append(f"<h2>{escape(heading)}</h2>")
        parts.append(body)
    parts += [figure(number, chart) for number, chart in enumerate(content.charts, 1)]
    if sentence := wording.annex_sentence(wording.annex_names(len(content.tables))):
        parts.append(wording.paragraphs(sentence))
    if not parts:
        parts = [wording.paragraphs(wording.NOTHING_SAID)]
    parts[-1] = wording.ended(parts[-1])
    return parts


def annexes_of(content: DocumentContent) -> list[AnnexPiece]:
    names = wording.annex_names(len(content.tables))
    return [
        AnnexPiece(number, name, table.title, table.bands())
        for number, (name, table) in enumerate(zip(names, content.tables, strict=True), 1)
    ]


def render_html(content: DocumentContent, piece: Piece | None = None) -> str:
    """The document (or a piece of it) as HTML with its annexes, to be laid out by ``document.css``."""
    piece = piece or Piece(["\n".join(body_parts(content))], annexes_of(content))
    title = wording.subject(content)
    html = render_to_string(
        "documents/document.html",
        {
            "content": content,
            "piece": piece,
            "draft_mark": wording.DRAFT_MARK,
            "demo_mark": wording.DEMO_MARK,
            "superior": wording.agency_name(content.superior_line),
            "organisation": wording.agency_name(content.organisation_name),
            "title": title,
            "title_lines": wording.balanced(title),
            "number": wording.number_line(content),
            "place": wording.place_line(content),
            "addressees": wording.addressee_lines(content),
            "blocks": [_safe(block) for block in piece.blocks],
            "copies": wording.copies(content),
            "annex_of": wording.annex_of(content),
        },
    )
    return printable(html)


def _safe(block: str) -> SafeString:
    """Safe by now: escaped text, or cleaned HTML."""
    return mark_safe(block)


def render_pdf(content: DocumentContent, *, attachments: Iterable[Enclosure] = ()) -> bytes:
    """The document as a tagged PDF that claims PDF/A-3a, with ``attachments`` inside.

    Takes about a second per ten pages: never call it inside a database transaction.
    """
    return write(lay_out(render_html(content)), content, attachments=attachments)


def lay_out(html: str) -> Document:
    """The pages of a document, not written yet."""
    fonts = FontConfiguration()
    fetcher = _BundledFiles()
    page = HTML(string=html, base_url=_FOLDER.as_uri() + "/", url_fetcher=fetcher)
    style = CSS(filename=_FOLDER / "document.css", font_config=fonts, url_fetcher=fetcher)
    return page.render(stylesheets=[style], font_config=fonts, pdf_variant=VARIANT)


def write(document: Document, content: DocumentContent, *, attachments: Iterable[Enclosure] = ()) -> bytes:
    """Pages as PDF. Dated by the document, not by the clock: the same document gives the same bytes."""
    moment = datetime.combine(content.issued_on or date(1970, 1, 1), time(), UTC)
    enclosed = [
        Attachment(
            string=enclosure.data,
            name=enclosure.name,
            description=enclosure.description or enclosure.name,
            relationship=enclosure.relationship,
            created=moment,
            modified=moment,
            url_fetcher=document.url_fetcher,
        )
        for enclosure in attachments
    ]
    return document.write_pdf(pdf_variant=VARIANT, attachments=enclosed, finisher=_name_attachments_once)


class _BundledFiles(URLFetcher):
    """Opens the style sheet and fonts of this folder and ``data:``; nothing a document names besides."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in _FILES and not url.startswith("data:"):
            raise ValueError(f"Not part of the document: {url[:200]}")
        return super().fetch(url, headers)


def _name_attachments_once(document: Document, pdf: Any) -> None:
    """WeasyPrint 70 lists every attachment twice in the catalogue's /AF."""
    if "AF" in pdf.catalog:
        unique = list(dict.fromkeys(pdf.catalog["AF"]))
        pdf.catalog["AF"][:] = unique
