"""X1–X3 as a regime is checked before it is published."""

from datetime import date, time

import pytest

from home.organisations.models import Level
from indicators.models import Frequency
from reports.deadlines.regime_checks import sample_periods, time_problems
from reports.regimes.models import DueAnchor, RegimeKind, RegimePage, WindowRule

TODAY = date(2026, 5, 11)


def changed(page: RegimePage, number: int, **values) -> RegimePage:
    tiers = list(page.tiers.all())
    for name, value in values.items():
        setattr(tiers[number - 1], name, value)
    page.tiers = tiers
    return page


def texts(page: RegimePage, *, blocks: bool = True) -> list[str]:
    return [problem.text for problem in time_problems(page, TODAY) if problem.blocks == blocks]


def test_the_regime_of_these_tests_keeps_the_rules(draft_regime):
    assert time_problems(draft_regime, TODAY) == []


@pytest.mark.requirement("X1", part="one working day between end of cut-off and due day")
@pytest.mark.parametrize(
    "rule",
    [
        {"due_anchor": DueAnchor.CUTOFF_END, "due_working_days": 0},
        {"due_anchor": DueAnchor.LAST_MONTH, "due_day_of_month": 10, "due_working_days": 0},
    ],
)
def test_a_due_day_without_a_working_day_after_cut_off_blocks(draft_regime, rule):
    told = [text for text in texts(changed(draft_regime, 1, **rule)) if "ít nhất 01 ngày làm việc" in text]

    assert len(told) == 1
    assert "Cấp 1 (Sở, ngành báo cáo)" in told[0]
    assert "Nghị định 09/2019/NĐ-CP, Điều 8.5b" in told[0]
    assert "Ví dụ tháng 1/2026: chốt đến thứ Tư 14/1/2026" in told[0]


@pytest.mark.requirement("X1", part="one working day between end of cut-off and due day")
def test_one_working_day_is_enough(draft_regime):
    assert texts(changed(draft_regime, 1, due_working_days=1)) == []


@pytest.mark.requirement("X1", part="thematic and ad hoc regimes follow their issuer")
@pytest.mark.parametrize("kind", [RegimeKind.THEMATIC, RegimeKind.AD_HOC])
def test_only_periodic_regimes_must_leave_a_working_day(draft_regime, kind):
    draft_regime.kind = kind

    assert texts(changed(draft_regime, 1, due_working_days=0)) == []


@pytest.mark.requirement("X1", part="separate deadline per level")
def test_an_upper_tier_due_before_the_lower_is_warned_of(draft_regime):
    [text] = texts(changed(draft_regime, 2, due_day_of_month=15), blocks=False)

    assert "Cấp 2 (Cơ quan chủ trì tổng hợp) đến hạn trước cấp 1" in text


@pytest.mark.requirement("X3", part="warning beyond day 25 for reports to the Government")
def test_a_report_to_the_government_after_day_25_is_warned_of(draft_regime, committee):
    late = changed(draft_regime, 2, due_day_of_month=26)
    assert texts(late, blocks=False) == []

    committee.level = Level.CENTRAL
    late.tiers.all()[1].recipient = committee

    [text] = texts(late, blocks=False)
    assert "chậm nhất ngày 25 của tháng cuối kỳ (Nghị định 09/2019/NĐ-CP, Điều 13)" in text
    assert texts(late) == []


@pytest.mark.requirement("X3", part="warning beyond day 25 for reports to the Government")
def test_a_shift_over_days_off_does_not_break_the_limit(draft_regime, committee, seeded_calendar):
    committee.level = Level.CENTRAL

    assert texts(changed(draft_regime, 2, recipient=committee), blocks=False) == []


@pytest.mark.requirement("X2", part="default windows exist for the cycles of the decree")
def test_another_cycle_must_state_its_cut_off(draft_regime):
    draft_regime.frequency = Frequency.OTHER

    [text] = texts(draft_regime)
    assert "không có thời gian chốt số liệu mặc định" in text

    draft_regime.window_rule = WindowRule.CALENDAR
    assert texts(draft_regime) == []


@pytest.mark.requirement("X4", part="a regime without a due day")
@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"due_anchor": DueAnchor.FIXED, "due_on": None}, "ngày ấn định"),
        ({"due_anchor": DueAnchor.LAST_MONTH, "due_day_of_month": None}, "ngày trong tháng"),
        ({"due_anchor": DueAnchor.LAST_MONTH, "due_day_of_month": 32}, "từ 1 đến 31"),
    ],
)
def test_an_incomplete_rule_is_told_with_its_tier(draft_regime, rule, told):
    [text] = texts(changed(draft_regime, 2, **rule))

    assert text.startswith("Cấp 2 (Cơ quan chủ trì tổng hợp): ")
    assert told in text


def test_fields_of_other_anchors_do_not_matter(draft_regime):
    page = changed(
        draft_regime, 1, due_day_of_month=20, due_month_offset=1, due_on=date(2026, 1, 1), due_time=time(17)
    )

    assert time_problems(page, TODAY) == []


def test_a_fixed_day_in_a_recurring_regime_is_warned_of(draft_regime):
    page = changed(draft_regime, 2, due_anchor=DueAnchor.FIXED, due_on=date(2027, 1, 4))

    assert texts(page, blocks=False) == ["Chế độ định kỳ có hạn là ngày cụ thể thì chỉ đúng cho một kỳ."]


@pytest.mark.parametrize(
    ("frequency", "periods"),
    [
        (Frequency.QUARTER, ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        (Frequency.HALF, ["2026-H1", "2026-H2"]),
        (Frequency.NINE_MONTHS, ["2026-9M"]),
        (Frequency.YEAR, ["2026"]),
        (Frequency.OTHER, []),
    ],
)
def test_rules_are_tried_on_all_periods_of_the_year(frequency, periods):
    assert [str(period) for period in sample_periods(frequency, TODAY)] == periods
