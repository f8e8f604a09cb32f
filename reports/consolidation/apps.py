from django.apps import AppConfig


class ConsolidationConfig(AppConfig):
    name = "reports.consolidation"
    label = "consolidation"
    verbose_name = "Tổng hợp"
