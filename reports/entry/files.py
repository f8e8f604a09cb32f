"""Which files of a report a person may read: the organisation's people those attached now, the receiver's people
those that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.submissions.models import Attachment, Dispatch, Submission
from reports.submissions.permissions import may_read_live

if TYPE_CHECKING:
    from home.accounts.models import User
    from reports.documents.models import ArchivedFile, Document


def last_dispatch(submission: Submission) -> Dispatch | None:
    """The latest sending, whatever became of it."""
    return (
        submission.dispatches.select_related(
            "snapshot", "document", "pdf", "evidence__file", "evidence__added_by"
        )
        .order_by("-number")
        .first()
    )


def sent_attachments(submission: Submission, dispatch: Dispatch) -> list[Attachment]:
    """The files that went with a dispatch, also those taken out of the report since; its proof of sending too."""
    sent = {(name, sha256) for name, sha256, *_ in dispatch.snapshot.data["attachments"]}
    return [
        attachment
        for attachment in submission.attachments.select_related("file", "added_by", "sheet__form_version")
        if (attachment.name, attachment.file.sha256) in sent or attachment.pk == dispatch.evidence_id
    ]


def readable_attachments(user: User, submission: Submission) -> list[Attachment]:
    if may_read_live(user, submission):
        return list(
            submission.attachments.filter(removed_at__isnull=True).select_related(
                "file", "added_by", "sheet__form_version"
            )
        )
    dispatch = last_dispatch(submission)
    return sent_attachments(submission, dispatch) if dispatch else []


def readable_pdf(user: User, submission: Submission) -> ArchivedFile | None:
    """The document on paper: for the organisation's people the current one, for the receiver's the one that was sent."""
    if may_read_live(user, submission) and submission.document and submission.document.pdf:
        return submission.document.pdf
    dispatch = last_dispatch(submission)
    return dispatch.pdf if dispatch else None


def readable_document(user: User, submission: Submission) -> Document | None:
    """What ``readable_pdf`` is the PDF of."""
    if may_read_live(user, submission) and submission.document and submission.document.pdf:
        return submission.document
    dispatch = last_dispatch(submission)
    return dispatch.document if dispatch and dispatch.pdf else None
