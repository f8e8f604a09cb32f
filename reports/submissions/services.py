"""The verbs of a report. Each locks the submission row first, moves along ``status.TRANSITIONS``, writes the audit
entry and the messages, all in one transaction. Nothing else changes a status.

All take ``at`` (an aware moment, now by default); only the demonstration's story may set it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from home.accounts.duties import holders
from home.accounts.models import DutyKind, User
from home.audit.services import record
from indicators.store.models import Figure, Source, SourceKind, Standing
from indicators.store.services import StoreError, address_of, post
from reports.deadlines.models import Obligation, ObligationState
from reports.documents.errors import NumberRefused
from reports.documents.numbering import give_number
from reports.regimes.models import Content
from reports.signing.verification import is_validly_signed

from . import messages, paper
from .cells import prefill, restore_cells
from .checks.explaining import restore_explanations
from .completeness import problems
from .content import canonical_json, frozen_sheets, record_of, sha256_of
from .errors import (
    Incomplete,
    InvalidTransition,
    NobodyCanApprove,
    NotAllowed,
    SnapshotChanged,
    SubmissionError,
)
from .models import (
    AdjustmentRequest,
    Attachment,
    CellChange,
    Decision,
    Dispatch,
    DispatchChannel,
    DispatchOutcome,
    Explanation,
    Outcome,
    Section,
    SectionChange,
    Sheet,
    Snapshot,
    Step,
    Submission,
)
from .permissions import (
    candidates,
    deciding_duty,
    may_adjust,
    may_cancel_adjustment,
    may_issue,
    may_recall,
    may_receive,
    may_record_outside,
    may_request_adjustment,
    may_send,
    may_submit,
    may_withdraw,
)
from .sections import restore_sections
from .status import TRANSITIONS, Reason, Status, Verb
from .steps import open_step, required, sheet_stands, signed_decision, standing_steps, step_stands
from .window import require_writable
from .workflow import RequiredStep

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from home.accounts.models import Appointment

#: What higher apps keep beside a report (the inputs of a consolidation) and put back with its cells.
restorers: list[Callable[..., None]] = []


# ------------------------------------------------------------------ opening


@transaction.atomic
def open_submission(obligation: Obligation, *, at: datetime | None = None) -> Submission:
    """The answer to an obligation, made with its sheets, sections and prefilled cells the first time it is asked for.

    Raises:
        InvalidTransition: the obligation is exempted or cancelled.
    """
    obligation = Obligation.objects.select_for_update().get(pk=obligation.pk)
    if existing := Submission.objects.filter(obligation=obligation).first():
        return existing
    if obligation.state in {ObligationState.EXEMPTED, ObligationState.CANCELLED}:
        raise InvalidTransition(
            f"Báo cáo này {obligation.get_state_display().lower()}: {obligation.state_reason}"
        )
    submission = Submission.objects.create(obligation=obligation, status_since=at or timezone.now())
    regime = submission.regime
    if regime["content"] != Content.NARRATIVE:
        order = {pk: place for place, pk in enumerate(_form_order(submission))}
        versions = sorted(obligation.form_versions.all(), key=lambda version: order.get(version.pk, 0))
        Sheet.objects.bulk_create(
            [
                Sheet(submission=submission, form_version=version, sort_order=place)
                for place, version in enumerate(versions)
            ]
        )
    if regime["content"] != Content.FIGURES:
        Section.objects.bulk_create(
            [
                Section(
                    submission=submission, key=section["key"], heading=section["heading"], sort_order=place
                )
                for place, section in enumerate(regime["outline"])
            ]
        )
    prefill(submission, at=at)
    return submission


def _form_order(submission: Submission) -> list[int]:
    obligation = submission.obligation
    return [
        version
        for subject in submission.regime["subjects"]
        if subject["organisation"] == obligation.organisation_id and subject["tier"] == obligation.tier.number
        for version in subject["forms"]
    ]


# ------------------------------------------------------------------ shared


def locked(submission: Submission) -> Submission:
    """The row, locked until the end of the transaction. Every verb starts here."""
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("snapshot", "accepted_snapshot", "document")
        .with_obligation()
        .get(pk=submission.pk)
    )


def _move(submission: Submission, verb: Verb, *, by: User | None, at: datetime, **data: Any) -> None:
    """Set the status along the table and write the audit entry.

    Raises:
        InvalidTransition: the report is not where the verb starts from.
    """
    sources, target = TRANSITIONS[verb]
    if submission.status not in sources:
        raise InvalidTransition(
            f"Không thể {verb.label.lower()}: báo cáo đang ở trạng thái “{submission.get_status_display()}”. "
            "Tải lại trang để xem việc có thể làm."
        )
    data["from"] = submission.status
    submission.status = target
    submission.status_since = at
    submission.save(update_fields=["status", "status_since"])
    _record(submission, verb, by=by, at=at, **data)


def _record(submission: Submission, verb: Verb, *, by: User | None, at: datetime, **data: Any) -> None:
    record(
        f"submission.{verb}",
        submission,
        by=by,
        organisation=submission.obligation.organisation.code,
        at=at,
        **data,
    )


def _require(allowed: bool, verb: Verb, submission: Submission) -> None:
    if not allowed:
        raise NotAllowed(
            f"Ông/bà không thực hiện được “{verb.label}” khi báo cáo ở trạng thái "
            f"“{submission.get_status_display()}”."
        )


def _stated(reason: str, what: str) -> str:
    if not reason.strip():
        raise SubmissionError(f"Phải ghi lý do {what}.")
    return reason.strip()


def _named_reasons(reasons: Sequence[str], text: str, what: str) -> tuple[list[str], str]:
    """At least one named reason and a text (R101; X13)."""
    known = [reason for reason in reasons if reason in Reason.values]
    if not known or len(known) != len(list(reasons)):
        raise SubmissionError(f"Chọn ít nhất một lý do {what} trong danh sách.")
    return known, _stated(text, f"cụ thể khi {what}")


def reasons_in_words(reasons: Iterable[str], text: str) -> str:
    """``Sai số liệu; Sai đơn vị tính – Dòng 3 …``"""
    named = "; ".join(str(Reason(reason).label) for reason in reasons)
    return f"{named} – {text}" if named and text else named or text


def authors_since_acceptance(submission: Submission) -> set[int]:
    """Who changed cells, explanations, sections or attachments since the last acceptance (all of them, where there is none)."""
    accepted = submission.dispatches.filter(outcome=DispatchOutcome.ACCEPTED).order_by("-number").first()
    since = accepted.decided_at if accepted else None
    cells = CellChange.objects.filter(sheet__submission=submission, by__isnull=False, by_hand=True)
    sections = SectionChange.objects.filter(section__submission=submission, by__isnull=False)
    said = Explanation.objects.filter(sheet__submission=submission, by__isnull=False)
    unsaid = Explanation.objects.filter(sheet__submission=submission, superseded_by__isnull=False)
    added = Attachment.objects.filter(submission=submission, added_by__isnull=False)
    removed = Attachment.objects.filter(submission=submission, removed_by__isnull=False)
    if since is not None:
        cells, sections = cells.filter(at__gt=since), sections.filter(at__gt=since)
        said, unsaid = said.filter(at__gt=since), unsaid.filter(superseded_at__gt=since)
        added, removed = added.filter(added_at__gt=since), removed.filter(removed_at__gt=since)
    return {
        *cells.values_list("by", flat=True),
        *sections.values_list("by", flat=True),
        *said.values_list("by", flat=True),
        *unsaid.values_list("superseded_by", flat=True),
        *added.values_list("added_by", flat=True),
        *removed.values_list("removed_by", flat=True),
    }


def _freeze(submission: Submission, *, by: User, at: datetime) -> Snapshot:
    data, hashes = record_of(submission)
    content = canonical_json(data)
    last = submission.snapshots.order_by("-number").first()
    return Snapshot.objects.create(
        submission=submission,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=sha256_of(content),
        sheet_hashes=hashes,
        author_ids=sorted(authors_since_acceptance(submission)),
        taken_at=at,
        taken_by=by,
    )


# ------------------------------------------------------------------ inside the organisation


@transaction.atomic
def submit(submission: Submission, *, by: User, at: datetime | None = None) -> Submission:
    """Freeze a snapshot and start the approval steps of the regime's policy (R99).

    Sheets unchanged since their approval keep it.

    Raises:
        NotAllowed: ``by`` does not enter data for this report.
        InvalidTransition: it is in review, approved, sent or accepted.
        Incomplete: ``problems`` lists everything that is missing.
        NobodyCanApprove: a step has nobody but the authors, or the steps are switched off.
    """
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_submit(by, submission), Verb.SUBMIT, submission)
    require_writable(submission, "báo cáo", at=at)
    if found := problems(submission):
        raise Incomplete([problem.text for problem in found])
    workflow = submission.get_workflow()
    if workflow is None:
        raise NobodyCanApprove(
            "Quy trình phê duyệt của chế độ báo cáo này đang bị tắt. "
            "Đề nghị quản trị hệ thống bật lại quy trình và các bước của nó."
        )
    snapshot = _freeze(submission, by=by, at=at)
    submission.snapshot = snapshot
    _require_approvers(submission, snapshot)
    # While the row still says "editable", so that the cancelled workflow is nobody's news.
    if old := submission.current_workflow_state:
        old.cancel(user=by)
    submission.save(update_fields=["snapshot"])
    _move(submission, Verb.SUBMIT, by=by, at=at, snapshot=snapshot.number, sha256=snapshot.sha256)
    submission.save_revision(user=by, clean=False, changed=False)
    workflow.start(submission, by)
    _advance(submission, by=by, at=at)
    return submission


def _require_approvers(submission: Submission, snapshot: Snapshot) -> None:
    """Refuse now what could never be approved later, and say whom to ask."""
    authors = set(snapshot.author_ids)
    organisation_id = submission.obligation.organisation_id
    missing: dict[str, None] = {}
    for step in required(submission):
        codes = list(snapshot.sheet_hashes) if step.step == Step.DATA else [""]
        for code in codes:
            if code and sheet_stands(submission, snapshot, code):
                continue
            if not candidates(submission, step, code, authors):
                missing[f"{step.label.lower()}{f' biểu {code}' if code else ''}"] = None
    if missing:
        admins = holders(DutyKind.UNIT_ADMIN, organisation_id)
        whom = ", ".join(map(str, admins)) or "quản trị hệ thống"
        raise NobodyCanApprove(
            f"Chưa có ai {', '.join(missing)} ngoài những người đã nhập báo cáo này; người nhập không được tự duyệt. "
            f"Đề nghị giao nhiệm vụ cho người khác: liên hệ {whom}."
        )


@transaction.atomic
def withdraw(submission: Submission, *, by: User, reason: str = "", at: datetime | None = None) -> Submission:
    """Take it back before it is issued. Once approved, only with a reason."""
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_withdraw(by, submission), Verb.WITHDRAW, submission)
    if submission.status == Status.APPROVED:
        reason = _stated(reason, "rút lại báo cáo đã duyệt")
        submission.document = None
        submission.save(update_fields=["document"])
    _move(submission, Verb.WITHDRAW, by=by, at=at, text=reason.strip())
    _end_workflow(submission, by)
    return submission


def _end_workflow(submission: Submission, by: User | None) -> None:
    if state := submission.current_workflow_state:
        state.cancel(user=by)


def _deciding(
    submission: Submission, step_kind: Step, by: User, seen: str, code: str = ""
) -> tuple[RequiredStep, tuple[str, int | None]]:
    """The open step of this kind, and the duty ``by`` takes it with.

    Raises:
        NotAllowed, SnapshotChanged
    """
    snapshot = submission.snapshot
    step = open_step(submission)
    if submission.status != Status.IN_REVIEW or snapshot is None or step is None or step.step != step_kind:
        raise NotAllowed(
            f"Báo cáo không ở bước {Step(step_kind).label.lower()} (đang: {submission.get_status_display().lower()}). "
            "Tải lại trang để xem việc có thể làm."
        )
    if seen != snapshot.sha256:
        raise SnapshotChanged(
            "Báo cáo đã được trình lại sau khi ông/bà mở trang này. Xem bản mới rồi quyết định lại."
        )
    duty = deciding_duty(by, submission, step, code)
    if duty is None and by.pk in snapshot.author_ids:
        raise NotAllowed("Người đã nhập hoặc sửa báo cáo không được tự duyệt báo cáo đó.")
    if duty is None:
        raise NotAllowed(f"Ông/bà không có nhiệm vụ {step.label.lower()}{f' biểu {code}' if code else ''}.")
    return step, (duty.kind, duty.acting_for_id)


def _decide(
    submission: Submission,
    step: RequiredStep,
    outcome: Outcome,
    *,
    by: User,
    duty: tuple[str, int | None],
    at: datetime,
    code: str = "",
    as_step: Step | None = None,
    reasons: Sequence[str] = (),
    text: str = "",
    **signed: Any,
) -> Decision:
    snapshot = submission.snapshot
    assert snapshot is not None
    return Decision.objects.create(
        submission=submission,
        snapshot=snapshot,
        step=as_step or step.step,
        step_number=step.number,
        sheet_code=code,
        outcome=outcome,
        sha256=snapshot.sheet_hashes[code] if code else snapshot.sha256,
        person=by,
        duty=duty[0],
        on_behalf_of_id=duty[1],
        channel=step.channel,
        at=at,
        reasons=list(reasons),
        text=text,
        **signed,
    )


@transaction.atomic
def review(
    submission: Submission, *, by: User, seen: str, text: str = "", at: datetime | None = None
) -> Decision:
    """Say that the open REVIEW step is done (R99). ``seen`` is the hash of the snapshot that was read."""
    at = at or timezone.now()
    submission = locked(submission)
    step, duty = _deciding(submission, Step.REVIEW, by, seen)
    decision = _decide(submission, step, Outcome.APPROVED, by=by, duty=duty, at=at, text=text)
    _record(submission, Verb.REVIEW, by=by, at=at, text=text, number=step.number)
    _advance(submission, by=by, at=at)
    return decision


@transaction.atomic
def approve_data(
    submission: Submission,
    *,
    by: User,
    seen: str,
    form_codes: Sequence[str] | None = None,
    at: datetime | None = None,
) -> list[Decision]:
    """Approve the figures of these sheets, or of all that wait for this leader (R100). They enter the own store (R102)."""
    at = at or timezone.now()
    submission = locked(submission)
    snapshot = submission.snapshot
    waiting = [
        code
        for code in (snapshot.sheet_hashes if snapshot else {})
        if not sheet_stands(submission, snapshot, code)
    ]
    if form_codes is None:
        step = open_step(submission)
        form_codes = [
            code
            for code in waiting
            if step is not None and deciding_duty(by, submission, step, code) is not None
        ] or waiting[:1]
    if unknown := [code for code in form_codes if code not in waiting]:
        raise SubmissionError(f"Biểu {', '.join(unknown)} không chờ duyệt số liệu.")
    decisions = []
    for code in form_codes:
        step, duty = _deciding(submission, Step.DATA, by, seen, code)
        decisions.append(_decide(submission, step, Outcome.APPROVED, by=by, duty=duty, at=at, code=code))
    _record(submission, Verb.APPROVE_DATA, by=by, at=at, forms=list(form_codes))
    _enter_own_store(submission, decisions, by=by, at=at)
    _advance(submission, by=by, at=at)
    return decisions


@transaction.atomic
def approve_report(submission: Submission, *, by: User, seen: str, at: datetime | None = None) -> Decision:
    """Approve the report as the person competent to sign it (R103, R175)."""
    at = at or timezone.now()
    submission = locked(submission)
    step, duty = _deciding(submission, Step.REPORT, by, seen)
    decision = _decide(submission, step, Outcome.APPROVED, by=by, duty=duty, at=at)
    _record(submission, Verb.APPROVE_REPORT, by=by, at=at)
    if step.approves_data:
        _approve_sheets(submission, step, by=by, duty=duty, at=at)
    _advance(submission, by=by, at=at)
    return decision


def _approve_sheets(
    submission: Submission, step: RequiredStep, *, by: User, duty: tuple[str, int | None], at: datetime
) -> None:
    """The act on the report is also that on each of its sheets."""
    assert submission.snapshot is not None
    sheets = [
        _decide(submission, step, Outcome.APPROVED, by=by, duty=duty, at=at, code=code, as_step=Step.DATA)
        for code in submission.snapshot.sheet_hashes
    ]
    _enter_own_store(submission, sheets, by=by, at=at)


@transaction.atomic
def declare(submission: Submission, *, by: User, seen: str, at: datetime | None = None) -> Decision:
    """An enterprise or individual answers for its own report: who enters declares it right, and nobody else decides.

    Raises:
        NotAllowed: this report is not declared, or ``by`` does not enter for it.
        SnapshotChanged
    """
    at = at or timezone.now()
    submission = locked(submission)
    step, duty = _deciding(submission, Step.DECLARE, by, seen)
    decision = _decide(submission, step, Outcome.APPROVED, by=by, duty=duty, at=at)
    _record(submission, Verb.DECLARE, by=by, at=at)
    _approve_sheets(submission, step, by=by, duty=duty, at=at)
    _advance(submission, by=by, at=at)
    return decision


@transaction.atomic
def approve_by_document(
    submission: Submission,
    *,
    by: User,
    seen: str,
    name: str,
    content: bytes,
    signer: Appointment,
    number: int,
    symbol: str,
    issued_on: date,
    at: datetime | None = None,
) -> Decision:
    """The clerk records what a leader who does not use the portal has signed: the paper of the current snapshot, as PDF
    called ``name``, with its number and date. The approval stands on it, and it is what will be sent.

    A paper that was signed for another snapshot is refused. What was recorded and withdrawn before it was sent may be
    recorded again under the same number.

    Raises:
        NotAllowed: this report is not approved so, or ``by`` is not its clerk or is one of its authors.
        SnapshotChanged
        SubmissionError: the signer had no authority on that day or is an author, that day lies before the report, the
            file is no PDF or of another snapshot, or the number is taken or badly formed.
    """
    at = at or timezone.now()
    submission = locked(submission)
    step, (duty, _) = _deciding(submission, Step.DOCUMENT, by, seen)
    _require_signer(submission, signer, issued_on)
    file = paper.archive_signed(submission, name, content, at=at)
    decision = _decide(
        submission,
        step,
        Outcome.APPROVED,
        by=by,
        duty=(duty, signer.person_id),
        at=at,
        file=file,
        appointment=signer,
    )
    document = paper.enter_signed(
        submission, file, number=number, symbol=symbol, issued_on=issued_on, by=by, at=at
    )
    _record(
        submission,
        Verb.APPROVE_BY_DOCUMENT,
        by=by,
        at=at,
        number=document.number_and_symbol,
        signer=str(signer),
        file=file.sha256,
        sha256=decision.sha256,
    )
    _approve_sheets(submission, step, by=by, duty=(duty, signer.person_id), at=at)
    _advance(submission, by=by, at=at)
    return decision


def _require_signer(submission: Submission, signer: Appointment, day: date) -> None:
    assert submission.snapshot is not None
    opens = submission.obligation.tier.opens_on
    if day < opens:
        raise SubmissionError(
            f"Ngày ban hành {day:%d/%m/%Y} đứng trước ngày đợt báo cáo bắt đầu ({opens:%d/%m/%Y}). "
            "Ghi ngày trên văn bản đã ký."
        )
    issuer = paper.issuer(submission, day)
    if signer.organisation_id != issuer.pk or not _holds_office(signer, day):
        raise SubmissionError(
            f"{signer.person} không giữ chức vụ {signer.title} tại {issuer} vào ngày {day:%d/%m/%Y}."
        )
    if signer.person_id in submission.snapshot.author_ids:
        raise SubmissionError("Người đã nhập hoặc sửa báo cáo không được tự ký duyệt báo cáo đó.")


def _holds_office(office: Appointment, day: date) -> bool:
    return office.valid_from <= day and (office.valid_to is None or day <= office.valid_to)


@transaction.atomic
def refuse(
    submission: Submission,
    *,
    by: User,
    seen: str,
    reasons: Sequence[str],
    text: str,
    form_code: str = "",
    at: datetime | None = None,
) -> Decision:
    """Say no at the open step, with named reasons and a text (R101). The other sheets keep their approval."""
    at = at or timezone.now()
    submission = locked(submission)
    open_now = open_step(submission)
    if open_now is None:
        _require(False, Verb.REFUSE, submission)
        raise AssertionError
    step, duty = _deciding(submission, open_now.step, by, seen, form_code)
    reasons, text = _named_reasons(reasons, text, "không duyệt")
    decision = _decide(
        submission,
        step,
        Outcome.REFUSED,
        by=by,
        duty=duty,
        at=at,
        code=form_code if step.step == Step.DATA else "",
        reasons=reasons,
        text=text,
    )
    _move(submission, Verb.REFUSE, by=by, at=at, reasons=reasons, text=text, form=form_code)
    _end_workflow(submission, by)
    messages.tell_writers(
        submission,
        "submission.refused",
        occasion=decision.pk,
        at=at,
        reasons=reasons_in_words(reasons, text),
        person=str(by),
    )
    return decision


def _enter_own_store(
    submission: Submission, decisions: Sequence[Decision], *, by: User, at: datetime
) -> None:
    """Figures approved inside have standing UNIT: the organisation's own store (ST 14.4, LC 15.4b)."""
    assert submission.snapshot is not None
    contents = {content.code: content for content in frozen_sheets(submission.snapshot)}
    for decision in decisions:
        source = Source.objects.create(
            kind=SourceKind.DECISION,
            code=f"{submission.pk}-{decision.pk}",
            citation=f"Duyệt số liệu biểu {decision.sheet_code}, {submission.obligation}",
            sha256=decision.sha256,
            stated_on=timezone.localdate(at),
            created_at=at,
        )
        _post(submission, [contents[decision.sheet_code]], source, Standing.UNIT, by=by, at=at)


