"""May this person build, or trace, the lead agency's report? Rights come from the report itself."""

from __future__ import annotations

from home.accounts.models import User
from reports.submissions.models import Submission
from reports.submissions.permissions import is_inside, may_enter, may_write


def consolidates(submission: Submission) -> bool:
    """Stands on an upper tier: others report to its organisation in the same round."""
    return submission.obligation.tier.number > 1


def may_consolidate(user: User, submission: Submission) -> bool:
    """Take what was accepted into the report (R36, R110): CONSOLIDATE or ENTER at the lead agency, while it is edited."""
    return consolidates(submission) and may_write(user, submission)


def may_adjust_total(user: User, submission: Submission, form_code: str, row: str) -> bool:
    """Add or revoke an adjustment line: who may type into that row."""
    return consolidates(submission) and may_enter(user, submission, form_code, row)


def may_drill(user: User, submission: Submission) -> bool:
    """Trace a total to its sources: the lead agency's own people. They see what was sent to it, nothing else."""
    return consolidates(submission) and is_inside(user, submission)
