from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "indicators.catalogue"
    label = "catalogue"
    verbose_name = "Danh mục chỉ tiêu"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from home.audit.verbs import name_verbs
        from home.organisations.models import LegalAct
        from indicators.models import Disaggregation, Indicator, IndicatorGroup, Measure

        from .permissions import CataloguePolicy

        # Before any viewset is made: Wagtail keeps the first policy it sees.
        for model in (Indicator, IndicatorGroup, Measure, Disaggregation, LegalAct):
            register_permission_policy(model, CataloguePolicy(model))
        name_verbs(
            {
                "catalogue.create": "Thêm vào danh mục",
                "catalogue.change": "Sửa danh mục",
                "catalogue.delete": "Xóa khỏi danh mục",
                "catalogue.import": "Nhập danh mục từ tệp",
            }
        )
