"""The one screen of a report, and the buttons on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.organisations.models import answering_words
from reports.deadlines.due_dates import Reason as DueReason
from reports.documents.models import ArchivedFile
from reports.entry import words
from reports.entry.acts import ACTS, Act, offered
from reports.entry.exceptions import Exceptions, exceptions
from reports.entry.files import sent_attachments
from reports.entry.forms import ActForm
from reports.entry.sheets import SheetView, frozen_views, live_views
from reports.entry.situation import Situation, waits_for
from reports.submissions import permissions
from reports.submissions.completeness import problems
from reports.submissions.content import frozen_sections, live_sheets
from reports.submissions.errors import Incomplete, SnapshotChanged, SubmissionError
from reports.submissions.filling import filling_of
from reports.submissions.messages import screen_of
from reports.submissions.models import Attachment, AttachmentKind, Dispatch, Submission
from reports.submissions.sections import is_empty
from reports.submissions.services import reasons_in_words
from reports.submissions.status import Status, Verb
from reports.submissions.timeline import Event, timeline

from .base import SubmissionView
from .presence import changed_until

#: What the receiver's people see in the timeline: the dealings between the two organisations.
BETWEEN = frozenset(
    {
        Verb.ISSUE,
        Verb.SEND,
        Verb.RECALL,
        Verb.RETURN,
        Verb.ACCEPT,
        Verb.REQUEST_ADJUSTMENT,
        Verb.ADJUST,
        Verb.DECLINE_ADJUSTMENT,
        Verb.CANCEL_ADJUSTMENT,
        Verb.RECORD_OUTSIDE,
    }
)
#: After these the report lies with its writers again, and the screen says why.
GIVEN_BACK = frozenset({Verb.REFUSE, Verb.RETURN, Verb.LAPSE, Verb.ADJUST, Verb.RECALL, Verb.WITHDRAW})


@dataclass(frozen=True)
class Link:
    """A way from the screen to a page of a higher app."""

    label: str
    url: str
    icon: str = "link"


#: Links that higher apps put above the tabs (to the consolidation of a lead agency's report, for instance).
links: list[Callable[[Situation], list[Link]]] = []


@dataclass(frozen=True)
class SectionView:
    key: str
    heading: str
    body: str
    guidance: str = ""
    required: bool = False
    version: int = 0
    saved: str = ""

    @property
    def is_empty(self) -> bool:
        return is_empty(self.body)


@dataclass(frozen=True)
class Dialog:
    act: Act
    form: ActForm
    url: str

    @property
    def id(self) -> str:
        return f"dialog-{self.act.name}"


class Screen(WagtailAdminTemplateMixin, SubmissionView):
    """The organisation's people see the report as it is being written; the receiver's people what was sent last."""

    template_name = "entry/screen.html"
    header_icon = "doc-full"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    @cached_property
    def here(self) -> Situation:
        return Situation(self.user, self.submission)

    @cached_property
    def dispatches(self) -> list[Dispatch]:
        """Newest first."""
        related = ("document", "pdf", "evidence", "sent_by", "decided_by")
        return list(self.submission.dispatches.select_related(*related).order_by("-number"))

    @cached_property
    def read_only_copy(self) -> Dispatch | None:
        """What people of the receiving side see instead of the report itself."""
        if self.here.is_inside:
            return None
        if not self.dispatches:
            raise Http404
        return self.dispatches[0]

    def get_page_title(self) -> str:
        """Short enough for the head of a narrow screen; the whole title stands beneath."""
        return self.submission.obligation.tier.round.span.label()

    def get_page_subtitle(self) -> str:
        return self.submission.organisation.label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse_lazy("wagtailsnippets_submissions_submission:list"), "label": "Báo cáo"},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(
        self, bound: dict[str, ActForm] | None = None, open_dialog: str = "", **kwargs: Any
    ) -> Any:
        events = self._events()
        # Before the figures are read: what is changed meanwhile is asked for.
        as_of = changed_until(self.submission) if self.here.is_inside else 0
        sheets, sections = self._sheets(), self._sections()
        writes = (
            self.here.is_inside
            and self.here.may_be_written
            and permissions.may_write(self.user, self.submission)
        )
        acts = offered(self.here)
        return super().get_context_data(
            submission=self.submission,
            here=self.here,
            as_of=as_of,
            copy=self.read_only_copy,
            bar=ContextBar(self.submission, sheets, sections),
            waits_for=waits_for(self.here),
            given_back=events[-1]
            if events and events[-1].verb in GIVEN_BACK and self.here.is_inside
            else None,
            sheets=sheets,
            sections=sections,
            may_write=writes,
            may_attach=writes,
            attachments=self._attachments(),
            attachment_kinds=[AttachmentKind.EVIDENCE, AttachmentKind.SCAN],
            document=self.read_only_copy.document if self.read_only_copy else self.submission.document,
            pdf=self._pdf(),
            may_void=permissions.may_issue(self.user, self.submission),
            upload_limit=settings.ATTACHMENT_MAX_BYTES,
            upload_limit_words=words.size(settings.ATTACHMENT_MAX_BYTES),
            events=list(reversed(events)),
            dispatches=[
                (dispatch, reasons_in_words(dispatch.reasons, dispatch.text)) for dispatch in self.dispatches
            ],
            decisions=self._decisions(),
            dialogs=[self._dialog(act, bound or {}) for act in acts],
            acts=acts,
            open_dialog=f"dialog-{open_dialog}" if open_dialog else "",
            exceptions=self._exceptions(acts),
            links=[link for provider in links for link in provider(self.here)],
            **kwargs,
        )

    def _sheets(self) -> list[SheetView]:
        if self.read_only_copy:
            return frozen_views(self.read_only_copy.snapshot)
        contents = live_sheets(self.submission)
        return live_views(self.user, self.submission, contents, editable=self.here.may_be_written)

    def _sections(self) -> list[SectionView]:
        outline = {section["key"]: section for section in self.submission.regime["outline"]}
        if self.read_only_copy:
            return [
                SectionView(section.key, section.heading, section.body)
                for section in frozen_sections(self.read_only_copy.snapshot)
            ]
        return [
            SectionView(
                section.key,
                section.heading,
                section.body,
                outline.get(section.key, {}).get("guidance", ""),
                outline.get(section.key, {}).get("required", False),
                section.version,
                f"{section.updated_by or 'Hệ thống'}, {words.moment(section.updated_at)}"
                if section.updated_at
                else "",
            )
            for section in self.submission.sections.select_related("updated_by")
        ]

    def _attachments(self) -> list[Attachment]:
        if self.read_only_copy:
            return sent_attachments(self.submission, self.read_only_copy)
        return list(
            self.submission.attachments.filter(removed_at__isnull=True).select_related(
                "file", "added_by", "sheet__form_version"
            )
        )

    def _pdf(self) -> ArchivedFile | None:
        """As ``files.readable_pdf``, from what is read already."""
        current = self.submission.document.pdf if self.here.is_inside and self.submission.document else None
        return current or (self.dispatches[0].pdf if self.dispatches else None)

    def _events(self) -> list[Event]:
        events = timeline(self.submission)
        return events if self.here.is_inside else [event for event in events if event.verb in BETWEEN]

    def _decisions(self) -> list[tuple[Any, str]]:
        if not self.here.is_inside:
            return []
        related = ("person", "on_behalf_of", "snapshot")
        decisions = (
            self.submission.decisions.select_related(*related)
            .defer("snapshot__content")
            .order_by("-at", "-pk")
        )
        return [(decision, reasons_in_words(decision.reasons, decision.text)) for decision in decisions]

    def _dialog(self, act: Act, bound: dict[str, ActForm]) -> Dialog:
        form = bound.get(act.name) or act.form(here=self.here, auto_id=f"id_{act.name}_%s")
        return Dialog(
            act,
            form,
            reverse(f"wagtailsnippets_submissions_submission:{act.name}", args=[self.submission.pk]),
        )

    def _exceptions(self, acts: list[Act]) -> Exceptions | None:
        """For who decides on the report, inside or at the receiver's."""
        names = {act.name for act in acts}
        if self.submission.snapshot and names & {"review", "approve_data", "approve_report"}:
            return exceptions(self.submission, self.submission.snapshot)
        if self.dispatches and "accept" in names:
            return exceptions(self.submission, self.dispatches[0].snapshot, sent_only=True)
        return None


