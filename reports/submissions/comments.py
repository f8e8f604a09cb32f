"""What the people of an organisation say to each other about a cell."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from reports.regimes.grid import CellKey

from .errors import NotAllowed, SubmissionError
from .models import CellComment, Sheet
from .permissions import may_comment

if TYPE_CHECKING:
    from home.accounts.models import User

TEXT_LIMIT = 1000
#: Of one cell, open or closed.
COUNT_LIMIT = 100


@transaction.atomic
def add_comment(
    sheet: Sheet, key: CellKey, text: str, *, by: User, at: datetime | None = None
) -> CellComment:
    """Say something about a cell; in any status, for questions also come up after sending.

    Raises:
        NotAllowed: ``by`` does not work on this report.
        SubmissionError: nothing is said, it is too long, or there are too many.
    """
    if not may_comment(by, sheet.submission):
        raise NotAllowed("Ông/bà chỉ xem báo cáo này nên không ghi trao đổi được.")
    text = text.strip()
    if not text:
        raise SubmissionError("Chưa có nội dung trao đổi.")
    if len(text) > TEXT_LIMIT:
        raise SubmissionError(f"Nội dung trao đổi dài quá {TEXT_LIMIT} ký tự; viết ngắn lại.")
    row, column = key
    if sheet.comments.filter(row=row, column=column).count() >= COUNT_LIMIT:
        raise SubmissionError(f"Ô này đã có {COUNT_LIMIT} trao đổi.")
    return CellComment.objects.create(
        sheet=sheet, row=row, column=column, text=text, by=by, at=at or timezone.now()
    )


@transaction.atomic
def close_comment(comment: CellComment, *, by: User, at: datetime | None = None) -> CellComment:
    """It is settled. It stays to be read; who closed it first has closed it.

    Raises:
        NotAllowed: ``by`` does not work on this report.
    """
    if not may_comment(by, comment.sheet.submission):
        raise NotAllowed("Ông/bà chỉ xem báo cáo này nên không đóng trao đổi được.")
    comment = CellComment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if comment.closed_at is None:
        comment.closed_at, comment.closed_by = at or timezone.now(), by
        comment.save(update_fields=["closed_at", "closed_by"])
    return comment
