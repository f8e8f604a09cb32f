"""Building the lead agency's report in the admin shell: where its figures come from, who is missing, what changed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views import View
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.accounts.models import User
from home.organisations.models import Organisation, answering_words
from reports.submissions.errors import SubmissionError
from reports.submissions.messages import screen_of
from reports.submissions.models import Sheet, Submission

from . import permissions, services
from .collated_lists import collated_lists
from .collation import collated
from .coverage import missing, new_inputs, stale_inputs
from .drilling import Drill, drill
from .forms import AdjustmentForm
from .models import ConsolidationAdjustment
from .sources import beneath
from .tables import signed, totals_of


class SubmissionView(View):
    """A view of one lead agency's report, for the agency's own people; for everybody else it is not there."""

    submission: Submission

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        visible = Submission.objects.visible_to(self.user).with_obligation()
        self.submission = get_object_or_404(visible, pk=kwargs["pk"])
        if not permissions.may_drill(self.user, self.submission):
            raise Http404

    @property
    def user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def overview(self) -> str:
        return reverse("consolidation:overview", args=[self.submission.pk])


class Screen(WagtailAdminTemplateMixin, SubmissionView):
    header_icon = "group"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_page_title(self) -> str:
        return "Tổng hợp"

    def get_page_subtitle(self) -> str:
        return self.submission.obligation.tier.round.title

    @cached_property
    def readable(self) -> set[int]:
        """Of the reports beneath, those this person may open: sent here, and within his duties."""
        return set(
            Submission.objects.visible_to(self.user)
            .filter(obligation__in=beneath(self.submission))
            .values_list("pk", flat=True)
        )

    @cached_property
    def answering(self) -> dict[int, str]:
        """Who answers for those on the screen that have ended."""
        obligation, today = self.submission.obligation, timezone.localdate()
        theirs = Organisation.objects.filter(
            pk__in=beneath(self.submission).values("organisation"), valid_to__lt=today
        )
        return answering_words([*theirs, obligation.organisation, obligation.recipient], today)

    def path(self) -> list[dict[str, Any]]:
        """What lies between the report and this screen."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse_lazy("wagtailsnippets_submissions_submission:list"), "label": "Báo cáo"},
            {"url": screen_of(self.submission), "label": self.submission.obligation.tier.round.title},
            *self.path(),
            {"url": "", "label": self.get_page_title()},
        ]


class Overview(Screen):
    template_name = "consolidation/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        submission, now = self.submission, timezone.now()
        may = permissions.may_consolidate(self.user, submission)
        lacking = [{"missing": one, "overdue": one.is_overdue(now)} for one in missing(submission)]
        expected = beneath(submission).count()
        return super().get_context_data(
            submission=submission,
            screen=screen_of(submission),
            expected=expected,
            accepted=expected - len(lacking),
            percent=100 * (expected - len(lacking)) // expected if expected else 0,
            lacking=lacking,
            stale=stale_inputs(submission),
            fresh=new_inputs(submission),
            totals=totals_of(submission),
            may_consolidate=may,
            plan=services.plan_fill(submission) if may else None,
            form=AdjustmentForm(auto_id="adjust_%s"),
            sections=collated(submission),
            lists=collated_lists(submission),
            readable=self.readable,
            answering=self.answering,
            **kwargs,
        )


class CellDetail(Screen):
    """One total with its sources. POST adds an adjustment line; refused, the page comes back with what was typed."""

    http_method_names = ["get", "head", "post", "options"]

    @property
    def inline(self) -> bool:
        """Asked for by the overview's script, to open beneath the row."""
        return self.request.headers.get("X-Requested-With") == "XMLHttpRequest"

    def get_template_names(self) -> list[str]:
        return ["consolidation/sources.html" if self.inline else "consolidation/cell.html"]

    def get_page_title(self) -> str:
        return self.drill.grid.row[self.drill.key[0]].label

    def get_page_subtitle(self) -> str:
        return self.drill.grid.column[self.drill.key[1]].label

    def path(self) -> list[dict[str, Any]]:
        return [{"url": self.overview, "label": "Tổng hợp"}]

    @cached_property
    def drill(self) -> Drill:
        sheets = self.submission.sheets.select_related("form_version")
        sheet: Sheet = get_object_or_404(sheets, pk=self.kwargs["sheet"])
        try:
            return drill(self.submission, sheet, self.kwargs["row"], self.kwargs["column"])
        except SubmissionError as error:
            raise Http404 from error

    def get_context_data(self, form: AdjustmentForm | None = None, **kwargs: Any) -> dict[str, Any]:
        drilled = self.drill
        return super().get_context_data(
            submission=self.submission,
            drill=drilled,
            readable=self.readable,
            answering=self.answering,
            row=drilled.grid.row[drilled.key[0]],
            column=drilled.grid.column[drilled.key[1]],
            lines=[(line, signed(line.amount)) for line in drilled.adjustments],
            adjustment=signed(drilled.adjustment) if drilled.adjustment else "",
            inline=self.inline,
            url=self.request.path,
            overview=self.overview,
            may_adjust=permissions.may_adjust_total(
                self.user, self.submission, drilled.sheet.code, drilled.key[0]
            ),
            form=form or AdjustmentForm(auto_id="adjust_%s"),
            **kwargs,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = AdjustmentForm(request.POST, auto_id="adjust_%s")
        if form.is_valid():
            try:
                services.adjust(
                    self.submission,
                    self.drill.sheet,
                    *self.drill.key,
                    form.cleaned_data["amount"],
                    form.cleaned_data["reason"],
                    by=self.user,
                )
            except SubmissionError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"Đã thêm dòng điều chỉnh vào {self.drill.name}.")
                return redirect(get_valid_next_url_from_request(request) or request.path)
        messages.error(request, "Chưa thêm được dòng điều chỉnh: xem lỗi ở mục Thêm dòng điều chỉnh.")
        return self.render_to_response(self.get_context_data(form=form), status=422)


class Verb(SubmissionView):
    """Does one thing, says what was done or why it was not, and goes back to where it was asked for."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.perform())
        except SubmissionError as error:
            messages.error(request, str(error))
        return redirect(get_valid_next_url_from_request(request) or self.overview)

    def perform(self) -> str:
        """
        Raises:
            SubmissionError
        """
        raise NotImplementedError


class Fill(Verb):
    def perform(self) -> str:
        done = services.fill(self.submission, by=self.user)
        if done.is_empty:
            return "Số liệu đã là mới nhất, không có gì thay đổi."
        return (
            f"Đã lấy số liệu của {done.reported}/{done.expected} cơ quan; "
            f"{len(done.changes)} ô tổng hợp thay đổi."
        )


class Revoke(Verb):
    def perform(self) -> str:
        lines = ConsolidationAdjustment.objects.filter(sheet__submission=self.submission)
        line = get_object_or_404(lines.select_related("sheet__submission"), pk=self.kwargs["line"])
        services.revoke_adjustment(line, by=self.user)
        return "Đã bỏ dòng điều chỉnh; số tổng hợp trở lại như trước."


class InsertText(Verb):
    def perform(self) -> str:
        obligations = beneath(self.submission).select_related("organisation")
        obligation = get_object_or_404(obligations, pk=self.kwargs["obligation"])
        section = services.insert_text(self.submission, self.kwargs["key"], obligation, by=self.user)
        return f"Đã chèn nội dung của {obligation.organisation} vào mục “{section.heading}” của thuyết minh."
