"""Adding rows to the lists of a form, taking them out, bringing them back, moving them. Nothing is deleted.

What happens to a row is a change of its place in the history, beside the changes of its cells: it makes its author one
of the report's, and shows other screens that the sheet has changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from secrets import randbits
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from reports.regimes.grid import LABEL, ROW_LIMIT, WORDS, CellKey, Row, grid_of, row_name

from .cells import CellEntry, locked, save_cells, words_fault
from .content import SheetContent, frozen_sheets
from .errors import CellConflict, NotAllowed, SubmissionError
from .lists import live_grid, log_places
from .models import ListRow, Sheet, Submission
from .permissions import may_enter
from .window import require_writable

if TYPE_CHECKING:
    from home.accounts.models import User

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ulid() -> str:
    """26 characters: 48 bits of milliseconds, 80 of chance."""
    number = (int(time.time() * 1000) << 80) | randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def _opened(
    submission: Submission, sheet_id: int, section: str, *, by: User, at: datetime
) -> tuple[Submission, Sheet, Row]:
    """The report, locked, with the sheet and the row that heads the list.

    Raises:
        Locked, NotAllowed, SubmissionError
    """
    submission = locked(submission)
    require_writable(submission, "số liệu", at=at)
    sheet = submission.sheets.select_related("form_version").filter(pk=sheet_id).first()
    if sheet is None:
        raise SubmissionError("Biểu số liệu này không thuộc báo cáo.")
    grid = grid_of(sheet.form_version)
    if section not in grid.sections:
        raise SubmissionError(f"Biểu {grid.code} không có danh mục này. Tải lại trang rồi thử lại.")
    if not may_enter(by, submission, grid.code, section):
        raise NotAllowed(f"Biểu {grid.code}, {row_name(grid, section)} không được giao cho ông/bà nhập.")
    return submission, sheet, grid.sections[section]


@transaction.atomic
def add_rows(
    submission: Submission,
    sheet_id: int,
    section: str,
    *,
    by: User,
    count: int = 1,
    after: str = "",
    batch: str = "",
    at: datetime | None = None,
) -> list[ListRow]:
    """Blank rows at the end of the list, or below the row ``after``.

    Raises:
        Locked, NotAllowed
        SubmissionError: no such list, or it would have more rows than it may.
    """
    at = at or timezone.now()
    submission, sheet, head = _opened(submission, sheet_id, section, by=by, at=at)
    standing = _standing(sheet, section)
    most = min(head.most or ROW_LIMIT, ROW_LIMIT)
    if (wanted := len(standing) + count) > most:
        raise SubmissionError(
            f"“{head.label}” có nhiều nhất {most} dòng; thêm {count} dòng nữa thì thành {wanted}. "
            "Chia ra, hoặc đưa phần chi tiết vào tệp đính kèm."
        )
    keys = [row.row for row in standing]
    place = keys.index(after) + 1 if after in keys else len(standing)
    added = [
        ListRow(sheet=sheet, section=section, key=new_ulid(), added_at=at, added_by=by) for _ in range(count)
    ]
    _place([*standing[:place], *added, *standing[place:]])
    log_places(added, {}, by=by, at=at, batch=batch)
    return added


@transaction.atomic
def remove_rows(
    submission: Submission,
    sheet_id: int,
    rows: Sequence[str],
    *,
    by: User,
    seen: Mapping[CellKey, int] | None = None,
    batch: str = "",
    at: datetime | None = None,
) -> list[ListRow]:
    """Take rows of one list out; those that are out already stay so. ``seen``: versions of their cells on the screen.

    Raises:
        Locked, NotAllowed, SubmissionError
        CellConflict: somebody has changed a cell of the rows since; ``current`` lists those cells.
    """
    at = at or timezone.now()
    submission, sheet, _ = _opened(submission, sheet_id, _section(rows), by=by, at=at)
    found = [row for row in _standing(sheet, _section(rows)) if row.row in set(rows)]
    if seen is not None:
        cells = sheet.cells.filter(row__in=[row.row for row in found]).select_related("updated_by")
        newer = [cell for cell in cells if cell.version > seen.get((cell.row, cell.column), 0)]
        if newer:
            last = max(newer, key=lambda cell: cell.updated_at)
            raise CellConflict(
                f"{last.updated_by} vừa nhập vào {row_name(live_grid(sheet), last.row)} lúc "
                f"{timezone.localtime(last.updated_at):%H:%M}. Xem lại rồi hãy xóa.",
                newer,
            )
    before = {row.pk: row.sort_order for row in found}
    for row in found:
        row.removed_at, row.removed_by = at, by
    ListRow.objects.bulk_update(found, ["removed_at", "removed_by"])
    log_places(found, before, by=by, at=at, batch=batch)
    return found


@transaction.atomic
def restore_rows(
    submission: Submission,
    sheet_id: int,
    rows: Sequence[str],
    *,
    by: User,
    at: datetime | None = None,
) -> list[ListRow]:
    """Bring rows of one list back to where they stood, with what stands in their cells.

    Raises:
        Locked, NotAllowed
        SubmissionError: no such row, or the list would have more rows than it may.
    """
    at = at or timezone.now()
    submission, sheet, head = _opened(submission, sheet_id, _section(rows), by=by, at=at)
    keys = {row.partition("/")[2] for row in rows}
    known = list(sheet.list_rows.filter(section=head.key, key__in=keys))
    if len(known) < len(keys):
        raise SubmissionError("Danh mục không có dòng này. Tải lại trang rồi thử lại.")
    found = [row for row in known if row.removed_at]
    standing = _standing(sheet, head.key)
    if len(standing) + len(found) > min(head.most or ROW_LIMIT, ROW_LIMIT):
        raise SubmissionError(
            f"“{head.label}” đã đủ {len(standing)} dòng; xóa dòng khác rồi khôi phục dòng này."
        )
    for row in found:
        row.removed_at = row.removed_by = None
    ListRow.objects.bulk_update(found, ["removed_at", "removed_by"])
    standing = _standing(sheet, head.key)
    _place(standing)
    back = {row.pk for row in found}
    found = [row for row in standing if row.pk in back]
    log_places(found, {}, by=by, at=at)
    return found


@transaction.atomic
def move_row(
    submission: Submission,
    sheet_id: int,
    row: str,
    *,
    up: bool,
    by: User,
    at: datetime | None = None,
) -> None:
    """One place up or down; at the end of the list nothing happens.

    Raises:
        Locked, NotAllowed
        SubmissionError: no such row, or it was taken out.
    """
    at = at or timezone.now()
    submission, sheet, head = _opened(submission, sheet_id, _section([row]), by=by, at=at)
    standing = _standing(sheet, head.key)
    place = next((place for place, one in enumerate(standing) if one.row == row), None)
    if place is None:
        raise SubmissionError("Dòng này không còn trong danh mục. Tải lại trang rồi thử lại.")
    other = place - 1 if up else place + 1
    if not 0 <= other < len(standing):
        return
    moved = standing[place]
    before = {moved.pk: moved.sort_order}
    standing[place], standing[other] = standing[other], standing[place]
    _place(standing)
    log_places([moved], before, by=by, at=at)


@transaction.atomic
def take_over(
    submission: Submission,
    sheet_id: int,
    section: str,
    *,
    by: User,
    batch: str = "",
    at: datetime | None = None,
) -> list[ListRow]:
    """Add the rows of the report accepted for the period before: names and words, no figures; a name that stands in
    the list already is left out, and so are words that the form no longer takes.

    Raises:
        Locked, NotAllowed
        SubmissionError: there is no such report, or its list has nothing new.
    """
    at = at or timezone.now()
    submission, sheet, head = _opened(submission, sheet_id, section, by=by, at=at)
    before = _accepted_before(submission, sheet)
    if before is None:
        raise SubmissionError("Chưa có báo cáo kỳ trước đã được tiếp nhận để lấy danh sách.")
    here = {row.label for row in live_grid(sheet).rows if row.section == section}
    rows = [
        row for row in before.grid.lists.get(section, ()) if before.texts.get((row, LABEL), "") not in here
    ]
    if not rows:
        raise SubmissionError(f"“{head.label}” của kỳ trước không có dòng nào khác các dòng đang có.")
    added = add_rows(submission, sheet_id, section, by=by, count=len(rows), batch=batch, at=at)
    grid = live_grid(sheet)
    entries = [
        CellEntry(sheet_id, new.row, column, text=text)
        for old, new in zip(rows, added, strict=True)
        for (row, column), text in before.texts.items()
        if row == old
        and grid.kinds.get((new.row, column)) in WORDS
        and not words_fault(grid, (new.row, column), text)
    ]
    save_cells(submission, entries, by=by, at=at, batch=batch, sheets=[sheet])
    return added


def _accepted_before(submission: Submission, sheet: Sheet) -> SheetContent | None:
    """The same form in the same organisation's report of the regime's period before this one, as it was accepted."""
    accepted = submission.accepted_before
    if accepted is None:
        return None
    code = grid_of(sheet.form_version).code
    return next((content for content in frozen_sheets(accepted) if content.code == code), None)


def _section(rows: Iterable[str]) -> str:
    """
    Raises:
        SubmissionError: the rows are of several lists, or there are none.
    """
    sections = {row.partition("/")[0] for row in rows}
    if len(sections) != 1:
        raise SubmissionError("Mỗi lần chỉ làm với các dòng của một danh mục.")
    return sections.pop()


def _standing(sheet: Sheet, section: str) -> list[ListRow]:
    return list(sheet.list_rows.standing().filter(section=section))


def _place(rows: Sequence[ListRow]) -> None:
    """Write down the order of a list, 1, 2, 3…"""
    moved = []
    for place, row in enumerate(rows, 1):
        if row.pk is None or row.sort_order != place:
            row.sort_order = place
            moved.append(row)
    ListRow.objects.bulk_create([row for row in moved if row.pk is None])
    ListRow.objects.bulk_update([row for row in moved if row.pk is not None], ["sort_order"])
