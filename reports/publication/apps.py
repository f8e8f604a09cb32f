from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "reports.publication"
    label = "publication"
    verbose_name = "Công khai"
