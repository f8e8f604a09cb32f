"""The panel of checks under the figures, and the answers people give to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from reports.entry import words
from reports.regimes.models import CheckEffect
from reports.submissions.checks.explaining import explain
from reports.submissions.checks.findings import Finding, State
from reports.submissions.checks.report import findings_of
from reports.submissions.content import SheetContent, frozen_sheets, live_sheets
from reports.submissions.filling import filling_of
from reports.submissions.permissions import enterable_rows, may_read_live
from reports.submissions.window import is_open

from .base import JsonView, SubmissionView, taken

#: In the order in which they are to be dealt with: group, heading, tone.
GROUPS = (
    (CheckEffect.BLOCK, "Chặn: phải sửa mới trình được", "late"),
    (CheckEffect.EXPLAIN, "Cần giải trình", "warn"),
    (CheckEffect.WARN, "Cảnh báo", "info"),
    ("explained", "Đã giải trình", "done"),
)


@dataclass(frozen=True)
class Line:
    """A finding on the screen. ``name`` is its cell; ``may_explain``: this person may answer it here and now."""

    finding: Finding
    may_explain: bool

    @property
    def name(self) -> str:
        grid, (row, column) = self.finding.grid, self.finding.key
        return f"{grid.row[row].label} · {grid.column[column].label}"

    @property
    def is_silenced(self) -> bool:
        return self.finding.state == State.SILENCED


def read_by(view: SubmissionView) -> list[SheetContent]:
    """The sheets as this person reads them: as they stand, or as they were sent last."""
    if may_read_live(view.user, view.submission):
        return live_sheets(view.submission)
    last = view.submission.dispatches.select_related("snapshot").order_by("-number").first()
    if last is None:
        raise Http404
    return frozen_sheets(last.snapshot)


class FigureChecks(SubmissionView):
    """What the checks say of the figures, as a piece of the screen; asked anew after every saving."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        contents = read_by(self)
        found = findings_of(self.submission, contents)
        lines = [Line(finding, self._may_explain(finding)) for finding in found]
        groups = [
            (group, label, tone, [line for line in lines if line.finding.group == group])
            for group, label, tone in GROUPS
        ]
        return TemplateResponse(
            request,
            "entry/checks.html",
            {
                "submission": self.submission,
                "groups": [group for group in groups if group[3]],
                "filling": filling_of(contents),
                "several": len(contents) > 1,
                "flags": json.dumps(flags(contents, found), ensure_ascii=False),
                "at": words.clock(timezone.now()),
            },
        )

    def _may_explain(self, finding: Finding) -> bool:
        if finding.effect == CheckEffect.BLOCK or finding.sheet_id is None:
            return False
        if not (self.submission.is_editable and is_open(self.submission, timezone.localdate())):
            return False
        row = finding.key[0]
        return row in enterable_rows(self.user, self.submission, finding.form_code, [row])


def flags(contents: Sequence[SheetContent], found: Sequence[Finding]) -> list[dict[str, Any]]:
    """``[{sheet, flags: [{row, column, effect, text}]}]`` for every sheet: cells that something is still said of."""
    marked: dict[int | None, list[dict[str, str]]] = {content.sheet_id: [] for content in contents}
    for finding in found:
        if finding.state == State.OPEN:
            marked[finding.sheet_id] += [
                {"row": row, "column": column, "effect": finding.effect, "text": finding.text}
                for row, column in finding.cells or (finding.key,)
            ]
    return [{"sheet": sheet, "flags": cells} for sheet, cells in marked.items() if sheet is not None]


class Explain(JsonView):
    """``{sheet, row, column, rule, text}`` → ``{at}``; an empty text takes the explanation back."""

    def answer(self, data: Any) -> dict[str, Any]:
        key = (taken(data, "row", str), taken(data, "column", str))
        explain(
            self.submission,
            taken(data, "sheet", int),
            key,
            taken(data, "rule", str),
            taken(data, "text", str),
            by=self.user,
        )
        return {"at": words.clock(timezone.now())}
