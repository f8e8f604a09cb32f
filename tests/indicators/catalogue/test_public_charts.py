"""The chart beside the table: the same figures, drawn on the server and in the browser from one option."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from indicators.catalogue import pictures
from indicators.charts import ChartError, Form
from indicators.models import Aggregation
from indicators.store.models import ValueType

from ..factories import entry, make_indicator, post_figures
from .test_public import page, text_of

pytestmark = pytest.mark.django_db


def drawing(client, indicator, kind="svg", **query):
    return client.get(reverse(f"catalogue:chart-{kind}", args=[indicator.code]), query)


def test_the_picture_and_the_option_of_the_script_show_what_the_page_shows(client, indicator, years):
    context = page(client, indicator, nhip="thang").context
    svg = drawing(client, indicator, nhip="thang")
    option = json.loads(drawing(client, indicator, "json", nhip="thang").content)

    assert svg.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert context["description"] in svg.content.decode()
    assert option["aria"]["label"]["description"] == context["description"]
    assert option["xAxis"]["data"] == list(context["chart"].categories)
    said = [item["said"] for item in option["series"][0]["data"] if item]
    assert said == ["100,0 (Thực hiện)", "120,0 (Thực hiện)", "150,0 (Ước thực hiện)"]


def test_months_nobody_reported_are_gaps_on_the_axis(client, indicator, years):
    categories = page(client, indicator, nhip="thang").context["chart"].categories

    assert (categories[0], categories[-1], len(categories)) == ("4/2023", "4/2024", 13)


def test_what_adds_up_is_drawn_as_bars_and_a_rate_as_a_line(
    client, indicator, department, years, make_public
):
    index = make_indicator("iip", "Chỉ số", time_aggregation=Aggregation.NONE)
    post_figures(
        entry(index, department, "101"),
        entry(index, department, "102", period="2024-M04"),
        supplier=department,
    )
    make_public()

    assert page(client, indicator, nhip="thang").context["chart"].form == Form.BAR
    assert page(client, index).context["chart"].form == Form.LINE


@pytest.mark.requirement("R115", part="trend")
def test_sums_so_far_are_drawn_year_over_year_with_the_plan_of_the_newest(client, indicator, years):
    chart = page(client, indicator, nhip="luy-ke").context["chart"]

    assert [series.name for series in chart.series] == [
        "Năm 2024",
        "Năm 2023",
        "Kế hoạch năm 2024 (HĐND giao)",
    ]
    assert chart.categories == ("4 tháng",)
    assert [series.points["4 tháng"].text for series in chart.series] == ["500,0", "400,0", "1.000,0"]
    assert [series.points["4 tháng"].is_estimate for series in chart.series[:2]] == [True, False]


def test_the_plan_of_the_periods_shown_stands_in_the_chart(client, indicator, department, make_public):
    post_figures(
        entry(indicator, department, "90", period="2023"),
        entry(indicator, department, "100", period="2023", value_type=ValueType.PLAN, plan_basis="HĐND giao"),
        entry(indicator, department, "110", period="2024", value_type=ValueType.PLAN, plan_basis="HĐND giao"),
        supplier=department,
    )
    make_public()

    chart = page(client, indicator, nhip="nam").context["chart"]

    figures, plan = chart.series
    assert {name: point.text for name, point in figures.points.items()} == {"2023": "90,0"}
    assert {name: point.text for name, point in plan.points.items()} == {"2023": "100,0", "2024": "110,0"}
    assert plan.is_plan


@pytest.mark.parametrize(("query", "ground"), [({}, "#ffffff"), ({"nen": "toi"}, "#18212b")])
def test_the_picture_comes_for_light_and_for_dark_ground(client, indicator, years, query, ground):
    assert ground in drawing(client, indicator, **query).content.decode()


def test_a_phone_gets_a_picture_of_its_own_width(client, indicator, years):
    assert b'width="380"' in drawing(client, indicator, rong="hep").content
    assert b'width="860"' in drawing(client, indicator, rong="1000000").content


def test_where_nothing_can_be_drawn_the_page_and_its_table_stand(client, indicator, years, monkeypatch):
    def fail(*args, **kwargs):
        raise ChartError("Không vẽ được biểu đồ trên máy chủ.")

    monkeypatch.setattr(pictures, "render_chart", fail)

    assert drawing(client, indicator).status_code == 503
    assert "Mô tả biểu đồ bằng chữ" in text_of(page(client, indicator))


def test_an_indicator_without_public_figures_has_no_picture(client, indicator):
    assert drawing(client, indicator).status_code == 404
    assert drawing(client, make_indicator("kin", "Kín", may_release=False)).status_code == 404
