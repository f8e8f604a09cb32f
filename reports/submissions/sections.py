"""The narrative: one text per section of the outline, cleaned, with its history."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import nh3
from django.db import transaction
from django.utils import timezone

from home.text import repair_vietnamese

from .content import frozen_sections
from .errors import CellConflict, NotAllowed, SubmissionError
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
SECTION_LIMIT = 500_000


def clean_html(html: str) -> str:
    """Allowed tags only, text in NFC, TCVN3 and VNI repaired (R29, R30)."""
    cleaned = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES)
    pieces = re.split(r"(<[^>]*>)", cleaned)
    return "".join(
        piece if piece.startswith("<") else repair_vietnamese(piece).text for piece in pieces
    ).strip()


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
) -> Section:
    """Save the text of one section. ``seen`` is the version that was on the screen; None: any.

    Raises:
        Locked, NotAllowed
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
    if len(body) > SECTION_LIMIT:
        raise SubmissionError(
            f"Mục “{section.heading}” dài quá {SECTION_LIMIT:,} ký tự; đưa bảng lớn vào tệp đính kèm."
        )
    body = clean_html(body)
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
