from django.apps import AppConfig


class RegimesConfig(AppConfig):
    name = "reports.regimes"
    label = "regimes"
    verbose_name = "Chế độ báo cáo"
