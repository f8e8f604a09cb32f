import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from home.accounts.models import DutyKind
from home.audit.middleware import current_address
from home.audit.models import AuditEntry, AuditIsPermanent
from home.audit.services import record
from home.audit.verbs import name_verbs, word_for
from reports.submissions.status import Verb
from tests.conftest import affiliate, make_person

pytestmark = pytest.mark.django_db

INDEX = "/admin/nhat-ky/"


@pytest.fixture
def admin(committee):
    return make_person("quantri", committee, DutyKind.SYSTEM_ADMIN)


@pytest.fixture
def reader(client, admin):
    client.force_login(admin)
    return client


@pytest.mark.requirement("R46", part="each act carries the person, the moment and the address")
def test_an_entry_names_person_object_moment_and_address(clerk, leader, department) -> None:
    token = current_address.set("203.113.1.2")
    moment = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    record("thing.do", department, by=clerk, on_behalf_of=leader, organisation="STC", at=moment, rows=3)
    current_address.reset(token)

    entry = AuditEntry.objects.about(department).get()
    assert (entry.person, entry.on_behalf_of, entry.organisation) == (clerk, leader, "STC")
    assert (entry.at, entry.address, entry.label, entry.data) == (
        moment,
        "203.113.1.2",
        "Sở Tài chính",
        {"rows": 3},
    )


@pytest.mark.requirement("R46", part="through the screens")
def test_what_is_done_on_a_screen_is_logged_with_the_address_of_the_request(client, admin) -> None:
    client.force_login(admin)

    client.post(
        "/admin/co-quan/new/",
        {"code": "SYT", "name": "Sở Y tế", "kind": "so", "level": "tinh"},
        REMOTE_ADDR="203.113.1.2",
    )

    entry = AuditEntry.objects.get(verb="organisation.create")
    assert (entry.person, entry.address) == (admin, "203.113.1.2")
    assert current_address.get() is None


@pytest.mark.requirement("R46", part="the log is permanent")
@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(verb="other"),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).delete(),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["verb"]),
        lambda entry: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"verb": "other"}),
    ],
)
def test_an_entry_is_neither_changed_nor_deleted(clerk, change) -> None:
    entry = record("thing.do", clerk, by=clerk)
    entry.verb = "other"

    with pytest.raises(AuditIsPermanent), transaction.atomic():
        change(entry)
    assert AuditEntry.objects.get().verb == "thing.do"


def test_a_person_in_the_log_is_not_deleted(clerk) -> None:
    record("thing.do", None, by=clerk)
    clerk.duties.all().delete()

    with pytest.raises(ProtectedError):
        clerk.delete()


def test_a_verb_without_words_is_shown_as_it_is() -> None:
    assert word_for("nobody.named_it") == "nobody.named_it"
    assert word_for("duty.grant") == "Giao nhiệm vụ"
    name_verbs({"thing.do": "Làm"})
    assert word_for("thing.do") == "Làm"


def test_every_verb_written_to_the_log_has_words() -> None:
    root = Path(__file__).resolve().parents[3]
    sources = [
        path.read_text(encoding="utf-8")
        for app in ("home", "indicators", "notifications", "reports")
        for path in (root / app).rglob("*.py")
    ]
    written = {verb for source in sources for verb in re.findall(r'record\(\s*"([a-z_]+\.[a-z_]+)"', source)}
    written |= {f"submission.{verb}" for verb in Verb} | {"obligation.exempt", "obligation.cancel"}

    assert len(written) > 40
    assert [verb for verb in sorted(written) if word_for(verb) == verb] == []


@pytest.mark.parametrize(
    "address", [INDEX, f"{INDEX}results/", f"{INDEX}?export=csv", f"{INDEX}?export=xlsx"]
)
def test_the_log_is_read_by_administrators_and_superusers_alone(
    client, department, admin, root, address
) -> None:
    nosy = make_person("tomo", department, *set(DutyKind) - {DutyKind.SYSTEM_ADMIN, DutyKind.UNIT_ADMIN})
    nosy.user_permissions.add(*Permission.objects.filter(content_type__app_label="audit"))

    client.force_login(nosy)
    assert client.get(address)["Location"] == "/admin/"
    for person in (admin, root, make_person("quantridv", department, DutyKind.UNIT_ADMIN)):
        client.force_login(person)
        assert client.get(address).status_code == 200


