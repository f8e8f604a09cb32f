"""What is typed into a cell, and what is shown of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.numbers import CellValue, NumberFormatError
from reports.entry.reading import read_cell, shown
from reports.regimes.grid import FormGrid
from reports.submissions.errors import LegacyText

ROW = {
    "number": "", "label": "", "kind": "input", "level": 0, "indicator": None, "indicator_code": "", "measure": "",
    "symbol": "", "decimals": 1, "disaggregation": "", "subject": None, "formula": "", "required": True, "help": "",
}  # fmt: skip
COLUMN = {
    "label": "",
    "path": [],
    "value_type": "",
    "period_role": "this",
    "plan_basis": "",
    "formula": "",
    "decimals": None,
}


@pytest.fixture
def grid() -> FormGrid:
    return FormGrid(
        {
            "code": "F",
            "title": "",
            "rows": [{**ROW, "key": "ty-dong"}, {**ROW, "key": "ty-le", "symbol": "%"}],
            "columns": [
                {**COLUMN, "key": "so", "kind": "input"},
                {**COLUMN, "key": "tinh", "kind": "computed", "decimals": 2},
                {**COLUMN, "key": "chu", "kind": "text"},
            ],
        }
    )


@pytest.mark.requirement("R30", part="text typed into cells")
def test_text_in_an_old_encoding_is_proposed_and_never_changed_silently(grid):
    key, typed = ("ty-dong", "chu"), " Sè liÖu thu ng©n s¸ch "

    with pytest.raises(LegacyText) as proposed:
        read_cell(grid, key, typed)

    assert (proposed.value.encoding, proposed.value.repaired) == ("TCVN3", "Số liệu thu ngân sách")
    assert read_cell(grid, key, typed, as_is=True) == (CellValue(), "Sè liÖu thu ng©n s¸ch")
    assert read_cell(grid, key, proposed.value.repaired) == (CellValue(), "Số liệu thu ngân sách")
    assert read_cell(grid, key, "Tie\u0302\u0301ng") == (CellValue(), "Tiếng")


def test_a_percent_sign_is_read_where_percent_is_the_measure(grid):
    assert read_cell(grid, ("ty-le", "so"), "8,5 %") == (CellValue(Decimal("8.5")), "")
    with pytest.raises(NumberFormatError, match="đơn vị tính"):
        read_cell(grid, ("ty-dong", "so"), "8,5 %")


@pytest.mark.requirement("X10", part="grid shows what was typed")
@pytest.mark.parametrize(
    ("key", "amount", "text"),
    [
        (("ty-dong", "so"), "1839", "1.839,0"),  # at least the decimals of the measure
        (("ty-dong", "so"), "7213.125", "7.213,125"),  # never fewer than were typed
        (("ty-dong", "tinh"), "7213.125", "7.213,13"),  # what is computed is rounded
    ],
)
def test_a_typed_figure_keeps_its_decimals_and_a_computed_one_is_rounded(grid, key, amount, text):
    assert shown(grid, key, CellValue(Decimal(amount))) == text


def test_codes_and_text_are_shown_as_they_are(grid):
    assert shown(grid, ("ty-dong", "so"), CellValue(code="…")) == "…"
    assert shown(grid, ("ty-dong", "so"), CellValue()) == ""
    assert shown(grid, ("ty-dong", "chu"), CellValue(), "Ghi chú") == "Ghi chú"


@pytest.mark.parametrize(
    ("key", "amount", "text"),
    [
        (("tong", "so"), "30000", "30.000,0"),  # a total has the decimals of its parts
        (("tong-cua-tong", "so"), "30000", "30.000,0"),
        (("nguoi", "so"), "8900", "8.900"),
        (("ty-le", "so"), "4.120271", "4,12"),  # a ratio of whole numbers has up to two
        (("ty-le", "so"), "50", "50"),
    ],
)
def test_what_is_computed_without_decimals_of_its_own_looks_like_what_it_is_computed_from(key, amount, text):
    computed = {**ROW, "kind": "computed", "decimals": None}
    grid = FormGrid(
        {
            "code": "F",
            "title": "",
            "rows": [
                {**ROW, "key": "thu"},
                {**ROW, "key": "ho", "decimals": 0},
                {**ROW, "key": "ngheo", "decimals": 0},
                {**computed, "key": "tong", "formula": "{thu} + {ho}"},
                {**computed, "key": "tong-cua-tong", "formula": "{tong} * 1"},
                {**computed, "key": "nguoi", "formula": "{ho} + {ngheo}"},
                {**computed, "key": "ty-le", "formula": "{ngheo} / {ho} * 100"},
            ],
            "columns": [{**COLUMN, "key": "so", "kind": "input"}],
        }
    )

    assert shown(grid, key, CellValue(Decimal(amount))) == text
