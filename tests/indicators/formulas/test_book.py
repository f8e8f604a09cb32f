"""Formulas that read other forms, other periods and rows from one to another."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.formulas.book import CompiledBook, Place
from indicators.formulas.grammar import FormulaError
from indicators.formulas.graph import FormulaCycle
from indicators.formulas.grid import CompiledGrid, Outside
from indicators.numbers import BLANK, CellValue


def grid(
    rows=("I", "I.1", "I.2"), columns=("thang", "luy_ke"), row_formulas=None, column_formulas=None, **more
):
    return CompiledGrid(list(rows), list(columns), row_formulas or {}, column_formulas or {}, **more)


def amount(number):
    return CellValue(Decimal(number))


def book(**forms):
    return CompiledBook(forms)


@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_cell_of_another_form_is_read_in_the_own_column_or_the_one_named():
    forms = book(
        BM01=grid(row_formulas={"I": "{I.1} + {I.2}"}),
        BM02=grid(rows=["TH", "TL"], row_formulas={"TH": "{BM01!I} * 2", "TL": "{BM01!I}[luy_ke] - {TH}"}),
    )
    values = {Place("BM01", row, "thang"): amount(10) for row in ("I.1", "I.2")} | {
        Place("BM01", row, "luy_ke"): amount(100) for row in ("I.1", "I.2")
    }

    computed = forms.compute(values)

    assert computed[Place("BM02", "TH", "thang")] == amount(40)
    assert computed[Place("BM02", "TL", "thang")] == amount(160)


@pytest.mark.requirement("X11", part="only what changed is computed again")
@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_change_reaches_the_cells_of_other_forms_and_no_others():
    forms = book(
        BM01=grid(row_formulas={"I": "{I.1} + {I.2}"}), BM02=grid(row_formulas={"I": "{BM01!I} + {I.2}"})
    )
    changed = [Place("BM01", "I.1", "thang")]

    assert forms.affected(changed) == [Place("BM01", "I", "thang"), Place("BM02", "I", "thang")]
    assert forms.needed(changed) == {
        Place("BM01", "I.1", "thang"), Place("BM01", "I.2", "thang"), Place("BM02", "I.2", "thang"),
    }  # fmt: skip
    assert forms.recompute({Place("BM01", "I.1", "thang"): amount(3)}, changed) == {
        Place("BM01", "I", "thang"): CellValue(code="…"),
        Place("BM02", "I", "thang"): CellValue(code="…"),
    }


@pytest.mark.requirement("X11", part="formulas across forms")
@pytest.mark.parametrize(
    ("formula", "position", "words"),
    [
        ("1 + {BM2!I}", 4, 'không có biểu "BM2" (có phải là "BM02"?)'),
        ("{BM02!I.9}", 0, 'biểu BM02 không có dòng số liệu "I.9" (có phải là "I.'),
        ("{BM02!I}[thangg]", 0, 'biểu BM02 không có cột số liệu "thangg" (có phải là "thang"?)'),
        ("{BM03!I}", 0, 'biểu BM03 không có cột số liệu "luy_ke"'),
    ],
)
def test_what_another_form_does_not_have_is_named_with_place_and_form(formula, position, words):
    with pytest.raises(FormulaError) as refused:
        book(BM01=grid(row_formulas={"I": formula}), BM02=grid(), BM03=grid(columns=["thang"]))

    assert refused.value.position == position
    assert f'Công thức của dòng "I" của biểu BM01 sai ở ký tự thứ {position + 1}: ' in str(refused.value)
    assert words in str(refused.value)


@pytest.mark.requirement("R54", part="cycles refused")
@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_cycle_through_several_forms_is_refused_and_named():
    with pytest.raises(FormulaCycle) as refused:
        book(
            BM01=grid(row_formulas={"I": "{BM02!I}"}),
            BM02=grid(row_formulas={"I": "{BM03!I} * 2"}),
            BM03=grid(row_formulas={"I": "{BM01!I} + 1"}),
        )

    assert "{BM01!I}[thang]" in str(refused.value)
    assert "của biểu BM0" in refused.value.place


def test_forms_may_read_each_other_without_a_cycle():
    forms = book(
        BM01=grid(row_formulas={"I": "{BM02!I.1}"}), BM02=grid(row_formulas={"I": "{BM01!I} + {I.2}"})
    )
    values = {Place("BM02", "I.1", "thang"): amount(1), Place("BM02", "I.2", "thang"): amount(2)}

    assert forms.compute(values)[Place("BM02", "I", "thang")] == amount(3)


@pytest.mark.requirement("X11", part="formulas across periods")
def test_a_cell_of_another_period_is_given_and_not_computed():
    table = grid(column_formulas={"luy_ke": "SUM([thang]; [luy_ke]@KY_TRUOC)"})
    before = Outside("", "I.1", "luy_ke", "KY_TRUOC")
    forms = book(BM01=table)
    place = Place("BM01", "I.1", "luy_ke", "KY_TRUOC")

    assert before in table.outside
    assert place in forms.elsewhere
    values = {Place("BM01", "I.1", "thang"): amount(5), place: amount(40)}
    assert forms.compute(values)[Place("BM01", "I.1", "luy_ke")] == amount(45)
    assert forms.compute({})[Place("BM01", "I.1", "luy_ke")] == BLANK


@pytest.mark.requirement("R74", part="one rule for cells without a number")
@pytest.mark.requirement("X11", part="formulas across periods")
@pytest.mark.parametrize(
    ("before", "growth"),
    [(amount(4), amount(25)), (amount(0), CellValue(code="x")), (BLANK, CellValue(code="…")), (CellValue(code="-"), CellValue(code="x"))],
)  # fmt: skip
def test_division_by_what_was_there_before_follows_the_one_rule(before, growth):
    forms = book(BM01=grid(column_formulas={"luy_ke": "[thang] / [thang]@CUNG_KY * 100 - 100"}))
    values = {Place("BM01", "I.1", "thang"): amount(5), Place("BM01", "I.1", "thang", "CUNG_KY"): before}

    assert forms.compute(values)[Place("BM01", "I.1", "luy_ke")] == growth


ROWS = ["I", "I.1", "I.1.1", "I.1.2", "I.2", "I.3", "II", "II.1"]
LEVELS = {row: row.count(".") for row in ROWS}


@pytest.mark.requirement("X11", part="formulas by row and by column")
def test_a_span_is_the_rows_of_one_level_so_that_parts_are_counted_once():
    table = grid(ROWS, ["thang"], {"I": "SUM({I.1}:{I.3})", "I.1": "SUM({I.1.1}:{I.1.2})"}, levels=LEVELS)
    values = {(row, "thang"): amount(10**place) for place, row in enumerate(ROWS)}

    assert table.inputs(("I", "thang")) == {("I.1", "thang"), ("I.2", "thang"), ("I.3", "thang")}
    assert table.compute(values)["I", "thang"] == amount(100 + 1000 + 10_000 + 100_000)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("SUM({I.3}:{I.1})", 'dòng "I.1" không đứng sau dòng "I.3"'),
        ("SUM({I.1}:{I.1})", 'dòng "I.1" không đứng sau dòng "I.1"'),
        ("SUM({I.1}:{I.1.2})", 'dòng "I.1" và dòng "I.1.2" không cùng bậc'),
        ("1 + SUM({I.9}:{I.1})", 'dòng "II" sai ở ký tự thứ 9: không có dòng số liệu "I.9"'),
        ("SUM({I.1}:{I.9})", 'không có dòng số liệu "I.9"'),
    ],
)
def test_a_span_that_joins_nothing_is_refused(formula, words):
    with pytest.raises(FormulaError) as refused:
        grid(ROWS, ["thang"], {"II": formula}, levels=LEVELS)

    assert words in str(refused.value)


def test_a_span_through_its_own_row_is_a_cycle():
    with pytest.raises(FormulaCycle):
        grid(ROWS, ["thang"], {"I.2": "SUM({I.1}:{I.3})"}, levels=LEVELS)


def test_spans_reach_other_columns_and_periods():
    table = grid(ROWS, ["thang", "luy_ke"], {"I": "SUM({I.1}:{I.3}[luy_ke]@CUNG_KY)"}, levels=LEVELS)

    assert table.outside == {Outside("", row, "luy_ke", "CUNG_KY") for row in ("I.1", "I.2", "I.3")}


@pytest.mark.requirement("X11", part="formulas across periods")
def test_a_total_of_another_period_is_computed_from_its_parts_of_that_period():
    forms = book(
        BM01=grid(row_formulas={"I": "{I.1} + {I.2}"}),
        BM02=grid(rows=["TH"], row_formulas={"TH": "{BM01!I} / {BM01!I}@CUNG_KY * 100"}),
    )
    values = {Place("BM01", row, "thang"): amount(30) for row in ("I.1", "I.2")} | {
        Place("BM01", row, "thang", "CUNG_KY"): amount(20) for row in ("I.1", "I.2")
    }

    assert {(place.row, place.period) for place in forms.elsewhere} == {
        ("I.1", "CUNG_KY"),
        ("I.2", "CUNG_KY"),
    }
    assert forms.compute(values)[Place("BM02", "TH", "thang")] == amount(150)


def test_a_computed_cell_that_names_a_period_itself_is_asked_of_the_store():
    """Worked out from its parts it would be last month alone."""
    forms = book(
        BM01=grid(
            row_formulas={"I": "{I.1} + {I.2}"}, column_formulas={"luy_ke": "SUM([thang]; [luy_ke]@KY_TRUOC)"}
        )
    )

    assert Place("BM01", "I", "luy_ke", "KY_TRUOC") in forms.elsewhere
    assert Place("BM01", "I", "luy_ke", "KY_TRUOC") not in forms.computed


@pytest.mark.requirement("X11", part="formulas across periods")
def test_the_total_of_a_list_in_another_period_is_what_was_stated_then():
    table = CompiledGrid(
        ["DA", "DA/1", "T"],
        ["so"],
        {"T": "{DA} - {DA}@KY_TRUOC"},
        {},
        totals={"DA": ["DA/1"]},
        totalled_columns=["so"],
    )
    both = book(BM01=table)
    before = Place("BM01", "DA", "so", "KY_TRUOC")

    assert both.elsewhere == {before}
    computed = both.compute({Place("BM01", "DA/1", "so"): amount(9), before: amount(4)})
    assert computed[Place("BM01", "T", "so")] == amount(5)
