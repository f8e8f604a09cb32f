"""The dirty figures found in real provincial tables (domain.md 4.5): each is named, and its clean neighbour is not."""

from __future__ import annotations

import pytest

from .conftest import MONTH, SO_FAR, column, form, months, row, rule, stated

CELL = ("A", "thang")


def kinds(found):
    return [finding.kind for finding in found]


@pytest.mark.requirement("X15", part="measure drift and thousandfold")
@pytest.mark.parametrize("typed", ["101,382", "87,756"])
def test_a_thousand_dot_read_as_a_decimal_comma_is_found_among_its_neighbours(ask, typed):
    grid = form([row("A")], [MONTH])
    history = months(2026, [87_000, 95_310, 107_000, 99_120])

    found = ask(grid, {CELL: typed}, history)

    assert kinds(found) == ["scale"]
    assert "chỉ bằng một phần nghìn" in found[0].text
    assert found[0].effect == "explain"
    assert ask(grid, {CELL: typed.replace(",", ".")}, history) == []


@pytest.mark.requirement("X15", part="measure drift and thousandfold")
def test_a_plan_that_is_a_thousand_times_the_one_accepted_before_is_found(ask):
    grid = form([row("A")], [column("kh", "year", "plan")])
    accepted = [(1, 7, "", "", "plan", "2026", 1_270, "")]

    assert kinds(ask(grid, {("A", "kh"): "1.270.000"}, accepted)) == ["scale"]
    assert ask(grid, {("A", "kh"): "1.300"}, accepted) == []


@pytest.mark.requirement("X15", part="measure drift and thousandfold")
def test_a_measure_that_drifted_from_a_thousand_pieces_to_pieces_is_found(ask):
    """The table said "999 cái" for "1000 cái": what was counted in thousands comes counted one by one."""
    found = ask(form([row("A")], [MONTH]), {CELL: "87.310"}, months(2026, [85.2, 86.9, 88.4]))

    assert kinds(found) == ["scale"]
    assert "đơn vị tính" in found[0].text


@pytest.mark.requirement("R88", part="accuracy")
def test_a_figure_many_times_its_neighbours_is_an_outlier(ask):
    grid = form([row("A")], [MONTH])
    history = months(2025, [16_800, 17_100, 17_450, 16_950, 17_200, 17_600, 17_050])

    found = ask(grid, {CELL: "117.866"}, history, "2025-M08")

    assert kinds(found) == ["outlier"]
    assert "cao khác thường: 7 kỳ gần đây" in found[0].text
    assert ask(grid, {CELL: "17.866"}, history, "2025-M08") == []


@pytest.mark.requirement("X15", part="falling cumulative")
def test_months_so_far_that_are_fewer_than_last_month_are_found(ask):
    grid = form([row("A")], [SO_FAR])
    before = [stated("2026-4M", 7_200)]

    found = ask(grid, {("A", "luyke"): "6.500"}, before)

    assert kinds(found) == ["falls"]
    assert "6.500 nghìn cái thấp hơn lũy kế 4 tháng đầu năm 2026 (7.200 nghìn cái)" in found[0].text
    assert ask(grid, {("A", "luyke"): "7.200"}, before) == []


@pytest.mark.requirement("X15", part="falling cumulative")
def test_january_begins_anew_and_what_does_not_add_up_may_fall(ask):
    grid = form([row("A")], [SO_FAR])

    assert ask(grid, {("A", "luyke"): "500"}, [stated("2025", 12_000)], "2026-M01") == []
    assert ask(grid, {("A", "luyke"): "6.500"}, [stated("2026-4M", 7_200)], additive=()) == []


@pytest.mark.requirement("X15", part="month against months so far")
def test_months_so_far_are_those_before_and_this_one_but_for_rounding(ask):
    grid = form([row("A", decimals=1)], [MONTH, SO_FAR])
    before = [stated("2026-4M", 7_200.4)]

    found = ask(grid, {CELL: "1.500,3", ("A", "luyke"): "8.900"}, before)

    assert [(one.kind, one.effect) for one in found] == [("sum", "warn")]
    assert "7.200,4 nghìn cái + 1.500,3 nghìn cái = 8.700,7 nghìn cái" in found[0].text
    assert ask(grid, {CELL: "1.500,3", ("A", "luyke"): "8.700,8"}, before) == []


