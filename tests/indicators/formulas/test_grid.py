import time
from decimal import Decimal
from itertools import product

import pytest

from indicators.formulas.grammar import FormulaError
from indicators.formulas.graph import FormulaCycle
from indicators.formulas.grid import CompiledGrid
from indicators.numbers import BLANK, CellValue

ROWS = ["tong", "noi_dia", "xnk"]
COLUMNS = ["ke_hoach", "thang", "luy_ke", "so_kh", "ghi_chu"]


def budget(row_formulas=None, column_formulas=None, aliases=None, **options):
    """Thu ngân sách: a total row, a percentage column, a column of words."""
    return CompiledGrid(
        ROWS,
        COLUMNS,
        {"tong": "SUM({noi_dia}; {xnk})"} if row_formulas is None else row_formulas,
        {"so_kh": "[luy_ke] / [ke_hoach] * 100"} if column_formulas is None else column_formulas,
        aliases,
        text_columns={"ghi_chu"},
        **options,
    )


def figures(**rows):
    """Of each row: ke_hoach, thang, luy_ke."""
    return {
        (row, column): amount if isinstance(amount, CellValue) else CellValue(Decimal(amount))
        for row, amounts in rows.items()
        for column, amount in zip(COLUMNS[:3], amounts, strict=True)
    }


def refused(**parts):
    with pytest.raises(FormulaError) as caught:
        budget(**parts)
    return caught.value


@pytest.mark.requirement("X11", part="formulas by row and by column")
@pytest.mark.requirement("R54", part="formulas computed")
def test_rows_and_columns_are_computed_and_the_column_wins_where_they_cross():
    values = figures(noi_dia=["100", "5", "50"], xnk=["300", "20", "60"])

    computed = budget().compute(values)

    assert set(computed) == budget().computed
    assert {cell: value.amount for cell, value in computed.items()} == {
        ("tong", "ke_hoach"): 400,
        ("tong", "thang"): 25,
        ("tong", "luy_ke"): 110,
        ("noi_dia", "so_kh"): 50,
        ("xnk", "so_kh"): 20,
        ("tong", "so_kh"): Decimal("27.5"),  # of the totals, not 50 + 20
    }


@pytest.mark.requirement("X11", part="columns of words")
def test_columns_of_words_are_never_computed():
    assert not {column for _, column in budget().computed} & {"ghi_chu"}


def test_a_cell_can_be_read_from_anywhere():
    grid = budget(column_formulas={"so_kh": "[luy_ke] / {tong}[luy_ke] * 100"})

    computed = grid.compute(figures(noi_dia=["0", "0", "30"], xnk=["0", "0", "10"]))

    assert computed["noi_dia", "so_kh"].amount == 75
    assert computed["tong", "so_kh"].amount == 100


def test_a_row_formula_may_read_columns_of_its_own_row():
    grid = budget(row_formulas={"tong": "{noi_dia}[thang] + {xnk}[thang]"}, column_formulas={})

    computed = grid.compute(figures(noi_dia=["1", "2", "3"], xnk=["10", "20", "30"]))

    assert {column: computed["tong", column].amount for column in COLUMNS[:4]} == dict.fromkeys(
        COLUMNS[:4], 22
    )


@pytest.mark.requirement("R54", part="formulas refer to rows, columns and cells")
def test_rows_are_also_named_by_the_code_of_their_indicator():
    grid = budget(row_formulas={"tong": "{I.1} + {xnk}"}, aliases={"I.1": "noi_dia", "xnk": "noi_dia"})

    computed = grid.compute(figures(noi_dia=["1", "1", "1"], xnk=["5", "5", "5"]))

    assert computed["tong", "thang"].amount == 6  # a row's own key wins over a code


def test_missing_cells_are_blank_and_an_empty_table_stays_empty():
    assert set(budget().compute({}).values()) == {BLANK}
    assert budget().compute(figures(noi_dia=["1", "2", "3"]))["tong", "thang"].amount == 2


@pytest.mark.parametrize("text", ["ROUND([thang]; 1)", "ROUND(MAX([thang]); 1)"])
def test_a_blank_cell_is_rounded_to_a_blank_one(text):
    grid = CompiledGrid(["noi_dia"], ["thang", "tron"], {}, {"tron": text})

    assert grid.compute({}) == {("noi_dia", "tron"): BLANK}


def test_what_stands_in_computed_cells_is_not_looked_at():
    values = figures(noi_dia=["100", "5", "50"], xnk=["300", "20", "60"])
    forged = values | {
        ("tong", "thang"): CellValue(Decimal(999)),
        ("tong", "luy_ke"): CellValue(Decimal(999)),
    }

    assert budget().compute(forged) == budget().compute(values)


