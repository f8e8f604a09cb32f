from django.apps import AppConfig


class RegimesConfig(AppConfig):
    name = "reports.regimes"
    label = "regimes"
    verbose_name = "Chế độ báo cáo"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from .models import ReportForm
        from .permissions import ReportFormPolicy

        register_permission_policy(ReportForm, ReportFormPolicy(ReportForm))
