"""Once a year each organisation confirms that its accounts and duties are still right."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from home.accounts import recertifying, services
from home.accounts.models import Duty, DutyKind, Recertification, User
from home.accounts.profiles.applying import apply
from home.accounts.recertifying import Standing, due_days, standing_of
from home.accounts.services import AccountError, Outdated
from home.accounts.tasks import remind_to_confirm
from home.audit.models import AuditEntry
from notifications.models import Message
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)


def confirm(organisation, by, *withdrawn: Duty) -> Recertification:
    seen = recertifying.seen(recertifying.listed(organisation))
    return recertifying.confirm(organisation, [duty.pk for duty in withdrawn], seen_as=seen, by=by)


def opened(days: int) -> None:
    """Everybody's account was opened so many days ago."""
    User.objects.update(date_joined=timezone.now() - days * DAY)


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (date(2026, 10, 31), Standing.FINE),
        (date(2026, 11, 1), Standing.ASKED),
        (date(2026, 12, 1), Standing.ASKED),
        (date(2026, 12, 2), Standing.OVERDUE),
    ],
)
def test_the_month_before_the_day_and_what_comes_after(today, standing) -> None:
    assert standing_of(date(2026, 12, 1), today) == standing
    assert standing_of(None, today) == Standing.FINE


def test_the_year_runs_from_the_first_account_then_from_the_last_confirmation(
    department, other_department, clerk, unit_admin
) -> None:
    opened(100)
    assert due_days(TODAY) == {department.pk: TODAY + 265 * DAY}

    confirm(department, unit_admin)
    assert due_days(TODAY, [department.pk]) == {department.pk: TODAY + 365 * DAY}
    assert due_days(TODAY, [other_department.pk]) == {}


@pytest.mark.requirement("R43", part="withdrawal")
def test_what_is_withdrawn_ends_today_and_the_rest_is_kept_with_author_and_day(
    department, clerk, colleague, unit_admin
) -> None:
    made = confirm(department, unit_admin, clerk.duties.get())

    assert not Duty.objects.on(TODAY).filter(person=clerk).exists()
    assert Duty.objects.on(TODAY).filter(person=colleague).exists()
    assert (made.confirmed_by, made.confirmed_on) == (unit_admin, TODAY)
    assert made.withdrawn == [clerk.duties.get().pk]
    assert set(made.kept) == {colleague.duties.get().pk, unit_admin.duties.get().pk}
    assert AuditEntry.objects.get(verb="recertification.confirm").data == {"kept": 2, "withdrawn": 1}


def test_a_delegation_ends_with_the_duty_it_rests_on_when_both_are_withdrawn(
    department, data_leader, clerk, unit_admin
) -> None:
    delegation = services.grant(
        clerk,
        "approve_data",
        department,
        by=None,
        acting_for=data_leader,
        valid_from=TODAY,
        valid_to=TODAY + DAY,
        basis="QĐ 1",
    )

    confirm(department, unit_admin, data_leader.duties.get(), delegation)

    assert not Duty.objects.on(TODAY).filter(kind="approve_data").exists()


def test_all_or_nothing(department, clerk, colleague, unit_admin, admin, lead) -> None:
    apply("khanh_hoa")

    with pytest.raises(AccountError, match="phải có ít nhất 1 người quản trị"):
        confirm(department, admin, clerk.duties.get(), unit_admin.duties.get())
    assert Duty.objects.on(TODAY).filter(person=clerk).exists()
    assert not Recertification.objects.exists()


def test_a_list_that_changed_meanwhile_is_not_confirmed(department, clerk, unit_admin, admin) -> None:
    seen = recertifying.seen(recertifying.listed(department))
    services.grant(clerk, DutyKind.SEND, department, by=admin)

    with pytest.raises(Outdated):
        recertifying.confirm(department, [], seen_as=seen, by=unit_admin)


def test_a_duty_of_another_organisation_is_not_withdrawn(department, outsider, clerk, unit_admin) -> None:
    with pytest.raises(AccountError, match="không thuộc Sở Tài chính"):
        confirm(department, unit_admin, outsider.duties.first())
    with pytest.raises(PermissionDenied):
        confirm(department, clerk)
    assert not Recertification.objects.exists()


