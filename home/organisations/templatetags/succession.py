"""Beside the name of an organisation that has ended: who has taken its work over."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html

from home.organisations.models import Organisation

register = template.Library()


@register.filter
def now_answering(organisation: Organisation, words: Mapping[int, str]) -> str:
    """“nay Sở Tài chính kế thừa”, set small; ``words`` are those of ``models.answering_words``."""
    said = words.get(organisation.pk)
    return format_html(" <small>{}</small>", said) if said else ""