def _post(
    submission: Submission,
    sheets: Sequence[Any],
    source: Source,
    standing: Standing,
    *,
    by: User,
    at: datetime,
) -> None:
    obligation = submission.obligation
    period = obligation.tier.round.span
    entries = [entry for sheet in sheets for entry in sheet.entries(period, obligation.organisation_id)]
    emptied = {entry.place: entry.address for entry in entries if entry.value.is_blank}
    standing_there = Figure.objects.filter(
        known_to__isnull=True,
        standing=standing,
        supplier_id=obligation.organisation_id,
        place__in=list(emptied),
        period__in={entry.period for entry in entries},
    )
    retracted = [
        address for figure in standing_there if (address := address_of(figure)) == emptied[figure.place]
    ]
    try:
        post(
            entries,
            source=source,
            standing=standing,
            supplier=obligation.organisation,
            by=by,
            at=at,
            retracted=retracted,
        )
    except StoreError as error:
        raise SubmissionError(str(error)) from error


def _advance(submission: Submission, *, by: User, at: datetime) -> None:
    """Bring Wagtail's workflow to where the Decisions are; its last step finishes the approval.

    Tasks that no policy asked for (added in Wagtail's screens) are passed over: they decide nothing here.
    """
    from wagtail.models import TaskState

    asked = {(str(step.step), step.number): step for step in required(submission)}
    state = submission.current_workflow_state
    while state is not None and state.status == state.STATUS_IN_PROGRESS:
        task_state = state.current_task_state
        task = task_state.task.specific
        step = asked.get((getattr(task, "step", ""), getattr(task, "step_number", 0)))
        if step is None:
            task_state.status = TaskState.STATUS_SKIPPED
            task_state.finished_at = at
            task_state.save(update_fields=["status", "finished_at"])
            state.update(user=by)
        elif step_stands(submission, step):
            task_state.specific.approve(user=by)
        else:
            _tell_open_step(submission, step, by=by, at=at)
            break
        state = submission.current_workflow_state
    submission.refresh_from_db(fields=["status", "status_since", "document"])


