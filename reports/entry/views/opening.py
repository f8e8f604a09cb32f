"""Beginning a report that is owed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views import View

from home.accounts.models import User
from reports.deadlines.models import Obligation
from reports.entry.permissions import may_open
from reports.submissions.errors import SubmissionError
from reports.submissions.messages import screen_of
from reports.submissions.models import Submission
from reports.submissions.services import open_submission
from reports.submissions.window import not_receivable

LIST = "wagtailsnippets_submissions_submission:list"


class OpenReport(View):
    """POST only. A report that somebody else has begun meanwhile is simply shown."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *, obligation: int, **kwargs: Any) -> HttpResponse:
        assert isinstance(request.user, User)
        begun = Submission.objects.visible_to(request.user).filter(obligation_id=obligation).first()
        if begun is not None:
            return redirect(screen_of(begun))
        owed = Obligation.objects.with_round().filter(pk=obligation).first()
        if owed is None or not may_open(request.user, owed):
            raise Http404
        today = timezone.localdate()
        if not owed.is_receivable(today):
            messages.error(request, not_receivable(owed))
            return redirect(reverse(LIST))
        try:
            return redirect(screen_of(open_submission(owed)))
        except SubmissionError as error:
            messages.error(request, str(error))
            return redirect(reverse(LIST))
