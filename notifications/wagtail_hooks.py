from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from .menu import InboxMenuItem
from .services import tell

hooks.register("register_admin_menu_item", InboxMenuItem)
hooks.register("portal_tell", tell)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    return [path("thong-bao/", include("notifications.urls"))]
