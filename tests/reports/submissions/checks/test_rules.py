"""What designers ask of a form: each kind of check, its effect, and how what is asked anyway is lifted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.numbers import CellValue
from reports.submissions.checks.findings import scale_slip, usual

from .conftest import MONTH, SO_FAR, column, form, months, row, rule, stated

CELL = ("A", "thang")


def test_a_comparison_of_columns_is_asked_row_by_row(ask):
    grid = form(
        [row("A"), row("B", 2)], [MONTH, SO_FAR], rule("lk", "condition", expression="[luyke] >= [thang]")
    )
    typed = {CELL: "10", ("A", "luyke"): "9", ("B", "thang"): "10", ("B", "luyke"): "10"}

    found = ask(grid, typed)

    assert [(one.rule, one.key, one.text) for one in found if one.kind == "condition"] == [
        ("lk", ("A", "luyke"), "Kiểm tra lk: cần “Cột luyke” ≥ “Cột thang”, đang là 9 và 10.")
    ]


def test_a_range_holds_for_the_rows_and_columns_named(ask):
    percent = rule(
        "tl", "range", rows=["A"], lowest="0", highest="100", effect="block", message="Tỷ lệ phần trăm."
    )
    grid = form([row("A"), row("B", 2)], [MONTH], percent)

    found = ask(grid, {CELL: "100,5", ("B", "thang"): "900"})

    assert [(one.key, one.effect) for one in found] == [(CELL, "block")]
    assert "100,5 nghìn cái; cho phép từ 0 đến 100. Tỷ lệ phần trăm." in found[0].text
    assert ask(grid, {CELL: "-"}) == []


def test_two_forms_of_a_report_must_say_the_same(ask):
    other = form([row("TONG", 5)], [MONTH], code="BM02")
    own = form(
        [row("A")],
        [MONTH],
        rule("khop", "form", expression="{A}[thang]", other_form="BM02", other_expression="{TONG}[thang]"),
    )
    from indicators.numbers import parse_cell

    beside = {"BM02": (other, {("TONG", "thang"): parse_cell("120", None)})}

    found = ask(own, {CELL: "100"}, sheets=beside)

    assert "biểu này 100, biểu BM02 120" in found[0].text
    assert ask(own, {CELL: "120"}, sheets=beside) == []
    assert ask(own, {CELL: "100"}) == []

    named = form(
        [row("A")], [MONTH], rule("khop", "condition", expression="{A} = {BM02!TONG}", tolerance="1")
    )
    assert [one.key for one in ask(named, {CELL: "100"}, sheets=beside)] == [CELL]
    assert ask(named, {CELL: "119"}, sheets=beside) == []
    assert ask(named, {CELL: "100"}) == []


def test_the_parts_of_a_total_are_named_as_a_span(ask):
    parts = rule("tong", "condition", expression="{I} = SUM({I.1}:{I.3})")
    rows = [row("I"), *(row(f"I.{place}", place + 1, level=1) for place in (1, 2, 3))]
    typed = {("I.1", "thang"): "10", ("I.2", "thang"): "20", ("I.3", "thang"): "30"}

    assert ask(form(rows, [MONTH], parts), {**typed, ("I", "thang"): "60"}) == []
    assert len(ask(form(rows, [MONTH], parts), {**typed, ("I", "thang"): "61"})) == 1


@pytest.mark.parametrize(
    ("kind", "period", "before"),
    [("change", "2026-M04", "tháng 4/2026"), ("yearly", "2025-M05", "tháng 5/2025")],
)
def test_a_change_out_of_bounds_names_what_it_is_measured_against(ask, kind, period, before):
    grid = form([row("A")], [MONTH], rule("bd", kind, lowest="-30", highest="50"))
    history = [stated(period, 100)]

    found = ask(grid, {CELL: "160"}, history)

    assert f"tăng 60,0% so với {before} (100 nghìn cái); thường từ -30% đến 50%" in found[0].text
    assert found[0].deviation == pytest.approx(0.6)
    assert ask(grid, {CELL: "150"}, history) == []
    assert len(ask(grid, {CELL: "69"}, history)) == 1


def test_an_organisation_is_weighed_against_the_median_of_the_others(ask):
    grid = form([row("A")], [MONTH], rule("dv", "peers", lowest="0.2", highest="5"))
    others = [
        stated("2026-M04", amount, subject=100 + place)
        for place, amount in enumerate((80, 90, 100, 110, 4_000))
    ]

    found = ask(grid, {CELL: "900"}, others=others)

    assert "bằng 9,00 lần trung vị 5 cơ quan khác tháng 4/2026 (100 nghìn cái)" in found[0].text
    assert ask(grid, {CELL: "450"}, others=others) == []
    assert ask(grid, {CELL: "900"}, others=others[:4]) == []


OUTLYING = months(2026, [100, 101, 99, 100, 102, 98])


def test_what_is_asked_of_every_form_can_be_sharpened_or_lifted_by_its_designer(ask):
    def effects(*rules):
        grid = form([row("A")], [MONTH], *rules)
        return [(one.rule, one.effect) for one in ask(grid, {CELL: "300"}, OUTLYING, "2026-M07")]

    assert effects() == [("outlier", "explain")]
    assert effects(rule("nhe", "outlier", effect="warn")) == [("outlier", "warn")]
    assert effects(rule("bo", "outlier", effect="off")) == []
    assert effects(rule("bo", "outlier", effect="off", rows=["B"])) == [("outlier", "explain")]


def test_the_same_month_of_an_earlier_year_makes_a_peak_usual(ask):
    """Tết: visitors treble each February."""
    year = [100, 320, 98, 102, 101, 99, 100, 103, 97, 100, 102, 98]
    history = [*months(2025, year), *months(2026, [101])]
    grid = form([row("A")], [MONTH])

    assert ask(grid, {CELL: "330"}, history, "2026-M02") == []
    assert [
        one.kind for one in ask(grid, {CELL: "330"}, [*history, stated("2026-M02", 315)], "2026-M03")
    ] == ["outlier"]


@pytest.mark.parametrize("count", [1, 5])
def test_fewer_than_six_values_have_no_usual_range(ask, count):
    assert ask(form([row("A")], [MONTH]), {CELL: "300"}, OUTLYING[:count], "2026-M07") == []


def test_values_that_never_moved_still_leave_room_for_five_per_cent_and_a_step():
    assert usual([100.0] * 6, 1) is not None
    assert usual([100.0] * 6, 1).high == pytest.approx(117.5)
    assert usual([0.0] * 6, 1).high == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("amount", "earlier", "slip"),
    [
        (1_000, [1], 3),
        (1, [1_000_000], -6),
        (400, [1], 0),  # growth of another kind
        (2_000, [1], 3),
        (1_000, [1, 900], 0),  # it was as large before
        (0, [1_000], 0),
        (1_000, [0], 0),
    ],
)
def test_three_or_six_places_are_a_slip_of_the_measure(amount, earlier, slip):
    assert scale_slip(amount, earlier) == slip


def test_best_known_kind_counts_and_plans_are_apart(ask):
    grid = form([row("A")], [column("thang", value_type="estimate")], rule("bd", "change", highest="50"))
    history = [stated("2026-M04", 100, kind="estimate"), stated("2026-M04", 130, kind="official"),
               (1, 7, "", "UBND", "plan", "2026-M04", 5, "")]  # fmt: skip

    assert ask(grid, {CELL: "180"}, history) == []
    assert "(130 nghìn cái)" in ask(grid, {CELL: "200"}, history)[0].text


def test_what_is_laid_beside_another_form_may_itself_read_further_forms(ask):
    own = form(
        [row("A")],
        [MONTH],
        rule(
            "khop",
            "form",
            expression="{A}[thang] + {BM03!X}[thang]",
            other_form="BM02",
            other_expression="{TONG}[thang]",
        ),
    )
    beside = {
        "BM02": (form([row("TONG")], [MONTH], code="BM02"), {("TONG", "thang"): CellValue(Decimal(120))}),
        "BM03": (form([row("X")], [MONTH], code="BM03"), {("X", "thang"): CellValue(Decimal(20))}),
    }

    assert ask(own, {CELL: "100"}, sheets=beside) == []
    assert "biểu này 121, biểu BM02 120" in ask(own, {CELL: "101"}, sheets=beside)[0].text
