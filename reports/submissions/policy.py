"""What Wagtail's generic views may believe about reports: one may look at what is visible, and nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from wagtail.permission_policies.base import BasePermissionPolicy

from home.accounts.duties import duties_of

from .models import Submission

#: The only actions that exist for reports; "publish", "lock", "delete" and "add" do not.
ACTIONS = frozenset({"view", "change"})


class SubmissionPermissionPolicy(BasePermissionPolicy):
    """``view`` and ``change`` open the list and the screen, both scoped by ``visible_to``; verbs ask ``may_…``."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in ACTIONS and (user.is_superuser or bool(duties_of(user)))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return action in ACTIONS and Submission.objects.visible_to(user).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        if not ACTIONS.intersection(actions):
            return Submission.objects.none()
        return Submission.objects.visible_to(user)

    def users_with_any_permission(self, actions: Any) -> Any:
        """Wagtail asks whom to offer in filters; for reports it needs nobody."""
        return get_user_model().objects.none()
