"""Saving cells: one by one as people type, or a block at once; never over somebody's head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from indicators.numbers import BLANK, CellValue, canonical_target
from indicators.store.models import ValueType
from indicators.store.rows import write_rows
from reports.regimes.grid import (
    LABEL,
    TYPED,
    WORDS,
    CellKey,
    CellKind,
    FormGrid,
    grid_of,
    place_of,
)

from .content import decode, encode, frozen_sheets, live_sheet
from .errors import CellConflict, Locked, NotAllowed, RowRemoved, SubmissionError
from .lists import live_grid, removed_row, restore_lists
from .models import Cell, CellChange, Sheet, Snapshot, Submission
from .permissions import enterable_rows
from .status import EDITABLE
from .stored import Stored
from .window import require_writable

if TYPE_CHECKING:
    from home.accounts.models import User

TEXT_LIMIT = 2000
#: Characters of what a row of a list is called: as many as the rows of a form.
NAME_LIMIT = 300


@dataclass(frozen=True, slots=True)
class CellEntry:
    """One cell about to be saved. ``seen`` is the version that was on the screen (0: no value yet); None: any."""

    sheet_id: int
    row: str
    column: str
    value: CellValue = BLANK
    text: str = ""
    seen: int | None = None

    @property
    def key(self) -> CellKey:
        return (self.row, self.column)


def locked(submission: Submission) -> Submission:
    """The row as it is now, locked until the end of the transaction."""
    return Submission.objects.to_write().select_for_update(of=("self",)).get(pk=submission.pk)


@transaction.atomic
def save_cells(
    submission: Submission,
    entries: Sequence[CellEntry],
    *,
    by: User,
    at: datetime | None = None,
    batch: str = "",
    sheets: Iterable[Sheet] = (),
) -> list[Cell]:
    """Save what a person typed, all or nothing; cells that already say so are left alone.

    ``sheets`` of this report that the caller has read are not read again.

    Raises:
        Locked: the report cannot be edited where it stands, or its opening window is closed.
        NotAllowed: a row is not assigned to ``by``.
        CellConflict: somebody else changed a cell after it was shown; ``current`` lists those cells.
        RowRemoved: the cell's row has been taken out of its list.
        SubmissionError: a cell is not one to type into, or the text is too long.
    """
    at = at or timezone.now()
    submission = locked(submission)
    require_writable(submission, "số liệu", at=at)
    known = {sheet.pk: sheet for sheet in sheets if sheet.submission_id == submission.pk}
    if unknown := {entry.sheet_id for entry in entries} - known.keys():
        # The compiled form is kept in memory by its hash: its JSON need not be read for every cell.
        found = submission.sheets.select_related("form_version").defer("form_version__compiled")
        known |= {sheet.pk: sheet for sheet in found.filter(pk__in=unknown)}
    for sheet_id in {entry.sheet_id for entry in entries}:
        _check(submission, known, sheet_id, [entry for entry in entries if entry.sheet_id == sheet_id], by)
    return _write(known, entries, by=by, at=at, batch=batch, by_hand=True)


def _check(
    submission: Submission, sheets: dict[int, Sheet], sheet_id: int, entries: Sequence[CellEntry], by: User
) -> None:
    """Every entry of one sheet is a cell to type into, of a row that is ``by``'s."""
    sheet = sheets.get(sheet_id)
    if sheet is None:
        raise SubmissionError("Biểu số liệu này không thuộc báo cáo.")
    grid = live_grid(sheet)
    assigned = enterable_rows(by, submission, grid.code, list({entry.row for entry in entries}))
    for entry in entries:
        kind = grid.kinds.get(entry.key, CellKind.NONE)
        if kind == CellKind.NONE and (gone := removed_row(sheet, entry.row)):
            raise RowRemoved(gone)
        if kind not in TYPED:
            raise SubmissionError(
                f"{place_of(grid, entry.key)} không phải ô nhập: ô được tính, điền sẵn hoặc tổng hợp."
            )
        if entry.value.target and not grid.is_plan(entry.key):
            raise SubmissionError(
                f"{place_of(grid, entry.key)} chỉ nhận một số; khoảng, giới hạn chỉ ghi ở ô kế hoạch."
            )
        if entry.text and kind not in WORDS:
            raise SubmissionError(f"{place_of(grid, entry.key)} chỉ nhận số hoặc ký hiệu “-”, “…”, “x”.")
        if fault := words_fault(grid, entry.key, entry.text):
            raise SubmissionError(f"{place_of(grid, entry.key)}: {fault}")
        if entry.row not in assigned:
            raise NotAllowed(f"{place_of(grid, entry.key)} không được giao cho ông/bà nhập.")


