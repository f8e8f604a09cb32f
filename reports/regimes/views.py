"""Looking at a form before and after publication, and publishing it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView

from home.accounts.models import User
from indicators.catalogue.viewsets import SavedOnPurpose

from .changes import changes
from .compiling import compile_form, problems_of_form, publish_form
from .grid import CellKind, FormGrid
from .models import CheckEffect, CheckKind, ReportForm
from .permissions import may_design
from .problems import CannotPublish

#: What a cell of each kind shows in a form nobody has filled in: a short mark, and what it means.
MARKS = {
    CellKind.NONE: ("", ""),
    CellKind.INPUT: ("nhập", "Cơ quan báo cáo nhập số liệu"),
    CellKind.PREFILLED: ("điền sẵn", "Lấy từ kho số liệu, không nhập"),
    CellKind.COMPUTED: ("tính", "Hệ thống tính theo công thức"),
    CellKind.CONSOLIDATED: ("tổng hợp", "Tổng hợp từ báo cáo đã tiếp nhận"),
    CellKind.TEXT: ("chữ", "Cơ quan báo cáo nhập chữ"),
    CellKind.DATE: ("ngày", "Cơ quan báo cáo nhập ngày"),
    CellKind.CHOICE: ("chọn", "Cơ quan báo cáo chọn trong danh sách"),
    CellKind.TOTAL: ("tổng", "Tổng các dòng mà cơ quan báo cáo thêm vào danh mục"),
}


def sketch(grid: FormGrid) -> dict[str, Any]:
    """A form as a table to look at: head, rows with a mark per cell, formulas, and the marks in use."""
    return {
        "header": grid.header,
        "columns": grid.columns,
        "rows": [
            (
                row,
                [
                    (kind, MARKS[kind][0])
                    for kind in (grid.kinds[row.key, column.key] for column in grid.columns)
                ],
            )
            for row in grid.rows
        ],
        "formulas": [
            (what, item.label, item.formula)
            for what, items in (("Dòng", grid.rows), ("Cột", grid.columns))
            for item in items
            if item.formula
        ],
        "choices": [column for column in grid.columns if column.choices],
        "checks": [
            (rule.label, CheckKind(rule.kind).label, rule.expression, CheckEffect(rule.effect).label)
            for rule in grid.rules
        ],
        "marks": [MARKS[kind] for kind in MARKS if kind != CellKind.NONE and kind in grid.kinds.values()],
    }


class _FormView(WagtailAdminTemplateMixin, TemplateView):
    """A screen about one form."""

    header_icon = "table"
    model = ReportForm

    @cached_property
    def report_form(self) -> ReportForm:
        return get_object_or_404(ReportForm.objects.select_related("owner"), pk=self.kwargs["pk"])

    def address(self, name: str, *args: Any) -> str:
        return reverse(f"{self.model.snippet_viewset.url_namespace}:{name}", args=args)

    def get_page_subtitle(self) -> str:
        return str(self.report_form)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.address("list"), "label": "Biểu mẫu báo cáo"},
            {"url": "", "label": f"{self.report_form.code}: {self.page_title}"},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            report_form=self.report_form,
            versions=self.report_form.versions.select_related("published_by"),
            may_design=may_design(self.request.user, self.report_form.owner_id),
            edit_url=self.address("edit", self.report_form.pk),
            preview_url=self.address("preview", self.report_form.pk),
            **kwargs,
        )


class PreviewView(_FormView):
    """The form as it would be handed out: the design as saved, or one published version."""

    page_title = "Xem thử"
    template_name = "regimes/form_preview.html"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        if "number" in self.kwargs or not may_design(self.request.user, self.report_form.owner_id):
            return []
        url = self.address("publish", self.report_form.pk)
        return [HeaderButton("Công bố phiên bản", url=url, icon_name="upload")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = self.kwargs.get("number")
        version = get_object_or_404(self.report_form.versions, number=number) if number else None
        compiled = version.compiled if version else compile_form(self.report_form)
        return super().get_context_data(version=version, sketch=sketch(FormGrid(compiled)), **kwargs)


class PublishView(_FormView):
    """What publishing would change, asked once more; POST does it."""

    page_title = "Công bố phiên bản"
    template_name = "regimes/form_publish.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        latest = self.report_form.latest_version
        context = {
            "latest": latest,
            "next_number": latest.number + 1 if latest else 1,
            "problems": problems_of_form(self.report_form),
            "changes": changes(latest.compiled, compile_form(self.report_form)) if latest else [],
        }
        return super().get_context_data(**{**context, **kwargs})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = self.report_form.latest_version
        try:
            version = publish_form(self.report_form, by=cast(User, request.user))
        except CannotPublish:
            return self.render_to_response(self.get_context_data())
        if before == version:
            messages.info(
                request, f"Biểu mẫu không có gì thay đổi; phiên bản {version.number} vẫn giữ nguyên."
            )
        else:
            messages.success(
                request, f"Đã công bố phiên bản {version.number} của biểu mẫu {version.report_form}."
            )
        return redirect(self.address("version", self.report_form.pk, version.number))


class FormListView(IndexView):
    """Designers go to the editor, everybody else to the form as it looks."""

    @cached_property
    def columns(self) -> list[Column]:
        """Without check boxes: nothing is done to forms in bulk."""
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]

    def get_edit_url(self, instance: ReportForm) -> str:
        name = "edit" if may_design(self.request.user, instance.owner_id) else "preview"
        return reverse(f"{ReportForm.snippet_viewset.url_namespace}:{name}", args=[instance.pk])

    def get_delete_url(self, instance: ReportForm) -> str | None:
        return None

    def get_list_more_buttons(self, instance: ReportForm) -> list[Button]:
        namespace = ReportForm.snippet_viewset.url_namespace
        preview = Button("Xem thử", url=reverse(f"{namespace}:preview", args=[instance.pk]), icon_name="view")
        if not may_design(self.request.user, instance.owner_id):
            return [preview]
        edit = Button("Sửa", url=self.get_edit_url(instance), icon_name="edit", priority=10)
        publish = Button(
            "Công bố phiên bản", url=reverse(f"{namespace}:publish", args=[instance.pk]), icon_name="upload"
        )
        return [edit, preview, publish]


class _Saved(SavedOnPurpose):
    """A form half typed is not kept; what was saved is looked at next, and published from there."""

    object: ReportForm

    def get_success_url(self) -> str:
        return reverse(f"{ReportForm.snippet_viewset.url_namespace}:preview", args=[self.object.pk])


class FormCreateView(_Saved, CreateView):
    pass


class FormEditView(_Saved, EditView):
    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        namespace = ReportForm.snippet_viewset.url_namespace
        return [
            HeaderButton(
                "Xem thử", url=reverse(f"{namespace}:preview", args=[self.object.pk]), icon_name="view"
            ),
            HeaderButton(
                "Công bố phiên bản",
                url=reverse(f"{namespace}:publish", args=[self.object.pk]),
                icon_name="upload",
            ),
        ]
