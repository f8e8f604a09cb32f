"""What is known of one cell: what it means, what stood there before, what was said of it and what proves it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from indicators.charts import chart_option, describe
from indicators.charts.options import DARK, LIGHT
from indicators.charts.values import Chart
from indicators.models import Indicator
from indicators.periods import Period, PeriodKind
from indicators.store.models import Figure, ValueType
from indicators.store.services import written
from reports.regimes.grid import (
    WORDS,
    Binding,
    CellKey,
    CellKind,
    resolve_period,
)
from reports.regimes.models import PeriodRole
from reports.submissions.charts import PERIODS, Course, course_of
from reports.submissions.content import SheetContent, decode, live_sheet
from reports.submissions.models import Attachment, Cell, CellComment, Sheet, Submission

from .reading import shown
from .sheets import sources_of
from .words import moment

#: The newest changes; older ones stay in the history and are counted.
SHOWN = 50
#: Of what a computed cell is computed from.
_NAMED = 12
_KINDS = {
    CellKind.INPUT: "Ô nhập số liệu",
    CellKind.TEXT: "Ô nhập chữ",
    CellKind.DATE: "Ô nhập ngày (ngày/tháng/năm)",
    CellKind.CHOICE: "Ô chọn trong danh sách",
    CellKind.TOTAL: "Tổng các dòng của danh mục",
    CellKind.PREFILLED: "Điền sẵn từ kho số liệu",
    CellKind.COMPUTED: "Tính theo công thức",
    CellKind.CONSOLIDATED: "Tổng hợp từ báo cáo đã tiếp nhận",
}
_SO_FAR = {PeriodRole.CUMULATIVE, PeriodRole.CUMULATIVE_LAST_YEAR}


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure to lay beside the cell's; ``text`` as it is shown, ``kind`` in words ("" for a plan)."""

    label: str
    period: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """``old`` and ``new`` as they are shown; "" is blank. ``how`` where it was not typed."""

    at: str
    who: str
    old: str
    new: str
    how: str


