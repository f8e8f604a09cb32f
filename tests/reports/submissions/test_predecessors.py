"""After a succession: the successor reads, adjusts and answers for what its predecessor sent and still owes."""

from __future__ import annotations

import pytest
from django.utils import timezone

from home.accounts.duties import duties_of, forget_duties, holders
from home.accounts.models import DutyKind, DutyScope, User
from home.organisations.services import succeed
from indicators.store.models import Figure, Standing
from notifications.models import Message
from reports.dashboards.worklist import worklist
from reports.deadlines import permissions as rounds
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation, Tier
from reports.entry.permissions import may_open, openable_by
from reports.publication.permissions import publishable, publishing_organisation
from reports.submissions import permissions, services
from reports.submissions.errors import NotAllowed, SubmissionError
from reports.submissions.models import Submission
from reports.submissions.status import Status
from reports.submissions.turn import Todo, whose_turn
from tests.conftest import make_person

from . import heirs, stages

TODAY = timezone.localdate()


def again(person: User) -> User:
    """The same person at the next request: duties are read anew."""
    return User.objects.get(pk=person.pk)


@pytest.fixture
def merged(department) -> heirs.Heir:
    return heirs.heir("SKTTC", "Sở Kinh tế và Tài chính")


@pytest.fixture
def other_part(department) -> heirs.Heir:
    return heirs.heir("CTDL", "Chi cục Dữ liệu")


@pytest.mark.requirement("X17", part="successor answers for predecessors")
def test_the_successor_adjusts_what_its_predecessor_sent_and_the_old_paper_stays(
    accepted, department, merged, receiver, clerk
):
    old = accepted.document
    heirs.merge(department, merged)

    services.request_adjustment(accepted, by=merged.clerk, reason="Nhầm dòng 1")
    services.grant_adjustment(accepted, by=receiver)
    accepted.refresh_from_db()
    stages.fill(accepted, merged.clerk, amount="120", at=timezone.now())
    services.submit(accepted, by=merged.clerk)
    stages.approve(accepted, merged.data_leader, merged.leader, at=timezone.now())
    services.issue(accepted, by=merged.registrar, number=1, issued_on=timezone.localdate())
    services.send(accepted, by=merged.registrar)
    services.accept(accepted, by=receiver)

    accepted.refresh_from_db()
    new = accepted.document
    assert accepted.status == Status.ACCEPTED
    assert new.organisation == merged.organisation
    assert new.number_and_symbol == "01/BC-SKTTC"
    assert new.content["organisation_name"] == "Sở Kinh tế và Tài chính"
    assert new.content["signer_name"] == str(merged.leader)
    assert new.replaces == old
    old.refresh_from_db()
    assert (old.organisation, old.number_and_symbol) == (department, "05/BC-STC")
    assert old.content["organisation_name"] == "Sở Tài chính"
    assert accepted.obligation.organisation == department


@pytest.mark.parametrize("who", ["clerk", "data_leader", "leader", "registrar", "viewer"])
def test_the_people_of_what_has_ended_keep_nothing(accepted, department, merged, who, request):
    person = request.getfixturevalue(who) if who != "viewer" else merged.viewer
    if who == "viewer":
        person.duties.update(organisation=department)
    assert accepted in Submission.objects.visible_to(again(person))

    heirs.merge(department, merged)

    person = again(person)
    assert not duties_of(person)
    assert not Submission.objects.visible_to(person).exists()
    assert not Obligation.objects.visible_to(person).exists()
    assert not Figure.objects.visible_to(person).exists()
    with pytest.raises(NotAllowed):
        services.request_adjustment(accepted, by=person, reason="Nhầm")


def test_who_administers_the_portal_goes_on_when_the_office_ends(department, merged, clerk):
    keeper = make_person("quantri", department, DutyKind.SYSTEM_ADMIN)

    heirs.merge(department, merged)

    assert duties_of(again(keeper)).organisations(DutyKind.SYSTEM_ADMIN) == {department.pk}


@pytest.mark.requirement("X17", part="open rounds go to the successor")
def test_what_is_owed_in_an_open_round_is_owed_by_the_successor(obligation, department, merged, clerk):
    Tier.objects.filter(pk=obligation.tier_id).update(closes_on="2099-12-31")
    heirs.merge(department, merged)

    assert not may_open(again(clerk), obligation)
    assert list(openable_by(merged.clerk)) == [obligation]
    assert [task.obligation for task in worklist(merged.clerk, TODAY)] == [obligation]
    assert not worklist(again(clerk), TODAY)

    begun = services.open_submission(obligation)
    stages.fill(begun, merged.clerk, at=timezone.now())
    assert whose_turn(begun) == [merged.clerk]
    services.submit(begun, by=merged.clerk)
    begun.refresh_from_db()
    told = Message.objects.filter(recipient=merged.data_leader)
    assert told.count() == 1
    assert whose_turn(begun) == [merged.data_leader]


