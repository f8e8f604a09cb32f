"""Which steps of the approval policy stand on the current snapshot. Counted from Decisions, never from workflows.

``Submission.decisions`` come in the order they were taken; listings prefetch them.
"""

from __future__ import annotations

from .models import Decision, Outcome, Snapshot, Step, Submission
from .workflow import RequiredStep, required_steps


def required(submission: Submission) -> list[RequiredStep]:
    """The steps the regime version asks for, in order."""
    return required_steps(submission.approval_policy, submission.regime["review_steps"])


def sheet_stands(submission: Submission, snapshot: Snapshot | None, code: str) -> bool:
    """The last decision on these very figures of the sheet was yes."""
    if snapshot is None or code not in snapshot.sheet_hashes:
        return False
    outcomes = [
        decision.outcome
        for decision in submission.decisions.all()
        if (decision.step, decision.sheet_code, decision.sha256)
        == (Step.DATA, code, snapshot.sheet_hashes[code])
    ]
    return outcomes[-1:] == [Outcome.APPROVED]


def step_stands(submission: Submission, step: RequiredStep) -> bool:
    """Every decision this step asks for stands on the current snapshot."""
    snapshot = submission.snapshot
    if snapshot is None:
        return False
    if step.step == Step.DATA:
        return all(sheet_stands(submission, snapshot, code) for code in snapshot.sheet_hashes)
    outcomes = [
        decision.outcome
        for decision in submission.decisions.all()
        if (decision.snapshot_id, decision.step, decision.step_number, decision.sheet_code)
        == (snapshot.pk, step.step, step.number, "")
    ]
    return outcomes[-1:] == [Outcome.APPROVED]


def standing_steps(submission: Submission) -> list[RequiredStep]:
    return [step for step in required(submission) if step_stands(submission, step)]


def open_step(submission: Submission) -> RequiredStep | None:
    """The first step that does not stand yet; None when all do."""
    return next((step for step in required(submission) if not step_stands(submission, step)), None)


def signed_decision(submission: Submission) -> Decision | None:
    """The one that records the signed paper of the current snapshot."""
    signed = [
        decision
        for decision in submission.decisions.all()
        if (decision.snapshot_id, decision.step) == (submission.snapshot_id, Step.DOCUMENT)
    ]
    return signed[-1] if signed and signed[-1].outcome == Outcome.APPROVED else None
