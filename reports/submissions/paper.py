"""The report on paper: what its document says, drawn from a snapshot or from what is being written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from home.accounts.services import appointment_of
from home.organisations.models import Affiliation, AffiliationKind, Organisation, OrganisationKind, on_day
from reports.documents.content import DocumentContent, DocumentSection
from reports.documents.enclosures import Enclosure
from reports.documents.errors import NumberRefused, UnprintableText
from reports.documents.models import ArchivedFile, Document
from reports.documents.numbering import counted_by, give_number, void_number
from reports.documents.parts import is_long
from reports.documents.services import (
    archive,
    attach_pdf,
    next_document,
    queue_rendering,
    render_and_archive,
)
from reports.documents.tables import table_of

from .attachments import FileRefused, check_file
from .charts import charts_of, frozen_charts
from .content import SheetContent, frozen_sections, frozen_sheets, live_sections, live_sheets
from .errors import NotAllowed, SubmissionError
from .models import Decision, Outcome, Snapshot, Step, Submission
from .permissions import may_issue

if TYPE_CHECKING:
    from home.accounts.models import Appointment, User
    from reports.regimes.grid import CellKey

#: Sentences that higher apps put before the sections (whose reports a consolidation lacks, for instance).
openings: list[Callable[[Submission], str]] = []
#: Notes that higher apps put to single cells of a sheet (a consolidation's adjustments).
notes: list[Callable[[Submission, SheetContent], dict[CellKey, str]]] = []

PDF = "application/pdf"

#: Nobody is named above these: the committee of a territory signs for itself (Decree 30/2020, Annex I, box 2).
_OWN_HEAD = {OrganisationKind.PEOPLES_COMMITTEE, OrganisationKind.ENTERPRISE, OrganisationKind.SOCIAL}


def issuer(submission: Submission, day: date) -> Organisation:
    """In whose name the report goes out: the organisation that owes it, or who answers for it since that has ended.
    What was issued before keeps the old name and number.
    """
    return submission.obligation.organisation.answering(day)


def default_symbol(submission: Submission, day: date | None = None) -> str:
    """``BC-STC``: the kind of document and the issuer's letters (Decree 30/2020, Annex III)."""
    return f"BC-{issuer(submission, day or timezone.localdate()).document_code}"


def is_counted(submission: Submission) -> bool:
    """The portal itself is the register that gives the report's number (X6)."""
    document, today = submission.document, timezone.localdate()
    return document is not None and bool(counted_by(document.organisation, document.series, today.year))


def superior_line(organisation: Organisation, day: date) -> str:
    """Box 2: what the organisation's own record says; else, by its kind, whom it is subordinate to on that day."""
    if organisation.superior_line or organisation.kind in _OWN_HEAD:
        return organisation.superior_line
    above = (
        Affiliation.objects.filter(on_day(day), child=organisation, kind=AffiliationKind.SUBORDINATION)
        .select_related("parent")
        .first()
    )
    return above.parent.name if above else ""


def signer(submission: Submission) -> tuple[User | None, Appointment | None]:
    """Who approved the report on the current snapshot, and the authority that person signs with."""
    decision = (
        Decision.objects.filter(
            submission=submission,
            snapshot=submission.snapshot,
            step__in=[Step.REPORT, Step.DECLARE, Step.DOCUMENT],
            outcome=Outcome.APPROVED,
            sheet_code="",
        )
        .select_related("person", "appointment__person")
        .order_by("at", "pk")
        .last()
    )
    if decision is None:
        return None, None
    if decision.appointment:
        return decision.appointment.person, decision.appointment
    day = timezone.localdate(decision.at)
    return decision.person, appointment_of(decision.person, issuer(submission, day), day)


def content_of(
    submission: Submission, snapshot: Snapshot | None = None, *, at: datetime | None = None
) -> DocumentContent:
    """The document of a snapshot, or of what stands in the report now where ``snapshot`` is None.

    A report that is never numbered bears the day of ``at`` once that is given.
    """
    regime = submission.regime
    day = timezone.localdate(at)
    organisation = issuer(submission, day)
    numbered = regime["requires_number"]
    sheets = frozen_sheets(snapshot) if snapshot else live_sheets(submission)
    sections = frozen_sections(snapshot) if snapshot else live_sections(submission)
    person, appointment = signer(submission)
    return DocumentContent(
        organisation_name=organisation.name,
        superior_line=superior_line(organisation, day),
        symbol=default_symbol(submission, day),
        place_name=organisation.place_name,
        issued_on=day if at and not numbered else None,
        title=title_of(submission),
        addressees=tuple(regime["addressees"]) or (submission.obligation.recipient.answering(day).name,),
        opening="\n".join(note for opening in openings if (note := opening(submission))),
        sections=tuple(DocumentSection(section.heading, section.body) for section in sections),
        charts=tuple(frozen_charts(snapshot) if snapshot else charts_of(submission, sheets)),
        tables=tuple(
            table_of(sheet.grid, sheet.values, sheet.texts, notes=_notes(submission, sheet))
            for sheet in sheets
        ),
        signature_lines=tuple(appointment.signature_lines()) if appointment else (),
        signer_name=str(person) if person else "",
        copies=tuple(regime["copies"]),
        drafter=organisation.document_code,
        draft=numbered or at is None,
    )


