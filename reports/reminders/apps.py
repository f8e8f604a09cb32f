from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "reports.reminders"
    label = "reminders"
    verbose_name = "Nhắc việc"
