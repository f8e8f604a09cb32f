"""How much of a report is filled in: cells are counted, not clicks (R88)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from indicators.numbers import NoValue
from reports.regimes.grid import CellKind, grid_of

from .content import SheetContent
from .lists import listed_rows
from .models import Cell, ListRow, Sheet

#: Cells that the organisation answers for: what it types, and what it makes of others' reports.
ANSWERED = (CellKind.INPUT, CellKind.CONSOLIDATED)


@dataclass(frozen=True, slots=True)
class Filling:
    """``filled`` of ``of`` cells are not blank; ``unknown`` of them say "…", ``nil`` "-", ``zero`` are 0."""

    filled: int = 0
    of: int = 0
    unknown: int = 0
    nil: int = 0
    zero: int = 0

    def __add__(self, other: Filling) -> Filling:
        return Filling(
            self.filled + other.filled,
            self.of + other.of,
            self.unknown + other.unknown,
            self.nil + other.nil,
            self.zero + other.zero,
        )

    @property
    def emptiness(self) -> str:
        """What a report says that says nothing, in words; "" for others."""
        if not self.of:
            return ""
        if not self.filled:
            return "Chưa có số liệu nào"
        if self.filled == self.unknown:
            return "Tất cả đều “…” (chưa có số liệu)"
        if self.filled == self.nil:
            return "Tất cả đều “-” (không phát sinh)"
        if self.filled == self.zero:
            return "Tất cả đều bằng 0"
        if self.filled == self.unknown + self.nil + self.zero:
            return "Không có số nào khác 0"
        return ""

    def __str__(self) -> str:
        """``5/6 ô, 2 ô “…”``."""
        return f"{self.filled}/{self.of} ô" + (f", {self.unknown} ô “…”" if self.unknown else "")


def filling_of(contents: Iterable[SheetContent]) -> Filling:
    total = Filling()
    for content in contents:
        values = [content.value(key) for key in content.grid.cells(*ANSWERED)]
        stated = [value for value in values if not value.is_blank]
        total += Filling(
            len(stated),
            len(values),
            sum(value.code == NoValue.UNKNOWN for value in stated),
            sum(value.code == NoValue.NIL for value in stated),
            sum(value.amount == 0 for value in stated),
        )
    return total


def fillings(submissions: Iterable[int]) -> dict[int, Filling]:
    """Submission → how far it is filled in as it stands now. Two queries, and three for lists, for any number."""
    sheets = Sheet.objects.filter(submission__in=list(submissions)).select_related("form_version")
    by_sheet = {sheet.pk: sheet for sheet in sheets}
    listed = listed_rows(by_sheet.values())
    found: dict[int, Filling] = {}
    answered: dict[int, set[str]] = {}
    for sheet in by_sheet.values():
        grid = grid_of(sheet.form_version).with_lists(listed.get(sheet.pk, ()))
        cells = list(grid.cells(*ANSWERED))
        answered[sheet.pk] = {column for _, column in cells}
        found[sheet.submission_id] = found.get(sheet.submission_id, Filling()) + Filling(of=len(cells))
    with_lists = [pk for pk, sheet in by_sheet.items() if grid_of(sheet.form_version).sections]
    gone = ListRow.objects.filter(sheet__in=with_lists, removed_at__isnull=False)
    removed = [row.row for row in gone] if with_lists else []
    counted = (
        Cell.objects.filter(sheet__in=by_sheet, text="")
        .exclude(row__in=removed)
        .exclude(amount=None, code="", target="")
        .order_by()
        .values_list("sheet_id", "column")
        .annotate(
            filled=Count("pk"),
            unknown=Count("pk", filter=Q(code=NoValue.UNKNOWN)),
            nil=Count("pk", filter=Q(code=NoValue.NIL)),
            zero=Count("pk", filter=Q(amount=0)),
        )
    )
    for sheet_id, column, filled, unknown, nil, zero in counted:
        if column in answered[sheet_id]:
            found[by_sheet[sheet_id].submission_id] += Filling(filled, 0, unknown, nil, zero)
    return found
