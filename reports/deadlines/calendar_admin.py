"""The working calendar as a register: everybody in the admin shell reads it, system administrators write it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from home.accounts.models import User

from .calendar_services import CalendarError, refuse_past, write_day
from .models import CalendarDay
from .permissions import may_keep_calendar


class CalendarDayAdminForm(WagtailAdminModelForm):
    def clean_day(self) -> Any:
        days = [self.cleaned_data["day"]] + ([self.initial["day"]] if self.instance.pk else [])
        try:
            refuse_past(*days, today=timezone.localdate())
        except CalendarError as error:
            raise ValidationError(str(error)) from None
        return self.cleaned_data["day"]

    def save(self, commit: bool = True) -> CalendarDay:
        day: CalendarDay = super().save(commit=False)
        return write_day(day, by=self.for_user) if commit else day


class CalendarPermissions(PermissionHelper):
    def user_can_list(self, user: User) -> bool:
        return True

    def user_has_any_permissions(self, user: User) -> bool:
        return True

    def user_can_create(self, user: User) -> bool:
        return may_keep_calendar(user)

    def user_can_edit_obj(self, user: User, obj: CalendarDay) -> bool:
        return may_keep_calendar(user)

    def user_can_delete_obj(self, user: User, obj: CalendarDay) -> bool:
        return False


class CalendarAdmin(ModelAdmin):
    model = CalendarDay
    base_url_path = "lich-lam-viec"
    menu_label = "Lịch làm việc"
    menu_icon = "calendar"
    add_to_admin_menu = False
    history_view_enabled = False
    permission_helper_class = CalendarPermissions
    list_display = ["written_day", "kind", "name", "basis", "standing"]
    list_filter = ["kind", "provisional"]
    search_fields = ["name", "basis"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            HelpPanel(
                content="<p>Ngày đã qua không sửa được. Muốn bỏ một ngày nghỉ, ghi ngày đó là ngày làm việc. "
                "Thay đổi chỉ áp dụng cho đợt báo cáo mở sau đó.</p>"
            ),
            FieldRowPanel([FieldPanel("day"), FieldPanel("kind")]),
            FieldPanel("name"),
            FieldPanel("basis"),
            FieldPanel("provisional"),
        ],
        base_form_class=CalendarDayAdminForm,
    )
