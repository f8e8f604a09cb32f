"""Every message that any app has registered."""

from __future__ import annotations

from string import Formatter

import pytest

from notifications import catalogue


def names(template: catalogue.Template) -> set[str]:
    texts = (template.subject, template.body)
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", catalogue.codes())
def test_every_message_can_be_rendered_and_says_something(code):
    template = catalogue._TEMPLATES[code]
    context = {name: f"⟨{name}⟩" for name in names(template)}

    subject, body = catalogue.render(code, context)

    assert all(words in subject + body for words in context.values())
    assert "{" not in subject + body
    assert "\n" not in subject
    assert body.strip()


def test_the_messages_of_the_reporting_cycle_are_there():
    apps = {code.split(".")[0] for code in catalogue.codes()}

    assert apps >= {"submission", "due", "round", "nudge"}
