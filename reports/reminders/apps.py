from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "reports.reminders"
    label = "reminders"
    verbose_name = "Nhắc việc"

    def ready(self) -> None:
        from . import messages  # noqa: F401  puts its words into the catalogue
