"""However two people's clicks fall, one of them wins, the other is told, and the report is in one piece.

Run on SQLite and on PostgreSQL; several attempts each, because a race shows itself only at times.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from wagtail.models import WorkflowState

from home.accounts.models import DutyKind
from indicators.store.models import Figure, Standing
from reports.documents.models import Document
from reports.regimes.grid import CellKind, grid_of
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.content import frozen_sheets
from reports.submissions.errors import CellConflict
from reports.submissions.models import Cell, CellChange, Decision, Dispatch, DispatchOutcome, Outcome, Step
from reports.submissions.status import Reason, Status
from tests.conftest import make_person
from tests.reports.submissions import stages

from .conftest import at_once

pytestmark = pytest.mark.slow
attempts = pytest.mark.parametrize("attempt", range(4 if connection.vendor == "postgresql" else 2))
REASONS = {"reasons": [Reason.WRONG_FIGURES], "text": "Kiểm tra lại dòng 1."}


def running_workflows(submission) -> int:
    return WorkflowState.objects.active().filter(object_id=str(submission.pk)).count()


def save(entry: CellEntry):
    """``save_cells`` of one cell, in the shape of a verb."""
    return lambda submission, *, by: save_cells(submission, [entry], by=by, at=stages.hour(1))


def an_input_cell(submission) -> Cell:
    sheet = submission.sheets.select_related("form_version").first()
    row, column = next(iter(grid_of(sheet.form_version).cells(CellKind.INPUT)))
    return Cell.objects.get(sheet=sheet, row=row, column=column)


@attempts
def test_of_two_leaders_one_decides(attempt, in_review, department, data_leader, leader):
    second = make_person("phogiamdoc2", department, DutyKind.APPROVE_REPORT)
    seen = in_review.snapshot.sha256
    services.approve_data(in_review, by=data_leader, seen=seen, at=stages.hour(2))

    ending = at_once(
        in_review,
        (services.approve_report, leader, {"seen": seen, "at": stages.hour(3)}),
        (services.refuse, second, {"seen": seen, "at": stages.hour(3), **REASONS}),
    )

    decision = Decision.objects.get(submission=in_review, step=Step.REPORT)
    approved = decision.outcome == Outcome.APPROVED
    assert ending.done == [0 if approved else 1]
    assert in_review.status == (Status.APPROVED if approved else Status.REWORK)
    assert running_workflows(in_review) == 0


@attempts
@pytest.mark.requirement("R102", part="nothing else enters")
def test_of_two_leaders_of_one_sheet_one_decides(attempt, in_review, department, data_leader):
    second = make_person("phogiamdoc2", department, DutyKind.APPROVE_DATA)
    seen = in_review.snapshot.sha256

    ending = at_once(
        in_review,
        (services.approve_data, data_leader, {"seen": seen, "at": stages.hour(3)}),
        (services.refuse, second, {"seen": seen, "at": stages.hour(3), "form_code": "BM01", **REASONS}),
    )

    decision = Decision.objects.get(submission=in_review)
    approved = decision.outcome == Outcome.APPROVED
    assert ending.done == [0 if approved else 1]
    assert in_review.status == (Status.IN_REVIEW if approved else Status.REWORK)
    assert running_workflows(in_review) == (1 if approved else 0)
    assert Figure.objects.filter(standing=Standing.UNIT).exists() == approved


@attempts
def test_of_two_senders_one_sends(attempt, issued, department, registrar):
    second = make_person("vanthu2", department, DutyKind.SEND)

    ending = at_once(
        issued,
        (services.send, registrar, {"at": stages.hour(4)}),
        (services.send, second, {"at": stages.hour(4)}),
    )

    assert len(ending.done) == 1
    assert issued.status == Status.SENT
    assert Dispatch.objects.get().outcome == ""


@attempts
def test_accepting_and_returning_have_one_outcome(attempt, sent, lead, receiver):
    second = make_person("tiepnhan2", lead, DutyKind.RECEIVE)

    ending = at_once(
        sent,
        (services.accept, receiver, {"at": stages.hour(5)}),
        (services.return_, second, {"at": stages.hour(5), **REASONS}),
    )

    outcome = Dispatch.objects.get().outcome
    accepted = outcome == DispatchOutcome.ACCEPTED
    assert ending.done == [0 if accepted else 1]
    assert sent.status == (Status.ACCEPTED if accepted else Status.RETURNED)
    assert Figure.objects.filter(standing=Standing.ACCEPTED).exists() == accepted


@attempts
def test_a_cell_saved_while_somebody_submits_is_in_the_snapshot_or_refused(
    attempt, draft, clerk, colleague, data_leader, leader
):
    cell = an_input_cell(draft)
    entry = CellEntry(cell.sheet_id, cell.row, cell.column, stages.number("777"), seen=cell.version)

    ending = at_once(
        draft,
        (services.submit, clerk, {"at": stages.hour(1)}),
        (save(entry), colleague, {}),
    )

    saved = 1 in ending.done
    cell.refresh_from_db()
    frozen = frozen_sheets(draft.snapshot)[0].values[cell.row, cell.column]
    assert 0 in ending.done
    assert draft.status == Status.IN_REVIEW
    assert (cell.amount == 777) == saved
    assert frozen == cell.value
    assert (colleague.pk in draft.snapshot.author_ids) == saved


@attempts
def test_two_submits_freeze_one_snapshot(attempt, draft, clerk, colleague, data_leader, leader):
    ending = at_once(
        draft,
        (services.submit, clerk, {"at": stages.hour(1)}),
        (services.submit, colleague, {"at": stages.hour(1)}),
    )

    assert len(ending.done) == 1
    assert draft.status == Status.IN_REVIEW
    assert draft.snapshots.count() == 1
    assert running_workflows(draft) == 1


@attempts
def test_of_six_on_one_cell_one_saves_and_five_are_shown_the_new_value(attempt, draft, department):
    cell = an_input_cell(draft)
    before = CellChange.objects.count()
    people = [make_person(f"nhap{place}", department, DutyKind.ENTER) for place in range(6)]

    ending = at_once(
        draft,
        *[
            (
                save(
                    CellEntry(
                        cell.sheet_id,
                        cell.row,
                        cell.column,
                        stages.number(str(500 + place)),
                        seen=cell.version,
                    )
                ),
                person,
                {},
            )
            for place, person in enumerate(people)
        ],
    )

    cell.refresh_from_db()
    (winner,) = ending.done
    assert cell.amount == 500 + winner
    assert cell.updated_by == people[winner]
    assert all(isinstance(refusal, CellConflict) for refusal in ending.refusals)
    assert all([shown.amount for shown in refusal.current] == [cell.amount] for refusal in ending.refusals)
    assert CellChange.objects.count() == before + 1


@attempts
@pytest.mark.requirement("R37", part="by document: approval stands on the signed paper")
def test_of_two_clerks_with_different_papers_one_records_his(
    attempt, draft, department, clerk, leader, registrar
):
    second = make_person("vanthu2", department, DutyKind.ISSUE)
    report = stages.submit(stages.with_policy(draft, approval_policy="by_document"), clerk)
    paper = {
        "seen": report.snapshot.sha256,
        "name": "ban-ky.pdf",
        "signer": leader.appointments.get(),
        "symbol": "BC-STC",
        "issued_on": date(2026, 5, 15),
    }

    ending = at_once(
        report,
        *(
            (services.approve_by_document, person, paper | {"number": number, "content": content})
            for person, number, content in ((registrar, 5, b"%PDF-1.7 a"), (second, 6, b"%PDF-1.7 b"))
        ),
    )

    decision = Decision.objects.get(submission=report, step=Step.DOCUMENT)
    assert len(ending.done) == 1
    assert report.status == Status.APPROVED
    assert report.document.number == 5 + ending.done[0]
    assert report.document.pdf == decision.file
    assert Document.objects.count() == 1


@attempts
def test_a_declaration_pressed_twice_is_one(attempt, draft, department, clerk):
    type(department).objects.filter(pk=department.pk).update(kind="doanh_nghiep")
    report = stages.submit(stages.with_policy(draft, approval_policy="self_declared"), clerk)
    declared = (services.declare, clerk, {"seen": report.snapshot.sha256})

    ending = at_once(report, declared, declared)

    assert len(ending.done) == 1
    assert Decision.objects.filter(submission=report, step=Step.DECLARE).count() == 1
    assert report.status == Status.APPROVED


@attempts
def test_recalling_and_accepting_have_one_outcome(attempt, sent, registrar, receiver):
    ending = at_once(
        sent,
        (services.accept, receiver, {"at": stages.hour(5)}),
        (services.recall, registrar, {"at": stages.hour(5), "reason": "Nhầm tệp"}),
    )

    accepted = Dispatch.objects.get().outcome == DispatchOutcome.ACCEPTED
    assert ending.done == [0 if accepted else 1]
    assert sent.status == (Status.ACCEPTED if accepted else Status.REWORK)
    assert Figure.objects.filter(standing=Standing.ACCEPTED).exists() == accepted
