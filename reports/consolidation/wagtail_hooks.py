from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from reports.entry.sheets import badges
from reports.entry.views.screen import links

from .marks import coverage_badges, links_of_screen

links.append(links_of_screen)
badges.append(coverage_badges)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    return [path("tong-hop/", include("reports.consolidation.urls"))]
