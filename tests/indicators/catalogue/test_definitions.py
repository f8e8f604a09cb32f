"""One concept, one method, one measure for each indicator."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from indicators.models import Aggregation, Indicator, Nature

from ..factories import entry, make_indicator, make_measure, post_figures

pytestmark = pytest.mark.django_db


def problems(indicator: Indicator) -> dict[str, list[str]]:
    try:
        indicator.clean()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.requirement("R12", part="one definition per concept")
@pytest.mark.parametrize(
    "name",
    [
        "Diện tích gieo trồng lúa hoà bình",
        "DIỆN TÍCH  gieo trồng lúa hòa bình",
        "dien tich gieo trong lua hoa binh",
    ],
)
def test_a_second_indicator_of_the_same_name_is_refused_with_the_others_code(name):
    make_indicator("dt-lua", "Diện tích gieo trồng lúa hòa bình")

    found = problems(Indicator(code="khac", name=name, measure=make_measure()))

    assert "dt-lua" in found["name"][0]


def test_a_longer_name_is_another_concept():
    make_indicator("dt-lua", "Diện tích lúa")

    assert not problems(Indicator(code="dt-lua-dx", name="Diện tích lúa đông xuân", measure=make_measure()))


@pytest.mark.requirement("R56", part="new definition beside the old")
@pytest.mark.parametrize(("first_day_after", "refused"), [(1, False), (0, True)])
def test_one_name_may_pass_to_a_successor_if_their_times_do_not_overlap(first_day_after, refused):
    last = date(2024, 12, 31)
    make_indicator("cu", "Tỷ lệ hộ nghèo", valid_to=last)

    successor = Indicator(
        code="moi",
        name="Tỉ lệ hộ nghèo",
        measure=make_measure(),
        valid_from=last + timedelta(days=first_day_after),
    )

    assert ("name" in problems(successor)) is refused


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"valid_from": date(2024, 2, 1), "valid_to": date(2024, 1, 1)}, "valid_to"),
        ({"space_aggregation": Aggregation.WEIGHTED}, "weight"),
    ],
)
def test_a_definition_that_contradicts_itself_is_refused_at_its_field(more, field):
    assert list(problems(Indicator(code="a", name="A", measure=make_measure(), **more))) == [field]


def test_successors_may_not_run_in_a_circle():
    first, second = make_indicator("a", "A"), make_indicator("b", "B")
    second.successor = first
    second.save()
    first.successor = second

    assert list(problems(first)) == ["successor"]


def test_an_indicator_is_not_its_own_weight():
    indicator = make_indicator("a", "A", space_aggregation=Aggregation.WEIGHTED)
    indicator.weight = indicator

    assert list(problems(indicator)) == ["weight"]


@pytest.mark.requirement("R56", part="past figures keep their meaning")
def test_code_measure_and_nature_are_fixed_once_figures_stand(department):
    indicator = make_indicator()
    indicator.code = "khac"
    indicator.measure, indicator.nature = make_measure("trieu-dong", "triệu đồng"), Nature.STOCK
    assert not problems(indicator)

    post_figures(entry(indicator, department, "1"), supplier=department)

    found = problems(indicator)
    assert set(found) == {"code", "measure", "nature"}
    assert "Tạo chỉ tiêu mới" in found["measure"][0]
    indicator.refresh_from_db()
    indicator.concept = "Làm rõ khái niệm"
    assert not problems(indicator)


@pytest.mark.requirement("X22", part="search without diacritics")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("thu ngan sach", {"a"}),
        ("THU NGÂN SÁCH", {"a"}),
        ("hoà bình", {"b"}),
        ("hòa bình", {"b"}),
        ("tỉ lệ", {"b"}),
        ("tỷ lệ", {"b"}),
        ("1603", {"c"}),
        ("sach thu", {"a"}),
        ("không có", set()),
    ],
)
def test_indicators_are_found_with_and_without_diacritics_however_tones_are_placed(typed, found):
    make_indicator("a", "Thu ngân sách nhà nước")
    make_indicator("b", "Tỷ lệ hộ nghèo xã Hòa Bình")
    make_indicator("c", "Khác", source_number="1603.2")

    assert {indicator.code for indicator in Indicator.objects.search(typed)} == found
