"""The list of reports: those begun, and above it those still to be begun."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.snippets.views.snippets import IndexView

from home.accounts.duties import duties_of
from home.accounts.models import User
from home.organisations.models import Organisation
from home.text import fold
from indicators.periods import Period
from reports.deadlines.models import Obligation, Round
from reports.submissions.filling import Filling, fillings
from reports.submissions.messages import screen_of
from reports.submissions.models import INSIDE, RECEIVING, Submission, SubmissionQuerySet
from reports.submissions.status import Status
from reports.submissions.window import not_receivable

from . import words
from .permissions import openable_by

#: Reports that open within so many days are shown among those to be done.
AHEAD = timedelta(days=14)


def chip(tone: str, text: str) -> str:
    """Words with a colour and a mark; the words alone say everything."""
    return format_html('<span class="chip {}">{}</span>', tone or "plain", text)


class Scope(django_filters.ChoiceFilter):
    """Whose reports: those of one's own organisations, or those sent to them."""

    def filter(self, qs: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
        book = duties_of(self.parent.request.user)
        if value == "own":
            return qs.filter(obligation__organisation_id__in=book.organisations(*INSIDE))
        if value == "received":
            return qs.filter(obligation__recipient_id__in=book.organisations(*RECEIVING))
        return qs


def reporting_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    seen = Submission.objects.visible_to(request.user).order_by()
    return Organisation.objects.filter(pk__in=seen.values("obligation__organisation"))


class SubmissionFilters(WagtailFilterSet):
    """Each choice is limited to what occurs in the reports the person may see."""

    scope = Scope(
        label="Thuộc về",
        choices=[("own", "Của cơ quan tôi"), ("received", "Gửi đến cơ quan tôi")],
        empty_label="Tất cả",
        widget=forms.RadioSelect,
    )
    status = django_filters.MultipleChoiceFilter(
        label="Trạng thái", choices=Status.choices, widget=forms.CheckboxSelectMultiple
    )
    regime = django_filters.ChoiceFilter(
        label="Chế độ báo cáo",
        field_name="obligation__tier__round__regime_version__code",
        empty_label="Tất cả",
    )
    period = django_filters.ChoiceFilter(
        label="Kỳ", field_name="obligation__tier__round__period", empty_label="Tất cả"
    )
    organisation = django_filters.ModelChoiceFilter(
        label="Cơ quan báo cáo",
        field_name="obligation__organisation",
        queryset=reporting_organisations,
        empty_label="Tất cả",
    )

    class Meta:
        model = Submission
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.request is not None
        seen = Submission.objects.visible_to(self.request.user).order_by()
        version = "obligation__tier__round__regime_version__"
        regimes = seen.values_list(f"{version}code", f"{version}title").distinct()
        self.filters["regime"].extra["choices"] = sorted(dict(regimes).items(), key=lambda regime: regime[1])
        periods = set(seen.values_list("obligation__tier__round__period", flat=True))
        self.filters["period"].extra["choices"] = [
            (str(period), period.label())
            for period in sorted(
                map(Period.parse, periods), key=lambda period: period.first_day, reverse=True
            )
        ]


class DueColumn(Column):
    """The due day, and how far away it is while nothing has been sent."""

    def get_value(self, instance: Submission) -> str:
        due_on, today = instance.obligation.due_on, timezone.localdate()
        if instance.first_sent_at is not None:
            return words.day(due_on)
        tone = words.urgency(due_on, today)
        return format_html(
            '{} <br><span class="due {}">{}</span>', words.day(due_on), tone, words.days_left(due_on, today)
        )


class StatusColumn(Column):
    def get_value(self, instance: Submission) -> str:
        return chip(words.TONES[Status(instance.status)], instance.get_status_display())


class PunctualityColumn(Column):
    def get_value(self, instance: Submission) -> str:
        obligation = instance.obligation
        tone, text = words.punctuality(
            obligation.due_at, obligation.due_on, instance.first_sent_at, timezone.localdate()
        )
        return chip(tone, text)


class FillingColumn(Column):
    """How far it is filled in: an empty report is shown as empty, however punctual (R88)."""

    def get_value(self, instance: Submission) -> str:
        filling: Filling | None = getattr(instance, "filling", None)
        if filling is None or not filling.of:
            return ""
        if filling.emptiness:
            return format_html("{}<br>{}", str(filling), chip("late", filling.emptiness))
        return str(filling)


def fill_in(submissions: Iterable[Submission], user: User) -> None:
    """Give each its ``filling``; not those that the sender is working on again, to whom it was sent. Two queries."""
    book = duties_of(user)
    own = book.organisations(*INSIDE)
    shown = [
        one
        for one in submissions
        if not one.is_editable or user.is_superuser or one.obligation.organisation_id in own
    ]
    found = fillings(one.pk for one in shown)
    for one in shown:
        one.filling = found.get(one.pk)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ToBegin:
    """A report that is owed and not begun yet. ``refusal`` says why it cannot be begun today, "" if it can."""

    obligation: Obligation
    period: str
    due: str
    due_words: str
    due_tone: str
    refusal: str


def to_begin(user: User, today: date) -> list[ToBegin]:
    """What this person may begin now or within two weeks, most urgent first. One query."""
    owed = openable_by(user).with_round().filter(tier__opens_on__lte=today + AHEAD).order_by("due_at", "pk")
    return [
        ToBegin(
            obligation,
            obligation.tier.round.span.label(),
            words.day(obligation.due_on),
            words.days_left(obligation.due_on, today),
            words.urgency(obligation.due_on, today),
            "" if obligation.is_receivable(today) else not_receivable(obligation),
        )
        for obligation in owed[:50]
    ]


class SubmissionList(IndexView):
    """Reports the person may see. Nothing is exported from here: an export is a query string, not an address."""

    page_title = "Báo cáo"
    list_export: list[str] = []
    default_ordering = ("-obligation__due_at", "-pk")
    filterset_class = SubmissionFilters
    is_searchable = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "export" in request.GET:
            raise Http404
        return super().get(request, *args, **kwargs)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "title",
                label="Báo cáo",
                accessor="obligation.tier.round.regime_version.title",
                get_url=screen_of,
            ),
            Column(
                "organisation",
                label="Cơ quan báo cáo",
                accessor="obligation.organisation.name",
                classname="of-organisation",
            ),
            Column(
                "period",
                label="Kỳ",
                accessor=lambda one: one.obligation.tier.round.span.label(),
                classname="of-period",
            ),
            DueColumn("due", label="Hạn gửi", sort_key="obligation__due_at", classname="of-due"),
            StatusColumn("status", label="Trạng thái", sort_key="status", classname="of-status"),
            FillingColumn("filling", label="Đã nhập", classname="of-filling"),
            PunctualityColumn("on_time", label="Đúng hạn", classname="of-punctuality"),
        ]

    def get_base_queryset(self) -> QuerySet[Submission]:
        return super().get_base_queryset().with_obligation()

    def search_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        """Every word occurs in the organisation's names or the round's title; diacritics do not matter (X22)."""
        if not self.is_searching:
            return queryset
        rounds = Round.objects.filter(
            tiers__obligations__submission__in=queryset.order_by().values("pk")
        ).distinct()
        titles = [(pk, fold(title)) for pk, title in rounds.order_by().values_list("pk", "title")]
        for word in fold(self.search_query).split():
            named = [pk for pk, title in titles if word in title]
            queryset = queryset.filter(
                Q(obligation__organisation__search_text__contains=word)
                | Q(obligation__tier__round_id__in=named)
            )
        return queryset

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        to_do = [] if self.results_only else to_begin(user, timezone.localdate())
        context = super().get_context_data(*args, to_begin=to_do, **kwargs)
        fill_in(context["object_list"], user)
        return context