def _tell_open_step(submission: Submission, step: RequiredStep, *, by: User, at: datetime) -> None:
    assert submission.snapshot is not None
    authors = set(submission.snapshot.author_ids)
    codes: list[str] = [""]
    if step.step == Step.DATA:
        codes = [
            code
            for code in submission.snapshot.sheet_hashes
            if not sheet_stands(submission, submission.snapshot, code)
        ]
    people = {person for code in codes for person in candidates(submission, step, code, authors)}
    if step.step == Step.DECLARE:
        people.discard(by)
    messages.tell_step(submission, step, sorted(people, key=lambda person: person.pk), at=at)


@transaction.atomic
def workflow_finished(workflow_state: WorkflowState, user: User | None) -> None:
    """Wagtail's workflow has come to its end: APPROVED if every Decision the policy asks for stands, else REWORK.

    Tried: an administrator who switches tasks off ends the workflow with nobody having decided.
    """
    at = timezone.now()
    submission = locked(workflow_state.content_object)
    if submission.status != Status.IN_REVIEW:
        return
    steps = required(submission)
    if not steps or len(standing_steps(submission)) < len(steps):
        lapse(submission, by=user, at=at)
        return
    last = submission.decisions.order_by("-at", "-pk").first()
    at = last.at if last else at
    _move(submission, Verb.APPROVE, by=user, at=at)
    if signed_decision(submission) is None:
        submission.document = paper.draft(submission, at=at)
        submission.save(update_fields=["document"])
    assert submission.document is not None
    organisation_id = submission.obligation.organisation_id
    waits_for_number = submission.regime["requires_number"] and not submission.document.is_issued
    duty = DutyKind.ISSUE if waits_for_number else DutyKind.SEND
    messages.tell_holders(
        submission,
        "submission.approved",
        duty,
        organisation_id=organisation_id,
        occasion=submission.snapshot_id,
        at=at,
        todo="cấp số, phát hành rồi gửi báo cáo" if duty == DutyKind.ISSUE else "gửi báo cáo",
    )


