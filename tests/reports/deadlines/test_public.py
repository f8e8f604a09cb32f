"""What comes next, as the public sees it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from indicators.models import Indicator
from reports.deadlines.models import RoundStatus, Tier
from reports.deadlines.public import figures_next_due, upcoming


def test_the_next_due_days_are_shown_in_order(opened_round, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = upcoming(date(2026, 5, 18))

    assert [entry["due_on"] for entry in found] == [date(2026, 5, 18), date(2026, 5, 25)]
    assert found[0]["title"] == "Báo cáo tình hình kinh tế – xã hội tháng"
    assert found[0]["period_label"] == "Tháng 5/2026 · Sở, ngành báo cáo"


def test_days_that_have_passed_are_not_shown(opened_round):
    first = Tier.objects.get(round=opened_round, number=1)

    assert [entry["due_on"] for entry in upcoming(first.due_on + timedelta(days=1))] == [date(2026, 5, 25)]


@pytest.mark.parametrize("hidden", ["audience", "status"])
def test_regimes_for_those_concerned_and_closed_rounds_are_not_shown(opened_round, hidden):
    if hidden == "status":
        type(opened_round).objects.filter(pk=opened_round.pk).update(status=RoundStatus.CANCELLED)
    else:
        version = opened_round.regime_version
        type(version).objects.filter(pk=version.pk).update(
            compiled={**version.compiled, "audience": "concerned"}
        )

    assert upcoming(date(2026, 5, 18)) == []


def test_the_front_page_shows_them(client, opened_round, home_page):
    Tier.objects.filter(round=opened_round).update(due_on=date(2999, 5, 18))

    assert "Báo cáo tình hình kinh tế – xã hội tháng" in client.get("/").content.decode()


def test_an_indicator_knows_when_its_figures_are_due_next(
    opened_round, indicators, django_assert_num_queries
):
    asked, other = (
        indicators["THU-NOI-DIA"],
        Indicator.objects.create(
            code="KHAC", name="Chỉ tiêu khác", measure=indicators["THU-NOI-DIA"].measure
        ),
    )

    with django_assert_num_queries(1):
        assert figures_next_due(asked.pk, date(2026, 5, 18)) == date(2026, 5, 18)
    assert figures_next_due(asked.pk, date(2026, 5, 19)) == date(2026, 5, 25)
    assert figures_next_due(asked.pk, date(2026, 5, 26)) is None
    assert figures_next_due(other.pk, date(2026, 5, 18)) is None
