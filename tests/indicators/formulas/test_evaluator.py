from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.formulas.evaluator import CONTEXT, evaluate, prepared
from indicators.formulas.grammar import parse
from indicators.numbers import BLANK, CellValue, parse_plan

NAMED = {"": BLANK, "-": CellValue(code="-"), "…": CellValue(code="…"), "x": CellValue(code="x")}


def cell(value):
    return NAMED[value] if isinstance(value, str) else CellValue(Decimal(str(value)))


def worth(text, **columns):
    return evaluate(parse(text), lambda ref: cell(columns[ref.column]))


@pytest.mark.requirement("R54", part="formulas computed")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 2 - 3", "5"),
        ("10 − 2 + 3", "11"),  # U+2212
        ("100 / 10 / 2", "5"),
        ("2 * -3", "-6"),
        ("-2 + 5", "3"),
        ("--5", "5"),
        ("+5", "5"),
        ("1,5 + 0,25", "1.75"),
        ("50%", "0.5"),
        ("200 * 50%", "100"),
        ("-50%", "-0.5"),
        ("= 1 + 1", "2"),
        ("0,1 + 0,2 = 0,3", "1"),  # no binary floats
        ("1 <> 1", "0"),
        ("2 < 3", "1"),
        ("3 <= 3", "1"),
        ("2 > 3", "0"),
        ("3 >= 4", "0"),
        ("1 + 1 = 2", "1"),
        ("SUM(1; 2; 3,5)", "6.5"),
        ("SUM(1,2)", "1.2"),  # a decimal comma, as in Vietnamese Excel
        ("AVERAGE(1; 2; 6)", "3"),
        ("MIN(3; -1; 2)", "-1"),
        ("MAX(3; -1; 2)", "3"),
        ("COUNT(3; 0; 2)", "3"),
        ("ABS(-3)", "3"),
        ("ROUND(2,345; 2)", "2.35"),
        ("ROUND(-2,345; 2)", "-2.35"),
        ("ROUND(2,5; 0)", "3"),
        ("ROUND(1250; -2)", "1300"),
        ("IF(1 > 0; 10; 20)", "10"),
        ("IF(0; 10; 20)", "20"),
        ("if(1 < 0; 1; sum(2; 3))", "5"),
        ("1 / 3", "0.333333"),
        ("2 / 3", "0.666667"),
        ("1 / 3 * 3", "1"),  # rounded at the end only
        ("0,0000005", "0.000001"),
        ("0 * -5", "0"),
        ("-0", "0"),
    ],
)
def test_arithmetic(text, expected):
    value = worth(text)

    assert value == CellValue(Decimal(expected))
    assert value.amount.as_tuple().exponent >= -6


def test_a_zero_has_no_minus():
    assert not worth("0 * -5").amount.is_signed()
    assert not worth("-[a]", a=0).amount.is_signed()


@pytest.mark.requirement("X11", part="percentages by column")
def test_the_row_of_the_industry_table_of_binh_phuoc():
    """Đá xây dựng (m³), April 2020, as printed by the province."""
    row = {
        "cung_ky": 317_957,
        "luy_ke_cung_ky": 1_349_136,
        "ke_hoach": 3_500_000,
        "thang_truoc": 255_612,
        "thang": 184_893,
        "luy_ke": 824_344,
    }

    def printed(text):
        return worth(f"ROUND({text} * 100; 3)", **row).amount

    assert worth("[thang] / [thang_truoc] * 100", **row).amount == Decimal("72.333459")
    assert printed("[thang] / [thang_truoc]") == Decimal("72.333")
    assert printed("[thang] / [cung_ky]") == Decimal("58.150")
    assert printed("[luy_ke] / [luy_ke_cung_ky]") == Decimal("61.102")
    assert printed("[luy_ke] / [ke_hoach]") == Decimal("23.553")


