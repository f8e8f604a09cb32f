"""The released figures of one indicator about some subjects, as the rows of its public table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Min, OuterRef, Q, Subquery

from home.organisations.models import Organisation
from indicators.models import DisaggregationItem, Indicator
from indicators.numbers import CellValue, format_cell, format_number
from indicators.periods import Period
from indicators.store.amounts import EXACT
from indicators.store.derive import Derivation, derive, is_additive
from indicators.store.models import PREFERENCE, ContentKind, Figure, FigureQuerySet, ReleasedFigure, ValueType
from indicators.store.released import may_stand_alone
from indicators.store.services import written

_KIND_LABELS = {str(kind): str(kind.label) for kind in ValueType}


@dataclass(frozen=True)
class Version:
    """An earlier public version of a figure."""

    value_text: str
    released_at: datetime
    citation: str


@dataclass(frozen=True)
class Target:
    """A plan beside what was achieved. ``share`` in per cent, of what adds up; ``of_year``: the plan is the whole year's."""

    value_text: str
    amount: Decimal | None
    basis: str
    of_year: bool
    share: Decimal | None

    def __str__(self) -> str:
        text = (
            self.value_text + (" cả năm" if self.of_year else "") + (f" ({self.basis})" if self.basis else "")
        )
        return text if self.share is None else f"{text}: {format_number(self.share, 1)} %"


class SeriesRow:
    """One line of the table: of one ``period``, of the whole or of one class of a disaggregation (``part``, by its ``label``).

    What is said of a figure is worked out when somebody looks, for most lines are not looked at. Here stands what is true of
    a line without a figure: it has no source and no day of release.
    """

    is_plan = False
    is_derived = False
    kind_label: str
    is_estimate: bool
    amount: Decimal | None
    """None for words and codes."""
    plan_basis = ""
    note = ""
    citation = ""
    supplier = ""
    released_at: datetime | None = None

    def __init__(self, among: _Part, period: Period) -> None:
        self.among = among
        self.period = period
        self.part = among.part
        self.disaggregation = among.label

    @property
    def value_text(self) -> str:
        raise NotImplementedError

    @property
    def last_year(self) -> PublicFigure | None:
        """What stands for the same period a year before."""
        return None

    @property
    def last_year_text(self) -> str:
        return written(self.last_year) if self.last_year else ""

    @property
    def last_amount(self) -> Decimal | None:
        return self.last_year.amount if self.last_year else None

    @property
    def growth(self) -> Decimal | None:
        """In per cent, for what adds up; rates and indices are not compared so."""
        before = self.last_amount
        if not self.among.additive or self.amount is None or before is None or before <= 0:
            return None
        return EXACT.divide(EXACT.subtract(self.amount, before) * 100, before)

    @property
    def plans(self) -> tuple[Target, ...]:
        return ()

    @property
    def earlier(self) -> tuple[Version, ...]:
        return ()

    @property
    def remark(self) -> str:
        return ""

    @property
    def period_label(self) -> str:
        return self.period.label()

    @property
    def growth_text(self) -> str:
        growth = self.growth
        return "" if growth is None else f"{'+' if growth > 0 else ''}{format_number(growth, 1)} %"

    @property
    def plan_texts(self) -> tuple[str, ...]:
        return tuple(map(str, self.plans))

    @property
    def may_lead(self) -> bool:
        """Fit to stand alone: no plan, no part of a whole, nothing derived or unknown."""
        return not (self.is_plan or self.is_derived or self.part) and self.value_text not in ("…", "x")


