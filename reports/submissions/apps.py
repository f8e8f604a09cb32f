from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "reports.submissions"
    label = "submissions"
    verbose_name = "Báo cáo"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from . import signals
        from .models import Submission
        from .policy import SubmissionPermissionPolicy

        register_permission_policy(Submission, SubmissionPermissionPolicy(Submission))
        signals.connect()
