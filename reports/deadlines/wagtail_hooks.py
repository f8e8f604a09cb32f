from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail_modeladmin.options import modeladmin_register

from reports.regimes.viewsets import MENU_HOOK

from .calendar_admin import CalendarAdmin
from .public import figures_next_due, next_due, tiers_in_words, upcoming
from .regime_checks import time_problems

hooks.register("portal_regime_checks", time_problems)
hooks.register("portal_regime_tiers", tiers_in_words)
hooks.register("portal_regime_next_due", lambda pages: next_due(pages, timezone.localdate()))
hooks.register("portal_next_update", figures_next_due)
hooks.register("portal_home_context", lambda request: {"upcoming": upcoming(timezone.localdate())})

modeladmin_register(CalendarAdmin)
hooks.register(MENU_HOOK, lambda: CalendarAdmin().get_menu_item(order=50))


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    return [path("dot-bao-cao/", include("reports.deadlines.urls"))]


@hooks.register("register_admin_menu_item")
def rounds() -> MenuItem:
    return MenuItem(
        "Đợt báo cáo", reverse("rounds:list"), name="dot-bao-cao", icon_name="calendar-alt", order=250
    )
