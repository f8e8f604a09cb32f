"""The catalogue in the admin shell: lists, forms, import and export.

Every address is built through ``construct_view``, which asks ``may_read``: some of Wagtail's views (comparing
revisions, choosers) ask nothing themselves. Changing is asked of the registered policy, by Wagtail's own views.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.views import View
from modelcluster.queryset import FakeQuerySet
from wagtail.admin import messages
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import BaseButton, HeaderButton
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    InspectView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from home.accounts.models import User
from home.audit.services import record
from home.organisations.models import LegalAct
from indicators.models import Disaggregation, Indicator, IndicatorGroup, Measure
from indicators.numbers import format_number

from . import imports
from .forms import CatalogueForm, MeasureForm, UploadForm
from .permissions import may_design, may_read, protecting
from .resources import CatalogueResource, IndicatorGroupResource, IndicatorResource, MeasureResource
from .search import search
from .spreadsheets import MEDIA_TYPES, TableError, write_table

Handler = Callable[..., HttpResponse]


class AdminRequest(HttpRequest):
    """A request behind the door of the admin shell."""

    user: User


def readers_only(view: Handler) -> Handler:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_read(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


class CatalogueIndexView(IndexView):
    resource_class: type[CatalogueResource] | None = None
    import_url_name: str | None = None
    # Wagtail shows its export buttons where this is not empty; the columns are those of the resource.
    list_export = ["code"]

    @cached_property
    def columns(self) -> list[Column]:
        """Without the boxes of bulk actions: nothing is done to the catalogue in bulk."""
        return super().columns[1:]

    @cached_property
    def show_export_buttons(self) -> bool:
        return self.resource_class is not None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.is_export: bool = self.resource_class is not None and request.GET.get("export") in self.FORMATS

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return search(queryset, self.search_query) if self.is_searching else queryset

    def as_spreadsheet(self, queryset: Any, spreadsheet_format: str) -> HttpResponse:
        assert self.resource_class is not None
        resource = self.resource_class(by=self.request.user)
        rows = [resource.texts(entry) for entry in queryset]
        name = f"{self.model._meta.model_name}.{spreadsheet_format}"
        return HttpResponse(
            write_table(resource.columns, rows, spreadsheet_format),
            content_type=MEDIA_TYPES[spreadsheet_format],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        buttons: list[BaseButton] = super().header_buttons
        if self.import_url_name and may_design(self.request.user):
            buttons.append(
                HeaderButton(
                    "Nhập từ tệp", url=reverse(self.import_url_name), icon_name="upload", priority=1010
                )
            )
        return buttons


class SavedOnPurpose:
    """Without Wagtail's autosave: entries have no drafts, so a definition half typed would be in force."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        self.autosave_enabled = False


class CatalogueCreateView(SavedOnPurpose, CreateView):
    def save_instance(self) -> models.Model:
        entry = super().save_instance()
        record("catalogue.create", entry, by=self.request.user, code=_code(entry))
        return entry


class CatalogueEditView(SavedOnPurpose, EditView):
    def save_instance(self) -> models.Model:
        entry = super().save_instance()
        changed = [name for name in self.form.changed_data if name in self.form.fields]
        record("catalogue.change", entry, by=self.request.user, code=_code(entry), fields=changed)
        return entry


def _code(entry: Any) -> str:
    return getattr(entry, "code", "") or str(entry)


class CatalogueInspectView(InspectView):
    """For those who read: every definition in words, also where Wagtail would print None or True."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        match super().get_field_display_value(field_name, field):
            case None | "":
                return "–"
            case bool(yes):
                return "Có" if yes else "Không"
            case Decimal() as amount:
                return format_number(amount)
            case date() as day:
                return f"{day:%d/%m/%Y}"
            case FakeQuerySet() as several:
                return ", ".join(map(str, several)) or "–"
            case value:
                return value


class CatalogueDeleteView(DeleteView):
    """What is used is not deleted: it ends, and names its successor (R56, R57)."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if may_design(request.user) and (used := protecting(self.object)):
            messages.error(request, self.refusal(used))
            return redirect(self.edit_url_name, self.object.pk)
        return super().dispatch(request, *args, **kwargs)

    def refusal(self, used: list[models.Model]) -> str:
        kinds = ", ".join(sorted({str(row._meta.verbose_name) for row in used}))
        advice = (
            "Ghi ngày vào ô “áp dụng đến hết ngày”, và chọn chỉ tiêu kế tiếp ở ô “được thay bằng”."
            if isinstance(self.object, Indicator)
            else "Sửa tên, hoặc thôi dùng mục này ở những nơi đó trước."
        )
        return f"Không xóa được “{self.object}” vì đang được dùng ({kinds}: {len(used)} mục). {advice}"

    def delete_action(self) -> None:
        with transaction.atomic():
            record("catalogue.delete", self.object, by=self.request.user, code=_code(self.object))
            super().delete_action()


