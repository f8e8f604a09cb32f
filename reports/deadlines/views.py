"""Rounds in the admin shell: list, one round, opening one, and the verbs about what is owed."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView
from django.views.generic.list import BaseListView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from home.accounts.models import User
from home.organisations.models import Organisation

from . import permissions, services
from .admin_forms import (
    ExtensionEntryForm,
    OpenRoundEntryForm,
    ReasonEntryForm,
    ReleaseEntryForm,
    WindowEntryForm,
    openable_versions,
)
from .calendar import named_day
from .due_dates import DeadlineError
from .models import OWED, Obligation, Round, Tier


class _Screen(WagtailAdminTemplateMixin):
    """The shell of every screen about rounds."""

    header_icon = "calendar-alt"
    request: HttpRequest

    @property
    def user(self) -> User:
        """Nobody gets here without signing in."""
        return cast(User, self.request.user)

    def path(self) -> list[tuple[str, str]]:
        """(address, label) of what lies between the list of rounds and this screen."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        rounds = {"url": reverse("rounds:list"), "label": "Đợt báo cáo"}
        between = [{"url": url, "label": label} for url, label in self.path()]
        return [*self.breadcrumbs_items, rounds, *between, {"url": "", "label": self.get_page_title()}]


class RoundList(_Screen, BaseListView):
    page_title = "Đợt báo cáo"
    template_name = "deadlines/round_list.html"
    paginator_class = WagtailPaginator
    paginate_by = 20
    page_kwarg = "p"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not permissions.leads_somewhere(self.user):
            return []
        return [HeaderButton("Mở đợt báo cáo", url=reverse("rounds:open"), icon_name="plus")]

    def get_queryset(self) -> QuerySet[Round]:
        owed = Count("tiers__obligations", filter=Q(tiers__obligations__state__in=OWED))
        return (
            Round.objects.visible_to(self.user)
            .with_regime()
            .annotate(owed=owed)
            .order_by("-opened_at", "-pk")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["elided_page_range"] = context["paginator"].get_elided_page_range(context["page_obj"].number)
        return context


class RoundDetail(_Screen, TemplateView):
    template_name = "deadlines/round_detail.html"

    @cached_property
    def round(self) -> Round:
        rounds = Round.objects.visible_to(self.user).with_regime()
        return get_object_or_404(rounds, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return self.round.span.label()

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not permissions.may_cancel_round(self.user, self.round):
            return []
        url = reverse("rounds:cancel", args=[self.round.pk])
        return [HeaderButton("Hủy đợt", url=url, icon_name="cross")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        obligations = (
            Obligation.objects.visible_to(self.user)
            .with_round()
            .filter(tier__round=self.round)
            .prefetch_related("form_versions__report_form", "extensions")
        )
        by_tier: dict[int, list[dict[str, Any]]] = {}
        for obligation in obligations:
            by_tier.setdefault(obligation.tier_id, []).append(self._told(obligation))
        tiers = [
            {
                "tier": tier,
                "reasons": [reason.text for reason in tier.due.reasons],
                "obligations": by_tier.get(tier.pk, []),
                "may_move": permissions.may_move_window(self.user, tier),
            }
            for tier in self.round.tiers.all()
        ]
        return super().get_context_data(round=self.round, tiers=tiers, **kwargs)

    def _told(self, obligation: Obligation) -> dict[str, Any]:
        verbs = [
            ("extend", "Gia hạn", permissions.may_extend),
            ("exempt", "Miễn", permissions.may_exempt),
            ("cancel_obligation", "Hủy", permissions.may_cancel),
            ("reinstate", "Giao lại", permissions.may_reinstate),
        ]
        own = [reason.text for reason in obligation.due.reasons if reason.code == "extended"]
        return {
            "obligation": obligation,
            "forms": [str(version) for version in obligation.form_versions.all()],
            "extensions": own,
            "verbs": [
                (reverse(f"rounds:{name}", args=[obligation.pk]), label)
                for name, label, may in verbs
                if may(self.user, obligation)
            ],
        }


class OpenRound(_Screen, TemplateView):
    """GET shows what would be given to whom by when; POST gives it."""

    page_title = "Mở đợt báo cáo"
    template_name = "deadlines/round_open.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions.leads_somewhere(cast(User, request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        data = self.request.POST or self.request.GET
        # The page of a regime names it before a period is chosen.
        form = OpenRoundEntryForm(
            data if "period" in data else None,
            initial={"regime": data.get("regime", "")},
            versions=openable_versions(self.user),
        )
        plan = None
        if form.is_valid():
            regime, period = form.cleaned_data["regime"], form.cleaned_data["period"]
            try:
                plan = services.plan_round(regime, period)
                services.refuse_twin(regime.page, period)
            except DeadlineError as error:
                plan = None
                form.add_error("period", str(error))
        organisations = Organisation.objects.in_bulk(
            {pk for tier in plan.tiers for pk in (tier.recipient, *(pk for pk, _ in tier.subjects))}
            if plan
            else []
        )
        tiers = [
            {
                "tier": tier,
                "recipient": organisations[tier.recipient],
                "reasons": [reason.text for reason in tier.due.reasons],
                "subjects": [organisations[pk] for pk, _ in tier.subjects],
            }
            for tier in (plan.tiers if plan else ())
        ]
        periods = form.suggested(timezone.localdate())
        return super().get_context_data(form=form, periods=periods, plan=plan, tiers=tiers, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data()
        form = context["form"]
        if context["plan"] is not None:
            try:
                round_ = services.open_round(
                    form.cleaned_data["regime"], form.cleaned_data["period"], by=self.user
                )
            except DeadlineError as error:
                form.add_error(None, str(error))
            else:
                notices.success(request, f"Đã mở đợt “{round_.title}”.")
                return redirect("rounds:detail", round_.pk)
        return self.render_to_response(context)


class _Verb(_Screen, FormView):
    """One verb with its reason, about an object the person sees and may treat so."""

    template_name = "deadlines/verb.html"
    #: What the verb will do, in a sentence.
    explanation = ""
    button = ""
    done = ""

    def visible(self) -> QuerySet[Any]:
        """What the person may know of; the rest is not found."""
        raise NotImplementedError

    def allowed(self) -> bool:
        raise NotImplementedError

    def act(self, data: dict[str, Any]) -> Model:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def object(self) -> Any:
        return get_object_or_404(self.visible(), pk=self.kwargs["pk"])

    @property
    def round(self) -> Round:
        raise NotImplementedError

    def path(self) -> list[tuple[str, str]]:
        return [(reverse("rounds:detail", args=[self.round.pk]), self.round.span.label())]

    def get_success_url(self) -> str:
        return reverse("rounds:detail", args=[self.round.pk])

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.act(form.cleaned_data)
        except DeadlineError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        notices.success(self.request, self.done)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        due_on = getattr(self.object, "due_on", None)
        return super().get_context_data(
            subject=self.object,
            due=named_day(due_on) if due_on else "",
            explanation=self.explanation,
            button=self.button,
            back=self.get_success_url(),
            **kwargs,
        )


class _ObligationVerb(_Verb):
    """Whether the obligation is in a state for the verb, the service says in words on the form."""

    def visible(self) -> QuerySet[Any]:
        return Obligation.objects.visible_to(self.user).with_round()

    def allowed(self) -> bool:
        return permissions.may_decide(self.user, self.object)

    @property
    def round(self) -> Round:
        round_: Round = self.object.round
        return round_


class Extend(_ObligationVerb):
    page_title = "Gia hạn"
    form_class = ExtensionEntryForm
    explanation = "Hạn mới chỉ áp dụng cho báo cáo này; lý do hiện trong giải thích thời hạn và báo cho cơ quan báo cáo."
    button = "Gia hạn"
    done = "Đã gia hạn và báo cho cơ quan báo cáo."

    def act(self, data: dict[str, Any]) -> Model:
        return services.extend(self.object, by=self.user, **data)


class Exempt(_ObligationVerb):
    page_title = "Miễn báo cáo"
    form_class = ReleaseEntryForm
    explanation = "Cơ quan này không phải báo cáo trong đợt này và không bị tính là chậm."
    button = "Miễn báo cáo"
    done = "Đã miễn báo cáo và báo cho cơ quan."

    def act(self, data: dict[str, Any]) -> Model:
        return services.exempt(self.object, by=self.user, **data)


class CancelObligation(_ObligationVerb):
    page_title = "Hủy việc giao báo cáo"
    form_class = ReleaseEntryForm
    explanation = "Dùng khi báo cáo được giao nhầm cho cơ quan này."
    button = "Hủy việc giao"
    done = "Đã hủy việc giao báo cáo và báo cho cơ quan."

    def act(self, data: dict[str, Any]) -> Model:
        return services.cancel_obligation(self.object, by=self.user, **data)


class Reinstate(_ObligationVerb):
    page_title = "Giao lại báo cáo"
    form_class = ReasonEntryForm
    explanation = "Báo cáo trở lại trạng thái được giao, với thời hạn như trước."
    button = "Giao lại"
    done = "Đã giao lại báo cáo và báo cho cơ quan."

    def act(self, data: dict[str, Any]) -> Model:
        return services.reinstate(self.object, by=self.user, **data)


class CancelRound(_Verb):
    page_title = "Hủy đợt báo cáo"
    form_class = ReleaseEntryForm
    explanation = "Mọi báo cáo còn được giao trong đợt này sẽ hủy; sau đó có thể mở đợt khác cho cùng kỳ."
    button = "Hủy đợt"
    done = "Đã hủy đợt báo cáo và báo cho các cơ quan."

    def visible(self) -> QuerySet[Any]:
        return Round.objects.visible_to(self.user).with_regime()

    def allowed(self) -> bool:
        return permissions.may_cancel_round(self.user, self.object)

    @property
    def round(self) -> Round:
        round_: Round = self.object
        return round_

    def act(self, data: dict[str, Any]) -> Model:
        return services.cancel_round(self.object, by=self.user, **data)


class MoveWindow(_Verb):
    page_title = "Đổi thời gian nhận báo cáo"
    form_class = WindowEntryForm
    explanation = "Mở hoặc đóng nhận khác thời gian đã định phải kèm thông báo; hệ thống báo ngay cho các cơ quan báo cáo."
    button = "Đổi thời gian nhận"
    done = "Đã đổi thời gian nhận và báo cho các cơ quan báo cáo."

    def visible(self) -> QuerySet[Any]:
        rounds = Round.objects.visible_to(self.user)
        return Tier.objects.filter(round__in=rounds).select_related("round__regime_version")

    def allowed(self) -> bool:
        return permissions.may_move_window(self.user, self.object)

    @property
    def round(self) -> Round:
        round_: Round = self.object.round
        return round_

    def get_initial(self) -> dict[str, Any]:
        return {"opens_on": self.object.opens_on, "closes_on": self.object.closes_on}

    def act(self, data: dict[str, Any]) -> Model:
        return services.move_window(self.object, by=self.user, **data)
