"""Registers of document numbers in the admin shell: whose, the numbers of a year, how they come."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View
from django.views.generic.list import BaseListView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from home.accounts.models import User
from home.organisations.models import Organisation

from .errors import NumberRefused
from .models import Document
from .numbering import counted_by, end_register, open_register
from .permissions import may_open_register, registers_visible_to

SERIES = "BC"


class OpenRegisterEntryForm(forms.Form):
    year = forms.TypedChoiceField(label="Từ năm", coerce=int)
    starts_after = forms.IntegerField(
        label="Số cuối cùng đã cấp trong sổ của cơ quan",
        min_value=0,
        initial=0,
        help_text="Ghi 0 nếu năm này chưa cấp số nào. Hệ thống cấp số tiếp theo.",
    )
    basis = forms.CharField(
        label="Văn bản của người đứng đầu cơ quan giao cấp số trên hệ thống",
        max_length=300,
        help_text="Số, ký hiệu, ngày, ví dụ: Quyết định số 12/QĐ-STC ngày 02/01/2026.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = timezone.localdate().year
        field = cast(forms.TypedChoiceField, self.fields["year"])
        field.choices = [(year, str(year)), (year + 1, str(year + 1))]


class _Screen(WagtailAdminTemplateMixin):
    header_icon = "list-ol"
    request: HttpRequest
    kwargs: dict[str, Any]

    @property
    def user(self) -> User:
        """Nobody gets here without signing in."""
        return cast(User, self.request.user)

    @cached_property
    def organisation(self) -> Organisation:
        return get_object_or_404(registers_visible_to(self.user), pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        registers = {"url": reverse("registers:list"), "label": "Sổ văn bản"}
        return [*self.breadcrumbs_items, registers, {"url": "", "label": self.get_page_title()}]


class RegisterList(_Screen, BaseListView):
    page_title = "Sổ văn bản"
    template_name = "documents/register_list.html"
    paginator_class = WagtailPaginator
    paginate_by = 30
    page_kwarg = "p"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_queryset(self) -> QuerySet[Organisation]:
        return registers_visible_to(self.user).order_by("name")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["elided_page_range"] = context["paginator"].get_elided_page_range(context["page_obj"].number)
        return context


class RegisterOfYear(_Screen, TemplateView):
    """The numbers of one year, ``nam`` (this year by default), voided ones with their reasons."""

    template_name = "documents/register.html"

    def get_page_title(self) -> str:
        return f"Sổ văn bản: {self.organisation.label}"

    @cached_property
    def year(self) -> int:
        asked = self.request.GET.get("nam", "")
        return (
            int(asked)
            if asked.isascii() and asked.isdigit() and len(asked) == 4
            else timezone.localdate().year
        )

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not may_open_register(self.user, self.organisation) or self.counted:
            return []
        url = reverse("registers:open", args=[self.organisation.pk])
        return [HeaderButton("Cấp số trên hệ thống", url=url, icon_name="plus")]

    @cached_property
    def counted(self) -> Any:
        return counted_by(self.organisation, SERIES, self.year)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = Document.objects.filter(organisation=self.organisation, series=SERIES, number__isnull=False)
        years = {timezone.localdate().year, *given.order_by().values_list("year", flat=True).distinct()}
        return super().get_context_data(
            organisation=self.organisation,
            year=self.year,
            years=sorted(years, reverse=True),
            counted=self.counted,
            may_end=self.counted and self.counted.goes_on and may_open_register(self.user, self.organisation),
            documents=given.filter(year=self.year)
            .select_related("issued_by", "voided_by")
            .order_by("-number"),
            **kwargs,
        )


class OpenRegister(_Screen, FormView):
    page_title = "Cấp số trên hệ thống"
    template_name = "documents/register_open.html"
    form_class = OpenRegisterEntryForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_open_register(self.user, self.organisation):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            register = open_register(self.organisation, by=self.user, series=SERIES, **form.cleaned_data)
        except NumberRefused as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        notices.success(self.request, f"{register} đã mở; số tiếp theo là {register.last_number + 1:02}.")
        return redirect("registers:detail", self.organisation.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(organisation=self.organisation, **kwargs)


class EndRegister(_Screen, View):
    """From next year on the numbers are typed again."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not may_open_register(self.user, self.organisation):
            raise PermissionDenied
        register = counted_by(self.organisation, SERIES, timezone.localdate().year)
        if register is not None:
            end_register(register, by=self.user)
            notices.success(request, "Từ năm sau số văn bản do văn thư ghi; năm nay hệ thống vẫn cấp số.")
        return redirect("registers:detail", self.organisation.pk)
