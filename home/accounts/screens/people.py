"""People, their duties and offices: for those who administer them, and no further than they administer."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from home.accounts import leaving, profiles, services
from home.accounts.assigning import in_words
from home.accounts.models import Appointment, Duty, DutyKind, SigningForm, User
from home.accounts.permissions import (
    administered_by,
    may_administer,
    may_administer_people,
    may_change_person,
    may_grant,
    may_grant_somewhere,
    may_hand_over,
    may_issue_code,
    may_remove_totp,
    people_visible_to,
)
from home.accounts.signin import codes, lockout, totp
from home.audit.models import AuditEntry
from home.audit.verbs import word_for
from home.organisations.models import Organisation, on_day
from home.text import fold

from .parts import VerbView, day_field, days_in_words

_HISTORY_LENGTH = 50


def duty_in_words(duty: Duty) -> str:
    """“Nhập liệu (biểu BM01), thay Nguyễn Văn A”, “Nhập liệu (biểu BM01), qua Phòng Tổng hợp”."""
    scopes = [scope.scope for scope in duty.scopes.all()]
    named = f" ({in_words(scopes)})" if scopes else ""
    acting = f", thay {duty.acting_for}" if duty.acting_for else ""
    through = f", qua {duty.division.name}" if duty.division else ""
    return f"{duty.get_kind_display()}{named}{acting}{through}"


def _administered(request: HttpRequest) -> QuerySet[Organisation]:
    return administered_by(request.user).filter(on_day(timezone.localdate())).order_by("name")


class PeopleFilterSet(WagtailFilterSet):
    organisation = django_filters.ModelChoiceFilter(
        label="Cơ quan, đơn vị", queryset=_administered, method="in_organisation", empty_label="Tất cả"
    )
    kind = django_filters.ChoiceFilter(
        label="Nhiệm vụ", choices=DutyKind.choices, method="with_duty", empty_label="Tất cả"
    )
    state = django_filters.ChoiceFilter(
        label="Tài khoản",
        choices=[("khoa", "Đang bị khóa"), ("trong", "Chưa có nhiệm vụ")],
        method="in_state",
        empty_label="Tất cả",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields: list[str] = []

    def in_organisation(self, people: QuerySet[User], name: str, value: Organisation) -> QuerySet[User]:
        duties = Duty.objects.filter(on_day(timezone.localdate()), organisation=value)
        offices = Appointment.objects.filter(on_day(timezone.localdate()), organisation=value)
        return people.filter(Q(pk__in=duties.values("person")) | Q(pk__in=offices.values("person")))

    def with_duty(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return people.filter(
            pk__in=Duty.objects.filter(on_day(timezone.localdate()), kind=value).values("person")
        )

    def in_state(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        if value == "khoa":
            return people.filter(is_active=False)
        return people.exclude(pk__in=Duty.objects.filter(on_day(timezone.localdate())).values("person"))


class PeopleIndexView(generic.IndexView):
    page_title = "Người dùng và nhiệm vụ"
    add_item_label = "Thêm người dùng"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    model = User
    permission_policy = None
    is_searchable = True
    default_ordering = ("full_name", "username")
    filterset_class = PeopleFilterSet
    paginate_by = 20

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_administer_people(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def no_results_message(self) -> str:
        if self.is_searching or self.is_filtering:
            return "Không có người dùng nào phù hợp. Hãy bỏ bớt điều kiện lọc hoặc tìm theo họ tên, tên đăng nhập."
        return "Chưa có người dùng nào. Chọn “Thêm người dùng” để cấp tài khoản và giao nhiệm vụ đầu tiên."

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "full_name", label="Họ và tên", accessor=str, url_name="people:person", sort_key="full_name"
            ),
            Column("username", label="Tên đăng nhập", sort_key="username"),
            Column("duties", label="Nhiệm vụ", accessor=_duties, classname="wide", width="35%"),
            Column("offices", label="Chức vụ", accessor=_offices),
            Column(
                "is_active",
                label="Tài khoản",
                accessor=lambda person: "Hoạt động" if person.is_active else "Đang bị khóa",
            ),
            DateColumn("last_login", label="Đăng nhập gần nhất", sort_key="last_login"),
        ]

    def get_add_url(self) -> str:
        return reverse("people:add")

    def get_base_queryset(self) -> QuerySet[User]:
        today = timezone.localdate()
        duties = Duty.objects.filter(on_day(today)).order_by("organisation__name", "organisation", "kind")
        offices = Appointment.objects.filter(on_day(today)).order_by("organisation__name")
        return people_visible_to(self.request.user).prefetch_related(
            Prefetch(
                "duties",
                duties.select_related("organisation", "acting_for", "division").prefetch_related("scopes"),
                to_attr="duties_today",
            ),
            Prefetch("appointments", offices.select_related("organisation"), to_attr="offices_today"),
        )

    def search_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        for word in fold(self.search_query).split():
            queryset = queryset.filter(search_text__contains=word)
        return queryset


def _duties(person: Any) -> str:
    by_place = groupby(person.duties_today, key=lambda duty: duty.organisation)
    places = [f"{place.label}: {', '.join(map(duty_in_words, duties))}" for place, duties in by_place]
    return "; ".join(places) or "Chưa có nhiệm vụ"


def _offices(person: Any) -> str:
    return "; ".join(f"{office.title}, {office.organisation.label}" for office in person.offices_today) or "–"


class PersonView(WagtailAdminTemplateMixin, TemplateView):
    """One person: account, duties, offices, and what was done about them."""

    template_name = "accounts/person.html"
    page_title = "Người dùng"
    header_icon = "user"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.person = _person(request, kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.person)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("people:index"), "label": "Người dùng và nhiệm vụ"}
        return [*self.breadcrumbs_items, index, {"url": "", "label": str(self.person)}]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        def button(label: str, name: str, icon: str, priority: int) -> HeaderButton:
            url = reverse(f"people:{name}", args=[self.person.pk])
            return HeaderButton(label, url=url, icon_name=icon, priority=priority)

        return [button("Giao nhiệm vụ", "grant", "plus", 1), button("Bổ nhiệm", "appoint", "plus", 2)]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        pk = self.person.pk
        leave = Button(
            "Bàn giao công việc", url=reverse("people:leave", args=[pk]), icon_name="user", priority=5
        )
        handing = [leave] if may_hand_over(self.request.user, self.person) else []
        if not self.may_change:
            return handing
        verb, label, icon = (
            ("close", "Khóa tài khoản", "lock")
            if self.person.is_active
            else ("reopen", "Mở lại tài khoản", "lock-open")
        )
        buttons = [
            Button("Sửa thông tin", url=reverse("people:change", args=[pk]), icon_name="edit", priority=1),
            Button(label, url=reverse(f"people:{verb}", args=[pk]), icon_name=icon, priority=2),
        ]
        if may_issue_code(self.request.user, self.person):
            url = reverse("people:issue_code", args=[pk])
            buttons.append(Button("Cấp mã một lần", url=url, icon_name="key", priority=3))
        if may_remove_totp(self.request.user, self.person):
            url = reverse("people:remove_totp", args=[pk])
            buttons.append(Button("Gỡ xác thực hai lớp", url=url, icon_name="cross", priority=4))
        return [*buttons, *handing]

    @cached_property
    def may_change(self) -> bool:
        return may_change_person(self.request.user, self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, person, today = self.request.user, self.person, timezone.localdate()
        administered = set(administered_by(user).values_list("pk", flat=True))
        duties = list(
            person.duties.select_related("organisation", "acting_for", "division")
            .prefetch_related("scopes")
            .order_by("organisation__name", "kind", "valid_from")
        )
        offices = list(person.appointments.select_related("organisation").order_by("organisation__name"))

        def is_over(row: Duty | Appointment) -> bool:
            return row.valid_to is not None and row.valid_to < today

        return super().get_context_data(**kwargs) | {
            "person": person,
            "duties": [
                (
                    duty,
                    duty_in_words(duty),
                    days_in_words(duty.valid_from, duty.valid_to),
                    may_grant(user, duty.kind, duty.organisation),
                )
                for duty in duties
                if not is_over(duty)
            ],
            "past_duties": [
                (duty, duty_in_words(duty), days_in_words(duty.valid_from, duty.valid_to))
                for duty in duties
                if is_over(duty)
            ],
            "offices": [
                (
                    office,
                    days_in_words(office.valid_from, office.valid_to),
                    office.organisation_id in administered and not is_over(office),
                    is_over(office),
                )
                for office in offices
            ],
            "history": [(entry, word_for(entry.verb)) for entry in _history(person, duties, offices)],
        }


def _person(request: HttpRequest, pk: int) -> User:
    if not may_administer_people(request.user):
        raise PermissionDenied
    return get_object_or_404(people_visible_to(request.user), pk=pk)


def _history(person: User, duties: list[Duty], offices: list[Appointment]) -> QuerySet[AuditEntry]:
    about = Q(object_type="accounts.user", object_id=str(person.pk))
    about |= Q(object_type="accounts.duty", object_id__in=[str(duty.pk) for duty in duties])
    about |= Q(object_type="accounts.appointment", object_id__in=[str(office.pk) for office in offices])
    return AuditEntry.objects.filter(about).select_related("person")[:_HISTORY_LENGTH]


class _PersonVerbView(VerbView):
    """A verb on the person in the address, or on something of his."""

    header_icon = "user"

    def may(self) -> bool:
        return may_administer_people(self.request.user) and bool(self.person)

    @cached_property
    def person(self) -> User:
        return _person(self.request, self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.person)

    def trail(self) -> list[tuple[str, str]]:
        return [
            (reverse("people:index"), "Người dùng và nhiệm vụ"),
            (reverse("people:person", args=[self.person.pk]), str(self.person)),
        ]

    def get_success_url(self) -> str:
        return reverse("people:person", args=[self.person.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if hasattr(self.form_class, "for_request"):
            kwargs["request"] = self.request
        return kwargs


_TYPE = "type:"


def _kinds(request: HttpRequest) -> list[tuple[str, Any]]:
    """What the user may give: the account types of the province's regulation, then single duties."""
    given = {kind for kind in DutyKind if may_grant_somewhere(request.user, kind)}
    duties = [choice for choice in DutyKind.choices if choice[0] in given]
    types = [
        (f"{_TYPE}{one.code}", one.name) for one in profiles.current().types if given.issuperset(one.duties)
    ]
    return [("Loại tài khoản theo quy chế", types), ("Từng nhiệm vụ", duties)] if types else duties


