"""Everybody knocks at every door."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase

import pytest

from .classification import ACTORS, DOORS, FURTHER, INSIDE, LEAD, SIGNED_IN, Door, door_of, is_ours
from .conftest import THEIR_FILE, THEIR_WORDS
from .walk import Address, Outcome, addresses, knock

CLOSED = {Outcome.LOGIN, Outcome.REFUSED, Outcome.GONE, Outcome.METHOD}

#: Those of the further people who work for the department or answer for it meet the name of its file.
READERS_OF_DRAFTS = dict.fromkeys(
    (
        *("reviewer", "data_leader", "registrar", "viewer", "delegate", "successor"),
        *("own_receiver", "own_publisher"),
    ),
    frozenset({THEIR_FILE}),
)

#: Words that stand in one report only → who may meet them anywhere.
PRIVATE = {THEIR_FILE: INSIDE, THEIR_WORDS: LEAD}
#: Figures that nobody released, as they are written on pages and in files: of the department's own store, and accepted.
PRIVATE |= dict.fromkeys(("987.654.321", "987654321"), INSIDE)
PRIVATE |= dict.fromkeys(("876.543.219", "876543219"), SIGNED_IN - {"monitor"})


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


def expected_of(actor: str, address: Address, method: str) -> set[Outcome]:
    """What may become of a knock of one of ``FURTHER``."""
    like, exceptions = FURTHER[actor]
    door = door_of(address)
    otherwise = next((may for name, may in exceptions.items() if fnmatchcase(address.key, name)), None)
    if otherwise is None:
        return expected(door, like, method)
    return (
        {*Outcome} - {Outcome.BROKEN, Outcome.LOGIN}
        if otherwise and method == "POST"
        else ({Outcome.IN, Outcome.METHOD} if otherwise else CLOSED)
    )


@pytest.mark.slow
@pytest.mark.parametrize("actor", FURTHER)
@pytest.mark.requirement("R159", part="every door closed to strangers")
@pytest.mark.requirement("X17", part="successor answers for predecessors")
def test_further_people_come_as_far_as_their_duties_reach(actor, visitor, samples):
    readers = READERS_OF_DRAFTS.get(actor, frozenset())
    wrong = []
    for address in filter(is_ours, addresses()):
        path = address.path(samples)
        for method in ("GET", "POST"):
            outcome, response = knock(visitor, method, path)
            if outcome not in expected_of(actor, address, method):
                wrong.append(f"{method} {path} ({address.key}): {outcome}, {response.status_code}")
            wrong += [
                f"{method} {path} ({address.key}) shows “{words}”"
                for words in PRIVATE
                if words not in readers and not response.streaming and words.encode() in response.content
            ]

    assert not wrong, "\n".join(wrong)


def test_the_walk_says_how_large_it_is(record_property, capsys):
    """Printed by ``pytest -s``; the conformance of a state names it."""
    every, ours = len(addresses()), sum(map(is_ours, addresses()))
    knocks = 2 * (every * len(ACTORS) + ours * len(FURTHER))
    said = (
        f"The walk: {every} addresses × {len(ACTORS)} actors and {ours} of ours × {len(FURTHER)} further ones, "
        f"GET and POST: {knocks} knocks"
    )
    record_property("walk", said)
    with capsys.disabled():
        sys.stdout.write(f"\n{said}\n")

    assert every > 400
    assert ours > 200
    assert len(set(ACTORS) | set(FURTHER)) == len(ACTORS) + len(FURTHER)
