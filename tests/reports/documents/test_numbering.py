"""Numbers that the portal counts, where the head of the agency made it the register (X6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from home.audit.models import AuditEntry
from reports.documents.errors import NumberRefused
from reports.documents.models import Document, NumberRegister
from reports.documents.numbering import counted_by, end_register, give_number, open_register, void_number
from reports.documents.services import next_document

pytestmark = pytest.mark.requirement("X6", part="counted by the portal")

NOON = datetime(2026, 2, 3, 5, tzinfo=UTC)
BASIS = "Quyết định số 12/QĐ-STC ngày 02/01/2026"


@pytest.fixture
def draft(department, content):
    blank = replace(content, number_and_symbol="", issued_on=None, draft=True)
    return lambda: next_document(department, content.title, blank, at=NOON)


@pytest.fixture
def register(department, registrar) -> NumberRegister:
    return open_register(department, year=2026, basis=BASIS, by=registrar, at=NOON)


@pytest.fixture
def counted(draft, registrar):
    """A document with the next number."""

    def give(at: datetime = NOON, **more) -> Document:
        arguments = {"number": None, "issued_on": None, "symbol": "BC-STC", "by": registrar, "at": at, **more}
        return give_number(draft(), **arguments)

    return give


def test_numbers_follow_one_another_from_01_with_the_day_they_are_given(register, counted):
    first, second = counted(), counted()

    assert [first.number_and_symbol, second.number_and_symbol] == ["01/BC-STC", "02/BC-STC"]
    assert {first.issued_on, second.issued_on} == {date(2026, 2, 3)}
    assert AuditEntry.objects.filter(verb="document.issue").latest("pk").data["counted"] is True


def test_the_register_says_by_whom_and_on_what_basis_it_was_opened(register, registrar):
    assert (register.opened_by, register.basis) == (registrar, BASIS)
    entry = AuditEntry.objects.get(verb="document.open_register")
    assert (entry.person, entry.data["basis"], entry.data["starts_after"]) == (registrar, BASIS, 0)


def test_a_refused_document_takes_no_number(register, counted):
    counted()
    with pytest.raises(NumberRefused):
        counted(symbol="BC STC")
    with pytest.raises(NumberRefused):
        counted(symbol="QĐ-STC")

    assert counted().number == 2


def test_a_number_lost_with_its_transaction_is_given_again(register, counted):
    class Interrupted(Exception):
        pass

    def interrupted() -> None:
        with transaction.atomic():
            assert counted().number == 1
            raise Interrupted

    with pytest.raises(Interrupted):
        interrupted()

    assert counted().number == 1


@pytest.mark.parametrize(
    "typed", [{"number": 7}, {"issued_on": date(2026, 2, 2)}, {"issued_on": date(2026, 1, 5)}]
)
def test_where_the_portal_counts_nothing_is_typed(register, counted, typed):
    with pytest.raises(NumberRefused, match=r"Hệ thống cấp số.*12/QĐ-STC"):
        counted(**typed)

    register.refresh_from_db()
    assert register.last_number == 0


def test_where_it_does_not_count_a_number_must_be_typed(db, counted):
    with pytest.raises(NumberRefused, match="đã đăng ký ở văn thư"):
        counted()


def test_counting_begins_after_the_numbers_of_the_agencys_book(department, registrar, draft, counted):
    give_number(draft(), number=12, symbol="BC-STC", issued_on=date(2026, 1, 9), by=registrar, at=NOON)

    with pytest.raises(NumberRefused, match="đã có văn bản số 12"):
        open_register(department, year=2026, basis=BASIS, by=registrar, starts_after=11, at=NOON)
    open_register(department, year=2026, basis=BASIS, by=registrar, starts_after=15, at=NOON)

    assert counted().number == 16


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"basis": "  "}, "người đứng đầu"), ({"year": 2025}, "đã qua"), ({"year": 2026}, "đã mở")],
)
def test_a_register_is_not_opened_without_basis_for_a_past_year_or_twice(
    department, registrar, register, arguments, message
):
    with pytest.raises(NumberRefused, match=message):
        open_register(department, **{"year": 2027, "basis": BASIS, **arguments}, by=registrar, at=NOON)


def test_a_new_year_begins_at_01_on_the_same_basis(register, counted):
    counted()

    first = counted(at=datetime(2027, 1, 1, 1, tzinfo=UTC))

    assert (first.number, first.year) == (1, 2027)
    assert NumberRegister.objects.get(year=2027).basis == BASIS
    # 17:30 UTC on 31 December is the new year in Việt Nam.
    assert counted(at=datetime(2027, 12, 31, 17, 30, tzinfo=UTC)).year == 2028


def test_a_register_that_is_ended_counts_to_the_end_of_its_year(
    department, register, counted, registrar, draft
):
    end_register(register, by=registrar, at=NOON)

    assert counted().number == 1
    assert counted_by(department, "BC", 2027) is None
    later = datetime(2027, 1, 5, tzinfo=UTC)
    typed = give_number(
        draft(), number=9, symbol="BC-STC", issued_on=date(2027, 1, 4), by=registrar, at=later
    )
    assert typed.number == 9


def test_other_organisations_go_on_typing(register, other_department, content, registrar):
    document = next_document(other_department, "Báo cáo", replace(content, draft=True), at=NOON)

    give_number(document, number=3, symbol="BC-SDL", issued_on=date(2026, 2, 3), by=registrar, at=NOON)

    assert document.number == 3


def test_a_voided_number_is_explained_and_never_given_again(register, counted, registrar):
    wrong = counted()

    again = void_number(wrong, reason="Cấp nhầm cho dự thảo cũ", by=registrar, at=NOON)

    assert (again.is_issued, again.content, again.title) == (False, wrong.content, wrong.title)
    wrong.refresh_from_db()
    assert (wrong.number, wrong.is_voided, wrong.void_reason) == (1, True, "Cấp nhầm cho dự thảo cũ")
    assert counted().number == 2
    entry = AuditEntry.objects.get(verb="document.void_number")
    assert (entry.data["number"], entry.data["reason"]) == ("01/BC-STC", "Cấp nhầm cho dự thảo cũ")


def test_a_typed_number_that_was_voided_is_refused_with_its_reason(draft, registrar):
    typed = {"symbol": "BC-STC", "issued_on": date(2026, 2, 3), "by": registrar, "at": NOON}
    void_number(give_number(draft(), number=5, **typed), reason="Ghi nhầm số", by=registrar, at=NOON)

    with pytest.raises(NumberRefused, match="đã hủy: Ghi nhầm số"):
        give_number(draft(), number=5, **typed)


def test_what_has_no_number_no_reason_or_is_voided_is_not_voided(register, counted, draft, registrar):
    with pytest.raises(NumberRefused, match="chưa có số"):
        void_number(draft(), reason="x", by=registrar)
    issued = counted()
    with pytest.raises(NumberRefused, match="lý do"):
        void_number(issued, reason=" ", by=registrar)
    void_number(issued, reason="Nhầm", by=registrar)
    with pytest.raises(NumberRefused, match="đã hủy: Nhầm"):
        void_number(issued, reason="Nhầm", by=registrar)


def test_the_database_wants_the_reason_of_a_voided_number(register, counted):
    document = counted()

    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(voided_at=NOON)
