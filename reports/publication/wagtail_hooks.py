from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import admin_views
from .library import report_kind
from .models import PublishedDocument
from .permissions import publishes


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    patterns = [
        path("", admin_views.PublicationListView.as_view(), name="list"),
        path("<int:pk>/", admin_views.PublicationPreviewView.as_view(), name="preview"),
        path("<int:pk>/van-ban.pdf", admin_views.PublicationPdfView.as_view(), name="pdf"),
    ]
    return [path("cong-khai/", include((patterns, "publication_admin")))]


class PublicationMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return publishes(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return PublicationMenuItem(
        "Công khai", reverse("publication_admin:list"), name="publication", icon_name="globe", order=400
    )


hooks.register("portal_search", report_kind)


@hooks.register("portal_home_context")
def latest_documents(request: HttpRequest) -> dict[str, Any]:
    """The five reports made public last."""
    return {
        "latest_documents": [
            {
                "title": published.title,
                "url": published.get_absolute_url(),
                "organisation": published.organisation.label,
                "period_label": published.period.label(),
                "released_on": timezone.localdate(published.release.released_at),
            }
            for published in PublishedDocument.objects.in_force().with_details()[:5]
        ]
    }
