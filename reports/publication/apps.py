from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "reports.publication"
    label = "publication"
    verbose_name = "Công khai"

    def ready(self) -> None:
        from home.audit.verbs import name_verbs

        name_verbs(
            {
                "publication.publish": "Công khai báo cáo",
            }
        )
