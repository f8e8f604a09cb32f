"""The log, for reading: system administrators all of it, unit administrators what concerns their organisations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from home.accounts.permissions import administered_by, entries_visible_to, may_administer_people
from home.audit.models import AuditEntry
from home.audit.services import record
from home.audit.verbs import word_for
from home.organisations.models import Organisation
from home.text import fold, inert


def _verbs_in(entries: QuerySet[AuditEntry]) -> list[tuple[str, str]]:
    verbs = entries.order_by("verb").values_list("verb", flat=True).distinct()
    return sorted(((verb, word_for(verb)) for verb in verbs), key=lambda pair: fold(pair[1]))


def _administered(request: HttpRequest) -> QuerySet[Organisation]:
    return administered_by(request.user).order_by("name")


class AuditFilterSet(WagtailFilterSet):
    person = django_filters.CharFilter(label="Người thực hiện", method="by_person")
    organisation = django_filters.ModelChoiceFilter(
        label="Cơ quan, đơn vị",
        queryset=_administered,
        to_field_name="code",
        method="of_organisation",
        empty_label="Tất cả",
    )
    verb = django_filters.ChoiceFilter(label="Việc", empty_label="Tất cả")
    at = django_filters.DateFromToRangeFilter(label="Ngày", widget=DateRangePickerWidget)

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["verb"].extra["choices"] = _verbs_in(entries_visible_to(self.request.user))

    def by_person(self, queryset: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        for word in fold(value).split():
            queryset = queryset.filter(person__search_text__contains=word)
        return queryset

    def of_organisation(
        self, queryset: QuerySet[AuditEntry], name: str, value: Organisation
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(organisation=value.code)


def _moment(entry: AuditEntry) -> str:
    return timezone.localtime(entry.at).strftime("%d/%m/%Y %H:%M:%S")


def _who(entry: AuditEntry) -> str:
    who = str(entry.person) if entry.person else "Hệ thống"
    return f"{who}, thay {entry.on_behalf_of}" if entry.on_behalf_of else who


#: What is exported: name → heading, and what is said of an entry.
_EXPORTED: dict[str, tuple[str, Callable[[AuditEntry], str]]] = {
    "at": ("Lúc", _moment),
    "person": ("Người thực hiện", _who),
    "verb": ("Việc", lambda entry: word_for(entry.verb)),
    "label": ("Đối tượng", lambda entry: entry.label),
    "organisation": ("Mã đơn vị", lambda entry: entry.organisation),
    "address": ("Địa chỉ mạng", lambda entry: entry.address or ""),
    "data": ("Chi tiết", lambda entry: json.dumps(entry.data, ensure_ascii=False, sort_keys=True)),
}


class DataColumn(Column):
    cell_template_name = "audit/data_cell.html"


class AuditIndexView(generic.IndexView):
    page_title = "Nhật ký"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    list_export = list(_EXPORTED)
    export_headings = {name: heading for name, (heading, _) in _EXPORTED.items()}
    export_filename = "nhat-ky"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_administer_people(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def no_results_message(self) -> str:
        if self.is_filtering:
            return "Không có mục nào phù hợp. Hãy bỏ bớt điều kiện lọc."
        return "Nhật ký chưa có mục nào. Mỗi việc làm thay đổi dữ liệu sẽ được ghi tại đây."

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("at", label="Lúc", sort_key="at", accessor=_moment),
            Column("person", label="Người thực hiện", accessor=_who),
            Column("verb", label="Việc", accessor=lambda entry: word_for(entry.verb), classname="wide"),
            Column("label", label="Đối tượng", classname="wide"),
            Column("organisation", label="Mã đơn vị"),
            Column("address", label="Địa chỉ mạng", accessor=lambda entry: entry.address or "–"),
            DataColumn("data", label="Chi tiết"),
        ]

    def get_base_queryset(self) -> QuerySet[AuditEntry]:
        return entries_visible_to(self.request.user).select_related("person", "on_behalf_of")

    def to_row_dict(self, item: AuditEntry) -> dict[str, str]:
        return {name: inert(said(item)) for name, (_, said) in _EXPORTED.items()}

    def as_spreadsheet(self, queryset: QuerySet[AuditEntry], spreadsheet_format: str) -> HttpResponse:
        """Who takes the log away stands in it."""
        asked = {name: value for name, value in self.request.GET.items() if value}
        record("audit.export", None, by=self.request.user, rows=queryset.count(), asked=asked)
        return super().as_spreadsheet(queryset, spreadsheet_format)
