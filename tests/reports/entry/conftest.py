"""Reports at each stage, as in the tests of their life, and signed-in browsers for the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from reports.submissions.models import Submission
from tests.reports.submissions.conftest import (  # noqa: F401 the fixtures of its stages
    accepted,
    approved,
    draft,
    in_review,
    issued,
    sent,
    submission,
)

NAMESPACE = "wagtailsnippets_submissions_submission"


def address(name: str, *args: object) -> str:
    return reverse(f"{NAMESPACE}:{name}", args=args)


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return signed_in


@pytest.fixture
def save(as_user):
    """Type into one cell as a person; the answer of the server."""

    def typed(user: User, report: Submission, row: str, column: str, text: str, *, seen: int = 0, sheet: int | None = None):
        return as_user(user).post(
            address("cell", report.pk),
            {"sheet": sheet or report.sheets.get().pk, "row": row, "column": column, "text": text, "seen": seen},
            content_type="application/json",
            headers={"X-Requested-With": "XMLHttpRequest"},
        )

    return typed
