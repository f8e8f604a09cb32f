from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "reports.demo"
    label = "demo"
    verbose_name = "Minh họa"

    def ready(self) -> None:
        from home.audit.verbs import name_verbs

        name_verbs(
            {
                "demo.stage": "Dựng bối cảnh minh họa",
                "demo.told": "Kể một việc minh họa",
            }
        )
