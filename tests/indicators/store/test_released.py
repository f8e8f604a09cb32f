"""What is public of each series is counted as it is released, and comes to what the whole store says."""

from __future__ import annotations

import pytest

from indicators.store.models import Figure, PublicSeries, ReleasedIndicator
from indicators.store.released import Series, recount, series_of
from indicators.store.services import release

from ..factories import entry, make_indicator, post_figures

pytestmark = pytest.mark.both


@pytest.fixture
def publish(lead, publisher):
    def act(figures=None):
        if figures is None:
            figures = Figure.objects.accepted().current().exclude(pk__in=Figure.objects.released())
        return release(figures, title="Công khai", organisation=lead, by=publisher)

    return act


def counted(indicator) -> dict[int, Series]:
    return {
        row.subject_id: Series(row.figures, type(Series().control)(row.control), row.lead)
        for row in PublicSeries.objects.filter(indicator=indicator)
    }


def say(indicator, organisation, amount, **more):
    post_figures(entry(indicator, organisation, amount, **more), supplier=organisation)


def test_what_is_counted_at_each_release_is_what_the_store_says(db, department, committee, publish):
    indicator, other = make_indicator(), make_indicator("khac", "Chỉ tiêu khác")
    acts = [
        lambda: say(indicator, department, "10", period="2024-M01"),
        lambda: say(indicator, department, "12,5", period="2024-M01"),
        lambda: say(indicator, committee, "7", period="2024-M02"),
        lambda: say(other, department, "1", period="2024-M02"),
        lambda: say(indicator, department, "3", period="2024-M02", disaggregation="gioi-tinh=nu"),
        lambda: say(indicator, department, "90", period="2024", value_type="plan", plan_basis="HĐND giao"),
        lambda: say(indicator, department, "20", period="2024-M03"),
        lambda: say(indicator, department, "…", period="2024-M03"),
        lambda: say(indicator, department, "-", period="2024-H1"),
    ]
    leads = []
    for act in acts:
        act()
        publish()
        for each in (indicator, other):
            assert counted(each) == series_of(each.pk)
        leads.append(counted(indicator)[department.pk].lead)

    assert leads[4:] == ["2024-M01", "2024-M01", "2024-M03", "2024-M01", "2024-H1"]
    assert counted(indicator)[department.pk].figures == 5


def test_a_version_that_was_superseded_takes_nothing_away(db, department, publish):
    indicator = make_indicator()
    say(indicator, department, "10")
    old = Figure.objects.get()
    say(indicator, department, "12")
    publish()

    publish([old])

    assert counted(indicator)[department.pk] == series_of(indicator.pk)[department.pk]
    assert counted(indicator)[department.pk].control == 12


def test_each_release_knows_how_many_figures_of_an_indicator_it_brought(db, department, publish):
    indicator, other = make_indicator(), make_indicator("khac", "Chỉ tiêu khác")
    say(indicator, department, "10", period="2024-M01")
    say(indicator, department, "11", period="2024-M02")
    say(other, department, "1", period="2024-M02")
    first = publish()
    say(indicator, department, "12", period="2024-M02")
    second = publish()

    brought = set(ReleasedIndicator.objects.values_list("release", "indicator", "figures"))

    assert brought == {(first.pk, indicator.pk, 2), (first.pk, other.pk, 1), (second.pk, indicator.pk, 1)}


def test_counting_anew_comes_to_the_same(db, department, committee, publish):
    indicator = make_indicator()
    say(indicator, department, "10")
    say(indicator, committee, "12")
    publish()
    before = counted(indicator), set(ReleasedIndicator.objects.values_list("release", "indicator", "figures"))
    PublicSeries.objects.filter(subject=department).update(figures=9, control="9", lead="")
    ReleasedIndicator.objects.update(figures=9)

    assert list(recount()) == [indicator.pk]

    after = counted(indicator), set(ReleasedIndicator.objects.values_list("release", "indicator", "figures"))
    assert after == before