class ContextBar:
    """Whose report, of which round, until when, how far."""

    def __init__(self, submission: Submission, sheets: list[SheetView], sections: list[SectionView]) -> None:
        obligation = submission.obligation
        round_ = obligation.tier.round
        today = timezone.localdate()
        self.organisation = obligation.organisation.name
        self.recipient = obligation.recipient.name
        answering = answering_words([obligation.organisation, obligation.recipient], today)
        self.answering = answering.get(obligation.organisation_id, "")
        self.recipient_answering = answering.get(obligation.recipient_id, "")
        self.period = round_.span.label()
        self.window = f"{words.day(round_.window_first)} – {words.day(round_.window_last)}"
        self.due = words.day(obligation.due_on)
        sent = submission.first_sent_at
        self.due_words = "" if sent else words.days_left(obligation.due_on, today)
        self.due_tone = "" if sent else words.urgency(obligation.due_on, today)
        self.due_reasons = [DueReason.from_json(reason).text for reason in obligation.reasons]
        self.on_time_tone, self.on_time = words.punctuality(obligation.due_at, obligation.due_on, sent, today)
        self.is_sent = sent is not None
        self.sent_at = words.moment(sent) if sent else ""
        self.status = submission.get_status_display()
        self.status_tone = words.TONES[Status(submission.status)]
        self.status_icon = words.ICONS[self.status_tone]
        self.status_since = words.moment(submission.status_since)
        self.done = sum(sheet.done for sheet in sheets)
        self.required = sum(sheet.required for sheet in sheets)
        wanted = [section for section in sections if section.required]
        self.sections_required = len(wanted)
        self.sections_done = sum(not section.is_empty for section in wanted)
        self.filling = filling_of(sheet.content for sheet in sheets)