def words_fault(grid: FormGrid, key: CellKey, text: str) -> str:
    """Why these words cannot stand in that cell; "" if they can."""
    limit = NAME_LIMIT if key[1] == LABEL else TEXT_LIMIT
    if len(text) > limit:
        return f"nội dung dài quá {limit} ký tự; đưa phần dài vào Thuyết minh."
    if text and grid.kinds[key] == CellKind.CHOICE and text not in grid.column[key[1]].choices:
        return f"“{text}” không có trong danh sách lựa chọn."
    if text and grid.kinds[key] == CellKind.DATE:
        try:
            date.fromisoformat(text)
        except ValueError:
            return f"“{text}” không phải ngày."
    return ""


def _write(
    sheets: dict[int, Sheet],
    entries: Iterable[CellEntry],
    *,
    by: User | None,
    at: datetime,
    batch: str,
    by_hand: bool,
    figures: dict[tuple[int, CellKey], int] | None = None,
) -> list[Cell]:
    """Write cells and their history. The caller holds the submission's lock."""
    entries = list(entries)
    existing = {
        (cell.sheet_id, cell.row, cell.column): cell
        for cell in Cell.objects.filter(sheet__in=sheets, row__in={entry.row for entry in entries})
    }
    conflicts: list[Cell | CellEntry] = []
    touched: dict[int, Cell] = {}
    changes: list[tuple[int, str, str, str, str]] = []
    saved: list[Cell] = []
    for entry in entries:
        cell = existing.get((entry.sheet_id, entry.row, entry.column))
        new = encode(entry.value, entry.text)
        old = encode(cell.value, cell.text) if cell else ""
        if entry.seen is not None and entry.seen != (cell.version if cell else 0) and old != new:
            conflicts.append(cell or entry)
            continue
        figure = figures.get((entry.sheet_id, entry.key)) if figures else None
        if old == new and (figures is None or (cell is not None and cell.figure_id == figure)):
            if cell:
                saved.append(cell)
            continue
        if cell is None:
            cell = Cell(sheet_id=entry.sheet_id, row=entry.row, column=entry.column, version=0)
            existing[entry.sheet_id, entry.row, entry.column] = cell
        touched[id(cell)] = cell
        value, text = decode(new)
        cell.amount, cell.code, cell.text = value.amount, value.code, text
        cell.target = canonical_target(value.target) if value.target else ""
        cell.figure_id = figure
        cell.version += 1
        cell.updated_at, cell.updated_by_id = at, by.pk if by else None
        changes.append((entry.sheet_id, entry.row, entry.column, old, new))
        saved.append(cell)
    if conflicts:
        first = conflicts[0]
        who = (
            f"{first.updated_by} đã sửa lúc {timezone.localtime(first.updated_at):%H:%M %d/%m/%Y}"
            if isinstance(first, Cell)
            else "người khác đã xóa"
        )
        place = place_of(live_grid(sheets[first.sheet_id]), (first.row, first.column))
        raise CellConflict(f"{place}: {who}. Xem giá trị mới rồi chọn giữ hoặc thay.", conflicts)
    amounts = Cell._meta.get_field("amount")
    moment = connection.ops.adapt_datetimefield_value(at)
    key = ("sheet_id", "row", "column")
    write_rows(
        Cell,
        (*key, "amount", "code", "target", "text", "figure_id", "version", "updated_at", "updated_by_id"),
        [
            (
                *(cell.sheet_id, cell.row, cell.column),
                amounts.get_db_prep_save(cell.amount, connection),
                *(
                    cell.code,
                    cell.target,
                    cell.text,
                    cell.figure_id,
                    cell.version,
                    moment,
                    cell.updated_by_id,
                ),
            )
            for cell in touched.values()
        ],
        key=key,
    )
    write_rows(
        CellChange,
        (*key, "old", "new", "batch", "at", "by_id", "by_hand"),
        [(*change, batch, moment, by and by.pk, by_hand) for change in changes],
    )
    return saved


