"""Building the lead agency's report from what it accepted: one function per verb.

Each locks the submission row first and writes its audit entry in the same transaction. ``at`` is an aware moment,
now by default; only the demonstration's story may set it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from home.accounts.models import User
from home.audit.services import record
from indicators.models import Indicator
from indicators.numbers import BLANK, CellValue, canonical
from indicators.store.amounts import EXACT, fit, is_storable
from indicators.store.rollups import Total
from reports.deadlines.models import Obligation
from reports.regimes.grid import CellKey, CellKind, grid_of, place_of
from reports.submissions.cells import CellEntry, fill_cells
from reports.submissions.errors import Locked, NotAllowed, SubmissionError
from reports.submissions.models import Cell, Dispatch, Section, Sheet, Snapshot, Submission
from reports.submissions.sections import save_section
from reports.submissions.services import locked

from . import permissions
from .collation import accepted_text
from .models import ConsolidatedTotal, ConsolidationAdjustment, ConsolidationInput
from .sources import Reports, accepted_now

REASON_LIMIT = 400


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """A consolidated cell as a fill makes it. ``adjustment`` is the sum of the lines in force, None without any."""

    sheet: Sheet
    key: CellKey
    total: Total
    adjustment: Decimal | None
    old: CellValue

    @property
    def new(self) -> CellValue:
        return adjusted(self.total.value, self.adjustment)

    @property
    def name(self) -> str:
        return place_of(grid_of(self.sheet.form_version), self.key)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a fill will do; nothing is written.

    ``taken`` are accepted dispatches that come in, ``dropped`` inputs that go out (replaced by a later acceptance, or
    not counted any more); ``reported`` of ``expected`` organisations have something accepted.
    """

    cells: list[PlannedCell]
    taken: list[Dispatch]
    dropped: list[ConsolidationInput]
    reported: int
    expected: int

    @property
    def changes(self) -> list[PlannedCell]:
        return [cell for cell in self.cells if cell.old != cell.new]

    @property
    def unasked(self) -> list[PlannedCell]:
        """Cells that no form beneath asks for: nothing can ever fill them."""
        return [cell for cell in self.cells if not cell.total.expected and cell.total.value.is_blank]

    @property
    def is_empty(self) -> bool:
        return not (self.changes or self.taken or self.dropped)


#: What a fill did: the plan it carried out.
FillResult = Plan


def adjusted(base: CellValue, adjustment: Decimal | None) -> CellValue:
    """What the cell shows: the base, plus the adjustment lines where there are any."""
    if adjustment is None:
        return base
    return CellValue(fit(EXACT.add(base.amount or Decimal(0), adjustment)))


def plan_fill(submission: Submission) -> Plan:
    """What taking everything accepted by now would change. A fixed number of queries."""
    return _plan(submission, accepted_now(submission))


def _plan(submission: Submission, dispatches: Iterable[Dispatch]) -> Plan:
    reports = Reports(submission, dispatches)
    obligation = submission.obligation
    bound = [
        (sheet, key, binding)
        for sheet in submission.sheets.select_related("form_version")
        for key, binding in grid_of(sheet.form_version)
        .bindings(obligation.tier.round.span, obligation.organisation_id, CellKind.CONSOLIDATED)
        .items()
    ]
    indicators = Indicator.objects.in_bulk({binding.indicator_id for _, _, binding in bound})
    shown = {
        (cell.sheet_id, (cell.row, cell.column)): cell.value
        for cell in Cell.objects.filter(sheet__submission=submission)
    }
    adjustments = _adjustments(submission)
    cells = []
    for sheet, key, binding in bound:
        subject_id = grid_of(sheet.form_version).row[key[0]].subject
        total = reports.total(binding, subject_id, indicators[binding.indicator_id])
        place = (sheet.pk, key)
        cells.append(PlannedCell(sheet, key, total, adjustments.get(place), shown.get(place, BLANK)))
    inputs = list(submission.consolidation_inputs.in_force().select_related("dispatch__submission"))
    known = {input_.dispatch_id for input_ in inputs}
    wanted = {dispatch.pk for dispatch in reports.dispatches.values()}
    return Plan(
        cells=cells,
        taken=[dispatch for dispatch in reports.dispatches.values() if dispatch.pk not in known],
        dropped=[input_ for input_ in inputs if input_.dispatch_id not in wanted],
        reported=len(reports.dispatches),
        expected=len(reports.obligations),
    )


def _adjustments(submission: Submission) -> dict[tuple[int, CellKey], Decimal]:
    """The sum of the lines in force of each cell that has any."""
    sums: dict[tuple[int, CellKey], Decimal] = defaultdict(Decimal)
    for line in ConsolidationAdjustment.objects.in_force().filter(sheet__submission=submission):
        place = (line.sheet_id, (line.row, line.column))
        sums[place] = EXACT.add(sums[place], line.amount)
    return dict(sums)


