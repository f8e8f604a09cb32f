"""Files in words: what kind, how large."""

from pathlib import PurePath

from django import template

from reports.entry import words

register = template.Library()


@register.filter
def size_in_words(count: int) -> str:
    return words.size(count)


@register.filter
def suffix(name: str) -> str:
    """``PDF`` of ``bieu.pdf``."""
    return PurePath(name).suffix.removeprefix(".").upper()
