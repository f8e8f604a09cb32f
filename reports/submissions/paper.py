"""The report on paper: what its document says, drawn from a snapshot or from what is being written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from home.accounts.services import appointment_of
from reports.documents.layout import DocumentContent, DocumentSection
from reports.documents.services import next_document, render_and_archive
from reports.documents.tables import table_of

from .content import frozen_sections, frozen_sheets, live_sections, live_sheets
from .models import Decision, Outcome, Step

if TYPE_CHECKING:
    from home.accounts.models import Appointment, User
    from reports.documents.models import Document

    from .models import Snapshot, Submission

#: Sentences that higher apps put before the sections (whose reports a consolidation lacks, for instance).
openings: list[Callable[[Submission], str]] = []


def default_symbol(submission: Submission) -> str:
    """``BC-STC``: the kind of document and the organisation's letters (Decree 30/2020, Annex III)."""
    return f"BC-{submission.obligation.organisation.document_code}"


def signer(submission: Submission) -> tuple[User | None, Appointment | None]:
    """Who approved the report on the current snapshot, and the authority that person signs with."""
    decision = (
        Decision.objects.filter(
            submission=submission,
            snapshot=submission.snapshot,
            step=Step.REPORT,
            outcome=Outcome.APPROVED,
            sheet_code="",
        )
        .select_related("person")
        .order_by("at", "pk")
        .last()
    )
    if decision is None:
        return None, None
    day = timezone.localdate(decision.at)
    return decision.person, appointment_of(decision.person, submission.obligation.organisation, day)


def content_of(submission: Submission, snapshot: Snapshot | None = None) -> DocumentContent:
    """The document of a snapshot, or of what stands in the report now where ``snapshot`` is None."""
    regime = submission.regime
    organisation = submission.obligation.organisation
    sheets = frozen_sheets(snapshot) if snapshot else live_sheets(submission)
    sections = frozen_sections(snapshot) if snapshot else live_sections(submission)
    person, appointment = signer(submission)
    notes = [note for note in (opening(submission) for opening in openings) if note]
    return DocumentContent(
        organisation_name=organisation.name,
        superior_line=organisation.superior_line,
        symbol=default_symbol(submission),
        place_name=organisation.place_name,
        title=title_of(submission),
        addressees=tuple(regime["addressees"]) or (submission.obligation.recipient.name,),
        opening="\n".join(notes),
        sections=tuple(DocumentSection(section.heading, section.body) for section in sections),
        tables=tuple(table_of(sheet.grid, sheet.values, sheet.texts) for sheet in sheets),
        signature_lines=tuple(appointment.signature_lines()) if appointment else (),
        signer_name=str(person) if person else "",
        copies=tuple(regime["copies"]),
        drafter=organisation.document_code,
        draft=regime["requires_number"] or submission.document_id is None,
    )


def title_of(submission: Submission) -> str:
    """The regime's own words for the document with the period, e.g. ``Tình hình kinh tế - xã hội tháng 5/2026``."""
    regime = submission.regime
    period = submission.obligation.tier.round.span.label()
    words = regime["document_title"] or regime["title"]
    return f"{words} {period[0].lower()}{period[1:]}"


def draft(submission: Submission, *, at: datetime) -> Document:
    """The document of the approved snapshot, not numbered yet; it replaces the last one that was issued."""
    last = (
        submission.dispatches.filter(document__number__isnull=False)
        .order_by("-number")
        .select_related("document")
        .first()
    )
    return next_document(
        submission.obligation.organisation,
        title_of(submission),
        content_of(submission, submission.snapshot),
        replaces=last.document if last else None,
        at=at,
    )


def ensure_pdf(submission: Submission) -> None:
    """Render and archive the PDF of the document as it stands, with the snapshot attached. Not inside a transaction."""
    document, snapshot = submission.document, submission.snapshot
    assert document is not None
    assert snapshot is not None
    if document.pdf_id is None:
        render_and_archive(document, attachments=[("ban-trinh.json", snapshot.content.encode())])