def _notes(submission: Submission, sheet: SheetContent) -> dict[CellKey, str]:
    """What is said of single cells below the table: the reporter's explanations, then what higher apps add."""
    said = {(row, column): sheet.explained((row, column)) for row, column, _ in sheet.explanations}
    for found in notes:
        for key, text in found(submission, sheet).items():
            said[key] = f"{said[key]} {text}" if key in said else text
    return said


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
        issuer(submission, timezone.localdate(at)),
        title_of(submission),
        content_of(submission, submission.snapshot, at=at),
        replaces=last.document if last else None,
        at=at,
    )


def archive_signed(submission: Submission, name: str, content: bytes, *, at: datetime) -> ArchivedFile:
    """Keep the signed paper by its hash.

    Raises:
        FileRefused: it is no sound PDF.
        SubmissionError: the same paper was recorded for another snapshot, of this report or of any other.
    """
    if check_file(name, content) != PDF:
        raise FileRefused(f"Tệp “{name}” không phải PDF. Quét hoặc lưu văn bản đã ký thành PDF rồi tải lên.")
    file = archive(content, name=name, media_type=PDF, at=at)
    assert submission.snapshot is not None
    others = Decision.objects.filter(file=file)
    if others.exclude(submission=submission).exists():
        raise SubmissionError(
            "Văn bản này đã được ghi nhận cho báo cáo khác. Tải lên văn bản đã ký của báo cáo này."
        )
    if others.exclude(sha256=submission.snapshot.sha256).exists():
        raise SubmissionError(
            "Báo cáo đã thay đổi sau khi văn bản này được ký. In bản trình hiện tại, trình ký rồi tải văn bản mới lên."
        )
    return file


def enter_signed(
    submission: Submission,
    file: ArchivedFile,
    *,
    number: int,
    symbol: str,
    issued_on: date,
    by: User,
    at: datetime,
) -> Document:
    """Make the signed paper the report's document, with the number and date it bears. A document that was entered so
    and withdrawn before it was sent is entered again.

    Raises:
        SubmissionError: the number is taken or badly formed.
    """
    papers = submission.decisions.filter(file__isnull=False).values("file")
    document = Document.objects.filter(
        pdf__in=papers, number=number, symbol=symbol.strip().upper(), issued_on=issued_on, dispatches=None
    ).first()
    if document:
        document.content = content_of(submission, submission.snapshot, at=at).to_json()
        document.save(update_fields=["content"])
    else:
        document = draft(submission, at=at)
        try:
            give_number(document, number=number, symbol=symbol, issued_on=issued_on, by=by, at=at)
        except NumberRefused as error:
            raise SubmissionError(str(error)) from error
    submission.document = attach_pdf(document, file)
    submission.save(update_fields=["document"])
    return document


@transaction.atomic
def replace_number(submission: Submission, *, reason: str, by: User, at: datetime | None = None) -> Document:
    """The number was given by mistake: it is voided with its reason, and the report waits for another.

    Raises:
        NotAllowed: ``by`` does not keep the organisation's register, or the report has been sent.
        NumberRefused: there is no number, or no reason.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if not may_issue(by, submission) or submission.document is None:
        raise NotAllowed("Chỉ văn thư của cơ quan hủy được số, khi báo cáo chưa gửi.")
    submission.document = void_number(submission.document, reason=reason, by=by, at=at)
    submission.save(update_fields=["document"])
    return submission.document


def ensure_pdf(submission: Submission, *, at: datetime | None = None) -> None:
    """Render and archive the PDF of the document as it stands, with the snapshot attached. Not inside a transaction.

    A long document is left to the queue; the document's ``rendering`` says how far it is.

    Raises:
        SubmissionError: the text has letters that the font does not draw.
    """
    document, snapshot = submission.document, submission.snapshot
    assert document is not None
    assert snapshot is not None
    if document.pdf_id is not None:
        return
    if not is_long(DocumentContent.from_json(document.content)):
        try:
            render(document, snapshot, at=at)
        except UnprintableText as error:
            raise SubmissionError(str(error)) from error
    elif queue_rendering(document):
        from .tasks import render_paper

        render_paper.delay(document.pk, snapshot.pk)
        document.refresh_from_db()


def render(document: Document, snapshot: Snapshot, *, at: datetime | None = None) -> None:
    """What was approved travels inside the PDF, as the source it was made from."""
    enclosed = Enclosure("ban-trinh.json", snapshot.content.encode(), "Source", "Bản trình đã được duyệt")
    render_and_archive(document, attachments=[enclosed], at=at)
