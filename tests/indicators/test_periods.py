import doctest
import pickle
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import periods
from indicators.periods import Period, PeriodKind

PERIODS = [
    # name, kind, first day, last day, label
    ("2026", "YEAR", "2026-01-01", "2026-12-31", "Năm 2026"),
    ("2026-H1", "HALF", "2026-01-01", "2026-06-30", "6 tháng đầu năm 2026"),
    ("2026-H2", "HALF", "2026-07-01", "2026-12-31", "6 tháng cuối năm 2026"),
    ("2026-Q1", "QUARTER", "2026-01-01", "2026-03-31", "Quý I/2026"),
    ("2026-Q2", "QUARTER", "2026-04-01", "2026-06-30", "Quý II/2026"),
    ("2026-Q3", "QUARTER", "2026-07-01", "2026-09-30", "Quý III/2026"),
    ("2026-Q4", "QUARTER", "2026-10-01", "2026-12-31", "Quý IV/2026"),
    ("2026-M07", "MONTH", "2026-07-01", "2026-07-31", "Tháng 7/2026"),
    ("2026-M12", "MONTH", "2026-12-01", "2026-12-31", "Tháng 12/2026"),
    ("2024-M02", "MONTH", "2024-02-01", "2024-02-29", "Tháng 2/2024"),
    ("2026-2M", "MONTHS", "2026-01-01", "2026-02-28", "2 tháng đầu năm 2026"),
    ("2026-9M", "MONTHS", "2026-01-01", "2026-09-30", "9 tháng đầu năm 2026"),
    ("2026-11M", "MONTHS", "2026-01-01", "2026-11-30", "11 tháng đầu năm 2026"),
    ("2026-W32", "WEEK", "2026-08-03", "2026-08-09", "Tuần 32 năm 2026"),
    ("2026-W01", "WEEK", "2025-12-29", "2026-01-04", "Tuần 1 năm 2026"),  # begins in the year before
    ("2026-W53", "WEEK", "2026-12-28", "2027-01-03", "Tuần 53 năm 2026"),
    ("2021..2025", "YEARS", "2021-01-01", "2025-12-31", "Giai đoạn 2021–2025"),
    ("2026-07-20", "DAY", "2026-07-20", "2026-07-20", "Ngày 20/7/2026"),
    ("2026-02-05", "DAY", "2026-02-05", "2026-02-05", "Ngày 05/02/2026"),
    ("2026-07-01..2026-07-20", "SPAN", "2026-07-01", "2026-07-20", "Từ 01/7/2026 đến 20/7/2026"),
    ("2025-12-15..2026-01-14", "SPAN", "2025-12-15", "2026-01-14", "Từ 15/12/2025 đến 14/01/2026"),
    ("2026-02-01..2026-05-31", "SPAN", "2026-02-01", "2026-05-31", "Từ 01/02/2026 đến 31/5/2026"),
    ("2026-02-01..2026-04-30", "SPAN", "2026-02-01", "2026-04-30", "Từ 01/02/2026 đến 30/4/2026"),
    ("2026-04-01..2027-03-31", "SPAN", "2026-04-01", "2027-03-31", "Từ 01/4/2026 đến 31/3/2027"),
    ("2026-01-01..2027-06-30", "SPAN", "2026-01-01", "2027-06-30", "Từ 01/01/2026 đến 30/6/2027"),
    ("2026-08-04..2026-08-10", "SPAN", "2026-08-04", "2026-08-10", "Từ 04/8/2026 đến 10/8/2026"),
]


@pytest.mark.requirement("R78", part="month, quarter, half, nine months, year")
@pytest.mark.requirement("X8", part="period kinds up to five years")
@pytest.mark.parametrize(("name", "kind", "first_day", "last_day", "label"), PERIODS)
def test_a_period_is_read_written_and_named(name, kind, first_day, last_day, label):
    period = Period.parse(name)

    assert str(period) == name
    assert period.kind is PeriodKind[kind]
    assert (str(period.first_day), str(period.last_day)) == (first_day, last_day)
    assert period.label() == label


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("2026-1M", "2026-M01"),
        ("2026-3M", "2026-Q1"),
        ("2026-6M", "2026-H1"),
        ("2026-12M", "2026"),
        ("2026..2026", "2026"),
        ("2026-07-20..2026-07-20", "2026-07-20"),
        ("2026-07-01..2026-07-31", "2026-M07"),
        ("2026-04-01..2026-06-30", "2026-Q2"),
        ("2026-07-01..2026-12-31", "2026-H2"),
        ("2026-01-01..2026-09-30", "2026-9M"),
        ("2026-01-01..2026-12-31", "2026"),
        ("2021-01-01..2025-12-31", "2021..2025"),
        ("2026-08-03..2026-08-09", "2026-W32"),
    ],
)
def test_one_span_has_one_name(written, name):
    period = Period.parse(written)

    assert str(period) == name
    assert period == Period.parse(name)
    assert hash(period) == hash(Period.parse(name))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-",
        "2026-M7",
        "2026-Q03",
        "2026-0M",
        "2026-05M",
        "2026-S1",
        "26",
        "20260720",
        " 2026",
        "2026\n",
        "2026-m07",
        "2026..2027-01-01",
        "2026-M01..2026-M03",
        "2026-W32-1",
        "0999",
        "2０２６",
        "tháng 7/2026",
    ],
)
def test_what_is_no_period_is_refused_with_examples(text):
    with pytest.raises(ValueError, match=f"“{text}” không phải là kỳ báo cáo. Hãy viết như 2026, 2026-H1"):
        Period.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-H0",
        "2026-H3",
        "2026-Q0",
        "2026-Q5",
        "2026-M00",
        "2026-M13",
        "2026-13M",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-02-29",
        "2026-06-01..2026-06-31",
    ],
)
def test_a_period_that_is_not_in_the_calendar_is_refused(text):
    with pytest.raises(ValueError, match=f"Không có kỳ “{text}”"):
        Period.parse(text)


