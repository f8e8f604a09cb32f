"""What the public pages say about time: of a regime, and of what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

from reports.regimes.compiling import due_rule
from reports.regimes.models import Audience, RegimePage

from .due_dates import DueRule, InvalidDueRule
from .models import RoundStatus, Tier

#: How many due days the front page shows.
UPCOMING = 5


def upcoming(today: date) -> list[dict[str, Any]]:
    """The next due days of open rounds whose regime everybody may read: title, day, period in words. One query."""
    tiers = (
        Tier.objects.filter(
            due_on__gte=today,
            round__status=RoundStatus.OPEN,
            round__regime_version__compiled__audience=Audience.PUBLIC,
        )
        .select_related("round__regime_version")
        .order_by("due_at", "number")[:UPCOMING]
    )
    return [
        {
            "title": tier.round.regime_version.title,
            "due_on": tier.due_on,
            "period_label": f"{tier.round.span.label()} · {tier.name}",
        }
        for tier in tiers
    ]


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
