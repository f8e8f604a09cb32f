"""The one door, and what each person has about his own account."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp_codes
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from home.accounts import services
from home.accounts.models import DutyKind, OneTimeCode, User
from home.accounts.signin import codes, passwords, sessions
from home.audit.models import AuditEntry
from home.audit.verbs import word_for
from tests.conftest import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.both]

PASSWORD = "matkhau-thu-nghiem"
NEW = "Con-duong-xua-em-di"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def sign_in(client, username: str, password: str = PASSWORD, **more):
    return client.post("/dang-nhap/", {"login": username, "password": password, **more})


def written(verb: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(verb=f"account.{verb}").order_by("pk"))


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200


def browser() -> Client:
    return Client(HTTP_USER_AGENT=WINDOWS)


# ---------------------------------------------------------------- the door


@pytest.mark.requirement("R31", part="nothing without signing in")
def test_name_and_password_open_the_admin_shell_and_are_written_down(client, clerk):
    answer = sign_in(client, "nhaplieu")

    assert answer["Location"] == "/admin/"
    assert is_in(client)
    (entry,) = written("sign_in")
    assert (entry.person, entry.address) == (clerk, "127.0.0.1")


def test_the_name_is_taken_in_any_case(client, clerk):
    sign_in(client, "NhapLieu")

    assert is_in(client)


@pytest.mark.parametrize(
    ("asked", "onward"),
    [
        ("/admin/nguoi-dung/?q=a", "/admin/nguoi-dung/?q=a"),
        ("https://xau.example/", "/admin/"),
        ("//xau.example/", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
    ],
)
def test_one_goes_on_to_addresses_of_this_portal_only(client, clerk, asked, onward):
    assert sign_in(client, "nhaplieu", next=asked)["Location"] == onward


@pytest.mark.requirement("R31", part="one door with lockout")
@pytest.mark.parametrize(
    ("query", "onward"),
    [
        ("", "/dang-nhap/"),
        ("?next=/admin/nhat-ky/", "/dang-nhap/?next=%2Fadmin%2Fnhat-ky%2F"),
        ("?next=https://xau.example/", "/dang-nhap/"),
    ],
)
def test_wagtails_own_sign_in_leads_to_ours(client, clerk, query, onward):
    assert client.get(f"/admin/login/{query}")["Location"] == onward
    assert (
        client.post(f"/admin/login/{query}", {"username": "nhaplieu", "password": PASSWORD}).status_code
        == 302
    )
    assert not is_in(client)


@pytest.mark.parametrize(
    "address", ["/admin/password_reset/", "/admin/password_reset/done/", "/accounts/login/"]
)
def test_other_ways_in_are_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_reset_password", "account_set_password"]
)
def test_of_allauth_only_what_is_needed_is_there(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_account_page_of_wagtail_changes_no_password(client, root):
    client.force_login(root)

    assert 'type="password"' not in text(client.get("/admin/account/"))
    assert 'type="password"' not in text(client.get(f"/admin/users/edit/{root.pk}/"))


def test_a_refusal_does_not_tell_whether_there_is_such_an_account(client, clerk):
    known = sign_in(client, "nhaplieu", "sai-mat-khau")
    unknown = sign_in(client, "khong-co-ai", "sai-mat-khau")

    said = [answer.context["form"].non_field_errors() for answer in (known, unknown)]
    assert said[0] == said[1] == ["Không đăng nhập được. Hãy xem lại tên đăng nhập và mật khẩu."]
    first, second = written("refuse")
    assert (first.label, second.label) == (str(clerk), "")
    assert "khong-co-ai" not in str(second.data)


def test_a_closed_account_is_refused_alike_and_names_whom_to_ask_after_the_right_password_only(
    client, clerk, unit_admin
):
    services.close_account(clerk, by=unit_admin)

    wrong = sign_in(client, "nhaplieu", "sai-mat-khau").context["form"].non_field_errors()
    right = sign_in(client, "nhaplieu").context["form"].non_field_errors()

    assert wrong == ["Không đăng nhập được. Hãy xem lại tên đăng nhập và mật khẩu."]
    assert right == [
        f"Không đăng nhập được. Tài khoản này đang bị khóa. Hãy hỏi người quản trị: {unit_admin} (Sở Tài chính)."
    ]
    assert not is_in(client)


def test_somebody_without_a_duty_is_told_so_and_not_sent_in_circles(client, db):
    services.create_person("moi", full_name="Người Mới", password=PASSWORD, must_change_password=False)

    assert sign_in(client, "moi")["Location"] == "/tai-khoan/"
    assert "chưa được giao nhiệm vụ" in text(client.get("/tai-khoan/"))
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/tai-khoan/"


@pytest.mark.requirement("R46", part="through the screens")
def test_signing_out_is_written_down_and_ends_the_session(client, clerk):
    sign_in(client, "nhaplieu")

    client.post("/admin/logout/")

    assert not is_in(client)
    assert [entry.person for entry in written("sign_out")] == [clerk]
    assert word_for("account.sign_out") == "Đăng xuất"


# ---------------------------------------------------------------- lockout


@pytest.mark.requirement("R31", part="one door with lockout")
def test_after_five_wrong_passwords_the_account_is_locked_for_a_while_and_says_how_long(client, clerk):
    for _ in range(5):
        assert sign_in(client, "nhaplieu", "sai").status_code == 200

    answers = [sign_in(client, "NHAPLIEU"), sign_in(client, "nhaplieu")]

    assert [answer.status_code for answer in answers] == [429, 429]
    assert "Hãy thử lại sau 15 phút" in text(answers[0])
    assert not is_in(client)
    assert len(written("refuse")) == 5
    (entry,) = written("lockout")
    assert entry.label == str(clerk)


def test_a_lockout_is_of_one_account(client, clerk, colleague):
    for _ in range(6):
        sign_in(client, "nhaplieu", "sai")

    sign_in(client, "dongnghiep")

    assert is_in(client)


def test_unknown_names_are_locked_alike(client, db):
    answers = [sign_in(client, "khong-co-ai", "sai") for _ in range(6)]

    assert answers[-1].status_code == 429


def test_the_lockout_ends(client, clerk, monkeypatch):
    for _ in range(6):
        sign_in(client, "nhaplieu", "sai")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)

    sign_in(client, "nhaplieu")

    assert is_in(client)


def test_one_address_may_not_try_many_accounts(client, db):
    answers = [sign_in(client, f"ai-do-{number}", "sai") for number in range(31)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]


def test_behind_a_proxy_the_client_counts_not_the_proxy(client, clerk, settings):
    settings.PROXIES = 1
    for number in range(31):
        client.post(
            "/dang-nhap/",
            {"login": f"ai-do-{number}", "password": "sai"},
            headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"},
        )

    answer = client.post(
        "/dang-nhap/",
        {"login": "nhaplieu", "password": PASSWORD},
        headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.10"},
    )

    assert answer.status_code == 302
    assert {entry.address for entry in written("refuse")} == {"203.0.113.9"}
    assert written("sign_in")[0].address == "203.0.113.10"


# ---------------------------------------------------------------- passwords


@pytest.mark.parametrize("password", ["ngan", "password1", "nhaplieu", "Nhaplieu-2026", "12345678"])
@pytest.mark.requirement("R45", part="password policy")
def test_a_weak_password_and_the_own_name_are_refused(client, clerk, password):
    sign_in(client, "nhaplieu")

    answer = client.post(
        "/tai-khoan/mat-khau/", {"old": PASSWORD, "new": password, "again": password, "undertakes": "on"}
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors["new"]
    assert User.objects.get(pk=clerk.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"old": "sai", "new": NEW, "again": NEW}, "old"),
        ({"old": PASSWORD, "new": NEW, "again": f"{NEW}x"}, "again"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "new"),
    ],
)
def test_what_is_wrong_about_a_change_is_said_at_its_field(client, clerk, given, field):
    sign_in(client, "nhaplieu")

    answer = client.post("/tai-khoan/mat-khau/", {**given, "undertakes": "on"})

    assert set(answer.context["form"].errors) == {field}


@pytest.mark.requirement("R45", part="password changed at first sign-in")
@pytest.mark.requirement("R176", part="stated")
def test_at_the_first_sign_in_the_password_is_changed_and_the_holder_undertakes_to_answer(client, clerk):
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)

    sign_in(client, "nhaplieu")
    led = client.get("/admin/co-quan/")
    page = client.get(led["Location"])

    assert led["Location"] == "/tai-khoan/mat-khau/?next=%2Fadmin%2Fco-quan%2F"
    assert "tôi chịu trách nhiệm về sự cố do việc truy cập của tôi gây ra" in text(page)
    assert "old" not in page.context["form"].fields
    refused = client.post(led["Location"], {"new": NEW, "again": NEW})
    assert set(refused.context["form"].errors) == {"undertakes"}

    done = client.post(led["Location"], {"new": NEW, "again": NEW, "undertakes": "on"})

    assert done["Location"] == "/admin/co-quan/"
    assert client.get("/admin/co-quan/").status_code == 200
    clerk.refresh_from_db()
    assert clerk.undertaking_at
    assert clerk.check_password(NEW)
    assert written("change_password")[0].data == {"undertakes": True}


def test_the_undertaking_names_the_article_of_the_provinces_regulation(client, clerk):
    from home.accounts.profiles.applying import apply

    apply("khanh_hoa")
    sign_in(client, "nhaplieu")

    assert "khoản 2 Điều 7 của Quyết định số 2838/QĐ-UBND" in text(client.get("/tai-khoan/mat-khau/"))


@pytest.mark.parametrize("address", ["/admin/nguoi-dung/", "/tai-khoan/", "/tai-khoan/xac-thuc/bat/"])
def test_before_the_change_nothing_else_is_reached(client, clerk, address):
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    client.force_login(clerk)

    assert client.get(address)["Location"].startswith("/tai-khoan/mat-khau/")
    assert client.get(address, headers={"X-Requested-With": "XMLHttpRequest"}).status_code in {302, 403}
    assert not client.get("/chi-tieu/").context["user"].is_authenticated


def test_every_new_account_changes_its_password_whoever_made_it(db):
    made = [
        services.create_person("a", full_name="A", password=NEW),
        User.objects.create_user("b", password=NEW),
        User.objects.create_superuser("c", password=NEW),
    ]

    assert [person.must_change_password for person in made] == [True, True, True]


def test_a_change_of_the_password_ends_the_other_sessions_and_carries_this_one_on(clerk):
    here, there = browser(), browser()
    sign_in(here, "nhaplieu")
    sign_in(there, "nhaplieu")

    here.post("/tai-khoan/mat-khau/", {"old": PASSWORD, "new": NEW, "again": NEW, "undertakes": "on"})

    assert (is_in(here), is_in(there)) == (True, False)
    assert [row.session_key for row in UserSession.objects.all()] == [here.session.session_key]


# ---------------------------------------------------------------- lost passwords


@pytest.mark.requirement("R44", part="chain of re-issuing")
@pytest.mark.requirement("R44", part="one-time codes")
def test_a_unit_administrator_gives_a_code_that_opens_the_account_once(client, clerk, unit_admin):
    theirs = browser()
    sign_in(theirs, "nhaplieu")
    client.force_login(unit_admin)
    person = f"/admin/nguoi-dung/{clerk.pk}/"
    assert f"{person}ma-mot-lan/" in text(client.get(person))

    answer = client.post(f"{person}ma-mot-lan/")

    code = answer.context["code"]
    assert code in text(answer)
    assert "no-store" in answer["Cache-Control"]
    kept = OneTimeCode.objects.get()
    assert code.replace("-", "") not in kept.digest
    assert code not in str(list(AuditEntry.objects.values_list("data", flat=True)))
    assert not UserSession.objects.filter(user=clerk).exists()
    assert not is_in(theirs)
    assert sign_in(theirs, "nhaplieu", PASSWORD).status_code == 200

    sign_in(theirs, "nhaplieu", code.lower().replace("-", " "))
    assert theirs.get("/admin/")["Location"].startswith("/tai-khoan/mat-khau/")
    theirs.post("/tai-khoan/mat-khau/", {"new": NEW, "again": NEW, "undertakes": "on"})
    assert is_in(theirs)

    assert sign_in(browser(), "nhaplieu", code).status_code == 200
    assert [entry.person for entry in written("issue_code")] == [unit_admin]


@pytest.mark.requirement("R44", part="one-time codes")
def test_a_code_expires(client, clerk, unit_admin):
    code = codes.issue(clerk, by=unit_admin)
    OneTimeCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert sign_in(client, "nhaplieu", code).status_code == 200
    assert not codes.take(clerk, code)


def test_a_new_code_makes_the_one_before_void(clerk, unit_admin):
    first, second = codes.issue(clerk, by=unit_admin), codes.issue(clerk, by=unit_admin)

    assert (codes.take(clerk, first), codes.take(clerk, second)) == (False, True)


def test_a_code_is_of_one_person(clerk, colleague, unit_admin):
    code = codes.issue(clerk, by=unit_admin)

    assert not codes.take(colleague, code)
    assert codes.take(clerk, code)


def test_a_code_lifts_the_lockout(client, clerk, unit_admin):
    for _ in range(6):
        sign_in(client, "nhaplieu", "sai")
    administrator = browser()
    administrator.force_login(unit_admin)
    code = administrator.post(f"/admin/nguoi-dung/{clerk.pk}/ma-mot-lan/").context["code"]

    assert sign_in(client, "nhaplieu", code)["Location"] == "/admin/"


@pytest.mark.requirement("R44", part="chain of re-issuing")
def test_unit_administrators_get_theirs_from_the_system_administrator(department, unit_admin, admin):
    deputy = make_person("quantri2", department, DutyKind.UNIT_ADMIN)

    with pytest.raises(PermissionDenied):
        codes.issue(deputy, by=unit_admin)

    assert codes.issue(deputy, by=admin)


@pytest.mark.parametrize("who", ["clerk", "unit_admin", "receiver"])
def test_nobody_gives_himself_a_code_nor_an_outsider_anybody(request, clerk, unit_admin, receiver, who):
    by = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        codes.issue(unit_admin if by == unit_admin else clerk, by=by)

    assert not OneTimeCode.objects.exists()


def test_a_closed_account_gets_no_code(clerk, unit_admin):
    services.close_account(clerk, by=unit_admin)
    clerk.refresh_from_db()

    with pytest.raises(PermissionDenied):
        codes.issue(clerk, by=unit_admin)


@pytest.mark.requirement("R44", part="chain of re-issuing")
def test_one_asks_the_own_administrator_else_the_one_above_else_the_system_administrator(
    clerk, admin, committee, department
):
    assert services.whom_to_ask(clerk) == [(admin, committee)]

    above = make_person("quantriubnd", committee, DutyKind.UNIT_ADMIN)
    assert services.whom_to_ask(clerk) == [(above, committee)]

    own = make_person("quantristc", department, DutyKind.UNIT_ADMIN)
    assert services.whom_to_ask(clerk) == [(own, department)]
    assert services.whom_to_ask(own) == [(above, committee)]


# ---------------------------------------------------------------- the second factor


def code_for(secret: str) -> str:
    return totp_codes.format_hotp_value(
        totp_codes.hotp_value(secret, next(totp_codes.yield_hotp_counters_from_time()) + 1)
    )


def activate(client) -> str:
    """The secret."""
    secret = client.get("/tai-khoan/xac-thuc/bat/").context["form"].secret
    answer = client.post("/tai-khoan/xac-thuc/bat/", {"code": code_for(secret)})
    assert answer["Location"] == "/tai-khoan/ma-du-phong/", answer.context["form"].errors
    return secret


@pytest.fixture
def required(settings):
    settings.REQUIRE_TOTP = True


def test_a_code_from_the_telephone_is_asked_for_after_the_password(clerk):
    client = browser()
    sign_in(client, "nhaplieu")
    secret = activate(client)
    assert is_in(client)
    again = browser()

    assert sign_in(again, "nhaplieu", next="/admin/co-quan/")["Location"] == "/dang-nhap/ma-xac-thuc/"
    assert not is_in(again)
    assert again.post("/dang-nhap/ma-xac-thuc/", {"code": "000000"}).status_code == 200
    assert not is_in(again)
    done = again.post("/dang-nhap/ma-xac-thuc/", {"code": code_for(secret)})

    assert done["Location"] == "/admin/co-quan/"
    assert is_in(again)
    assert [entry.person for entry in written("totp_on")] == [clerk]
    assert [entry.data for entry in written("refuse")] == [{"second_factor": True}]


def test_a_code_of_the_telephone_is_taken_once(clerk):
    client = browser()
    sign_in(client, "nhaplieu")
    secret = activate(client)
    first, second, code = browser(), browser(), code_for(secret)
    for visitor in (first, second):
        sign_in(visitor, "nhaplieu")
        visitor.post("/dang-nhap/ma-xac-thuc/", {"code": code})

    assert (is_in(first), is_in(second)) == (True, False)


def test_the_secret_lies_encrypted(clerk):
    client = browser()
    sign_in(client, "nhaplieu")
    secret = activate(client)

    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_a_recovery_code_stands_in_once(clerk):
    client = browser()
    sign_in(client, "nhaplieu")
    activate(client)
    page = client.get("/tai-khoan/ma-du-phong/")
    code = page.context["unused_codes"][0]
    assert len(page.context["unused_codes"]) == 10

    outcomes = []
    for _ in range(2):
        other = browser()
        sign_in(other, "nhaplieu")
        other.post("/dang-nhap/ma-xac-thuc/", {"code": code})
        outcomes.append(is_in(other))

    assert outcomes == [True, False]


def test_wrong_codes_lock_too(clerk):
    client = browser()
    sign_in(client, "nhaplieu")
    secret = activate(client)
    other = browser()
    sign_in(other, "nhaplieu")
    for _ in range(5):
        other.post("/dang-nhap/ma-xac-thuc/", {"code": "000000"})

    answer = other.post("/dang-nhap/ma-xac-thuc/", {"code": code_for(secret)})

    assert "quá nhiều lần" in text(answer)
    assert not is_in(other)


@pytest.mark.requirement("R31", part="second factor for those who decide")
@pytest.mark.parametrize(
    "address",
    ["/admin/", "/admin/co-quan/", "/tai-khoan/", "/tai-khoan/mat-khau/", "/tai-khoan/xac-thuc/tat/"],
)
def test_a_session_that_gave_only_the_password_reaches_nothing_once_there_is_a_second_factor(clerk, address):
    client = browser()
    sign_in(client, "nhaplieu")
    activate(client)
    forced = browser()
    forced.force_login(clerk)

    assert forced.get(address)["Location"].startswith("/tai-khoan/xac-nhan-ma/")
    assert forced.post(address)["Location"] == "/tai-khoan/xac-nhan-ma/"
    assert forced.get("/admin/", headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403


def test_switching_it_on_ends_the_sessions_elsewhere(clerk):
    here, there = browser(), browser()
    sign_in(here, "nhaplieu")
    sign_in(there, "nhaplieu")

    activate(here)

    assert (is_in(here), there.get("/admin/")["Location"].split("?")[0]) == (True, "/dang-nhap/")


REQUIRED = ("data_leader", "leader", "registrar", "unit_admin", "admin", "root")


@pytest.mark.requirement("R31", part="second factor for those who decide")
@pytest.mark.parametrize("who", [*REQUIRED, "clerk", "reviewer", "receiver", "consolidator", "monitor"])
def test_who_approves_issues_sends_or_administers_must_have_it(request, required, who):
    client, person = browser(), request.getfixturevalue(who)
    sign_in(client, person.username)

    answer = client.get("/admin/")

    if who in REQUIRED:
        assert answer["Location"] == "/tai-khoan/xac-thuc/bat/?next=%2Fadmin%2F"
        assert client.get("/tai-khoan/")["Location"].startswith("/tai-khoan/xac-thuc/bat/")
        assert client.get("/admin/", headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
        assert client.get("/tai-khoan/xac-thuc/bat/").status_code == 200
    else:
        assert answer.status_code == 200


def test_once_activated_the_way_is_open_and_cannot_be_closed_again(required, leader):
    client = browser()
    sign_in(client, "giamdoc")
    activate(client)

    assert is_in(client)
    assert "buộc dùng xác thực hai lớp" in text(client.post("/tai-khoan/xac-thuc/tat/"))
    assert Authenticator.objects.filter(user=leader, type="totp").exists()


def test_without_being_required_it_can_be_switched_off(clerk):
    client = browser()
    sign_in(client, "nhaplieu")
    activate(client)

    client.post("/tai-khoan/xac-thuc/tat/")

    assert not Authenticator.objects.exists()
    assert [entry.person for entry in written("totp_off")] == [clerk]
    assert is_in(client)


def test_only_a_system_administrator_takes_it_off_for_somebody(clerk, unit_admin, admin):
    theirs = browser()
    sign_in(theirs, "nhaplieu")
    activate(theirs)
    client, address = browser(), f"/admin/nguoi-dung/{clerk.pk}/go-xac-thuc/"
    client.force_login(unit_admin)
    client.post(address)
    assert Authenticator.objects.exists()

    client.force_login(admin)
    client.post(address)

    assert not Authenticator.objects.exists()
    assert not is_in(theirs)
    assert [entry.person for entry in written("totp_remove")] == [admin]


def test_after_five_minutes_the_password_is_asked_for_again(clerk, monkeypatch):
    client = browser()
    sign_in(client, "nhaplieu")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)

    assert client.get("/tai-khoan/xac-thuc/bat/")["Location"].startswith("/tai-khoan/xac-nhan/")
    done = client.post("/tai-khoan/xac-nhan/?next=/tai-khoan/xac-thuc/bat/", {"password": PASSWORD})
    assert done["Location"] == "/tai-khoan/xac-thuc/bat/"
    assert client.get("/tai-khoan/xac-thuc/bat/").status_code == 200


# ---------------------------------------------------------------- sessions


@pytest.mark.requirement("R45", part="own sessions listed and ended")
def test_one_sees_where_one_is_signed_in_and_signs_out_elsewhere(clerk):
    here, there = browser(), browser()
    sign_in(there, "nhaplieu")
    sign_in(here, "nhaplieu")

    page = text(here.get("/tai-khoan/"))
    assert page.count("<strong>Chrome trên Windows</strong>") == 2
    assert page.count("(phiên này)") == 1

    here.post("/tai-khoan/noi-khac/")

    assert (is_in(here), is_in(there)) == (True, False)
    assert written("sign_out_elsewhere")[0].data == {"sessions": 1}


def test_one_sees_ones_own_sessions_only(clerk, colleague):
    mine, theirs = browser(), browser()
    sign_in(mine, "nhaplieu")
    sign_in(theirs, "dongnghiep")

    mine.post("/tai-khoan/noi-khac/")

    assert is_in(theirs)
    assert len(mine.get("/tai-khoan/").context["places"]) == 1


@pytest.mark.requirement("R45", part="use at two places detected")
def test_who_signs_in_at_a_second_place_is_told_and_it_is_written_down(clerk):
    sign_in(browser(), "nhaplieu")
    second = browser()
    sign_in(second, "nhaplieu")

    assert "đang mở ở 1 nơi khác, gần nhất: Chrome trên Windows" in text(second.get("/tai-khoan/"))
    assert [entry.data["elsewhere"] for entry in written("sign_in")] == [0, 1]


def test_closing_an_account_ends_its_sessions_for_good(clerk, unit_admin):
    client = browser()
    sign_in(client, "nhaplieu")

    services.close_account(clerk, by=unit_admin)
    services.reopen_account(clerk, by=unit_admin)

    assert not is_in(client)
    assert not Session.objects.exists()


@pytest.mark.parametrize("rows", [1, 12])
def test_the_account_page_asks_the_same_number_of_questions_however_many_sessions(
    clerk, rows, django_assert_num_queries
):
    for _ in range(rows):
        sign_in(browser(), "nhaplieu")
    client = browser()
    sign_in(client, "nhaplieu")
    client.get("/tai-khoan/")

    with django_assert_num_queries(QUERIES):
        client.get("/tai-khoan/")


QUERIES = 4


# ---------------------------------------------------------------- idle


@pytest.fixture
def idle(settings, monkeypatch):
    """``idle(seconds)`` lets time go by."""
    settings.IDLE_SECONDS = 1800
    began, passed = time.time(), [0]

    def wait(seconds: int) -> None:
        passed[0] += seconds

    monkeypatch.setattr(time, "time", lambda: began + passed[0])
    return wait


def test_a_session_ends_when_nothing_was_done_for_half_an_hour(clerk, idle):
    client = browser()
    sign_in(client, "nhaplieu")

    idle(1801)

    assert client.get("/admin/")["Location"] == "/dang-nhap/?next=/admin/"
    assert [entry.label for entry in written("idle")] == [str(clerk)]
    assert not UserSession.objects.exists()


def test_who_does_something_stays(clerk, idle):
    client = browser()
    sign_in(client, "nhaplieu")
    for _ in range(4):
        idle(1700)
        assert is_in(client)


def test_what_a_page_sends_by_itself_keeps_nobody_signed_in(clerk, idle):
    client = browser()
    sign_in(client, "nhaplieu")
    idle(1700)
    client.post("/admin/editing-sessions/1/")

    idle(200)

    assert not is_in(client)


def test_an_autosave_after_that_is_told_that_the_session_is_over(clerk, idle):
    client = browser()
    sign_in(client, "nhaplieu")
    idle(1801)

    answer = client.post("/admin/co-quan/", headers={"X-Requested-With": "XMLHttpRequest"})

    assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")


def test_a_page_opened_for_one_person_saves_nothing_for_another(clerk, colleague):
    client = browser()
    sign_in(client, "dongnghiep")

    def asked(person) -> int:
        return client.get(
            "/admin/co-quan/", headers={"X-Requested-With": "XMLHttpRequest", "X-Opened-By": str(person.pk)}
        ).status_code

    assert (asked(colleague), asked(clerk)) == (200, 403)


def test_a_session_of_unknown_age_is_over(clerk, idle):
    client = browser()
    client.force_login(clerk)

    assert not is_in(client)


def test_doing_many_things_writes_once_a_minute(clerk, idle, django_assert_max_num_queries):
    client = browser()
    sign_in(client, "nhaplieu")
    client.get("/tai-khoan/")

    def stamps() -> str:
        return client.session["account_seen"]

    first = stamps()
    idle(59)
    client.get("/tai-khoan/")
    assert stamps() == first
    idle(2)
    client.get("/tai-khoan/")
    assert stamps() == first + 61


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (WINDOWS, "Chrome trên Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile Safari/604.1", "Safari trên iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox trên Linux"),
        ("curl/8.0", "Trình duyệt khác"),
    ],
)
def test_a_device_in_words(user_agent, words):
    assert sessions.device_in_words(user_agent) == words


def test_the_policy_looks_at_names_without_diacritics():
    person = User(username="đào.an")

    with pytest.raises(ValidationError):
        passwords.NotTheUserName().validate("xDAO.AN1234", person)
