"""What stands between a report and being handed in (R88). Completeness counts cells and words, not clicks."""

from __future__ import annotations

from dataclasses import dataclass

from reports.regimes.grid import CellKey

from .content import SheetContent, live_sheets
from .models import Submission
from .sections import is_empty


@dataclass(frozen=True, slots=True)
class Problem:
    """``text`` says what is missing and where; the rest leads the screen there."""

    text: str
    tab: str
    sheet_id: int | None = None
    cell: CellKey | None = None
    section: str = ""


def missing_cells(content: SheetContent) -> list[CellKey]:
    """Required input cells that are blank; "-", "…" and "x" are answers."""
    return [key for key in content.grid.required_cells() if content.is_blank(key)]


def problems(submission: Submission) -> list[Problem]:
    """Everything that is missing, in the order of the screen."""
    found = []
    for content in live_sheets(submission):
        blank = missing_cells(content)
        if not blank:
            continue
        rows = list(dict.fromkeys(content.grid.row[row].label for row, _ in blank))
        named = "; ".join(rows[:3]) + (f" và {len(rows) - 3} dòng khác" if len(rows) > 3 else "")
        found.append(
            Problem(
                f"Biểu {content.code}: còn {len(blank)} ô bắt buộc chưa nhập (dòng: {named}). "
                "Không phát sinh thì gõ “-”, chưa có số liệu thì gõ “…”, không áp dụng thì gõ “x”.",
                "so-lieu",
                content.sheet_id,
                blank[0],
            )
        )
    wanted = {section["key"] for section in submission.regime["outline"] if section["required"]}
    for section in submission.sections.all():
        if section.key in wanted and is_empty(section.body):
            found.append(
                Problem(
                    f"Thuyết minh: mục “{section.heading}” chưa viết.", "thuyet-minh", section=section.key
                )
            )
    return found
