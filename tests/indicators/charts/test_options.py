"""What a chart promises its reader, seen in the option that both sides draw."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from indicators.charts import (
    DARK,
    LIGHT,
    MAX_SERIES,
    PAPER,
    Break,
    Chart,
    Form,
    Point,
    Series,
    chart_option,
    describe,
)

MONTHS = ("1/2024", "2/2024", "3/2024")


def point(amount, *, estimate: bool = False) -> Point:
    text = "…" if amount is None else str(amount)
    return Point(None if amount is None else Decimal(amount), text, "Ước" if estimate else "", estimate)


def series(*amounts, name="Toàn tỉnh", estimates=(), slot=0, is_plan=False) -> Series:
    points = {
        month: point(amount, estimate=place in estimates)
        for place, (month, amount) in enumerate(zip(MONTHS, amounts, strict=False))
    }
    return Series(name, points, slot, is_plan)


def chart(*lines: Series, form=Form.LINE, breaks=()) -> Chart:
    return Chart("Thu ngân sách", "tỷ đồng", MONTHS, lines, form, breaks)


def drawn(option, kind="line"):
    return [part for part in option["series"] if part["type"] == kind]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PAPER])
def test_colours_stand_out_from_their_ground(theme):
    assert len(theme.series) >= MAX_SERIES
    assert min(contrast(colour, theme.ground) for colour in theme.series) >= 4.5  # they also colour names
    assert min(contrast(theme.ink, theme.ground), contrast(theme.muted, theme.ground)) >= 4.5


def test_an_option_is_plain_json_and_writes_no_html():
    option = chart_option(chart(series("1", "2", "3", estimates={2}), series("4", None, "4", is_plan=True)))

    assert json.loads(json.dumps(option, allow_nan=False)) == option
    assert option["tooltip"]["renderMode"] == "richText"
    assert option["aria"]["label"]["description"] == describe(
        chart(series("1", "2", "3", estimates={2}), series("4", None, "4", is_plan=True))
    )


def test_bars_start_at_zero_and_the_measure_stands_at_the_axis():
    bars = chart_option(chart(series("100", "101", "102"), form=Form.BAR))
    lines = chart_option(chart(series("100", "101", "102")))

    assert (bars["yAxis"]["scale"], lines["yAxis"]["scale"]) == (False, True)
    assert bars["yAxis"]["name"] == "tỷ đồng"


def test_an_estimated_bar_is_hollow_with_a_broken_edge_in_the_colour_of_its_series():
    (bars,) = drawn(chart_option(chart(series("1", "2", "3", estimates={2}), form=Form.BAR)), "bar")
    firm, _, estimate = bars["data"]

    assert bars["itemStyle"]["color"] == LIGHT.series[0]
    assert "itemStyle" not in firm
    assert estimate["itemStyle"]["borderType"] == "dashed"
    assert (estimate["itemStyle"]["color"], estimate["itemStyle"]["borderColor"]) == (
        LIGHT.ground,
        LIGHT.series[0],
    )


def test_an_estimated_point_is_hollow_and_the_line_to_it_is_broken():
    solid, dashed = drawn(chart_option(chart(series("1", "2", "3", estimates={2}))))

    assert [bool(item) for item in solid["data"]] == [True, True, False]
    assert [bool(item) for item in dashed["data"]] == [False, True, True]
    assert dashed["lineStyle"]["type"] == "dashed"
    joint, hollow = dashed["data"][1:]
    assert joint["symbol"] == "none"
    assert "said" not in joint  # the hint names each figure once
    assert hollow["itemStyle"]["color"] == LIGHT.ground
    assert solid["itemStyle"]["color"] == hollow["itemStyle"]["borderColor"] == LIGHT.series[0]


def test_a_plan_is_a_broken_line_of_no_series_colour():
    figures, plan = drawn(chart_option(chart(series("1", "2", "3"), series("4", "4", "4", is_plan=True))))

    assert plan["lineStyle"]["type"] == "dashed"
    assert plan["lineStyle"]["color"] not in LIGHT.series
    assert figures["lineStyle"].get("type") is None


def test_what_is_missing_is_a_gap_and_not_zero():
    (line,) = drawn(chart_option(chart(series("1", None, "3"))))

    assert line["data"][1] is None
    assert [item and item["said"] for item in line["data"]] == ["1", None, "3"]


def test_a_series_keeps_its_colour_wherever_it_stands():
    alone = chart_option(chart(series("1", "2", slot=3)))
    beside = chart_option(chart(series("1", "2", name="A"), series("1", "2", slot=3)))

    assert alone["series"][0]["itemStyle"]["color"] == beside["series"][1]["itemStyle"]["color"]


def test_lines_are_named_at_their_ends_and_bars_by_a_legend_with_patterns():
    two = (series("1", "2", "3", name="A"), series("1", "2", "3", name="B", slot=1, estimates={2}))
    lines, bars = chart_option(chart(*two)), chart_option(chart(*two, form=Form.BAR))

    ends = [part["endLabel"]["formatter"] for part in lines["series"] if "endLabel" in part]
    assert ends == ["A", "B"]
    assert (lines["legend"]["show"], bars["legend"]["show"]) == (False, True)
    assert (lines["aria"]["decal"]["show"], bars["aria"]["decal"]["show"]) == (False, True)


def test_a_break_is_a_vertical_line_with_its_note():
    option = chart_option(chart(series("1", "2"), breaks=(Break("2/2024", "Sáp nhập từ 01/02/2024"),)))

    (mark,) = option["series"][0]["markLine"]["data"]
    assert (mark["xAxis"], mark["label"]["formatter"]) == ("2/2024", "Sáp nhập từ\n01/02/2024")


def test_names_are_text_and_no_template_of_echarts():
    option = chart_option(
        chart(series("1", name="{a|x}{b}"), series("1", name="B"), breaks=(Break("2/2024", "{c}"),))
    )

    assert option["series"][0]["endLabel"]["formatter"] == "(a|x)(b)"
    assert option["series"][0]["markLine"]["data"][0]["label"]["formatter"] == "(c)"


def test_more_series_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="at most 5"):
        chart(*[series("1", name=str(number)) for number in range(MAX_SERIES + 1)])


def test_a_figure_at_no_category_is_refused():
    with pytest.raises(ValueError, match="no category"):
        chart(Series("A", {"4/2024": point("1")}))


def test_the_description_tells_first_last_least_greatest_estimates_and_breaks():
    said = describe(
        chart(
            series("2", "1", "3", estimates={2}),
            Series("Trống", {}),
            form=Form.BAR,
            breaks=(Break("2/2024", "Sáp nhập"),),
        )
    )

    assert said == (
        "Biểu đồ cột: Thu ngân sách (tỷ đồng), từ 1/2024 đến 3/2024. Toàn tỉnh: 1/2024 là 2; 3/2024 là 3 (Ước); "
        "thấp nhất 1 (2/2024); cao nhất 3 (3/2024); 1 trên 3 kỳ là số ước, số chưa chính thức. "
        "Trống: chưa có số liệu. Từ 2/2024: Sáp nhập."
    )


def test_a_chart_of_nothing_says_so():
    assert "chưa có số liệu" in describe(Chart("Thu", "tỷ đồng", (), ()))
