from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "indicators.store"
    label = "store"
    verbose_name = "Kho số liệu"