class ImportView(WagtailAdminTemplateMixin, View):
    """Upload, look, confirm: at one address."""

    request: AdminRequest

    def __init__(self, viewset: CatalogueViewSet) -> None:
        super().__init__()
        self.viewset = viewset

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_design(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: AdminRequest) -> HttpResponse:
        return self.show(UploadForm())

    def post(self, request: AdminRequest) -> HttpResponse:
        resource_class = self.viewset.resource_class
        assert resource_class is not None
        if token := request.POST.get("token"):
            try:
                outcome = imports.confirm(resource_class, token, by=request.user)
            except imports.ImportRefused as error:
                messages.error(request, str(error))
                return redirect(request.path)
            counts = outcome.counts
            messages.success(
                request, f"Đã nhập xong: {counts['new']} mục mới, {counts['changed']} mục thay đổi."
            )
            return redirect(self.viewset.get_url_name("list"))
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form)
        file = form.cleaned_data["file"]
        try:
            outcome, token = imports.preview(resource_class, file.name, file.read(), by=request.user)
        except TableError as error:
            form.add_error("file", str(error))
            return self.show(form)
        return self.show(UploadForm(), outcome=outcome, token=token, file_name=file.name)

    def show(self, form: forms.Form, **more: Any) -> HttpResponse:
        self.page_title = f"Nhập {self.viewset.model._meta.verbose_name_plural} từ tệp"
        self.header_icon = "upload"
        assert self.viewset.resource_class is not None
        context = self.get_context_data(
            form=form,
            columns=self.viewset.resource_class().columns,
            list_url=reverse(self.viewset.get_url_name("list")),
            **more,
        )
        return render(self.request, "catalogue/admin/import.html", context)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        plural = str(self.viewset.model._meta.verbose_name_plural)
        return [
            *self.viewset.breadcrumbs_items,
            {"url": reverse(self.viewset.get_url_name("list")), "label": plural.capitalize()},
            {"url": "", "label": "Nhập từ tệp"},
        ]


class ChooserSearchForm(BaseFilterForm):
    q = forms.CharField(label="Tìm", required=False, widget=forms.TextInput(attrs={"placeholder": "Tìm"}))

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        return search(objects, self.search_query) if self.search_query else objects


class _Chooses:
    model: type[models.Model]
    filter_form_class = ChooserSearchForm

    @property
    def columns(self) -> list[Column]:
        columns: list[Column] = super().columns  # type: ignore[misc]
        return [*columns, Column("code", label="Mã")] if hasattr(self.model, "code") else columns


class CatalogueChooseView(_Chooses, ChooseView):
    pass


class CatalogueChooseResultsView(_Chooses, ChooseResultsView):
    pass


