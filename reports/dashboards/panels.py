"""What the admin home shows: my work, and Wagtail's own panels for pages only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel

from notifications.models import Message
from reports.submissions.models import Submission

from .beginning import Beginning, concerns
from .worklist import Group, Task, next_due, worklist

#: So many of each group are shown on the home page.
SHOWN = 10


def grouped(tasks: Iterable[Task]) -> list[tuple[Group, list[Task]]]:
    """The groups that have something in them, in their order."""
    tasks = list(tasks)
    groups = [(group, [task for task in tasks if task.group == group]) for group in Group]
    return [(group, found) for group, found in groups if found]


class Worklist(Component):
    """“Việc của tôi” on the home page."""

    name = "worklist"
    template_name = "dashboards/worklist_panel.html"
    order = 90

    class Media:
        css = {"all": ["entry/entry.css", "portal/css/worklist.css"]}

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user, today = parent_context["request"].user, timezone.localdate()
        tasks = worklist(user, today)
        return {
            "groups": [(group, found[:SHOWN], len(found)) for group, found in grouped(tasks)],
            "more": any(len(found) > SHOWN for _, found in grouped(tasks)),
            "next_due": None if tasks else next_due(user, today),
            "unread": Message.objects.visible_to(user).unread().count(),
            "csrf_token": parent_context["csrf_token"],
        }


class PagesInWorkflow(UserObjectsInWorkflowModerationPanel):
    """Wagtail's panel of what one has handed in: pages. Reports stand in the worklist."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        context["workflow_states"] = [
            state for state in context["workflow_states"] if not isinstance(state.content_object, Submission)
        ]
        return context


def arrange(request: Any, panels: list[Any]) -> None:
    """The way to the first round while there is none, the worklist, Wagtail's panel of things in moderation without reports.

    Its other panel (“awaiting your review”) never has any: ``DutyTask`` offers none there.
    """
    panels[:] = [
        *([Beginning()] if concerns(request.user) else []),
        Worklist(),
        *(
            PagesInWorkflow() if type(panel) is UserObjectsInWorkflowModerationPanel else panel
            for panel in panels
        ),
    ]