@pytest.mark.requirement("R34", part="reads the log of the subtree")
@pytest.mark.parametrize("address", [INDEX, f"{INDEX}?export=csv"])
def test_a_unit_administrator_reads_what_concerns_his_organisations(
    client, department, other_department, lead, clerk, address
) -> None:
    unit_admin = make_person("quantridv", department, DutyKind.UNIT_ADMIN)
    for label, place in (("own", department), ("beneath", other_department), ("foreign", lead)):
        record(f"test.{label}", None, by=clerk, organisation=place.code)
    record("test.nowhere", None, by=clerk)
    client.force_login(unit_admin)

    def read() -> set[str]:
        answer = client.get(address)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return set(re.findall("test\\.([a-z]+)", text.decode()))

    assert read() == {"own"}
    affiliate(other_department, department)
    assert read() == {"own", "beneath"}


def test_who_takes_the_log_away_stands_in_it_and_formulas_stay_text(reader, admin, clerk) -> None:
    clerk.full_name = "=1+1"
    clerk.save()
    record("duty.grant", clerk, by=clerk)

    csv = b"".join(reader.get(INDEX, {"export": "csv", "verb": "duty.grant"}).streaming_content).decode()

    assert csv.splitlines()[0] == "Lúc,Người thực hiện,Việc,Đối tượng,Mã đơn vị,Địa chỉ mạng,Chi tiết"
    assert ",'=1+1,Giao nhiệm vụ,'=1+1," in csv
    taken = AuditEntry.objects.get(verb="audit.export")
    assert taken.person == admin
    assert taken.data == {"rows": 1, "asked": {"export": "csv", "verb": "duty.grant"}}


@pytest.mark.postgres
@pytest.mark.requirement("R155", part="the log is permanent in the database")
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditentry SET label = 'x'", "DELETE FROM audit_auditentry"]
)
def test_postgresql_itself_refuses_to_change_or_delete_an_entry(clerk, statement) -> None:
    record("duty.grant", clerk, by=clerk)

    with pytest.raises(IntegrityError, match="neither changed nor deleted"), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditEntry.objects.filter(verb="duty.grant", label=str(clerk)).exists()


def test_the_log_is_read_only(reader) -> None:
    assert reader.post(INDEX).status_code == 405


def test_the_log_is_filtered_by_person_verb_and_day_in_viet_nam(reader, clerk, leader) -> None:
    clerk.full_name = "Phạm Đình Hòa"
    clerk.save()
    late = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)  # 00:30 of the second in Việt Nam
    record("duty.grant", None, by=clerk, at=late)
    record("duty.revoke", None, by=leader, at=datetime(2026, 3, 1, 3, 0, tzinfo=UTC))

    def found(**query) -> list[str]:
        return [entry.verb for entry in reader.get(INDEX, query).context["object_list"]]

    assert found() == ["duty.grant", "duty.revoke"]
    assert found(person="dinh hoa") == ["duty.grant"]
    assert found(verb="duty.revoke") == ["duty.revoke"]
    assert found(at_from="02/03/2026", at_to="02/03/2026") == ["duty.grant"]
    assert found(at_from=date(2026, 3, 1).strftime("%d/%m/%Y"), at_to="01/03/2026") == ["duty.revoke"]
    page = reader.get(INDEX, {"verb": "duty.grant"}).content.decode()
    assert "02/03/2026 00:30:00" in page
    assert "Giao nhiệm vụ" in page
    assert "Không có mục nào phù hợp" in reader.get(INDEX, {"person": "khong ai"}).content.decode()


def test_an_empty_log_says_what_it_will_hold(reader) -> None:
    assert "Nhật ký chưa có mục nào" in reader.get(INDEX).content.decode()


@pytest.mark.parametrize("rows", [3, 60])
def test_the_log_asks_the_same_number_of_questions_however_long_it_is(
    reader, clerk, leader, rows, django_assert_num_queries
) -> None:
    for number in range(rows):
        record("duty.grant", clerk, by=clerk, on_behalf_of=leader, number=number)
    reader.get(INDEX)

    with django_assert_num_queries(12):
        reader.get(INDEX)
