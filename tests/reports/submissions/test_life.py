"""The whole life of a report through its verbs."""

from __future__ import annotations

import pytest

from home.audit.models import AuditEntry
from indicators.store.models import Figure, Standing
from reports.deadlines import services as deadlines
from reports.submissions import services
from reports.submissions.errors import InvalidTransition, NotAllowed, SnapshotChanged, SubmissionError
from reports.submissions.models import Decision, Dispatch, Snapshot, Submission
from reports.submissions.status import EDITABLE, TRANSITIONS, Status, Verb
from reports.submissions.timeline import timeline

from . import stages


@pytest.mark.requirement("R99", part="submitted to the leader")
def test_submitting_freezes_a_snapshot_and_waits_for_the_first_step(in_review, clerk):
    assert in_review.status == Status.IN_REVIEW
    snapshot = in_review.snapshot
    assert snapshot.number == 1
    assert snapshot.author_ids == [clerk.pk]
    assert set(snapshot.sheet_hashes) == {"BM01"}
    assert in_review.current_workflow_state.current_task_state.task.specific.step == "data"


@pytest.mark.requirement("R100", part="leader approves data")
@pytest.mark.requirement("R102", part="approved data enter the own store")
@pytest.mark.requirement("R103", part="report approval is a second act")
def test_data_and_report_are_two_acts_and_data_enter_the_own_store(
    in_review, data_leader, leader, department
):
    services.approve_data(in_review, by=data_leader, seen=in_review.snapshot.sha256, at=stages.hour(2))
    in_review.refresh_from_db()

    assert in_review.status == Status.IN_REVIEW
    own = Figure.objects.filter(supplier=department, standing=Standing.UNIT)
    assert own.count() == 6
    assert not Figure.objects.filter(standing=Standing.ACCEPTED).exists()

    services.approve_report(in_review, by=leader, seen=in_review.snapshot.sha256, at=stages.hour(3))
    in_review.refresh_from_db()
    assert in_review.status == Status.APPROVED
    assert in_review.live is False
    assert in_review.current_workflow_state is None
    assert [decision.step for decision in in_review.decisions.all()] == ["data", "report"]


@pytest.mark.requirement("R101", part="reason required")
@pytest.mark.requirement("X13", part="named reasons besides text")
@pytest.mark.parametrize(("reasons", "text"), [([], "Sai"), (["sai_so_lieu"], " "), (["la_ly_do_la"], "Sai")])
def test_refusing_needs_a_named_reason_and_a_text(in_review, data_leader, reasons, text):
    with pytest.raises(SubmissionError):
        services.refuse(in_review, by=data_leader, seen=in_review.snapshot.sha256, reasons=reasons, text=text)

    in_review.refresh_from_db()
    assert in_review.status == Status.IN_REVIEW
    assert not Decision.objects.exists()


@pytest.mark.requirement("R101", part="corrected and submitted again")
def test_a_refused_report_is_corrected_and_starts_again_from_the_first_step(
    in_review, data_leader, leader, clerk
):
    services.refuse(
        in_review,
        by=data_leader,
        seen=in_review.snapshot.sha256,
        reasons=["sai_so_lieu"],
        text="Dòng 1 sai",
        at=stages.hour(2),
    )
    in_review.refresh_from_db()
    assert in_review.status == Status.REWORK
    assert not Figure.objects.exists()

    stages.fill(in_review, clerk, amount="120", at=stages.hour(3))
    again = services.submit(in_review, by=clerk, at=stages.hour(4))

    assert again.status == Status.IN_REVIEW
    assert again.snapshot.number == 2
    assert again.current_workflow_state.current_task_state.task.specific.step == "data"
    assert Snapshot.objects.count() == 2


def test_an_unchanged_sheet_keeps_its_approval_and_a_changed_one_asks_for_it_again(
    in_review, data_leader, leader, clerk
):
    services.approve_data(in_review, by=data_leader, seen=in_review.snapshot.sha256, at=stages.hour(2))
    services.refuse(
        in_review,
        by=leader,
        seen=in_review.snapshot.sha256,
        reasons=["thieu_thuyet_minh"],
        text="Viết rõ nguyên nhân",
        at=stages.hour(3),
    )
    in_review.refresh_from_db()
    stages.save_section(in_review, "danh-gia", "<p>Nguyên nhân là…</p>", by=clerk, at=stages.hour(4))
    again = services.submit(in_review, by=clerk, at=stages.hour(5))
    assert again.current_workflow_state.current_task_state.task.specific.step == "report"

    services.withdraw(again, by=clerk, at=stages.hour(6))
    again.refresh_from_db()
    stages.fill(again, clerk, amount="101", at=stages.hour(7))
    third = services.submit(again, by=clerk, at=stages.hour(8))
    assert third.current_workflow_state.current_task_state.task.specific.step == "data"


