"""Finding indicators: filters with counts, search however the marks are typed, suggestions, and bad input."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from home.organisations.models import Level, OrganisationKind
from indicators.catalogue.front import chosen_headlines
from indicators.catalogue.public import latest
from indicators.models import Frequency, IndicatorGroup, IndicatorResponsibility
from indicators.periods import Period
from tests.conftest import make_organisation

from ..factories import entry, make_indicator, post_figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(department, other_department, make_public):
    above = IndicatorGroup.objects.create(code="kt", name="Kinh tế", sort_order=1)
    below = IndicatorGroup.objects.create(code="ns", name="Ngân sách", parent=above, sort_order=2)
    budget = make_indicator("thu-ns", "Thu ngân sách", group=below, name_en="Budget revenue")
    goods = make_indicator("hang-hoa", "Hàng hoá xuất khẩu", group=above, frequency=Frequency.YEAR)
    guests = make_indicator("khach", "Khách lưu trú")
    IndicatorResponsibility.objects.create(indicator=budget, organisation=department)
    IndicatorResponsibility.objects.create(indicator=guests, organisation=other_department)
    IndicatorResponsibility.objects.create(
        indicator=goods, organisation=department, valid_to=date(2020, 1, 1)
    )
    post_figures(entry(budget, department, "1"), supplier=department)
    make_public()


def listed(client, **query):
    return client.get(reverse("catalogue:list"), query)


def codes(client, **query) -> set[str]:
    return {
        indicator.code
        for _, entries in listed(client, **query).context["found"].sections
        for indicator, _ in entries
    }


@pytest.mark.requirement("R118", part="filtered and extracted")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"thu-ns", "hang-hoa", "khach"}),
        ({"nhom": "kt"}, {"thu-ns", "hang-hoa"}),
        ({"nhom": "ns"}, {"thu-ns"}),
        ({"ky": "year"}, {"hang-hoa"}),
        ({"co-quan": "STC"}, {"thu-ns"}),
        ({"co-quan": "SDL"}, {"khach"}),
        ({"so-lieu": "co"}, {"thu-ns"}),
        ({"nhom": "kt", "ky": "month"}, {"thu-ns"}),
        ({"nhom": "khong-co"}, set()),
        ({"ky": "'; drop table"}, set()),
    ],
)
def test_filters_narrow_the_list_together(client, catalogue, query, expected):
    assert codes(client, **query) == expected


@pytest.mark.requirement("R118", part="filtered and extracted")
def test_each_filter_tells_what_it_would_find_beside_the_others(client, catalogue):
    found = listed(client, ky="month").context["found"]

    assert {option.value: option.count for option in found.groups} == {"kt": 1, "ns": 1}
    assert {option.value: option.count for option in found.frequencies} == {"month": 2, "year": 1}
    assert {option.value: option.count for option in found.organisations} == {"STC": 1, "SDL": 1}
    assert found.with_figures == 1


@pytest.mark.requirement("X22", part="search ignores marks and the place of the tone")
@pytest.mark.parametrize(
    "typed",
    ["hàng hoá", "hàng hóa", "HANG HOA", "hang-hoa", "hoa hang", "ha\u0300ng hoa\u0301", "  hàng   hoá "],
)
def test_search_minds_neither_marks_nor_their_place_nor_the_order_of_words(client, catalogue, typed):
    assert codes(client, q=typed) == {"hang-hoa"}


def test_the_english_name_is_searched_too(client, catalogue):
    assert codes(client, q="budget") == {"thu-ns"}


@pytest.mark.parametrize("typed", ["x" * 10_240, "từ " * 3_000, "a " * 13])
def test_a_search_too_long_is_refused_in_words_and_nothing_is_searched(
    client, catalogue, typed, django_assert_max_num_queries
):
    listed(client)
    with django_assert_max_num_queries(10):
        response = listed(client, q=typed)

    assert response.status_code == 400
    text = response.content.decode()
    assert "Từ khóa quá dài" in text
    assert "nhiều nhất 12 từ" in text
    assert len(response.context["found"].wanted.query) <= 61
    assert response.context["found"].sections == []


@pytest.mark.parametrize("typed", ["%", "_", "\\", "' or 1=1", "🙂", "<script>"])
def test_signs_are_searched_as_text(client, catalogue, typed):
    response = listed(client, q=typed)

    assert response.status_code == 200
    assert "<script>" not in response.content.decode().replace('<script src="', "")


def test_a_thousand_parameters_are_refused_in_words(client, catalogue):
    response = client.get(reverse("catalogue:list") + "?" + "&".join(f"nhom={n}" for n in range(10_000)))

    assert response.status_code == 400
    assert "quá nhiều lựa chọn" in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hang h", ["Hàng hoá xuất khẩu"]),
        ("HÓA", ["Hàng hoá xuất khẩu"]),
        ("k", []),
        ("", []),
        ("x" * 10_240, []),
        ("khong co gi", []),
    ],
)
def test_suggestions_go_on_from_what_is_typed(client, catalogue, typed, expected):
    response = client.get(reverse("catalogue:suggestions"), {"q": typed})

    assert response.json() == {"goi_y": expected}


def test_suggestions_name_first_what_begins_so_and_nothing_hidden_or_retired(client, catalogue):
    make_indicator("a", "Số thu khác")
    make_indicator("b", "Thu khác")
    make_indicator("c", "Thu kín", may_release=False)
    make_indicator("d", "Thu cũ", valid_to=date(2020, 1, 1))

    found = client.get(reverse("catalogue:suggestions"), {"q": "thu"}).json()["goi_y"]

    assert found == ["Thu khác", "Thu ngân sách", "Số thu khác"]


def test_the_list_takes_as_many_queries_for_many_as_for_few(
    client, catalogue, department, make_public, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    listed(client)
    with CaptureQueriesContext(connection) as few:
        listed(client)
    for number in range(25):
        indicator = make_indicator(f"ct-{number:02}", f"Chỉ tiêu {number}")
        IndicatorResponsibility.objects.create(indicator=indicator, organisation=department)
        post_figures(entry(indicator, department, "1"), supplier=department)
    make_public()

    with django_assert_max_num_queries(len(few)):
        listed(client)


def test_the_leading_period_follows_each_release_and_no_undone_one(indicator, department, make_public):
    def leads() -> str:
        return latest([indicator.pk])[indicator.pk].period

    def released(period: str) -> None:
        post_figures(entry(indicator, department, "1", period=period), supplier=department)
        make_public()

    released("2024-M05")
    assert leads() == "2024-M05"
    released("2024-H1")
    assert leads() == "2024-H1"
    released("2024-M02")
    assert leads() == "2024-H1"
    with transaction.atomic():
        released("2024-M07")
        assert leads() == "2024-M07"
        transaction.set_rollback(True)
    assert leads() == "2024-H1"


def test_of_a_period_the_highest_level_leads_then_the_best_kind_then_the_newest_version(
    indicator, committee, department, make_public
):
    def released(organisation, amount: str, **more) -> None:
        post_figures(entry(indicator, organisation, amount, **more), supplier=organisation)
        make_public()

    def shown() -> tuple[str, str]:
        assert indicator.pk in latest([indicator.pk])
        (one,) = chosen_headlines([indicator.code])
        return one.value_text, one.year_before_text

    commune = make_organisation("XA", "Xã", OrganisationKind.PEOPLES_COMMITTEE, Level.COMMUNE)
    released(commune, "1", value_type="official")
    assert shown() == ("1,0", "")
    released(department, "2", value_type="estimate")
    assert shown() == ("2,0", "")
    released(department, "3")
    released(department, "4", value_type="estimate")
    assert shown() == ("3,0", "")
    released(department, "5")
    assert shown() == ("5,0", "")
    year_before = str(Period.parse(entry(indicator, department, "1").period).same_last_year())
    released(commune, "6", period=year_before)
    assert shown() == ("5,0", "")
    released(department, "7", period=year_before)
    assert shown() == ("5,0", "7,0")
