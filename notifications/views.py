"""The inbox (R84): what one was told, and nobody else's."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.generic.list import BaseListView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.accounts.models import User

from . import services
from .models import Message


class Inbox(WagtailAdminTemplateMixin, BaseListView):
    template_name = "notifications/inbox.html"
    page_title = "Thông báo"
    header_icon = "mail"
    paginator_class = WagtailPaginator
    paginate_by = 20
    page_kwarg = "p"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.visible_to(_person(self.request)).unread_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["unread"] = Message.objects.visible_to(_person(self.request)).unread().count()
        page = context["page_obj"]
        context["elided_page_range"] = context["paginator"].get_elided_page_range(page.number)
        return context


@require_safe
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the thing the message is about; the message is read then."""
    message = _own(request, pk)
    services.mark_read(message)
    if message.url and url_has_allowed_host_and_scheme(message.url, allowed_hosts=None):
        return HttpResponseRedirect(message.url)
    return redirect("notifications:inbox")


@require_POST
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    services.mark_read(_own(request, pk))
    return redirect("notifications:inbox")


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    count = services.mark_all_read(_person(request))
    notices.success(request, f"Đã đánh dấu đã đọc {count} thông báo.")
    return redirect("notifications:inbox")


def _own(request: HttpRequest, pk: int) -> Message:
    return get_object_or_404(Message.objects.visible_to(_person(request)), pk=pk)


def _person(request: HttpRequest) -> User:
    """Nobody gets here without signing in."""
    return cast(User, request.user)
