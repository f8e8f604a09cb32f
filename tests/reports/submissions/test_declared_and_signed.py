"""Two ways to an approval without a leader at the screen: who reports declares it, or a leader has signed it on paper."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from home.accounts.duties import forget_duties
from home.accounts.models import Appointment, Duty, DutyKind, User
from home.organisations.models import Organisation, OrganisationKind
from indicators.store.models import Figure, Standing
from notifications.models import Message
from reports.documents.services import archive, attach_pdf
from reports.regimes.checks import problems
from reports.regimes.models import ApprovalPolicy, RegimePage
from reports.submissions import paper, services
from reports.submissions.errors import (
    InvalidTransition,
    NobodyCanApprove,
    NotAllowed,
    SnapshotChanged,
    SubmissionError,
)
from reports.submissions.models import Decision, Submission
from reports.submissions.status import Reason, Status
from reports.submissions.timeline import timeline
from reports.submissions.turn import Todo, todo, whose_turn
from tests.conftest import make_person

from . import stages
from .stages import with_policy

SIGNED = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
ANOTHER = SIGNED + b"% trang 2\n"


# ------------------------------------------------------------------ declared


@pytest.fixture
def company(department) -> Organisation:
    """What reports is an enterprise."""
    Organisation.objects.filter(pk=department.pk).update(kind=OrganisationKind.ENTERPRISE)
    department.refresh_from_db()
    return department


@pytest.fixture
def declaring(company, draft, clerk) -> Submission:
    """Handed in, waiting to be declared."""
    return stages.submit(with_policy(draft, approval_policy=ApprovalPolicy.SELF_DECLARED), clerk)


@pytest.mark.requirement("R37", part="self-declared: who entered answers for it")
def test_who_entered_for_an_enterprise_declares_and_no_second_person_decides(declaring, clerk, registrar):
    assert todo(declaring) == Todo.DECLARE
    assert whose_turn(declaring) == [clerk]

    decision = services.declare(declaring, by=clerk, seen=declaring.snapshot.sha256)

    declaring.refresh_from_db()
    assert declaring.status == Status.APPROVED
    assert (decision.person, decision.duty, decision.channel) == (clerk, DutyKind.ENTER, "self_declared")
    assert decision.sha256 == declaring.snapshot.sha256
    assert {one.person for one in declaring.decisions.all()} == {clerk}
    assert Figure.objects.filter(standing=Standing.UNIT).exists()
    assert paper.signer(declaring)[0] == clerk
    assert "cam đoan và chịu trách nhiệm về báo cáo" in [event.text for event in timeline(declaring)]


def test_declaring_asks_for_what_is_on_the_screen(declaring, clerk):
    seen = declaring.snapshot.sha256
    services.withdraw(declaring, by=clerk)
    stages.fill(declaring, clerk, amount="7", at=timezone.now())
    stages.submit(declaring, clerk, at=timezone.now())

    with pytest.raises(SnapshotChanged):
        services.declare(declaring, by=clerk, seen=seen)


@pytest.mark.parametrize("who", ["leader", "data_leader", "registrar", "outsider", "root"])
def test_nobody_else_declares(declaring, who, request):
    with pytest.raises(NotAllowed):
        services.declare(declaring, by=request.getfixturevalue(who), seen=declaring.snapshot.sha256)


def test_nobody_is_told_of_what_he_has_just_done_himself(declaring, clerk):
    assert not Message.objects.filter(recipient=clerk, code="submission.waits_for_step").exists()


def test_reviews_come_before_the_declaration(company, draft, clerk, reviewer):
    report = with_policy(draft, approval_policy=ApprovalPolicy.SELF_DECLARED, review_steps=1)
    report = stages.submit(report, clerk)
    with pytest.raises(NotAllowed, match="không ở bước"):
        services.declare(report, by=clerk, seen=report.snapshot.sha256)

    services.review(report, by=reviewer, seen=report.snapshot.sha256)
    services.declare(report, by=clerk, seen=report.snapshot.sha256)

    report.refresh_from_db()
    assert report.status == Status.APPROVED


@pytest.mark.requirement("R37", part="state organisations do not declare")
@pytest.mark.parametrize("kind", sorted(set(OrganisationKind) - {"doanh_nghiep", "to_chuc"}))
def test_an_organisation_of_the_state_declares_nothing(draft, department, kind, clerk, leader):
    Organisation.objects.filter(pk=department.pk).update(kind=kind)
    report = with_policy(draft, approval_policy=ApprovalPolicy.SELF_DECLARED)
    report = stages.submit(report, clerk)

    with pytest.raises(NotAllowed):
        services.declare(report, by=clerk, seen=report.snapshot.sha256)
    with pytest.raises(NotAllowed):
        services.approve_report(report, by=clerk, seen=report.snapshot.sha256)
    services.approve_report(report, by=leader, seen=report.snapshot.sha256)

    report.refresh_from_db()
    assert report.status == Status.APPROVED


@pytest.mark.requirement("R37", part="state organisations do not declare")
def test_a_regime_that_lets_the_state_declare_is_not_published(regime, department, other_department):
    page = RegimePage.objects.get(pk=regime.pk)
    page.approval_policy = ApprovalPolicy.SELF_DECLARED
    refused = [problem.text for problem in problems(page) if problem.field == "approval_policy"]
    assert {text.partition(" (")[0] for text in refused} == {str(department), str(other_department)}

    Organisation.objects.filter(pk__in=[department.pk, other_department.pk]).update(
        kind=OrganisationKind.ENTERPRISE
    )
    assert not [problem for problem in problems(page) if problem.field == "approval_policy"]


# ------------------------------------------------------------------ by document


@pytest.fixture
def office(leader) -> Appointment:
    return leader.appointments.get()


@pytest.fixture
def unsigned(draft, clerk, registrar, leader) -> Submission:
    """Handed in, waiting for the signed paper."""
    return stages.submit(with_policy(draft, approval_policy=ApprovalPolicy.BY_DOCUMENT), clerk)


def record(report: Submission, by: User, office: Appointment, **changes) -> Decision:
    report.refresh_from_db()
    said = {
        "seen": report.snapshot.sha256,
        "name": "05-BC-STC.pdf",
        "content": SIGNED,
        "signer": office,
        "number": 5,
        "symbol": "BC-STC",
        "issued_on": timezone.localdate(),
    }
    decision = services.approve_by_document(report, by=by, **(said | changes))
    report.refresh_from_db()
    return decision


def rewrite(report: Submission, clerk: User, amount: str) -> None:
    stages.fill(report, clerk, amount=amount, at=timezone.now())
    stages.submit(report, clerk, at=timezone.now())


@pytest.mark.requirement("R37", part="by document: approval stands on the signed paper")
def test_the_signed_paper_is_the_approval_and_is_what_is_sent(unsigned, registrar, leader, office, receiver):
    assert todo(unsigned) == Todo.DOCUMENT
    assert whose_turn(unsigned) == [registrar]

    decision = record(unsigned, registrar, office)

    digest = hashlib.sha256(SIGNED).hexdigest()
    assert (decision.person, decision.on_behalf_of, decision.channel) == (registrar, leader, "document")
    assert (decision.file.sha256, decision.sha256) == (digest, unsigned.snapshot.sha256)
    assert unsigned.status == Status.APPROVED
    assert unsigned.document.number_and_symbol == "05/BC-STC"
    assert unsigned.document.pdf.sha256 == digest
    assert unsigned.document.content["signer_name"] == str(leader)
    assert Figure.objects.filter(standing=Standing.UNIT).exists()
    assert todo(unsigned) == Todo.SEND
    with pytest.raises(NotAllowed):
        services.issue(unsigned, by=registrar, number=6, issued_on=timezone.localdate())
    with pytest.raises(NotAllowed):
        paper.replace_number(unsigned, reason="Nhầm", by=registrar)

    dispatch = services.send(unsigned, by=registrar)
    services.accept(unsigned, by=receiver)
    assert dispatch.pdf.sha256 == digest
    told = next(event for event in timeline(unsigned) if event.verb == "approve_by_document")
    assert told.text == "ghi nhận văn bản đã ký 05/BC-STC"
    assert str(leader) in told.detail
    assert digest in told.detail


@pytest.mark.requirement("R37", part="by document: a changed snapshot asks for a new one")
def test_a_changed_report_asks_for_a_new_paper(unsigned, registrar, office, clerk):
    old = record(unsigned, registrar, office)
    with pytest.raises(SubmissionError, match="Phải ghi lý do"):
        services.withdraw(unsigned, by=clerk)
    services.withdraw(unsigned, by=clerk, reason="Sai dòng 1")
    rewrite(unsigned, clerk, "7")

    unsigned.refresh_from_db()
    assert unsigned.status == Status.IN_REVIEW
    with pytest.raises(SubmissionError, match="đã thay đổi sau khi văn bản này được ký"):
        record(unsigned, registrar, office, number=6)
    with pytest.raises(SnapshotChanged):
        record(unsigned, registrar, office, content=ANOTHER, seen=old.sha256)
    record(unsigned, registrar, office, content=ANOTHER, number=6)
    assert unsigned.document.number_and_symbol == "06/BC-STC"
    assert services.send(unsigned, by=registrar).pdf.sha256 == hashlib.sha256(ANOTHER).hexdigest()


def test_a_wrong_scan_is_withdrawn_and_the_right_one_takes_its_number(unsigned, registrar, office, clerk):
    record(unsigned, registrar, office)
    wrong = unsigned.document
    services.withdraw(unsigned, by=clerk, reason="Quét thiếu trang")
    stages.submit(unsigned, clerk, at=timezone.now())

    record(unsigned, registrar, office, content=ANOTHER)

    assert unsigned.document == wrong
    assert unsigned.document.pdf.sha256 == hashlib.sha256(ANOTHER).hexdigest()


def test_a_number_that_was_sent_is_never_given_again(unsigned, registrar, office, clerk, receiver):
    record(unsigned, registrar, office)
    services.send(unsigned, by=registrar)
    services.return_(unsigned, by=receiver, reasons=[Reason.WRONG_FIGURES], text="Dòng 1")
    rewrite(unsigned, clerk, "7")

    with pytest.raises(SubmissionError, match=r"Số 05 năm .* đã cấp"):
        record(unsigned, registrar, office, content=ANOTHER)


def test_a_document_whose_file_is_not_the_signed_one_is_not_sent(unsigned, registrar, office):
    record(unsigned, registrar, office)
    attach_pdf(unsigned.document, archive(ANOTHER, name="khac.pdf", media_type="application/pdf"))

    with pytest.raises(SubmissionError, match="không phải là tệp đã ký của bản trình hiện tại"):
        services.send(unsigned, by=registrar)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "ban-quet.docx"}, "đuôi .docx"),
        ({"name": "anh.png", "content": b"\x89PNG"}, "đuôi .png"),
        ({"content": b"khong phai pdf"}, "đuôi .pdf"),
        ({"content": b""}, "rỗng"),
        ({"issued_on": timezone.localdate() + timedelta(days=1)}, "ở sau hôm nay"),
        ({"symbol": "???"}, "chưa đúng"),
        ({"number": 0}, "số nguyên"),
    ],
)
def test_what_is_wrong_with_the_paper_is_said_and_nothing_is_kept(
    unsigned, registrar, office, changes, message
):
    with pytest.raises(SubmissionError, match=message):
        record(unsigned, registrar, office, **changes)

    unsigned.refresh_from_db()
    assert unsigned.status == Status.IN_REVIEW
    assert unsigned.document is None
    assert not unsigned.decisions.exists()
    assert not Figure.objects.filter(standing=Standing.UNIT).exists()


@pytest.mark.requirement("R37", part="by document: the signer has the authority")
def test_the_signer_held_an_office_there_on_that_day(unsigned, registrar, office, outsider, other_department):
    elsewhere = Appointment.objects.create(person=outsider, organisation=other_department, title="Giám đốc")
    with pytest.raises(SubmissionError, match="không giữ chức vụ Giám đốc tại Sở Tài chính"):
        record(unsigned, registrar, elsewhere)

    Appointment.objects.filter(pk=office.pk).update(valid_to=date(2020, 1, 1))
    office.refresh_from_db()
    with pytest.raises(SubmissionError, match="không giữ chức vụ"):
        record(unsigned, registrar, office)


@pytest.mark.requirement("R37", part="by document: the signer has the authority")
def test_a_paper_is_not_dated_back_to_a_leader_who_has_left(unsigned, registrar, office):
    Appointment.objects.filter(pk=office.pk).update(valid_to=date(2020, 1, 1))
    office.refresh_from_db()

    with pytest.raises(SubmissionError, match="đứng trước ngày đợt báo cáo bắt đầu"):
        record(unsigned, registrar, office, issued_on=date(2019, 5, 5))

    opens = unsigned.obligation.tier.opens_on
    Appointment.objects.filter(pk=office.pk).update(valid_to=opens)
    office.refresh_from_db()
    record(unsigned, registrar, office, issued_on=opens)


@pytest.mark.requirement("R37", part="by document: a changed snapshot asks for a new one")
def test_a_paper_of_one_report_is_not_that_of_another(
    unsigned, registrar, office, other_obligation, other_department, outsider
):
    record(unsigned, registrar, office)
    for person, kind in ((outsider, DutyKind.ENTER), (registrar, DutyKind.ISSUE)):
        Duty.objects.get_or_create(person=person, organisation=other_department, kind=kind)
        forget_duties(person)
    other = services.open_submission(other_obligation, at=stages.START)
    stages.fill(other, outsider)
    other = stages.submit(other, outsider)
    there = Appointment.objects.create(person=office.person, organisation=other_department, title="Giám đốc")

    with pytest.raises(SubmissionError, match="đã được ghi nhận cho báo cáo khác"):
        record(other, registrar, there, symbol="BC-SDL", number=7)

    record(other, registrar, there, symbol="BC-SDL", number=7, content=ANOTHER)


def test_neither_clerk_nor_signer_has_written_the_report(draft, department, registrar, leader, office, clerk):
    for person in (registrar, leader):
        Duty.objects.create(person=person, organisation=department, kind=DutyKind.ENTER)
        forget_duties(person)
    stages.fill(draft, leader, amount="3", at=stages.hour(1))
    report = stages.submit(with_policy(draft, approval_policy=ApprovalPolicy.BY_DOCUMENT), clerk)
    with pytest.raises(SubmissionError, match="không được tự ký duyệt"):
        record(report, registrar, office)

    services.withdraw(report, by=clerk)
    stages.fill(report, registrar, amount="4", at=stages.hour(2))
    with pytest.raises(NobodyCanApprove, match="ghi nhận văn bản đã ký"):
        stages.submit(report, clerk, at=timezone.now())
    make_person("vanthu2", department, DutyKind.ISSUE)
    stages.submit(report, clerk, at=timezone.now())
    with pytest.raises(NotAllowed, match="không được tự duyệt"):
        record(report, registrar, office)


@pytest.mark.parametrize("who", ["clerk", "leader", "data_leader", "outsider", "root"])
def test_nobody_but_the_clerk_of_documents_records_the_paper(unsigned, office, who, request):
    with pytest.raises(NotAllowed):
        record(unsigned, request.getfixturevalue(who), office)


def test_what_the_leader_did_not_sign_goes_back_with_reasons(unsigned, registrar):
    services.refuse(
        unsigned,
        by=registrar,
        seen=unsigned.snapshot.sha256,
        reasons=[Reason.WRONG_FIGURES],
        text="Giám đốc không ký",
    )

    unsigned.refresh_from_db()
    assert unsigned.status == Status.REWORK


def test_other_reports_are_not_approved_by_paper_nor_declared(in_review, registrar, leader, clerk):
    with pytest.raises(NotAllowed, match="không ở bước"):
        record(in_review, registrar, leader.appointments.get())
    with pytest.raises(NotAllowed, match="không ở bước"):
        services.declare(in_review, by=clerk, seen=in_review.snapshot.sha256)


def test_the_database_itself_asks_for_file_and_signer(unsigned, registrar):
    with pytest.raises(IntegrityError):
        Decision.objects.create(
            submission=unsigned,
            snapshot=unsigned.snapshot,
            step="document",
            outcome="approved",
            sha256=unsigned.snapshot.sha256,
            person=registrar,
            duty=DutyKind.ISSUE,
            channel="document",
            at=timezone.now(),
        )


def test_what_was_sent_is_not_withdrawn(unsigned, registrar, office, clerk):
    record(unsigned, registrar, office)
    services.send(unsigned, by=registrar)

    with pytest.raises((NotAllowed, InvalidTransition)):
        services.withdraw(unsigned, by=clerk, reason="Muộn")


def test_a_paper_without_number_is_not_asked_for(regime):
    page = RegimePage.objects.get(pk=regime.pk)
    page.approval_policy, page.requires_number = ApprovalPolicy.BY_DOCUMENT, False

    assert "requires_number" in [problem.field for problem in problems(page)]


@pytest.mark.parametrize("policy", ApprovalPolicy.values)
def test_a_scan_is_not_to_be_signed_once_more(regime, policy):
    """What is approved by its paper could never be sent: the scan takes no digital signature."""
    page = RegimePage.objects.get(pk=regime.pk)
    page.approval_policy, page.requires_signature = policy, True

    refused = [problem for problem in problems(page) if problem.field == "requires_signature"]

    assert [problem.blocks for problem in refused] == ([True] if policy == ApprovalPolicy.BY_DOCUMENT else [])
