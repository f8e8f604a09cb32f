"""Single months and months so far from one another."""

from decimal import Decimal

import pytest

from indicators.models import Aggregation, Indicator, Nature
from indicators.periods import Period
from indicators.store.derive import derive, is_additive

from ..factories import value


def known(**cells: str):
    """``M05="…"`` is May 2024, ``H1`` its first half, ``5M`` (written ``m5``) the first five months."""
    return {
        Period.parse(f"2024-{name[1:]}M" if name.startswith("m") else f"2024-{name}"): value(text)
        for name, text in cells.items()
    }


@pytest.mark.parametrize(
    ("asked", "cells", "shown", "terms"),
    [
        ("2024-M06", {"m5": "7.995,5", "H1": "9.522,8"}, "1527.3", "+2024-H1 -2024-5M"),
        ("2024-M01", {"M01": ""}, None, ""),
        ("2024-5M", {f"M0{month}": str(month) for month in range(1, 6)}, "15", None),
        ("2024-5M", {"m4": "10", "M05": "5"}, "15", "+2024-4M +2024-M05"),
        ("2024-Q2", {"Q1": "3", "H1": "10"}, "7", None),
        ("2024-Q2", {"m5": "7", "Q1": "3", "M06": "2"}, "6", None),
        ("2024-M02", {"M01": "1", "m2": "-"}, "-1", None),  # "-" is 0
        ("2024-M02", {"M01": "1", "m2": "…"}, None, ""),
        ("2024-M02", {"M01": "x", "m2": "1"}, None, ""),
        ("2024-M02", {"m3": "5", "M03": "2"}, None, ""),  # nothing says January
        ("2024", {"H1": "4", "H2": "5"}, "9", None),
    ],
)
def test_a_period_is_put_together_from_whole_spans_of_its_year(asked, cells, shown, terms):
    found = derive(Period.parse(asked), known(**{k: v for k, v in cells.items() if v}))

    assert found.derived.amount == (Decimal(shown) if shown else None)
    assert found.is_derived is bool(shown)
    if terms is not None:
        written = " ".join(f"{'+' if sign > 0 else '-'}{period}" for sign, period in found.terms)
        assert sorted(written.split()) == sorted(terms.split())


def test_the_way_with_the_fewest_terms_is_taken():
    found = derive(Period.parse("2024"), known(m7="70", M07="10", M08="1", M09="1", Q4="1", H2="60"))

    assert (found.value.amount, len(found.terms)) == (120, 3)


def test_reported_beats_derived_and_the_difference_is_told():
    found = derive(Period.parse("2024-M06"), known(M06="1.500", m5="7.995,5", H1="9.522,8"))

    assert (found.value.amount, found.is_derived) == (1500, False)
    assert found.difference == Decimal("-27.3")


def test_no_difference_where_both_agree_or_one_is_not_known():
    assert derive(Period.parse("2024-M02"), known(M01="1", M02="2", m2="3")).difference is None
    assert derive(Period.parse("2024-M02"), known(M02="2")).difference is None


@pytest.mark.parametrize("asked", ["2023-M12", "2023..2024", "2024-W10", "2024-05-03"])
def test_other_years_weeks_and_days_are_not_put_together(asked):
    found = derive(Period.parse(asked), known(M01="1", m2="3"))

    assert found.derived.is_blank


@pytest.mark.parametrize(
    ("nature", "over_time", "additive"),
    [
        (Nature.FLOW, Aggregation.SUM, True),
        (Nature.STOCK, Aggregation.SUM, False),
        (Nature.FLOW, Aggregation.AVERAGE, False),
        (Nature.FLOW, Aggregation.NONE, False),
    ],
)
def test_only_flows_that_add_up_are_derived(nature, over_time, additive):
    assert is_additive(Indicator(nature=nature, time_aggregation=over_time)) is additive