def _give(person: User, kind: str, organisation: Organisation, **more: Any) -> list[Duty]:
    """One duty, or all of an account type."""
    if not kind.startswith(_TYPE):
        return [services.grant(person, kind, organisation, **more)]
    account_type = profiles.current().type(kind.removeprefix(_TYPE))
    if account_type is None:
        raise services.AccountError("Loại tài khoản này không còn trong quy chế. Hãy chọn lại.", "kind")
    return services.grant_type(person, account_type, organisation, **more)


class _OrganisationField(forms.Form):
    """Offers the organisations that the user administers, and no other."""

    for_request = True
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Cơ quan, đơn vị", empty_label="Chọn cơ quan, đơn vị"
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = _administered(request)  # type: ignore[attr-defined]
        if "kind" in self.fields:
            self.fields["kind"].choices = _kinds(request)  # type: ignore[attr-defined]
        if "acting_for" in self.fields:
            self.fields["acting_for"].queryset = people_visible_to(request.user)  # type: ignore[attr-defined]


def _codes(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text)


class GrantForm(_OrganisationField):
    kind = forms.ChoiceField(label="Nhiệm vụ", choices=DutyKind.choices)
    regimes = _codes(
        "Chỉ trong các chế độ báo cáo", "Mã chế độ, cách nhau bằng dấu phẩy; để trống là tất cả."
    )
    report_forms = _codes("Chỉ trong các biểu", "Mã biểu, cách nhau bằng dấu phẩy; để trống là tất cả.")
    rows = _codes("Chỉ các dòng", "Dạng mã biểu/mã dòng, cách nhau bằng dấu phẩy; để trống là tất cả.")
    valid_from = day_field("Từ ngày")
    valid_to = day_field("Đến hết ngày", required=False, help_text="Để trống nếu không có thời hạn.")
    acting_for = forms.ModelChoiceField(
        User.objects.none(),
        label="Thực hiện thay (được ủy quyền bởi)",
        required=False,
        empty_label="Không: nhiệm vụ của chính người này",
        help_text="Ủy quyền phải có ngày kết thúc và văn bản, và không kèm thẩm quyền ký.",
    )
    basis = forms.CharField(label="Văn bản giao, ủy quyền", max_length=200, required=False)

    def scopes(self) -> list[str]:
        named = (("regime", "regimes"), ("form", "report_forms"), ("row", "rows"))
        return [
            f"{kind}:{code.strip()}"
            for kind, field in named
            for code in self.cleaned_data[field].split(",")
            if code.strip()
        ]


