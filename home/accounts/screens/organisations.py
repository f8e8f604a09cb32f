"""Organisations in the admin shell: everybody who is signed in reads, system administrators change."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button, HeaderButton

from home.accounts.assigning import members_of, people_of
from home.accounts.focal import end_focal_person, name_focal_person
from home.accounts.models import Duty, DutyKind, FocalPerson, FocalRole, User
from home.accounts.permissions import may_administer, may_administer_people, may_administer_system
from home.accounts.recertifying import due_days, standing_of
from home.organisations import services
from home.organisations.models import (
    Affiliation,
    AffiliationKind,
    CodeScheme,
    Organisation,
    Succession,
    on_day,
)

from .parts import DayInput, VerbView, day_field, days_in_words

#: How a relation reads before the name of the superior.
_UNDER: dict[str, str] = {
    AffiliationKind.SUBORDINATION: "trực thuộc",
    AffiliationKind.REPORTING: "báo cáo đến",
    AffiliationKind.LOCALITY: "trên địa bàn",
}


def _days(row: Any) -> str:
    return days_in_words(row.valid_from, row.valid_to, unlimited="–")


class OrganisationForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields: tuple[str, ...] = (
            *("code", "name", "short_name", "kind", "level", "document_code", "place_name"),
            *("superior_line", "valid_from", "valid_to"),
        )
        widgets = {"valid_from": DayInput, "valid_to": DayInput}
        help_texts = {
            "code": "Chữ không dấu, chữ số, gạch nối. Mã không thay đổi về sau.",
            "name": "Tên đầy đủ. Đơn vị đổi tên theo quyết định thì lập đơn vị mới kế thừa, không sửa tên cũ.",
            "document_code": "Như STC trong số, ký hiệu 05/BC-STC.",
            "place_name": "Như Khánh Hòa trong “Khánh Hòa, ngày … tháng … năm …”.",
            "superior_line": "Ghi trên tên cơ quan ở đầu văn bản; để trống nếu không có.",
            "valid_from": "Để trống nếu không rõ.",
            "valid_to": "Để trống khi đơn vị đang hoạt động.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].required = False
        if self.instance.valid_from == services.ALWAYS:
            self.initial["valid_from"] = None

    def clean_valid_from(self) -> date:
        return self.cleaned_data["valid_from"] or services.ALWAYS


class CorrectionForm(OrganisationForm):
    class Meta(OrganisationForm.Meta):
        fields = OrganisationForm.Meta.fields[1:]


class OrganisationFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label="Tình trạng",
        choices=[("ket_thuc", "Đã kết thúc"), ("tat_ca", "Tất cả")],
        empty_label="Đang hoạt động",
        method="in_state",
        widget=forms.RadioSelect,
    )
    administrator = django_filters.ChoiceFilter(
        label="Người quản trị đơn vị",
        choices=[("khong", "Chưa có")],
        empty_label="Tất cả",
        method="without_administrator",
        widget=forms.RadioSelect,
    )

    focal = django_filters.ChoiceFilter(
        label="Đầu mối",
        choices=[("khong", "Chưa có")],
        empty_label="Tất cả",
        method="without_focal_person",
        widget=forms.RadioSelect,
    )

    recertified = django_filters.ChoiceFilter(
        label="Xác nhận tài khoản hằng năm",
        choices=[("asked", "Đến hạn"), ("overdue", "Quá hạn")],
        empty_label="Tất cả",
        method="standing_so",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Organisation
        fields = ["level", "kind"]

    def filter_queryset(self, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.filter(on_day(timezone.localdate()))

    def in_state(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        return queryset.filter(valid_to__lt=timezone.localdate()) if value == "ket_thuc" else queryset

    def without_administrator(
        self, queryset: QuerySet[Organisation], name: str, value: str
    ) -> QuerySet[Organisation]:
        administrators = Duty.objects.on(timezone.localdate()).filter(
            organisation=OuterRef("pk"), kind=DutyKind.UNIT_ADMIN
        )
        return queryset.filter(~Exists(administrators))

    def without_focal_person(
        self, queryset: QuerySet[Organisation], name: str, value: str
    ) -> QuerySet[Organisation]:
        named = FocalPerson.objects.on(timezone.localdate()).filter(organisation=OuterRef("pk"))
        return queryset.filter(~Exists(named))

    def standing_so(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        today = timezone.localdate()
        return queryset.filter(
            pk__in=[pk for pk, due in due_days(today).items() if standing_of(due, today) == value]
        )


class OrganisationIndexView(generic.IndexView):
    page_title = "Cơ quan, đơn vị"
    add_item_label = "Thêm đơn vị"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    show_export_buttons = False
    import_url_name: str | None = None

    @property
    def no_results_message(self) -> str:
        if self.is_searching or self.is_filtering:
            return "Không có đơn vị nào phù hợp. Hãy bỏ bớt điều kiện lọc hoặc tìm theo mã, tên gọn."
        return "Chưa có đơn vị nào. Người quản trị hệ thống thêm từng đơn vị hoặc nhập danh sách từ tệp CSV."

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("name", label="Tên", get_url=self.get_inspect_url, sort_key="name"),
            Column("code", label="Mã", sort_key="code"),
            Column("get_kind_display", label="Loại", sort_key="kind"),
            Column("get_level_display", label="Cấp", sort_key="level"),
            Column("superiors", label="Cấp trên", accessor=_superiors),
            Column("administrators", label="Người quản trị", accessor=_administrators),
            Column("focal", label="Đầu mối", accessor=_focal_persons),
            Column("days", label="Hoạt động", accessor=lambda row: _days(row)),
        ]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if self.user_has_permission("change"):
            url = reverse("organisations:succeed")
            buttons.append(Button("Sắp xếp, kế thừa đơn vị", url=url, icon_name="history"))
        if self.user_has_permission("add") and self.import_url_name:
            url = reverse(self.import_url_name)
            buttons.append(Button("Nhập danh sách từ tệp CSV", url=url, icon_name="upload"))
        return buttons

    def get_base_queryset(self) -> QuerySet[Organisation]:
        today = timezone.localdate()
        return Organisation.objects.prefetch_related(
            Prefetch(
                "affiliations_up",
                Affiliation.objects.filter(on_day(today))
                .select_related("parent")
                .order_by("-kind", "parent"),
                to_attr="superiors_today",
            ),
            Prefetch(
                "duties",
                Duty.objects.on(today).filter(kind=DutyKind.UNIT_ADMIN).select_related("person"),
                to_attr="administrators_today",
            ),
            Prefetch(
                "focal_persons",
                FocalPerson.objects.on(today).select_related("person"),
                to_attr="focal_today",
            ),
        )

    def search_queryset(self, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        return queryset.search(self.search_query) if self.is_searching else queryset  # type: ignore[attr-defined]


def _superiors(organisation: Any) -> str:
    relations = [f"{_UNDER[row.kind]} {row.parent.label}" for row in organisation.superiors_today]
    return ", ".join(relations) or "–"


def _administrators(organisation: Any) -> str:
    return ", ".join(str(duty.person) for duty in organisation.administrators_today) or "Chưa có"


def _focal_persons(organisation: Any) -> str:
    people = dict.fromkeys(str(named.person) for named in organisation.focal_today)
    return ", ".join(people) or "Chưa có"


class _ThroughServices:
    """Wagtail's form views, written by our services; what they refuse is said on the form."""

    inspect_url_name: str | None = None

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except services.OrganisationError as refusal:
            form.add_error(None, str(refusal))
            self.produced_error_message = "Chưa ghi được."
            return self.form_invalid(form)  # type: ignore[attr-defined]

    def get_success_url(self) -> str:
        return reverse(str(self.inspect_url_name), args=[self.object.pk])  # type: ignore[attr-defined]

    def get_success_buttons(self) -> list[Any]:
        return []


