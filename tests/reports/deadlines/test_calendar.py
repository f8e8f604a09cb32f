"""The eight date vectors stand in test_due_dates.py; here are the calendar's own rules."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from reports.deadlines.calendar import (
    DayKind,
    SpecialDay,
    WorkingCalendar,
    named_day,
    next_working_day,
    seeded,
)

SATURDAY = date(2026, 3, 7)


@pytest.fixture(scope="module")
def seed():
    return seeded(range(2024, 2029))


@pytest.mark.requirement("X16", part="weekly rest")
def test_people_rest_on_saturday_and_sunday():
    calendar = WorkingCalendar()

    assert [calendar.is_working_day(SATURDAY + timedelta(days=n)) for n in range(-1, 3)] == [
        True,
        False,
        False,
        True,
    ]
    assert calendar.why_off(SATURDAY) == "Nghỉ hàng tuần"
    assert calendar.why_off(SATURDAY - timedelta(days=1)) == ""


@pytest.mark.requirement("X16", part="weekly rest")
def test_another_weekly_rest_can_be_set():
    assert WorkingCalendar(weekly_rest=frozenset({6})).is_working_day(SATURDAY)


@pytest.mark.requirement("X16", part="statutory holidays and substitute rest")
@pytest.mark.parametrize(
    ("day", "cause"),
    [
        (date(2026, 1, 1), "Tết Dương lịch"),
        (date(2026, 2, 20), "Mùng bốn Tết Nguyên Đán"),
        (date(2026, 4, 26), "Ngày Giỗ Tổ Hùng Vương"),
        (date(2026, 4, 27), "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        (date(2026, 11, 24), "Ngày Văn hóa Việt Nam"),
        (date(2026, 8, 31), "Ngày nghỉ (thay cho ngày 22/08/2026)"),
        (date(2025, 5, 2), "Ngày nghỉ (thay cho ngày 26/04/2025)"),
    ],
)
def test_the_seed_names_each_day_off_in_vietnamese(seed, day, cause):
    assert not seed.is_working_day(day)
    assert seed.why_off(day) == cause


@pytest.mark.requirement("X16", part="swap days including working Saturdays")
@pytest.mark.parametrize(
    ("saturday", "day_off"),
    [
        (date(2024, 5, 4), "29/04/2024"),
        (date(2025, 4, 26), "02/05/2025"),
        (date(2026, 8, 22), "31/08/2026"),
    ],
)
def test_the_seed_has_the_saturdays_worked_for_a_swap(seed, saturday, day_off):
    assert saturday.weekday() == 5
    assert seed.is_working_day(saturday)
    assert seed.why_off(saturday) == ""
    assert seed.why_working(saturday) == f"Làm việc bù cho ngày nghỉ {day_off}"


def test_a_swap_over_new_year_is_seeded_with_the_year_of_each_day():
    """31/12/2018 was off for Saturday 5/1/2019."""
    assert seeded([2018]).why_off(date(2018, 12, 31)) == "Ngày nghỉ (thay cho ngày 05/01/2019)"
    assert seeded([2019]).why_working(date(2019, 1, 5)) == "Làm việc bù cho ngày nghỉ 31/12/2018"
    assert {day.year for day in seeded([2019]).overrides} == {2019}


def test_no_years_give_a_calendar_of_weekly_rest_only():
    assert seeded([]) == WorkingCalendar()


@pytest.mark.requirement("X16", part="what administrators write wins")
def test_what_is_written_over_the_seed_wins_both_ways(seed):
    friday, saturday = date(2026, 1, 2), date(2026, 1, 10)
    assert seed.is_working_day(friday)
    assert not seed.is_working_day(saturday)

    calendar = seed | {
        friday: SpecialDay(DayKind.OFF, "Nghỉ hoán đổi với ngày 10/1/2026"),
        saturday: SpecialDay(DayKind.WORKING, "Làm việc bù cho ngày 2/1/2026"),
    }

    assert calendar.why_off(friday) == "Nghỉ hoán đổi với ngày 10/1/2026"
    assert calendar.is_working_day(saturday)
    assert calendar.why_off(date(2026, 4, 27))  # the rest of the seed stays
    assert seed.is_working_day(friday)  # and the seed itself too


def test_a_holiday_can_be_made_a_working_day(seed):
    calendar = seed | {date(2026, 4, 27): SpecialDay(DayKind.WORKING, "Làm việc theo Công văn")}

    assert calendar.is_working_day(date(2026, 4, 27))
    assert calendar.why_off(date(2026, 4, 27)) == ""
    assert calendar.why_working(date(2026, 4, 27)) == ""  # a Monday: nothing to explain


@pytest.mark.parametrize(("year", "provisional"), [(2025, False), (2026, False), (2027, True), (2028, True)])
def test_years_not_announced_yet_are_provisional(seed, year, provisional):
    assert seed.is_provisional(year) is provisional
    assert {special.provisional for day, special in seed.overrides.items() if day.year == year} == {
        provisional
    }


def test_a_year_nothing_is_known_of_is_provisional(seed):
    assert seed.is_provisional(2029)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 3, 6), 0, date(2026, 3, 6)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (SATURDAY, 0, SATURDAY),  # nothing added, nothing moved
        (SATURDAY, 1, date(2026, 3, 9)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 2, 13), 6, date(2026, 3, 2)),
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # the Saturday worked counts
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
    ],
)
def test_working_days_are_counted_from_the_day_after(seed, day, n, expected):
    assert seed.add_working_days(day, n) == expected


def test_working_days_are_not_counted_backwards(seed):
    with pytest.raises(ValueError, match="từ 0 trở lên, không phải -1"):
        seed.add_working_days(SATURDAY, -1)


@pytest.mark.parametrize("n", range(1, 30))
def test_counting_the_days_added_gives_as_many(seed, n):
    day = date(2026, 2, 10)

    assert seed.working_days_between(day, seed.add_working_days(day, n)) == n


def test_the_next_working_day_is_the_day_itself_if_people_work(seed):
    assert next_working_day(date(2026, 8, 22), seed) == date(2026, 8, 22)
    assert next_working_day(date(2026, 8, 23), seed) == date(2026, 8, 24)


def test_an_empty_calendar_is_not_the_stored_one():
    assert next_working_day(date(2026, 4, 27), WorkingCalendar()) == date(2026, 4, 27)


@pytest.mark.parametrize(
    ("day", "name"),
    [(date(2026, 4, 25), "thứ Bảy 25/4/2026"), (date(2026, 4, 26), "chủ nhật 26/4/2026")],
)
def test_days_are_named_as_in_running_text(day, name):
    assert named_day(day) == name


def test_reckoning_needs_neither_django_nor_the_holidays_library(pytestconfig):
    code = "import sys, reports.deadlines.due_dates; print({'django', 'holidays'} & set(sys.modules))"

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=pytestconfig.rootpath
    )

    assert answer.stdout.strip() == "set()"
