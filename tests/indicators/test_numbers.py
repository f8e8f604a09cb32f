import doctest
import pickle
import time
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import numbers
from indicators.numbers import (
    BLANK,
    CellValue,
    NoValue,
    NumberFormatError,
    canonical,
    format_cell,
    format_number,
    parse_cell,
    parse_number,
)


@dataclass
class Measure:
    symbol: str


def amounts():
    """All amounts the store can keep: 15 significant digits, 6 decimals, 18 digits before the comma."""
    signed = st.builds(
        lambda digits, exponent: Decimal(digits).scaleb(exponent),
        st.integers(-(10**15) + 1, 10**15 - 1),
        st.integers(-6, 3),
    )
    return signed.map(lambda amount: amount or Decimal(0))


@pytest.mark.requirement("X10", part="Vietnamese numbers are read")
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1839", "1839"),
        ("1.839", "1839"),
        ("1,839", "1.839"),
        ("7.213,5", "7213.5"),
        ("19.770", "19770"),
        ("0", "0"),
        ("0,5", "0.5"),
        ("05", "5"),
        ("00012,50", "12.5"),
        ("1.234.567,25", "1234567.25"),
        ("1 234 567,25", "1234567.25"),
        ("1\u00a0234\u202f567", "1234567"),
        ("  95\t", "95"),
        ("\u00a08,5\u00a0", "8.5"),
        ("-4,13", "-4.13"),
        ("−4,13", "-4.13"),
        ("-1.270", "-1270"),
        ("-0", "0"),
        ("1,5000000", "1.5"),  # zeros at the end are no seventh decimal
        ("123456789012345", "123456789012345"),
        ("123.456.789.012.345.000", "123456789012345000"),
        ("123456789,123456", "123456789.123456"),
    ],
)
def test_a_vietnamese_number_is_read(text, amount):
    parsed = parse_number(text)

    assert parsed == Decimal(amount)
    assert str(parsed) == amount


@pytest.mark.requirement("X10", part="a number that could mean two things is refused")
@pytest.mark.parametrize(
    ("text", "suggestion", "told"),
    [
        ("1.5", "1.5", "dấu chấm chỉ ngăn cách nhóm ba chữ số. Nếu là số thập phân, gõ 1,5."),
        ("0.125", "0.125", "Nếu là số thập phân, gõ 0,125."),
        ("-101.38", "-101.38", "gõ -101,38."),
        ("1839.5", "1839.5", "gõ 1.839,5."),
        ("1.8390", "1.839", "gõ 1,839."),
        ("1,234.5", "1234.5", "Hãy gõ 1.234,5."),
        ("1,234,567", "1234567", "Hãy gõ 1.234.567."),
        ("1.234.5", "1234.5", "phần thập phân đứng sau dấu phẩy"),
        ("1 234.5", "1234.5", "phần thập phân đứng sau dấu phẩy"),
        ("1.234 567", "1234567", "toàn bằng dấu chấm, hoặc toàn bằng dấu cách"),
        ("1 234.567,5", "1234567.5", "toàn bằng dấu chấm, hoặc toàn bằng dấu cách"),
        (",5", "0.5", "thiếu chữ số trước dấu phẩy"),
        ("-.5", "-0.5", "thiếu chữ số trước dấu phẩy"),
        ("5,", "5", "thừa dấu ở cuối"),
        ("1.000.", "1000", "thừa dấu ở cuối"),
        ("+5", "5", "dấu cộng"),
        ("- 5", "-5", "dấu trừ viết liền"),
        ("(1.234,5)", "-1234.5", "Nếu là số âm, gõ -1.234,5."),
        ("1e5", "100000", "số mũ. Hãy gõ 100.000."),
        ("1.5E-3", "0.0015", "Hãy gõ 0,0015."),
    ],
)
def test_what_may_have_been_meant_is_suggested(text, suggestion, told):
    with pytest.raises(NumberFormatError) as caught:
        parse_number(text)

    assert caught.value.text == text
    assert caught.value.suggestions == (Decimal(suggestion),)
    assert str(caught.value).startswith(f"“{text}” không đọc được: ")
    assert told in str(caught.value)


