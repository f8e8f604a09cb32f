"""Accounts are asked for in writing, decided by an administrator, and the result is kept (R42)."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail import hooks

from home.accounts import asking, services
from home.accounts.assigning import OwedForm, OwedReport
from home.accounts.duties import duties_of
from home.accounts.models import AccountRequest, Appointment, Duty, DutyKind, User
from home.accounts.profiles.applying import apply
from home.accounts.services import AccountError
from home.audit.models import AuditEntry
from notifications.models import Message
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
INDEX = "/admin/de-nghi-tai-khoan/"
DOCUMENT = {"document_number": "12/STC-VP", "document_date": TODAY}
NEW = {"full_name": "Nguyễn Văn An", "duties": ["enter"]} | DOCUMENT


def ask(by, department, kind="create", **more) -> AccountRequest:
    return asking.ask(kind, department, by=by, **(DOCUMENT if kind != "create" else NEW) | more)


def kinds(person: User) -> set[str]:
    return {duty.kind for duty in duties_of(User.objects.get(pk=person.pk)).duties}


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.requirement("R42", part="request with document number")
def test_a_leader_asks_and_his_administrator_is_told(department, leader, unit_admin, admin) -> None:
    request = ask(leader, department)

    assert request.document == f"12/STC-VP ngày {TODAY:%d/%m/%Y}"
    message = Message.objects.get()
    assert message.recipient == unit_admin
    assert "12/STC-VP" in message.body
    assert AuditEntry.objects.get(verb="request.ask").data["document"] == request.document


def test_what_the_only_administrator_asks_goes_to_the_superior_then_to_the_system(
    department, committee, unit_admin, admin
) -> None:
    ask(unit_admin, department)
    assert Message.objects.get().recipient == admin

    above = make_person("captren", committee, DutyKind.UNIT_ADMIN)
    request = ask(unit_admin, department, full_name="Người Khác")
    assert [message.recipient for message in Message.objects.filter(key__endswith=f":{request.pk}")] == [
        above
    ]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"document_number": " "}, "document_number"),
        ({"document_date": TODAY + timedelta(days=1)}, "document_date"),
        ({"full_name": " "}, "full_name"),
        ({"duties": []}, "duties"),
        ({"duties": ["system_admin"]}, "duties"),
        ({"duties": ["monitor", "enter"]}, "duties"),
    ],
)
@pytest.mark.requirement("R42", part="request with document number")
def test_a_request_lacking_something_is_refused(department, leader, more, field) -> None:
    with pytest.raises(AccountError) as refusal:
        ask(leader, department, **more)

    assert refusal.value.field == field
    assert not AccountRequest.objects.exists()


def test_the_same_is_not_asked_twice_while_it_waits(department, leader) -> None:
    ask(leader, department)

    with pytest.raises(AccountError, match="đang chờ quyết định"):
        ask(leader, department)


def test_only_who_speaks_for_the_organisation_asks(
    department, other_department, leader, clerk, outsider
) -> None:
    for person, place in ((clerk, department), (leader, other_department), (outsider, department)):
        with pytest.raises(PermissionDenied):
            ask(person, place)


@pytest.mark.requirement("R42", part="decision and result")
def test_what_is_granted_makes_the_account_with_office_duties_and_a_code(
    department, leader, unit_admin
) -> None:
    request = ask(
        leader,
        department,
        title="Phó Giám đốc",
        signing_form="KT.",
        signs_for_title="Giám đốc",
        duties=["approve_report", "enter"],
    )

    result = asking.grant_request(request, by=unit_admin, username="an.nguyenvan")

    person = result.request.person
    assert person.username == "an.nguyenvan"
    assert kinds(person) == {"enter", "approve_report"}
    office = Appointment.objects.get(person=person)
    assert office.signature_lines() == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    assert {office.basis, *person.duties.values_list("basis", flat=True)} == {
        f"Văn bản số {request.document}"
    }
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", result.code)
    assert (result.request.status, result.request.decided_by) == ("granted", unit_admin)
    message = Message.objects.get(code="account.request_granted")
    assert message.recipient == leader
    assert "tài khoản an.nguyenvan đã được tạo" in message.body
    assert result.code not in message.body
    assert not AuditEntry.objects.filter(data__icontains=result.code).exists()


@pytest.mark.parametrize(
    ("more", "field"), [({"duties": ["approve_report"]}, "kind"), ({"username": "NHAPLIEU"}, "username")]
)
def test_a_grant_that_cannot_be_done_does_nothing(department, leader, unit_admin, clerk, more, field) -> None:
    username = more.pop("username", "an")
    request = ask(leader, department, **more)
    people = User.objects.count()

    with pytest.raises(AccountError) as refusal:
        asking.grant_request(request, by=unit_admin, username=username)

    assert refusal.value.field == field
    request.refresh_from_db()
    assert (request.status, request.person, User.objects.count()) == ("pending", None, people)


def test_nobody_decides_what_he_has_asked(department, unit_admin, leader, outsider) -> None:
    request = ask(unit_admin, department)

    for person in (unit_admin, leader, make_person("la", None)):
        with pytest.raises(PermissionDenied):
            asking.grant_request(request, by=person, username="an")
        with pytest.raises(PermissionDenied):
            asking.refuse_request(request, by=person, reason="Không")


@pytest.mark.requirement("R42", part="decision and result")
def test_a_refusal_says_why_and_the_asker_is_told(department, leader, unit_admin) -> None:
    request = ask(leader, department)
    with pytest.raises(AccountError, match="nêu lý do"):
        asking.refuse_request(request, by=unit_admin, reason=" ")

    asking.refuse_request(request, by=unit_admin, reason="Thiếu chữ ký của Giám đốc")

    message = Message.objects.get(code="account.request_refused")
    assert (message.recipient, "Thiếu chữ ký" in message.body) == (leader, True)
    request.refresh_from_db()
    assert (request.status, request.reason) == ("refused", "Thiếu chữ ký của Giám đốc")


def test_the_second_who_decides_is_told_who_was_first(department, leader, unit_admin, admin) -> None:
    request = ask(leader, department)
    asking.refuse_request(request, by=unit_admin, reason="Thiếu")

    with pytest.raises(AccountError, match=r"không chấp thuận lúc .* \(Người quantridonvi\)"):
        asking.grant_request(request, by=admin, username="an")
    with pytest.raises(AccountError, match="không chấp thuận lúc"):
        asking.withdraw_request(request, by=leader)
    assert not User.objects.filter(username="an").exists()


def test_who_asked_takes_it_back_and_nobody_else(department, leader, unit_admin) -> None:
    request = ask(leader, department)
    with pytest.raises(PermissionDenied):
        asking.withdraw_request(request, by=unit_admin)

    assert asking.withdraw_request(request, by=leader).status == "withdrawn"


def test_a_change_gives_what_lacks_takes_the_rest_and_leaves_what_stays(
    department, leader, unit_admin
) -> None:
    person = make_person("canbo", department, DutyKind.ENTER, DutyKind.SEND, scopes=["form:BM01"])
    request = ask(leader, department, "change", person=person, duties=["enter", "view"])
    entering = person.duties.get(kind="enter")

    asking.grant_request(request, by=unit_admin)

    assert kinds(person) == {"enter", "view"}
    entering.refresh_from_db()
    assert entering.valid_to is None


def test_a_revocation_takes_everything_there_and_closes_an_account_that_has_nothing_else(
    department, other_department, leader, unit_admin, clerk
) -> None:
    both = make_person("hainoi", department, DutyKind.ENTER)
    services.grant(both, DutyKind.VIEW, other_department, by=None)

    for person in (clerk, both):
        asking.grant_request(ask(leader, department, "revoke", person=person), by=unit_admin)
        person.refresh_from_db()

    assert (clerk.is_active, both.is_active) == (False, True)
    assert kinds(both) == {"view"}
    assert not Duty.objects.on(TODAY).filter(organisation=department, person__in=[clerk, both]).exists()
    assert Message.objects.filter(recipient=leader, body__contains="đã khóa tài khoản").count() == 1


def test_the_last_administrator_is_not_taken_by_a_request(
    department, leader, unit_admin, admin, clerk
) -> None:
    apply("khanh_hoa")
    request = ask(leader, department, "revoke", person=unit_admin)

    with pytest.raises(AccountError, match="phải có ít nhất 1 người quản trị"):
        asking.grant_request(request, by=admin)
    unit_admin.refresh_from_db()
    assert unit_admin.is_active


def test_somebody_of_another_organisation_is_not_changed(department, leader, outsider) -> None:
    with pytest.raises(AccountError, match="Hãy chọn người đang có nhiệm vụ"):
        ask(leader, department, "change", person=outsider, duties=["enter"])


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Nguyễn Văn An", "an.nguyenvan"),
        ("Đặng Thị Ước", "uoc.dangthi"),
        ("An", "an"),
        ("Người Thử", "thu.nguoi2"),
    ],
)
def test_a_user_name_is_suggested(db, name, suggested) -> None:
    services.create_person("thu.nguoi", full_name="Người Thử")

    assert asking.suggested_username(name) == suggested


# The screens

TYPED = {
    "full_name": "Nguyễn Văn An",
    "duties": ["enter"],
    "document_number": "12/STC-VP",
    "document_date": "20/11/2026",
}


@pytest.mark.requirement("R42", part="request with document number")
@pytest.mark.requirement("R42", part="decision and result")
def test_from_asking_to_the_first_code_on_the_screens(client, department, leader, unit_admin) -> None:
    client.force_login(leader)
    made = client.post(f"{INDEX}cap-moi/", TYPED | {"organisation": department.pk}, follow=True)
    assert "Đã gửi đề nghị" in text(made)
    request = AccountRequest.objects.get()
    assert client.get(f"{INDEX}{request.pk}/chap-thuan/")["Location"] == "/admin/"

    client.force_login(unit_admin)
    assert "Nguyễn Văn An" in text(client.get(f"{INDEX}?status=pending"))
    assert 'value="an.nguyenvan"' in text(client.get(f"{INDEX}{request.pk}/chap-thuan/"))
    page = client.post(f"{INDEX}{request.pk}/chap-thuan/", {"username": "an.nguyenvan"})
    code = re.search(r"<code>(\S+)</code>", page.content.decode()).group(1)
    assert "no-store" in page["Cache-Control"]
    assert "Nguyễn Văn An" not in text(client.get(f"{INDEX}?status=pending"))
    assert "Người giamdoc" in text(client.get(f"{INDEX}{request.pk}/"))

    client.logout()
    client.post("/dang-nhap/", {"login": "an.nguyenvan", "password": code})
    assert client.session["_auth_user_id"] == str(User.objects.get(username="an.nguyenvan").pk)


def test_who_will_administer_gets_the_code_from_the_system_administrator(
    client, department, committee, leader
) -> None:
    above = make_person("captren", committee, DutyKind.UNIT_ADMIN)
    request = ask(leader, department, duties=["unit_admin"])
    client.force_login(above)

    page = client.post(f"{INDEX}{request.pk}/chap-thuan/", {"username": "an"}, follow=True)

    assert "mã một lần do quản trị hệ thống cấp" in text(page)
    assert "<code>" not in text(page)
    assert kinds(User.objects.get(username="an")) == {"unit_admin"}


def test_a_type_of_the_regulation_gives_all_its_duties(client, department, leader) -> None:
    apply("soc_trang")
    client.force_login(leader)
    page = client.get(f"{INDEX}cap-moi/").context["form"]
    code = next(code for code, _ in page.fields["account_type"].choices if code)

    client.post(
        f"{INDEX}cap-moi/", TYPED | {"organisation": department.pk, "duties": [], "account_type": code}
    )

    assert AccountRequest.objects.get().duties


def test_changes_and_revocations_are_asked_on_screens_of_their_own(client, department, leader, clerk) -> None:
    client.force_login(leader)
    for address in ("thay-doi/", "thu-hoi/"):
        client.post(f"{INDEX}{address}", TYPED | {"organisation": department.pk, "person": clerk.pk})

    assert set(AccountRequest.objects.values_list("kind", "person")) == {
        ("change", clerk.pk),
        ("revoke", clerk.pk),
    }


def test_a_forged_organisation_or_person_is_not_taken(
    client, department, other_department, leader, outsider
) -> None:
    client.force_login(leader)
    client.post(f"{INDEX}cap-moi/", TYPED | {"organisation": other_department.pk})
    client.post(f"{INDEX}thay-doi/", TYPED | {"organisation": department.pk, "person": outsider.pk})

    assert not AccountRequest.objects.exists()


def test_requests_of_others_are_not_there(client, department, other_department, leader, clerk) -> None:
    request = ask(leader, department)
    stranger = make_person("khac", other_department, DutyKind.UNIT_ADMIN, DutyKind.APPROVE_REPORT)
    client.force_login(stranger)

    assert "Nguyễn Văn An" not in text(client.get(INDEX))
    for address in ("", "chap-thuan/", "khong-chap-thuan/", "rut/"):
        assert client.get(f"{INDEX}{request.pk}/{address}").status_code == 404
        assert client.post(f"{INDEX}{request.pk}/{address}").status_code in (404, 405)

    client.force_login(clerk)
    assert client.get(INDEX)["Location"] == "/admin/"
    assert client.get(f"{INDEX}cap-moi/")["Location"] == "/admin/"


@pytest.mark.parametrize("rows", [3, 18])
def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    client, department, leader, unit_admin, rows, django_assert_num_queries
) -> None:
    for number in range(rows):
        ask(leader, department, full_name=f"Người {number}")
    client.force_login(unit_admin)
    client.get(INDEX)

    with django_assert_num_queries(11):
        client.get(INDEX)


def test_nobody_decides_what_is_asked_for_himself(
    client, department, committee, leader, unit_admin, admin
) -> None:
    more = {"title": "Phó Giám đốc", "duties": ["unit_admin", "approve_report"]}
    request = ask(leader, department, "change", person=unit_admin, **more)
    assert Message.objects.get(code="account.requested").recipient == admin
    client.force_login(unit_admin)
    for verb in ("chap-thuan", "khong-chap-thuan"):
        assert client.post(f"{INDEX}{request.pk}/{verb}/", {"reason": "x"}).status_code in {302, 403}
    with pytest.raises(PermissionDenied):
        asking.grant_request(request, by=unit_admin)
    assert kinds(unit_admin) == {"unit_admin"}

    asking.grant_request(request, by=admin)

    assert kinds(unit_admin) == {"unit_admin", "approve_report"}


# ---- scans and forms


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
OWED = OwedReport(
    "regime:KTXH",
    "Kinh tế - xã hội tháng",
    (OwedForm("form:BM01", "BM01 – Thu", ()), OwedForm("form:BM02", "BM02 – Chi", ())),
)


@pytest.fixture
def owed(department):
    with hooks.register_temporarily(
        "portal_reports_owed", lambda asked: [OWED] if asked.pk == department.pk else []
    ):
        yield


def scan(name: str = "Công văn 12.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def typed(department, **more) -> dict:
    day = f"{TODAY:%d/%m/%Y}"
    return NEW | {"organisation": department.pk, "document_date": day} | more


@pytest.mark.requirement("R42", part="scan of the document")
def test_a_scan_is_kept_and_read_by_those_who_see_the_request_alone(
    signed_in, department, other_department, leader, unit_admin, clerk, outsider, admin
) -> None:
    made = signed_in(leader).post(f"{INDEX}cap-moi/", typed(department, scan=scan()))

    request = AccountRequest.objects.get()
    assert made["Location"] == f"{INDEX}{request.pk}/"
    assert request.scan_name == "Công văn 12.pdf"
    address = f"{INDEX}{request.pk}/ban-chup/"
    assert address in text(signed_in(unit_admin).get(f"{INDEX}{request.pk}/"))
    for person in (leader, unit_admin, admin):
        answer = signed_in(person).get(address)
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]
        assert answer["Content-Disposition"].startswith("attachment")
    stranger = make_person("nguoi-la", other_department, DutyKind.UNIT_ADMIN)
    for person in (clerk, stranger):
        assert signed_in(person).get(address).status_code == 404
    without = ask(leader, department, full_name="Người Khác")
    assert signed_in(leader).get(f"{INDEX}{without.pk}/ban-chup/").status_code == 404


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (scan("van-ban.docx", PDF), "không phải bản chụp"),
        (scan("van-ban.exe", b"MZ"), "không phải bản chụp"),
        (scan("van-ban.pdf", b"<html><script>"), "nội dung không phải loại đó"),
        (scan("van-ban.pdf", PDF + b"/JavaScript (x)"), "có mã lệnh tự chạy"),
        (scan("anh.png", PDF), "nội dung không phải loại đó"),
    ],
)
def test_what_is_no_scan_is_refused_at_its_field_and_nothing_is_asked(
    signed_in, department, leader, upload, said
) -> None:
    upload.seek(0)
    answer = signed_in(leader).post(f"{INDEX}cap-moi/", typed(department, scan=upload))

    assert said in answer.context["form"].errors["scan"][0]
    assert not AccountRequest.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.requirement("R42", part="forms asked for")
def test_the_forms_asked_for_are_given_with_the_duty(signed_in, owed, department, leader, unit_admin) -> None:
    page = text(signed_in(leader).get(f"{INDEX}cap-moi/"))
    assert "BM02 – Chi" in page
    signed_in(leader).post(
        f"{INDEX}cap-moi/", typed(department, duties=["enter", "view"], scopes=["form:BM02"])
    )

    request = AccountRequest.objects.get()
    shown = text(signed_in(unit_admin).get(f"{INDEX}{request.pk}/"))
    assert "Nhập liệu (biểu BM02), Xem, theo dõi" in shown
    person = asking.grant_request(request, by=unit_admin, username="an").request.person
    given = {duty.kind: [row.scope for row in duty.scopes.all()] for duty in person.duties.all()}
    assert given == {"enter": ["form:BM02"], "view": []}
    assert person.duties.get(kind="enter").basis == f"Văn bản số {request.document}"


def test_a_change_narrows_what_was_everything(owed, department, leader, unit_admin, clerk) -> None:
    request = ask(leader, department, "change", person=clerk, duties=["enter"], scopes=["form:BM01"])

    asking.grant_request(request, by=unit_admin)

    standing = Duty.objects.on(TODAY).filter(person=clerk, kind="enter")
    assert [[row.scope for row in duty.scopes.all()] for duty in standing] == [["form:BM01"]]


def test_forms_are_asked_for_where_they_are_owed_and_with_a_duty_that_has_forms(
    owed, department, other_department, leader
) -> None:
    elsewhere = make_person("giamdoc-sdl", other_department, DutyKind.APPROVE_REPORT)
    for by, place, more in (
        (leader, department, {"scopes": ["form:LA"]}),
        (leader, department, {"scopes": ["form:BM01"], "duties": ["view"]}),
        (elsewhere, other_department, {"scopes": ["form:BM01"]}),
    ):
        with pytest.raises(AccountError) as refusal:
            ask(by, place, **more)
        assert refusal.value.field == "scopes"
    assert not AccountRequest.objects.exists()
