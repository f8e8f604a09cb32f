"""Several people at one report at the same moment: threads let off together, each with its own connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from home.accounts.models import User
from reports.submissions.errors import SubmissionError
from reports.submissions.models import Submission
from tests.reports.conftest import (  # noqa: F401
    act,
    consolidated_form,
    draft_regime,
    figures_form,
    home_page,
    indicators,
    lead_obligation,
    measures,
    obligation,
    opened_round,
    other_obligation,
    outline,
    regime,
    regime_section,
)
from tests.reports.submissions.conftest import (  # noqa: F401
    accepted,
    approved,
    draft,
    in_review,
    issued,
    sent,
    submission,
)


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch) -> None:
    """How paper looks is tested with documents; drawing takes half a second each."""
    monkeypatch.setattr(
        "reports.documents.services.render_pdf", lambda content, **more: f"%PDF-1.7 {content}".encode()
    )


@pytest.fixture(autouse=True)
def _real_transactions(transactional_db) -> None:
    """Other connections see what is committed, and nothing else."""


@dataclass(frozen=True)
class Ending:
    """How each of the acts ended, in the order they were given."""

    results: list[Any]

    @property
    def done(self) -> list[int]:
        """Places of the acts that went through."""
        return [place for place, result in enumerate(self.results) if not isinstance(result, SubmissionError)]

    @property
    def refusals(self) -> list[SubmissionError]:
        return [result for result in self.results if isinstance(result, SubmissionError)]


def at_once(submission: Submission, *acts: tuple[Callable[..., Any], User, dict[str, Any]]) -> Ending:
    """Let people act on ``submission`` in the same moment; an act is (service, person, further arguments).

    Each reads report and person for itself, as a request does. Whatever is no refusal in words is raised here.
    """
    start = Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, service: Callable[..., Any], person: User, arguments: dict[str, Any]) -> None:
        try:
            mine = Submission.objects.with_obligation().get(pk=submission.pk)
            by = User.objects.get(pk=person.pk)
            start.wait(timeout=30)
            results[place] = service(mine, by=by, **arguments)
        except BaseException as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, *act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, SubmissionError):
            raise result
    submission.refresh_from_db()
    return Ending(results)
