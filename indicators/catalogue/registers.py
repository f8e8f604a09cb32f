"""Registers: lists that every signed-in administrator may read and nobody changes there ("Sổ tra cứu").

An app adds its own by subclassing ``Register`` and, in its ``wagtail_hooks``, calling ``register_here(Subclass)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from indicators.models import Measure
from indicators.numbers import format_number

from .permissions import may_read
from .search import search

if TYPE_CHECKING:
    from home.accounts.models import User

_HOOK = "register_lookup_menu_item"
#: Only these addresses of modeladmin are routed.
_SERVED = ("index", "inspect")


class ReadOnly(PermissionHelper):
    def user_can_list(self, user: User) -> bool:
        return may_read(user)

    def user_can_inspect_obj(self, user: User, obj: models.Model) -> bool:
        return may_read(user)

    def user_can_create(self, user: User) -> bool:
        return False

    def user_can_edit_obj(self, user: User, obj: models.Model) -> bool:
        return False

    def user_can_delete_obj(self, user: User, obj: models.Model) -> bool:
        return False


class FoldedSearch:
    """modeladmin's search handler that finds with and without diacritics."""

    show_search_form = True

    def __init__(self, search_fields: Any) -> None:
        pass

    def search_queryset(
        self, queryset: models.QuerySet[Any], search_term: str, **kwargs: Any
    ) -> models.QuerySet[Any]:
        return search(queryset, search_term) if search_term else queryset


class Register(ModelAdmin):
    permission_helper_class = ReadOnly
    search_handler_class = FoldedSearch
    search_fields = ("name",)
    inspect_view_enabled = True
    history_view_enabled = False
    add_to_admin_menu = False
    list_per_page = 50

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        served = {self.url_helper.get_action_url_name(action) for action in _SERVED}
        return tuple(url for url in super().get_admin_urls_for_registration() if url.name in served)

    def get_permissions_for_registration(self) -> models.QuerySet[Any]:
        """None: reading is a matter of duties."""
        return super().get_permissions_for_registration().none()

    def register_admin_url_finders(self) -> None:
        """Links in Wagtail's reports go to the snippet, not here."""


class MeasureRegister(Register):
    model = Measure
    base_url_path = "so-tra-cuu/don-vi-tinh"
    menu_label = "Đơn vị tính"
    menu_icon = "list-ul"
    list_display = ("name", "code", "symbol", "base", "factor_text")
    list_select_related = ("base",)
    inspect_view_fields = ("name", "code", "symbol", "base")

    def factor_text(self, measure: Measure) -> str:
        return format_number(measure.factor) if measure.base_id else ""

    factor_text.short_description = "Hệ số quy đổi"  # type: ignore[attr-defined]


def register_here(register_class: type[Register]) -> None:
    register = register_class()
    register.register_with_wagtail()
    hooks.register(_HOOK, register.get_menu_item)


def lookup_menu_item() -> MenuItem:
    return SubmenuMenuItem("Sổ tra cứu", Menu(_HOOK), name="so-tra-cuu", icon_name="search", order=350)