class StatedRow(SeriesRow):
    """The newest version of a figure, and what came before it."""

    def __init__(self, among: _Part, period: Period, standing: list[PublicFigure]) -> None:
        super().__init__(among, period)
        self.standing = standing
        self.figure = figure = standing[-1]
        # Of a range or a bound one end alone would be taken for the figure.
        self.amount = figure.amount if figure.content == ContentKind.NUMBER else None
        self.is_plan = figure.value_type == ValueType.PLAN
        self.is_estimate = figure.value_type == ValueType.ESTIMATE
        self.kind_label = _KIND_LABELS[figure.value_type]
        self.plan_basis = figure.plan_basis
        self.note = figure.note
        self.citation = figure.citation
        self.supplier = figure.supplier
        self.released_at = figure.released_at

    @cached_property
    def value_text(self) -> str:
        return written(self.figure)

    @cached_property
    def last_year(self) -> PublicFigure | None:
        return None if self.is_plan else self.among.best.get(self.period.same_last_year())

    @cached_property
    def plans(self) -> tuple[Target, ...]:
        return () if self.is_plan else self.among.targets(self.period, self.amount)

    @cached_property
    def earlier(self) -> tuple[Version, ...]:
        before = reversed(self.standing[:-1])
        return tuple(Version(written(old), old.released_at, old.citation) for old in before)

    @property
    def remark(self) -> str:
        return " ".join(filter(None, (self.note, self.among.difference(self.period, self.figure))))


class DerivedRow(SeriesRow):
    """A month nobody stated that follows from months so far."""

    is_derived = True
    kind_label = "Suy ra"

    def __init__(self, among: _Part, period: Period, found: Derivation, *, is_estimate: bool) -> None:
        super().__init__(among, period)
        self.found = found
        self.amount = found.value.amount
        self.is_estimate = is_estimate

    @property
    def value_text(self) -> str:
        return format_cell(self.found.value, self.among.indicator.decimals)

    @property
    def remark(self) -> str:
        return f"Tính từ {_terms(self.found)}."


class PublicFigure(NamedTuple):
    """One public version of a figure as the page reads it: values, for an instance of the model costs three times as much."""

    indicator: Indicator
    subject: Organisation
    period: str
    value_type: str
    plan_basis: str
    disaggregation: str
    content: str
    amount: Decimal | None
    amount_to: Decimal | None
    code: str
    text: str
    note: str
    known_from_id: int
    citation: str
    supplier: str
    released_at: datetime


_READ = (
    *PublicFigure._fields[2:13],
    "known_from__source__citation",
    "supplier__name",
    "released_in__release__released_at",
)


