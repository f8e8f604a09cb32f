"""The screen "Công khai": accepted reports, what making one public would release, and the act itself."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from indicators.periods import Period
from indicators.store.services import describe
from reports.submissions.errors import SubmissionError
from reports.submissions.models import Dispatch, DispatchOutcome, Submission

from .models import PublishedDocument
from .permissions import publishable, publishes
from .services import ReleasePreview, accepted_dispatch, publish_submission, what_would_be_released

PER_PAGE = 50


class PublicationEntryForm(forms.Form):
    """What the reader will see above the document. ``seen`` names the dispatch that was on the screen."""

    title = forms.CharField(label="Tên báo cáo trên trang công khai", max_length=400)
    summary = forms.CharField(
        label="Tóm tắt",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Vài câu về kết quả chính, hiện ở đầu trang báo cáo. Có thể để trống.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, warned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if warned:
            self.fields["acknowledged"] = forms.BooleanField(
                label="Tôi đã xem các lưu ý ở trên và vẫn công khai.",
                error_messages={"required": "Đánh dấu ô này sau khi đã xem các lưu ý."},
            )


class _PublicationView(WagtailAdminTemplateMixin, TemplateView):
    page_title = "Công khai"
    header_icon = "globe"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not publishes(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": reverse("publication_admin:list"), "label": "Công khai"}]


class PublicationListView(_PublicationView):
    """The accepted reports this person may make public, the latest accepted first."""

    template_name = "publication/admin_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accepted = Dispatch.objects.filter(
            submission=OuterRef("pk"), outcome=DispatchOutcome.ACCEPTED
        ).order_by("-number")
        published = PublishedDocument.objects.filter(dispatch=OuterRef("dispatch_pk"))
        submissions = (
            publishable(self.request.user)
            .with_obligation()
            .annotate(
                dispatch_pk=Subquery(accepted.values("pk")[:1]),
                accepted_at=Subquery(accepted.values("decided_at")[:1]),
                document_number=Subquery(accepted.values("document__number")[:1]),
                document_symbol=Subquery(accepted.values("document__symbol")[:1]),
            )
            .annotate(
                published_slug=Subquery(published.values("slug")[:1]),
                published_at=Subquery(published.values("release__released_at")[:1]),
            )
            .order_by("-accepted_at", "pk")
        )
        page = Paginator(submissions, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page_obj=page, **kwargs)


class _OneReportView(_PublicationView):
    @cached_property
    def submission(self) -> Submission:
        submissions = publishable(self.request.user).select_related("accepted_snapshot").with_obligation()
        return get_object_or_404(submissions, pk=self.kwargs["pk"])


class PublicationPreviewView(_OneReportView):
    """What would become public, with what stands in the way; POST makes it public."""

    template_name = "publication/admin_preview.html"

    @cached_property
    def preview(self) -> ReleasePreview:
        return what_would_be_released(self.submission)

    def get_page_subtitle(self) -> str:
        obligation = self.submission.obligation
        return f"{obligation.organisation.label}, {obligation.tier.round.span.label()}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_subtitle()}]

    def entry_form(self, data: Any = None) -> PublicationEntryForm:
        dispatch = self.preview.dispatch
        initial = (
            {"title": dispatch.document.title, "seen": dispatch.pk} if dispatch and dispatch.document else {}
        )
        return PublicationEntryForm(data, initial=initial, warned=bool(self.preview.warnings))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figures = [
            (figure, Period.parse(figure.period).label(), describe(figure))
            for figure in self.preview.released
        ]
        context = {
            "submission": self.submission,
            "preview": self.preview,
            "figures": figures,
            "form": self.entry_form(),
        }
        return super().get_context_data(**{**context, **kwargs})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.entry_form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        assert request.user.is_authenticated
        words = {name: form.cleaned_data[name] for name in ("title", "summary", "seen")}
        try:
            published = publish_submission(self.submission, by=request.user, **words)
        except SubmissionError as error:
            messages.error(request, str(error))
            return redirect("publication_admin:preview", self.submission.pk)
        messages.success(request, f"Đã công khai “{published.title}” tại {published.get_absolute_url()}")
        return redirect("publication_admin:list")


class PublicationPdfView(_OneReportView):
    """The document that would become public, to be read before."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:  # type: ignore[override]
        dispatch = accepted_dispatch(self.submission)
        if dispatch is None or dispatch.pdf is None:
            raise Http404
        return FileResponse(
            dispatch.pdf.content.open("rb"), filename=dispatch.pdf.name, content_type="application/pdf"
        )
