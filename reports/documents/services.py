"""Keeping files for ever, and making the PDF of a document. Numbers are given in ``numbering``."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from home.organisations.models import Organisation

from .content import DocumentContent
from .enclosures import Enclosure, tables_enclosed
from .errors import UnprintableText
from .layout import render_pdf
from .models import ArchivedFile, Document, Rendering, RenderingState
from .parts import Told, is_long, render_in_parts, weight_of
from .printable import unprintable


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
def attach_pdf(document: Document, archived: ArchivedFile) -> Document:
    """Make an archived PDF the document's own."""
    document.pdf = archived
    document.save(update_fields=["pdf"])
    return document


def render(
    content: DocumentContent,
    *,
    attachments: Iterable[Enclosure] = (),
    told: Told = lambda done, total: None,
) -> bytes:
    """The PDF: in one pass, or a long one in parts; ``told`` hears how far that has come.

    Raises:
        UnprintableText: the font lacks letters; nothing is drawn with holes.
    """
    if found := unprintable(content):
        raise UnprintableText(found)
    enclosed = [*attachments, *tables_enclosed(content.tables)]
    if is_long(content):
        return render_in_parts(content, attachments=enclosed, told=told)
    return render_pdf(content, attachments=enclosed)


def render_and_archive(
    document: Document, *, attachments: Iterable[Enclosure] = (), at: datetime | None = None
) -> ArchivedFile:
    """Render the document as it stands, keep the PDF and attach it; ``document.pdf`` is set afterwards.

    Number, symbol and date are the document's own; a number ends the draft. Its tables travel inside as CSV besides
    ``attachments``. Rendering takes seconds, minutes where the document is long; a ``Rendering`` row says how far it
    is then. So this refuses to run inside a transaction: on SQLite nobody could write meanwhile.

    Raises:
        RuntimeError: called inside a transaction.
        UnprintableText: the font lacks letters.
    """
    with transaction.atomic(durable=True):
        document.refresh_from_db()
    content = content_of(document)
    try:
        pdf = render(content, attachments=attachments, told=partial(_tell, document))
    except Exception as error:
        _end_rendering(
            document, RenderingState.FAILED, str(error) if isinstance(error, UnprintableText) else ""
        )
        raise
    with transaction.atomic():
        archived = archive(pdf, name=f"{file_name(document)}.pdf", media_type="application/pdf", at=at)
        attach_pdf(document, archived)
    _end_rendering(document, RenderingState.DONE)
    return archived


def queue_rendering(document: Document) -> bool:
    """Note that a long document is to be rendered; False while that is under way already."""
    now = timezone.now()
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=document.pk)
        row = Rendering.objects.filter(document=document).first()
        if row and row.is_under_way:
            return False
        Rendering.objects.update_or_create(
            document=document,
            defaults={
                "state": RenderingState.QUEUED,
                "done": 0,
                "total": weight_of(content_of(document)),
                "message": "",
                "updated_at": now,
            },
        )
    return True


def _tell(document: Document, done: int, total: int) -> None:
    Rendering.objects.filter(document=document).update(
        state=RenderingState.RUNNING, done=done, total=total, updated_at=timezone.now()
    )


def _end_rendering(document: Document, state: RenderingState, message: str = "") -> None:
    Rendering.objects.filter(document=document).update(
        state=state, message=message[:400], updated_at=timezone.now()
    )


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