def public_figures(indicator: Indicator, *, until: datetime | None = None) -> FigureQuerySet:
    """All versions of the indicator released (until ``until``) with the moment of their first release, ``released_at``."""
    first = (
        ReleasedFigure.objects.filter(figure=OuterRef("pk"))
        .values("figure")
        .annotate(first=Min("release__released_at"))
        .values("first")
    )
    return (
        Figure.objects.released(until=until)
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


def rows_about(
    indicator: Indicator,
    chosen: Collection[int],
    subjects: Mapping[int, Organisation],
    *,
    until: datetime | None = None,
    peers_in: str = "",
) -> tuple[dict[int, list[SeriesRow]], list[PublicFigure]]:
    """The table of each of the ``chosen``, newest period first, within a period the best kind first (X8); and the figures
    of all ``subjects`` in the period ``peers_in`` that may stand alone. Two queries at most.
    """
    versions: dict[tuple[object, ...], list[PublicFigure]] = defaultdict(list)
    peers: list[PublicFigure] = []
    wanted = Q(subject__in=chosen)
    if peers_in:
        wanted |= Q(period=peers_in)
    known: set[int] = set()
    found = (
        Figure.objects.by_release(until=until)
        .filter(wanted, indicator=indicator)
        .order_by("known_from", "released_in__release__released_at")
        .values_list("pk", "subject", *_READ)
    )
    for pk, subject, *values in found:
        # Released again, or since the subjects were read.
        if pk in known or subject not in subjects:
            continue
        known.add(pk)
        figure = PublicFigure(indicator, subjects[subject], *values)
        if subject in chosen:
            versions[subject, *values[:4]].append(figure)
        if figure.period == peers_in and may_stand_alone(
            figure.value_type, figure.disaggregation, figure.code
        ):
            peers.append(figure)
    labels = disaggregation_labels(indicator, {standing[-1].disaggregation for standing in versions.values()})
    by_part: dict[tuple[int, str], list[list[PublicFigure]]] = defaultdict(list)
    for standing in versions.values():
        by_part[standing[-1].subject.pk, standing[-1].disaggregation].append(standing)
    rows: dict[int, list[SeriesRow]] = {subject: [] for subject in chosen}
    for (subject, part), figures in by_part.items():
        rows[subject] += _Part(indicator, part, labels.get(part, part), figures).rows()
    kinds = [_KIND_LABELS[kind] for kind in PREFERENCE]
    for listed in rows.values():
        listed.sort(
            key=lambda row: (
                -row.period.last_day.toordinal(),
                row.period.first_day.toordinal(),
                row.disaggregation,
                kinds.index(row.kind_label) if row.kind_label in kinds else len(kinds),
            )
        )
    return rows, peers


class _Part:
    """The whole, or one class of a disaggregation: figures that compare with and derive from one another."""

    def __init__(
        self, indicator: Indicator, part: str, label: str, figures: list[list[PublicFigure]]
    ) -> None:
        self.indicator = indicator
        self.part = part
        self.label = label
        self.versions = {
            (Period.parse(standing[-1].period), standing[-1].value_type, standing[-1].plan_basis): standing
            for standing in figures
        }
        self.best: dict[Period, PublicFigure] = {}
        for kind in reversed(PREFERENCE):
            for (period, value_type, _), standing in self.versions.items():
                if value_type == kind:
                    self.best[period] = standing[-1]
        self.additive = is_additive(indicator)
        # By year: what is derived comes from the same year, and years of months add up.
        self.known: dict[Period, dict[Period, CellValue]] = defaultdict(dict)
        for period, figure in self.best.items():
            self.known[period.year()][period] = CellValue(figure.amount, figure.code)
        self.plans: dict[Period, list[PublicFigure]] = defaultdict(list)
        for (period, value_type, _), standing in self.versions.items():
            if value_type == ValueType.PLAN:
                self.plans[period].append(standing[-1])

    def rows(self) -> list[SeriesRow]:
        # A plan stands beside what was achieved in it; it has a line of its own while nothing has been.
        stated: list[SeriesRow] = [
            StatedRow(self, period, standing)
            for (period, value_type, _), standing in self.versions.items()
            if value_type != ValueType.PLAN or not any(map(period.contains, self.best))
        ]
        return stated + (self._derived_months() if self.additive else [])

    def targets(self, period: Period, amount: Decimal | None) -> tuple[Target, ...]:
        """The plan of this very period; else, of months so far, that of their year and how much of it is done."""
        year = period.year()
        for asked in (period, year if period.first_day == year.first_day else None):
            if asked is not None and (plans := self.plans.get(asked)):
                return tuple(self._target(plan, amount, of_year=asked != period) for plan in plans)
        return ()

    def _target(self, plan: PublicFigure, amount: Decimal | None, *, of_year: bool) -> Target:
        share = None
        planned = plan.amount if plan.content == ContentKind.NUMBER else None
        if self.additive and amount is not None and planned:
            share = EXACT.divide(amount * 100, planned)
        return Target(written(plan), planned, plan.plan_basis, of_year, share)

    def difference(self, period: Period, figure: PublicFigure) -> str:
        """How the figure that stands for the period differs from what follows from those around it; "" where it does not."""
        if not self.additive or self.best.get(period) is not figure:
            return ""
        found = derive(period, self.known[period.year()])
        if found.difference is None:
            return ""
        return (
            f"Chênh {format_number(found.difference, self.indicator.decimals)} so với "
            f"{format_cell(found.derived, self.indicator.decimals)} tính từ {_terms(found)}."
        )

    def _derived_months(self) -> list[SeriesRow]:
        """Months nobody stated that follow from months so far; never beyond the last month stated."""
        rows: list[SeriesRow] = []
        for year, known in sorted(self.known.items()):
            last_day = max(period.last_day for period in known)
            for month in year.months():
                if month in known or month.last_day > last_day:
                    continue
                found = derive(month, known)
                if found.is_derived:
                    used = [self.best[period] for _, period in found.terms]
                    is_estimate = any(figure.value_type == ValueType.ESTIMATE for figure in used)
                    rows.append(DerivedRow(self, month, found, is_estimate=is_estimate))
        return rows


def _terms(derivation: Derivation) -> str:
    """``6 tháng đầu năm 2024 trừ 5 tháng đầu năm 2024``."""
    plus = [period.label() for sign, period in derivation.terms if sign > 0]
    minus = [period.label() for sign, period in derivation.terms if sign < 0]
    return " cộng ".join(plus) + "".join(f" trừ {label}" for label in minus)
