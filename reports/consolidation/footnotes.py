"""Adjustments on paper: a note to each total that the lead agency changed."""

from __future__ import annotations

from reports.regimes.grid import CellKey
from reports.submissions.content import SheetContent
from reports.submissions.models import Submission

from .models import ConsolidationAdjustment
from .permissions import consolidates
from .tables import signed


def adjustment_notes(submission: Submission, sheet: SheetContent) -> dict[CellKey, str]:
    """What the lead agency added to each total, and why, as its document says it below the table; {} for other reports."""
    if not consolidates(submission):
        return {}
    lines: dict[CellKey, list[str]] = {}
    for line in ConsolidationAdjustment.objects.in_force().filter(
        sheet__submission=submission, sheet__form_version=sheet.form_version_id
    ):
        lines.setdefault((line.row, line.column), []).append(
            f"{signed(line.amount)}: {line.reason.rstrip('.')}"
        )
    return {key: f"Đã điều chỉnh {'; '.join(found)}." for key, found in lines.items()}
