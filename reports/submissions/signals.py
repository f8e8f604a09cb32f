"""All receivers of Wagtail's signals: its workflow engine runs beneath reports, its mails do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    task_submitted,
    workflow_approved,
    workflow_cancelled,
    workflow_rejected,
    workflow_submitted,
)

from .models import Submission
from .services import lapse

if TYPE_CHECKING:
    from home.accounts.models import User


def give_back(sender: Any, instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    """A workflow was switched off under a waiting report: REWORK. Our own verbs move the status first."""
    if instance.base_content_type.model_class() is Submission:
        lapse(instance.content_object, by=user)


def _pages_only(notifier: Any) -> Any:
    """Wagtail mails whole groups, in English, inside the transaction; people of a report are told by ``messages``."""

    def tell(sender: Any, instance: Any, **kwargs: Any) -> None:
        state = instance.workflow_state if isinstance(instance, TaskState) else instance
        if state.base_content_type.model_class() is not Submission:
            notifier(sender=sender, instance=instance, **kwargs)

    return tell


def connect() -> None:
    from wagtail.admin import signal_handlers as wagtail

    workflow_cancelled.connect(give_back, sender=WorkflowState, dispatch_uid="submission_workflow_cancelled")
    for signal, sender, uid, notifier in (
        (
            task_submitted,
            TaskState,
            "group_approval_task_submitted_email_notification",
            wagtail.task_submission_email_notifier,
        ),
        (
            workflow_submitted,
            WorkflowState,
            "workflow_state_submitted_email_notification",
            wagtail.workflow_submission_email_notifier,
        ),
        (
            workflow_rejected,
            WorkflowState,
            "workflow_state_rejected_email_notification",
            wagtail.workflow_rejection_email_notifier,
        ),
        (
            workflow_approved,
            WorkflowState,
            "workflow_state_approved_email_notification",
            wagtail.workflow_approval_email_notifier,
        ),
    ):
        signal.disconnect(sender=sender, dispatch_uid=uid)
        signal.connect(_pages_only(notifier), sender=sender, weak=False, dispatch_uid=f"pages_only_{uid}")
