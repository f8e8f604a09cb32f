"""“Sắp xếp, kế thừa”: what ends and who goes on, first in words, then done; and the people's duties given anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.accounts import succeeding
from home.accounts.models import DutyKind, User
from home.accounts.permissions import may_administer, may_administer_system
from home.accounts.refusals import AccountError, Outdated
from home.accounts.succeeding import Heir, Intention, Outcome
from home.organisations.models import LegalAct, Organisation, Succession, SuccessionKind
from home.organisations.services import OrganisationError

from .parts import VerbView, day_field, days_in_words
from .people import duty_in_words

#: What a new organisation takes over from the first predecessor; it is corrected on its own screen.
_INHERITED = ("kind", "level", "place_name", "superior_line")


class SuccessionForm(forms.Form):
    kind = forms.ChoiceField(label="Hình thức", choices=SuccessionKind.choices)
    on = day_field("Có hiệu lực từ ngày", help_text="Đơn vị cũ kết thúc vào hết ngày trước đó.")
    legal_act = forms.ModelChoiceField(
        LegalAct.objects.all(),
        label="Văn bản căn cứ",
        required=False,
        empty_label="Chưa ghi",
        help_text="Chưa có trong danh sách thì thêm ở mục Văn bản căn cứ.",
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Ngày ở tương lai: chỉ ghi việc sắp xếp khi đã có hiệu lực.")
        return day


class PredecessorForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"), label="Đơn vị", required=False, empty_label="Chọn đơn vị"
    )


class SuccessorForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"),
        label="Đơn vị đã có",
        required=False,
        empty_label="Không, lập đơn vị mới như bên dưới",
    )
    name = forms.CharField(label="Tên đơn vị mới", max_length=200, required=False)
    code = forms.SlugField(
        label="Mã đơn vị mới",
        max_length=40,
        required=False,
        help_text="Chữ không dấu, chữ số, gạch nối. Mã không thay đổi về sau.",
    )
    short_name = forms.CharField(label="Tên gọn", max_length=80, required=False)
    document_code = forms.CharField(label="Chữ viết tắt trong ký hiệu văn bản", max_length=30, required=False)
    share = forms.DecimalField(
        label="Phần kế thừa (%)",
        required=False,
        localize=True,
        min_value=Decimal("0.0001"),
        max_value=100,
        decimal_places=4,
        help_text="Khi có nhiều đơn vị kế thừa; để trống hết thì chia đều.",
    )
    answers = forms.BooleanField(
        label="Tiếp nhận công việc còn lại",
        required=False,
        help_text="Khi có nhiều đơn vị kế thừa, đánh dấu một.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        stated = [field for field in ("name", "code", "short_name", "document_code") if data.get(field)]
        if data.get("organisation"):
            if stated:
                self.add_error(stated[0], "Đã chọn đơn vị có sẵn; hãy xóa phần đơn vị mới, hoặc bỏ chọn.")
        elif stated or data.get("share") or data.get("answers"):
            for field in ("name", "code"):
                if not data.get(field) and field not in self.errors:
                    self.add_error(field, "Hãy ghi tên và mã của đơn vị mới, hoặc chọn đơn vị đã có.")
        return data

    @property
    def is_stated(self) -> bool:
        return bool(self.cleaned_data.get("organisation") or self.cleaned_data.get("name"))


#: The fields at which the services' refusals are said: of the form, or of a row of the successors.
_OWN_FIELDS = ("kind", "on", "legal_act")
_OF_SUCCESSORS = {
    "successors": "organisation",
    "answering": "answers",
    "shares": "share",
    "code": "code",
}


#: Organisations of one succession; a hand may ask for no more rows either.
_MOST = 50


class _Forms:
    """The three parts of the screen, with as many rows as were asked for."""

    def __init__(self, data: Any = None, *, first: Organisation | None = None) -> None:
        old = forms.formset_factory(
            PredecessorForm, extra=2 if first is None else 0, max_num=_MOST, absolute_max=_MOST
        )
        new = forms.formset_factory(SuccessorForm, extra=1, max_num=_MOST, absolute_max=_MOST)
        start = None if first is None else [{"organisation": first}]
        self.main = SuccessionForm(data, initial={"on": timezone.localdate()})
        self.old = old(data, prefix="cu", initial=start)
        self.new = new(data, prefix="moi")
        for row in self.old:
            row.use_required_attribute = False

    @property
    def media(self) -> forms.Media:
        return self.main.media

    def is_valid(self) -> bool:
        return all([self.main.is_valid(), self.old.is_valid(), self.new.is_valid()])

    def intention(self) -> Intention:
        data = self.main.cleaned_data
        predecessors = [
            row.cleaned_data["organisation"] for row in self.old if row.cleaned_data.get("organisation")
        ]
        like = predecessors[0] if predecessors else None
        return Intention(
            kind=data["kind"],
            on=data["on"],
            legal_act=data["legal_act"],
            predecessors=predecessors,
            heirs=[self._heir(row, like, predecessors) for row in self.new if row.is_stated],
        )

    def _heir(self, row: Any, like: Organisation | None, predecessors: list[Organisation]) -> Heir:
        data = row.cleaned_data
        known = {one.pk: one for one in predecessors}
        if chosen := data["organisation"]:
            organisation = known.get(chosen.pk, chosen)
        else:
            stated = {name: data[name] for name in ("code", "name", "short_name", "document_code")}
            taken = {name: getattr(like, name) for name in _INHERITED} if like else {}
            organisation = Organisation(**stated, **taken, valid_from=self.main.cleaned_data["on"])
        share = data["share"]
        return Heir(organisation, None if share is None else share / 100, bool(data["answers"]))

    def refuse(self, refusal: OrganisationError | AccountError) -> None:
        """Said at the field; what is about one of the lists, at its first row."""
        field, said = refusal.field, str(refusal)
        part: forms.Form = self.main
        name = field if field in _OWN_FIELDS else None
        if field == "predecessors" and len(self.old):
            part, name = self.old[0], "organisation"
        elif field in _OF_SUCCESSORS and len(self.new):
            coded = (row for row in self.new if field == "code" and row.cleaned_data.get("code"))
            part, name = next(coded, self.new[0]), _OF_SUCCESSORS[field]
        part.add_error(name, said)

    def with_more(self, data: Any) -> _Forms:
        """The same as typed, with one row more."""
        data = data.copy()
        name = "cu-TOTAL_FORMS" if data["step"] == "more_old" else "moi-TOTAL_FORMS"
        try:
            data[name] = str(min(int(data.get(name, "1")) + 1, _MOST))
        except ValueError:
            data[name] = "1"
        more = _Forms(data)
        for part in (more.main, *more.old, *more.new):
            part._errors = forms.utils.ErrorDict()
        return more


class SucceedView(WagtailAdminTemplateMixin, TemplateView):
    """Typed, looked at in words, confirmed; each step brings back what was typed."""

    page_title = "Sắp xếp, kế thừa đơn vị"
    header_icon = "history"
    template_name = "organisations/succeed.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_administer_system(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("organisations:index"), "label": "Cơ quan, đơn vị"}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pk = request.GET.get("don-vi", "")
        first = get_object_or_404(Organisation, pk=pk) if pk.isdecimal() else None
        return self._typed(_Forms(first=first))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed, step, by = _Forms(request.POST), request.POST.get("step"), cast(User, request.user)
        if step in ("more_old", "more_new"):
            return self._typed(typed.with_more(request.POST))
        if step == "back":
            return self._typed(typed)
        if not typed.is_valid():
            messages.error(request, "Chưa ghi gì. Hãy xem lỗi bên dưới.")
            return self._typed(typed)
        try:
            if step != "confirm":
                return self._foreseen(typed, by)
            outcome = succeeding.reorganise(typed.intention(), by=by, seen_as=request.POST.get("seen", ""))
        except Outdated as refusal:
            messages.error(request, str(refusal))
            return self._foreseen(_valid(request), by)
        except (OrganisationError, AccountError) as refusal:
            messages.error(request, "Chưa ghi gì. Hãy xem lỗi bên dưới.")
            typed.refuse(refusal)
            return self._typed(typed)
        messages.success(request, "Đã ghi việc sắp xếp. Người của đơn vị cũ cần được giao lại nhiệm vụ.")
        return HttpResponseRedirect(self._next(outcome))

    def _next(self, outcome: Outcome) -> str:
        """Where the people's duties are given anew; else the page of what ended or went on."""
        if outcome.answering and any(one.resting for one in outcome.endings):
            ended = next(one for one in outcome.endings if one.resting)
            return reverse("organisations:give_anew", args=[ended.organisation.pk, outcome.answering.pk])
        shown = [*(one.organisation for one in outcome.endings), *outcome.successors]
        return reverse("organisations:inspect", args=[shown[0].pk])

    def _typed(self, typed: _Forms) -> HttpResponse:
        return self.render_to_response(self.get_context_data(typed=typed, media=typed.media))

    def _foreseen(self, typed: _Forms, by: User) -> HttpResponse:
        intention = typed.intention()
        outcome = succeeding.foresee(intention, by=by)
        return self.render_to_response(
            self.get_context_data(
                typed=typed,
                outcome=outcome,
                intention=intention,
                kind=SuccessionKind(intention.kind).label,
                last_day=outcome.endings[0].last_day if outcome.endings else None,
                resting=[
                    (one, [(person, "; ".join(map(duty_in_words, duties))) for person, duties in one.resting])
                    for one in outcome.endings
                ],
            )
        )


