"""What the site search finds in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from home.search import Found, SearchKind, having
from indicators.models import Indicator

from .public import listed_indicators


def _show(indicators: Iterable[Indicator]) -> list[Found]:
    return [
        Found(
            indicator.name,
            reverse("catalogue:indicator", args=[indicator.code]),
            indicator.concept,
            tuple(filter(None, (indicator.measure.name, str(indicator.group or ""), f"Mã {indicator.code}"))),
        )
        for indicator in indicators
    ]


def indicator_kind() -> SearchKind:
    return SearchKind(
        key="chi-tieu",
        label="Chỉ tiêu",
        icon="bar-chart-line",
        order=10,
        find=lambda request, words: having(
            listed_indicators(timezone.localdate()).select_related("group", "measure").order_by("code"),
            words,
            "search_text",
        ),
        show=_show,
        titles=lambda request: listed_indicators(timezone.localdate()).values_list("name", flat=True),
    )