# Refused when the form is saved


@pytest.mark.requirement("R54", part="unknown names refused")
@pytest.mark.parametrize(
    ("parts", "position", "words"),
    [
        (
            {"row_formulas": {"tong": "{noi_dia} + {xkn}"}},
            12,
            'dòng "tong" sai ở ký tự thứ 13: không có dòng số liệu "xkn"',
        ),
        ({"row_formulas": {"tong": "{noi_dia} + {xkn}"}}, 12, 'có phải là "xnk"'),
        (
            {"column_formulas": {"so_kh": "[luyke] / 2"}},
            0,
            'cột "so_kh" sai ở ký tự thứ 1: không có cột số liệu "luyke"',
        ),
        ({"column_formulas": {"so_kh": "2 * {tong}[zzz]"}}, 4, 'không có cột số liệu "zzz".'),
        ({"column_formulas": {"so_kh": "[luy_ke] / [ghi_chu]"}}, 11, 'không có cột số liệu "ghi_chu"'),
        ({"row_formulas": {"tong": "{I.1}"}, "aliases": {"I.1": "gone"}}, 0, 'không có dòng số liệu "I.1"'),
        ({"row_formulas": {"tongg": "1"}}, None, 'dòng "tongg" sai: không có dòng số liệu "tongg"'),
        ({"column_formulas": {"ghi_chu": "1"}}, None, 'cột "ghi_chu" sai: không có cột số liệu'),
        (
            {"column_formulas": {"so_kh": "[luy_ke] /"}},
            10,
            'cột "so_kh" sai ở ký tự thứ 11: công thức dừng giữa chừng',
        ),
    ],
)
def test_a_wrong_formula_is_named_with_its_row_or_column_and_the_place(parts, position, words):
    error = refused(**parts)

    assert error.position == position
    assert words in str(error)


@pytest.mark.requirement("R54", part="cycles refused")
def test_a_cycle_is_named_with_its_way_round():
    error = refused(column_formulas={"thang": "1 + [luy_ke]", "luy_ke": "[thang] * 2"})

    assert isinstance(error, FormulaCycle)
    first, *_, last = error.fault.removeprefix("tính vòng quanh ").split(" → ")
    assert first == last
    assert "[thang] → " in str(error) or "[luy_ke] → " in str(error)
    assert error.place in ('cột "thang"', 'cột "luy_ke"')
    assert error.position == (4 if error.place == 'cột "thang"' else 0)


@pytest.mark.parametrize(
    "parts",
    [
        {"row_formulas": {"tong": "SUM({tong}; {xnk})"}},
        {"row_formulas": {"tong": "{xnk}", "xnk": "{tong}"}},
        {"row_formulas": {"tong": "[thang] * 2"}, "column_formulas": {}},  # of its own cell, in column thang
        {"row_formulas": {"tong": "{xnk}[so_kh]"}, "column_formulas": {"so_kh": "{tong}[thang]"}},
    ],
)
def test_cycles_through_rows_columns_and_cells_are_refused(parts):
    assert isinstance(refused(**parts), FormulaCycle)


def test_the_same_formulas_without_a_crossing_are_no_cycle():
    """A column's formula takes the place of the row's, so that what only the row's would need is not needed."""
    grid = budget(
        row_formulas={"tong": "{noi_dia} + {xnk}"}, column_formulas={"so_kh": "{tong}[thang] / {xnk}[thang]"}
    )

    assert grid.compute(figures(noi_dia=["0", "6", "0"], xnk=["0", "3", "0"]))["tong", "so_kh"].amount == 3


# Only what changed


@pytest.mark.requirement("X11", part="only what changed is computed again")
def test_what_depends_on_a_change_is_found_in_order():
    affected = budget().affected([("noi_dia", "luy_ke")])

    assert set(affected) == {("noi_dia", "so_kh"), ("tong", "luy_ke"), ("tong", "so_kh")}
    assert affected.index(("tong", "luy_ke")) < affected.index(("tong", "so_kh"))
    assert budget().affected([("noi_dia", "ghi_chu")]) == []


@pytest.mark.requirement("X11", part="only what changed is computed again")
def test_only_what_changed_comes_back():
    grid = budget()
    values = figures(noi_dia=["100", "5", "50"], xnk=["300", "20", "60"])
    values |= grid.compute(values)

    values["noi_dia", "luy_ke"] = CellValue(Decimal(90))
    changed = grid.recompute(values, [("noi_dia", "luy_ke")])

    assert {cell: value.amount for cell, value in changed.items()} == {
        ("noi_dia", "so_kh"): 90,
        ("tong", "luy_ke"): 150,
        ("tong", "so_kh"): Decimal("37.5"),
    }