@transaction.atomic
def lapse(submission: Submission, *, by: User | None, at: datetime | None = None) -> None:
    """The approval steps were switched off under a waiting report: give it back, lose nothing."""
    at = at or timezone.now()
    submission = locked(submission)
    if submission.status != Status.IN_REVIEW:
        return
    _move(submission, Verb.LAPSE, by=by, at=at)
    messages.tell_writers(submission, "submission.lapsed", occasion=submission.snapshot_id, at=at)


# ------------------------------------------------------------------ paper and sending


def issue(
    submission: Submission,
    *,
    by: User,
    number: int | None,
    issued_on: date | None,
    symbol: str = "",
    at: datetime | None = None,
) -> Submission:
    """Give the approved report its number and date (R104; Decree 30/2020 Art. 15, 18) and archive its PDF.

    Where the portal counts the organisation's numbers, ``number`` None takes the next one (X6). The PDF is rendered
    after the number is committed: no rendering while a transaction holds the database.

    Raises:
        NotAllowed, InvalidTransition
        SubmissionError: the number is taken or badly formed.
    """
    at = at or timezone.now()
    with transaction.atomic():
        submission = locked(submission)
        _require(may_issue(by, submission), Verb.ISSUE, submission)
        document = submission.document
        assert document is not None
        if document.is_issued:
            raise InvalidTransition(f"Báo cáo đã có số {document.number_and_symbol}.")
        try:
            give_number(
                document,
                number=number,
                symbol=symbol or paper.default_symbol(submission),
                issued_on=issued_on,
                by=by,
                at=at,
            )
        except NumberRefused as error:
            raise SubmissionError(str(error)) from error
        _record(submission, Verb.ISSUE, by=by, at=at, number=document.number_and_symbol)
        messages.tell_holders(
            submission,
            "submission.issued",
            DutyKind.SEND,
            organisation_id=submission.obligation.organisation_id,
            occasion=document.pk,
            at=at,
            but=by,
            number=document.number_and_symbol,
        )
    paper.ensure_pdf(submission, at=at)
    return submission


