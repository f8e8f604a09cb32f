"""Finding entries of the catalogue as people type, with or without diacritics (X22)."""

from typing import Any

from django.db.models import QuerySet

from home.text import fold
from indicators.models import IndicatorQuerySet


def search(entries: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Those whose name or code holds every word of ``text``.

    Indicators carry a folded text of their own; the other lists are short, and are folded here.
    """
    if isinstance(entries, IndicatorQuerySet):
        return entries.search(text)
    words = fold(text).split()
    found = [
        entry.pk
        for entry in entries
        if all(word in fold(f"{entry} {getattr(entry, 'code', '')}") for word in words)
    ]
    return entries.filter(pk__in=found)
