"""Saying why a number that looks wrong is right."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from home.text import repair_vietnamese
from reports.documents.printable import lacking
from reports.regimes.grid import CellKey, place_of
from reports.regimes.models import CheckEffect
from reports.submissions.content import encode, frozen_sheets, live_sheets
from reports.submissions.errors import NotAllowed, SubmissionError
from reports.submissions.models import Explanation, Snapshot, Submission
from reports.submissions.permissions import enterable_rows
from reports.submissions.window import require_writable

from .report import findings_of, pattern_of

if TYPE_CHECKING:
    from home.accounts.models import User

#: Fewer letters explain nothing; more do not fit below a table.
LEAST, MOST = 10, 500
_LARGEST = Decimal(10) ** 15


@transaction.atomic
def explain(
    submission: Submission,
    sheet_id: int,
    key: CellKey,
    rule: str,
    text: str,
    *,
    by: User,
    at: datetime | None = None,
) -> Explanation | None:
    """Answer the finding of ``rule`` in a cell, or answer it anew; an empty ``text`` takes the answer back.

    Raises:
        Locked: the report cannot be edited where it stands, or its opening window is closed.
        NotAllowed: the row is not assigned to ``by``.
        SubmissionError: there is no such finding (any more), it cannot be explained away, or the text says nothing.
    """
    at = at or timezone.now()
    submission = Submission.objects.select_for_update(of=("self",)).with_obligation().get(pk=submission.pk)
    require_writable(submission, "giải trình", at=at)
    contents = live_sheets(submission)
    content = next((one for one in contents if one.sheet_id == sheet_id), None)
    if content is None:
        raise SubmissionError("Biểu số liệu này không thuộc báo cáo.")
    if key[0] not in enterable_rows(by, submission, content.code, [key[0]]):
        raise NotAllowed(f"{place_of(content.grid, key)} không được giao cho ông/bà nhập.")
    standing = Explanation.objects.filter(
        sheet_id=sheet_id, row=key[0], column=key[1], rule=rule, superseded_at__isnull=True
    )
    text = repair_vietnamese(text).text.strip()
    if not text:
        standing.update(superseded_at=at, superseded_by=by)
        return None
    finding = next(
        (
            one
            for one in findings_of(submission, contents)
            if (one.sheet_id, one.key, one.rule) == (sheet_id, key, rule)
        ),
        None,
    )
    if finding is None:
        raise SubmissionError(
            f"{place_of(content.grid, key)} không còn gì phải giải trình. Kiểm tra lại số liệu."
        )
    if finding.effect == CheckEffect.BLOCK:
        raise SubmissionError(f"{finding.place}: {finding.text} Lỗi này phải sửa, không giải trình được.")
    _require_words(text)
    standing.update(superseded_at=at, superseded_by=by)
    away = finding.deviation
    return Explanation.objects.create(
        sheet_id=sheet_id,
        row=key[0],
        column=key[1],
        rule=rule,
        kind=finding.kind,
        value=encode(content.value(key), content.texts.get(key, "")),
        pattern=pattern_of(submission.obligation.tier.round.span),
        deviation=None if away is None else max(-_LARGEST, min(_LARGEST, Decimal(f"{away:.6f}"))),
        text=text,
        at=at,
        by=by,
    )


def _require_words(text: str) -> None:
    """
    Raises:
        SubmissionError: it is too short or too long, or has letters that cannot be printed below the table.
    """
    if sum(letter.isalpha() for letter in text) < LEAST:
        raise SubmissionError(f"Giải trình phải nói rõ nguyên nhân, ít nhất {LEAST} chữ cái.")
    if len(text) > MOST:
        raise SubmissionError(
            f"Giải trình dài {len(text)} ký tự; nhiều nhất {MOST}. Đưa phần dài vào Thuyết minh."
        )
    if signs := lacking(text):
        raise SubmissionError(
            f"Phông chữ văn bản không in được {', '.join(f'“{sign}”' for sign in signs[:5])}; thay bằng chữ thường."
        )


def restore_explanations(submission: Submission, snapshot: Snapshot, *, at: datetime) -> None:
    """Put the explanations back to what a snapshot holds. The caller holds the lock and has restored the cells."""
    frozen = {content.form_version_id: content for content in frozen_sheets(snapshot)}
    for sheet in submission.sheets.all():
        content = frozen[sheet.form_version_id]
        # The same may have been said of another number since.
        then = {
            (row, column, rule): (
                text,
                encode(content.value((row, column)), content.texts.get((row, column), "")),
            )
            for (row, column, rule), text in content.explanations.items()
        }
        history = list(Explanation.objects.filter(sheet=sheet).order_by("at", "pk"))
        for said in history:
            place = (said.row, said.column, said.rule)
            if said.superseded_at is None and then.get(place) == (said.text, said.value):
                del then[place]
            elif said.superseded_at is None:
                Explanation.objects.filter(pk=said.pk).update(superseded_at=at)
        for place, what in then.items():
            before = next(
                said
                for said in reversed(history)
                if (said.row, said.column, said.rule) == place and (said.text, said.value) == what
            )
            before.pk, before.superseded_at, before.superseded_by = None, None, None
            before.save(force_insert=True)