@pytest.mark.requirement("R74", part="one rule for cells without a number")
@pytest.mark.parametrize(
    ("a", "b", "plus", "total", "count"),
    [
        # a, b, [a] + [b], SUM, COUNT
        (2, 3, 5, 5, 2),
        (2, "-", 2, 2, 2),
        (2, "…", "…", "…", "…"),
        (2, "x", "x", 2, 1),
        (2, "", "…", 2, 1),
        ("-", "-", 0, 0, 2),
        ("-", "…", "…", "…", "…"),
        ("-", "x", "x", 0, 1),
        ("-", "", "…", 0, 1),
        ("…", "…", "…", "…", "…"),
        ("…", "x", "x", "…", "…"),
        ("…", "", "…", "…", "…"),
        ("x", "x", "x", "x", "x"),
        ("x", "", "x", "", 0),
        ("", "", "", "", ""),
    ],
)
def test_cells_without_a_number_follow_one_rule_in_either_order(a, b, plus, total, count):
    for left, right in ((a, b), (b, a)):
        assert worth("[a] + [b]", a=left, b=right) == cell(plus)
        assert worth("[a] - -[b]", a=left, b=right) == cell(plus)
        assert worth("SUM([a]; [b])", a=left, b=right) == cell(total)
        assert worth("COUNT([a]; [b])", a=left, b=right) == cell(count)
        for function in ("AVERAGE", "MIN", "MAX"):
            value = worth(f"{function}([a]; [b])", a=left, b=right)
            assert value.code == cell(total).code
            assert value.is_blank == cell(total).is_blank


@pytest.mark.requirement("R74", part="one rule for cells without a number")
@pytest.mark.parametrize(
    "text", ["[a] * 2", "2 * [a]", "[a] / 4", "[a] > 1", "-[a]", "[a]%", "ABS([a])", "ROUND([a]; 1)"]
)
@pytest.mark.parametrize("code", ["…", "x", ""])
def test_every_operation_passes_on_what_is_not_a_number(text, code):
    assert worth(text, a=code) == cell(code)


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("[a] / [b] * 100", {"a": "", "b": ""}, ""),  # an empty row stays empty
        ("[a] / [b] * 100", {"a": 5, "b": ""}, "…"),
        ("[a] / [b] * 100", {"a": "-", "b": 8}, 0),
        ("[a] * (1 + 1)", {"a": ""}, ""),
        ("SUM([a]; [b]) + [c]", {"a": "", "b": "", "c": 5}, "…"),
        ("SUM([a] * 2; [b])", {"a": "", "b": 5}, 5),
        ("SUM([a]; 0)", {"a": ""}, ""),
        ("SUM([a]; 0)", {"a": "x"}, "x"),
        ("AVERAGE([a]; [b]; [c])", {"a": 4, "b": "x", "c": ""}, 4),
        ("AVERAGE([a]; [b])", {"a": 4, "b": "-"}, 2),  # "-" was reported
        ("MIN([a]; [b])", {"a": 4, "b": "-"}, 0),
        ("IF([a] > 0; [b]; [c])", {"a": 1, "b": "x", "c": 3}, "x"),
        ("IF([a] > 0; [b]; [c])", {"a": 1, "b": "", "c": 3}, ""),
        ("IF([a] > 0; [b]; [c])", {"a": 0, "b": "…", "c": 3}, 3),  # the other is not looked at
        ("IF([a] > 0; [b]; [c])", {"a": "…", "b": 1, "c": 1}, "…"),
        ("IF([a] > 0; [b]; [c])", {"a": "x", "b": 1, "c": 1}, "x"),
        ("IF([a] > 0; [b]; [c])", {"a": "", "b": 1, "c": 1}, ""),
        ("IF([a]; 1; 2)", {"a": "-"}, 2),
        ("IF([b] = 0; 0; [a] / [b])", {"a": 5, "b": 0}, 0),
    ],
)
def test_the_rule_holds_through_nested_formulas(text, columns, expected):
    assert worth(text, **columns) == cell(expected)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("[a] / [b]", {"a": 5, "b": 0}),
        ("[a] / [b]", {"a": 0, "b": 0}),
        ("[a] / [b]", {"a": 5, "b": "-"}),
        ("[a] / ([b] - [b])", {"a": 5, "b": 7}),
        ("1 + [a] / [b]", {"a": 5, "b": 0}),
    ],
)
def test_division_by_zero_is_not_applicable(text, columns):
    assert worth(text, **columns) == cell("x")