def send(submission: Submission, *, by: User, at: datetime | None = None) -> Dispatch:
    """Send the approved report to its recipient (R105, R106). First of all it must be approved, numbered and signed
    as its regime asks; what is missing is named.

    Raises:
        NotAllowed, InvalidTransition
        SubmissionError: an approval, the number or the signature is missing.
    """
    at = at or timezone.now()
    if may_send(by, submission) and submission.document and not submission.regime["requires_number"]:
        paper.ensure_pdf(submission, at=at)
    with transaction.atomic():
        submission = locked(submission)
        if submission.status != Status.APPROVED:
            raise InvalidTransition(
                "Chỉ gửi được báo cáo đã được duyệt "
                f"(báo cáo đang ở trạng thái “{submission.get_status_display()}”)."
            )
        _require(may_send(by, submission), Verb.SEND, submission)
        _require_ready_to_send(submission)
        dispatch = _dispatch(submission, by=by, sent_at=at, at=at)
        _move(submission, Verb.SEND, by=by, at=at, receipt=dispatch.receipt, number=dispatch.number)
        messages.tell_holders(
            submission,
            "submission.sent",
            DutyKind.RECEIVE,
            organisation_id=submission.obligation.recipient_id,
            occasion=dispatch.pk,
            at=at,
            receipt=dispatch.receipt,
        )
    return dispatch


