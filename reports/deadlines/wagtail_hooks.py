from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail_modeladmin.options import modeladmin_register

from reports.regimes.models import RegimePage
from reports.regimes.viewsets import MENU_HOOK

from .calendar_admin import CalendarAdmin
from .models import Round
from .permissions import may_open_round
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


@hooks.register("after_publish_page")
def lead_to_the_first_round(request: HttpRequest, page: Page) -> None:
    """A published regime asks nobody for anything until its lead agency opens a round."""
    version = page.latest_version if isinstance(page, RegimePage) else None
    if version is None or Round.objects.filter(regime_version__page=page).exists():
        return
    if may_open_round(request.user, version):  # type: ignore[arg-type]
        address = f"{reverse('rounds:open')}?regime={version.pk}"
        messages.info(
            request,
            "Báo cáo được giao khi cơ quan chủ trì mở đợt.",
            buttons=[messages.button(address, "Mở đợt báo cáo")],
        )