@transaction.atomic
def fill(submission: Submission, *, by: User, at: datetime | None = None) -> FillResult:
    """Fill every consolidated cell from what was accepted last (R36, R110, R114). Repeating it changes nothing.

    Totals follow the indicator's aggregation; adjustment lines in force are added on top. Inputs that were replaced
    stay, marked. Nobody becomes an author: no figure was typed.

    Raises:
        Locked: the report cannot be edited where it stands.
        NotAllowed: ``by`` does not consolidate for this report.
    """
    at = at or timezone.now()
    submission = locked(submission)
    if not permissions.may_consolidate(by, submission):
        _refuse(submission, "lấy số liệu đã tiếp nhận")
    plan = plan_fill(submission)
    _carry_out(submission, plan, by=by, at=at)
    if not plan.is_empty:
        _record(
            "consolidation.fill",
            submission,
            by=by,
            at=at,
            taken=[dispatch.receipt for dispatch in plan.taken],
            dropped=[input_.dispatch.receipt for input_ in plan.dropped],
            cells=len(plan.changes),
            reported=plan.reported,
            expected=plan.expected,
        )
    return plan


def _carry_out(submission: Submission, plan: Plan, *, by: User | None, at: datetime) -> None:
    entries = [CellEntry(cell.sheet.pk, *cell.key, value=cell.new) for cell in plan.changes]
    if entries:
        fill_cells(submission, entries, kinds=[CellKind.CONSOLIDATED], by=by, at=at)
    _keep(submission, plan, at=at)


def _keep(submission: Submission, plan: Plan, *, at: datetime) -> None:
    """Write how the totals came about, and which dispatches they rest on."""
    ConsolidatedTotal.objects.bulk_create(
        [
            ConsolidatedTotal(
                sheet=cell.sheet,
                row=cell.key[0],
                column=cell.key[1],
                base_amount=cell.total.value.amount,
                base_code=cell.total.value.code,
                reported=cell.total.reported,
                expected=cell.total.expected,
                estimated=cell.total.estimated,
                missing=list(cell.total.missing),
                complete=cell.total.complete,
            )
            for cell in plan.cells
        ],
        update_conflicts=True,
        unique_fields=["sheet", "row", "column"],
        update_fields=[
            "base_amount",
            "base_code",
            "reported",
            "expected",
            "estimated",
            "missing",
            "complete",
        ],
    )
    ConsolidationInput.objects.filter(pk__in=[input_.pk for input_ in plan.dropped]).update(replaced_at=at)
    ConsolidationInput.objects.bulk_create(
        [ConsolidationInput(submission=submission, dispatch=dispatch, taken_at=at) for dispatch in plan.taken]
    )


@transaction.atomic
def adjust(
    submission: Submission,
    sheet: Sheet,
    row: str,
    column: str,
    amount: Decimal,
    reason: str,
    *,
    by: User,
    at: datetime | None = None,
) -> ConsolidationAdjustment:
    """Add a line of ``amount`` (in the row's measure, either sign) to a total, with its reason.

    The line stays on top of every later fill until it is revoked. Who adds one is an author of the report.

    Raises:
        Locked, NotAllowed
        SubmissionError: not a consolidated cell of this report, no reason, or an amount that is 0 or too long.
    """
    at = at or timezone.now()
    submission = locked(submission)
    grid = grid_of(sheet.form_version)
    key = (row, column)
    if not permissions.may_adjust_total(by, submission, grid.code, row):
        _refuse(submission, "điều chỉnh số tổng hợp")
    if sheet.submission_id != submission.pk or grid.kinds.get(key) != CellKind.CONSOLIDATED:
        raise SubmissionError("Chỉ điều chỉnh được ô tổng hợp của báo cáo này.")
    reason = reason.strip()
    if not reason:
        raise SubmissionError("Phải ghi lý do điều chỉnh.")
    if len(reason) > REASON_LIMIT:
        raise SubmissionError(f"Lý do dài quá {REASON_LIMIT} ký tự; ghi gọn lại.")
    if not amount:
        raise SubmissionError("Số điều chỉnh phải khác 0; ghi dấu trừ trước số nếu giảm.")
    base = _base(sheet, key)
    before = _adjustments(submission).get((sheet.pk, key), Decimal(0))
    if not (
        is_storable(amount) and is_storable(EXACT.add(EXACT.add(base.amount or Decimal(0), before), amount))
    ):
        raise SubmissionError("Số điều chỉnh quá dài: chỉ lưu được 15 chữ số có nghĩa và 6 chữ số thập phân.")
    line = ConsolidationAdjustment.objects.create(
        sheet=sheet, row=row, column=column, amount=amount, reason=reason, made_at=at, made_by=by
    )
    _show(submission, sheet, key, by=by, at=at)
    _record("consolidation.adjust", submission, by=by, at=at, text=reason, **_of_line(line))
    return line