@pytest.mark.requirement("R106", part="only approved reports can be sent")
def test_only_an_approved_report_can_be_sent(in_review, registrar):
    with pytest.raises(InvalidTransition, match="đã được duyệt"):
        services.send(in_review, by=registrar)
    assert not Dispatch.objects.exists()


def test_sending_names_the_missing_number(approved, registrar):
    with pytest.raises(SubmissionError, match="chưa có số, ký hiệu"):
        services.send(approved, by=registrar)
    approved.refresh_from_db()
    assert approved.status == Status.APPROVED


@pytest.mark.requirement("R104", part="refused without a valid signature")
@pytest.mark.requirement("R106", part="signed where required")
@pytest.mark.requirement("R104", part="per-regime switch")
def test_sending_is_refused_without_a_valid_signature_where_the_regime_asks_for_one(issued, registrar):
    version = issued.obligation.tier.round.regime_version
    compiled = {**version.compiled, "requires_signature": True}
    type(version).objects.filter(pk=version.pk).update(compiled=compiled)

    with pytest.raises(SubmissionError, match="chữ ký số"):
        services.send(Submission.objects.get(pk=issued.pk), by=registrar)
    assert not Dispatch.objects.exists()


@pytest.mark.requirement("R105", part="sent on the system to the lead")
@pytest.mark.requirement("R111", part="receipt and time of every sending")
def test_sending_makes_one_dispatch_with_a_receipt_and_a_pdf(sent, registrar):
    dispatch = sent.dispatches.get()
    assert sent.status == Status.SENT
    assert dispatch.receipt
    assert dispatch.sent_at == stages.hour(4)
    assert dispatch.pdf.content.read(5) == b"%PDF-"
    assert dispatch.outcome == ""


@pytest.mark.requirement("R107", part="receiver accepts")
@pytest.mark.requirement("R86", part="lower reports")
def test_accepted_figures_stand_for_the_province_with_the_dispatch_as_source(accepted, department):
    figures = Figure.objects.filter(standing=Standing.ACCEPTED)

    assert figures.count() == 6
    dispatch = accepted.dispatches.get()
    assert {figure.known_from.source for figure in figures} == {dispatch.source}
    assert dispatch.source.sha256 == accepted.accepted_snapshot.sha256
    assert {figure.supplier for figure in figures} == {department}
    assert {figure.place for figure in figures} >= {"BM01/I.1/uoc", "BM01/I.1/luyke"}
    assert {figure.period for figure in figures} == {"2026-M05", "2026-5M"}


@pytest.mark.requirement("R108", part="returned with a request to adjust")
@pytest.mark.requirement("R109", part="all rounds kept")
@pytest.mark.requirement("R109", part="adjusted and sent again")
def test_a_returned_report_comes_back_and_all_rounds_are_kept(
    sent, receiver, clerk, data_leader, leader, registrar
):
    services.return_(
        sent, by=receiver, reasons=["sai_don_vi_tinh"], text="Tỷ, không phải triệu", at=stages.hour(5)
    )
    sent.refresh_from_db()
    assert sent.status == Status.RETURNED

    stages.fill(sent, clerk, amount="7", at=stages.hour(6))
    stages.submit(sent, clerk, at=stages.hour(7))
    stages.approve(sent, data_leader, leader, at=stages.hour(8))
    stages.issue(sent, registrar, at=stages.hour(9), number=6)
    stages.send(sent, registrar, at=stages.hour(200))

    assert [dispatch.outcome for dispatch in sent.dispatches.all()] == ["returned", ""]
    assert sent.document.replaces.number == 5
    assert sent.first_sent_at == stages.hour(4)
    assert not sent.is_late


def test_recalling_needs_a_reason_and_ends_when_the_receiver_has_decided(sent, registrar, receiver):
    with pytest.raises(SubmissionError, match="lý do"):
        services.recall(sent, by=registrar, reason=" ")
    services.recall(sent, by=registrar, reason="Gửi nhầm bản", at=stages.hour(5))
    sent.refresh_from_db()
    assert sent.status == Status.REWORK
    assert sent.dispatches.get().outcome == "recalled"
    with pytest.raises(NotAllowed):
        services.accept(sent, by=receiver)


