"""What the lead agency's report rests on: who is in, who is missing, what has changed beneath it since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from home.organisations.models import Organisation
from indicators.numbers import CellValue
from reports.deadlines.models import Obligation, ObligationState
from reports.regimes.grid import CellKind, grid_of, place_of
from reports.regimes.models import FormVersion
from reports.submissions.models import Dispatch, DispatchOutcome, Submission
from reports.submissions.status import Status

from .models import ConsolidatedTotal
from .permissions import consolidates
from .sources import STATING, Question, accepted_now, beneath, frozen_cells, question, stated

NOT_OPENED = "Chưa mở"


@dataclass(frozen=True, slots=True)
class MissingReport:
    """A report owed to the lead agency of which nothing is accepted. ``state`` in words; ``submission`` may not exist yet."""

    obligation: Obligation
    submission: Submission | None
    state: str

    @property
    def organisation(self) -> Organisation:
        return self.obligation.organisation

    @property
    def awaits_acceptance(self) -> bool:
        """It lies with the lead agency, which has not decided yet."""
        return self.submission is not None and self.submission.status == Status.SENT

    def is_overdue(self, at: datetime) -> bool:
        """Not sent by ``at``, and the due moment has passed."""
        sent = self.submission is not None and self.submission.first_sent_at is not None
        return not sent and self.obligation.due_at < at


def missing(submission: Submission) -> list[MissingReport]:
    """Who owes the lead agency a report of which nothing is accepted, by name. One query."""
    accepted = Dispatch.objects.filter(outcome=DispatchOutcome.ACCEPTED)
    owed = (
        beneath(submission)
        .exclude(submission__dispatches__in=accepted)
        .select_related("organisation", "submission")
    )
    found = []
    for obligation in owed:
        theirs = getattr(obligation, "submission", None)
        state = str(theirs.get_status_display()) if theirs else NOT_OPENED
        if obligation.state == ObligationState.MISSED:
            state = str(obligation.get_state_display())
        found.append(MissingReport(obligation, theirs, state))
    return found


def new_inputs(submission: Submission) -> list[Dispatch]:
    """Accepted since the last fill, from organisations of which nothing has been taken yet."""
    taken = set(submission.consolidation_inputs.in_force().values_list("dispatch__submission_id", flat=True))
    return [dispatch for dispatch in accepted_now(submission) if dispatch.submission_id not in taken]


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell beneath that says something else than what was taken."""

    name: str
    old: CellValue
    new: CellValue


@dataclass(frozen=True, slots=True)
class StaleInput:
    """An input that is no longer what its sender stands for. ``current`` is None where the report no longer counts.

    ``changes``: the cells that totals are made of; none where only texts or files changed.
    """

    organisation: Organisation
    taken: Dispatch
    current: Dispatch | None
    changes: list[ChangedCell]


def stale_inputs(submission: Submission) -> list[StaleInput]:
    """What has changed beneath the report since it took its figures, whatever its status (X14). Five queries at most."""
    inputs = list(
        submission.consolidation_inputs.stale()
        .select_related("dispatch__snapshot", "dispatch__submission__obligation__organisation")
        .order_by("dispatch__submission__obligation__organisation__name")
    )
    if not inputs:
        return []
    taken_from = {input_.dispatch.submission_id for input_ in inputs}
    current = {
        dispatch.submission_id: dispatch
        for dispatch in accepted_now(submission)
        if dispatch.submission_id in taken_from
    }
    versions = FormVersion.objects.in_bulk(
        {sheet["form_version"] for input_ in inputs for sheet in input_.dispatch.snapshot.data["sheets"]}
    )
    asked = _asked(submission)
    span = submission.obligation.tier.round.span
    keys = {
        pk: [
            key
            for key, binding in grid_of(version).bindings(span, 0, *STATING).items()
            if question(binding) in asked
        ]
        for pk, version in versions.items()
    }
    found = []
    for input_ in inputs:
        taken, now = input_.dispatch, current.get(input_.dispatch.submission_id)
        changes = []
        if now is not None:
            before, after = frozen_cells(taken.snapshot), frozen_cells(now.snapshot)
            changes = [
                ChangedCell(place_of(grid_of(versions[pk]), key), old, new)
                for pk, cells in keys.items()
                for key in cells
                if (old := stated(before, pk, key)) != (new := stated(after, pk, key))
            ]
        found.append(StaleInput(taken.submission.obligation.organisation, taken, now, changes))
    return found


def _asked(submission: Submission) -> set[Question]:
    """What the consolidated cells of the report ask."""
    obligation = submission.obligation
    return {
        question(binding)
        for sheet in submission.sheets.select_related("form_version")
        for binding in grid_of(sheet.form_version)
        .bindings(obligation.tier.round.span, obligation.organisation_id, CellKind.CONSOLIDATED)
        .values()
    }


def coverage_note(submission: Submission) -> str:
    """Whose figures the report is made of, and whose it lacks, as its document says it; empty for other reports."""
    if not consolidates(submission):
        return ""
    taken = set(
        submission.consolidation_inputs.in_force().values_list(
            "dispatch__submission__obligation_id", flat=True
        )
    )
    if not taken and not ConsolidatedTotal.objects.filter(sheet__submission=submission).exists():
        return ""
    lacking = list(beneath(submission).exclude(pk__in=taken).values_list("organisation__name", flat=True))
    note = (
        f"Báo cáo được tổng hợp từ số liệu của {len(taken)}/{len(taken) + len(lacking)} "
        "cơ quan, đơn vị phải báo cáo"
    )
    return f"{note}; chưa có số liệu của: {', '.join(lacking)}." if lacking else f"{note}."
