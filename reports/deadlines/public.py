"""What the public page of a regime says about time."""

from __future__ import annotations

from typing import Any

from reports.regimes.compiling import due_rule
from reports.regimes.models import RegimePage

from .due_dates import DueRule, InvalidDueRule


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
