"""From a total down to what it is made of: organisation, cell, report, and who stands for it (R15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Q

from home.organisations.models import Organisation
from indicators.models import Aggregation, Indicator
from indicators.numbers import BLANK, CellValue
from reports.regimes.grid import LABEL, CellKey, CellKind, FormGrid, grid_of, place_of, section_of
from reports.submissions.content import decode
from reports.submissions.errors import SubmissionError
from reports.submissions.models import CellChange, Decision, Dispatch, Outcome, Sheet, Step, Submission

from .models import ConsolidatedTotal, ConsolidationAdjustment
from .sources import Answer, Reports

#: Submission, form version, row, column.
Place = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class DrillPart:
    """What one organisation put into the total. ``dispatch`` None: nothing of it has been taken.

    ``subject`` is named where it is not the organisation itself; ``decisions`` are the approvals of what was sent, in
    order; ``entered`` the change that gave the cell its value; ``listed`` the rows whose total it is, by name;
    ``explained`` why a number that looks wrong is right.
    """

    organisation: Organisation
    subject: Organisation | None
    cell: str
    value: CellValue
    decimals: int | None
    value_type: str
    weight: CellValue
    dispatch: Dispatch | None
    decisions: Sequence[Decision] = ()
    entered: CellChange | None = None
    listed: Sequence[tuple[str, CellValue]] = ()
    explained: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """A consolidated cell: what it shows, how that came about, and its parts, by organisation.

    ``total`` None: never filled. ``adjustments`` are all lines, revoked ones included, oldest first.
    """

    sheet: Sheet
    grid: FormGrid
    key: CellKey
    value: CellValue
    indicator: Indicator
    total: ConsolidatedTotal | None
    adjustments: list[ConsolidationAdjustment]
    parts: list[DrillPart]

    @property
    def name(self) -> str:
        return place_of(self.grid, self.key)

    @property
    def decimals(self) -> int | None:
        return self.grid.decimals(self.key)

    @property
    def adjustment(self) -> Decimal:
        """The sum of the lines in force."""
        return sum((line.amount for line in self.adjustments if line.revoked_at is None), Decimal(0))

    @property
    def is_weighted(self) -> bool:
        return self.indicator.space_aggregation == Aggregation.WEIGHTED


def drill(submission: Submission, sheet: Sheet, row: str, column: str) -> Drill:
    """Trace one total through the inputs in force; only what was dispatched is read. A fixed number of queries.

    Raises:
        SubmissionError: the cell is not a consolidated one of this report.
    """
    grid, key = grid_of(sheet.form_version), (row, column)
    obligation = submission.obligation
    bindings = grid.bindings(obligation.tier.round.span, obligation.organisation_id, CellKind.CONSOLIDATED)
    if sheet.submission_id != submission.pk or key not in bindings:
        raise SubmissionError("Đây không phải ô tổng hợp của báo cáo này.")
    dispatches = Dispatch.objects.filter(
        pk__in=submission.consolidation_inputs.in_force().values("dispatch")
    ).select_related("snapshot", "source", "submission__obligation__organisation", "decided_by")
    reports = Reports(submission, dispatches.order_by("submission__obligation__organisation__name", "pk"))
    binding = bindings[key]
    indicator = Indicator.objects.select_related("measure", "weight").get(pk=binding.indicator_id)
    weighted = indicator.space_aggregation == Aggregation.WEIGHTED
    answers = reports.answers(binding, grid.row[row].subject, indicator.weight_id if weighted else None)
    cell = sheet.cells.filter(row=row, column=column).first()
    return Drill(
        sheet=sheet,
        grid=grid,
        key=key,
        value=cell.value if cell else BLANK,
        indicator=indicator,
        total=ConsolidatedTotal.objects.filter(sheet=sheet, row=row, column=column).first(),
        adjustments=list(
            ConsolidationAdjustment.objects.filter(sheet=sheet, row=row, column=column).select_related(
                "made_by", "revoked_by"
            )
        ),
        parts=_parts(reports, answers),
    )


def _parts(reports: Reports, answers: list[Answer]) -> list[DrillPart]:
    taken = [answer for answer in answers if answer.obligation_id in reports.dispatches]
    decisions = _decisions(reports.dispatches.values())
    changes = _changes(reports, taken)
    subjects = Organisation.objects.in_bulk(
        {answer.subject_id for answer in answers if answer.subject_id != answer.organisation_id}
    )
    parts = []
    for answer in answers:
        dispatch = reports.dispatches.get(answer.obligation_id)
        grid = reports.grids[answer.form_version_id]
        parts.append(
            DrillPart(
                organisation=reports.obligations[answer.obligation_id].organisation,
                subject=subjects.get(answer.subject_id),
                cell=place_of(grid, answer.key),
                value=answer.value,
                decimals=grid.decimals(answer.key),
                value_type=answer.value_type,
                weight=answer.weight,
                dispatch=dispatch,
                decisions=_standing(dispatch, grid.code, decisions[dispatch.submission_id])
                if dispatch
                else (),
                entered=_entered(
                    dispatch, changes[dispatch.submission_id, answer.form_version_id, *answer.key]
                )
                if dispatch
                else None,
                listed=_listed(dispatch, grid, answer) if dispatch else (),
                explained=reports.explained(answer),
            )
        )
    return parts


def _listed(dispatch: Dispatch, grid: FormGrid, answer: Answer) -> list[tuple[str, CellValue]]:
    """The rows of the list that a cell is the total of."""
    section, column = answer.key
    if section not in grid.sections:
        return []
    version_id = answer.form_version_id
    sheet = next(sheet for sheet in dispatch.snapshot.data["sheets"] if sheet["form_version"] == version_id)
    cells = {(row, column): encoded for row, column, _, encoded in sheet["cells"]}
    return [
        (decode(cells.get((row, LABEL), ""))[1], decode(cells.get((row, column), ""))[0])
        for row in sheet.get("lists", ())
        if section_of(row) == section
    ]


def _decisions(dispatches: Iterable[Dispatch]) -> dict[int, list[Decision]]:
    found: dict[int, list[Decision]] = defaultdict(list)
    approvals = Decision.objects.filter(
        submission__in=[dispatch.submission_id for dispatch in dispatches], outcome=Outcome.APPROVED
    )
    for decision in approvals.select_related("person", "on_behalf_of").order_by("at", "pk"):
        found[decision.submission_id].append(decision)
    return found


def _standing(dispatch: Dispatch, form_code: str, decisions: Sequence[Decision]) -> list[Decision]:
    """The approvals of this very snapshot, and of these very figures of the sheet; the last of each step."""
    steps = {}
    for decision in decisions:
        of_sheet = (
            decision.step == Step.DATA
            and decision.sheet_code == form_code
            and decision.sha256 == dispatch.snapshot.sheet_hashes.get(form_code)
        )
        if of_sheet or (decision.snapshot_id == dispatch.snapshot_id and not decision.sheet_code):
            steps[decision.step, decision.step_number] = decision
    return list(steps.values())


def _changes(reports: Reports, answers: Iterable[Answer]) -> dict[Place, list[CellChange]]:
    """The history of the cells behind the answers. One query: reports share their forms, so few cells differ."""
    found: dict[Place, list[CellChange]] = defaultdict(list)
    cells = {(answer.form_version_id, *answer.key) for answer in answers}
    if cells:
        any_of_them = reduce(
            or_, (Q(sheet__form_version=version, row=row, column=column) for version, row, column in cells)
        )
        history = CellChange.objects.filter(
            any_of_them,
            sheet__submission__in=[dispatch.submission_id for dispatch in reports.dispatches.values()],
        )
        for change in history.select_related("by", "sheet").order_by("at", "pk"):
            place = (change.sheet.submission_id, change.sheet.form_version_id, change.row, change.column)
            found[place].append(change)
    return found


def _entered(dispatch: Dispatch, changes: Sequence[CellChange]) -> CellChange | None:
    """The last change of the cell before its report was frozen."""
    return next((change for change in reversed(changes) if change.at <= dispatch.snapshot.taken_at), None)
