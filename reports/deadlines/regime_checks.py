"""X1–X3: whether a regime's rules of time keep Decree 09/2019, tried on the periods of a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from home.organisations.models import Level
from indicators.models import Frequency
from indicators.periods import Period, PeriodKind
from reports.regimes.compiling import due_rule, window_rule
from reports.regimes.models import DueAnchor, RegimeKind, RegimePage, RegimeTier, WindowRule
from reports.regimes.problems import Problem

from .calendar import WorkingCalendar, named_day, stored
from .due_dates import (
    DeadlineError,
    Due,
    DueRule,
    InvalidDueRule,
    due,
    government_limit,
    working_days_between,
)
from .services import PERIOD_KINDS, window_of

#: Which rule, and the number of the tier: each is told once, with the first period that shows it.
Fault = tuple[str, int]


def time_problems(page: RegimePage, today: date) -> list[Problem]:
    """What X1–X3 say of the page; for the hook ``portal_regime_checks``.

    Thematic and ad hoc regimes take the times their issuer gives (Decree 09/2019, Article 8.5c).
    """
    tiers = sorted((tier for tier in page.tiers.all() if tier.due_anchor), key=lambda tier: tier.number)
    rules: list[tuple[RegimeTier, DueRule]] = []
    found: list[Problem] = []
    for tier in tiers:
        try:
            rules.append((tier, DueRule.from_json(due_rule(tier, page))))
        except InvalidDueRule as error:
            found.append(Problem(f"Cấp {tier.number} ({tier.name}): {error}", "tiers"))
    if found:
        return found
    periods = sample_periods(page.frequency, today)
    if page.kind == RegimeKind.PERIODIC and not periods and page.window_rule == WindowRule.DEFAULT:
        return [
            Problem(
                "Tần suất “Khác” không có thời gian chốt số liệu mặc định; hãy chọn cách chốt số liệu.",
                "window_rule",
            )
        ]
    calendar = stored()
    told: dict[Fault, Problem] = {}
    for period in periods:
        for fault, problem in _of_period(page, period, rules, calendar):
            told.setdefault(fault, problem)
    return [*_fixed(page), *told.values()]


def sample_periods(frequency: str, today: date) -> list[Period]:
    """All periods of that frequency in the year of ``today``; none where the frequency says nothing."""
    kind = PERIOD_KINDS.get(Frequency(frequency))
    if kind is None:
        return []
    if kind == PeriodKind.MONTHS:
        return [Period.parse(f"{today.year}-9M")]
    year = Period.of(PeriodKind.YEAR, today)
    return sorted({Period.of(kind, month.first_day) for month in year.months()})


def _fixed(page: RegimePage) -> Iterator[Problem]:
    if page.kind != RegimeKind.PERIODIC or page.frequency == Frequency.OTHER:
        return
    if page.window_rule == WindowRule.FIXED:
        yield Problem(
            "Chế độ định kỳ chốt số liệu theo ngày cụ thể thì chỉ đúng cho một kỳ.",
            "window_rule",
            blocks=False,
        )
    if any(tier.due_anchor == DueAnchor.FIXED for tier in page.tiers.all()):
        yield Problem("Chế độ định kỳ có hạn là ngày cụ thể thì chỉ đúng cho một kỳ.", "tiers", blocks=False)


def _of_period(
    page: RegimePage, period: Period, rules: list[tuple[RegimeTier, DueRule]], calendar: WorkingCalendar
) -> Iterator[tuple[Fault, Problem]]:
    """The faults that show in one period."""
    periodic = page.kind == RegimeKind.PERIODIC
    try:
        window = window_of(window_rule(page), period, page.kind)
        dues = [
            (tier, due(rule, period, calendar=calendar, window=window, periodic=periodic))
            for tier, rule in rules
        ]
    except DeadlineError as error:
        yield ("rule", 0), Problem(str(error), "tiers")
        return
    example = f"Ví dụ {period.label().lower()}: "
    for tier, when in dues:
        name = f"Cấp {tier.number} ({tier.name})"
        if periodic and working_days_between(window[1], when.day, calendar) < 1:
            yield (
                ("X1", tier.number),
                Problem(
                    f"{name}: từ khi kết thúc chốt số liệu đến hạn gửi phải có ít nhất 01 ngày làm việc "
                    f"(Nghị định 09/2019/NĐ-CP, Điều 8.5b). {example}chốt đến {named_day(window[1])}, "
                    f"hạn {named_day(when.day)}.",
                    "tiers",
                ),
            )
        recipient = tier.recipient
        if periodic and recipient and recipient.level == Level.CENTRAL:
            limit = government_limit(period)
            if when.nominal_day > limit:
                yield (
                    ("X3", tier.number),
                    Problem(
                        f"{name}: báo cáo gửi Chính phủ, Thủ tướng Chính phủ chậm nhất ngày 25 của tháng cuối kỳ "
                        f"(Nghị định 09/2019/NĐ-CP, Điều 13). {example}hạn {named_day(when.nominal_day)}, "
                        f"chậm nhất {named_day(limit)}.",
                        "tiers",
                        blocks=False,
                    ),
                )
    yield from _order(dues, example)


def _order(dues: list[tuple[RegimeTier, Due]], example: str) -> Iterator[tuple[Fault, Problem]]:
    """A warning: days off around Tết may turn round what holds in every other month."""
    for (lower, first), (upper, then) in pairwise(dues):
        if then.moment < first.moment:
            yield (
                ("order", upper.number),
                Problem(
                    f"Cấp {upper.number} ({upper.name}) đến hạn trước cấp {lower.number} ({lower.name}). "
                    f"{example}{named_day(then.day)} so với {named_day(first.day)}.",
                    "tiers",
                    blocks=False,
                ),
            )
