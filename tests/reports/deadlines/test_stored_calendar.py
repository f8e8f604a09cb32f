"""The calendar as it is kept: seeded, written by people, the past frozen (X16)."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home.accounts.models import DutyKind
from home.audit.models import AuditEntry
from reports.deadlines.calendar import DayKind, next_working_day, stored
from reports.deadlines.calendar_admin import CalendarAdmin
from reports.deadlines.calendar_services import CalendarError, seed, write_day
from reports.deadlines.models import CalendarDay
from tests.conftest import make_person

NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def keeper(lead):
    return make_person("quantri", lead, DutyKind.SYSTEM_ADMIN)


@pytest.mark.requirement("R80", part="shift to the next working day")
@pytest.mark.requirement("X16", part="the stored calendar answers the vectors of 2026")
@pytest.mark.parametrize(
    ("nominal", "moved_to"),
    [
        (date(2026, 1, 2), date(2026, 1, 5)),  # swapped with a Saturday the library does not know
        (date(2026, 1, 10), date(2026, 1, 10)),  # that Saturday
        (date(2026, 2, 20), date(2026, 2, 23)),  # the fourth day of Tết
        (date(2026, 4, 25), date(2026, 4, 28)),  # Saturday, Giỗ Tổ, Monday in its stead
        (date(2026, 8, 22), date(2026, 8, 22)),  # a Saturday worked for a swap
        (date(2026, 8, 31), date(2026, 9, 3)),  # the day swapped, then Quốc khánh
        (date(2026, 10, 25), date(2026, 10, 26)),  # Sunday
        (date(2026, 11, 24), date(2026, 11, 25)),  # Ngày Văn hóa Việt Nam
    ],
)
def test_the_next_working_day_by_the_stored_calendar(seeded_calendar, nominal, moved_to):
    assert next_working_day(nominal) == moved_to


def test_the_command_seeds_once_and_says_so(db):
    out = StringIO()
    call_command("seed_calendar", "--years", "2026-2027", stdout=out)
    first = CalendarDay.objects.count()
    call_command("seed_calendar", "--years", "2026-2027", stdout=out)

    assert out.getvalue().splitlines() == [
        f"Đã thêm {first} ngày vào lịch làm việc.",
        "Đã thêm 0 ngày vào lịch làm việc.",
    ]
    assert set(CalendarDay.objects.dates("day", "year")) == {NEW_YEAR, date(2027, 1, 1)}
    assert not CalendarDay.objects.filter(day__year=2026, provisional=True).exists()
    assert CalendarDay.objects.filter(day__year=2027, provisional=True).exists()


@pytest.mark.parametrize("years", ["hai", "2027-2026", "1990", ""])
def test_the_command_refuses_what_is_no_year(db, years):
    with pytest.raises(CommandError, match="không phải là năm"):
        call_command("seed_calendar", "--years", years)


@pytest.mark.requirement("X16", part="what administrators write wins")
def test_seeding_leaves_what_people_wrote(keeper):
    write_day(
        CalendarDay(day=date(2026, 4, 30), kind=DayKind.WORKING, name="Trực toàn tỉnh"),
        by=keeper,
        today=NEW_YEAR,
    )

    seed([2026], today=NEW_YEAR)

    assert CalendarDay.objects.get(day=date(2026, 4, 30)).name == "Trực toàn tỉnh"
    assert stored().is_working_day(date(2026, 4, 30))


@pytest.mark.requirement("X16", part="old years stay frozen")
def test_a_past_year_with_entries_gets_no_more(db):
    CalendarDay.objects.create(day=date(2025, 1, 1), kind=DayKind.OFF, name="Tết Dương lịch")

    assert seed([2025], today=NEW_YEAR) == 0
    assert seed([2024], today=NEW_YEAR) > 0


def test_writing_a_day_is_audited_with_what_stood_there(keeper):
    day = write_day(
        CalendarDay(day=date(2026, 6, 1), kind=DayKind.OFF, name="Nghỉ", basis="12/TB"),
        by=keeper,
        today=NEW_YEAR,
    )
    day.kind, day.name = DayKind.WORKING, "Làm việc"
    write_day(day, by=keeper, today=NEW_YEAR)

    first, second = AuditEntry.objects.about(day)
    assert (first.verb, first.person, first.data["before"]) == ("calendar.write", keeper, "")
    assert second.data["before"] == "2026-06-01 off Nghỉ"
    assert second.data["after"] == "2026-06-01 working Làm việc"


@pytest.mark.requirement("X16", part="old years stay frozen")
def test_past_days_are_not_written(keeper):
    today = date(2026, 6, 2)
    with pytest.raises(CalendarError, match="Thứ Hai 1/6/2026 đã qua"):
        write_day(CalendarDay(day=date(2026, 6, 1), kind=DayKind.OFF, name="Nghỉ"), by=keeper, today=today)

    day = CalendarDay.objects.create(day=date(2026, 6, 1), kind=DayKind.OFF, name="Nghỉ")
    day.day = date(2026, 6, 8)
    with pytest.raises(CalendarError, match="Thứ Hai 1/6/2026 đã qua"):
        write_day(day, by=keeper, today=today)
    assert CalendarDay.objects.get().day == date(2026, 6, 1)


def test_only_system_administrators_write(outsider, clerk, receiver):
    outsider.duties.filter(kind=DutyKind.SYSTEM_ADMIN).delete()

    for person in (outsider, clerk, receiver):
        with pytest.raises(CalendarError, match="Chỉ người quản trị hệ thống"):
            write_day(
                CalendarDay(day=date(2026, 6, 1), kind=DayKind.OFF, name="Nghỉ"), by=person, today=NEW_YEAR
            )


# The register in the admin shell.


def address(action, *args):
    return CalendarAdmin().url_helper.get_action_url(action, *args)


def test_everybody_in_the_admin_shell_reads_the_register(client, clerk, keeper, seeded_calendar):
    for person, may_write in ((clerk, False), (keeper, True)):
        client.force_login(person)
        text = client.get(address("index") + "?q=Văn hóa").content.decode()
        assert "thứ Ba 24/11/2026" in text
        assert (address("create") in text) == may_write


def test_readers_reach_no_form_and_nobody_deletes(client, clerk, keeper, seeded_calendar):
    day = CalendarDay.objects.first()
    client.force_login(clerk)
    for url in (address("create"), address("edit", day.pk), address("delete", day.pk)):
        assert client.get(url).status_code in {302, 403}
        assert client.post(url).status_code in {302, 403}
    client.force_login(keeper)
    assert client.get(address("edit", day.pk)).status_code == 200
    assert client.post(address("delete", day.pk)).status_code in {302, 403}
    assert CalendarDay.objects.filter(pk=day.pk).exists()


def test_a_keeper_writes_a_coming_day_read_day_first(client, keeper):
    client.force_login(keeper)
    year = timezone.localdate().year + 1

    response = client.post(
        address("create"),
        {"day": f"03/02/{year}", "kind": "off", "name": "Nghỉ", "basis": "12/TB"},
    )

    assert response.status_code == 302
    assert CalendarDay.objects.get().day == date(year, 2, 3)
    assert AuditEntry.objects.get().verb == "calendar.write"


def test_a_past_day_is_refused_with_its_reason(client, keeper):
    past = CalendarDay.objects.create(day=date(2024, 9, 2), kind=DayKind.OFF, name="Quốc khánh")
    client.force_login(keeper)

    response = client.post(
        address("edit", past.pk), {"day": "02/09/2024", "kind": "working", "name": "Làm việc", "basis": ""}
    )

    assert response.status_code == 200
    assert "Thứ Hai 2/9/2024 đã qua" in response.content.decode()
    assert CalendarDay.objects.get().kind == DayKind.OFF


def test_the_register_needs_the_same_number_of_queries_for_many_days(client, clerk):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address("index")).status_code == 200
        return len(queries)

    CalendarDay.objects.create(day=date(2026, 6, 1), kind=DayKind.OFF, name="Nghỉ")
    client.force_login(clerk)
    client.get(address("index"))
    one = count()
    seed([2026], today=NEW_YEAR)

    assert count() == one <= 16
