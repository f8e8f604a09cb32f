"""Giving reports (R75): a round with its tiers, due days and obligations, held as it was when opened."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from home.accounts.models import DutyKind
from home.audit.models import AuditEntry
from home.organisations.models import Organisation
from indicators.models import Frequency
from indicators.periods import Period
from reports.deadlines.calendar import DayKind
from reports.deadlines.due_dates import NoDefaultWindow
from reports.deadlines.models import CalendarDay, Obligation, Round, RoundStatus
from reports.deadlines.services import NotAllowed, RoundError, cancel_round, open_round, plan_round
from reports.regimes.compiling import publish_form
from reports.regimes.grid import grid_of
from reports.regimes.models import DueAnchor, RegimeKind, RegimePage, WindowRule
from tests.conftest import make_person
from tests.reports.conftest import MAY, OPENED_AT


def republished(page: RegimePage, **changes) -> RegimePage:
    page = RegimePage.objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return RegimePage.objects.get(pk=page.pk)


@pytest.mark.requirement("R75", part="a regime is given to the organisations that must report")
@pytest.mark.requirement("R11", part="cut-off, due day and opening window are kept apart")
def test_a_round_has_window_tiers_and_obligations(
    opened_round, obligation, other_obligation, lead_obligation, department, lead, committee, figures_form
):
    first, second = opened_round.tiers.all()

    assert opened_round.title == "Báo cáo tình hình kinh tế – xã hội tháng – Tháng 5/2026"
    assert (opened_round.window_first, opened_round.window_last) == (date(2026, 4, 15), date(2026, 5, 14))
    assert (first.due_on, first.opens_on, first.closes_on) == (
        date(2026, 5, 18),
        date(2026, 5, 4),
        date(2026, 6, 17),
    )
    assert timezone.localtime(first.due_at).strftime("%Y-%m-%d %H:%M") == "2026-05-18 23:59"
    assert second.due_on == date(2026, 5, 25)
    assert (obligation.organisation, obligation.recipient, obligation.state) == (department, lead, "given")
    assert (lead_obligation.organisation, lead_obligation.recipient) == (lead, committee)
    assert list(obligation.form_versions.all()) == [figures_form.latest_version]
    assert obligation.due_at == other_obligation.due_at == first.due_at
    assert Obligation.objects.count() == 3


@pytest.mark.requirement("R80", part="each due day explains itself")
def test_the_due_day_is_explained_as_a_chain(opened_round):
    texts = [reason.text for reason in opened_round.tiers.get(number=1).due.reasons]

    assert texts[0] == (
        "Quy định: 02 ngày làm việc sau ngày kết thúc chốt số liệu (Quyết định 01/2023/QĐ-UBND)"
    )
    assert "Không tính thứ Bảy 16/5/2026: Nghỉ hàng tuần" in texts
    assert "Thời hạn theo quy định: thứ Hai 18/5/2026" in texts


@pytest.mark.requirement("R83", part="opening is recorded")
def test_opening_is_audited_with_its_author_and_moment(regime, receiver):
    round_ = open_round(regime.latest_version, MAY, by=receiver, at=OPENED_AT)

    entry = AuditEntry.objects.about(round_).get()
    assert (entry.verb, entry.person, entry.at, entry.organisation) == (
        "round.open",
        receiver,
        OPENED_AT,
        "SKHDT",
    )
    assert entry.data == {"regime": "KTXH-THANG", "version": 1, "period": "2026-M05", "obligations": 3}
    assert (round_.opened_at, round_.opened_by) == (OPENED_AT, receiver)


@pytest.mark.requirement("R80", part="the stored calendar shifts due days")
@pytest.mark.parametrize(
    ("period", "day", "moved_to"),
    [
        ("2026-M04", 25, date(2026, 4, 28)),  # Saturday, Giỗ Tổ, Monday in its stead
        ("2026-M10", 25, date(2026, 10, 26)),  # Sunday
        ("2026-M02", 20, date(2026, 2, 23)),  # Tết
    ],
)
def test_due_days_move_by_the_stored_calendar(regime, seeded_calendar, period, day, moved_to):
    tier = regime.tiers.get(number=2)
    tier.due_day_of_month = day
    tier.save()
    page = republished(regime)

    round_ = open_round(page.latest_version, Period.parse(period), by=None, at=OPENED_AT)

    assert round_.tiers.get(number=2).due_on == moved_to


@pytest.mark.requirement("R57", part="an open round keeps the version it was opened with")
def test_an_open_round_never_changes_when_page_or_form_is_edited(
    regime, opened_round, obligation, figures_form, department, other_department
):
    before = (opened_round.regime_version.compiled, obligation.due_at, obligation.reasons)
    figures_form.rows.filter(key="I.3").delete()
    figures_form.rows.filter(key="I").update(formula="SUM({I.1}; {I.2})")
    publish_form(figures_form, by=None)
    page = RegimePage.objects.get(pk=regime.pk)
    page.approval_policy = "report_only"
    page.subjects = [line for line in page.subjects.all() if line.organisation_id != other_department.pk]
    page.tiers = list(page.tiers.all())
    page.tiers.all()[0].due_working_days = 9
    page.save_revision().publish()
    assert regime.latest_version.number == 2

    opened_round = Round.objects.get(pk=opened_round.pk)
    obligation.refresh_from_db()

    assert (opened_round.regime_version.compiled, obligation.due_at, obligation.reasons) == before
    assert "I.3" in grid_of(obligation.form_versions.get()).row
    assert opened_round.tiers.get(number=1).obligations.count() == 2


def test_an_open_round_keeps_its_days_when_the_calendar_changes(opened_round):
    CalendarDay.objects.create(day=date(2026, 5, 18), kind=DayKind.OFF, name="Nghỉ đột xuất")

    assert Round.objects.get(pk=opened_round.pk).tiers.get(number=1).due_on == date(2026, 5, 18)


def test_a_second_round_of_the_same_period_is_refused_by_name(regime, opened_round):
    with pytest.raises(RoundError, match=r"Đã có đợt “.*Tháng 5/2026” của chế độ này, mở ngày 11/05/2026"):
        open_round(regime.latest_version, MAY, by=None)


def test_a_new_version_does_not_allow_a_second_round(regime, opened_round):
    page = republished(regime, approval_policy="together")

    with pytest.raises(RoundError, match="Đã có đợt"):
        open_round(page.latest_version, MAY, by=None)


def test_a_cancelled_round_may_be_opened_again(regime, opened_round, receiver):
    cancel_round(opened_round, reason="Mở nhầm", document="12/SKHĐT", by=receiver)

    again = open_round(regime.latest_version, MAY, by=None)

    assert again.status == RoundStatus.OPEN
    assert Obligation.objects.given().count() == 3


@pytest.mark.requirement("R78", part="cycles month, quarter, half, nine months, year")
@pytest.mark.parametrize(
    ("frequency", "fits", "refused"),
    [
        (Frequency.MONTH, "2026-M05", "2026-Q2"),
        (Frequency.QUARTER, "2026-Q2", "2026-M05"),
        (Frequency.HALF, "2026-H1", "2026"),
        (Frequency.NINE_MONTHS, "2026-9M", "2026-5M"),
        (Frequency.YEAR, "2026", "2026-H1"),
    ],
)
def test_a_regime_opens_rounds_of_its_own_cycle_only(regime, frequency, fits, refused):
    version = republished(regime, frequency=frequency).latest_version

    assert plan_round(version, Period.parse(fits)).period == Period.parse(fits)
    with pytest.raises(RoundError, match="Chế độ này báo cáo theo kỳ"):
        plan_round(version, Period.parse(refused))


@pytest.mark.requirement("R81", part="ad hoc reports with their own deadline")
def test_an_ad_hoc_request_is_due_on_its_day_at_its_hour_for_any_period(regime, act):
    tiers = list(regime.tiers.all())
    for tier in tiers:
        tier.due_anchor, tier.due_working_days, tier.due_day_of_month = DueAnchor.FIXED, 0, None
        tier.due_on, tier.due_time = date(2026, 5, 23), datetime(2026, 5, 23, 15).time()  # a Saturday
        tier.save()
    version = republished(regime, kind=RegimeKind.AD_HOC).latest_version

    round_ = open_round(version, Period.parse("2026-05-20"), by=None)

    tier = round_.tiers.get(number=1)
    assert timezone.localtime(tier.due_at).strftime("%d/%m/%Y %H:%M") == "23/05/2026 15:00"
    assert (round_.window_first, round_.window_last) == (date(2026, 5, 20), date(2026, 5, 20))


@pytest.mark.requirement("X2", part="free override of the default window")
@pytest.mark.parametrize(
    ("changes", "window"),
    [
        ({"window_rule": WindowRule.CALENDAR}, (date(2026, 5, 1), date(2026, 5, 31))),
        (
            {
                "window_rule": WindowRule.FIXED,
                "window_first": date(2026, 4, 20),
                "window_last": date(2026, 5, 10),
            },
            (date(2026, 4, 20), date(2026, 5, 10)),
        ),
    ],
)
def test_a_regime_may_have_its_own_window(regime, changes, window):
    tier = regime.tiers.get(number=2)
    tier.due_anchor, tier.due_day_of_month, tier.due_working_days = DueAnchor.CUTOFF_END, None, 5
    tier.save()

    plan = plan_round(republished(regime, **changes).latest_version, MAY)

    assert plan.window == window


def test_a_cycle_without_default_window_is_refused(regime):
    version = republished(regime, frequency=Frequency.OTHER, window_rule=WindowRule.CALENDAR).latest_version
    version.compiled["window"]["rule"] = WindowRule.DEFAULT

    with pytest.raises(NoDefaultWindow):
        plan_round(version, Period.parse("2026-W20"))


@pytest.mark.requirement("R77", part="the lead agency runs the rounds")
@pytest.mark.parametrize("kind", [DutyKind.DESIGN, DutyKind.RECEIVE, DutyKind.CONSOLIDATE])
def test_people_of_the_lead_agency_open_rounds(regime, lead, kind):
    person = make_person("nguoimo", lead, kind, scopes=["regime:KTXH-THANG"])

    assert open_round(regime.latest_version, MAY, by=person).opened_by == person


@pytest.mark.parametrize("who", ["outsider", "clerk", "monitor", "publisher", "root"])
def test_nobody_else_opens_rounds(regime, request, who):
    with pytest.raises(NotAllowed, match="Chỉ cơ quan chủ trì"):
        open_round(regime.latest_version, MAY, by=request.getfixturevalue(who))

    assert not Round.objects.exists()


def test_a_duty_for_another_regime_opens_none_of_this(regime, lead):
    person = make_person("nguoimo", lead, DutyKind.RECEIVE, scopes=["regime:KHAC"])

    with pytest.raises(NotAllowed):
        open_round(regime.latest_version, MAY, by=person)


@pytest.mark.requirement("X23", part="no new reports are asked of what has ended")
def test_an_organisation_that_has_ended_is_not_asked(regime, other_department):
    Organisation.objects.filter(pk=other_department.pk).update(valid_to=date(2026, 4, 30))

    with pytest.raises(RoundError, match="Không còn hoặc chưa hoạt động vào ngày 11/05/2026: Sở Du lịch"):
        open_round(regime.latest_version, MAY, by=None, at=OPENED_AT)

    told_then = open_round(
        regime.latest_version, Period.parse("2026-M03"), by=None, at=datetime(2026, 3, 9, tzinfo=UTC)
    )
    assert told_then.tiers.get(number=1).obligations.count() == 2


def test_opening_needs_few_queries_however_many_report(regime, figures_form, django_assert_max_num_queries):
    from reports.regimes.models import RegimeSubject
    from tests.conftest import make_organisation

    for number in range(30):
        organisation = make_organisation(f"S{number}", f"Sở {number}", "so")
        RegimeSubject.objects.create(
            page=regime, tier_number=1, organisation=organisation, report_form=figures_form
        )
    version = republished(regime).latest_version

    with django_assert_max_num_queries(20):
        open_round(version, MAY, by=None)

    assert Obligation.objects.count() == 33


def test_today_decides_what_exists(regime, department):
    Organisation.objects.filter(pk=department.pk).update(valid_to=timezone.localdate() - timedelta(days=1))

    with pytest.raises(RoundError, match="Sở Tài chính"):
        open_round(regime.latest_version, MAY, by=None)
