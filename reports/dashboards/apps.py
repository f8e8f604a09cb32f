from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "reports.dashboards"
    label = "dashboards"
    verbose_name = "Theo dõi"

    def ready(self) -> None:
        from home.audit.verbs import name_verbs

        from . import messages  # noqa: F401  puts its words into the catalogue

        name_verbs(
            {
                "obligation.urge": "Đôn đốc",
            }
        )
