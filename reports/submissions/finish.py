"""What the last step of a workflow does (``WAGTAIL_FINISH_WORKFLOW_ACTION``); pages go on to Wagtail's own.

Wagtail imports this module while ``wagtail.models`` is still loading, so nothing that touches a model may be
imported at the top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from home.accounts.models import User


def finish_workflow(workflow_state: WorkflowState, user: User | None = None) -> None:
    """For a report: approved only if every Decision the policy asks for stands. For a page: publish it."""
    from .models import Submission

    if isinstance(workflow_state.content_object, Submission):
        from .services import workflow_finished

        workflow_finished(workflow_state, user)
    else:
        from wagtail.workflows import publish_workflow_state

        publish_workflow_state(workflow_state, user=user)
