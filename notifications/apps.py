from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"
    verbose_name = "Thông báo"

    def ready(self) -> None:
        from home.accounts.telling import WORDS

        from .catalogue import register

        for code, (subject, body) in WORDS.items():
            register(code, subject, body)
