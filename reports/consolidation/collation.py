"""What the organisations beneath wrote, side by side under each heading of the lead agency's outline."""

from __future__ import annotations

from dataclasses import dataclass

from reports.deadlines.models import Obligation
from reports.submissions.content import frozen_sections
from reports.submissions.models import Section, Submission
from reports.submissions.sections import is_empty

from .sources import accepted_now


@dataclass(frozen=True, slots=True)
class CollatedText:
    """One organisation's accepted text. ``body`` is cleaned HTML; ``inserted``: it stands in the lead agency's own."""

    obligation: Obligation
    submission: Submission
    body: str
    inserted: bool


@dataclass(frozen=True, slots=True)
class CollatedSection:
    """One heading: the texts of those who wrote, in the order of acceptance, and the names of those who did not."""

    section: Section
    texts: list[CollatedText]
    silent: list[str]


def collated(submission: Submission) -> list[CollatedSection]:
    """Every section of the lead agency's outline with the texts accepted last (R114). Two queries."""
    accepted = [
        (dispatch.submission, {section.key: section.body for section in frozen_sections(dispatch.snapshot)})
        for dispatch in accepted_now(submission)
    ]
    found = []
    for section in submission.sections.all():
        texts, silent = [], []
        for theirs, bodies in accepted:
            body = bodies.get(section.key, "")
            if is_empty(body):
                silent.append(theirs.obligation.organisation.name)
            else:
                texts.append(CollatedText(theirs.obligation, theirs, body, body in section.body))
        found.append(CollatedSection(section, texts, silent))
    return found


def accepted_text(submission: Submission, key: str, obligation: Obligation) -> str:
    """What this organisation wrote under this heading, as it was accepted last; empty where nothing was."""
    for dispatch in accepted_now(submission):
        if dispatch.submission.obligation_id == obligation.pk:
            bodies = {section.key: section.body for section in frozen_sections(dispatch.snapshot)}
            return "" if is_empty(bodies.get(key, "")) else bodies[key]
    return ""
