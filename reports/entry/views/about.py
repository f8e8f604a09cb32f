"""What is known of one cell, as the panel beside the grid shows it, and what is said there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from reports.entry.about import AboutCell, about
from reports.submissions.comments import add_comment, close_comment
from reports.submissions.models import CellComment
from reports.submissions.permissions import may_comment, may_enter, may_read_live

from .base import JsonView, SubmissionView, taken


class About(SubmissionView):
    """The panel as HTML; for the people of the organisation itself."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *, sheet: int, row: str, column: str, **kwargs: Any) -> HttpResponse:
        found = about(self.submission, sheet, (row, column))
        if found is None or not may_read_live(self.user, self.submission):
            raise Http404
        return TemplateResponse(
            request,
            "entry/about.html",
            {
                "cell": found,
                "submission": self.submission,
                "may_comment": may_comment(self.user, self.submission),
                "may_attach": may_enter(self.user, self.submission, found.sheet.code, row),
            },
        )


class Comment(JsonView):
    """``{text}`` → ``{open}``: how many remarks on the cell are open now."""

    def answer(self, data: Any) -> dict[str, Any]:
        found = about(self.submission, self.kwargs["sheet"], (self.kwargs["row"], self.kwargs["column"]))
        if found is None or not may_read_live(self.user, self.submission):
            raise Http404
        add_comment(found.sheet, found.key, taken(data, "text", str), by=self.user)
        return {"open": open_comments(found)}


class CloseComment(JsonView):
    """``{}`` → ``{open}``."""

    def answer(self, data: Any) -> dict[str, Any]:
        comment = (
            CellComment.objects.filter(pk=self.kwargs["comment"], sheet__submission=self.submission)
            .select_related("sheet__submission__obligation__tier__round__regime_version")
            .first()
        )
        if comment is None or not may_read_live(self.user, self.submission):
            raise Http404
        close_comment(comment, by=self.user)
        found = about(self.submission, comment.sheet_id, (comment.row, comment.column))
        return {"open": open_comments(found) if found else 0}


def open_comments(cell: AboutCell) -> int:
    return sum(comment.closed_at is None for comment in cell.comments)
