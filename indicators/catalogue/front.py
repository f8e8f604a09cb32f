"""The headline figures of the front page: each against its plan and the year before, with its recent course."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from home.organisations.models import Level
from indicators.numbers import format_number
from indicators.periods import Period, PeriodKind
from indicators.store.amounts import EXACT
from indicators.store.derive import is_additive
from indicators.store.models import PREFERENCE, ContentKind, Figure, Release, ReleasedFigure, ValueType
from indicators.store.services import written

from .public import Headline, Sparkline, headline, latest, listed_indicators

#: How many figures the front page shows where the editor has chosen none.
HEADLINES = 8
#: Periods that a sparkline spans, and how many of them must be known for one to be drawn.
COURSE, COURSE_LEAST = 12, 3
_WIDTH, _HEIGHT, _MARGIN = 120, 32, 4
_NBSP = "\u00a0"


def choices() -> list[tuple[str, str]]:
    """The indicators an editor may put on the front page: (code, code and name)."""
    rows = (
        listed_indicators(timezone.localdate())
        .order_by("group__sort_order", "code")
        .values_list("code", "name")
    )
    return [(code, f"{name} ({code})") for code, name in rows]


def chosen_headlines(codes: Sequence[str]) -> list[Headline]:
    """Those of these indicators that have a public figure, in this order. Five queries at most."""
    found = dict(listed_indicators(timezone.localdate()).filter(code__in=codes).values_list("code", "pk"))
    shown = _headlines(list(found.values()))
    return [shown[found[code]] for code in codes if found.get(code) in shown]


def newest_headlines() -> list[Headline]:
    """Those of the indicators released last. Six queries at most."""
    newest = list(Release.objects.order_by("-released_at").values_list("pk", flat=True)[:5])
    released = ReleasedFigure.objects.filter(release__in=newest, figure__indicator=OuterRef("pk"))
    chosen = list(
        listed_indicators(timezone.localdate())
        .filter(Exists(released))
        .values_list("pk", flat=True)[: 2 * HEADLINES]
    )
    shown = _headlines(chosen)
    return [shown[pk] for pk in chosen if pk in shown][:HEADLINES]


def _headlines(indicators: Collection[int]) -> dict[int, Headline]:
    """The latest public figure of each indicator that has one. Four queries at most."""
    shown = latest(indicators)
    about = _about(shown.values())
    return {pk: _headline(figure, about.get((pk, figure.subject_id), [])) for pk, figure in shown.items()}


def _course(period: Period) -> list[Period]:
    """The period and those of its kind before it, oldest first; of months so far, those of the same year."""
    if period.kind == PeriodKind.MONTHS:
        return [month.year_to_date() for month in period.year().months() if month.last_day <= period.last_day]
    course = [period]
    for _ in range(COURSE - 1):
        course.insert(0, course[0].previous())
    return course


def _about(figures: Iterable[Figure]) -> dict[tuple[int, int], list[Figure]]:
    """By indicator and subject: the public figures that a headline is compared with, oldest version first. One query."""
    wanted = Q(pk__in=[])
    for figure in figures:
        period = Period.parse(figure.period)
        asked = {str(other) for other in (*_course(period), period.same_last_year(), period.year())}
        wanted |= Q(indicator_id=figure.indicator_id, subject_id=figure.subject_id, period__in=asked)
    found: dict[tuple[int, int], list[Figure]] = {}
    released = Figure.objects.released().filter(wanted, disaggregation="").order_by("known_from")
    for figure in released:
        found.setdefault((figure.indicator_id, figure.subject_id), []).append(figure)
    return found


def _headline(figure: Figure, about: list[Figure]) -> Headline:
    indicator, period = figure.indicator, Period.parse(figure.period)
    best: dict[str, Figure] = {}
    plans: dict[str, Figure] = {}
    for other in about:
        other.indicator = indicator
        if other.value_type == ValueType.PLAN:
            plans[other.period] = other
        elif other.period not in best or _preferred(other, best[other.period]):
            best[other.period] = other
    best[figure.period] = figure
    before = best.get(str(period.same_last_year()))
    return replace(
        headline(figure),
        growth_text=_growth(figure, before),
        year_before_text=written(before) if before else "",
        plan_text=_share_of_plan(figure, period, plans),
        subject="" if figure.subject.level == Level.PROVINCE else figure.subject.label,
        sparkline=_sparkline([(other, best.get(str(other))) for other in _course(period)]),
    )


def _preferred(one: Figure, other: Figure) -> bool:
    """A better kind; of one kind the later version (X8)."""
    return PREFERENCE.index(ValueType(one.value_type)) <= PREFERENCE.index(ValueType(other.value_type))


def _growth(figure: Figure, before: Figure | None) -> str:
    """In per cent, of what adds up; rates and indices are not compared so."""
    if before is None or figure.amount is None or not before.amount or before.amount < 0:
        return ""
    if not is_additive(figure.indicator):
        return ""
    growth = EXACT.divide(EXACT.subtract(figure.amount, before.amount) * 100, before.amount)
    verb = "tăng" if growth > 0 else "giảm" if growth < 0 else "không đổi"
    return f"{verb} {format_number(abs(growth), 1)}{_NBSP}%" if growth else verb


def _share_of_plan(figure: Figure, period: Period, plans: dict[str, Figure]) -> str:
    """Of the plan of this very period; else, of months from January on, of the whole year's."""
    is_so_far = period.first_day == period.year().first_day
    for asked, of_year in ((str(period), False), (str(period.year()), is_so_far)):
        plan = plans.get(asked)
        if plan is None or (asked != str(period) and not of_year):
            continue
        if plan.content != ContentKind.NUMBER or not plan.amount or figure.amount is None:
            return ""
        if not is_additive(figure.indicator):
            return ""
        share = EXACT.divide(figure.amount * 100, plan.amount)
        return f"{format_number(share, 1)}{_NBSP}% kế hoạch{' năm' if of_year else ''}"
    return ""


def _sparkline(course: list[tuple[Period, Figure | None]]) -> Sparkline | None:
    """From the first period known to the last, each at its place; None where too few are known."""
    known = [
        (place, period, figure, figure.amount)
        for place, (period, figure) in enumerate(course)
        if figure is not None and figure.amount is not None
    ]
    if len(known) < COURSE_LEAST:
        return None
    amounts = [amount for *_, amount in known]
    low, high = min(amounts), max(amounts)
    first, last = known[0][0], known[-1][0]
    points = [
        (
            _scaled(Decimal(place - first), Decimal(last - first), _WIDTH),
            _scaled(high - amount, high - low, _HEIGHT),
        )
        for place, *_, amount in known
    ]
    (_, begin, oldest, _), (_, end, newest, _) = known[0], known[-1]
    return Sparkline(
        points=" ".join(f"{x},{y}" for x, y in points),
        end=points[-1],
        text=f"Từ {written(oldest)} ({begin.label()}) đến {written(newest)} ({end.label()})",
    )


def _scaled(part: Decimal, whole: Decimal, length: int) -> str:
    """A place on a side of the box, as SVG writes numbers; the middle where nothing changes."""
    share = part / whole if whole else Decimal("0.5")
    return f"{_MARGIN + share * (length - 2 * _MARGIN):.1f}"
