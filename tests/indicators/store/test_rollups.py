"""Totals with their coverage."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.models import Aggregation
from indicators.numbers import CellValue
from indicators.periods import Period
from indicators.store.amounts import is_storable
from indicators.store.models import Figure, ValueType
from indicators.store.rollups import Stated, beneath, roll_up, total

from ...conftest import affiliate, make_organisation
from ..factories import entry, make_indicator, post_figures, value

SUM, AVERAGE, WEIGHTED, LAST, NONE = (
    Aggregation.SUM,
    Aggregation.AVERAGE,
    Aggregation.WEIGHTED,
    Aggregation.LAST,
    Aggregation.NONE,
)


def say(**cells: str) -> dict[int, Stated]:
    """``a="5"`` is organisation 1, ``b`` 2 and so on."""
    return {ord(name) - 96: Stated(value(text)) for name, text in cells.items()}


@pytest.mark.requirement("R114", part="totals with coverage")
@pytest.mark.parametrize(
    ("cells", "shown", "reported", "expected", "missing", "complete"),
    [
        ({"a": "1,5", "b": "2", "c": "3"}, "6,5", 3, 3, (), True),
        ({"a": "1", "b": "-", "c": "3"}, "4", 3, 3, (), True),  # "-" is 0, and reported
        ({"a": "1", "b": "…", "c": "3"}, "4", 2, 3, (2,), False),  # "…" leaves the total incomplete
        ({"a": "1", "b": "x", "c": "3"}, "4", 2, 2, (), True),  # "x" leaves N
        ({"a": "1", "c": "3"}, "4", 2, 3, (2,), False),  # nothing came
        ({"a": "0", "b": "0", "c": "0"}, "0", 3, 3, (), True),
        ({"a": "-", "b": "-", "c": "-"}, "0", 3, 3, (), True),
        ({"a": "…"}, "…", 0, 3, (1, 2, 3), False),
        ({}, "", 0, 3, (1, 2, 3), False),
        ({"a": "x", "b": "x", "c": "x"}, "x", 0, 0, (), False),
    ],
)
def test_a_sum_says_over_whom_it_is(cells, shown, reported, expected, missing, complete):
    found = total(say(**cells), [1, 2, 3], SUM)

    assert found.value == (value(shown) if shown else CellValue())
    assert (found.reported, found.expected, found.missing, found.complete) == (
        reported,
        expected,
        missing,
        complete,
    )


def test_who_does_not_know_is_told_apart_from_who_said_nothing():
    found = total(say(a="1", b="…"), [1, 2, 3], SUM)

    assert (found.missing, found.unknown) == ((2, 3), (2,))


def test_figures_of_others_than_those_expected_are_left_out():
    assert total(say(a="1", b="2"), [1], SUM).value.amount == 1


def test_estimates_are_counted():
    figures = {
        1: Stated(value("1"), ValueType.ESTIMATE),
        2: Stated(value("1"), ValueType.OFFICIAL),
        3: Stated(value("…"), ValueType.ESTIMATE),
    }

    assert total(figures, [1, 2, 3], SUM).estimated == 1


@pytest.mark.parametrize(
    ("aggregation", "shown"),
    [(SUM, "10"), (AVERAGE, "3,333333"), (LAST, "2"), (NONE, "")],
)
@pytest.mark.requirement("R74", part="way of aggregation per indicator")
def test_each_indicator_is_totalled_in_its_own_way(aggregation, shown):
    found = total(say(a="7", b="1", c="2"), [1, 2, 3], aggregation)

    assert found.value == (value(shown) if shown else CellValue())
    assert (found.reported, found.complete) == (3, True)


def test_what_is_not_totalled_passes_through_where_one_alone_is_asked():
    assert total(say(a="149,11"), [1], NONE).value.amount == Decimal("149.11")


def test_a_weighted_mean_weighs_and_whoever_lacks_its_weight_is_missing():
    figures = {
        1: Stated(value("10"), weight=value("1")),
        2: Stated(value("20"), weight=value("3")),
        3: Stated(value("90")),
        4: Stated(value("90"), weight=value("…")),
        5: Stated(value("90"), weight=value("-")),
    }

    found = total(figures, [1, 2, 3, 4, 5], WEIGHTED)

    assert found.value.amount == Decimal("17.5")
    assert found.missing == (3, 4)


def test_a_weighted_mean_without_any_weight_is_not_known():
    assert total({1: Stated(value("10"), weight=value("0"))}, [1], WEIGHTED).value.code == "…"


@given(
    st.dictionaries(
        st.integers(1, 30),
        st.decimals(-(10**9), 10**9, places=4, allow_nan=False).map(lambda amount: Stated(CellValue(amount))),
    ),
    st.sampled_from([SUM, AVERAGE, LAST]),
)
def test_whatever_is_said_the_total_can_be_kept_and_reported_and_missing_make_n(figures, aggregation):
    found = total(figures, range(1, 31), aggregation)

    assert found.reported + len(found.missing) == found.expected == 30
    assert found.value.amount is None or is_storable(found.value.amount)
    if aggregation == SUM:
        assert (found.value.amount or 0) == sum(stated.value.amount for stated in figures.values())


@pytest.mark.requirement("R114", part="totals with coverage")
def test_stored_figures_are_rolled_up_best_kind_first_over_the_tree_of_the_day(
    committee, department, other_department, lead
):
    indicator = make_indicator()
    gone = make_organisation("CU", "Sở cũ", "so")
    affiliate(gone, committee)
    gone_path = gone.affiliations_up.get()
    gone_path.valid_to = "2023-12-31"
    gone_path.save()
    type(committee).objects.filter(pk=gone.pk).update(valid_to="2023-12-31")
    from home.organisations.models import OrganisationPath

    OrganisationPath.objects.filter(descendant=gone).update(valid_to="2023-12-31")
    post_figures(
        entry(indicator, department, "100", value_type=ValueType.ESTIMATE),
        entry(indicator, department, "90"),
        entry(indicator, department, "500", value_type=ValueType.PLAN),
        entry(indicator, department, "7", period="2024-M04"),
        entry(indicator, department, "8", disaggregation="gioi-tinh=nu"),
        supplier=department,
    )
    post_figures(
        entry(indicator, other_department, "10", value_type=ValueType.ESTIMATE), supplier=other_department
    )
    period = Period.parse("2024-M05")
    organisations = beneath(committee, period)

    found = roll_up(indicator, period, organisations)

    assert set(organisations) == {department.pk, other_department.pk, lead.pk}
    assert found.value.amount == 100
    assert (found.reported, found.expected, found.estimated, found.missing) == (2, 3, 1, (lead.pk,))


def test_a_weighted_roll_up_reads_the_weights_of_the_same_subjects(
    department, other_department, django_assert_num_queries
):
    people = make_indicator("dan-so", "Dân số")
    rate = make_indicator(
        "ty-le", "Tỷ lệ hộ nghèo", space_aggregation=WEIGHTED, weight=people, nature="stock"
    )
    for organisation, share, heads in ((department, "2", "1.000"), (other_department, "4", "3.000")):
        post_figures(
            entry(rate, organisation, share), entry(people, organisation, heads), supplier=organisation
        )

    with django_assert_num_queries(1):
        found = roll_up(rate, Period.parse("2024-M05"), [department.pk, other_department.pk])

    assert found.value.amount == Decimal("3.5")


def test_a_roll_up_asks_only_the_figures_it_is_given(department, django_assert_num_queries):
    indicator = make_indicator()
    post_figures(entry(indicator, department, "1"), supplier=department)

    with django_assert_num_queries(1):
        found = roll_up(
            indicator, Period.parse("2024-M05"), [department.pk], figures=Figure.objects.released()
        )

    assert found.reported == 0
