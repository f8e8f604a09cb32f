"""My work, the progress of rounds, and urging. Each address is answered for what ``visible_to`` or ``may_…`` allow."""

from __future__ import annotations

import csv
from typing import Any, cast

from django.contrib import messages as notices
from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic.base import TemplateView
from django.views.generic.list import BaseListView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.accounts.models import User
from home.text import inert
from reports.deadlines.models import OWED, Obligation, ObligationState, Round
from reports.submissions.status import Status

from . import permissions, urging
from .matrix import LIST_COLUMNS, Section, State, list_lines, matrix
from .panels import grouped
from .worklist import next_due, worklist

FOLLOW = "Theo dõi tiến độ"


class MyWork(WagtailAdminTemplateMixin, TemplateView):
    """The whole list, of which the home page shows the beginning."""

    template_name = "dashboards/my_work.html"
    page_title = "Việc của tôi"
    header_icon = "clipboard-list"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = _person(self.request), timezone.localdate()
        tasks = worklist(user, today)
        return super().get_context_data(**kwargs) | {
            "groups": grouped(tasks),
            "next_due": None if tasks else next_due(user, today),
        }


class Rounds(WagtailAdminTemplateMixin, BaseListView):
    """Rounds the person follows, the newest first."""

    template_name = "dashboards/rounds.html"
    page_title = FOLLOW
    header_icon = "table"
    paginator_class = WagtailPaginator
    paginate_by = 20
    page_kwarg = "p"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_queryset(self) -> QuerySet[Round]:
        followed = permissions.followed_by(_person(self.request), day=timezone.localdate())
        return Round.objects.filter(pk__in=followed.values("tier__round")).order_by("-opened_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        followed = permissions.followed_by(_person(self.request), day=timezone.localdate())
        never_sent = Q(submission__isnull=True) | Q(submission__first_sent_at__isnull=True)
        past = Q(state=ObligationState.MISSED) | Q(due_at__lt=timezone.now())
        owed = Q(state__in=OWED)
        counts = {
            row["tier__round"]: row
            for row in followed.filter(tier__round__in=list(page.object_list))
            .order_by()
            .values("tier__round")
            .annotate(
                first_due=Min("due_at"),
                owed=Count("pk", filter=owed),
                sent=Count("pk", filter=owed & Q(submission__first_sent_at__isnull=False)),
                accepted=Count("pk", filter=owed & Q(submission__status=Status.ACCEPTED)),
                overdue=Count("pk", filter=owed & never_sent & past),
            )
        }
        context["rounds"] = [(round_, counts[round_.pk]) for round_ in page.object_list]
        context["elided_page_range"] = context["paginator"].get_elided_page_range(page.number)
        return context


class OfOneRound(WagtailAdminTemplateMixin, TemplateView):
    """What the person follows of one round; 404 where that is nothing."""

    header_icon = "table"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.round, self.sections = _followed(request, kwargs["pk"])

    def get_page_title(self) -> str:
        return self.round.title


class RoundMatrix(OfOneRound):
    template_name = "dashboards/round.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, _follow_crumb(), {"url": "", "label": self.round.title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.request.GET.get("trang-thai", "")
        tier = self.request.GET.get("cap", "")
        return super().get_context_data(**kwargs) | {
            "round": self.round,
            "sections": [
                (section, [row for row in section.rows if chosen not in State or row.state == chosen])
                for section in self.sections
                if tier in {"", str(section.tier.number)}
            ],
            "chosen": State(chosen) if chosen in State else None,
            "legend": list(State),
            "may_urge": any(row.may_urge for section in self.sections for row in section.rows),
        }


class Urge(OfOneRound):
    """First who would be told what; then, by POST, telling them."""

    template_name = "dashboards/urge.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            _follow_crumb(),
            {"url": self._round_address(), "label": self.round.title},
            {"url": "", "label": "Đôn đốc"},
        ]

    def get_page_title(self) -> str:
        return "Đôn đốc"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plans = urging.plan(self._chosen(), timezone.localdate())
        return super().get_context_data(**kwargs) | {
            "round": self.round,
            "plans": plans,
            "people": sum(len(urged.people) for urged in plans),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = self._chosen()
        told = urging.urge(chosen, by=_person(request), note=request.POST.get("note", "")[:300])
        if told:
            names = ", ".join(urged.obligation.organisation.label for urged in told)
            notices.success(request, f"Đã đôn đốc {len(told)} cơ quan: {names}.")
        else:
            notices.warning(
                request, "Không gửi thêm đôn đốc nào: hôm nay những người cần nhắc đều đã được nhắc."
            )
        return redirect(self._round_address())

    def _chosen(self) -> list[Obligation]:
        """Of the reports ticked, those the person may urge about; a forged number finds nothing."""
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        ticked = set(asked.getlist("bc"))
        rows = [row for section in self.sections for row in section.rows if row.may_urge]
        return [row.obligation for row in rows if str(row.obligation.pk) in ticked]

    def _round_address(self) -> str:
        return reverse("dashboards:round", args=[self.round.pk])


@require_safe
def round_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is late or missing (R130), or everybody with ``?tat-ca=1``, as CSV that Excel opens as Unicode."""
    round_, sections = _followed(request, pk)
    late_only = "tat-ca" not in request.GET
    name = f"{'cham-thieu' if late_only else 'tien-do'}-{round_.regime_version.code}-{round_.period}.csv"
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(LIST_COLUMNS)
    for line in list_lines(sections, late_only=late_only):
        writer.writerow([inert(cell) for cell in line])
    return response


def _followed(request: HttpRequest, pk: int) -> tuple[Round, list[Section]]:
    round_ = get_object_or_404(Round.objects.select_related("regime_version"), pk=pk)
    sections = matrix(round_, _person(request), at=timezone.now())
    if not sections:
        raise Http404
    return round_, sections


def _follow_crumb() -> dict[str, Any]:
    return {"url": reverse("dashboards:rounds"), "label": FOLLOW}


def _person(request: HttpRequest) -> User:
    """Nobody gets here without signing in."""
    return cast(User, request.user)
