"""The narrative: one text per section of the outline, cleaned, with its history."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from html import unescape
from itertools import groupby
from math import prod
from typing import TYPE_CHECKING

import nh3
from django.db import transaction
from django.utils import timezone

from home.text import repair_vietnamese
from indicators.numbers import format_number

from .content import frozen_sections
from .errors import CellConflict, LegacyText, NotAllowed, SubmissionError
from .models import Section, SectionChange, Snapshot, Submission
from .permissions import may_write
from .window import require_writable

if TYPE_CHECKING:
    from home.accounts.models import User

#: What a narrative may contain: text, lists and simple tables. No links out, no pictures, no styles.
TAGS = {
    "p",
    "br",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "ul",
    "ol",
    "li",
    "h3",
    "h4",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
#: Characters and elements of a section: about fifty pages, which take some seconds to lay out.
SECTION_LIMIT = 150_000
ELEMENT_LIMIT = 3_000
#: Cells of the tables with what they span; levels of nesting; accents on one letter. Beyond these it is no text, and
#: cleaning or laying it out would take minutes.
_SPANNED_LIMIT = 10_000
_DEPTH_LIMIT = 100
_ACCENTS_LIMIT = 4
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CELL = re.compile(r"<t[dh]([^>]*)>")
_SPAN = re.compile(r'span="(\d+)"')
#: Closed by whatever comes next: an opening one says nothing of depth.
_CLOSED_BY_NEXT = frozenset({"p", "br", "hr", "li", "tr", "td", "th", "img", "input", "meta", "link", "col"})


def clean_html(html: str) -> str:
    """Allowed tags only, text in NFC."""
    cleaned = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_attribute)
    # Piece by piece: a mark that follows a tag must not melt into its bracket.
    return "".join(
        piece if piece.startswith("<") else unicodedata.normalize("NFC", piece) for piece in _pieces(cleaned)
    ).strip()


def _require_unicode(html: str, standing: str) -> None:
    """Text between tags is judged piece by piece; what stands in the section already has been chosen to stay.

    Raises:
        LegacyText
    """
    kept = set(_pieces(standing))
    pieces = _pieces(html)
    repairs = {piece: repair_vietnamese(piece) for piece in pieces if piece[:1] != "<" and piece not in kept}
    legacy = {piece: repair for piece, repair in repairs.items() if repair.encoding in {"TCVN3", "VNI"}}
    if legacy:
        before, repair = next(iter(legacy.items()))
        repaired = "".join(legacy[piece].text if piece in legacy else piece for piece in pieces)
        raise LegacyText(str(repair.encoding), _glimpse(before), _glimpse(repair.text), repaired)


def _pieces(html: str) -> list[str]:
    return re.split(r"(<[^>]*>)", html)


def _glimpse(text: str) -> str:
    text = unescape(" ".join(text.split()))
    return text if len(text) <= 80 else f"{text[:80]}…"


def _attribute(tag: str, name: str, value: str) -> str | None:
    right = name == "scope" or re.fullmatch(r"[1-9]\d?", value)
    return value if right else None


def _is_too_deep(html: str) -> bool:
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _CLOSED_BY_NEXT:
            depth = max(0, depth - 1) if closing else depth + 1
        if depth > _DEPTH_LIMIT:
            return True
    return False


def _too_much(html: str) -> str:
    """Which limit a cleaned text is beyond, in words; "" if none."""
    if len(html) > SECTION_LIMIT:
        return f"dài quá {format_number(Decimal(SECTION_LIMIT))} ký tự"
    if sum(not closing for closing, _ in _TAG.findall(html)) > ELEMENT_LIMIT:
        return f"có quá {format_number(Decimal(ELEMENT_LIMIT))} ô, dòng và định dạng"
    if sum(prod(map(int, _SPAN.findall(cell))) for cell in _CELL.findall(html)) > _SPANNED_LIMIT:
        return "có bảng gộp quá nhiều ô"
    marks = (len(list(run)) for is_mark, run in groupby(html, _is_mark) if is_mark)
    return "có chữ mang quá nhiều dấu" if max(marks, default=0) > _ACCENTS_LIMIT else ""


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def is_empty(html: str) -> bool:
    """Nothing to read: tags and spaces only."""
    return not re.sub(r"<[^>]*>|&nbsp;|\s", "", html)


@transaction.atomic
def save_section(
    submission: Submission,
    key: str,
    body: str,
    *,
    by: User,
    seen: int | None = None,
    at: datetime | None = None,
    as_is: bool = False,
) -> Section:
    """Save the text of one section. ``seen`` is the version that was on the screen; None: any. ``as_is``: text that
    looks like TCVN3 or VNI is to stay so.

    Raises:
        Locked, NotAllowed
        LegacyText
        CellConflict: somebody else has saved the section since; ``current`` is the section.
        SubmissionError: no such section, or the text is too long.
    """
    at = at or timezone.now()
    submission = Submission.objects.select_for_update(of=("self",)).with_obligation().get(pk=submission.pk)
    require_writable(submission, "thuyết minh", at=at)
    if not may_write(by, submission):
        raise NotAllowed("Ông/bà không được giao viết thuyết minh của báo cáo này.")
    section = submission.sections.filter(key=key).select_related("updated_by").first()
    if section is None:
        raise SubmissionError("Đề cương của báo cáo không có mục này.")
    if _is_too_deep(body):
        raise SubmissionError(
            f"Mục “{section.heading}” có các phần lồng nhau quá sâu. Dán lại dạng chữ thuần (Ctrl+Shift+V)."
        )
    body = clean_html(body)
    if not as_is:
        _require_unicode(body, section.body)
    if fault := _too_much(body):
        raise SubmissionError(f"Mục “{section.heading}” {fault}; đưa phần lớn vào tệp đính kèm.")
    if is_empty(body):
        body = ""
    if seen is not None and seen != section.version and section.body != body:
        raise CellConflict(
            f"Mục “{section.heading}”: {section.updated_by} đã lưu bản khác lúc "
            f"{timezone.localtime(section.updated_at or at):%H:%M %d/%m/%Y}. Xem bản mới rồi chọn giữ hoặc thay.",
            section,
        )
    if section.body != body:
        _store(section, body, by=by, at=at)
    return section


def _store(section: Section, body: str, *, by: User | None, at: datetime) -> None:
    section.body = body
    section.version += 1
    section.updated_at, section.updated_by = at, by
    section.save(update_fields=["body", "version", "updated_at", "updated_by"])
    SectionChange.objects.create(section=section, body=body, at=at, by=by)


def restore_sections(submission: Submission, snapshot: Snapshot, *, by: User | None, at: datetime) -> None:
    """Put the texts back to what a snapshot holds. Nobody becomes their author; the audit entry names who did it."""
    frozen = {section.key: section.body for section in frozen_sections(snapshot)}
    for section in submission.sections.all():
        if section.body != frozen.get(section.key, ""):
            _store(section, frozen.get(section.key, ""), by=None, at=at)
