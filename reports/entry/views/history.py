"""What has happened to one cell."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from reports.entry import words
from reports.entry.reading import shown
from reports.submissions.content import decode
from reports.submissions.lists import live_grid
from reports.submissions.permissions import may_read_live

from .base import SubmissionView

#: The newest changes; older ones stay in the history and are counted.
SHOWN = 50


class CellHistory(SubmissionView):
    """``{changes: [{at, who, old, new, how}], older}``, newest first; for the people of the organisation itself."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *, sheet: int, row: str, column: str, **kwargs: Any) -> HttpResponse:
        found = self.submission.sheets.select_related("form_version").filter(pk=sheet).first()
        if found is None or not may_read_live(self.user, self.submission):
            raise Http404
        grid, key = live_grid(found), (row, column)
        changes = found.changes.filter(row=row, column=column).select_related("by").order_by("-at", "-pk")
        count = changes.count()
        return JsonResponse(
            {
                "changes": [
                    {
                        "at": words.moment(change.at),
                        "who": str(change.by or "Hệ thống"),
                        "old": shown(grid, key, *decode(change.old)),
                        "new": shown(grid, key, *decode(change.new)),
                        "how": _how(change.batch, change.by_hand),
                    }
                    for change in changes[:SHOWN]
                ],
                "older": max(0, count - SHOWN),
            }
        )


def _how(batch: str, by_hand: bool) -> str:
    """How a change came about, where it was not typed."""
    kind = batch.partition("-")[0]
    known = {"paste": "dán từ bảng tính", "undo": "hoàn tác lần dán", "restore": "trả về bản đã tiếp nhận"}
    return known.get(kind, "" if by_hand else "điền tự động")
