"""“Đề nghị về tài khoản”: who speaks for an organisation asks, who administers it decides."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from home.accounts import asking, assigning, profiles
from home.accounts.assigning import people_of
from home.accounts.models import (
    AccountRequest,
    DutyKind,
    RequestKind,
    RequestStatus,
    SigningForm,
    User,
)
from home.accounts.papers import serve_scan
from home.accounts.permissions import (
    PORTAL_WIDE,
    asks_for,
    may_administer_people,
    may_ask_somewhere,
    may_decide_request,
    may_withdraw_request,
    requests_visible_to,
)
from home.accounts.signin import codes
from home.audit.models import AuditEntry
from home.audit.verbs import word_for
from home.organisations.models import Organisation

from .parts import VerbView, day_field

_DUTIES = [choice for choice in DutyKind.choices if choice[0] not in PORTAL_WIDE]


def may_see_requests(user: Any) -> bool:
    return may_administer_people(user) or may_ask_somewhere(user)


def duties_in_words(request: AccountRequest) -> str:
    """“Nhập liệu (biểu BM01), Duyệt số liệu (biểu BM01)”."""
    forms_ = f" ({assigning.in_words(request.scopes)})" if request.scopes else ""
    return (
        ", ".join(
            f"{DutyKind(kind).label}{forms_ if kind in assigning.SHARED else ''}" for kind in request.duties
        )
        or "–"
    )


class RequestFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        label="Tình trạng", choices=RequestStatus.choices, empty_label="Tất cả", widget=forms.RadioSelect
    )
    kind = django_filters.ChoiceFilter(
        label="Đề nghị", choices=RequestKind.choices, empty_label="Tất cả", widget=forms.RadioSelect
    )

    class Meta:
        model = AccountRequest
        fields: list[str] = []


class RequestIndexView(generic.IndexView):
    page_title = "Đề nghị về tài khoản"
    add_item_label = "Đề nghị cấp tài khoản"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    model = AccountRequest
    permission_policy = None
    filterset_class = RequestFilterSet
    default_ordering = "-asked_at"
    paginate_by = 20

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_see_requests(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def no_results_message(self) -> str:
        if self.is_filtering:
            return "Không có đề nghị nào phù hợp. Hãy bỏ bớt điều kiện lọc."
        return "Chưa có đề nghị nào. Lãnh đạo và người quản trị đơn vị lập đề nghị kèm số, ngày văn bản."

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("full_name", label="Người", url_name="account_requests:detail", sort_key="full_name"),
            Column("get_kind_display", label="Đề nghị"),
            Column("organisation", label="Cơ quan, đơn vị", accessor="organisation.label"),
            Column("duties", label="Nhiệm vụ", accessor=duties_in_words, classname="wide"),
            Column("document", label="Văn bản", accessor="document"),
            Column("asked_at", label="Đề nghị lúc", accessor=_asked, sort_key="asked_at"),
            Column("get_status_display", label="Tình trạng"),
        ]

    @property
    def may_ask(self) -> bool:
        return may_ask_somewhere(self.request.user)

    def get_add_url(self) -> str | None:
        return reverse("account_requests:create") if self.may_ask else None

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not self.may_ask:
            return []
        return [
            Button("Đề nghị thay đổi nhiệm vụ", url=reverse("account_requests:change"), icon_name="edit"),
            Button("Đề nghị thu hồi", url=reverse("account_requests:revoke"), icon_name="cross"),
        ]

    def get_base_queryset(self) -> QuerySet[AccountRequest]:
        return requests_visible_to(self.request.user).select_related("organisation")


def _asked(request: AccountRequest) -> str:
    return f"{timezone.localtime(request.asked_at):%d/%m/%Y %H:%M}"


def _request(http: HttpRequest, pk: int) -> AccountRequest:
    rows = requests_visible_to(http.user).select_related("organisation", "person", "asked_by", "decided_by")
    return get_object_or_404(rows, pk=pk)


class RequestView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "accounts/request.html"
    page_title = "Đề nghị về tài khoản"
    header_icon = "mail"

    @cached_property
    def object(self) -> AccountRequest:
        return _request(self.request, self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.object.full_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("account_requests:index"), "label": "Đề nghị về tài khoản"}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.object.full_name}]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        def button(label: str, name: str, icon: str) -> HeaderButton:
            return HeaderButton(
                label, url=reverse(f"account_requests:{name}", args=[self.object.pk]), icon_name=icon
            )

        if may_decide_request(self.request.user, self.object):
            return [button("Chấp thuận", "grant", "check"), button("Không chấp thuận", "refuse", "cross")]
        if may_withdraw_request(self.request.user, self.object):
            return [button("Rút đề nghị", "withdraw", "undo")]
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.object
        office = request.title and f"{request.title}; {request.get_signing_form_display()}"
        if request.signs_for_title:
            office += f" {request.signs_for_title}"
        entries = AuditEntry.objects.filter(
            object_type="accounts.accountrequest", object_id=str(request.pk)
        ).select_related("person")
        return super().get_context_data(**kwargs) | {
            "asked": request,
            "facts": [
                ("Đề nghị", request.get_kind_display()),
                ("Cơ quan, đơn vị", request.organisation.name),
                ("Họ và tên", request.full_name),
                ("Thư điện tử", request.email),
                ("Điện thoại", request.phone),
                ("Chức vụ, quyền hạn ký", office),
                ("Nhiệm vụ", duties_in_words(request)),
                ("Văn bản đề nghị", f"Số {request.document}"),
                ("Ghi chú", request.note),
                ("Tình trạng", request.get_status_display()),
                ("Lý do", request.reason),
            ],
            "history": [(entry, word_for(entry.verb)) for entry in entries],
            "sees_person": request.person is not None and may_administer_people(self.request.user),
        }


class ScanView(View):
    """The scan of a request's document, for who sees the request."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        asked = _request(request, pk)
        return serve_scan(asked.scan_sha256, asked.scan_name)


