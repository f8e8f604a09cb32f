"""What an administrator does in Wagtail's own workflow screens approves nothing and loses no decision."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Revision, TaskState, Workflow, WorkflowTask

from reports.submissions import services
from reports.submissions.models import Decision, DutyTask, Step, Submission
from reports.submissions.status import Status
from tests.reports.submissions import stages


@pytest.fixture
def administrator(root) -> Client:
    client = Client()
    client.force_login(root)
    return client


@pytest.fixture
def half_approved(in_review, data_leader) -> Submission:
    """The data are approved, the report is not."""
    services.approve_data(in_review, by=data_leader, seen=in_review.snapshot.sha256, at=stages.hour(2))
    in_review.refresh_from_db()
    return in_review


def task_of(step: Step) -> DutyTask:
    return DutyTask.objects.get(step=step)


def workflow_of(submission: Submission) -> Workflow:
    return submission.current_workflow_state.workflow


def switch_off(administrator: Client, what: str, pk: int) -> None:
    answer = administrator.post(reverse(f"wagtailadmin_workflows:{what}", args=[pk]))
    assert answer.status_code == 302


def given_back(submission: Submission, decisions: int) -> bool:
    """In the hands of those who wrote it, with every decision kept and no workflow left behind."""
    submission.refresh_from_db()
    return (
        submission.status == Status.REWORK
        and submission.current_workflow_state is None
        and Decision.objects.filter(submission=submission).count() == decisions
    )


def test_a_disabled_task_does_not_approve_itself(administrator, in_review):
    switch_off(administrator, "disable_task", task_of(Step.DATA).pk)

    in_review.refresh_from_db()
    assert in_review.status in {Status.IN_REVIEW, Status.REWORK}
    assert Decision.objects.count() == 0


def test_with_all_tasks_disabled_nobody_has_approved(administrator, in_review):
    for step in (Step.DATA, Step.REPORT):
        switch_off(administrator, "disable_task", task_of(step).pk)

    assert given_back(in_review, decisions=0)


def test_the_last_task_disabled_leaves_the_first_decision_and_approves_nothing(administrator, half_approved):
    switch_off(administrator, "disable_task", task_of(Step.REPORT).pk)

    assert given_back(half_approved, decisions=1)


def test_a_disabled_workflow_strands_nothing(administrator, half_approved):
    switch_off(administrator, "disable", workflow_of(half_approved).pk)

    assert given_back(half_approved, decisions=1)


def test_with_the_steps_switched_off_nothing_can_be_submitted(administrator, in_review, clerk):
    switch_off(administrator, "disable", workflow_of(in_review).pk)
    in_review.refresh_from_db()

    with pytest.raises(services.NobodyCanApprove, match="bị tắt"):
        services.submit(in_review, by=clerk, at=stages.hour(3))


def test_switched_on_again_the_sheets_keep_their_approval(administrator, half_approved, clerk, leader):
    workflow = workflow_of(half_approved)
    switch_off(administrator, "disable", workflow.pk)
    administrator.post(reverse("wagtailadmin_workflows:enable", args=[workflow.pk]))

    again = services.submit(half_approved, by=clerk, at=stages.hour(4))
    services.approve_report(again, by=leader, seen=again.snapshot.sha256, at=stages.hour(5))

    again.refresh_from_db()
    assert again.status == Status.APPROVED


def test_a_step_taken_out_of_the_workflow_is_still_asked_for(half_approved, leader):
    """The steps come from the regime's policy; the workflow only shows them."""
    WorkflowTask.objects.filter(workflow=workflow_of(half_approved), task=task_of(Step.REPORT)).delete()
    half_approved.current_workflow_state.update(user=leader)

    half_approved.refresh_from_db()
    assert half_approved.status != Status.APPROVED
    assert Decision.objects.get().step == Step.DATA


@pytest.mark.parametrize("place", [0, 5], ids=["before the steps", "after the steps"])
def test_a_task_of_groups_added_by_an_administrator_decides_nothing(
    draft, clerk, data_leader, leader, in_review, place
):
    group_task = GroupApprovalTask.objects.create(name="Ban biên tập")
    WorkflowTask.objects.create(workflow=workflow_of(in_review), task=group_task, sort_order=place)

    approved = stages.approve(in_review, data_leader, leader, at=stages.hour(2))

    assert approved.status == Status.APPROVED
    assert Decision.objects.filter(submission=approved).count() == 2
    assert not TaskState.objects.filter(task=group_task, status=TaskState.STATUS_APPROVED).exists()


def test_approval_by_a_group_task_counts_for_nothing(in_review, root):
    """Even where Wagtail's workflow comes to its end by it."""
    workflow = workflow_of(in_review)
    WorkflowTask.objects.filter(workflow=workflow).delete()
    WorkflowTask.objects.create(
        workflow=workflow, task=GroupApprovalTask.objects.create(name="Ban biên tập"), sort_order=0
    )
    in_review.current_workflow_state.update(user=root)
    in_review.refresh_from_db()
    if in_review.current_workflow_state:
        in_review.current_workflow_state.current_task_state.approve(user=root)

    in_review.refresh_from_db()
    assert in_review.status in {Status.IN_REVIEW, Status.REWORK}
    assert Decision.objects.count() == 0


def test_purging_revisions_touches_neither_status_nor_decisions(in_review, data_leader, leader):
    approved = stages.approve(in_review, data_leader, leader, at=stages.hour(2))
    before = list(Decision.objects.values_list("pk", "sha256", "outcome"))

    call_command("purge_revisions", verbosity=0)

    approved.refresh_from_db()
    assert approved.status == Status.APPROVED
    assert list(Decision.objects.values_list("pk", "sha256", "outcome")) == before
    assert len(before) == 2


def test_purging_revisions_under_a_waiting_report_leaves_it_waiting(half_approved, leader):
    call_command("purge_revisions", verbosity=0)
    half_approved.refresh_from_db()
    assert half_approved.status == Status.IN_REVIEW

    services.approve_report(half_approved, by=leader, seen=half_approved.snapshot.sha256, at=stages.hour(4))

    half_approved.refresh_from_db()
    assert half_approved.status == Status.APPROVED


def test_no_revision_brings_a_status_back(half_approved, leader):
    """G4: Wagtail publishes a revision by writing all of its fields over the row."""
    revision = Revision.objects.for_instance(half_approved).latest("pk")
    services.approve_report(half_approved, by=leader, seen=half_approved.snapshot.sha256, at=stages.hour(4))

    restored = revision.as_object()

    assert restored.status == Status.APPROVED
    assert set(revision.content) == {"pk", "snapshot"}