class Check(SubmissionView):
    """What stands between the report and being handed in, asked when the dialog opens: people type until then."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not permissions.may_submit(self.user, self.submission):
            raise Http404
        return TemplateResponse(
            request,
            "entry/dialogs/submit_check.html",
            {"problems": problems(self.submission), "submission": self.submission},
        )


class Perform(Screen):
    """A verb: POST alone. Refused, the screen comes back with the dialog open and all that was typed."""

    act: Act = ACTS[0]
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect(screen_of(self.submission))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        act = self.act
        if not act.offered(self.here):
            status = self.submission.get_status_display()
            refused = f"Ông/bà không thực hiện được “{act.label}” khi báo cáo ở trạng thái “{status}”."
            messages.error(request, " ".join([refused, *waits_for(self.here)]))
            return redirect(screen_of(self.submission))
        form = self._form(request.POST)
        if not form.is_valid():
            return self._again(form, "Chưa thực hiện được: xem các mục có lỗi trong hộp thoại.")
        try:
            done = act.perform(self.submission, self.user, form.cleaned_data)
        except SnapshotChanged as error:
            return self._with_new_snapshot(str(error))
        except Incomplete as error:
            return self._again(form, f"Chưa trình được báo cáo. {error}")
        except SubmissionError as error:
            form.add_error(None, str(error))
            return self._again(form, str(error))
        messages.success(request, done)
        return redirect(screen_of(self.submission))

    def _form(self, data: QueryDict) -> ActForm:
        return self.act.form(data, self.request.FILES, here=self.here, auto_id=f"id_{self.act.name}_%s")

    def _with_new_snapshot(self, message: str) -> HttpResponse:
        """Shows the new snapshot with the dialog closed; what was typed waits in it."""
        self._read_again()
        data = self.request.POST.copy()
        data["seen"] = self.submission.snapshot.sha256 if self.submission.snapshot else ""
        return self._again(self._form(data), message, reopen=False)

    def _again(self, form: ActForm, message: str, *, reopen: bool = True) -> HttpResponse:
        self._read_again()
        messages.error(self.request, message)
        context = self.get_context_data({self.act.name: form}, self.act.name if reopen else "")
        return self.render_to_response(context, status=422)

    def _read_again(self) -> None:
        """The service may have found the report elsewhere than it stood when the request came in."""
        self.submission = Submission.objects.with_obligation().get(pk=self.submission.pk)
        self.__dict__.pop("here", None)