def missing_to_send(submission: Submission) -> list[str]:
    """What an approved report still lacks before it can be sent, in words (R104, R106).

    The PDF of a document without a number is made in the act of sending.
    """
    missing = []
    if len(standing_steps(submission)) < len(required(submission)):
        missing.append("chưa đủ các bước phê duyệt trên bản trình hiện tại")
    document = submission.document
    if (signed := signed_decision(submission)) and not (document and document.pdf_id == signed.file_id):
        missing.append("văn bản không phải là tệp đã ký của bản trình hiện tại")
    if submission.regime["requires_number"]:
        if not (document and document.is_issued):
            missing.append("chưa có số, ký hiệu và ngày ban hành (việc của văn thư)")
        elif document.pdf is None:
            missing.append("chưa có tệp văn bản; mở tab Văn bản để tạo lại")
    if submission.regime["requires_signature"] and not (
        document and document.pdf and is_validly_signed(document.pdf.sha256)
    ):
        missing.append("chưa có chữ ký số hợp lệ của người có thẩm quyền và của cơ quan")
    return missing


def _require_ready_to_send(submission: Submission) -> None:
    missing = missing_to_send(submission)
    if not missing and (submission.document is None or submission.document.pdf is None):
        missing = ["chưa có tệp văn bản; mở tab Văn bản để tạo lại"]
    if missing:
        raise SubmissionError(f"Chưa gửi được báo cáo: {'; '.join(missing)}.")


def _dispatch(
    submission: Submission,
    *,
    by: User,
    sent_at: datetime,
    at: datetime,
    channel: str = DispatchChannel.PORTAL,
    evidence: Attachment | None = None,
    note: str = "",
) -> Dispatch:
    assert submission.snapshot is not None
    last = submission.dispatches.order_by("-number").first()
    document = submission.document if channel == DispatchChannel.PORTAL else None
    dispatch = Dispatch.objects.create(
        submission=submission,
        number=last.number + 1 if last else 1,
        snapshot=submission.snapshot,
        document=document,
        pdf=document.pdf if document else None,
        channel=channel,
        evidence=evidence,
        note=note,
        sent_at=sent_at,
        sent_by=by,
        recorded_at=at,
        receipt=f"{timezone.localdate(at):%y%m%d}-{submission.pk:06}-{secrets.token_hex(3).upper()}",
    )
    if submission.first_sent_at is None or sent_at < submission.first_sent_at:
        submission.first_sent_at = sent_at
        submission.save(update_fields=["first_sent_at"])
    if submission.obligation.state == ObligationState.MISSED:
        Obligation.objects.filter(pk=submission.obligation_id).update(state=ObligationState.GIVEN)
    return dispatch


