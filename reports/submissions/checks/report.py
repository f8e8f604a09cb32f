"""The findings of a report as it stands or was sent, with what people have said to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from indicators.models import Aggregation, Indicator, Nature
from indicators.periods import Period, PeriodKind
from reports.regimes.grid import FormGrid
from reports.regimes.models import CheckEffect, CheckKind
from reports.submissions.models import Explanation, Submission

from .engine import Examined, examine
from .findings import SEASONAL, Finding, State
from .history import History, read, read_others, series

if TYPE_CHECKING:
    from reports.submissions.content import SheetContent

#: An explanation is looked for so many years back.
YEARS = 3
#: Explained once, a deviation of the same direction is quiet up to half as much again.
_ALIKE = 1.5


def findings_of(submission: Submission, contents: Sequence[SheetContent]) -> list[Finding]:
    """All findings, by sheet in reading order, explained and silenced ones included.

    One query for history, one for the nature of the indicators, one for explanations of earlier years where something
    is not explained, one more where a designer compares organisations; however many cells there are.
    """
    obligation = submission.obligation
    period, organisation_id = obligation.tier.round.span, obligation.organisation_id
    bound = [
        (content.grid.column[key[1]].period_role, binding)
        for content in contents
        for key, binding in content.grid.bindings(period, organisation_id).items()
        if not content.value(key).is_blank
    ]
    indicators = {binding.indicator_id for _, binding in bound}
    history = read(bound, str(period))
    additive = _additive(indicators)
    others = _others(content.grid for content in contents) & indicators
    others_history = (
        read_others(
            others,
            {near for role, binding in bound for near in (binding.period, series(role, binding.period)[0])},
        )
        if others
        else History()
    )
    sheets = {content.code: (content.grid, content.values) for content in contents}
    found: list[Finding] = []
    for content in contents:
        examined = Examined(
            content.grid,
            content.sheet_id,
            content.values,
            period,
            organisation_id,
            history,
            additive,
            others_history,
            sheets,
        )
        found += (_explained(finding, content) for finding in examine(examined))
    return _silenced(submission, found)


def _additive(indicators: Iterable[int]) -> frozenset[int]:
    """Those of which months add up to the year so far; as ``indicators.store.derive.is_additive``."""
    if not (asked := set(indicators)):
        return frozenset()
    flows = Indicator.objects.filter(pk__in=asked, nature=Nature.FLOW, time_aggregation=Aggregation.SUM)
    return frozenset(flows.order_by().values_list("pk", flat=True))


def _others(grids: Iterable[FormGrid]) -> set[int]:
    """Indicators whose figures some rule weighs against other organisations'."""
    return {
        row.indicator
        for grid in grids
        for rule in grid.rules
        if rule.kind == CheckKind.PEERS and rule.effect != CheckEffect.OFF
        for row in grid.rows
        if row.indicator is not None and (not rule.rows or row.key in rule.rows)
    }


def _explained(finding: Finding, content: SheetContent) -> Finding:
    said = content.explanations.get((*finding.key, finding.rule))
    return finding if said is None else replace(finding, state=State.EXPLAINED, said=said)


# ------------------------------------------------------------------ silenced since an earlier year


def pattern_of(period: Period) -> str:
    """The period's part of the year, by which next year's is known: ``M02``, ``Q1``; "" for whole years.

    >>> pattern_of(Period.parse("2026-M02")), pattern_of(Period.parse("2026-9M")), pattern_of(Period.parse("2026"))
    ('M02', '9M', '')
    """
    return str(period)[5:] if period.kind not in {PeriodKind.SPAN, PeriodKind.YEARS} else ""


def earlier_periods(period: Period) -> Iterator[Period]:
    """The same period of earlier years, the last first. Tết lies in January or February: each stands for the other."""
    year = period
    for _ in range(YEARS):
        year = year.same_last_year()
        yield year
        if year.kind == PeriodKind.MONTH and year.first_day.month <= 2:
            yield Period.of(PeriodKind.MONTH, year.first_day.replace(month=3 - year.first_day.month))


def _silenced(submission: Submission, found: list[Finding]) -> list[Finding]:
    open_ = [finding for finding in found if finding.state == State.OPEN and finding.kind in SEASONAL]
    if not open_:
        return found
    obligation = submission.obligation
    periods = {str(period): place for place, period in enumerate(earlier_periods(obligation.tier.round.span))}
    said = sorted(
        Explanation.objects.filter(
            sheet__submission__obligation__organisation=obligation.organisation_id,
            # What was said in another regime was said to another receiver.
            sheet__submission__obligation__tier__round__regime_version__code=submission.regime_code,
            sheet__submission__obligation__tier__round__period__in=periods,
            sheet__submission__accepted_snapshot__isnull=False,
            superseded_at__isnull=True,
            row__in={finding.key[0] for finding in open_},
        ).values_list(
            "sheet__form_version__report_form__code",
            "row",
            "column",
            "rule",
            "deviation",
            "text",
            "sheet__submission__obligation__tier__round__period",
            "at",
            "sheet__submission__accepted_snapshot__taken_at",
        ),
        key=lambda one: periods[one[6]],
    )
    known: dict[tuple[str, str, str, str], list[tuple[float | None, str, str]]] = {}
    for code, row, column, rule, away, text, period, at, taken_at in said:
        if at <= taken_at:
            earlier = None if away is None else float(away)
            known.setdefault((code, row, column, rule), []).append((earlier, text, period))
    return [_silence(finding, known) for finding in found]


def _silence(
    finding: Finding, known: dict[tuple[str, str, str, str], list[tuple[float | None, str, str]]]
) -> Finding:
    if finding.state != State.OPEN or finding.kind not in SEASONAL:
        return finding
    for away, text, period in known.get((finding.form_code, *finding.key, finding.rule), ()):
        if _is_alike(finding.deviation, away):
            label = Period.parse(period).label()
            return replace(finding, state=State.SILENCED, said=text, said_in=label)
    return finding


def _is_alike(now: float | None, then: float | None) -> bool:
    """Of the same direction, and at most half as far again from what was expected.

    >>> _is_alike(-0.5, -0.4), _is_alike(-0.7, -0.4), _is_alike(0.3, -0.4)
    (True, False, False)
    """
    if now is None or then is None:
        return now is then
    return (now > 0) == (then > 0) and abs(now) <= _ALIKE * abs(then)
