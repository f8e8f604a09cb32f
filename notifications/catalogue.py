"""The catalogue of messages: code → words. Every message has one thing to do and, where there is one, the due day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Template:
    """``str.format`` templates; the names in braces are the context ``tell`` must be given."""

    subject: str
    body: str


_TEMPLATES: dict[str, Template] = {}


def register(code: str, subject: str, body: str) -> None:
    """Add a message; apps register theirs in ``messages.py`` when they are ready.

    Raises:
        ValueError: the code is taken by other words.
    """
    template = Template(subject, body)
    if _TEMPLATES.get(code, template) != template:
        raise ValueError(f"Message {code!r} is registered twice.")
    _TEMPLATES[code] = template


def render(code: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body. Raises ``KeyError`` for an unknown code or a missing name."""
    template = _TEMPLATES[code]
    return template.subject.format(**context), template.body.format(**context)


def codes() -> list[str]:
    return sorted(_TEMPLATES)
