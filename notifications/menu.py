"""The way to the inbox, with the number of what was not read yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from .models import Message


class InboxMenuItem(MenuItem):
    def __init__(self) -> None:
        super().__init__(
            "Thông báo", reverse("notifications:inbox"), name="inbox", icon_name="mail", order=20
        )

    def render_component(self, request: HttpRequest) -> Any:
        unread = Message.objects.visible_to(request.user).unread().count()
        label = f"{self.label} ({unread})" if unread else self.label
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name)
