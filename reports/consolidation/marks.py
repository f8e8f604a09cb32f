"""What the report's own screen shows of its consolidation: the way there, coverage in the cells, changed sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse

from home.organisations.models import Organisation
from reports.entry.sheets import Badge
from reports.entry.situation import Situation
from reports.entry.views.screen import Link
from reports.submissions.content import SheetContent
from reports.submissions.messages import screen_of
from reports.submissions.models import Submission

from .coverage import stale_inputs
from .models import ConsolidatedTotal
from .permissions import consolidates, may_drill
from .sources import beneath


def links_of_screen(here: Situation) -> list[Link]:
    """To the consolidation, for the lead agency's people; that sources have changed, for all who read the report (X14)."""
    submission = here.submission
    if not consolidates(submission) or not beneath(submission).exists():
        return []
    own = may_drill(here.user, submission)
    overview = reverse("consolidation:overview", args=[submission.pk])
    found = [Link("Tổng hợp từ báo cáo đã tiếp nhận", overview, "group")] if own else []
    if changed := [stale.organisation.name for stale in stale_inputs(submission)]:
        label = f"Số liệu nguồn đã thay đổi: {', '.join(changed)}"
        found.append(Link(label, overview if own else screen_of(submission), "warning"))
    return found


def coverage_badges(
    submission: Submission, contents: Sequence[SheetContent]
) -> Mapping[tuple[int, str, str], Badge]:
    """``17/18`` in each consolidated cell, with who is missing, leading to its sources. Two queries at most."""
    if not consolidates(submission):
        return {}
    totals = list(
        ConsolidatedTotal.objects.filter(sheet__in=[content.sheet_id for content in contents], expected__gt=0)
    )
    names = Organisation.objects.in_bulk({pk for total in totals for pk in total.missing})
    return {
        (total.sheet_id, total.row, total.column): Badge(
            f"{total.reported}/{total.expected}",
            coverage_in_words(total, names),
            "done" if total.complete else "warn",
            cell_address(submission, total.sheet_id, total.row, total.column),
        )
        for total in totals
    }


def coverage_in_words(total: ConsolidatedTotal, names: Mapping[int, Organisation]) -> str:
    """``Có số của 1/2 cơ quan, 1 cơ quan báo số ước; thiếu: Sở Du lịch``."""
    said = f"Có số của {total.reported}/{total.expected} cơ quan"
    if total.estimated:
        said += f", {total.estimated} cơ quan báo số ước"
    if total.missing:
        said += f"; thiếu: {', '.join(names[pk].name for pk in total.missing if pk in names)}"
    return said


def cell_address(submission: Submission, sheet_id: int, row: str, column: str) -> str:
    return reverse("consolidation:cell", args=[submission.pk, sheet_id, row, column])
