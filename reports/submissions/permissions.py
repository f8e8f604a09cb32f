"""May this person do this to this report? The only readers of duties about submissions, besides ``visible_to``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from home.accounts import profiles
from home.accounts.duties import HeldDuty, duties_of, holders
from home.accounts.models import DutyKind, User
from reports.regimes.grid import section_of
from reports.regimes.models import ApprovalPolicy

from .status import EDITABLE, WITH_RECIPIENT, Status
from .workflow import RequiredStep, Step

if TYPE_CHECKING:
    from .models import Submission


def _scopes(submission: Submission, form_code: str = "", row: str = "") -> list[str]:
    scopes = [f"regime:{submission.regime_code}"]
    if form_code:
        scopes.append(f"form:{form_code}")
    if row:
        scopes.append(f"row:{form_code}/{section_of(row)}")
    return scopes


def is_inside(user: User, submission: Submission) -> bool:
    """Works for the organisation that reports, in this regime: reads the report while it is being made."""
    from .models import INSIDE

    return user.is_superuser or _has_duty(user, submission, INSIDE)


def _has_duty(user: User, submission: Submission, kinds: Iterable[str]) -> bool:
    """One of these duties in the organisation that reports, unless it is limited to other regimes."""
    codes = duties_of(user).regimes(*kinds).get(submission.obligation.organisation_id, frozenset())
    return codes is None or submission.regime_code in codes


def _entering(user: User, submission: Submission, *scopes: str) -> HeldDuty | None:
    """ENTER; on an upper tier CONSOLIDATE too, for whoever builds the lead agency's report writes it (R110).

    Without ``scopes``, a duty limited to forms or rows will do; one limited to other regimes never does.
    """
    book = duties_of(user)
    organisation_id = submission.obligation.organisation_id
    kinds = [DutyKind.ENTER, *([DutyKind.CONSOLIDATE] if submission.obligation.tier.number > 1 else [])]
    for kind in kinds:
        codes = book.regimes(kind).get(organisation_id, frozenset())
        if codes is None or submission.regime_code in codes:
            held = book.held(kind, organisation_id, *scopes)
            if held is not None:
                return held
    return None


def may_comment(user: User, submission: Submission) -> bool:
    """Speak with the colleagues about a cell: who works on the report inside, and does not only look at it."""
    from .models import INSIDE

    return _has_duty(user, submission, [kind for kind in INSIDE if kind != DutyKind.VIEW])


def writes(user: User, submission: Submission) -> bool:
    """The report is this person's to write, whatever its status."""
    return _entering(user, submission) is not None


def may_enter(user: User, submission: Submission, form_code: str = "", row: str = "") -> bool:
    """Type into this report; with ``form_code`` and ``row``, into this very row (R35, R49). Whoever has a list has all
    its rows, and may add some."""
    if submission.status not in EDITABLE:
        return False
    if not form_code:
        return _entering(user, submission) is not None
    return _entering(user, submission, *_scopes(submission, form_code, row)) is not None


def enterable_rows(user: User, submission: Submission, form_code: str, rows: list[str]) -> frozenset[str]:
    """Of ``rows``, those the user may type into; resolved once for a whole sheet."""
    if submission.status not in EDITABLE:
        return frozenset()
    return frozenset(row for row in rows if _entering(user, submission, *_scopes(submission, form_code, row)))


def may_write(user: User, submission: Submission) -> bool:
    """Write the narrative and attach files: ENTER not narrowed to single rows or forms."""
    if submission.status not in EDITABLE:
        return False
    held = _entering(user, submission, *_scopes(submission))
    return held is not None or (not submission.sheets.exists() and _entering(user, submission) is not None)


def may_submit(user: User, submission: Submission) -> bool:
    return submission.status in EDITABLE and _entering(user, submission) is not None


def may_withdraw(user: User, submission: Submission) -> bool:
    """Those who submit; once approved and not issued, also the leader who approves the report.

    What was approved by a signed document may be withdrawn until it is sent: another document is uploaded then.
    """
    if submission.status not in {Status.IN_REVIEW, Status.APPROVED}:
        return False
    if submission.status == Status.APPROVED and _is_numbered_here(submission):
        return False
    leader = submission.status == Status.APPROVED and duties_of(user).holds(
        DutyKind.APPROVE_REPORT, submission.obligation.organisation_id, *_scopes(submission)
    )
    return _entering(user, submission) is not None or leader


