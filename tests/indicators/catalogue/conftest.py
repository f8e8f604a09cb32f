"""Who designs the catalogue, somebody at the door of the admin shell without any duty, and public figures."""

from __future__ import annotations

import pytest
from django.test import Client

from home.accounts.models import DutyKind, User
from indicators.models import Indicator, IndicatorGroup
from indicators.store.models import Figure, ValueType
from indicators.store.services import release

from ...conftest import make_person
from ..factories import MORNING, entry, make_indicator, post_figures


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


@pytest.fixture
def indicator(db) -> Indicator:
    return make_indicator(group=IndicatorGroup.objects.create(code="ns", name="Ngân sách"))


@pytest.fixture
def make_public(lead, publisher):
    """Release what stands and has not been released."""

    def act(figures=None, *, at=MORNING, title="Tháng 5/2024"):
        if figures is None:
            figures = Figure.objects.accepted().current().exclude(pk__in=Figure.objects.released())
        return release(figures, title=title, organisation=lead, by=publisher, at=at)

    return act


@pytest.fixture
def years(indicator, department, make_public):
    """Months of 2023 and 2024 with what they come to; the plan of 2024."""
    post_figures(
        entry(indicator, department, "100", period="2023-M04"),
        entry(indicator, department, "400", period="2023-4M"),
        entry(indicator, department, "120", period="2024-M03"),
        entry(indicator, department, "150", period="2024-M04", value_type=ValueType.ESTIMATE),
        entry(indicator, department, "500", period="2024-4M", value_type=ValueType.ESTIMATE),
        entry(
            indicator, department, "1.000", period="2024", value_type=ValueType.PLAN, plan_basis="HĐND giao"
        ),
        supplier=department,
    )
    return make_public()
