"""Vectors of 2026 as worked out in requirements.md 11.1."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from indicators.periods import Period
from reports.deadlines.calendar import DayKind, SpecialDay, WorkingCalendar, seeded
from reports.deadlines.due_dates import (
    DeadlineError,
    Due,
    DueRule,
    InvalidDueRule,
    NoDefaultWindow,
    cutoff_window,
    due,
    extended,
    government_limit,
    working_days_between,
)

JULY = Period.parse("2026-M07")
APRIL = Period.parse("2026-M04")
DAY_25 = DueRule("last_month", day_of_month=25, basis="Điều 13 Nghị định 09/2019/NĐ-CP")


@pytest.fixture(scope="module")
def calendar():
    """The seed, and the swap of 12729/VPCP-KGVX that the library does not know."""
    return seeded([2025, 2026, 2027]) | {
        date(2026, 1, 2): SpecialDay(DayKind.OFF, "Nghỉ hoán đổi với ngày 10/1/2026"),
        date(2026, 1, 10): SpecialDay(DayKind.WORKING, "Làm việc bù cho ngày 2/1/2026"),
    }


def codes(answer):
    return [reason.code for reason in answer.reasons]


# Cut-off windows


@pytest.mark.requirement("X2", part="default windows")
@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-M07", date(2026, 6, 15), date(2026, 7, 14)),
        ("2026-M01", date(2025, 12, 15), date(2026, 1, 14)),
        ("2026-M03", date(2026, 2, 15), date(2026, 3, 14)),
        ("2026-Q1", date(2025, 12, 15), date(2026, 3, 14)),
        ("2026-Q2", date(2026, 3, 15), date(2026, 6, 14)),
        ("2026-Q4", date(2026, 9, 15), date(2026, 12, 14)),
        ("2026-H1", date(2025, 12, 15), date(2026, 6, 14)),
        ("2026-H2", date(2026, 6, 15), date(2026, 12, 14)),
        ("2026", date(2025, 12, 15), date(2026, 12, 14)),
        ("2026-9M", date(2025, 12, 15), date(2026, 9, 14)),  # provincial, not in the Decree
        ("2026-5M", date(2025, 12, 15), date(2026, 5, 14)),
    ],
)
def test_the_default_window_runs_from_the_15th_to_the_14th(period, first, last):
    assert cutoff_window(Period.parse(period)) == (first, last)


@pytest.mark.requirement("X2", part="default windows")
@pytest.mark.parametrize("period", ["2026-W32", "2021..2025", "2026-07-20", "2026-07-01..2026-07-20"])
def test_other_periods_have_no_default_window(period):
    with pytest.raises(NoDefaultWindow, match=f"kỳ {period}; hãy nhập"):
        cutoff_window(Period.parse(period))


# Which day


@pytest.mark.requirement("R80", part="shift to the next working day")
@pytest.mark.parametrize(
    ("nominal", "moved_to"),
    [
        ("2026-01-02", date(2026, 1, 5)),  # off by swap; the library alone leaves it
        ("2026-01-10", date(2026, 1, 10)),  # Saturday worked by swap; the library alone gives the 12th
        ("2026-02-20", date(2026, 2, 23)),  # fourth day of Tết
        ("2026-04-25", date(2026, 4, 28)),  # Saturday, Giỗ Tổ on Sunday, substitute on Monday
        ("2026-08-22", date(2026, 8, 22)),  # Saturday worked by swap
        ("2026-08-31", date(2026, 9, 3)),  # off by swap, then National Day
        ("2026-10-25", date(2026, 10, 26)),  # Sunday
        ("2026-11-24", date(2026, 11, 25)),  # Ngày Văn hóa Việt Nam
    ],
)
def test_a_periodic_report_due_on_a_day_off_is_due_on_the_next_working_day(calendar, nominal, moved_to):
    answer = due(DueRule("fixed", on=nominal), JULY, calendar=calendar)

    assert answer.day == moved_to
    assert answer.nominal_day == date.fromisoformat(nominal)
    assert ("moved" in codes(answer)) == (answer.day != answer.nominal_day)


@pytest.mark.requirement("R80", part="periodic reports only")
def test_a_report_that_is_not_periodic_keeps_its_day_and_says_so(calendar):
    answer = due(DueRule("fixed", on="2026-04-25"), JULY, calendar=calendar, periodic=False)

    assert answer.day == date(2026, 4, 25)
    assert codes(answer) == ["rule", "nominal", "kept"]
    assert "Giữ thứ Bảy 25/4/2026 (Nghỉ hàng tuần)" in answer.reasons[-1].text


@pytest.mark.requirement("R79", part="rules are data")
@pytest.mark.parametrize(
    ("rule", "period", "nominal"),
    [
        (DueRule("cutoff_end"), "2026-M07", date(2026, 7, 14)),
        (DueRule("cutoff_end", working_days=2), "2026-M07", date(2026, 7, 16)),
        (DueRule("cutoff_end", working_days=2), "2026-M03", date(2026, 3, 17)),  # the 14th is a Saturday
        (DueRule("cutoff_end", days=3), "2026-M07", date(2026, 7, 17)),
        (DueRule("period_end"), "2026-Q1", date(2026, 3, 31)),
        (DueRule("period_end", days=10), "2026-Q1", date(2026, 4, 10)),
        (DueRule("period_end", working_days=5), "2026-M12", date(2027, 1, 8)),
        (DueRule("last_month", day_of_month=25), "2026-Q1", date(2026, 3, 25)),
        (DueRule("last_month", day_of_month=25), "2026-9M", date(2026, 9, 25)),
        (DueRule("last_month", day_of_month=5, month_offset=1), "2026-M12", date(2027, 1, 5)),
        (DueRule("last_month", day_of_month=25, month_offset=-1), "2026-M01", date(2025, 12, 25)),
        (DueRule("last_month", day_of_month=31), "2026-M06", date(2026, 6, 30)),  # June has no 31st
        (DueRule("last_month", day_of_month=30), "2026-M02", date(2026, 2, 28)),
        (DueRule("last_month", day_of_month=17, days=2), "2026-M06", date(2026, 6, 19)),
        (DueRule("fixed", on="2026-06-18"), "2026", date(2026, 6, 18)),
    ],
)
def test_each_rule_gives_its_nominal_day(calendar, rule, period, nominal):
    answer = due(rule, Period.parse(period), calendar=calendar, periodic=False)

    assert answer.nominal_day == answer.day == nominal


@pytest.mark.requirement("R11", part="cut-off kept apart from the due day")
@pytest.mark.requirement("X2", part="free override")
def test_a_regime_with_its_own_window_counts_from_that(calendar):
    window = (date(2026, 7, 1), date(2026, 7, 20))

    assert due(DueRule("cutoff_end", days=1), JULY, calendar=calendar, window=window).day == date(2026, 7, 21)
    assert due(DAY_25, JULY, calendar=calendar, window=window) == due(DAY_25, JULY, calendar=calendar)


def test_counting_from_a_cutoff_that_nobody_set_is_refused(calendar):
    week = Period.parse("2026-W32")

    with pytest.raises(NoDefaultWindow):
        due(DueRule("cutoff_end"), week, calendar=calendar)
    assert due(DueRule("period_end"), week, calendar=calendar).nominal_day == date(2026, 8, 9)


# Which moment


@pytest.mark.requirement("R11", part="due moment")
def test_without_an_hour_the_whole_day_in_viet_nam_is_on_time(calendar):
    answer = due(DAY_25, APRIL, calendar=calendar)

    assert answer.moment == datetime(2026, 4, 28, 16, 59, 59, 999999, tzinfo=UTC)
    assert answer.moment.utcoffset() == timedelta(0)


@pytest.mark.requirement("R11", part="due moment")
def test_an_hour_is_one_in_viet_nam_and_moves_with_the_day(calendar):
    rule = DueRule("last_month", day_of_month=25, at="06:30")

    answer = due(rule, APRIL, calendar=calendar)

    assert answer.moment == datetime(2026, 4, 27, 23, 30, tzinfo=UTC)
    assert answer.day == date(2026, 4, 28)


# Why


@pytest.mark.requirement("R80", part="chain of reasons")
def test_the_chain_names_the_rule_each_skipped_day_and_where_it_ends(calendar):
    answer = due(DAY_25, APRIL, calendar=calendar)

    assert [(reason.code, reason.text, reason.day.day) for reason in answer.reasons] == [
        ("rule", "Quy định: ngày 25 của tháng cuối kỳ báo cáo (Điều 13 Nghị định 09/2019/NĐ-CP)", 25),
        ("nominal", "Thời hạn theo quy định: thứ Bảy 25/4/2026", 25),
        ("day_off", "Thứ Bảy 25/4/2026 không phải ngày làm việc: Nghỉ hàng tuần", 25),
        ("day_off", "Chủ nhật 26/4/2026 không phải ngày làm việc: Ngày Giỗ Tổ Hùng Vương", 26),
        ("day_off", "Thứ Hai 27/4/2026 không phải ngày làm việc: Ngày Giỗ Tổ Hùng Vương (nghỉ bù)", 27),
        ("moved", "Chuyển sang ngày làm việc tiếp theo: thứ Ba 28/4/2026", 28),
    ]


def test_the_chain_names_days_off_that_working_days_do_not_count(calendar):
    answer = due(DueRule("cutoff_end", working_days=2), Period.parse("2026-M03"), calendar=calendar)

    assert [(reason.code, reason.text) for reason in answer.reasons] == [
        ("rule", "Quy định: 02 ngày làm việc sau ngày kết thúc chốt số liệu"),
        ("not_counted", "Không tính chủ nhật 15/3/2026: Nghỉ hàng tuần"),
        ("nominal", "Thời hạn theo quy định: thứ Ba 17/3/2026"),
    ]
    assert answer.reasons[0].day == date(2026, 3, 14)


def test_the_chain_says_why_a_saturday_stands(calendar):
    answer = due(DueRule("fixed", on="2026-08-22"), JULY, calendar=calendar)

    assert codes(answer) == ["rule", "nominal", "working_swap"]
    assert (
        answer.reasons[-1].text == "Thứ Bảy 22/8/2026 là ngày làm việc: Làm việc bù cho ngày nghỉ 31/08/2026"
    )


def test_the_chain_warns_where_the_days_off_are_not_announced_yet(calendar):
    in_2027 = due(DAY_25, Period.parse("2027-M03"), calendar=calendar)
    ad_hoc = due(DAY_25, Period.parse("2027-M03"), calendar=calendar, periodic=False)

    assert codes(in_2027) == ["rule", "nominal", "provisional"]
    assert "Lịch nghỉ năm 2027 là dự kiến" in in_2027.reasons[-1].text
    assert codes(ad_hoc) == ["rule", "nominal"]  # no working day was asked for


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (DueRule("cutoff_end"), "ngày kết thúc chốt số liệu"),
        (DueRule("period_end", days=10), "10 ngày sau ngày cuối kỳ báo cáo"),
        (
            DueRule("last_month", day_of_month=5, month_offset=1, at="17:00"),
            "ngày 5 của tháng tiếp theo kỳ báo cáo, chậm nhất 17 giờ 00",
        ),
        (
            DueRule("last_month", day_of_month=5, month_offset=2),
            "ngày 5 của tháng thứ 2 sau tháng cuối kỳ báo cáo",
        ),
        (
            DueRule("last_month", day_of_month=5, month_offset=-1),
            "ngày 5 của tháng thứ 1 trước tháng cuối kỳ báo cáo",
        ),
        (
            DueRule("fixed", on="2026-03-05", basis="Công văn 12/UBND-TH"),
            "ngày 5/3/2026 (Công văn 12/UBND-TH)",
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(rule, words):
    assert rule.in_words() == words


def test_the_chain_is_stored_as_json_and_read_back(calendar):
    answer = due(DAY_25, APRIL, calendar=calendar)

    stored = json.loads(json.dumps(answer.reasons_json()))

    assert stored[1] == {
        "code": "nominal",
        "text": "Thời hạn theo quy định: thứ Bảy 25/4/2026",
        "day": "2026-04-25",
    }
    assert Due.stored(answer.day, answer.moment, stored) == answer


# Extension


def test_an_extension_keeps_the_hour_and_adds_its_reason(calendar):
    first = due(DueRule("last_month", day_of_month=25, at="17:00"), APRIL, calendar=calendar)

    later = extended(first, day=date(2026, 5, 2), reason="Mất kết nối mạng", document="Công văn 15/UBND")

    assert later.day == date(2026, 5, 2)  # a Saturday: as decided
    assert later.moment == datetime(2026, 5, 2, 10, 0, tzinfo=UTC)
    assert later.reasons[:-1] == first.reasons
    assert later.reasons[-1] == (
        "extended",
        "Gia hạn đến thứ Bảy 2/5/2026: Mất kết nối mạng (Công văn 15/UBND)",
        date(2026, 5, 2),
    )
    assert later.nominal_day == date(2026, 4, 25)


def test_an_extension_of_a_whole_day_ends_with_the_new_day(calendar):
    later = extended(due(DAY_25, APRIL, calendar=calendar), day=date(2026, 5, 4), reason="Bão số 3")

    assert later.moment == datetime(2026, 5, 4, 16, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "reason", "message"),
    [
        (date(2026, 4, 28), "Bão số 3", "28/4/2026 phải sau thời hạn hiện nay 28/4/2026"),
        (date(2026, 4, 29), "  ", "phải có lý do"),
    ],
)
def test_an_extension_is_later_and_has_a_reason(calendar, day, reason, message):
    with pytest.raises(DeadlineError, match=message):
        extended(due(DAY_25, APRIL, calendar=calendar), day=day, reason=reason)


# Rules as data


@pytest.mark.requirement("R79", part="rules are data")
@pytest.mark.parametrize(
    "data",
    [
        {"anchor": "cutoff_end", "working_days": 2, "at": "17:00", "basis": "QĐ 01/2023/QĐ-UBND, Điều 4"},
        {"anchor": "last_month", "day_of_month": 25, "month_offset": 1},
        {"anchor": "period_end", "days": 5},
        {"anchor": "fixed", "on": "2026-03-05"},
    ],
)
def test_a_rule_is_the_same_after_json(data):
    rule = DueRule.from_json(json.loads(json.dumps(data)))

    assert rule.to_json() == data
    assert DueRule.from_json(rule.to_json()) == rule
    assert DueRule.from_json({"on": None, "month_offset": None} | data) == rule


@pytest.mark.requirement("X4", part="a regime without a due day")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "mốc tính phải là một trong"),
        ({"anchor": "sometime"}, "không phải “sometime”"),
        ({"anchor": "last_month"}, "ngày trong tháng và số tháng"),
        ({"anchor": "last_month", "day_of_month": 0}, "từ 1 đến 31"),
        ({"anchor": "last_month", "day_of_month": 32}, "từ 1 đến 31"),
        ({"anchor": "cutoff_end", "day_of_month": 25}, "ngày trong tháng và số tháng"),
        ({"anchor": "period_end", "month_offset": 1}, "ngày trong tháng và số tháng"),
        ({"anchor": "fixed"}, "ngày ấn định"),
        ({"anchor": "period_end", "on": "2026-03-05"}, "ngày ấn định"),
        ({"anchor": "fixed", "on": "05/03/2026"}, "ngày viết như 2026-03-05"),
        ({"anchor": "fixed", "on": "20260305"}, "ngày viết như 2026-03-05"),
        ({"anchor": "fixed", "on": "2026-02-30"}, "ngày viết như 2026-03-05"),
        ({"anchor": "period_end", "at": "25:00"}, "giờ viết như 17:00"),
        ({"anchor": "period_end", "at": "9:5"}, "giờ viết như 17:00"),
        ({"anchor": "period_end", "at": 17}, "giờ viết như 17:00"),
        ({"anchor": "period_end", "days": -1}, "từ 0 đến 366"),
        ({"anchor": "period_end", "working_days": 10**9}, "từ 0 đến 366"),
        ({"anchor": "last_month", "day_of_month": 5, "month_offset": 10**6}, "từ -24 đến 24"),
        ({"anchor": "period_end", "days": 1, "working_days": 1}, "không dùng cả hai"),
        ({"anchor": "period_end", "days": "5"}, "phải là số nguyên"),
        ({"anchor": "period_end", "weeks": 2}, "không có phần weeks"),
    ],
)
def test_a_rule_that_says_nothing_or_too_much_is_refused(data, message):
    with pytest.raises(InvalidDueRule, match=message):
        DueRule.from_json(data)


# What the Decree asks of a rule


@pytest.mark.requirement("X1", part="one working day after cut-off")
@pytest.mark.parametrize(
    ("cutoff_end", "due_on", "days"),
    [
        (date(2026, 7, 14), date(2026, 7, 14), 0),
        (date(2026, 7, 14), date(2026, 7, 15), 1),
        (date(2026, 7, 14), date(2026, 7, 17), 3),
        (date(2026, 3, 14), date(2026, 3, 15), 0),  # a Sunday after a Saturday
        (date(2026, 2, 14), date(2026, 2, 22), 0),  # Tết
        (date(2026, 8, 21), date(2026, 8, 22), 1),  # a Saturday worked
        (date(2026, 7, 14), date(2026, 7, 10), 0),  # due before the data are there
    ],
)
def test_the_working_days_between_cutoff_and_due_day_are_counted(calendar, cutoff_end, due_on, days):
    assert working_days_between(cutoff_end, due_on, calendar) == days


@pytest.mark.requirement("X3", part="day 25 of the last month")
@pytest.mark.parametrize(
    ("period", "limit"),
    [
        ("2026-M02", date(2026, 2, 25)),
        ("2026-Q1", date(2026, 3, 25)),
        ("2026-H2", date(2026, 12, 25)),
        ("2026-9M", date(2026, 9, 25)),
        ("2026", date(2026, 12, 25)),
    ],
)
def test_reports_to_the_government_are_due_by_the_25th_of_the_last_month(period, limit):
    assert government_limit(Period.parse(period)) == limit


@pytest.mark.requirement("X3", part="day 25 of the last month")
def test_a_shift_does_not_break_the_limit_of_the_25th(calendar):
    answer = due(DAY_25, APRIL, calendar=calendar)

    assert answer.day > government_limit(APRIL)
    assert answer.nominal_day <= government_limit(APRIL)


def test_a_calendar_of_weekends_only_still_reckons():
    answer = due(DAY_25, APRIL, calendar=WorkingCalendar())

    assert answer.day == date(2026, 4, 27)
    assert codes(answer)[-1] == "provisional"
