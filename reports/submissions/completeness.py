"""What stands between a report and being handed in (R88). Completeness counts cells and words, not clicks."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape

from indicators.numbers import format_cell
from indicators.store.services import Address
from reports.documents.printable import lacking
from reports.regimes.grid import LABEL, CellKey, FormGrid, place_of, row_name
from reports.regimes.models import CheckEffect

from .checks.report import findings_of
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
    return [key for key in content.grid.required_cells if content.is_blank(key)]


def _contradictions(submission: Submission, contents: list[SheetContent]) -> list[Problem]:
    """Two cells that state one figure differently (January's month and months so far): the store takes one value."""
    obligation = submission.obligation
    stated: dict[Address, tuple[SheetContent, CellKey]] = {}
    found = []
    for content in contents:
        for key, binding in content.grid.bindings(
            obligation.tier.round.span, obligation.organisation_id
        ).items():
            if content.value(key).is_blank:
                continue
            other, there = stated.setdefault(binding.address, (content, key))
            if other.value(there) != content.value(key):
                found.append(
                    Problem(
                        f"{place_of(other.grid, there)} ghi {format_cell(other.value(there))} nhưng "
                        f"{place_of(content.grid, key)} ghi {format_cell(content.value(key))}: "
                        "hai ô này là cùng một số liệu của cùng một kỳ. Sửa cho thống nhất.",
                        "so-lieu",
                        content.sheet_id,
                        key,
                    )
                )
    return found


def _short_lists(content: SheetContent) -> list[Problem]:
    """Lists with fewer rows than they must have."""
    return [
        Problem(
            f"Biểu {content.code}: “{section.label}” cần ít nhất {section.least} dòng, mới có {len(rows)}. "
            "Không phát sinh thì thêm một dòng “Không phát sinh” và gõ “-” vào các ô.",
            "so-lieu",
            content.sheet_id,
            (section.key, LABEL),
        )
        for section, rows in ((content.grid.sections[key], rows) for key, rows in content.grid.lists.items())
        if len(rows) < section.least
    ]


def _row_called(grid: FormGrid, key: str) -> str:
    return grid.row[key].label or row_name(grid, key).removeprefix("dòng ")


def _findings(submission: Submission, contents: list[SheetContent]) -> list[Problem]:
    """What the checks stop, and what nobody has explained yet."""
    found = []
    for finding in findings_of(submission, contents):
        if finding.is_open:
            todo = (
                "Sửa số liệu rồi trình lại."
                if finding.effect == CheckEffect.BLOCK
                else "Sửa số liệu, hoặc giải trình ở mục “Kiểm tra số liệu”."
            )
            found.append(
                Problem(f"{finding.place}: {finding.text} {todo}", "so-lieu", finding.sheet_id, finding.key)
            )
    return found


def problems(submission: Submission) -> list[Problem]:
    """Everything that is missing, contradicts itself or has to be explained, in the order of the screen."""
    contents = live_sheets(submission)
    found = [*_contradictions(submission, contents), *_findings(submission, contents)]
    for content in contents:
        found += _short_lists(content)
        blank = missing_cells(content)
        if not blank:
            continue
        rows = list(dict.fromkeys(_row_called(content.grid, row) for row, _ in blank))
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
    for content in contents:
        for cell, text in content.texts.items():
            if signs := lacking(text):
                found.append(
                    Problem(
                        f"{place_of(content.grid, cell)}: {_not_drawn(signs)}",
                        "so-lieu",
                        content.sheet_id,
                        cell,
                    )
                )
    for section in submission.sections.all():
        if signs := lacking(unescape(section.body)):
            found.append(
                Problem(
                    f"Thuyết minh, mục “{section.heading}”: {_not_drawn(signs)}",
                    "thuyet-minh",
                    section=section.key,
                )
            )
        if section.key in wanted and is_empty(section.body):
            found.append(
                Problem(
                    f"Thuyết minh: mục “{section.heading}” chưa viết.", "thuyet-minh", section=section.key
                )
            )
    return found


def _not_drawn(signs: list[str]) -> str:
    """Found before anybody approves the report, not when its document is printed."""
    named = ", ".join(f"“{sign}” (U+{ord(sign):04X})" for sign in signs[:5])
    return f"phông chữ văn bản không in được ký tự {named}. Thay bằng chữ hoặc dấu thông thường."