class OrganisationCreateView(_ThroughServices, generic.CreateView):
    page_title = "Thêm đơn vị"
    success_message = "Đã thêm %(object)s."
    error_message = "Chưa thêm được. Hãy xem lỗi bên dưới."
    submit_button_label = "Thêm"

    def save_instance(self) -> Organisation:
        return services.create_organisation(by=self.request.user, **self.form.cleaned_data)


class OrganisationEditView(_ThroughServices, generic.EditView):
    page_title = "Sửa thông tin đơn vị"
    success_message = "Đã sửa thông tin %(object)s."
    error_message = "Chưa sửa được. Hãy xem lỗi bên dưới."
    submit_button_label = "Ghi"

    def save_instance(self) -> Organisation:
        return services.change_organisation(self.object, by=self.request.user, **self.form.cleaned_data)

    def get_last_updated_info(self) -> None:
        return None


class OrganisationInspectView(generic.InspectView):
    page_title = "Thông tin đơn vị"
    template_name = "organisations/organisation.html"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = []
        if may_administer(self.request.user, self.object):
            url = reverse("organisations:recertify", args=[self.object.pk])
            buttons.append(Button("Xác nhận tài khoản hằng năm", url=url, icon_name="clipboard-list"))
        if self.user_has_permission("change"):
            url = f"{reverse('organisations:succeed')}?don-vi={self.object.pk}"
            buttons.append(Button("Sắp xếp, kế thừa", url=url, icon_name="history"))
        return buttons

    def get_fields(self) -> list[str]:
        return []

    def get_object(self) -> Organisation:
        return get_object_or_404(Organisation, pk=self.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse(str(self.index_url_name)), "label": "Cơ quan, đơn vị"}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.object.name}]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = []
        if may_administer(self.request.user, self.object):
            url = reverse("organisations:assign", args=[self.object.pk])
            buttons.append(HeaderButton("Phân công nhập liệu", url=url, icon_name="tasks"))
        if self.user_has_permission("change"):
            url = reverse(str(self.edit_url_name), args=[self.object.pk])
            buttons.append(HeaderButton("Sửa thông tin", url=url, icon_name="edit"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here, today = self.object, timezone.localdate()
        above = here.affiliations_up.select_related("parent").order_by("-kind", "valid_from")
        beneath = (
            here.affiliations_down.filter(on_day(today))
            .select_related("child")
            .order_by("-kind", "child__name")
        )
        duties = (
            Duty.objects.on(today)
            .filter(organisation=here, kind=DutyKind.UNIT_ADMIN)
            .select_related("person")
        )
        people = members_of(here, today)
        due = due_days(today, [here.pk]).get(here.pk) if may_administer(self.request.user, here) else None
        return super().get_context_data(**kwargs) | {
            "organisation": here,
            "facts": [
                ("Mã", here.code),
                ("Tên gọn", here.short_name),
                ("Loại", here.get_kind_display()),
                ("Cấp", here.get_level_display()),
                ("Chữ viết tắt trong ký hiệu văn bản", here.document_code),
                ("Địa danh ghi trên văn bản", here.place_name),
                ("Cơ quan chủ quản ghi trên văn bản", here.superior_line),
                ("Thời gian hoạt động", _days(here)),
            ],
            "superiors": [(_UNDER[row.kind], row, _days(row)) for row in above],
            "subordinates": [(_UNDER[row.kind], row.child) for row in beneath],
            "codes": [(row, _days(row)) for row in here.codes.all()],
            "divisions": [(row, _days(row), people[row.pk]) for row in here.divisions.all()],
            "successions": _course(here, today),
            "focal_persons": FocalPerson.objects.on(today).filter(organisation=here).select_related("person"),
            "administrators": [duty.person for duty in duties],
            "has_ended": here.valid_to is not None and here.valid_to < today,
            "may_change": self.user_has_permission("change"),
            "recertification": standing_of(due, today).value,
            "due": due,
            "may_administer": may_administer(self.request.user, here),
            "may_see_people": may_administer_people(self.request.user),
        }


def _course(here: Organisation, today: date) -> list[tuple[Succession, bool]]:
    """What it came from and went into, near and far, by day; whether the predecessor has ended with it."""
    line = Organisation.objects.filter(Q(pk=here.pk) | Q(heirs__heir=here) | Q(heritage__predecessor=here))
    rows = Succession.objects.filter(Q(predecessor__in=line) | Q(successor__in=line))
    return [
        (row, (last := row.predecessor.valid_to) is not None and last < min(row.on, today))
        for row in rows.select_related("predecessor", "successor", "legal_act").order_by("on", "kind", "pk")
    ]


class _OrganisationVerbView(VerbView):
    """A verb on the organisation in the address, or on something of its own."""

    header_icon = "home"

    def may(self) -> bool:
        return may_administer_system(self.request.user)

    @cached_property
    def organisation(self) -> Organisation:
        return get_object_or_404(Organisation, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.organisation.name

    def trail(self) -> list[tuple[str, str]]:
        return [
            (reverse("organisations:index"), "Cơ quan, đơn vị"),
            (self.get_success_url(), self.organisation.name),
        ]

    def get_success_url(self) -> str:
        return reverse("organisations:inspect", args=[self.organisation.pk])


class SuperiorForm(forms.Form):
    parent = forms.ModelChoiceField(
        Organisation.objects.none(), label="Cấp trên", empty_label="Chọn cơ quan, đơn vị"
    )
    kind = forms.ChoiceField(label="Quan hệ", choices=AffiliationKind.choices)
    valid_from = day_field("Từ ngày", required=False, help_text="Để trống nếu có từ trước đến nay.")
    valid_to = day_field("Đến hết ngày", required=False, help_text="Để trống nếu chưa kết thúc.")


class AffiliateView(_OrganisationVerbView):
    page_title = "Thêm cấp trên"
    form_class = SuperiorForm

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form = super().get_form(form_class)
        form.fields["parent"].queryset = Organisation.objects.exclude(pk=self.organisation.pk)
        return form

    def perform(self, data: dict[str, Any]) -> str:
        services.affiliate(self.organisation, by=self.by, **data)
        return f"Đã ghi: {self.organisation} {_UNDER[data['kind']]} {data['parent']}."


class LastDayForm(forms.Form):
    on = day_field("Không còn hiệu lực từ ngày", help_text="Ngày cuối cùng có hiệu lực là ngày trước đó.")


class EndAffiliationView(_OrganisationVerbView):
    page_title = "Kết thúc quan hệ với cấp trên"
    form_class = LastDayForm

    @cached_property
    def affiliation(self) -> Affiliation:
        return get_object_or_404(Affiliation.objects.select_related("child", "parent"), pk=self.kwargs["pk"])

    @cached_property
    def organisation(self) -> Organisation:
        return self.affiliation.child

    def get_page_subtitle(self) -> str:
        return f"{self.organisation} {_UNDER[self.affiliation.kind]} {self.affiliation.parent}"

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def perform(self, data: dict[str, Any]) -> str:
        services.end_affiliation(self.affiliation, on=data["on"], by=self.by)
        return "Đã kết thúc quan hệ."


class CodeForm(forms.Form):
    scheme = forms.ChoiceField(label="Loại mã", choices=CodeScheme.choices)
    value = forms.CharField(label="Mã", max_length=40)
    valid_from = day_field("Từ ngày", required=False, help_text="Mã cũ cùng loại kết thúc vào ngày trước đó.")


class GiveCodeView(_OrganisationVerbView):
    page_title = "Cấp mã định danh"
    form_class = CodeForm

    def perform(self, data: dict[str, Any]) -> str:
        code = services.give_code(self.organisation, by=self.by, **data)
        return f"Đã ghi {code}."


class DivisionForm(forms.Form):
    code = forms.SlugField(label="Mã", max_length=40, help_text="Chữ không dấu, chữ số, gạch nối.")
    name = forms.CharField(label="Tên phòng, ban", max_length=200)
    valid_from = day_field("Từ ngày", required=False, help_text="Để trống nếu có từ trước đến nay.")


class OpenDivisionView(_OrganisationVerbView):
    """The organisation's own affair (R6): its administrator opens it."""

    page_title = "Thêm phòng, ban"
    form_class = DivisionForm

    def may(self) -> bool:
        return may_administer(self.request.user, self.organisation)

    def perform(self, data: dict[str, Any]) -> str:
        division = services.open_division(self.organisation, by=self.by, **data)
        return f"Đã thêm {division.name}."


class FocalForm(forms.Form):
    person = forms.ModelChoiceField(
        User.objects.none(),
        label="Người dùng",
        empty_label="Chọn người dùng",
        help_text="Điện thoại, thư điện tử lấy từ tài khoản và hiện cho mọi người đăng nhập.",
    )
    role = forms.ChoiceField(label="Đầu mối", choices=FocalRole.choices)


class NameFocalView(_OrganisationVerbView):
    page_title = "Ghi đầu mối"
    form_class = FocalForm

    def may(self) -> bool:
        return may_administer(self.request.user, self.organisation)

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form = super().get_form(form_class)
        form.fields["person"].queryset = people_of(self.organisation)  # type: ignore[attr-defined]
        return form

    def perform(self, data: dict[str, Any]) -> str:
        named = name_focal_person(self.organisation, data["person"], data["role"], by=self.by)
        return f"Đã ghi {named.person} là {named.get_role_display().lower()}."


class EndFocalView(_OrganisationVerbView):
    page_title = "Thôi đầu mối"
    form_class = forms.Form
    template_name = "accounts/confirm.html"
    submit_button_label = "Thôi đầu mối"
    question = "Từ hôm nay người này không còn là đầu mối. Mỗi đơn vị cần ít nhất một đầu mối."

    @cached_property
    def named(self) -> FocalPerson:
        rows = FocalPerson.objects.select_related("organisation", "person")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def organisation(self) -> Organisation:
        return self.named.organisation

    def may(self) -> bool:
        return may_administer(self.request.user, self.organisation)

    def get_page_subtitle(self) -> str:
        return str(self.named)

    def perform(self, data: dict[str, Any]) -> str:
        end_focal_person(self.named, by=self.by)
        return f"{self.named.person} thôi làm đầu mối."
