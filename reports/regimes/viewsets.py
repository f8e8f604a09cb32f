"""Regimes, outlines and forms in the admin shell: an allow-list of addresses, each behind ``may_…``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.timezone import localtime
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet

from .models import OutlinePage, RegimePage, ReportForm, ReportFormQuerySet
from .permissions import may_design, may_read_forms
from .views import FormCreateView, FormEditView, FormListView, PreviewView, PublishView

#: "Chế độ báo cáo": what stands in it is registered under ``MENU_HOOK``, by the apps above too.
MENU_HOOK = "register_regime_menu_item"
menu = SubmenuMenuItem(
    "Chế độ báo cáo",
    Menu(register_hook_name=MENU_HOOK, construct_hook_name="construct_regime_menu"),
    name="che-do-va-bieu-mau",
    icon_name="clipboard-list",
    order=300,
)


def latest_in_words(report_form: ReportForm) -> str:
    """For rows of ``ReportFormQuerySet.with_latest``."""
    number, at = getattr(report_form, "latest_number"), getattr(report_form, "latest_at")  # noqa: B009
    return f"{number}, công bố {localtime(at):%d/%m/%Y}" if number else "Chưa công bố"


class ReportFormViewSet(SnippetViewSet):
    model = ReportForm
    icon = "table"
    menu_label = "Biểu mẫu"
    menu_order = 30
    menu_hook = MENU_HOOK
    url_prefix = "bieu-mau"
    url_namespace = "report_forms"
    index_view_class = FormListView
    add_view_class = FormCreateView
    edit_view_class = FormEditView
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = [
        "__str__",
        Column("owner", label="Cơ quan ban hành", sort_key="owner__name"),
        Column("latest_number", label="Phiên bản", accessor=latest_in_words),
    ]
    search_fields = ["code", "title"]
    list_export: list[str] = []
    ordering = ["code"]
    #: The rest of Wagtail's addresses for snippets do not exist here.
    SERVED = frozenset(
        {
            "list",
            "list_results",
            "add",
            "edit",
            "delete",
            "usage",
            "history",
            "history_results",
            "revisions_compare",
            "revisions_revert",
        }
    )
    #: Those that change a form. Adding is checked by Wagtail (``ReportFormPolicy``) and by the choice of owners.
    CHANGING = (FormEditView, DeleteView, PublishView)

    def get_queryset(self, request: HttpRequest) -> ReportFormQuerySet:
        return ReportForm.objects.with_latest()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *(pattern for pattern in super().get_urlpatterns() if pattern.name in self.SERVED),
            path("preview/<int:pk>/", self.construct_view(PreviewView), name="preview"),
            path("preview/<int:pk>/<int:number>/", self.construct_view(PreviewView), name="version"),
            path("publish/<int:pk>/", self.construct_view(PublishView), name="publish"),
        ]

    def register_chooser_viewset(self) -> None:
        """No chooser addresses: forms are chosen from a list in the editor of regimes."""

    def construct_view(self, view_class: type, **kwargs: Any) -> Callable[..., HttpResponse]:
        """Every address of the viewset comes through here: strangers find nothing, readers change nothing."""
        view = super().construct_view(view_class, **kwargs)
        changing = issubclass(view_class, self.CHANGING)

        @wraps(view)
        def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may_read_forms(request.user):
                raise Http404
            if "pk" in kwargs:
                report_form = get_object_or_404(ReportForm, pk=unquote(str(kwargs["pk"])))
                if changing and not may_design(request.user, report_form.owner_id):
                    raise PermissionDenied
                if issubclass(view_class, DeleteView) and report_form.versions.exists():
                    raise PermissionDenied
            return view(request, *args, **kwargs)

        return scoped


class PagesMenuItem(MenuItem):
    """Shown to those who work on pages; for everybody else the address does not exist."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(Page)
        return bool(policy.user_has_any_permission(request.user, ["add", "change", "publish"]))


class PagesView(IndexView):
    """Wagtail's table of no pages at all counts them from 1 to 0 and shows no way on."""

    results_template_name = "regimes/pages_results.html"


class RegimeListing(PageListingViewSet):
    model = RegimePage
    index_view_class = PagesView
    menu_item_class = PagesMenuItem
    name = "regimes"
    url_prefix = "che-do"
    icon = "clipboard-list"
    menu_label = "Chế độ"
    menu_order = 10
    menu_hook = MENU_HOOK


class OutlineListing(PageListingViewSet):
    model = OutlinePage
    index_view_class = PagesView
    menu_item_class = PagesMenuItem
    name = "outlines"
    url_prefix = "de-cuong"
    icon = "list-ul"
    menu_label = "Mẫu đề cương"
    menu_order = 20
    menu_hook = MENU_HOOK