@pytest.mark.requirement("X15", part="month against months so far")
def test_a_month_that_is_more_than_all_months_so_far_is_told_without_any_history(ask):
    grid = form([row("A", decimals=1)], [MONTH, SO_FAR])

    found = ask(grid, {CELL: "60.000,9", ("A", "luyke"): "410"})

    assert [(one.kind, one.effect, one.key) for one in found] == [("sum", "warn", ("A", "luyke"))]
    assert "thấp hơn số của riêng kỳ này" in found[0].text
    assert ask(grid, {CELL: "410", ("A", "luyke"): "410"}) == []


ROWS = [row(name, place) for place, name in enumerate("ABCD", 1)]
FEBRUARY = [stated("2026-M02", amount, indicator=place) for place, amount in enumerate((120, 340, 95, 18), 1)]
SAME = {(name, "thang"): text for name, text in zip("ABCD", ("120", "340", "95", "18"), strict=True)}


@pytest.mark.requirement("X15", part="copied month")
@pytest.mark.parametrize("period", ["2026-M03", "2026-M01"])
def test_a_month_copied_from_the_one_before_or_after_is_found_once_for_all_its_cells(ask, period):
    found = ask(form(ROWS, [MONTH]), SAME, FEBRUARY, period)

    assert [(one.kind, len(one.cells)) for one in found] == [("copied", 4)]
    assert "4/4 số khác 0 của cột “Cột thang” giống hệt tháng 2/2026" in found[0].text


def test_a_coincidence_is_no_copy(ask):
    grid = form(ROWS, [MONTH])

    assert ask(grid, {**SAME, ("D", "thang"): "19"}, FEBRUARY, "2026-M03") == []
    assert ask(grid, {key: SAME[key] for key in list(SAME)[:2]}, FEBRUARY, "2026-M03") == []
    equal = [stated("2026-M02", 5, indicator=place) for place in (1, 2, 3, 4)]
    assert ask(grid, dict.fromkeys(SAME, "5"), equal, "2026-M03") == []


def test_a_section_that_was_copied_is_found_though_the_rest_is_new(ask):
    heading = row("II", None, kind="heading")
    grid = form([row("Z", 9), heading, *ROWS], [MONTH])

    found = ask(
        grid, {("Z", "thang"): "7", **SAME}, [*FEBRUARY, stated("2026-M02", 6, indicator=9)], "2026-M03"
    )

    assert [(one.kind, one.key, len(one.cells)) for one in found] == [("copied", ("A", "thang"), 4)]


@pytest.mark.requirement("R88", part="accuracy")
def test_a_ratio_that_its_own_table_contradicts_is_found(ask):
    """27,7 % stood where 65 942 / 59 540 = 110,8 %."""
    ratio = rule("ty-le", "condition", expression="[tyle] = [luyke] / [cungky] * 100", tolerance="0.05")
    unbound = [column(key, value_type="") for key in ("luyke", "cungky", "tyle")]
    grid = form([row("A")], unbound, ratio)
    typed = {("A", "luyke"): "65.942", ("A", "cungky"): "59.540"}

    found = ask(grid, {**typed, ("A", "tyle"): "27,7"})

    assert [(one.rule, one.key) for one in found] == [("ty-le", ("A", "tyle"))]
    assert "27,7 và 110,752435" in found[0].text
    assert ask(grid, {**typed, ("A", "tyle"): "110,8"}) == []


@pytest.mark.requirement("X15", part="total against parts")
def test_a_total_that_is_not_its_parts_is_found_give_or_take_rounding(ask):
    parts = rule("tong", "condition", effect="block", expression="{I} = {I.1} + {I.2}", tolerance="0.2")
    grid = form([row("I"), row("I.1", 2), row("I.2", 3)], [MONTH], parts)

    found = ask(grid, {("I", "thang"): "100", ("I.1", "thang"): "60", ("I.2", "thang"): "39,7"})

    assert [(one.effect, one.key, one.is_open) for one in found] == [("block", ("I", "thang"), True)]
    assert ask(grid, {("I", "thang"): "100", ("I.1", "thang"): "60", ("I.2", "thang"): "39,8"}) == []
    assert ask(grid, {("I", "thang"): "100", ("I.1", "thang"): "60", ("I.2", "thang"): "…"}) == []


@pytest.mark.requirement("X15", part="measure drift and thousandfold")
def test_two_tables_cannot_count_one_product_in_m2_and_in_m3(ask):
    """A measure is the indicator's: forms that ask for it show and take the same one."""
    first = form([row("A", measure="m³")], [MONTH])
    found = ask(first, {CELL: "40"}, months(2026, [40_000, 41_500]))

    assert kinds(found) == ["scale"]
    assert "40 m³" in found[0].text
