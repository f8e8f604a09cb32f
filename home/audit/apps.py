from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "home.audit"
    label = "audit"
    verbose_name = "Nhật ký"