@pytest.mark.requirement("X10", part="a number that could mean two things is refused")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "chưa có số"),
        ("12,5,1", "có nhiều dấu phẩy"),
        ("1,,5", "có nhiều dấu phẩy"),
        ("999 cái", "không gõ kèm chữ"),
        ("1,5 tỷ", "không gõ kèm chữ"),
        ("abc", "ví dụ 7.213,5"),
        ("12.34.567", "ví dụ 7.213,5"),
        ("0.125.000", "dấu phẩy"),
        ("012.345", "dấu chấm"),
        ("1  234", "ví dụ 7.213,5"),
        ("1_000", "ví dụ 7.213,5"),
        ("2/3", "ví dụ 7.213,5"),
        ("8,5 %", "ví dụ 7.213,5"),
        ("--5", "ví dụ 7.213,5"),
        ("٣", "ví dụ 7.213,5"),  # a digit to Python, not to us
        ("½", "ví dụ 7.213,5"),
        ("NaN", "ví dụ 7.213,5"),
        ("Infinity", "ví dụ 7.213,5"),
        ("2e-9", "số mũ"),  # 0,000000002 could not be stored
        ("1.23456789", "dấu chấm"),
    ],
)
def test_what_cannot_be_read_says_why(text, told):
    with pytest.raises(NumberFormatError) as caught:
        parse_number(text)

    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1234567890123456", "có 16 chữ số có nghĩa, chỉ lưu được 15"),
        ("1.234.567.890,1234567", "có 7 chữ số thập phân, chỉ lưu được 6"),
        ("0,0000001", "có 7 chữ số thập phân, chỉ lưu được 6"),
        ("1234567890,123456", "có 16 chữ số có nghĩa"),
        ("1" + "0" * 18, "có 19 chữ số trước dấu phẩy, chỉ lưu được 18"),
        ("1," + "0" * 2000 + "1", "có 2001 chữ số thập phân"),
        ("9" * 100_000, "có 100000 chữ số có nghĩa"),
    ],
)
def test_a_figure_that_cannot_be_stored_is_refused_not_rounded(text, told):
    with pytest.raises(NumberFormatError) as caught:
        parse_number(text)

    assert told in str(caught.value)
    assert caught.value.suggestions == ()
    assert len(str(caught.value)) < 200


def test_the_error_is_a_value_error_that_survives_a_queue():
    error = pickle.loads(pickle.dumps(NumberFormatError("1.5", "lý do", (Decimal("1.5"),))))

    assert isinstance(error, ValueError)
    assert (error.text, error.suggestions, str(error)) == ("1.5", (Decimal("1.5"),), "“1.5” lý do")


@pytest.mark.requirement("X10", part="blank, 0, -, … and x are five things")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", BLANK),
        (" \u00a0\n", BLANK),
        ("0", CellValue(Decimal(0))),
        ("-", CellValue(code=NoValue.NIL)),
        ("–", CellValue(code=NoValue.NIL)),
        ("−", CellValue(code=NoValue.NIL)),
        ("…", CellValue(code=NoValue.UNKNOWN)),
        (" ... ", CellValue(code=NoValue.UNKNOWN)),
        ("x", CellValue(code=NoValue.NOT_APPLICABLE)),
        ("X", CellValue(code=NoValue.NOT_APPLICABLE)),
        (" 7.213,5 ", CellValue(Decimal("7213.5"))),
    ],
)
def test_a_cell_is_a_figure_a_code_or_blank(text, value):
    assert parse_cell(text, None) == value
    assert parse_cell(text, Measure("tỷ đồng")) == value


@pytest.mark.requirement("X10", part="% and ‰ are read where they are the measure")
@pytest.mark.parametrize("text", ["8,5 %", "8,5%", " 8,5\u00a0% ", "8,5"])
def test_a_percent_sign_is_read_where_that_is_the_measure(text):
    assert parse_cell(text, Measure("%")) == CellValue(Decimal("8.5"))


@pytest.mark.requirement("X10", part="% and ‰ are read where they are the measure")
@pytest.mark.parametrize(
    ("text", "measure", "told"),
    [
        ("8,5 %", Measure("tỷ đồng"), "có dấu %, nhưng ô này tính bằng tỷ đồng"),
        ("8,5 %", Measure("‰"), "có dấu %, nhưng ô này tính bằng ‰"),
        ("10,8 ‰", Measure("%"), "có dấu ‰, nhưng ô này tính bằng %"),
        ("8,5 %", Measure(""), "ô này không có đơn vị tính"),
        ("8,5 %", None, "ô này không có đơn vị tính"),
        ("8,5 %%", Measure("%"), "không đọc được"),
        ("%", Measure("%"), "chưa có số"),
        ("1.5 %", Measure("%"), "gõ 1,5"),
    ],
)
def test_a_sign_that_is_not_the_measure_is_refused(text, measure, told):
    with pytest.raises(NumberFormatError) as caught:
        parse_cell(text, measure)

    assert told in str(caught.value)


