from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "reports.submissions"
    label = "submissions"
    verbose_name = "Báo cáo"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from home.audit.verbs import name_verbs

        from . import signals
        from .models import Submission
        from .policy import SubmissionPermissionPolicy
        from .status import Verb

        register_permission_policy(Submission, SubmissionPermissionPolicy(Submission))
        signals.connect()
        name_verbs(
            {
                **{f"submission.{verb}": verb.label for verb in Verb},
                "submission.attach": "Đính kèm tệp",
                "submission.read_file": "Tải tệp đính kèm",
                "submission.detach": "Gỡ tệp đính kèm",
            }
        )
