"""The whole cast, so that "nobody else" means something."""

from __future__ import annotations

import pytest

from home.accounts.models import DutyKind, User
from tests.conftest import make_person
from tests.reports.submissions.conftest import (  # noqa: F401
    accepted,
    approved,
    draft,
    in_review,
    issued,
    sent,
    submission,
)


@pytest.fixture
def sender(department) -> User:
    """Sends what the registrar has issued."""
    return make_person("nguoigui", department, DutyKind.SEND)


@pytest.fixture
def unit_admin(department) -> User:
    return make_person("quantri", department, DutyKind.UNIT_ADMIN)


@pytest.fixture
def other_regime_clerk(department) -> User:
    """Enters for the department, in another regime."""
    return make_person("chedokhac", department, DutyKind.ENTER, scopes=["regime:KHAC"])


@pytest.fixture
def committee_receiver(committee) -> User:
    """Receives what the lead agency sends up."""
    return make_person("tiepnhan-ubnd", committee, DutyKind.RECEIVE)


@pytest.fixture
def cast(
    clerk,
    colleague,
    reviewer,
    data_leader,
    leader,
    registrar,
    sender,
    unit_admin,
    receiver,
    consolidator,
    publisher,
    committee_receiver,
    other_regime_clerk,
    outsider,
    monitor,
    root,
) -> dict[str, User]:
    people = (
        clerk,
        colleague,
        reviewer,
        data_leader,
        leader,
        registrar,
        sender,
        unit_admin,
        receiver,
        consolidator,
        publisher,
        committee_receiver,
        other_regime_clerk,
        outsider,
        monitor,
        root,
    )
    return {person.username: person for person in people}


@pytest.fixture
def told():
    """Who has been told what since this was last asked: {username: [codes]}."""
    from notifications.models import Message

    seen: set[int] = set()

    def ask() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for message in Message.objects.exclude(pk__in=seen).select_related("recipient").order_by("pk"):
            seen.add(message.pk)
            found.setdefault(message.recipient.username, []).append(message.code)
        return found

    return ask
