"""The released figures of one indicator about one subject, as the rows of its public table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Min, OuterRef, Subquery

from indicators.models import DisaggregationItem, Indicator
from indicators.numbers import CellValue, format_cell, format_number
from indicators.periods import Period, PeriodKind
from indicators.store.amounts import EXACT
from indicators.store.derive import Derivation, derive, is_additive
from indicators.store.models import PREFERENCE, ContentKind, Figure, FigureQuerySet, ReleasedFigure, ValueType
from indicators.store.services import address_of, written


@dataclass(frozen=True)
class Version:
    """An earlier public version of a figure."""

    value_text: str
    released_at: datetime
    citation: str


@dataclass(frozen=True)
class SeriesRow:
    """One line of the table. A derived line has no source and no day of release: it follows from the lines around it."""

    period: Period
    disaggregation: str
    kind_label: str
    value_text: str
    is_plan: bool = False
    is_estimate: bool = False
    is_derived: bool = False
    last_year_text: str = ""
    growth_text: str = ""
    plan_texts: tuple[str, ...] = ()
    remark: str = ""
    citation: str = ""
    released_at: datetime | None = None
    earlier: tuple[Version, ...] = field(default=())

    @property
    def period_label(self) -> str:
        return self.period.label()


def public_figures(indicator: Indicator) -> FigureQuerySet:
    """All released versions of the indicator with the moment of their first release, ``released_at``."""
    first = (
        ReleasedFigure.objects.filter(figure=OuterRef("pk"))
        .values("figure")
        .annotate(first=Min("release__released_at"))
        .values("first")
    )
    return (
        Figure.objects.released()
        .filter(indicator=indicator)
        .select_related("subject", "supplier", "known_from__source")
        .annotate(released_at=Subquery(first))
    )


def disaggregation_labels(indicator: Indicator, keys: set[str]) -> Mapping[str, str]:
    """``gioi-tinh=nu`` → "Giới tính: Nữ". No query where nothing is broken down."""
    if not keys - {""}:
        return {}
    items = DisaggregationItem.objects.filter(disaggregation__in=indicator.disaggregations.all())
    return {item.key: str(item) for item in items.select_related("disaggregation")}


def rows_about(indicator: Indicator, subject_id: int) -> list[SeriesRow]:
    """The table of one subject, newest period first; within a period the best kind first (X8). Three queries at most."""
    versions: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in public_figures(indicator).filter(subject=subject_id).order_by("known_from"):
        figure.indicator = indicator
        versions[address_of(figure)].append(figure)
    labels = disaggregation_labels(indicator, {standing[-1].disaggregation for standing in versions.values()})
    rows: list[SeriesRow] = []
    by_part: dict[str, list[list[Figure]]] = defaultdict(list)
    for standing in versions.values():
        by_part[standing[-1].disaggregation].append(standing)
    for part, figures in by_part.items():
        rows += _Part(indicator, labels.get(part, part), figures).rows()
    kinds = [ValueType(kind).label for kind in PREFERENCE]
    rows.sort(
        key=lambda row: (
            -row.period.last_day.toordinal(),
            row.period.first_day.toordinal(),
            row.disaggregation,
            kinds.index(row.kind_label) if row.kind_label in kinds else len(kinds),
        )
    )
    return rows


class _Part:
    """The whole, or one class of a disaggregation: figures that compare with and derive from one another."""

    def __init__(self, indicator: Indicator, label: str, figures: list[list[Figure]]) -> None:
        self.indicator = indicator
        self.label = label
        self.versions = {
            (Period.parse(standing[-1].period), standing[-1].value_type, standing[-1].plan_basis): standing
            for standing in figures
        }
        self.best: dict[Period, Figure] = {}
        for kind in reversed(PREFERENCE):
            for (period, value_type, _), standing in self.versions.items():
                if value_type == kind:
                    self.best[period] = standing[-1]
        self.known = {period: CellValue(figure.amount, figure.code) for period, figure in self.best.items()}
        self.additive = is_additive(indicator)

    def rows(self) -> list[SeriesRow]:
        # A plan stands beside what was achieved in it; it has a line of its own while nothing has been.
        stated = [
            self._row(period, standing)
            for (period, value_type, _), standing in self.versions.items()
            if value_type != ValueType.PLAN or not any(period.contains(other) for other in self.best)
        ]
        return stated + (self._derived_months() if self.additive else [])

    def _row(self, period: Period, standing: list[Figure]) -> SeriesRow:
        *earlier, figure = standing
        before = self.best.get(period.same_last_year())
        is_plan = figure.value_type == ValueType.PLAN
        return SeriesRow(
            period=period,
            disaggregation=self.label,
            kind_label=ValueType(figure.value_type).label,
            value_text=written(figure),
            is_plan=is_plan,
            is_estimate=figure.value_type == ValueType.ESTIMATE,
            last_year_text=written(before) if before and not is_plan else "",
            growth_text=self._growth(figure.amount, before.amount) if before and not is_plan else "",
            plan_texts=() if is_plan else self._plans(period, figure.amount),
            remark=self._remark(period, figure),
            citation=figure.known_from.source.citation,
            released_at=figure.released_at,  # type: ignore[attr-defined]
            earlier=tuple(
                Version(written(old), old.released_at, old.known_from.source.citation)  # type: ignore[attr-defined]
                for old in reversed(earlier)
            ),
        )

    def _plans(self, period: Period, amount: Decimal | None) -> tuple[str, ...]:
        """The plan of this very period; else, of months so far, that of their year and how much of it is done."""
        for asked in (period, period.year() if period.first_day == period.year().first_day else None):
            plans = [
                standing[-1]
                for (other, value_type, _), standing in self.versions.items()
                if value_type == ValueType.PLAN and other == asked
            ]
            if plans:
                return tuple(self._plan(plan, amount, " cả năm" if asked != period else "") for plan in plans)
        return ()

    def _plan(self, plan: Figure, amount: Decimal | None, suffix: str) -> str:
        text = written(plan) + suffix + (f" ({plan.plan_basis})" if plan.plan_basis else "")
        if not self.additive or amount is None or plan.content != ContentKind.NUMBER or not plan.amount:
            return text
        return f"{text}: {format_number(EXACT.divide(amount * 100, plan.amount), 1)} %"

    def _growth(self, amount: Decimal | None, before: Decimal | None) -> str:
        """In per cent, for what adds up; rates and indices are not compared so."""
        if not self.additive or amount is None or before is None or before <= 0:
            return ""
        growth = EXACT.divide(EXACT.subtract(amount, before) * 100, before)
        return f"{'+' if growth > 0 else ''}{format_number(growth, 1)} %"

    def _remark(self, period: Period, figure: Figure) -> str:
        remarks = [figure.note] if figure.note else []
        if self.additive and self.best.get(period) is figure:
            found = derive(period, self.known)
            if (difference := found.difference) is not None:
                remarks.append(
                    f"Chênh {format_number(difference, self.indicator.decimals)} so với "
                    f"{format_cell(found.derived, self.indicator.decimals)} tính từ {_terms(found)}."
                )
        return " ".join(remarks)

    def _derived_months(self) -> list[SeriesRow]:
        """Months nobody stated that follow from months so far; never beyond the last month stated."""
        rows = []
        for year in sorted({period.year() for period in self.known}):
            last_day = max(period.last_day for period in self.known if period.year() == year)
            for month in year.months() if year.kind == PeriodKind.YEAR else ():
                if month in self.known or month.last_day > last_day:
                    continue
                found = derive(month, self.known)
                if found.is_derived:
                    used = [self.best[period] for _, period in found.terms]
                    rows.append(
                        SeriesRow(
                            period=month,
                            disaggregation=self.label,
                            kind_label="Suy ra",
                            value_text=format_cell(found.value, self.indicator.decimals),
                            is_estimate=any(figure.value_type == ValueType.ESTIMATE for figure in used),
                            is_derived=True,
                            remark=f"Tính từ {_terms(found)}.",
                        )
                    )
        return rows


def _terms(derivation: Derivation) -> str:
    """``6 tháng đầu năm 2024 trừ 5 tháng đầu năm 2024``."""
    plus = [period.label() for sign, period in derivation.terms if sign > 0]
    minus = [period.label() for sign, period in derivation.terms if sign < 0]
    return " cộng ".join(plus) + "".join(f" trừ {label}" for label in minus)
