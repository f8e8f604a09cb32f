from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "reports.deadlines"
    label = "deadlines"
    verbose_name = "Đợt và thời hạn báo cáo"

    def ready(self) -> None:
        # Registers the words of the messages.
        from . import messages  # noqa: F401