@pytest.mark.requirement("R94", part="adjusted with history")
@pytest.mark.requirement("X14", part="new version, old value kept")
def test_an_adjustment_leaves_the_old_figures_in_force_until_the_next_acceptance(
    accepted, clerk, receiver, data_leader, leader, registrar
):
    services.request_adjustment(accepted, by=clerk, reason="Số quyết toán", at=stages.hour(25))
    services.grant_adjustment(accepted, by=receiver, at=stages.hour(26))
    accepted.refresh_from_db()
    assert accepted.status == Status.ADJUSTING
    stages.fill(accepted, clerk, amount="150", at=stages.hour(27))

    standing = Figure.objects.accepted().current()
    assert {figure.amount for figure in standing} == {100}

    stages.submit(accepted, clerk, at=stages.hour(28))
    stages.approve(accepted, data_leader, leader, at=stages.hour(29))
    stages.issue(accepted, registrar, at=stages.hour(30), number=7)
    stages.send(accepted, registrar, at=stages.hour(31))
    assert {figure.amount for figure in Figure.objects.accepted().current()} == {100}
    services.accept(accepted, by=receiver, at=stages.hour(32))

    assert {figure.amount for figure in Figure.objects.accepted().current()} == {150}
    assert {figure.amount for figure in Figure.objects.accepted().as_of(stages.hour(25))} == {100}
    assert Figure.objects.accepted().count() == 12


def test_a_cell_emptied_by_an_adjustment_ends_its_figure(
    accepted, clerk, receiver, data_leader, leader, registrar
):
    services.demand_adjustment(accepted, by=receiver, reason="Dòng 3 không thuộc tỉnh", at=stages.hour(25))
    sheet = accepted.sheets.get()
    nil = stages.CellValue(None, "…")
    stages.save_cells(
        accepted,
        [stages.CellEntry(sheet.pk, "I.3", column, value=nil) for column in ("uoc", "luyke")],
        by=clerk,
        at=stages.hour(26),
    )
    stages.submit(accepted, clerk, at=stages.hour(28))
    stages.approve(accepted, data_leader, leader, at=stages.hour(29))
    stages.issue(accepted, registrar, at=stages.hour(30), number=7)
    stages.send(accepted, registrar, at=stages.hour(31))
    services.accept(accepted, by=receiver, at=stages.hour(32))

    current = Figure.objects.accepted().current().filter(place__startswith="BM01/I.3/")
    assert {(figure.content, figure.code) for figure in current} == {("code", "…")}


def test_cancelling_an_adjustment_puts_back_what_was_accepted(accepted, clerk, receiver):
    services.demand_adjustment(accepted, by=receiver, reason="Xem lại", at=stages.hour(25))
    stages.fill(accepted, clerk, amount="999", at=stages.hour(26))

    services.cancel_adjustment(accepted, by=clerk, at=stages.hour(27))

    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED
    assert {cell.amount for sheet in accepted.sheets.all() for cell in sheet.cells.all()} == {100}
    assert services.authors_since_acceptance(accepted) == {clerk.pk}


@pytest.mark.requirement("X14", part="declined with reason")
def test_an_adjustment_may_be_declined_with_a_reason(accepted, clerk, receiver):
    services.request_adjustment(accepted, by=clerk, reason="Số mới", at=stages.hour(25))
    services.decline_adjustment(accepted, by=receiver, text="Đã công khai", at=stages.hour(26))

    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED
    assert accepted.adjustment_requests.get().granted is False
    with pytest.raises(InvalidTransition):
        services.grant_adjustment(accepted, by=receiver)


@pytest.mark.requirement("R112", part="real date and proof")
@pytest.mark.requirement("R113", part="back-filled")
def test_a_report_sent_outside_is_recorded_with_its_real_date_and_proof(draft, clerk, registrar, receiver):
    from reports.submissions.attachments import add_attachment

    proof = add_attachment(
        draft, name="phieu-gui.png", content=PNG, kind="outside", by=registrar, at=stages.hour(100)
    )
    dispatch = services.record_outside(
        draft, by=registrar, channel="e_office", sent_at=stages.hour(2), evidence=proof, at=stages.hour(100)
    )
    draft.refresh_from_db()

    assert draft.status == Status.SENT
    assert (dispatch.sent_at, dispatch.recorded_at) == (stages.hour(2), stages.hour(100))
    assert not draft.is_late
    services.accept(draft, by=receiver, at=stages.hour(101))
    assert Figure.objects.accepted().count() == 6


