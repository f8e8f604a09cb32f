from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Cổng báo cáo"

    def ready(self) -> None:
        from . import public_cache

        connection_created.connect(public_cache.install, dispatch_uid="public_cache")
        pre_migrate.connect(public_cache.pause, sender=self, dispatch_uid="public_cache")
        post_migrate.connect(public_cache.resume, sender=self, dispatch_uid="public_cache")