class GrantView(_PersonVerbView):
    page_title = "Giao nhiệm vụ"
    form_class = GrantForm
    submit_button_label = "Giao nhiệm vụ"

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": timezone.localdate()}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.scopes = form.scopes()  # type: ignore[attr-defined]
        return super().form_valid(form)

    def perform(self, data: dict[str, Any]) -> str:
        more = {name: data[name] for name in ("valid_from", "valid_to", "basis")}
        if not data["kind"].startswith(_TYPE):
            more |= {"scopes": self.scopes, "acting_for": data["acting_for"]}
        elif self.scopes or data["acting_for"]:
            raise services.AccountError(
                "Phạm vi và ủy quyền chỉ ghi cho từng nhiệm vụ. Hãy chọn một nhiệm vụ, hoặc để trống các ô đó.",
                "kind",
            )
        given = _give(self.person, data["kind"], data["organisation"], by=self.by, **more)
        named = ", ".join(f"“{duty.get_kind_display()}”" for duty in given)
        return f"Đã giao nhiệm vụ {named} tại {data['organisation']} cho {self.person}."


class LastDayForm(forms.Form):
    on = day_field("Không còn hiệu lực từ ngày", help_text="Ngày cuối cùng có hiệu lực là ngày trước đó.")


class _DutyVerbView(_PersonVerbView):
    @cached_property
    def duty(self) -> Duty:
        duty = get_object_or_404(Duty.objects.select_related("person", "organisation"), pk=self.kwargs["pk"])
        if not may_grant(self.request.user, duty.kind, duty.organisation):
            raise Http404
        return duty

    @cached_property
    def person(self) -> User:
        return self.duty.person

    def get_page_subtitle(self) -> str:
        return str(self.duty)

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}


