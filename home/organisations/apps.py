from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "home.organisations"
    label = "organisations"
    verbose_name = "Cơ quan, đơn vị"
