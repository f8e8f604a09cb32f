"""Which steps of the approval policy stand on the current snapshot. Counted from Decisions, never from workflows."""

from __future__ import annotations

from .models import Decision, Outcome, Snapshot, Step, Submission
from .workflow import RequiredStep, required_steps


def required(submission: Submission) -> list[RequiredStep]:
    """The steps the regime version asks for, in order."""
    regime = submission.regime
    return required_steps(regime["approval_policy"], regime["review_steps"])


def sheet_stands(submission: Submission, snapshot: Snapshot | None, code: str) -> bool:
    """The last decision on these very figures of the sheet was yes."""
    if snapshot is None or code not in snapshot.sheet_hashes:
        return False
    last = (
        Decision.objects.filter(
            submission=submission, step=Step.DATA, sheet_code=code, sha256=snapshot.sheet_hashes[code]
        )
        .order_by("at", "pk")
        .last()
    )
    return last is not None and last.outcome == Outcome.APPROVED


def step_stands(submission: Submission, step: RequiredStep) -> bool:
    """Every decision this step asks for stands on the current snapshot."""
    snapshot = submission.snapshot
    if snapshot is None:
        return False
    if step.step == Step.DATA:
        return all(sheet_stands(submission, snapshot, code) for code in snapshot.sheet_hashes)
    last = (
        Decision.objects.filter(
            submission=submission, snapshot=snapshot, step=step.step, step_number=step.number, sheet_code=""
        )
        .order_by("at", "pk")
        .last()
    )
    return last is not None and last.outcome == Outcome.APPROVED


def standing_steps(submission: Submission) -> list[RequiredStep]:
    return [step for step in required(submission) if step_stands(submission, step)]


def open_step(submission: Submission) -> RequiredStep | None:
    """The first step that does not stand yet; None when all do."""
    return next((step for step in required(submission) if not step_stands(submission, step)), None)
