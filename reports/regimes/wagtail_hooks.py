from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.snippets.models import register_snippet

from . import viewsets
from .checks import problems
from .deletion import refuse_bulk_deletion, refuse_copying, refuse_deletion
from .models import RegimePage, ReportForm
from .owed import reports_owed
from .public import outline_kind, regime_kind, regime_section

register_snippet(ReportForm, viewset=viewsets.ReportFormViewSet)
hooks.register("register_admin_viewset", lambda: viewsets.RegimeListing())
hooks.register("register_admin_viewset", lambda: viewsets.OutlineListing())
hooks.register("register_admin_menu_item", lambda: viewsets.menu)
hooks.register("portal_section", regime_section)
hooks.register("portal_search", regime_kind)
hooks.register("portal_search", outline_kind)
hooks.register("portal_reports_owed", reports_owed)
hooks.register("before_delete_page", refuse_deletion)
hooks.register("before_bulk_action", refuse_bulk_deletion)
hooks.register("before_copy_page", refuse_copying)


@hooks.register("portal_listed_pages")
def concerned_only(request: HttpRequest, pages: PageQuerySet) -> PageQuerySet:
    """Regimes are listed for those whom they concern; for listings and search of the public site."""
    visible = RegimePage.objects.visible_to(request.user)
    return pages.exclude(pk__in=RegimePage.objects.exclude(pk__in=visible).values("pk"))


@hooks.register("after_publish_page")
def tell_warnings(request: HttpRequest, page: Page) -> None:
    if isinstance(page, RegimePage):
        for problem in problems(page):
            messages.warning(request, problem.text)
