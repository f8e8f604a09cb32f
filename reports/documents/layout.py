"""An official document in the layout of Decree 30/2020/NĐ-CP, Annex I: its contents as values, rendered to PDF.

Boxes are numbered as in the decree's drawing (Annex I, part I, IV). Sizes and positions stand in ``document.css``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from .markup import clean
from .tables import DocumentTable

SCHEMA = "portal.document/1"
DRAFT_MARK = "DỰ THẢO"
DEMO_MARK = "BẢN MINH HỌA – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"

_FOLDER = Path(__file__).parent
_FILES = frozenset(path.as_uri() for path in [_FOLDER / "document.css", *(_FOLDER / "fonts").glob("*.ttf")])
_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """``body`` is HTML; whatever ``markup.clean`` does not know is dropped when it is rendered."""

    heading: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """What one document says, as it will be printed.

    Head
        ``superior_line`` and ``organisation_name`` (box 2, printed in capitals); ``number_and_symbol`` (box 3) and
        ``issued_on`` (box 4) are empty before issue; ``symbol`` is then printed after the blank number.
    Title
        ``kind_name`` in capitals and ``title``, the trích yếu (box 5a). ``addressees`` (box 9a): none, one, several.
    Body
        ``opening`` (plain text, a paragraph per line), ``sections``, then ``tables`` as annexes that a closing sentence refers to (box 6).
    Signature
        ``signature_lines`` in capitals such as ``KT. GIÁM ĐỐC`` (7a), ``signer_name`` (7b).
    Copies
        ``copies`` without "Như trên" and "Lưu", which are added (9b); ``drafter``: the drafting division's initials.
    Standing
        ``draft``: "DỰ THẢO" on every page. ``demo``: no legal value, said on every page.
    """

    organisation_name: str
    title: str
    superior_line: str = ""
    number_and_symbol: str = ""
    symbol: str = ""
    place_name: str = ""
    issued_on: date | None = None
    kind_name: str = "BÁO CÁO"
    addressees: tuple[str, ...] = ()
    opening: str = ""
    sections: tuple[DocumentSection, ...] = ()
    tables: tuple[DocumentTable, ...] = ()
    signature_lines: tuple[str, ...] = ()
    signer_name: str = ""
    copies: tuple[str, ...] = ()
    drafter: str = ""
    draft: bool = True
    demo: bool = False

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"schema": SCHEMA}
        for name in self.__slots__:
            value = getattr(self, name)
            data[name] = list(value) if isinstance(value, tuple) else value
        data["issued_on"] = self.issued_on.isoformat() if self.issued_on else None
        data["sections"] = [[section.heading, section.body] for section in self.sections]
        data["tables"] = [table.to_json() for table in self.tables]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> DocumentContent:
        """Read what ``to_json`` wrote.

        Raises:
            ValueError: it was written by another schema.
        """
        if data.get("schema") != SCHEMA:
            raise ValueError(f"A document of schema {data.get('schema')!r}, not {SCHEMA!r}.")
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in data.items()
            if name != "schema"
        }
        fields["issued_on"] = date.fromisoformat(data["issued_on"]) if data["issued_on"] else None
        fields["sections"] = tuple(DocumentSection(*section) for section in data["sections"])
        fields["tables"] = tuple(DocumentTable.from_json(table) for table in data["tables"])
        return cls(**fields)


def written_date(day: date) -> str:
    """``ngày 05 tháng 01 năm 2026``: a 0 before days under 10 and months 1 and 2 (box 4).

    >>> written_date(date(2026, 3, 2)), written_date(date(2026, 2, 10))
    ('ngày 02 tháng 3 năm 2026', 'ngày 10 tháng 02 năm 2026')
    """
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def roman(number: int) -> str:
    """Annexes count in Roman numerals.

    >>> roman(4), roman(19)
    ('IV', 'XIX')
    """
    text = ""
    for value, sign in (
        (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        count, number = divmod(number, value)
        text += sign * count
    return text


def render_html(content: DocumentContent) -> str:
    """The document as HTML with its annexes, to be laid out by ``document.css``."""
    annexes = _annex_names(len(content.tables))
    return render_to_string(
        "documents/document.html",
        {
            "content": content,
            "draft_mark": DRAFT_MARK,
            "demo_mark": DEMO_MARK,
            "superior": _locality_together(content.superior_line.upper()),
            "organisation": _locality_together(content.organisation_name.upper()),
            "title": _title(content),
            "title_lines": _balanced(_title(content)),
            "number": _number_line(content),
            "place": _place_line(content),
            "body": _body(content, annexes),
            "copies": _copies(content),
            "annexes": list(zip(annexes, content.tables, strict=True)),
            "annex_of": _annex_reference(content),
        },
    )


def render_pdf(content: DocumentContent, *, attachments: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """The document as a tagged PDF that claims PDF/A-3a, with ``attachments`` (name, bytes) inside.

    Takes about a second per ten pages: never call it inside a database transaction.
    """
    # Dated by the document, not by the clock: the same document gives the same bytes.
    moment = datetime.combine(content.issued_on or date(1970, 1, 1), time(), UTC)
    fonts = FontConfiguration()
    fetcher = _BundledFiles()
    page = HTML(string=render_html(content), base_url=_FOLDER.as_uri() + "/", url_fetcher=fetcher)
    style = CSS(filename=_FOLDER / "document.css", font_config=fonts, url_fetcher=fetcher)
    enclosed = [
        Attachment(
            string=data, name=name, relationship="Data", created=moment, modified=moment, url_fetcher=fetcher
        )
        for name, data in attachments
    ]
    return page.write_pdf(
        stylesheets=[style],
        font_config=fonts,
        pdf_variant="pdf/a-3a",
        attachments=enclosed,
        finisher=_name_attachments_once,
    )


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


_LOCALITY = re.compile(r"(.+) ((?:TỈNH|THÀNH PHỐ|HUYỆN|THỊ XÃ|QUẬN|PHƯỜNG|XÃ|THỊ TRẤN|ĐẶC KHU) .+)")


def _locality_together(name: str) -> str:
    """``ỦY BAN NHÂN DÂN / TỈNH KHÁNH HÒA``: a name too long for its column is broken before the locality."""
    if match := _LOCALITY.fullmatch(name):
        return f"{match[1]} {match[2].replace(' ', _NBSP)}"
    return name


def _title(content: DocumentContent) -> str:
    """The trích yếu without the kind of document, which stands above it already."""
    title, kind = content.title.strip(), f"{content.kind_name.lower()} "
    if not title.lower().startswith(kind):
        return title
    title = title[len(kind) :].lstrip()
    return title[:1].upper() + title[1:]


#: Stands for NBSP while lines are broken: to textwrap that one is white space like any other.
_GLUE = "\0"
#: So many letters of 14 pt bold fit in the width of the title.
_TITLE_WIDTH = 60


def _balanced(title: str) -> list[str]:
    """The title in as few lines as it needs, about equally long; "tháng 6" and "kinh tế - xã hội" are not parted."""
    kept = re.sub(r"\S+ \S+ [-–] \S+ \S+|\S+ (?=\d)", lambda words: words[0].replace(" ", _GLUE), title)
    fewest = len(wrap(kept, _TITLE_WIDTH, break_on_hyphens=False)) or 1
    widths = range(len(kept) // fewest, _TITLE_WIDTH)
    tries = (wrap(kept, max(width, 1), break_on_hyphens=False, break_long_words=False) for width in widths)
    lines = next((lines for lines in tries if len(lines) <= fewest), [kept])
    return [line.replace(_GLUE, _NBSP) for line in lines]


def _number_line(content: DocumentContent) -> str:
    """Box 3. A draft leaves room for the number; what is never numbered has no such line."""
    if content.number_and_symbol:
        return f"Số: {content.number_and_symbol}"
    return f"Số:{_NBSP * 8}/{content.symbol or 'BC-' + _NBSP * 8}" if content.draft else ""


def _written(day: date | None) -> str:
    """The date, or room for day, month and year."""
    return written_date(day) if day else f"ngày{_NBSP * 6}tháng{_NBSP * 6}năm{_NBSP * 9}"


def _place_line(content: DocumentContent) -> str:
    """Box 4. What is neither dated nor a draft names the place alone."""
    when = _written(content.issued_on) if content.issued_on or content.draft else ""
    return ", ".join(filter(None, [content.place_name, when]))


def _annex_names(count: int) -> list[str]:
    return ["Phụ lục"] if count == 1 else [f"Phụ lục {roman(number + 1)}" for number in range(count)]


def _annex_reference(content: DocumentContent) -> str:
    """What each annex belongs to; an electronic document may leave number and date open."""
    number = content.number_and_symbol or f"{_NBSP * 6}/{content.symbol}".rstrip("/")
    day = _written(content.issued_on)
    return f"(Kèm theo {content.kind_name.capitalize()} số {number} {day} của {content.organisation_name})"


@dataclass(frozen=True, slots=True)
class _Part:
    heading: str
    body: SafeString


def _body(content: DocumentContent, annexes: list[str]) -> list[_Part]:
    """Box 6: opening, sections, the sentence that refers to the annexes; the last one ends with "./."."""
    parts = [("", _paragraphs(content.opening))] if content.opening else []
    # A heading of free will that nobody wrote anything under is left out.
    parts += [(section.heading, body) for section in content.sections if (body := clean(section.body))]
    if annexes:
        named = annexes[0] if len(annexes) == 1 else f"{annexes[0]} đến {annexes[-1]}"
        if len(annexes) == 2:
            named = " và ".join(annexes)
        parts.append(("", _paragraphs(f"(Số liệu chi tiết tại {named} kèm theo)")))
    if parts:
        heading, body = parts[-1]
        parts[-1] = (heading, _ended(body))
    # Both kinds of body are safe by now: escaped text, or cleaned HTML.
    return [_Part(heading, mark_safe(body)) for heading, body in parts]


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


_END = re.compile(r"\.*\s*((?:</(?:p|li|ul|ol|b|strong|i|em|u|s|sub|sup|h[345]|blockquote)>\s*|<br>\s*)*)$")


def _ended(html: str) -> str:
    """The text with "./." for its last full stop; after a table, on a line of its own."""
    end = _END.search(html)
    assert end is not None
    text = html[: end.start()]
    return f"{html}<p>./.</p>" if not text or text.endswith(">") else f"{text}./.{end[1]}"


def _copies(content: DocumentContent) -> list[str]:
    """Box 9b: "Như trên" first where there are addressees, the file copy last; ";" between, "." at the end."""
    lines = [line.strip().lstrip("-–").strip().rstrip(";.").strip() for line in content.copies]
    kept = [line for line in lines if line and not line.lower().startswith(("như trên", "lưu"))]
    if content.addressees:
        kept.insert(0, "Như trên")
    archive = next((line for line in lines if line.lower().startswith("lưu")), "")
    kept.append(archive or ", ".join(filter(None, ["Lưu: VT", content.drafter])))
    return [f"{line}{'.' if place == len(kept) - 1 else ';'}" for place, line in enumerate(kept)]
