"""The log, for reading. System administrators alone."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from home.audit.models import AuditEntry
from home.audit.verbs import word_for
from home.text import fold


def _stored_verbs() -> list[tuple[str, str]]:
    verbs = AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct()
    return sorted(((verb, word_for(verb)) for verb in verbs), key=lambda pair: fold(pair[1]))


class AuditFilterSet(WagtailFilterSet):
    person = django_filters.CharFilter(label="Người thực hiện", method="by_person")
    verb = django_filters.ChoiceFilter(label="Việc", choices=_stored_verbs, empty_label="Tất cả")
    at = django_filters.DateFromToRangeFilter(label="Ngày", widget=DateRangePickerWidget)

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def by_person(self, queryset: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        for word in fold(value).split():
            queryset = queryset.filter(person__search_text__contains=word)
        return queryset


class DataColumn(Column):
    cell_template_name = "audit/data_cell.html"


class AuditIndexView(generic.IndexView):
    page_title = "Nhật ký"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    show_export_buttons = False

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
        return AuditEntry.objects.select_related("person", "on_behalf_of")


def _moment(entry: AuditEntry) -> str:
    return timezone.localtime(entry.at).strftime("%d/%m/%Y %H:%M:%S")


def _who(entry: AuditEntry) -> str:
    who = str(entry.person) if entry.person else "Hệ thống"
    return f"{who}, thay {entry.on_behalf_of}" if entry.on_behalf_of else who