def deciding_duty(
    user: User, submission: Submission, step: RequiredStep, form_code: str = ""
) -> HeldDuty | None:
    """The duty with which ``user`` may take ``step`` (on that sheet); None for authors and for everybody else.

    Nobody approves what they entered or edited, but for ``_own_data``, and where the law lets who reports answer
    alone: enterprises and individuals declare what they entered.
    """
    snapshot = submission.snapshot
    if submission.status != Status.IN_REVIEW or snapshot is None:
        return None
    if user.pk in snapshot.author_ids and step.step != Step.DECLARE:
        return _own_data(user, submission, step, form_code)
    return duties_of(user).held(
        step.duty, submission.obligation.organisation_id, *_scopes(submission, form_code)
    )


def _own_data(user: User, submission: Submission, step: RequiredStep, form_code: str) -> HeldDuty | None:
    """The one exception is law, where the province's profile has it (R39; Lai Châu 10.2b): who enters may approve the
    *data* of forms in his charge, never the report, with a written delegation that names the form.
    """
    organisation_id = submission.obligation.organisation_id
    if step.duty != DutyKind.APPROVE_DATA or not form_code or not profiles.current().delegated_data:
        return None
    if _entering(user, submission, *_scopes(submission, form_code)) is None:
        return None
    held = duties_of(user).duties
    return next(
        (
            duty
            for duty in held
            if duty.kind == step.duty
            and duty.organisation_id == organisation_id
            and duty.acting_for_id is not None
            and f"form:{form_code}" in duty.scopes
        ),
        None,
    )


def candidates(
    submission: Submission, step: RequiredStep, form_code: str, authors: Collection[int]
) -> list[User]:
    """Everybody who could take this step of what ``authors`` (primary keys of people) have made."""
    people = holders(step.duty, submission.obligation.organisation_id, *_scopes(submission, form_code))
    return [
        person
        for person in people
        if person.pk not in authors
        or step.step == Step.DECLARE
        or _own_data(person, submission, step, form_code)
    ]


def _is_numbered_here(submission: Submission) -> bool:
    document = submission.document
    return (
        document is not None
        and document.is_issued
        and submission.approval_policy != ApprovalPolicy.BY_DOCUMENT
    )


def may_issue(user: User, submission: Submission) -> bool:
    """Give and void numbers; a signed document came with its own."""
    return (
        submission.status == Status.APPROVED
        and submission.approval_policy != ApprovalPolicy.BY_DOCUMENT
        and duties_of(user).holds(DutyKind.ISSUE, submission.obligation.organisation_id, *_scopes(submission))
    )


def may_send(user: User, submission: Submission) -> bool:
    return submission.status == Status.APPROVED and duties_of(user).holds(
        DutyKind.SEND, submission.obligation.organisation_id, *_scopes(submission)
    )


def may_record_outside(user: User, submission: Submission) -> bool:
    return submission.status in EDITABLE and duties_of(user).holds(
        DutyKind.SEND, submission.obligation.organisation_id, *_scopes(submission)
    )


def may_recall(user: User, submission: Submission) -> bool:
    return submission.status == Status.SENT and duties_of(user).holds(
        DutyKind.SEND, submission.obligation.organisation_id, *_scopes(submission)
    )


def may_receive(user: User, submission: Submission) -> bool:
    """Accept or return what was sent (R107, R108); never what one has sent oneself."""
    if submission.status != Status.SENT:
        return False
    open_dispatch = next((dispatch for dispatch in submission.dispatches.all() if not dispatch.outcome), None)
    return (
        open_dispatch is not None
        and open_dispatch.sent_by_id != user.pk
        and duties_of(user).holds(DutyKind.RECEIVE, submission.obligation.recipient_id, *_scopes(submission))
    )


def may_request_adjustment(user: User, submission: Submission) -> bool:
    return submission.status == Status.ACCEPTED and _entering(user, submission) is not None


def may_adjust(user: User, submission: Submission) -> bool:
    """Grant, decline or demand an adjustment: the receiver."""
    return submission.status == Status.ACCEPTED and duties_of(user).holds(
        DutyKind.RECEIVE, submission.obligation.recipient_id, *_scopes(submission)
    )


def may_cancel_adjustment(user: User, submission: Submission) -> bool:
    return submission.status == Status.ADJUSTING and _entering(user, submission) is not None


def may_read_live(user: User, submission: Submission) -> bool:
    """Read cells and texts as they are being written; everybody else reads the last dispatch."""
    return is_inside(user, submission)


def may_publish(user: User, submission: Submission) -> bool:
    """Release the figures and document of an accepted report: PUBLISH at the sender or at the recipient (R125)."""
    if submission.accepted_snapshot_id is None or submission.status not in WITH_RECIPIENT:
        return False
    book = duties_of(user)
    return any(
        book.holds(DutyKind.PUBLISH, organisation_id, *_scopes(submission))
        for organisation_id in (submission.obligation.organisation_id, submission.obligation.recipient_id)
    )