@pytest.mark.parametrize("text", ["2025..2021", "2026-07-20..2026-07-01"])
def test_a_period_never_ends_before_it_begins(text):
    with pytest.raises(ValueError, match="trước khi bắt đầu"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("name", "previous"),
    [
        ("2026", "2025"),
        ("2026-H2", "2026-H1"),
        ("2026-H1", "2025-H2"),
        ("2026-Q1", "2025-Q4"),
        ("2026-Q3", "2026-Q2"),
        ("2026-M01", "2025-M12"),
        ("2024-M03", "2024-M02"),
        ("2026-9M", "2025-9M"),
        ("2026-W01", "2025-W52"),
        ("2027-W01", "2026-W53"),
        ("2021..2025", "2016..2020"),
        ("2024-03-01", "2024-02-29"),
        ("2026-07-01..2026-07-20", "2026-06-11..2026-06-30"),
        ("2026-02-01..2026-05-31", "2025-10-01..2026-01-31"),  # as many months, not as many days
    ],
)
def test_the_previous_period(name, previous):
    assert str(Period.parse(name).previous()) == previous


@pytest.mark.parametrize(
    ("name", "last_year"),
    [
        ("2026", "2025"),
        ("2026-H1", "2025-H1"),
        ("2026-Q1", "2025-Q1"),
        ("2026-M07", "2025-M07"),
        ("2024-M02", "2023-M02"),
        ("2025-M02", "2024-M02"),  # whole months stay whole
        ("2026-9M", "2025-9M"),
        ("2026-W32", "2025-W32"),
        ("2026-W53", "2025-W52"),  # 2025 has no week 53
        ("2021..2025", "2020..2024"),
        ("2024-02-29", "2023-02-28"),
        ("2026-07-01..2026-07-20", "2025-07-01..2025-07-20"),
        ("2024-12-01..2025-02-28", "2023-12-01..2024-02-29"),
    ],
)
def test_the_same_period_of_last_year(name, last_year):
    assert str(Period.parse(name).same_last_year()) == last_year


@pytest.mark.parametrize(
    ("name", "year_to_date", "year"),
    [
        ("2026-M01", "2026-M01", "2026"),
        ("2026-M05", "2026-5M", "2026"),
        ("2026-M06", "2026-H1", "2026"),
        ("2026-Q2", "2026-H1", "2026"),
        ("2026-Q3", "2026-9M", "2026"),
        ("2026-H2", "2026", "2026"),
        ("2026-9M", "2026-9M", "2026"),
        ("2026-07-20", "2026-7M", "2026"),
        ("2026-W53", "2027-M01", "2026"),
        ("2026-W01", "2026-M01", "2026"),
        ("2025-12-15..2026-01-14", "2026-M01", "2026"),
        ("2021..2025", "2025", "2025"),
    ],
)
def test_the_year_and_the_months_so_far(name, year_to_date, year):
    period = Period.parse(name)

    assert str(period.year_to_date()) == year_to_date
    assert str(period.year()) == year


@pytest.mark.parametrize(
    ("name", "first", "last", "count"),
    [
        ("2026", "2026-M01", "2026-M12", 12),
        ("2026-H2", "2026-M07", "2026-M12", 6),
        ("2026-Q4", "2026-M10", "2026-M12", 3),
        ("2026-M02", "2026-M02", "2026-M02", 1),
        ("2026-9M", "2026-M01", "2026-M09", 9),
        ("2021..2025", "2021-M01", "2025-M12", 60),
    ],
)
def test_a_period_of_whole_months_knows_its_months(name, first, last, count):
    months = Period.parse(name).months()

    assert (str(months[0]), str(months[-1]), len(months)) == (first, last, count)
    assert all(one.last_day + timedelta(days=1) == other.first_day for one, other in pairwise(months))


