"""The headline figures of the front page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from home.models import HomeHeadline
from indicators.catalogue.front import choices, chosen_headlines, newest_headlines
from indicators.models import Aggregation, Indicator
from indicators.store.models import ValueType
from tests.reports import conftest as reports

from ..factories import MORNING, entry, make_indicator, post_figures

home_page = reports.home_page


@pytest.fixture
def a_year_and_more(indicator, committee, make_public) -> Indicator:
    """Four months so far of two years, the plan of the second."""
    for year, amounts in (("2023", ("90", "190", "280", "400")), ("2024", ("100", "210", "330", "500"))):
        post_figures(
            *(
                entry(
                    indicator,
                    committee,
                    amount,
                    period=f"{year}-M01"
                    if months == 1
                    else f"{year}-Q1"
                    if months == 3
                    else f"{year}-{months}M",
                    value_type=ValueType.ESTIMATE if (year, months) == ("2024", 4) else ValueType.ACTUAL,
                )
                for months, amount in enumerate(amounts, start=1)
            ),
            supplier=committee,
        )
    post_figures(
        entry(indicator, committee, "1.000", period="2024", value_type=ValueType.PLAN), supplier=committee
    )
    make_public()
    return indicator


def test_a_headline_stands_beside_its_plan_and_the_year_before(a_year_and_more):
    (headline,) = chosen_headlines([a_year_and_more.code])

    assert (headline.value_text, headline.measure) == ("500,0", "tỷ đồng")
    assert headline.period_label == "4 tháng đầu năm 2024"
    assert headline.kind_label == "Ước thực hiện"
    assert headline.is_estimate
    assert headline.plan_text == "50,0\u00a0% kế hoạch năm"
    assert headline.growth_text == "tăng 25,0\u00a0%"
    assert headline.year_before_text == "400,0"
    assert headline.sparkline.text == "Từ 100,0 (Tháng 1/2024) đến 500,0 (4 tháng đầu năm 2024)"
    assert headline.subject == ""
    assert headline.url == f"/chi-tieu/{a_year_and_more.code}/"


def test_the_sparkline_spans_the_months_and_says_itself_in_words(indicator, committee, make_public):
    for month, amount in enumerate(("100", "300", None, "200", "400"), start=1):
        if amount:
            post_figures(entry(indicator, committee, amount, period=f"2024-M{month:02}"), supplier=committee)
    make_public()

    (headline,) = chosen_headlines([indicator.code])

    assert headline.sparkline.points == "4.0,28.0 32.0,12.0 88.0,20.0 116.0,4.0"
    assert headline.sparkline.end == ("116.0", "4.0")
    assert headline.sparkline.text == "Từ 100,0 (Tháng 1/2024) đến 400,0 (Tháng 5/2024)"


def test_two_points_are_no_course(indicator, committee, make_public):
    for period in ("2024-M01", "2024-M02"):
        post_figures(entry(indicator, committee, "1", period=period), supplier=committee)
    make_public()

    assert chosen_headlines([indicator.code])[0].sparkline is None


def test_a_rate_is_compared_by_its_value_not_in_per_cent(indicator, committee, make_public):
    Indicator.objects.filter(pk=indicator.pk).update(time_aggregation=Aggregation.WEIGHTED)
    for period in ("2023-M05", "2024-M05"):
        post_figures(entry(indicator, committee, "5", period=period), supplier=committee)
    make_public()

    (headline,) = chosen_headlines([indicator.code])

    assert headline.growth_text == ""
    assert headline.year_before_text == "5,0"


@pytest.mark.requirement("R125", part="nothing unreleased is public")
def test_neither_plan_nor_year_before_is_shown_before_its_release(indicator, committee, make_public):
    post_figures(entry(indicator, committee, "500", period="2024-4M"), supplier=committee)
    make_public()
    post_figures(
        entry(indicator, committee, "1.000", period="2024", value_type=ValueType.PLAN),
        entry(indicator, committee, "400", period="2023-4M"),
        supplier=committee,
        at=MORNING + timedelta(days=1),
    )

    (headline,) = chosen_headlines([indicator.code])

    assert (headline.plan_text, headline.growth_text, headline.year_before_text) == ("", "", "")


def test_the_order_is_the_editors_and_what_is_not_public_is_left_out(indicator, committee, make_public):
    other = make_indicator("chi-ns", "Chi ngân sách")
    make_indicator("rong", "Chưa có số liệu")
    for each in (indicator, other):
        post_figures(entry(each, committee, "5"), supplier=committee)
    make_public()

    shown = chosen_headlines([other.code, "rong", "khong-co", indicator.code])

    assert [headline.title for headline in shown] == [other.name, indicator.name]


def test_many_headlines_take_as_many_queries_as_one(
    indicator, committee, make_public, django_assert_num_queries
):
    others = [make_indicator(f"ct-{number}", f"Chỉ tiêu {number}") for number in range(6)]
    for each in (indicator, *others):
        post_figures(entry(each, committee, "5"), supplier=committee)
    make_public()

    with django_assert_num_queries(5):
        assert len(chosen_headlines([indicator.code])) == 1
    with django_assert_num_queries(5):
        assert len(chosen_headlines([each.code for each in (indicator, *others)])) == 7
    with django_assert_num_queries(6):
        assert len(newest_headlines()) == 7


def test_the_page_shows_the_editors_choice_and_else_what_was_released_last(
    client, home_page, indicator, committee, make_public
):
    other = make_indicator("chi-ns", "Chi ngân sách")
    for each in (indicator, other):
        post_figures(entry(each, committee, "5"), supplier=committee)
    make_public()
    before = client.get("/").content.decode()

    HomeHeadline.objects.create(page=home_page, indicator_code=other.code)
    after = client.get("/").content.decode()

    assert indicator.name in before
    assert other.name in before
    assert other.name in after
    assert indicator.name not in after


def test_an_unknown_code_cannot_be_chosen(home_page, indicator):
    assert indicator.code in dict(choices())
    HomeHeadline(page=home_page, indicator_code=indicator.code).clean()

    with pytest.raises(ValidationError, match="khong-co"):
        HomeHeadline(page=home_page, indicator_code="khong-co").clean()


def test_the_editor_is_offered_the_indicators_by_name(client, root, home_page, indicator):
    client.force_login(root)

    page = client.get(f"/admin/pages/{home_page.pk}/edit/").content.decode()

    assert "Số liệu nổi bật" in page
    assert f"{indicator.name} ({indicator.code})" in page
