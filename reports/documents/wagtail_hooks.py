from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .permissions import may_see_registers


class _RegisterMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_registers(request.user)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    return [path("so-van-ban/", include("reports.documents.urls"))]


@hooks.register("register_admin_menu_item")
def registers() -> MenuItem:
    return _RegisterMenuItem(
        "Sổ văn bản", reverse("registers:list"), name="so-van-ban", icon_name="list-ol", order=260
    )
