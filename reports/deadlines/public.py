"""What the public pages say about time: of a regime, and of what comes next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from indicators.models import Frequency
from indicators.periods import Period
from reports.regimes.compiling import due_rule
from reports.regimes.models import Audience, RegimeKind, RegimePage, RegimeVersion

from .calendar import WorkingCalendar, stored
from .due_dates import DeadlineError, DueRule, InvalidDueRule
from .models import RoundStatus, Tier
from .services import PERIOD_KINDS, plan_round

#: How many due days the front page shows.
UPCOMING = 5
#: Periods looked at for the next due day: the one before today's, today's, and those it may be due in.
_TRIES = 4


def upcoming(today: date) -> list[dict[str, Any]]:
    """The next due days of open rounds whose regime everybody may read: title, page, day, period in words. One query."""
    tiers = (
        Tier.objects.filter(
            due_on__gte=today,
            round__status=RoundStatus.OPEN,
            round__regime_version__compiled__audience=Audience.PUBLIC,
        )
        .select_related("round__regime_version__page")
        .order_by("due_at", "number")[:UPCOMING]
    )
    return [
        {
            "title": tier.round.regime_version.title,
            "page": tier.round.regime_version.page,
            "due_on": tier.due_on,
            "period_label": f"{tier.round.span.label()} · {tier.name}",
        }
        for tier in tiers
    ]


def figures_next_due(indicator_id: int, today: date) -> date | None:
    """When an open round that everybody may read next asks for figures of the indicator. One query."""
    return (
        Tier.objects.filter(
            due_on__gte=today,
            round__status=RoundStatus.OPEN,
            round__regime_version__compiled__audience=Audience.PUBLIC,
            round__regime_version__form_versions__report_form__rows__indicator=indicator_id,
        )
        .order_by("due_on")
        .values_list("due_on", flat=True)
        .first()
    )


def next_due(pages: Collection[RegimePage], today: date) -> dict[int, dict[str, Any]]:
    """When each regime is due next, by pk of its page: ``due_on``, ``period_label``, ``is_open`` (its round is open).

    Of rounds not opened yet it is what the rules give; a regime that is not periodic has no such day. Three queries.
    """
    found: dict[int, dict[str, Any]] = {}
    tiers = Tier.objects.filter(
        due_on__gte=today, round__status=RoundStatus.OPEN, round__regime_version__page__in=pages
    ).select_related("round__regime_version")
    for tier in tiers.order_by("-due_on"):
        found[tier.round.regime_version.page_id] = {
            "due_on": tier.due_on,
            "period_label": tier.round.span.label(),
            "is_open": True,
        }
    others = [page for page in pages if page.pk not in found and page.kind == RegimeKind.PERIODIC]
    if others:
        versions = RegimeVersion.objects.filter(page__in=others).order_by("number").select_related("page")
        calendar = stored()
        for version in {version.page_id: version for version in versions}.values():
            if (planned := _next_planned(version, today, calendar)) is not None:
                found[version.page_id] = planned
    return found


def _next_planned(version: RegimeVersion, today: date, calendar: WorkingCalendar) -> dict[str, Any] | None:
    kind = PERIOD_KINDS.get(Frequency(version.compiled["frequency"]))
    if kind is None:
        return None
    period = Period.of(kind, today).previous()
    for _ in range(_TRIES):
        try:
            due = plan_round(version, period, calendar=calendar).tiers[0].due
        except (DeadlineError, IndexError):
            return None
        if due.day >= today:
            return {"due_on": due.day, "period_label": period.label(), "is_open": False}
        period = Period.of(kind, period.last_day + timedelta(days=1))
    return None


def tiers_in_words(page: RegimePage) -> dict[int, dict[str, Any]]:
    """For the hook ``portal_regime_tiers``: tier → its rule of time in words."""
    words = {}
    for tier in page.tiers.all():
        try:
            rule = DueRule.from_json({**due_rule(tier, page), "basis": ""})
        except InvalidDueRule:
            continue
        text = rule.in_words()
        words[tier.number] = {"due": text[0].upper() + text[1:]}
    return words
