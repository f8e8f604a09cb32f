"""Plans that are not one number: read, written back, kept."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from indicators.numbers import (
    BLANK,
    CellValue,
    NumberFormatError,
    canonical_target,
    format_cell,
    looks_like_plan,
    parse_plan,
    read_target,
)
from indicators.targets import Target

PERCENT = SimpleNamespace(symbol="%")


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize(
    ("typed", "written", "canonical"),
    [
        ("7,5-8,0", "7,5 – 8,0", "r:7.5:8"),
        ("7,5 – 8,0", "7,5 – 8,0", "r:7.5:8"),
        ("7,5 — 8,0", "7,5 – 8,0", "r:7.5:8"),
        ("từ 7,5 đến 8,0", "7,5 – 8,0", "r:7.5:8"),
        ("Từ 7,5 đến 8,0 %", "7,5 – 8,0", "r:7.5:8"),
        ("khoảng 7 - 8", "7 – 8", "r:7:8"),
        ("1.500-2.000", "1.500 – 2.000", "r:1500:2000"),
        ("-5--3", "-5 – -3", "r:-5:-3"),
        ("<7,6", "dưới 7,6", "b:<:7.6"),
        ("dưới 3", "dưới 3", "b:<:3"),
        ("≤ 3", "không quá 3", "b:<=:3"),
        ("<= 3", "không quá 3", "b:<=:3"),
        ("không quá 3", "không quá 3", "b:<=:3"),
        ("tối đa 3%", "không quá 3", "b:<=:3"),
        ("Trên 10", "trên 10", "b:>:10"),
        ("> 1.055", "trên 1.055", "b:>:1055"),
        ("ít nhất 95", "ít nhất 95", "b:>=:95"),
        (">=95", "ít nhất 95", "b:>=:95"),
        ("từ 95 trở lên", "ít nhất 95", "b:>=:95"),
        ("khoảng 4", "khoảng 4", "b:~:4"),
        ("~4", "khoảng 4", "b:~:4"),
        ("  Xuất   siêu ", "Xuất siêu", "w:Xuất siêu"),
    ],
)
def test_a_plan_is_read_written_in_one_way_and_kept(typed, written, canonical):
    value = parse_plan(typed, PERCENT)

    assert value.amount is None
    assert (format_cell(value), canonical_target(value.target)) == (written, canonical)
    assert CellValue(target=read_target(canonical)) == value
    assert parse_plan(written, PERCENT) == value


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("7.213,5", CellValue(Decimal("7213.5"))),
        ("-5", CellValue(Decimal(-5))),
        ("-", CellValue(code="-")),
        ("x", CellValue(code="x")),
        ("...", CellValue(code="…")),
        ("", BLANK),
        ("8 %", CellValue(Decimal(8))),
    ],
)
def test_a_plan_may_still_be_one_number_a_sign_or_nothing(typed, value):
    assert parse_plan(typed, PERCENT) == value


@pytest.mark.requirement("X10", part="a number that could mean two things is refused")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("8-7", "8 không nhỏ hơn 7"),
        ("7-7", "7 không nhỏ hơn 7"),
        ("dưới 1.5", "“1.5” không đọc được"),
        ("1.5-2.5", "“1.5” không đọc được"),
        ("< -", "sau dấu hay từ chỉ giới hạn phải là một số"),
        ("0,7 (còn 4,33)", "không đọc được"),
        ("1.5", "Nếu là số thập phân, gõ 1,5."),
        ("7 tỷ", "không gõ kèm chữ hay đơn vị tính"),
        ("5-10 ‰", "có dấu ‰"),
        ("chưa rõ " * 60, "kế hoạch bằng chữ dài nhất 300 ký tự"),
    ],
)
def test_what_holds_a_digit_and_is_no_plan_is_refused_and_never_taken_for_words(typed, words):
    with pytest.raises(NumberFormatError) as refused:
        parse_plan(typed, PERCENT)

    assert words in str(refused.value)


def test_the_ends_of_a_range_have_the_same_decimals_and_keep_what_was_typed():
    value = parse_plan("7,25-8", PERCENT)

    assert format_cell(value, 0) == "7,25 – 8,00"
    assert format_cell(parse_plan("dưới 3", PERCENT), 1) == "dưới 3,0"


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"amount": Decimal(1)},
        {"amount": Decimal(2), "amount_to": Decimal(1)},
        {"amount": Decimal(1), "sign": "?"},
        {"amount": Decimal(1), "words": "Xuất siêu"},
    ],
)
def test_a_target_is_a_range_a_bound_or_words(parts):
    with pytest.raises(ValueError, match="range, a bound or words"):
        Target(**parts)


def test_a_cell_holds_a_target_or_an_amount():
    with pytest.raises(ValueError, match="not both"):
        CellValue(Decimal(1), target=Target(words="Xuất siêu"))


@pytest.mark.parametrize(
    ("typed", "looks"), [("7-8", True), ("dưới 3", True), ("-7", False), ("Xuất siêu", False)]
)
def test_ranges_and_bounds_are_told_from_figures(typed, looks):
    assert looks_like_plan(typed) is looks
