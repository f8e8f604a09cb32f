from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks

from .screens.recertifying import arrange
from .screens.viewsets import OfficeGroup

office_group = OfficeGroup()
hooks.register("construct_homepage_panels", arrange)


@hooks.register("register_admin_viewset")
def register_office_group() -> OfficeGroup:
    return office_group


@hooks.register("register_account_menu_item")
def link_own_account(request: HttpRequest) -> dict[str, str]:
    return {
        "label": "Mật khẩu, xác thực hai lớp, nơi đang đăng nhập",
        "url": reverse("account_home"),
        "help_text": "Đổi mật khẩu, bật mã trên điện thoại, đăng xuất nơi khác.",
    }
