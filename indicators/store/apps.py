from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "indicators.store"
    label = "store"
    verbose_name = "Kho số liệu"

    def ready(self) -> None:
        from home.audit.verbs import name_verbs

        name_verbs(
            {
                "release.publish": "Công khai số liệu",
            }
        )