def test_a_change_without_effect_brings_nothing_back():
    grid = budget(row_formulas={"tong": "MAX({noi_dia}; {xnk})"})
    values = figures(noi_dia=["100", "5", "50"], xnk=["300", "20", "60"])
    values |= grid.compute(values)

    values["noi_dia", "thang"] = CellValue(Decimal(7))

    assert grid.recompute(values, [("noi_dia", "thang")]) == {}


def test_a_recompute_without_the_computed_cells_works_them_out():
    grid = budget()
    values = figures(noi_dia=["100", "5", "50"], xnk=["300", "20", "60"])

    changed = grid.recompute(values, [("noi_dia", "luy_ke")])

    assert changed["tong", "so_kh"].amount == Decimal(
        "27.5"
    )  # needs the total of the plan, which did not change
    assert ("tong", "ke_hoach") not in changed


def test_what_a_change_needs_to_be_read_goes_through_totals_that_did_not_change():
    grid = budget()

    needed = grid.needed([("noi_dia", "luy_ke")])

    assert needed == {(row, column) for row in ("noi_dia", "xnk") for column in ("luy_ke", "ke_hoach")}
    assert grid.needed([("noi_dia", "ghi_chu")]) == set()


def test_step_by_step_comes_to_the_same_as_at_once():
    grid = budget()
    values = {}
    for cell, value in figures(noi_dia=["100", "5", "50"], xnk=["300", "20", "60"]).items():
        values[cell] = value
        values |= grid.recompute(values, [cell])

    assert {cell: values[cell] for cell in grid.computed} == grid.compute(values)


# Size


def test_a_form_of_500_rows_and_10_columns_is_computed_in_a_moment():
    """Ten totals of 49 rows and four computed columns; the floor of the portal is 120 ms for the whole page."""
    rows = [f"{group}.{number}" for group, number in product(range(10), range(50))]
    columns = [f"c{number}" for number in range(10)]
    totals = {
        f"{group}.0": f"SUM({'; '.join(f'{{{group}.{n}}}' for n in range(1, 50))})" for group in range(10)
    }
    percentages = {
        f"c{number}": f"ROUND([c{number - 4}] / [c{number - 5}] * 100; 2)" for number in range(6, 10)
    }
    grid = CompiledGrid(rows, columns, totals, percentages)
    values = {
        (row, column): CellValue(Decimal(index + 1))
        for index, (row, column) in enumerate(product(rows, columns))
        if (row, column) not in grid.computed
    }

    started = time.process_time()
    computed = grid.compute(values)
    seconds = time.process_time() - started

    assert len(computed) == 500 * 4 + 10 * 6
    assert computed["0.0", "c0"].amount == sum(range(11, 500, 10))
    assert seconds < 0.15


def test_a_long_chain_of_cells_needs_no_deep_stack():
    rows = [f"r{number}" for number in range(3_000)]
    grid = CompiledGrid(rows, ["c"], {f"r{n}": f"{{r{n - 1}}} + 1" for n in range(1, 3_000)}, {})

    start = {("r0", "c"): CellValue(Decimal(1))}

    assert grid.compute(start)["r2999", "c"].amount == 3_000
    assert grid.recompute(start, [("r0", "c")])["r2999", "c"].amount == 3_000


LISTED = ("DA/1", "DA/2", "DA/3")


def listing(*rows, **formulas):
    return CompiledGrid(
        ["DA", *rows, *formulas],
        ["so"],
        formulas,
        {},
        totals={"DA": rows},
        totalled_columns=["so"],
        levels=dict.fromkeys(rows, 1),
    )


@pytest.mark.requirement("X11", part="list sections")
def test_a_list_is_read_as_its_total_or_as_its_rows():
    table = listing(*LISTED, T="{DA} * 2", N="COUNT({DA}:{DA})", M="MAX({DA}:{DA})")
    values = {("DA/1", "so"): CellValue(Decimal(5)), ("DA/3", "so"): CellValue(Decimal(7))}

    computed = table.compute(values)

    assert {row: value.amount for (row, _), value in computed.items()} == {"DA": 12, "T": 24, "N": 2, "M": 7}
    assert table.affected([("DA/2", "so")])[0] == ("DA", "so")


def test_what_is_read_of_an_empty_list_is_blank():
    computed = listing(N="COUNT({DA}:{DA})", M="MAX({DA}:{DA})", A="AVERAGE({DA}:{DA})").compute({})

    assert all(value.is_blank for value in computed.values())


def test_a_row_that_is_no_list_is_no_span_of_itself():
    with pytest.raises(FormulaError, match="không đứng sau"):
        listing(*LISTED, T="SUM({DA/1}:{DA/1})")