@pytest.mark.parametrize("name", ["2026-W32", "2026-07-20", "2026-07-01..2026-07-20"])
def test_other_periods_have_no_months(name):
    with pytest.raises(ValueError, match="không gồm các tháng trọn vẹn"):
        Period.parse(name).months()


@pytest.mark.parametrize(
    ("outer", "inner", "contains"),
    [
        ("2026", "2026-M12", True),
        ("2026-Q3", "2026-Q3", True),
        ("2026-Q3", "2026-M10", False),
        ("2026-M07", "2026-Q3", False),
        ("2026", "2026-W01", False),  # begins on 29 December
        ("2026-H1", "2026-W01", False),
        ("2021..2025", "2025-07-20", True),
    ],
)
def test_a_period_contains_what_lies_wholly_in_it(outer, inner, contains):
    assert Period.parse(outer).contains(Period.parse(inner)) is contains


@pytest.mark.parametrize(
    ("kind", "day", "name"),
    [
        ("YEAR", "2026-07-20", "2026"),
        ("HALF", "2026-06-30", "2026-H1"),
        ("HALF", "2026-07-01", "2026-H2"),
        ("QUARTER", "2026-12-31", "2026-Q4"),
        ("MONTH", "2024-02-29", "2024-M02"),
        ("MONTHS", "2026-05-02", "2026-5M"),
        ("MONTHS", "2026-06-30", "2026-H1"),
        ("WEEK", "2026-01-01", "2026-W01"),
        ("WEEK", "2027-01-03", "2026-W53"),
        ("YEARS", "2025-12-31", "2021..2025"),
        ("YEARS", "2026-01-01", "2026..2030"),
        ("DAY", "2026-07-20", "2026-07-20"),
    ],
)
def test_the_period_of_a_kind_around_a_day(kind, day, name):
    assert str(Period.of(PeriodKind[kind], date.fromisoformat(day))) == name


def test_a_span_is_not_known_by_one_of_its_days():
    with pytest.raises(ValueError, match="ngày đầu và ngày cuối"):
        Period.of(PeriodKind.SPAN, date(2026, 7, 20))


def test_periods_sort_by_their_days():
    names = ["2026-Q1", "2026", "2025-M12", "2026-M01", "2026-H1", "2025"]

    assert [str(period) for period in sorted(map(Period.parse, names))] == [
        "2025",
        "2025-M12",
        "2026-M01",
        "2026-Q1",
        "2026-H1",
        "2026",
    ]


days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
any_period = st.builds(lambda one, other: Period(min(one, other), max(one, other)), days, days) | st.builds(
    Period.of, st.sampled_from([kind for kind in PeriodKind if kind != PeriodKind.SPAN]), days
)


@given(any_period)
def test_the_name_gives_the_period_back(period):
    assert Period.parse(str(period)) == period
    assert pickle.loads(pickle.dumps(period)) == period


@given(any_period)
def test_its_words_give_the_period_back(period):
    assert Period.read(period.label()) == period
    assert Period.read(str(period)) == period


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("5/2026", "2026-M05"),
        ("  tháng  05/2026 ", "2026-M05"),
        ("quý 2/2026", "2026-Q2"),
        ("QUÝ IV/2026", "2026-Q4"),
        ("9 tháng năm 2026", "2026-9M"),
        ("20/5/2026", "2026-05-20"),
        ("2021-2025", "2021..2025"),
        ("2026-m05", "2026-M05"),
    ],
)
def test_a_period_is_read_as_people_write_it(text, name):
    assert str(Period.read(text)) == name


@pytest.mark.parametrize("text", ["", "13/2026", "quý V/2026", "31/2/2026", "tháng này", "0 tháng năm 2026"])
def test_what_is_no_period_is_answered_with_examples(text):
    with pytest.raises(ValueError, match="Hãy viết như Tháng 5/2026"):
        Period.read(text)


@given(st.sampled_from([kind for kind in PeriodKind if kind != PeriodKind.SPAN]), days)
def test_the_period_around_a_day_contains_it(kind, day):
    period = Period.of(kind, day)

    assert period.contains(Period(day, day))
    if kind != PeriodKind.MONTHS:
        assert period.kind is kind


@given(any_period)
def test_the_previous_period_ends_where_this_begins(period):
    if period.kind != PeriodKind.MONTHS:
        assert period.previous().last_day + timedelta(days=1) == period.first_day


def test_the_examples_in_the_documentation_are_true():
    result = doctest.testmod(periods)

    assert result.attempted > 0
    assert result.failed == 0