@transaction.atomic
def fill_cells(
    submission: Submission,
    entries: Sequence[CellEntry],
    *,
    kinds: Iterable[CellKind],
    by: User | None,
    at: datetime | None = None,
    figures: dict[tuple[int, CellKey], int] | None = None,
    by_hand: bool = False,
) -> list[Cell]:
    """Write prefilled or consolidated cells. Nobody becomes their author, unless a person's own figure is in them
    (``by_hand``).

    Raises:
        Locked: the report cannot be edited where it stands.
        SubmissionError: a cell is of another kind.
    """
    submission = locked(submission)
    if submission.status not in EDITABLE:
        raise Locked(f"Báo cáo đang ở trạng thái “{submission.get_status_display()}”.")
    allowed = set(kinds)
    sheets = {sheet.pk: sheet for sheet in submission.sheets.select_related("form_version")}
    for entry in entries:
        if grid_of(sheets[entry.sheet_id].form_version).kinds.get(entry.key) not in allowed:
            raise SubmissionError(
                f"{place_of(grid_of(sheets[entry.sheet_id].form_version), entry.key)} không phải ô điền tự động."
            )
    return _write(sheets, entries, by=by, at=at or timezone.now(), batch="", by_hand=by_hand, figures=figures)


def prefill(submission: Submission, *, by: User | None = None, at: datetime | None = None) -> int:
    """Fill the prefilled cells with the accepted figures that stand now; each keeps the id of the version it showed.

    A column of actual figures takes official, else actual, else estimate; any other takes its own kind alone.
    Returns how many changed.
    """
    obligation = submission.obligation
    period = obligation.tier.round.span
    entries: list[CellEntry] = []
    figures: dict[tuple[int, CellKey], int] = {}
    before: dict[tuple[int, CellKey], int] = {}
    for sheet in submission.sheets.select_related("form_version"):
        bindings = grid_of(sheet.form_version).bindings(
            period, obligation.organisation_id, CellKind.PREFILLED
        )
        if not bindings:
            continue
        stored = Stored(bindings.values())
        before |= {(sheet.pk, (cell.row, cell.column)): cell.figure_id or 0 for cell in sheet.cells.all()}
        for key, binding in bindings.items():
            actual = binding.value_type == ValueType.ACTUAL
            figure = stored.best(binding) if actual else stored.exactly(binding)
            if figure is not None:
                entries.append(CellEntry(sheet.pk, *key, value=figure.value))
                figures[sheet.pk, key] = figure.pk
            elif (sheet.pk, key) in before:
                entries.append(CellEntry(sheet.pk, *key))
    if not entries:
        return 0
    fill_cells(submission, entries, kinds=[CellKind.PREFILLED], by=by, at=at, figures=figures)
    return sum(before.get(place) != figure for place, figure in figures.items())


def restore_cells(submission: Submission, snapshot: Snapshot, *, by: User | None, at: datetime) -> None:
    """Put the cells and lists back to what a snapshot holds; the history keeps what was there. The caller holds the lock."""
    frozen = {content.form_version_id: content for content in frozen_sheets(snapshot)}
    sheets = {sheet.pk: sheet for sheet in submission.sheets.select_related("form_version")}
    entries = []
    batch = f"restore-{snapshot.pk}"
    for sheet in sheets.values():
        then = frozen[sheet.form_version_id]
        restore_lists(sheet, then.grid, by=by, at=at, batch=batch)
        now = live_sheet(sheet)
        for key in now.grid.cells(*TYPED, CellKind.PREFILLED, CellKind.CONSOLIDATED):
            old = encode(now.value(key), now.texts.get(key, ""))
            new = encode(then.value(key), then.texts.get(key, ""))
            if old != new:
                value, text = decode(new)
                entries.append(CellEntry(sheet.pk, *key, value=value, text=text))
    _write(sheets, entries, by=by, at=at, batch=batch, by_hand=False)