class _DocumentForm(forms.Form):
    """Offers the organisations in whose name the user asks, and their people."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Cơ quan, đơn vị", empty_label="Chọn cơ quan, đơn vị"
    )
    document_number = forms.CharField(
        label="Số, ký hiệu văn bản đề nghị", max_length=60, help_text="Như 123/STC-VP."
    )
    document_date = day_field("Ngày văn bản")
    scan = forms.FileField(
        label="Bản chụp văn bản",
        required=False,
        help_text="Tệp pdf, jpg hoặc png; chỉ người xử lý đề nghị và đơn vị xem được.",
    )
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = asks_for(user).order_by("name")
        chosen = cast(forms.ModelChoiceField, self.fields["organisation"])
        chosen.queryset = places
        if len(places) == 1:
            chosen.initial, chosen.empty_label = places[0], None
        if "person" in self.fields:
            people = User.objects.none()
            for place in places:
                people |= people_of(place)
            cast(forms.ModelChoiceField, self.fields["person"]).queryset = people
        if "scopes" in self.fields:
            self._offer_forms(list(places))
        if "account_type" in self.fields:
            types = [(one.code, one.name) for one in _types()]
            cast(forms.ChoiceField, self.fields["account_type"]).choices = [
                ("", "Chọn từng nhiệm vụ"),
                *types,
            ]

    def _offer_forms(self, places: list[Organisation]) -> None:
        """What the organisations owe, by report; the service knows which of them owes which."""
        choices: dict[str, dict[str, str]] = {}
        for report in (one for place in places for one in assigning.owed_reports(place)):
            choices.setdefault(report.label, {}).update((form.scope, form.label) for form in report.forms)
        if any(choices.values()):
            cast(forms.MultipleChoiceField, self.fields["scopes"]).choices = [
                (label, list(named.items())) for label, named in choices.items() if named
            ]
        else:
            del self.fields["scopes"]

    def clean_scan(self) -> tuple[str, bytes] | None:
        upload = self.cleaned_data["scan"]
        return (upload.name, upload.read()) if upload else None


def _types() -> list[profiles.AccountType]:
    return [one for one in profiles.current().types if PORTAL_WIDE.isdisjoint(one.duties)]


class _DutiesForm(_DocumentForm):
    account_type = forms.ChoiceField(
        label="Loại tài khoản theo quy chế", required=False, help_text="Gồm mọi nhiệm vụ của loại đó."
    )
    duties = forms.MultipleChoiceField(
        label="Nhiệm vụ", choices=_DUTIES, required=False, widget=forms.CheckboxSelectMultiple
    )
    scopes = forms.MultipleChoiceField(
        label="Chỉ trong các biểu",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Cho nhiệm vụ nhập liệu, duyệt số liệu; không đánh dấu biểu nào là mọi biểu.",
    )
    title = forms.CharField(
        label="Chức vụ", max_length=100, required=False, help_text="Nhiệm vụ duyệt chỉ giao cho lãnh đạo."
    )
    signing_form = forms.ChoiceField(
        label="Quyền hạn ký",
        required=False,
        choices=[one for one in SigningForm.choices if one[0] != SigningForm.BY_AUTHORISATION],
    )
    signs_for_title = forms.CharField(
        label="Ký cho chức vụ, tập thể",
        max_length=150,
        required=False,
        help_text="Như GIÁM ĐỐC trong “KT. GIÁM ĐỐC”.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        code = data.pop("account_type", "")
        chosen = next((one for one in _types() if one.code == code), None)
        data["duties"] = {*data.get("duties", ()), *(chosen.duties if chosen else ())}
        return data


class CreateRequestForm(_DutiesForm):
    full_name = forms.CharField(label="Họ và tên", max_length=100, help_text="Họ trước, tên sau.")
    email = forms.EmailField(label="Thư điện tử", required=False)
    phone = forms.CharField(label="Điện thoại", max_length=30, required=False)
    field_order = (
        *("organisation", "full_name", "email", "phone", "title", "signing_form", "signs_for_title"),
        *("account_type", "duties", "scopes", "document_number", "document_date", "scan", "note"),
    )


def _person_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(User.objects.none(), label="Người dùng", empty_label="Chọn người dùng")


class ChangeRequestForm(_DutiesForm):
    person = _person_field()
    field_order = (
        *("organisation", "person", "account_type", "duties", "scopes", "title", "signing_form"),
        *("signs_for_title", "document_number", "document_date", "scan", "note"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "duties"
        ].help_text = "Mọi nhiệm vụ người này sẽ có tại đơn vị; nhiệm vụ không đánh dấu sẽ thôi."


class RevokeRequestForm(_DocumentForm):
    person = _person_field()
    field_order = ("organisation", "person", "document_number", "document_date", "scan", "note")


class AskView(VerbView):
    """``kind`` and ``form_class`` are given by the address."""

    kind = RequestKind.CREATE
    form_class: type[forms.Form] = CreateRequestForm
    header_icon = "mail"
    submit_button_label = "Gửi đề nghị"

    def may(self) -> bool:
        return may_ask_somewhere(self.request.user)

    def get_page_title(self) -> str:
        return f"Đề nghị: {self.kind.label.lower()}"

    def trail(self) -> list[tuple[str, str]]:
        return [(reverse("account_requests:index"), "Đề nghị về tài khoản")]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.by}

    def get_success_url(self) -> str:
        return reverse("account_requests:detail", args=[self.asked.pk])

    def perform(self, data: dict[str, Any]) -> str:
        self.asked = asking.ask(self.kind, data.pop("organisation"), by=self.by, **data)
        return "Đã gửi đề nghị. Người quản trị được báo; kết quả sẽ báo lại cho bạn."


class _DecisionView(VerbView):
    header_icon = "mail"

    @cached_property
    def asked(self) -> AccountRequest:
        return _request(self.request, self.kwargs["pk"])

    def may(self) -> bool:
        """Who could decide it before it was decided is told so; the service refuses."""
        open_ = AccountRequest(
            organisation=self.asked.organisation,
            person_id=self.asked.person_id,
            asked_by_id=self.asked.asked_by_id,
            status=RequestStatus.PENDING,
        )
        return may_decide_request(self.request.user, open_)

    def get_page_subtitle(self) -> str:
        return self.asked.full_name

    def trail(self) -> list[tuple[str, str]]:
        return [
            (reverse("account_requests:index"), "Đề nghị về tài khoản"),
            (self.get_success_url(), self.asked.full_name),
        ]

    def get_success_url(self) -> str:
        return reverse("account_requests:detail", args=[self.asked.pk])


class GrantForm(forms.Form):
    username = forms.CharField(
        label="Tên đăng nhập", max_length=150, help_text="Gợi ý từ họ tên; sửa được trước khi tạo."
    )


class GrantView(_DecisionView):
    """Shows the code of a new account in its own answer: it is kept nowhere."""

    page_title = "Chấp thuận đề nghị"
    submit_button_label = "Chấp thuận"

    def get_template_names(self) -> list[str]:
        new = self.asked.kind == RequestKind.CREATE
        return ["wagtailadmin/generic/form.html" if new else "accounts/confirm.html"]

    def get_form_class(self) -> type[forms.Form]:
        return GrantForm if self.asked.kind == RequestKind.CREATE else forms.Form

    @property
    def question(self) -> str:
        what = {
            RequestKind.CHANGE: f"Từ hôm nay nhiệm vụ tại {self.asked.organisation} là: {duties_in_words(self.asked)}.",
            RequestKind.REVOKE: (
                f"Từ hôm nay thôi mọi nhiệm vụ tại {self.asked.organisation}; tài khoản bị khóa nếu không còn nhiệm vụ "
                "ở nơi khác."
            ),
        }
        return what.get(RequestKind(self.asked.kind), "")

    def get_initial(self) -> dict[str, Any]:
        new = self.asked.kind == RequestKind.CREATE
        return {"username": asking.suggested_username(self.asked.full_name)} if new else {}

    @property
    def person(self) -> User | None:
        return self.asked.person

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        if not getattr(self, "code", ""):
            return response
        context = self.get_context_data(form=form) | {"code": self.code, "hours": codes.VALID.days * 24}
        page = self.response_class(self.request, ["accounts/code.html"], context)
        add_never_cache_headers(page)
        return page

    def perform(self, data: dict[str, Any]) -> str:
        result = asking.grant_request(self.asked, by=self.by, **data)
        self.asked, self.code = result.request, result.code
        done = f"Đã chấp thuận đề nghị cho {self.asked.full_name}."
        if self.asked.kind == RequestKind.CREATE and not self.code:
            return f"{done} Người này quản trị đơn vị nên mã một lần do quản trị hệ thống cấp."
        return done


class RefuseForm(forms.Form):
    reason = forms.CharField(label="Lý do", widget=forms.Textarea(attrs={"rows": 3}))


class RefuseView(_DecisionView):
    page_title = "Không chấp thuận đề nghị"
    form_class = RefuseForm
    submit_button_label = "Không chấp thuận"

    def perform(self, data: dict[str, Any]) -> str:
        asking.refuse_request(self.asked, by=self.by, reason=data["reason"])
        return "Đã ghi không chấp thuận; người đề nghị được báo."


class WithdrawView(_DecisionView):
    page_title = "Rút đề nghị"
    form_class = forms.Form
    template_name = "accounts/confirm.html"
    submit_button_label = "Rút đề nghị"
    question = "Đề nghị sẽ không được xem xét nữa; vẫn lưu trong danh sách."

    def may(self) -> bool:
        return self.asked.asked_by_id == self.by.pk

    def perform(self, data: dict[str, Any]) -> str:
        asking.withdraw_request(self.asked, by=self.by)
        return "Đã rút đề nghị."
