"""Approval policies compiled into Wagtail workflows, and what each policy asks for.

Wagtail's own workflow screens show these workflows; what they change there never approves anything, because
``services`` counts the Decisions the *policy* asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

from wagtail.models import Workflow, WorkflowTask

from home.accounts.models import DutyKind
from reports.regimes.models import ApprovalPolicy

from .models import DecisionChannel, DutyTask, Step


@dataclass(frozen=True)
class RequiredStep:
    """One step of a policy. ``duty``: who may take it; DATA asks for one decision per sheet.

    ``approves_data``: this act puts the sheets' figures into the organisation's own store. ``channel``: how it is
    taken.
    """

    step: Step
    number: int
    duty: DutyKind
    approves_data: bool = False
    channel: DecisionChannel = DecisionChannel.PORTAL

    @property
    def label(self) -> str:
        return f"{self.step.label} {self.number}" if self.number > 1 else str(self.step.label)


def required_steps(policy: str, review_steps: int) -> list[RequiredStep]:
    """The steps of a policy in order: the REVIEW steps, then data, then the report (R99–R103)."""
    data = RequiredStep(Step.DATA, 1, DutyKind.APPROVE_DATA, approves_data=True)
    report = RequiredStep(Step.REPORT, 1, DutyKind.APPROVE_REPORT)
    alone = RequiredStep(Step.REPORT, 1, DutyKind.APPROVE_REPORT, approves_data=True)
    declared = RequiredStep(Step.DECLARE, 1, DutyKind.ENTER, True, DecisionChannel.SELF_DECLARED)
    signed = RequiredStep(Step.DOCUMENT, 1, DutyKind.ISSUE, True, DecisionChannel.DOCUMENT)
    final = {
        ApprovalPolicy.DATA_THEN_REPORT: [data, report],
        ApprovalPolicy.TOGETHER: [alone],
        ApprovalPolicy.DATA_ONLY: [data],
        ApprovalPolicy.REPORT_ONLY: [alone],
        ApprovalPolicy.SELF_DECLARED: [declared],
        ApprovalPolicy.BY_DOCUMENT: [signed],
    }[ApprovalPolicy(policy)]
    reviews = [RequiredStep(Step.REVIEW, number, DutyKind.REVIEW) for number in range(1, review_steps + 1)]
    return reviews + final


def _name(policy: str, review_steps: int) -> str:
    name = f"Phê duyệt báo cáo: {ApprovalPolicy(policy).label}"
    return f"{name} (sau {review_steps} bước kiểm tra)" if review_steps else name


def compiled_workflow(policy: str, review_steps: int) -> Workflow:
    """The workflow of this policy, made with its tasks the first time it is asked for."""
    workflow, created = Workflow.objects.get_or_create(name=_name(policy, review_steps))
    if created:
        for order, required in enumerate(required_steps(policy, review_steps)):
            task, _ = DutyTask.objects.get_or_create(
                step=required.step,
                step_number=required.number,
                defaults={
                    "name": f"{required.step.label} {required.number}"
                    if required.number > 1
                    else required.step.label
                },
            )
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    return workflow


def workflow_for(policy: str, review_steps: int) -> Workflow | None:
    """The compiled workflow if it can carry a report through: active, with an active task for every step asked for."""
    workflow = compiled_workflow(policy, review_steps)
    if not workflow.active:
        return None
    active = {
        (task.specific.step, task.specific.step_number)
        for task in workflow.tasks.filter(active=True)
        if isinstance(task.specific, DutyTask)
    }
    asked = {(required.step, required.number) for required in required_steps(policy, review_steps)}
    return workflow if asked <= active else None
