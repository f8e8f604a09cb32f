"""Keeping files for ever, and giving documents their number and date."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import weakref
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from home.audit.services import record
from home.organisations.models import Organisation

from .layout import DocumentContent, render_pdf
from .models import ArchivedFile, Document

if TYPE_CHECKING:
    from home.accounts.models import User

#: Groups of letters and digits joined by hyphens, the kind of document first: BC-STC, BC-SKHĐT, BC-SNN&PTNT.
_SYMBOL = re.compile(r"[A-ZĐ0-9]+(?:&[A-ZĐ0-9]+)*(?:-[A-ZĐ0-9]+(?:&[A-ZĐ0-9]+)*)+")


class DocumentError(Exception):
    """Base of what documents refuse; ``str()`` is Vietnamese."""


class NumberRefused(DocumentError):
    """The number, symbol or date cannot be given to this document."""


class _UntilCommitted:
    """Removes a written file unless the transaction it was written in commits.

    Django has no hook for a rollback, of a transaction or a savepoint, but forgets the callbacks registered in it:
    when this object goes without having been called, nothing refers to the file.
    """

    def __init__(self, storage: Any, name: str) -> None:
        self._remove = weakref.finalize(self, storage.delete, name)

    def __call__(self) -> None:
        self._remove.detach()


def archive(content: bytes, *, name: str, media_type: str, at: datetime | None = None) -> ArchivedFile:
    """Keep ``content`` under its SHA-256; bytes already kept give the row that is there, with its first name (R155).

    The file is written before the row, and removed again if the row is not committed.
    """
    digest = hashlib.sha256(content).hexdigest()
    if kept := ArchivedFile.objects.filter(sha256=digest).first():
        return kept
    row = ArchivedFile(
        sha256=digest,
        name=name[-200:],
        media_type=media_type,
        size=len(content),
        archived_at=at or timezone.now(),
    )
    try:
        with transaction.atomic():
            row.content.save(digest, ContentFile(content), save=False)
            transaction.on_commit(_UntilCommitted(row.content.storage, str(row.content.name)))
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody kept the same bytes at the same moment; the storage gave our copy another name, now removed.
        return ArchivedFile.objects.get(sha256=digest)
    return row


def next_document(
    organisation: Organisation,
    title: str,
    content: DocumentContent,
    *,
    replaces: Document | None = None,
    at: datetime | None = None,
) -> Document:
    """A new document without number and date. ``replaces``: the issued document whose contents it corrects
    (Decree 30/2020, Article 18.3).
    """
    return Document.objects.create(
        organisation=organisation,
        title=title[:400],
        content=content.to_json(),
        replaces=replaces,
        created_at=at or timezone.now(),
    )


@transaction.atomic
def give_number(
    document: Document,
    *,
    number: int,
    symbol: str,
    issued_on: date,
    by: User,
    at: datetime | None = None,
) -> Document:
    """Enter the number, symbol and date the agency's register gave (Decree 30/2020, Articles 15 and 18; X6).

    ``document`` itself carries them afterwards. Its PDF is the draft's until it is rendered again.

    Raises:
        NumberRefused: already numbered, badly formed, dated in the future, or the number is another document's.
    """
    at = at or timezone.now()
    document.refresh_from_db(from_queryset=Document.objects.select_for_update())
    symbol = unicodedata.normalize("NFC", symbol).strip().upper()
    if document.is_issued:
        raise NumberRefused(f"Văn bản đã có số {document.number_and_symbol}; số đã cấp không thay đổi được.")
    if number < 1:
        raise NumberRefused("Số văn bản là số nguyên từ 1 trở lên.")
    if not _SYMBOL.fullmatch(symbol) or not symbol.startswith(f"{document.series}-") or len(symbol) > 30:
        raise NumberRefused(
            f"Ký hiệu “{symbol[:40]}” chưa đúng. Ghi chữ viết tắt của loại văn bản và của cơ quan, nối bằng "
            f"dấu gạch nối, không có dấu cách, ví dụ {document.series}-{document.organisation.document_code or 'STC'}."
        )
    today = timezone.localdate(at)
    if issued_on > today:
        raise NumberRefused(
            f"Ngày ban hành {issued_on:%d/%m/%Y} ở sau hôm nay ({today:%d/%m/%Y}). Ghi ngày đã đăng ký ở văn thư."
        )
    document.number, document.symbol = number, symbol
    document.issued_on, document.year = issued_on, issued_on.year
    document.issued_at, document.issued_by = at, by
    try:
        with transaction.atomic():
            document.save(update_fields=["number", "symbol", "issued_on", "year", "issued_at", "issued_by"])
    except IntegrityError:
        raise _taken(document) from None
    record(
        "document.issue",
        document,
        by=by,
        organisation=document.organisation.code,
        at=at,
        number=document.number_and_symbol,
        issued_on=issued_on.isoformat(),
    )
    return document


def _taken(document: Document) -> NumberRefused:
    """Names the document that has the number, and leaves ``document`` as it is in the database."""
    number, year = document.number_and_symbol.split("/")[0], document.year
    other = Document.objects.get(
        organisation=document.organisation, series=document.series, year=year, number=document.number
    )
    document.refresh_from_db()
    return NumberRefused(
        f"Số {number} năm {year} đã cấp cho văn bản {other.number_and_symbol} ngày {other.issued_on:%d/%m/%Y} "
        f"“{other.title}”. Kiểm tra lại sổ văn bản và ghi số khác."
    )


@transaction.atomic
def attach_pdf(document: Document, archived: ArchivedFile) -> Document:
    """Make an archived PDF the document's own."""
    document.pdf = archived
    document.save(update_fields=["pdf"])
    return document


def render_and_archive(
    document: Document, *, attachments: Iterable[tuple[str, bytes]] = (), at: datetime | None = None
) -> ArchivedFile:
    """Render the document as it stands, keep the PDF and attach it; ``document.pdf`` is set afterwards.

    Number, symbol and date are the document's own; a number ends the draft. Rendering takes seconds, so this refuses
    to run inside a transaction: on SQLite nobody could write meanwhile.

    Raises:
        RuntimeError: called inside a transaction.
    """
    with transaction.atomic(durable=True):
        document.refresh_from_db()
    content = content_of(document)
    pdf = render_pdf(content, attachments=attachments)
    with transaction.atomic():
        archived = archive(pdf, name=f"{file_name(document)}.pdf", media_type="application/pdf", at=at)
        attach_pdf(document, archived)
    return archived


def content_of(document: Document) -> DocumentContent:
    """What the document says now, with the number, symbol and date it has."""
    content = DocumentContent.from_json(document.content)
    if document.is_issued:
        content = replace(
            content,
            number_and_symbol=document.number_and_symbol,
            symbol=document.symbol,
            issued_on=document.issued_on,
            draft=False,
        )
    return replace(content, demo=content.demo or settings.PORTAL_IS_DEMO)


def file_name(document: Document) -> str:
    """``05-BC-STC-2026`` for an issued document, ``du-thao-12`` for a draft."""
    if document.is_issued:
        return f"{document.number_and_symbol.replace('/', '-')}-{document.year}"
    return f"du-thao-{document.pk}"
