from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "indicators.catalogue"
    label = "catalogue"
    verbose_name = "Danh mục chỉ tiêu"