@transaction.atomic
def record_outside(
    submission: Submission,
    *,
    by: User,
    channel: str,
    sent_at: datetime,
    evidence: Attachment | None,
    note: str = "",
    at: datetime | None = None,
) -> Dispatch:
    """Record what was sent another way during an incident, with its real date and proof (R112, R113; KH 7.4, TB 10.2d)."""
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_record_outside(by, submission), Verb.RECORD_OUTSIDE, submission)
    if channel not in set(DispatchChannel.values) - {DispatchChannel.PORTAL}:
        raise SubmissionError("Chọn cách đã gửi ngoài hệ thống.")
    if sent_at > at:
        raise SubmissionError("Thời điểm đã gửi không thể ở tương lai.")
    if evidence is None or evidence.submission_id != submission.pk or evidence.removed_at:
        raise SubmissionError("Đính kèm minh chứng đã gửi (bản quét, ảnh chụp màn hình, phiếu gửi).")
    submission.snapshot = _freeze(submission, by=by, at=at)
    submission.save(update_fields=["snapshot"])
    dispatch = _dispatch(
        submission, by=by, sent_at=sent_at, at=at, channel=channel, evidence=evidence, note=note.strip()
    )
    _move(
        submission,
        Verb.RECORD_OUTSIDE,
        by=by,
        at=at,
        receipt=dispatch.receipt,
        channel=channel,
        sent_at=sent_at.isoformat(),
        text=note.strip(),
    )
    messages.tell_holders(
        submission,
        "submission.sent",
        DutyKind.RECEIVE,
        organisation_id=submission.obligation.recipient_id,
        occasion=dispatch.pk,
        at=at,
        receipt=dispatch.receipt,
    )
    return dispatch


def _close_dispatch(
    submission: Submission,
    outcome: DispatchOutcome,
    *,
    by: User,
    at: datetime,
    reasons: Sequence[str] = (),
    text: str = "",
) -> Dispatch:
    dispatch = Dispatch.objects.select_for_update(of=("self",)).get(submission=submission, outcome="")
    dispatch.outcome = outcome
    dispatch.decided_at = at
    dispatch.decided_by = by
    dispatch.reasons = list(reasons)
    dispatch.text = text
    dispatch.save(update_fields=["outcome", "decided_at", "decided_by", "reasons", "text"])
    return dispatch


@transaction.atomic
def recall(submission: Submission, *, by: User, reason: str, at: datetime | None = None) -> Submission:
    """Take back what was sent, until the receiver has decided."""
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_recall(by, submission), Verb.RECALL, submission)
    reason = _stated(reason, "thu hồi")
    dispatch = _close_dispatch(submission, DispatchOutcome.RECALLED, by=by, at=at, text=reason)
    _move(submission, Verb.RECALL, by=by, at=at, text=reason)
    messages.tell_holders(
        submission,
        "submission.recalled",
        DutyKind.RECEIVE,
        organisation_id=submission.obligation.recipient_id,
        occasion=dispatch.pk,
        at=at,
        reasons=reason,
    )
    return submission


# ------------------------------------------------------------------ at the receiver


@transaction.atomic
def return_(
    submission: Submission, *, by: User, reasons: Sequence[str], text: str, at: datetime | None = None
) -> Dispatch:
    """Give the report back with named reasons and a text (R108)."""
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_receive(by, submission), Verb.RETURN, submission)
    reasons, text = _named_reasons(reasons, text, "trả lại")
    dispatch = _close_dispatch(submission, DispatchOutcome.RETURNED, by=by, at=at, reasons=reasons, text=text)
    _move(submission, Verb.RETURN, by=by, at=at, reasons=reasons, text=text)
    messages.tell_writers(
        submission,
        "submission.returned",
        occasion=dispatch.pk,
        at=at,
        reasons=reasons_in_words(reasons, text),
    )
    return dispatch


@transaction.atomic
def accept(submission: Submission, *, by: User, at: datetime | None = None) -> Dispatch:
    """Accept what was sent (R107): its figures stand for the province from now on, each with this dispatch as Source.

    Raises:
        NotAllowed, InvalidTransition
        SubmissionError: another organisation supplies one of the figures; nothing is accepted then.
    """
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_receive(by, submission), Verb.ACCEPT, submission)
    dispatch = _close_dispatch(submission, DispatchOutcome.ACCEPTED, by=by, at=at)
    document = dispatch.document
    stated_on = (
        document.issued_on if document and document.issued_on else timezone.localdate(dispatch.sent_at)
    )
    number = f"số {document.number_and_symbol} " if document and document.is_issued else ""
    dispatch.source = Source.objects.create(
        kind=SourceKind.DISPATCH,
        code=dispatch.receipt,
        citation=f"Báo cáo {number}ngày {stated_on:%d/%m/%Y} của {submission.obligation.organisation.name}",
        sha256=dispatch.snapshot.sha256,
        stated_on=stated_on,
        created_at=at,
    )
    dispatch.save(update_fields=["source"])
    submission.accepted_snapshot = dispatch.snapshot
    submission.save(update_fields=["accepted_snapshot"])
    _move(submission, Verb.ACCEPT, by=by, at=at, receipt=dispatch.receipt)
    _post(submission, frozen_sheets(dispatch.snapshot), dispatch.source, Standing.ACCEPTED, by=by, at=at)
    messages.tell_writers(submission, "submission.accepted", occasion=dispatch.pk, at=at)
    return dispatch


