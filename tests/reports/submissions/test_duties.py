"""Who may do what to a report: nobody approves what he wrote; duties are dated and scoped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from home.accounts.duties import forget_duties
from home.accounts.models import Duty, DutyKind, DutyScope
from home.accounts.profiles.applying import apply
from home.accounts.services import grant
from reports.regimes.models import ApprovalPolicy
from reports.submissions import services
from reports.submissions.errors import Incomplete, NobodyCanApprove, NotAllowed
from reports.submissions.models import Submission
from reports.submissions.permissions import may_enter
from reports.submissions.status import Status
from tests.conftest import make_person

from . import stages
from .stages import with_policy


@pytest.mark.requirement("R37", part="nobody approves what he wrote")
def test_nobody_approves_what_he_wrote(submission, clerk, data_leader, leader, department):
    Duty.objects.create(person=clerk, organisation=department, kind=DutyKind.APPROVE_DATA)
    forget_duties(clerk)
    stages.fill(submission, clerk)
    in_review = stages.submit(submission, clerk, at=stages.hour(1))

    with pytest.raises(NotAllowed, match="không được tự duyệt"):
        services.approve_data(in_review, by=clerk, seen=in_review.snapshot.sha256)
    assert not in_review.decisions.exists()


def test_who_only_attached_a_file_or_wrote_a_section_is_an_author_too(draft, data_leader, leader, department):
    Duty.objects.create(person=data_leader, organisation=department, kind=DutyKind.ENTER)
    forget_duties(data_leader)
    other = make_person("phogiamdoc2", department, DutyKind.APPROVE_DATA)
    stages.save_section(draft, "kien-nghi", "<p>Thêm</p>", by=data_leader, at=stages.hour(1))
    in_review = stages.submit(draft, data_leader, at=stages.hour(2))

    with pytest.raises(NotAllowed):
        services.approve_data(in_review, by=data_leader, seen=in_review.snapshot.sha256)
    services.approve_data(in_review, by=other, seen=in_review.snapshot.sha256)
    assert in_review.decisions.get().person == other


def test_submit_says_who_is_missing_and_whom_to_ask(draft, clerk, department):
    admin = make_person("quantri", department, DutyKind.UNIT_ADMIN)

    with pytest.raises(NobodyCanApprove, match=rf"duyệt số liệu biểu BM01, duyệt báo cáo.*{admin}"):
        stages.submit(draft, clerk)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert not draft.snapshots.exists()


@pytest.mark.requirement("R88", part="completeness checked before submitting")
def test_submit_lists_everything_that_is_missing(submission, clerk, data_leader, leader):
    with pytest.raises(Incomplete) as caught:
        stages.submit(submission, clerk)

    assert len(caught.value.problems) == 2
    assert "còn 6 ô bắt buộc chưa nhập" in caught.value.problems[0]
    assert "Đánh giá tình hình" in caught.value.problems[1]


def test_no_value_signs_are_answers(submission, clerk, data_leader, leader):
    stages.fill(submission, clerk)
    sheet = submission.sheets.get()
    for sign, column in (("-", "uoc"), ("…", "luyke")):
        stages.save_cells(
            submission,
            [stages.CellEntry(sheet.pk, "I.3", column, value=stages.CellValue(None, sign))],
            by=clerk,
        )
    assert stages.submit(submission, clerk).status == Status.IN_REVIEW


@pytest.mark.requirement("R39", part="duties lapse by themselves")
def test_a_lapsed_duty_opens_nothing(submission, department):
    yesterday = timezone.localdate() - timedelta(days=1)
    person = make_person("het-han")
    Duty.objects.create(person=person, organisation=department, kind=DutyKind.ENTER, valid_to=yesterday)

    assert not may_enter(person, submission)
    assert not Submission.objects.visible_to(person).exists()


def test_a_future_duty_opens_nothing_yet(submission, department):
    person = make_person("chua-den")
    Duty.objects.create(
        person=person, organisation=department, kind=DutyKind.ENTER, valid_from=date(2999, 1, 1)
    )

    assert not may_enter(person, submission)


@pytest.mark.requirement("R35", part="only assigned rows")
@pytest.mark.requirement("R40", part="data rights by form and row")
@pytest.mark.parametrize(
    ("scope", "row", "allowed"),
    [
        ("regime:KTXH-THANG", "I.1", True),
        ("regime:KHAC", "I.1", False),
        ("form:BM01", "I.2", True),
        ("form:BM02", "I.2", False),
        ("row:BM01/I.1", "I.1", True),
        ("row:BM01/I.1", "I.2", False),
    ],
)
@pytest.mark.requirement("R35", part="only assigned forms")
@pytest.mark.requirement("R49", part="duties per form and row")
@pytest.mark.requirement("R76", part="per form")
@pytest.mark.requirement("R61", part="assignment per form")
def test_entering_is_narrowed_to_regimes_forms_and_rows(submission, department, scope, row, allowed):
    person = make_person("theo-pham-vi", department, DutyKind.ENTER, scopes=[scope])
    sheet = submission.sheets.get()
    entry = stages.CellEntry(sheet.pk, row, "uoc", value=stages.number("1"))

    assert may_enter(person, submission, "BM01", row) is allowed
    if allowed:
        assert stages.save_cells(submission, [entry], by=person)
    else:
        with pytest.raises(NotAllowed, match="không được giao"):
            stages.save_cells(submission, [entry], by=person)
        assert not sheet.cells.filter(row=row).exists()


@pytest.mark.requirement("R100", part="each sheet in its leader's field")
def test_an_approver_in_another_field_may_not_approve_this_sheet(in_review, department):
    other = make_person("linh-vuc-khac", department, DutyKind.APPROVE_DATA, scopes=["form:BM99"])

    with pytest.raises(NotAllowed, match="không có nhiệm vụ duyệt số liệu biểu BM01"):
        services.approve_data(in_review, by=other, seen=in_review.snapshot.sha256, form_codes=["BM01"])


def test_delegated_duties_name_whom_they_stand_in_for(in_review, leader, data_leader, department):
    deputy = make_person("duoc-uy-quyen")
    Duty.objects.create(
        person=deputy,
        organisation=department,
        kind=DutyKind.APPROVE_DATA,
        acting_for=data_leader,
        basis="Giấy ủy quyền 01",
        valid_to=date(2999, 1, 1),
    )
    decision = services.approve_data(in_review, by=deputy, seen=in_review.snapshot.sha256)[0]

    assert decision.on_behalf_of == data_leader


class TestPolicies:
    def test_together_decides_data_and_report_with_one_act(self, draft, clerk, leader):
        submission = with_policy(draft, approval_policy=ApprovalPolicy.TOGETHER)
        in_review = stages.submit(submission, clerk)
        services.approve_report(in_review, by=leader, seen=in_review.snapshot.sha256)

        in_review.refresh_from_db()
        assert in_review.status == Status.APPROVED
        assert sorted(in_review.decisions.values_list("step", "sheet_code")) == [
            ("data", "BM01"),
            ("report", ""),
        ]

    def test_data_only_asks_nobody_for_the_report(self, draft, clerk, data_leader):
        submission = with_policy(draft, approval_policy=ApprovalPolicy.DATA_ONLY)
        in_review = stages.submit(submission, clerk)
        services.approve_data(in_review, by=data_leader, seen=in_review.snapshot.sha256)

        in_review.refresh_from_db()
        assert in_review.status == Status.APPROVED

    def test_report_only_asks_nobody_for_the_data(self, draft, clerk, leader):
        submission = with_policy(draft, approval_policy=ApprovalPolicy.REPORT_ONLY)
        in_review = stages.submit(submission, clerk)
        services.approve_report(in_review, by=leader, seen=in_review.snapshot.sha256)

        in_review.refresh_from_db()
        assert in_review.status == Status.APPROVED

    @pytest.mark.requirement("R99", part="review before the leader")
    def test_review_steps_come_before_the_leaders(self, draft, clerk, reviewer, data_leader, leader):
        submission = with_policy(draft, review_steps=1)
        in_review = stages.submit(submission, clerk)
        seen = in_review.snapshot.sha256
        with pytest.raises(NotAllowed, match="không ở bước"):
            services.approve_data(in_review, by=data_leader, seen=seen)
        services.review(in_review, by=reviewer, seen=seen)
        services.approve_data(in_review, by=data_leader, seen=seen)
        services.approve_report(in_review, by=leader, seen=seen)

        in_review.refresh_from_db()
        assert in_review.status == Status.APPROVED


class TestVisibility:
    @pytest.mark.requirement("R40", part="reading follows duties")
    def test_the_receiver_sees_a_report_only_once_it_was_sent(self, issued, receiver, registrar):
        assert not Submission.objects.visible_to(receiver).exists()
        stages.send(issued, registrar)
        assert Submission.objects.visible_to(receiver).get() == issued

    @pytest.mark.requirement("R51", part="technical monitoring reads no reports")
    def test_outsiders_and_technical_monitors_see_nothing(self, sent, outsider, monitor):
        assert not Submission.objects.visible_to(outsider).exists()
        assert not Submission.objects.visible_to(monitor).exists()

    def test_deactivated_people_see_nothing(self, draft, clerk):
        clerk.is_active = False
        clerk.save()
        assert not Submission.objects.visible_to(clerk).exists()


class TestReceiving:
    def test_nobody_accepts_what_he_has_sent_himself(self, issued, registrar, lead):
        Duty.objects.create(person=registrar, organisation=lead, kind=DutyKind.RECEIVE)
        forget_duties(registrar)
        stages.send(issued, registrar)
        with pytest.raises(NotAllowed):
            services.accept(issued, by=registrar)

    @pytest.mark.parametrize("actor", ["clerk", "leader", "registrar", "outsider", "monitor", "root"])
    def test_only_the_receiver_accepts(self, sent, actor, request):
        with pytest.raises(NotAllowed):
            services.accept(sent, by=request.getfixturevalue(actor))
        sent.refresh_from_db()
        assert sent.status == Status.SENT


def test_scopes_of_a_regime_narrow_the_receiver(sent, lead):
    elsewhere = make_person("tiep-nhan-khac", lead)
    duty = Duty.objects.create(person=elsewhere, organisation=lead, kind=DutyKind.RECEIVE)
    DutyScope.objects.create(duty=duty, scope="regime:KHAC")
    assert not Submission.objects.visible_to(elsewhere).exists()


@pytest.fixture
def written_by_delegate(submission, clerk, data_leader, leader, department):
    """The clerk has entered, and stands in for the leader in approving the data of BM01, in writing."""
    today = timezone.localdate()
    grant(
        clerk,
        DutyKind.APPROVE_DATA,
        department,
        by=None,
        scopes=["form:BM01"],
        acting_for=data_leader,
        basis="12/GUQ-STC",
        valid_from=today - timedelta(days=400),
        valid_to=today + timedelta(days=9),
    )
    stages.fill(submission, clerk)
    return stages.submit(submission, clerk, at=stages.hour(1))


@pytest.mark.requirement("R39", part="data of own forms only")
def test_where_the_regulation_has_it_a_delegate_approves_the_data_he_entered_and_never_the_report(
    written_by_delegate, clerk, data_leader
):
    seen = written_by_delegate.snapshot.sha256
    with pytest.raises(NotAllowed, match="không được tự duyệt"):
        services.approve_data(written_by_delegate, by=clerk, seen=seen)

    apply("lai_chau")
    services.approve_data(written_by_delegate, by=clerk, seen=seen)

    decision = written_by_delegate.decisions.get()
    assert (decision.person, decision.on_behalf_of) == (clerk, data_leader)
    with pytest.raises(NotAllowed, match="không được tự duyệt"):
        services.approve_report(written_by_delegate, by=clerk, seen=seen)


@pytest.mark.parametrize("scopes", [[], ["regime:KTXH-THANG"], ["form:KHAC"]])
def test_the_delegation_must_name_the_form(written_by_delegate, clerk, scopes):
    duty = Duty.objects.get(person=clerk, kind=DutyKind.APPROVE_DATA)
    duty.scopes.all().delete()
    DutyScope.objects.bulk_create(DutyScope(duty=duty, scope=scope) for scope in scopes)
    forget_duties(clerk)
    apply("lai_chau")

    with pytest.raises(NotAllowed):
        services.approve_data(written_by_delegate, by=clerk, seen=written_by_delegate.snapshot.sha256)


def test_a_delegate_is_somebody_who_can_approve(submission, clerk, data_leader, leader, department):
    apply("lai_chau")
    today = timezone.localdate()
    grant(
        clerk, DutyKind.APPROVE_DATA, department, by=None, scopes=["form:BM01"], acting_for=data_leader,
        basis="12/GUQ-STC", valid_from=today - timedelta(days=400), valid_to=today + timedelta(days=9),
    )  # fmt: skip
    Duty.objects.filter(person=data_leader).update(valid_to=today - timedelta(days=1))
    stages.fill(submission, clerk)

    assert stages.submit(submission, clerk, at=stages.hour(1)).status == Status.IN_REVIEW
