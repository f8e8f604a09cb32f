"""The way to the progress of rounds, for those who follow some."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import MenuItem

from .permissions import follows_something


class FollowMenuItem(MenuItem):
    def __init__(self) -> None:
        super().__init__(
            "Theo dõi tiến độ", reverse("dashboards:rounds"), name="theo-doi", icon_name="table", order=260
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return follows_something(request.user)


def hide_help(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail's help speaks of pages, in English, to whoever runs the site; officials have guidance pages."""
    if not request.user.is_superuser:  # type: ignore[union-attr]
        items.clear()