class CatalogueChooserViewSet(SnippetChooserViewSet):
    choose_view_class = CatalogueChooseView
    choose_results_view_class = CatalogueChooseResultsView

    def get_urlpatterns(self) -> list[Any]:
        """Without creating: entries are made on their own form."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]

    def construct_view(self, view_class: type, **kwargs: Any) -> Handler:
        return readers_only(super().construct_view(view_class, **kwargs))


class CatalogueViewSet(SnippetViewSet):
    """One list of the catalogue. ``resource_class`` gives it import and export."""

    resource_class: type[CatalogueResource] | None = None
    index_view_class = CatalogueIndexView
    add_view_class = CatalogueCreateView
    edit_view_class = CatalogueEditView
    delete_view_class = CatalogueDeleteView
    inspect_view_class = CatalogueInspectView
    chooser_viewset_class = CatalogueChooserViewSet
    copy_view_enabled = False
    inspect_view_enabled = True
    # Not the fields searched, which ``CatalogueIndexView`` decides: Wagtail shows its search box where there are any.
    search_fields = ["name"]
    list_per_page = 50
    related: tuple[str, ...] = ()

    def construct_view(self, view_class: type, **kwargs: Any) -> Handler:
        return readers_only(super().construct_view(view_class, **kwargs))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model._default_manager.select_related(*self.related)

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        import_url_name = self.get_url_name("import") if self.resource_class else None
        return super().get_index_view_kwargs(
            resource_class=self.resource_class, import_url_name=import_url_name, **kwargs
        )

    def import_view(self, request: HttpRequest) -> HttpResponse:
        view = ImportView(self)
        view.setup(request)
        return view.dispatch(request)

    def get_urlpatterns(self) -> list[Any]:
        patterns = super().get_urlpatterns()
        if self.resource_class:
            patterns.append(path("nhap/", readers_only(self.import_view), name="import"))
        return patterns


class IndicatorIndexView(CatalogueIndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        entries = super().get_base_queryset()
        if not self.is_export:
            return entries
        return entries.select_related("weight", "successor", "legal_basis").prefetch_related(
            "disaggregations", "responsibilities__organisation"
        )


class IndicatorViewSet(CatalogueViewSet):
    model = Indicator
    resource_class = IndicatorResource
    index_view_class = IndicatorIndexView
    icon = "form"
    menu_label = "Chỉ tiêu"
    related = ("group", "measure")
    list_display = [
        "name",
        Column("code", label="Mã", sort_key="code"),
        Column("group", label="Nhóm", sort_key="group__sort_order"),
        Column("measure", label="Đơn vị tính"),
        Column("get_frequency_display", label="Kỳ báo cáo"),
        BooleanColumn("may_release", label="Được công khai"),
    ]
    list_filter = ["group", "measure", "frequency", "may_release"]
    inspect_view_fields = [
        "code",
        "source_number",
        "name",
        "name_en",
        "group",
        "concept",
        "method",
        "measure",
        "decimals",
        "direction",
        "nature",
        "space_aggregation",
        "time_aggregation",
        "weight",
        "frequency",
        "disaggregations",
        "responsibilities",
        "data_source",
        "legal_basis",
        "valid_from",
        "valid_to",
        "successor",
        "may_release",
        "note",
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("code"), FieldPanel("source_number")]),
                    FieldPanel("name"),
                    FieldPanel("name_en"),
                    FieldPanel("group"),
                    FieldPanel("concept"),
                    FieldPanel("method"),
                    FieldRowPanel([FieldPanel("measure"), FieldPanel("decimals")]),
                    FieldRowPanel([FieldPanel("nature"), FieldPanel("direction")]),
                ],
                heading="Định nghĩa",
            ),
            ObjectList(
                [
                    FieldPanel("frequency"),
                    FieldRowPanel([FieldPanel("space_aggregation"), FieldPanel("time_aggregation")]),
                    FieldPanel("weight"),
                    FieldPanel("disaggregations", widget=forms.CheckboxSelectMultiple),
                ],
                heading="Tổng hợp",
            ),
            ObjectList(
                [
                    InlinePanel(
                        "responsibilities",
                        heading="Cơ quan chịu trách nhiệm",
                        label="Cơ quan",
                        panels=[
                            FieldRowPanel([FieldPanel("organisation"), FieldPanel("locality")]),
                            FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
                        ],
                    ),
                    FieldPanel("data_source"),
                    FieldPanel("legal_basis"),
                ],
                heading="Trách nhiệm, căn cứ",
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
                    FieldPanel("successor"),
                    FieldPanel("may_release"),
                    FieldPanel("note"),
                ],
                heading="Hiệu lực, công khai",
            ),
        ],
        base_form_class=CatalogueForm,
    )


class IndicatorGroupViewSet(CatalogueViewSet):
    model = IndicatorGroup
    resource_class = IndicatorGroupResource
    icon = "folder-open-1"
    menu_label = "Nhóm chỉ tiêu"
    related = ("parent",)
    list_display = ["name", Column("code", label="Mã"), Column("parent", label="Thuộc nhóm")]
    edit_handler = ObjectList(
        [FieldPanel("code"), FieldPanel("name"), FieldPanel("parent"), FieldPanel("sort_order")],
        base_form_class=CatalogueForm,
    )


class MeasureViewSet(CatalogueViewSet):
    model = Measure
    resource_class = MeasureResource
    icon = "calendar-alt"
    menu_label = "Đơn vị tính"
    related = ("base",)
    list_display = [
        "name",
        Column("code", label="Mã"),
        Column("symbol", label="Ký hiệu"),
        Column("base", label="Quy về"),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("name"),
            FieldPanel("symbol"),
            FieldRowPanel([FieldPanel("base"), FieldPanel("factor")]),
        ],
        base_form_class=MeasureForm,
    )


class DisaggregationViewSet(CatalogueViewSet):
    model = Disaggregation
    icon = "list-ul"
    menu_label = "Phân tổ"
    list_display = ["name", Column("code", label="Mã")]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldPanel("name"),
            InlinePanel(
                "items",
                heading="Các mục",
                label="Mục",
                panels=[
                    FieldRowPanel([FieldPanel("code"), FieldPanel("name"), FieldPanel("sort_order")]),
                ],
            ),
        ],
        base_form_class=CatalogueForm,
    )


class LegalActViewSet(CatalogueViewSet):
    model = LegalAct
    icon = "doc-full"
    menu_label = "Văn bản căn cứ"
    related = ("replaced_by",)
    search_fields = ["number"]
    list_display = [
        "number",
        Column("title", label="Trích yếu"),
        Column("issuer", label="Cơ quan ban hành"),
        Column("signed_on", label="Ngày ban hành", sort_key="signed_on"),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("kind"), FieldPanel("number")]),
            FieldPanel("issuer"),
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("signed_on"), FieldPanel("valid_from"), FieldPanel("valid_to")]),
            FieldPanel("replaced_by"),
        ],
        base_form_class=CatalogueForm,
    )


class CatalogueGroup(SnippetViewSetGroup):
    menu_label = "Danh mục"
    menu_name = "danh-muc"
    menu_icon = "list-ul"
    menu_order = 300
    items = (IndicatorViewSet, IndicatorGroupViewSet, MeasureViewSet, DisaggregationViewSet, LegalActViewSet)
