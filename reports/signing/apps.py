from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "reports.signing"
    label = "signing"
    verbose_name = "Ký số"
