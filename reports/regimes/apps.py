from django.apps import AppConfig


class RegimesConfig(AppConfig):
    name = "reports.regimes"
    label = "regimes"
    verbose_name = "Chế độ báo cáo"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from home.audit.verbs import name_verbs

        from .models import ReportForm
        from .permissions import ReportFormPolicy

        register_permission_policy(ReportForm, ReportFormPolicy(ReportForm))
        name_verbs(
            {
                "form.publish": "Công bố phiên bản biểu mẫu",
                "regime.publish": "Công bố phiên bản chế độ",
            }
        )