def test_a_report_on_its_way_is_approved_by_the_leaders_of_the_successor(
    in_review, department, merged, data_leader, leader, clerk
):
    heirs.merge(department, merged)

    with pytest.raises(NotAllowed):
        services.approve_data(in_review, by=again(data_leader), seen=in_review.snapshot.sha256)
    stages.approve(in_review, merged.data_leader, merged.leader, at=timezone.now())

    assert in_review.status == Status.APPROVED
    assert in_review.document.organisation == merged.organisation


def test_what_has_ended_issues_nothing_any_more(approved, department, merged, clerk):
    heirs.merge(department, merged)

    with pytest.raises(SubmissionError, match=r"Sở Tài chính đã kết thúc.*mang tên Sở Kinh tế và Tài chính"):
        services.issue(approved, by=merged.registrar, number=6, issued_on=timezone.localdate())

    services.withdraw(approved, by=merged.clerk, reason="Sáp nhập")
    approved.refresh_from_db()
    stages.submit(approved, merged.clerk, at=timezone.now())
    stages.approve(approved, merged.data_leader, merged.leader, at=timezone.now())
    services.issue(approved, by=merged.registrar, number=6, issued_on=timezone.localdate())
    approved.refresh_from_db()
    assert approved.document.number_and_symbol == "06/BC-SKTTC"


def test_the_successor_of_the_recipient_accepts_and_runs_the_rounds(
    sent, obligation, lead, merged, receiver, opened_round
):
    heirs.merge(lead, merged)

    assert whose_turn(sent) == [merged.receiver]
    with pytest.raises(NotAllowed):
        services.accept(sent, by=again(receiver))
    services.accept(sent, by=merged.receiver)

    assert rounds.may_open_round(merged.designer, opened_round.regime_version)
    assert not rounds.may_open_round(again(receiver), opened_round.regime_version)
    above = Obligation.objects.get(tier__round=opened_round, organisation=lead)
    assert may_open(merged.consolidator, above)


def test_nobody_moves_the_due_day_of_what_he_answers_for(
    obligation, other_obligation, lead, department, merged, receiver, clerk, committee
):
    """The lead agency takes over one of those that report to another."""
    Obligation.objects.filter(pk__in=[obligation.pk, other_obligation.pk]).update(recipient=committee)
    owed, others = (Obligation.objects.with_round().get(pk=one.pk) for one in (obligation, other_obligation))
    assert rounds.may_extend(receiver, owed)
    succeed([department], [lead], kind="sap_nhap", on=TODAY, by=None)

    person = again(receiver)
    assert not rounds.may_extend(person, owed)
    assert rounds.may_extend(person, others)
    with pytest.raises(deadlines.NotAllowed):
        deadlines.extend(owed, until=TODAY, reason="Chậm", by=person)


@pytest.mark.requirement("X17", part="split: all read, one answers")
def test_after_a_split_all_read_what_was_sent_and_one_answers(
    accepted, other_obligation, department, merged, other_part, clerk, receiver
):
    heirs.split(department, [merged, other_part], answering=merged)

    reader, heir = other_part.clerk, merged.clerk
    assert accepted in Submission.objects.visible_to(reader)
    assert accepted in Submission.objects.visible_to(heir)
    assert permissions.may_read_live(heir, accepted)
    assert not permissions.may_read_live(reader, accepted)
    assert permissions.may_request_adjustment(heir, accepted)
    assert not permissions.may_request_adjustment(reader, accepted)
    assert holders(DutyKind.ENTER, department.pk) == [heir]
    own = Figure.objects.filter(standing=Standing.UNIT)
    assert own.exists()
    assert own.visible_to(heir).count() == own.count()
    assert not own.visible_to(reader).exists()
    assert accepted in publishable(merged.publisher)
    assert publishing_organisation(merged.publisher, accepted) == merged.organisation
    assert not publishable(other_part.publisher).exists()
    with pytest.raises(NotAllowed):
        services.request_adjustment(accepted, by=reader, reason="Nhầm")


def test_after_a_split_what_was_not_sent_is_read_by_none_but_who_answers(
    draft, department, merged, other_part, clerk
):
    heirs.split(department, [merged, other_part], answering=merged)

    assert draft in Submission.objects.visible_to(merged.clerk)
    assert not Submission.objects.visible_to(other_part.clerk).exists()
    assert not openable_by(other_part.clerk).exists()
    assert whose_turn(draft) == [merged.clerk]
    assert [task.todo for task in worklist(merged.clerk, TODAY)] == [Todo.ENTER]


def test_a_duty_for_one_regime_opens_only_that_of_the_predecessor(accepted, department, merged, clerk):
    heirs.merge(department, merged)
    DutyScope.objects.create(duty=merged.clerk.duties.get(), scope="regime:KHAC")

    assert not Submission.objects.visible_to(again(merged.clerk)).exists()


def test_what_was_taken_over_costs_no_query_more(
    accepted, department, merged, clerk, django_assert_num_queries
):
    forget_duties(clerk)
    with django_assert_num_queries(1):
        duties_of(clerk)
    heirs.merge(department, merged)

    person = again(merged.clerk)
    with django_assert_num_queries(1):
        duties_of(person)
    with django_assert_num_queries(1):
        assert list(Submission.objects.visible_to(person)) == [accepted]