class _ShowsOpenWork:
    """What still hangs on the person, above the form: where the user administers, not what he does elsewhere."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, user = self.person, self.request.user  # type: ignore[attr-defined]
        administered = set(administered_by(user).values_list("pk", flat=True))
        return super().get_context_data(**kwargs) | {  # type: ignore[misc]
            "person": person,
            "open_work": [work for work in leaving.open_work(person) if work.place in administered],
            "may_hand_over": may_hand_over(user, person),
        }


class RevokeView(_ShowsOpenWork, _DutyVerbView):
    page_title = "Kết thúc nhiệm vụ"
    template_name = "accounts/form_with_work.html"
    form_class = LastDayForm
    submit_button_label = "Kết thúc nhiệm vụ"

    def perform(self, data: dict[str, Any]) -> str:
        services.revoke(self.duty, by=self.by, on=data["on"])
        return f"Đã kết thúc nhiệm vụ của {self.person}."


class HandOverForm(forms.Form):
    for_request = True
    successor = forms.ModelChoiceField(User.objects.none(), label="Người mới", empty_label="Chọn người dùng")
    on = day_field("Quản trị từ ngày", help_text="Người trước thôi quản trị từ ngày đó.")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_visible_to(request.user).filter(is_active=True)
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]


class HandOverView(_DutyVerbView):
    page_title = "Chuyển giao quản trị đơn vị"
    form_class = HandOverForm
    submit_button_label = "Chuyển giao"

    def may(self) -> bool:
        return super().may() and self.duty.kind == DutyKind.UNIT_ADMIN

    def perform(self, data: dict[str, Any]) -> str:
        new = services.hand_over_administration(self.duty, data["successor"], by=self.by, on=data["on"])
        return f"{new.person} quản trị {new.organisation} từ ngày {new.valid_from:%d/%m/%Y}."


class LeaveForm(forms.Form):
    for_request = True
    successor = forms.ModelChoiceField(
        User.objects.none(), label="Người nhận bàn giao", empty_label="Chọn người dùng"
    )
    basis = forms.CharField(
        label="Văn bản bàn giao",
        max_length=200,
        required=False,
        help_text="Số, ngày của quyết định, biên bản bàn giao nếu có.",
    )
    close = forms.BooleanField(label="Khóa tài khoản của người bàn giao", required=False)
    confirm = forms.BooleanField(label="Tôi đã xem các việc và nhiệm vụ trên, đồng ý bàn giao từ hôm nay")
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_visible_to(request.user).filter(is_active=True)
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]


class LeaveView(_ShowsOpenWork, _PersonVerbView):
    """All the open work of somebody who leaves, and the one step that passes it on."""

    page_title = "Bàn giao công việc"
    template_name = "accounts/leave.html"
    form_class = LeaveForm
    submit_button_label = "Bàn giao"

    def may(self) -> bool:
        return super().may() and may_hand_over(self.request.user, self.person)

    @cached_property
    def duties(self) -> list[Duty]:
        return leaving.unfinished_duties(self.person)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": leaving.seen(self.duties)}

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form = super().get_form(form_class)
        successor = form.fields["successor"]
        successor.queryset = successor.queryset.exclude(pk=self.person.pk)  # type: ignore[attr-defined]
        if self.person == self.by or not may_change_person(self.by, self.person):
            del form.fields["close"]
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "duties": [
                (
                    duty,
                    duty_in_words(duty),
                    days_in_words(duty.valid_from, duty.valid_to),
                    may_grant(self.request.user, duty.kind, duty.organisation),
                )
                for duty in self.duties
            ]
        }

    def perform(self, data: dict[str, Any]) -> str:
        successor = data["successor"]
        passed = leaving.hand_over(
            self.person,
            successor,
            by=self.by,
            seen_as=data["seen"],
            basis=data["basis"],
            close=data.get("close", False),
        )
        return f"Đã bàn giao {len(passed)} nhiệm vụ của {self.person} cho {successor}; cả hai được báo."


class AppointForm(_OrganisationField):
    title = forms.CharField(label="Chức vụ", max_length=100)
    signing_form = forms.ChoiceField(label="Quyền hạn ký", choices=SigningForm.choices, required=False)
    signs_for_title = forms.CharField(
        label="Ký cho chức vụ, tập thể",
        max_length=150,
        required=False,
        help_text="Như GIÁM ĐỐC trong “KT. GIÁM ĐỐC”.",
    )
    field = forms.CharField(label="Lĩnh vực", max_length=200, required=False)
    basis = forms.CharField(label="Căn cứ", max_length=200, required=False)
    valid_from = day_field("Từ ngày")
    valid_to = day_field("Đến hết ngày", required=False, help_text="Thừa ủy quyền (TUQ.) phải có thời hạn.")


class AppointView(_PersonVerbView):
    page_title = "Bổ nhiệm"
    form_class = AppointForm
    submit_button_label = "Bổ nhiệm"

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": timezone.localdate()}

    def perform(self, data: dict[str, Any]) -> str:
        office = services.appoint(self.person, data.pop("organisation"), by=self.by, **data)
        return f"Đã ghi chức vụ {office.title} tại {office.organisation} của {self.person}."


class EndAppointmentView(_PersonVerbView):
    page_title = "Kết thúc chức vụ"
    form_class = LastDayForm
    submit_button_label = "Kết thúc chức vụ"

    @cached_property
    def appointment(self) -> Appointment:
        rows = Appointment.objects.select_related("person", "organisation")
        appointment = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not may_administer(self.request.user, appointment.organisation):
            raise Http404
        return appointment

    @cached_property
    def person(self) -> User:
        return self.appointment.person

    def get_page_subtitle(self) -> str:
        return str(self.appointment)

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def perform(self, data: dict[str, Any]) -> str:
        services.end_appointment(self.appointment, by=self.by, on=data["on"])
        return f"Đã kết thúc chức vụ của {self.person}."


class PersonForm(forms.Form):
    full_name = forms.CharField(label="Họ và tên", max_length=100, help_text="Họ trước, tên sau.")
    email = forms.EmailField(label="Thư điện tử", required=False)
    phone = forms.CharField(label="Điện thoại", max_length=30, required=False)


class AddPersonForm(_OrganisationField, PersonForm):
    username = forms.CharField(label="Tên đăng nhập", max_length=150)
    password = forms.CharField(
        label="Mật khẩu ban đầu",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Ít nhất 8 ký tự. Trao riêng cho người dùng; người dùng phải đổi khi đăng nhập lần đầu.",
    )
    kind = forms.ChoiceField(label="Nhiệm vụ đầu tiên", choices=DutyKind.choices)
    title = forms.CharField(
        label="Chức vụ",
        max_length=100,
        required=False,
        help_text="Với lãnh đạo; nhiệm vụ duyệt chỉ giao cho lãnh đạo.",
    )
    field_order = ("full_name", "username", "password", "email", "phone", "organisation", "title", "kind")

    def clean_password(self) -> str:
        person = User(
            username=self.cleaned_data.get("username", ""), full_name=self.cleaned_data.get("full_name", "")
        )
        validate_password(self.cleaned_data["password"], person)
        return self.cleaned_data["password"]


class AddPersonView(_PersonVerbView):
    page_title = "Thêm người dùng"
    form_class = AddPersonForm
    submit_button_label = "Thêm người dùng"

    def may(self) -> bool:
        return may_administer_people(self.request.user)

    def get_page_subtitle(self) -> str:
        return ""

    def trail(self) -> list[tuple[str, str]]:
        return [(reverse("people:index"), "Người dùng và nhiệm vụ")]

    @transaction.atomic
    def perform(self, data: dict[str, Any]) -> str:
        organisation, kind, title = (data.pop(name) for name in ("organisation", "kind", "title"))
        self.person = services.create_person(by=self.by, **data)
        today = timezone.localdate()
        if title:
            services.appoint(self.person, organisation, title=title, valid_from=today, by=self.by)
        _give(self.person, kind, organisation, by=self.by, valid_from=today)
        return f"Đã cấp tài khoản cho {self.person}."


class ChangePersonForm(PersonForm):
    seen = forms.CharField(widget=forms.HiddenInput)


class ChangePersonView(_PersonVerbView):
    page_title = "Sửa thông tin"
    form_class = ChangePersonForm

    def may(self) -> bool:
        return may_change_person(self.request.user, self.person)

    def get_initial(self) -> dict[str, Any]:
        said = {name: getattr(self.person, name) for name in PersonForm.base_fields}
        return said | {"seen": services.as_seen(self.person)}

    def perform(self, data: dict[str, Any]) -> str:
        services.change_person(self.person, by=self.by, **data)
        return f"Đã sửa thông tin của {self.person}."


class _ConfirmView(_PersonVerbView):
    """A question with two answers."""

    form_class = forms.Form
    template_name = "accounts/confirm.html"
    question = ""


class CloseView(_ShowsOpenWork, _ConfirmView):
    page_title = "Khóa tài khoản"
    submit_button_label = "Khóa tài khoản"
    question = (
        "Người này sẽ không đăng nhập được và các nhiệm vụ tạm ngừng, cho đến khi tài khoản được mở lại."
    )

    def may(self) -> bool:
        return may_change_person(self.request.user, self.person)

    def perform(self, data: dict[str, Any]) -> str:
        services.close_account(self.person, by=self.by)
        return f"Đã khóa tài khoản của {self.person}."


class ReopenView(_ConfirmView):
    page_title = "Mở lại tài khoản"
    submit_button_label = "Mở lại tài khoản"
    question = "Người này sẽ đăng nhập được và các nhiệm vụ còn thời hạn có hiệu lực trở lại."

    def may(self) -> bool:
        return may_change_person(self.request.user, self.person)

    def perform(self, data: dict[str, Any]) -> str:
        services.reopen_account(self.person, by=self.by)
        return f"Đã mở lại tài khoản của {self.person}."


class IssueCodeView(_ConfirmView):
    """Shows the code in its own answer: it is kept nowhere."""

    page_title = "Cấp mã một lần"
    submit_button_label = "Cấp mã một lần"
    question = (
        "Mật khẩu hiện tại hết hiệu lực, người này bị đăng xuất ở mọi nơi và đăng nhập lại bằng mã một lần, "
        "rồi tự đặt mật khẩu mới. Chỉ cấp khi chính người đó yêu cầu."
    )

    def may(self) -> bool:
        return may_issue_code(self.request.user, self.person)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        code = codes.issue(self.person, by=self.by)
        lockout.lift(self.request, self.person)
        context = self.get_context_data(form=form) | {"code": code, "hours": codes.VALID.days * 24}
        response = self.response_class(self.request, ["accounts/code.html"], context)
        add_never_cache_headers(response)
        return response


class RemoveTotpView(_ConfirmView):
    page_title = "Gỡ xác thực hai lớp"
    submit_button_label = "Gỡ xác thực hai lớp"
    question = (
        "Dành cho người mất điện thoại và mất cả mã dự phòng. Người này bị đăng xuất ở mọi nơi và "
        "phải bật lại xác thực hai lớp nếu nhiệm vụ yêu cầu."
    )

    def may(self) -> bool:
        return may_remove_totp(self.request.user, self.person)

    def perform(self, data: dict[str, Any]) -> str:
        totp.remove(self.person, by=self.by)
        return f"Đã gỡ xác thực hai lớp của {self.person}."
