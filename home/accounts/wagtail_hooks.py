from wagtail import hooks

from .screens.viewsets import OfficeGroup

office_group = OfficeGroup()


@hooks.register("register_admin_viewset")
def register_office_group() -> OfficeGroup:
    return office_group
