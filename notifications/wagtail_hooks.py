from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from .menu import InboxMenuItem

hooks.register("register_admin_menu_item", InboxMenuItem)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    return [path("thong-bao/", include("notifications.urls"))]