class AboutCell:
    """One cell of a report that is being written; for the people of the organisation."""

    def __init__(self, submission: Submission, sheet: Sheet, key: CellKey, content: SheetContent) -> None:
        """``content`` is that of ``sheet``; its grid must have the cell."""
        self.submission, self.sheet, self.key = submission, sheet, key
        self.content, self.grid = content, content.grid
        self.row, self.column = self.grid.row[key[0]], self.grid.column[key[1]]
        self.kind = self.grid.kinds[key]

    @property
    def title(self) -> str:
        return self.row.label

    @property
    def heading(self) -> str:
        return " – ".join([*self.column.path, self.column.label])

    @property
    def is_worded(self) -> bool:
        return self.kind in WORDS

    @property
    def kind_words(self) -> str:
        return _KINDS.get(self.kind, "")

    @property
    def text(self) -> str:
        return shown(self.grid, self.key, self.content.value(self.key), self.content.texts.get(self.key, ""))

    @cached_property
    def binding(self) -> Binding | None:
        obligation = self.submission.obligation
        return self.grid.bindings(obligation.tier.round.span, obligation.organisation_id, self.kind).get(
            self.key
        )

    @property
    def sense(self) -> str:
        """``Ước thực hiện, Tháng 7/2026``: which figure is asked for; "" where none is kept."""
        if self.binding is None:
            return ""
        return f"{ValueType(self.binding.value_type).label}, {Period.parse(self.binding.period).label()}"

    @cached_property
    def indicator(self) -> Indicator | None:
        if self._course is not None:
            return self._course.indicator
        if self.row.indicator is None:
            return None
        return Indicator.objects.filter(pk=self.row.indicator).first()

    @property
    def source(self) -> str:
        """Where a figure that was filled in comes from."""
        figure_id = self.content.figures.get(self.key)
        return sources_of([self.content]).get(figure_id, "") if figure_id else ""

    @property
    def formula(self) -> str:
        return (self.column.formula or self.row.formula) if self.kind == CellKind.COMPUTED else ""

    @property
    def operands(self) -> list[tuple[str, str]]:
        """What a computed cell is computed from, with what stands there."""
        if self.kind != CellKind.COMPUTED or self.key not in self.grid.calculator.computed:
            return []
        read = self.grid.calculator.inputs(self.key)
        keys = [key for key in self.grid.kinds if key in read]
        return [
            (self._named(key), shown(self.grid, key, self.content.value(key)) or "(trống)")
            for key in keys[:_NAMED]
        ]

    @property
    def more_operands(self) -> int:
        if self.key not in self.grid.calculator.computed:
            return 0
        return max(0, len(self.grid.calculator.inputs(self.key)) - _NAMED)

    def _named(self, key: CellKey) -> str:
        """The part in which the cell differs from this one."""
        row, column = self.grid.row[key[0]].label, self.grid.column[key[1]].label
        if key[0] == self.key[0]:
            return column
        return row if key[1] == self.key[1] else f"{row} · {column}"

    # ---------------------------------------------------------------- over time

    @cached_property
    def _periods(self) -> list[Period]:
        """The last ``PERIODS`` that a cell like this spoke of, this one the last."""
        assert self.binding is not None
        period = Period.parse(self.binding.period)
        if self.column.period_role not in _SO_FAR:
            found = [period]
            while len(found) < PERIODS:
                found.insert(0, found[0].previous())
            return found
        rounds = [self.submission.obligation.tier.round.span]
        while len(rounds) < PERIODS:
            rounds.insert(0, rounds[0].previous())
        return list(dict.fromkeys(resolve_period(self.column.period_role, span) for span in rounds))

    @cached_property
    def _course(self) -> Course | None:
        if self.binding is None:
            return None
        return course_of(self.row, self.binding, self._periods, [self._periods[-1].same_last_year()])

    @property
    def compared(self) -> list[Standing]:
        """Last period, the same of last year and the plans of the year, as they stand in the store."""
        if self.binding is None or self._course is None:
            return []
        periods, now = self._periods, self._periods[-1]
        named = {"Kỳ trước": periods[-2]} if len(periods) > 1 else {}
        if now.kind != PeriodKind.YEAR:
            named["Cùng kỳ năm trước"] = now.same_last_year()
        found = []
        for label, period in named.items():
            point = self._course.at(period)
            found.append(
                Standing(
                    label, period.label(), point.text if point else "chưa có", point.kind if point else ""
                )
            )
        return [*found, *self._plans(now.year())]

    def _plans(self, year: Period) -> Iterator[Standing]:
        assert self.binding is not None
        plans = (
            Figure.objects.accepted()
            .current()
            .filter(
                indicator_id=self.binding.indicator_id,
                subject_id=self.binding.subject_id,
                disaggregation=self.binding.disaggregation,
                period=str(year),
                value_type=ValueType.PLAN,
            )
            .select_related("indicator")
        )
        for plan in plans.order_by("plan_basis"):
            basis = f", {plan.plan_basis} giao" if plan.plan_basis else ""
            yield Standing(f"Kế hoạch{basis}", year.label(), written(plan))

    @cached_property
    def _chart(self) -> Chart | None:
        return self._course.chart if self._course else None

    @property
    def options(self) -> str:
        """Ground → option of ECharts, as JSON; "" where there is too little to draw."""
        if self._chart is None:
            return ""
        return json.dumps(
            {"sang": chart_option(self._chart, theme=LIGHT), "toi": chart_option(self._chart, theme=DARK)},
            ensure_ascii=False,
        )

    @property
    def chart_words(self) -> str:
        return describe(self._chart) if self._chart else ""

    # ---------------------------------------------------------------- what was done and said

    @property
    def explanations(self) -> list[str]:
        """Why the number is right although a check found it odd."""
        return [text for (*key, _), text in self.content.explanations.items() if tuple(key) == self.key]

    @property
    def written(self) -> Cell | None:
        row, column = self.key
        return self.sheet.cells.filter(row=row, column=column).select_related("updated_by").first()

    @cached_property
    def _changes(self) -> list[Change]:
        row, column = self.key
        found = self.sheet.changes.filter(row=row, column=column).select_related("by")
        return [
            Change(
                at=moment(change.at),
                who=str(change.by or "Hệ thống"),
                old=shown(self.grid, self.key, *decode(change.old)),
                new=shown(self.grid, self.key, *decode(change.new)),
                how=_how(change.batch, change.by_hand),
            )
            for change in found.order_by("-at", "-pk")
        ]

    @property
    def changes(self) -> list[Change]:
        return self._changes[:SHOWN]

    @property
    def older(self) -> int:
        return max(0, len(self._changes) - SHOWN)

    @cached_property
    def comments(self) -> list[CellComment]:
        row, column = self.key
        return list(self.sheet.comments.filter(row=row, column=column).select_related("by", "closed_by"))

    @property
    def evidence(self) -> list[Attachment]:
        row, column = self.key
        found = self.sheet.evidence.filter(row=row, column=column, removed_at=None)
        return list(found.select_related("file", "added_by"))


def about(submission: Submission, sheet_id: int, key: CellKey) -> AboutCell | None:
    """None where the report has no such cell."""
    sheet = submission.sheets.select_related("form_version").filter(pk=sheet_id).first()
    if sheet is None:
        return None
    sheet.submission = submission
    content = live_sheet(sheet)
    if content.grid.kinds.get(key, CellKind.NONE) == CellKind.NONE:
        return None
    return AboutCell(submission, sheet, key, content)


def _how(batch: str, by_hand: bool) -> str:
    """How a change came about, where it was not typed."""
    kind = batch.partition("-")[0]
    known = {
        "paste": "dán từ bảng tính",
        "fill": "điền hoặc xóa cả khối",
        "undo": "hoàn tác",
        "restore": "trả về bản đã tiếp nhận",
    }
    return known.get(kind, "" if by_hand else "điền tự động")