def _valid(request: HttpRequest) -> _Forms:
    """Bound anew: organisations that a service has changed are read again."""
    typed = _Forms(request.POST)
    typed.is_valid()
    return typed


class GiveAnewForm(forms.Form):
    basis = forms.CharField(
        label="Văn bản giao nhiệm vụ", max_length=200, required=False, help_text="Số, ngày, nếu có."
    )


class GiveAnewView(VerbView):
    """The duties that rest since an organisation ended, offered at one of its successors."""

    page_title = "Giao lại nhiệm vụ"
    header_icon = "group"
    template_name = "organisations/give_anew.html"
    form_class = GiveAnewForm
    submit_button_label = "Giao các nhiệm vụ đã đánh dấu"

    @cached_property
    def succession(self) -> Succession:
        rows = Succession.objects.select_related("predecessor", "successor", "legal_act")
        row = rows.filter(predecessor=self.kwargs["pk"], successor=self.kwargs["successor"]).first()
        if row is None or row.successor is None:
            raise PermissionDenied
        return row

    @property
    def successor(self) -> Organisation:
        return cast(Organisation, self.succession.successor)

    def may(self) -> bool:
        today = timezone.localdate()
        return (
            may_administer(self.request.user, self.successor)
            and succeeding.successor_of(self.succession.predecessor, self.successor, today) is not None
        )

    def get_page_subtitle(self) -> str:
        return f"{self.succession.predecessor} → {self.successor}"

    def trail(self) -> list[tuple[str, str]]:
        return [
            (reverse("organisations:index"), "Cơ quan, đơn vị"),
            (self.get_success_url(), self.successor.name),
        ]

    def get_success_url(self) -> str:
        return reverse("organisations:inspect", args=[self.successor.pk])

    def get_initial(self) -> dict[str, Any]:
        act = self.succession.legal_act
        return {"basis": f"{act.kind} số {act.number}"[:200] if act else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.POST.getlist("duty") if self.request.method == "POST" else None
        return super().get_context_data(**kwargs) | {
            "predecessor": self.succession.predecessor,
            "successor": self.successor,
            "offers": [
                (
                    offer,
                    duty_in_words(offer.duty),
                    days_in_words(offer.duty.valid_from, offer.duty.valid_to),
                    not offer.obstacle
                    and (
                        str(offer.duty.pk) in asked
                        if asked is not None
                        else offer.duty.kind != DutyKind.UNIT_ADMIN
                    ),
                )
                for offer in succeeding.offers(self.succession.predecessor, self.successor)
            ],
        }

    def perform(self, data: dict[str, Any]) -> str:
        chosen = {int(pk) for pk in self.request.POST.getlist("duty") if pk.isdecimal()}
        given = succeeding.give_anew(
            self.succession.predecessor, self.successor, chosen, by=self.by, basis=data["basis"]
        )
        people = {duty.person_id for duty in given}
        return (
            f"Đã giao {len(given)} nhiệm vụ cho {len(people)} người tại {self.successor}; mọi người được báo."
        )
