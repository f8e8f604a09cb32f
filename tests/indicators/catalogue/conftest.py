"""Who designs the catalogue, and somebody at the door of the admin shell without any duty."""

from __future__ import annotations

import pytest
from django.test import Client

from home.accounts.models import DutyKind, User

from ...conftest import make_person


@pytest.fixture
def designer(lead) -> User:
    return make_person("thietke", lead, DutyKind.DESIGN)


@pytest.fixture
def nobody(db) -> User:
    """May open the admin shell, and has nothing to do there."""
    return make_person("khongviec")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def designing(designer) -> Client:
    return signed_in(designer)


@pytest.fixture
def reading(clerk) -> Client:
    return signed_in(clerk)
