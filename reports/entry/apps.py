from django.apps import AppConfig


class EntryConfig(AppConfig):
    name = "reports.entry"
    label = "entry"
    verbose_name = "Nhập báo cáo"