def test_a_division_by_zero_is_left_out_of_totals():
    assert worth("SUM([a] / [b]; 3)", a=5, b=0) == cell("x")  # nothing else reads a cell
    assert worth("SUM([a] / [b]; [a])", a=5, b=0) == cell(5)
    assert worth("SUM(1 / 0; 2)") == cell(2)


@pytest.mark.parametrize("text", ["[a] * [a]", "SUM([a] * 1000000; [a])", "ROUND([a] * [a] * [a] * [a]; 6)"])
def test_a_result_no_cell_can_hold_is_not_applicable(text):
    assert worth(text, a=10**15) == cell("x")


def test_the_largest_figure_is_kept_to_its_last_decimal():
    assert worth("[a] + 0,000001", a=999_999_999_999_999_999).amount == Decimal("999999999999999999.000001")


def test_each_cell_is_asked_for_once():
    asked = []

    evaluate(parse("[a] + [a] * [b]"), lambda ref: asked.append(ref.column) or CellValue(Decimal(1)))

    assert sorted(asked) == ["a", "b"]


def test_the_surrounding_decimal_context_plays_no_part():
    with localcontext() as context:
        context.prec = 3

        assert worth("[a] / 3 + -12345,6", a=100_000).amount == Decimal("20987.733333")
        assert context.prec == 3


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.requirement("R74", part="one rule for cells without a number")
@pytest.mark.parametrize("plan", ["7-8", "dưới 3", "khoảng 4", "Xuất siêu"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[th] / [kh] * 100", "x"),
        ("[th] + [kh]", "x"),
        ("ABS([kh])", "x"),
        ("[th] > [kh]", "x"),
        ("IF([kh] > 0; 1; 2)", "x"),
        ("SUM([th]; [kh])", "…"),
        ("AVERAGE([th]; [kh])", "…"),
        ("COUNT([th]; [kh])", "…"),
    ],
)
def test_a_plan_that_is_not_one_number_is_never_computed_with(plan, text, expected):
    cells = {"kh": parse_plan(plan, None), "th": cell(5)}

    assert evaluate(parse(text), lambda ref: cells[ref.column]) == CellValue(code=expected)


def test_a_plan_is_passed_on_as_it_is():
    plan = parse_plan("7-8", None)

    assert evaluate(parse("[kh]"), lambda ref: plan) == plan
    assert evaluate(parse("IF(1; [kh]; 0)"), lambda ref: plan) == plan


@given(
    text=st.sampled_from(
        [
            "[a] + [b] - [c]", "[a] / [b] * [c]", "SUM([a]; [b]; [c])", "AVERAGE([a]; [b] * 2; [c])", "MIN([a]; [b])",
            "MAX([a]; 3)", "COUNT([a]; [b])", "ROUND([a] / [b]; 2) + 5%", "ABS(-[a])", "[a] = [b]", "[a] <= [b]",
            "IF([a] > [b]; [c]; 1 / [b])", "SUM([a])", "-[a]", "[a]%", "1 + 2", "MIN([a])", "[a] <> [c]",
            "ROUND([a]; 2)", "ROUND(MIN([a]); 1)",
        ]
    ),
    values=st.lists(st.sampled_from(["", "-", "…", "x", 0, 1, -2, Decimal("0.1"), 10**17]), min_size=3, max_size=3),
)  # fmt: skip
def test_the_way_by_amounts_alone_comes_to_the_same(text, values):
    """What thousands of cells are computed by, against the rule as it is written."""
    formula = parse(text)
    cells = dict(zip("abc", map(cell, values), strict=True))
    operands = [cells[ref.column] for ref in formula.positions]

    with localcontext(CONTEXT):
        found = prepared(formula)([operand.amount for operand in operands])

    assert found is None or found == evaluate(formula, lambda ref: cells[ref.column])
    if text in {"[a] + [b] - [c]", "SUM([a]; [b]; [c])"} and all(operand.is_number for operand in operands):
        assert found is not None