def test_administrators_are_asked_once_and_those_above_told_once_it_is_overdue(
    department, committee, clerk, unit_admin, admin
) -> None:
    above = make_person("captren", committee, DutyKind.UNIT_ADMIN)
    opened(330)
    User.objects.filter(pk__in=[above.pk, admin.pk]).update(date_joined=timezone.now() - 330 * DAY)

    def told(code: str) -> set[str]:
        messages = Message.objects.filter(code=code, subject__contains="Sở Tài chính")
        return {message.recipient.username for message in messages}

    recertifying.remind(TODAY)
    assert told("account.recertify") == set()

    recertifying.remind(TODAY + 10 * DAY)
    recertifying.remind(TODAY + 20 * DAY)
    assert told("account.recertify") == {"quantridonvi"}
    assert told("account.recertify_overdue") == set()

    recertifying.remind(TODAY + 36 * DAY)
    recertifying.remind(TODAY + 37 * DAY)
    assert told("account.recertify_overdue") == {"quantridonvi", "captren"}
    assert Message.objects.filter(code="account.recertify_overdue", recipient=above).count() == 2


def test_where_there_is_no_administrator_the_one_above_is_asked(department, committee, clerk) -> None:
    above = make_person("captren", committee, DutyKind.UNIT_ADMIN)
    opened(350)

    recertifying.remind(TODAY)

    assert {message.recipient for message in Message.objects.filter(subject__contains="Sở Tài chính")} == {
        above
    }


def test_the_task_of_the_night_reminds(department, clerk, unit_admin) -> None:
    opened(350)

    assert remind_to_confirm() == 1
    assert Message.objects.get().recipient == unit_admin


# The screens


@pytest.fixture
def url(department) -> str:
    return f"/admin/co-quan/{department.pk}/xac-nhan/"


def test_the_screen_keeps_and_withdraws(client, department, clerk, colleague, unit_admin, url) -> None:
    opened(400)
    client.force_login(unit_admin)
    page = client.get(url)
    assert "Quá hạn xác nhận từ ngày" in text(page)
    assert "Chưa đăng nhập" in text(page)

    typed = {f"d{clerk.duties.get().pk}": "withdraw", f"d{colleague.duties.get().pk}": "keep"}
    done = client.post(url, typed | {"seen": page.context["seen"]}, follow=True)

    assert "Đã xác nhận: giữ 2 nhiệm vụ, thu hồi 1." in text(done)
    assert not Duty.objects.on(TODAY).filter(person=clerk).exists()
    assert "Người quantridonvi, giữ 2, thu hồi 1" in text(client.get(url))


def test_the_screen_says_that_the_list_has_changed(client, clerk, unit_admin, url) -> None:
    client.force_login(unit_admin)

    assert "Người khác vừa sửa" in text(client.post(url, {"seen": "cu"}))
    assert not Recertification.objects.exists()


def test_who_does_not_administer_does_not_confirm(client, clerk, leader, url) -> None:
    for person in (clerk, leader):
        client.force_login(person)
        assert client.get(url)["Location"] == "/admin/"
        assert client.post(url)["Location"] == "/admin/"


def test_the_home_page_of_administrators_says_what_waits(
    client, department, committee, other_department, clerk, unit_admin
) -> None:
    above = make_person("captren", committee, DutyKind.UNIT_ADMIN)
    opened(400)
    client.force_login(above)
    page = text(client.get("/admin/"))
    assert "Quá hạn xác nhận tài khoản hằng năm:" in page
    assert f'href="/admin/co-quan/{department.pk}/xac-nhan/"' in page
    assert "Chưa có đầu mối:" in page

    client.force_login(clerk)
    assert "Quản trị tài khoản" not in text(client.get("/admin/"))


def test_the_overdue_are_filtered_in_the_list(
    client, department, other_department, clerk, unit_admin
) -> None:
    opened(400)
    client.force_login(unit_admin)

    assert list(client.get("/admin/co-quan/?recertified=overdue").context["object_list"]) == [department]
    assert list(client.get("/admin/co-quan/?recertified=asked").context["object_list"]) == []


@pytest.mark.parametrize("count", [2, 20])
def test_home_asks_the_same_number_of_questions_however_many_organisations(
    client, committee, admin, count, django_assert_max_num_queries
) -> None:
    from tests.conftest import make_organisation

    for number in range(count):
        make_person(
            f"nguoi{number}", make_organisation(f"X{number}", f"Xã {number}", "ubnd", "xa"), DutyKind.ENTER
        )
    opened(400)
    client.force_login(admin)
    client.get("/admin/")

    with django_assert_max_num_queries(30):
        client.get("/admin/")