# ------------------------------------------------------------------ adjusting


@transaction.atomic
def request_adjustment(
    submission: Submission, *, by: User, reason: str, document: str = "", at: datetime | None = None
) -> AdjustmentRequest:
    """Ask the receiver to open an accepted report for adjustment (R94, X14)."""
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_request_adjustment(by, submission), Verb.REQUEST_ADJUSTMENT, submission)
    if submission.adjustment_requests.filter(granted__isnull=True).exists():
        raise InvalidTransition("Đã có một đề nghị điều chỉnh đang chờ trả lời.")
    request = AdjustmentRequest.objects.create(
        submission=submission,
        reason=_stated(reason, "đề nghị điều chỉnh"),
        document=document,
        asked_at=at,
        asked_by=by,
    )
    _record(submission, Verb.REQUEST_ADJUSTMENT, by=by, at=at, text=request.reason, document=document)
    messages.tell_holders(
        submission,
        "submission.adjustment_asked",
        DutyKind.RECEIVE,
        organisation_id=submission.obligation.recipient_id,
        occasion=request.pk,
        at=at,
        reasons=request.reason,
    )
    return request


def _open_request(submission: Submission) -> AdjustmentRequest | None:
    return submission.adjustment_requests.filter(granted__isnull=True).first()


def _answer(request: AdjustmentRequest, granted: bool, *, by: User, at: datetime, text: str = "") -> None:
    request.granted = granted
    request.decided_at = at
    request.decided_by = by
    request.text = text
    request.save(update_fields=["granted", "decided_at", "decided_by", "text"])


@transaction.atomic
def grant_adjustment(submission: Submission, *, by: User, at: datetime | None = None) -> Submission:
    """Open the report for the adjustment that was asked for. What was accepted stays in force until the next acceptance."""
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_adjust(by, submission), Verb.ADJUST, submission)
    request = _open_request(submission)
    if request is None:
        raise InvalidTransition("Không có đề nghị điều chỉnh nào đang chờ.")
    _answer(request, True, by=by, at=at)
    return _start_adjusting(submission, request.reason, by=by, at=at)


@transaction.atomic
def decline_adjustment(
    submission: Submission, *, by: User, text: str, at: datetime | None = None
) -> Submission:
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_adjust(by, submission), Verb.DECLINE_ADJUSTMENT, submission)
    request = _open_request(submission)
    if request is None:
        raise InvalidTransition("Không có đề nghị điều chỉnh nào đang chờ.")
    text = _stated(text, "không đồng ý")
    _answer(request, False, by=by, at=at, text=text)
    _record(submission, Verb.DECLINE_ADJUSTMENT, by=by, at=at, text=text)
    messages.tell_writers(
        submission, "submission.adjustment_declined", occasion=request.pk, at=at, reasons=text
    )
    return submission


@transaction.atomic
def demand_adjustment(
    submission: Submission, *, by: User, reason: str, at: datetime | None = None
) -> Submission:
    """The receiver asks for an adjustment of what it accepted."""
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_adjust(by, submission), Verb.ADJUST, submission)
    reason = _stated(reason, "yêu cầu điều chỉnh")
    if request := _open_request(submission):
        _answer(request, True, by=by, at=at, text=reason)
    return _start_adjusting(submission, reason, by=by, at=at)


def _start_adjusting(submission: Submission, reason: str, *, by: User, at: datetime) -> Submission:
    _move(submission, Verb.ADJUST, by=by, at=at, text=reason)
    messages.tell_writers(
        submission,
        "submission.adjusting",
        occasion=f"{submission.accepted_snapshot_id}:{at.isoformat()}",
        at=at,
        reasons=reason,
    )
    return submission


@transaction.atomic
def cancel_adjustment(
    submission: Submission, *, by: User, reason: str = "", at: datetime | None = None
) -> Submission:
    """Give the adjustment up: cells and texts go back to what was accepted, the history keeps what was tried."""
    at = at or timezone.now()
    submission = locked(submission)
    _require(may_cancel_adjustment(by, submission), Verb.CANCEL_ADJUSTMENT, submission)
    assert submission.accepted_snapshot is not None
    restore_cells(submission, submission.accepted_snapshot, by=by, at=at)
    restore_explanations(submission, submission.accepted_snapshot, at=at)
    restore_sections(submission, submission.accepted_snapshot, by=by, at=at)
    for restore in restorers:
        restore(submission, submission.accepted_snapshot, by=by, at=at)
    submission.snapshot = submission.accepted_snapshot
    submission.save(update_fields=["snapshot"])
    _move(submission, Verb.CANCEL_ADJUSTMENT, by=by, at=at, text=reason.strip())
    return submission
