from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from .menu import FollowMenuItem, hide_help
from .open_work import open_work, work_left
from .panels import arrange

hooks.register("construct_help_menu", hide_help)
hooks.register("construct_homepage_panels", arrange)
hooks.register("register_admin_menu_item", FollowMenuItem)
hooks.register("portal_open_work", open_work)
hooks.register("portal_work_left", work_left)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    return [path("", include("reports.dashboards.urls"))]
