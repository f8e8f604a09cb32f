"""Everybody knocks at every door."""

from __future__ import annotations

import pytest

from .classification import ACTORS, DOORS, INSIDE, LEAD, Door, door_of
from .conftest import THEIR_FILE, THEIR_WORDS
from .walk import Outcome, addresses, knock

CLOSED = {Outcome.LOGIN, Outcome.REFUSED, Outcome.GONE, Outcome.METHOD}

#: Words that stand in one report only → who may meet them anywhere.
PRIVATE = {THEIR_FILE: INSIDE, THEIR_WORDS: LEAD}


def test_every_address_is_classified():
    unclassified = [
        f"{address.route} ({address.name})" for address in addresses() if door_of(address) is None
    ]

    assert unclassified == []


def test_the_classification_names_no_address_that_is_not_there():
    met = {door_of(address) for address in addresses()}

    assert [door.name for door in DOORS if door not in met] == []


def expected(door: Door, actor: str, method: str) -> set[Outcome]:
    """What may become of this knock."""
    answered = {Outcome.IN} | ({Outcome.GONE, Outcome.REFUSED, Outcome.METHOD} if door.unseen else set())
    if method == "GET":
        return answered | {Outcome.METHOD} if actor in door.reads else CLOSED
    if actor not in door.posters:
        return CLOSED
    if not door.reads:
        return answered
    return {*Outcome} - (set() if door.breaks else {Outcome.BROKEN})


#: Strangers in the fast pass already; the others take a while.
VISITORS = [
    pytest.param(actor, marks=() if actor in {"anonymous", "outsider"} else pytest.mark.slow)
    for actor in ACTORS
]


@pytest.mark.parametrize("actor", VISITORS)
@pytest.mark.requirement("R159", part="every door closed to strangers")
@pytest.mark.requirement("R31", part="nothing without signing in")
@pytest.mark.requirement("R51", part="monitoring reads no figures")
@pytest.mark.requirement("R153", part="prevented")
def test_a_door_opens_for_those_it_is_for(actor, visitor, samples):
    wrong = []
    for address in addresses():
        door, path = door_of(address), address.path(samples)
        for method in ("GET", "POST"):
            outcome, response = knock(visitor, method, path)
            if outcome not in expected(door, actor, method):
                wrong.append(f"{method} {path} ({address.key}): {outcome}, {response.status_code}")
            wrong += [
                f"{method} {path} ({address.key}) shows “{words}”"
                for words, readers in PRIVATE.items()
                if actor not in readers and not response.streaming and words.encode() in response.content
            ]

    assert not wrong, "\n".join(wrong)