@transaction.atomic
def revoke_adjustment(
    adjustment: ConsolidationAdjustment, *, by: User, at: datetime | None = None
) -> ConsolidationAdjustment:
    """Take an adjustment line off its total. It stays, with who revoked it and when.

    Raises:
        Locked, NotAllowed
        SubmissionError: it is revoked already.
    """
    at = at or timezone.now()
    submission = locked(adjustment.sheet.submission)
    line = ConsolidationAdjustment.objects.select_related("sheet__form_version").get(pk=adjustment.pk)
    if not permissions.may_adjust_total(by, submission, line.sheet.code, line.row):
        _refuse(submission, "bỏ dòng điều chỉnh")
    if line.revoked_at:
        raise SubmissionError("Dòng điều chỉnh này đã bỏ rồi.")
    line.revoked_at, line.revoked_by = at, by
    line.save(update_fields=["revoked_at", "revoked_by"])
    _show(submission, line.sheet, (line.row, line.column), by=by, at=at)
    _record("consolidation.revoke", submission, by=by, at=at, text=line.reason, **_of_line(line))
    return line


def _base(sheet: Sheet, key: CellKey) -> CellValue:
    total = ConsolidatedTotal.objects.filter(sheet=sheet, row=key[0], column=key[1]).first()
    return total.base if total else BLANK


def _show(submission: Submission, sheet: Sheet, key: CellKey, *, by: User, at: datetime) -> None:
    """Write the cell: base plus the lines in force. By hand, so that who adjusts does not approve."""
    value = adjusted(_base(sheet, key), _adjustments(submission).get((sheet.pk, key)))
    fill_cells(
        submission,
        [CellEntry(sheet.pk, *key, value=value)],
        kinds=[CellKind.CONSOLIDATED],
        by=by,
        at=at,
        by_hand=True,
    )


@transaction.atomic
def insert_text(
    submission: Submission, key: str, obligation: Obligation, *, by: User, at: datetime | None = None
) -> Section:
    """Append what an organisation beneath wrote under this heading to the lead agency's own text, with its name.

    The text is the accepted one. Who inserts it is an author of the report, as with every text.

    Raises:
        Locked, NotAllowed
        SubmissionError: no such section, nothing accepted from there, nothing written, or it stands there already.
    """
    at = at or timezone.now()
    submission = locked(submission)
    if not permissions.may_consolidate(by, submission):
        _refuse(submission, "chèn thuyết minh")
    section = submission.sections.filter(key=key).first()
    if section is None:
        raise SubmissionError("Đề cương của báo cáo không có mục này.")
    body = accepted_text(submission, key, obligation)
    if not body:
        raise SubmissionError(
            f"{obligation.organisation.name} không có nội dung được tiếp nhận ở mục “{section.heading}”."
        )
    if body in section.body:
        raise SubmissionError(
            f"Nội dung của {obligation.organisation.name} đã có trong mục “{section.heading}”."
        )
    return save_section(
        submission,
        key,
        f"{section.body}<h4>{escape(obligation.organisation.name)}</h4>{body}",
        by=by,
        seen=section.version,
        at=at,
        as_is=True,
    )


@transaction.atomic
def restore(submission: Submission, snapshot: Snapshot, *, by: User | None, at: datetime) -> None:
    """Rest again on what a snapshot rested on: its cells have just been put back (an adjustment was given up).

    Inputs taken and lines added since go, those replaced or revoked since come back as new ones.
    """
    if not permissions.consolidates(submission):
        return
    then = snapshot.taken_at
    inputs = submission.consolidation_inputs.filter(taken_at__lte=then).exclude(replaced_at__lte=then)
    dispatches = list(
        Dispatch.objects.filter(pk__in=inputs.values("dispatch"))
        .select_related("snapshot", "submission__obligation__organisation")
        .order_by("decided_at", "pk")
    )
    lines = ConsolidationAdjustment.objects.filter(sheet__submission=submission)
    returning = list(lines.filter(made_at__lte=then, revoked_at__gt=then))
    lines.in_force().filter(made_at__gt=then).update(revoked_at=at, revoked_by=by)
    ConsolidationAdjustment.objects.bulk_create(
        [
            ConsolidationAdjustment(
                sheet_id=line.sheet_id,
                row=line.row,
                column=line.column,
                amount=line.amount,
                reason=line.reason,
                made_at=at,
                made_by_id=line.made_by_id,
            )
            for line in returning
        ]
    )
    _keep(submission, _plan(submission, dispatches), at=at)


def _refuse(submission: Submission, what: str) -> NoReturn:
    if not submission.is_editable:
        raise Locked(
            f"Không thể {what}: báo cáo đang ở trạng thái “{submission.get_status_display()}”. "
            "Tải lại trang để xem việc có thể làm."
        )
    raise NotAllowed(
        f"Ông/bà không được {what} của báo cáo này; cần nhiệm vụ tổng hợp hoặc nhập số liệu tại cơ quan chủ trì."
    )


def _of_line(line: ConsolidationAdjustment) -> dict[str, str | int]:
    return {
        "line": line.pk,
        "form": line.sheet.code,
        "row": line.row,
        "column": line.column,
        "cell": place_of(grid_of(line.sheet.form_version), (line.row, line.column)),
        "amount": canonical(line.amount),
    }


def _record(verb: str, submission: Submission, *, by: User | None, at: datetime, **data: Any) -> None:
    record(verb, submission, by=by, organisation=submission.obligation.organisation.code, at=at, **data)
