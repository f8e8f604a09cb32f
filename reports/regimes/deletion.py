"""Pages that reports stand on are not deleted: they are unpublished (R155). Nor are regimes copied: a code is one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.models import Page

from .models import RegimePage, RegimeVersion


def refusal(pages: Iterable[Page]) -> str:
    """Why ``pages`` and all beneath them cannot be deleted, in Vietnamese; "" if they can."""
    beneath = [Q(path__startswith=page.path) for page in pages]
    doomed = Page.objects.filter(Q(*beneath, _connector=Q.OR)) if beneath else Page.objects.none()
    kept = RegimeVersion.objects.filter(page__in=doomed.values("pk")).values_list("title", flat=True)
    if kept:
        return (
            f"Chế độ “{kept[0]}” đã công bố nên không xóa được, vì báo cáo các kỳ trước dựa vào đó. "
            "Hãy ngừng công bố trang nếu chế độ không còn áp dụng."
        )
    user = (
        RegimePage.objects.filter(outline__in=doomed.values("pk")).exclude(pk__in=doomed.values("pk")).first()
    )
    return f"Mẫu đề cương đang dùng trong chế độ “{user}” nên không xóa được." if user else ""


def refuse_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    """For Wagtail's hook ``before_delete_page``."""
    if text := refusal([page]):
        messages.error(request, text)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


def refuse_bulk_deletion(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """For Wagtail's hook ``before_bulk_action``."""
    pages = [item for item in objects if isinstance(item, Page)]
    if action_type == "delete" and (text := refusal(pages)):
        messages.error(request, text)
        return redirect("wagtailadmin_explore", pages[0].get_parent().pk)
    return None


def refuse_copying(request: HttpRequest, page: Page) -> HttpResponse | None:
    """For Wagtail's hook ``before_copy_page``: its form asks for a new address, and the code would be the old one's."""
    regime = RegimePage.objects.descendant_of(page, inclusive=True).first()
    if regime is None:
        return None
    messages.error(
        request,
        f"Chế độ “{regime}” không sao chép được vì mã “{regime.code}” chỉ dùng cho một chế độ. "
        "Hãy thêm trang chế độ mới với mã riêng.",
    )
    return redirect("wagtailadmin_pages:edit", page.pk)