def test_what_was_sent_outside_needs_proof_and_lies_in_the_past(draft, registrar):
    with pytest.raises(SubmissionError, match="minh chứng"):
        services.record_outside(
            draft, by=registrar, channel="paper", sent_at=stages.hour(1), evidence=None, at=stages.hour(2)
        )
    with pytest.raises(SubmissionError, match="tương lai"):
        services.record_outside(
            draft, by=registrar, channel="paper", sent_at=stages.hour(3), evidence=None, at=stages.hour(2)
        )


@pytest.mark.parametrize(("hours", "late"), [(0, False), (86, False), (87, True)])
def test_late_begins_when_the_due_day_has_ended_in_viet_nam(issued, registrar, hours, late):
    """Due on Monday 18 May 2026; START is 09:00 on the 15th, so hour 87 is 00:00 on the 19th."""
    stages.send(issued, registrar, at=stages.hour(hours))

    assert issued.is_late is late
    assert Submission.objects.late().contains(issued) is late


def test_the_approver_is_refused_when_the_report_was_submitted_again(in_review, data_leader, clerk):
    old = in_review.snapshot.sha256
    services.withdraw(in_review, by=clerk, at=stages.hour(2))
    in_review.refresh_from_db()
    stages.fill(in_review, clerk, amount="3", at=stages.hour(3))
    services.submit(in_review, by=clerk, at=stages.hour(4))

    with pytest.raises(SnapshotChanged, match="trình lại"):
        services.approve_data(in_review, by=data_leader, seen=old)
    assert not Decision.objects.exists()


def test_withdrawing_an_approved_report_needs_a_reason_and_ends_with_its_issue(approved, clerk, registrar):
    with pytest.raises(SubmissionError, match="lý do"):
        services.withdraw(approved, by=clerk)
    stages.issue(approved, registrar)
    with pytest.raises(NotAllowed):
        services.withdraw(approved, by=clerk, reason="Sai")


def test_a_round_of_which_something_was_accepted_is_not_cancelled(accepted, receiver, opened_round):
    with pytest.raises(deadlines.RoundError, match="Báo cáo của Sở Tài chính đã được tiếp nhận"):
        deadlines.cancel_round(opened_round, reason="Mở nhầm", document="13/SKHĐT", by=receiver)

    accepted.obligation.refresh_from_db()
    opened_round.refresh_from_db()
    assert (accepted.obligation.state, opened_round.status) == ("given", "open")


def test_a_round_of_which_something_was_only_sent_may_be_cancelled(sent, receiver, opened_round):
    deadlines.cancel_round(opened_round, reason="Mở nhầm", document="13/SKHĐT", by=receiver)

    sent.obligation.refresh_from_db()
    assert sent.obligation.state == "cancelled"


@pytest.mark.parametrize("verb", list(TRANSITIONS))
def test_the_table_starts_and_ends_at_known_statuses(verb):
    sources, target = TRANSITIONS[verb]
    assert sources
    assert target in Status


def test_every_status_can_be_left_and_reached():
    reached = {target for _, target in TRANSITIONS.values()} | {Status.DRAFT}
    left = {source for sources, _ in TRANSITIONS.values() for source in sources}
    assert reached == set(Status)
    assert left == set(Status)
    assert Status.ACCEPTED not in EDITABLE


@pytest.mark.requirement("R83", part="times recorded")
def test_the_timeline_tells_the_cycle_in_words(accepted, clerk, data_leader, leader, registrar, receiver):
    told = [(event.who, event.text) for event in timeline(accepted)]

    assert [who for who, _ in told] == [
        str(clerk),
        str(data_leader),
        str(leader),
        str(leader),
        str(registrar),
        str(registrar),
        str(receiver),
    ]
    assert told[0][1] == "trình duyệt (bản trình 1)"
    assert told[4][1] == "cấp số, phát hành: 05/BC-STC"
    assert "không yêu cầu ký số" in timeline(accepted)[5].detail


@pytest.mark.requirement("R46", part="every act attributed")
def test_every_verb_leaves_one_audit_entry_with_its_author(accepted, registrar):
    verbs = list(AuditEntry.objects.about(accepted).values_list("verb", flat=True))
    assert verbs == [
        f"submission.{verb}"
        for verb in (
            Verb.SUBMIT,
            Verb.APPROVE_DATA,
            Verb.APPROVE_REPORT,
            Verb.APPROVE,
            Verb.ISSUE,
            Verb.SEND,
            Verb.ACCEPT,
        )
    ]
    assert AuditEntry.objects.about(accepted).get(verb="submission.send").person == registrar


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff"
    "03000006000557bfabd40000000049454e44ae426082"
)