def test_a_cell_knows_what_it_holds():
    zero, nil = CellValue(Decimal(0)), CellValue(code="-")

    assert (BLANK.is_blank, BLANK.is_number) == (True, False)
    assert (zero.is_blank, zero.is_number) == (False, True)
    assert (nil.is_blank, nil.is_number) == (False, False)
    assert nil == CellValue(code=NoValue.NIL)


@pytest.mark.parametrize(("amount", "code"), [(Decimal(1), "-"), (None, "?"), (None, "X")])
def test_a_cell_never_holds_an_unknown_code_nor_two_things(amount, code):
    with pytest.raises(ValueError, match="an amount or a code"):
        CellValue(amount, code)


@pytest.mark.requirement("X10", part="Vietnamese numbers are written")
@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        ("1839", None, "1.839"),
        ("7213.5", None, "7.213,5"),
        ("7213.500000", None, "7.213,5"),
        ("1.839", None, "1,839"),
        ("1E+6", None, "1.000.000"),
        ("0.000001", None, "0,000001"),
        ("-1234.5", None, "-1.234,5"),
        ("0.000", None, "0"),
        ("-0", None, "0"),
        ("7213.5", 2, "7.213,50"),
        ("7213.5", 0, "7.214"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.125", 2, "0,13"),
        ("-0.04", 1, "0,0"),
        ("999.95", 1, "1.000,0"),
        ("123456789012345678901234567890.5", 6, "123.456.789.012.345.678.901.234.567.890,500000"),
    ],
)
def test_an_amount_is_written_the_vietnamese_way(amount, decimals, text):
    assert format_number(Decimal(amount), decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (BLANK, ""),
        (CellValue(Decimal("8.5")), "8,50"),
        (CellValue(code=NoValue.NIL), "-"),
        (CellValue(code=NoValue.UNKNOWN), "…"),
        (CellValue(code=NoValue.NOT_APPLICABLE), "x"),
    ],
)
def test_a_cell_is_written_as_it_is_read(value, text):
    assert format_cell(value, 2) == text
    assert parse_cell(format_cell(value), None) == value


@pytest.mark.parametrize(
    ("amount", "text"),
    [("7213.50", "7213.5"), ("1E+3", "1000"), ("0.000001", "0.000001"), ("-0.00", "0"), ("-4.130", "-4.13")],
)
def test_the_canonical_text_of_an_amount_is_plain(amount, text):
    assert canonical(Decimal(amount)) == text


@pytest.mark.requirement("X10", part="what is written is read back")
@given(amounts())
def test_what_is_written_is_read_back(amount):
    assert parse_number(format_number(amount)) == amount
    assert parse_number(format_number(amount, 6)) == amount
    assert Decimal(canonical(amount)) == amount


@given(amounts(), st.sampled_from(" \u00a0\u202f"))
def test_groups_may_be_joined_by_any_space(amount, space):
    assert parse_number(format_number(amount).replace(".", space)) == amount


@given(amounts(), st.integers(0, 6))
def test_rounding_moves_a_figure_by_half_a_unit_at_most(amount, decimals):
    written = Decimal(format_number(amount, decimals).replace(".", "").replace(",", "."))

    assert abs(written - amount) <= Decimal(5).scaleb(-decimals - 1)


@given(st.text(alphabet="0123456789.,-+()eE %x ", max_size=20) | st.text(max_size=20))
def test_any_text_is_read_or_refused_with_suggestions_that_can_be_typed(text):
    try:
        meant = (parse_number(text),)
    except NumberFormatError as error:
        meant = error.suggestions

    assert all(parse_number(format_number(amount)) == amount for amount in meant)


@pytest.mark.parametrize("text", ["1{}!", "0{}-", "1.000{}1 1!", "1,{}€1!"])
@pytest.mark.parametrize("space", [" ", "\u00a0", ".", ","])
def test_a_long_text_is_refused_as_fast_as_it_is_long(text, space):
    started = time.perf_counter()

    with pytest.raises(NumberFormatError):
        parse_cell(text.format(space * 30_000), None)

    assert time.perf_counter() - started < 2


def test_the_examples_in_the_documentation_are_true():
    result = doctest.testmod(numbers)

    assert result.attempted > 0
    assert result.failed == 0
