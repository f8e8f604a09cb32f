"""The register's screens: who sees them, who opens one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.accounts.models import DutyKind
from reports.documents.models import NumberRegister
from reports.documents.numbering import give_number, void_number
from reports.documents.services import next_document
from tests.conftest import make_person

pytestmark = pytest.mark.requirement("X6", part="counted by the portal")
YEAR = timezone.localdate().year


@pytest.fixture
def as_user():
    def signed_in(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def administrator(department):
    return make_person("quantri", department, DutyKind.UNIT_ADMIN)


def opening(department) -> str:
    return reverse("registers:open", args=[department.pk])


BASIS = {"year": YEAR, "starts_after": 0, "basis": "Quyết định số 12/QĐ-STC"}


def test_the_administrator_opens_the_register_on_a_decision(as_user, administrator, department):
    answer = as_user(administrator).post(opening(department), BASIS, follow=True)

    register = NumberRegister.objects.get()
    assert (register.organisation, register.opened_by, register.basis) == (
        department,
        administrator,
        BASIS["basis"],
    )
    page = answer.content.decode()
    assert "số tiếp theo là 01" in page
    assert "căn cứ: Quyết định số 12/QĐ-STC" in page


@pytest.mark.parametrize("bad", [{"basis": ""}, {"starts_after": -1}, {"starts_after": "x"}, {"year": 1999}])
def test_what_is_wrong_is_said_and_nothing_opened(as_user, administrator, department, bad):
    assert as_user(administrator).post(opening(department), {**BASIS, **bad}).status_code == 200
    assert not NumberRegister.objects.exists()


def test_the_clerk_reads_the_register_and_does_not_open_it(as_user, registrar, department):
    clerk = as_user(registrar)

    assert clerk.get(reverse("registers:detail", args=[department.pk])).status_code == 200
    assert clerk.get(opening(department)).status_code in {302, 403}
    clerk.post(opening(department), BASIS)
    clerk.post(reverse("registers:end", args=[department.pk]))
    assert not NumberRegister.objects.exists()


def test_others_do_not_see_it(as_user, leader, receiver, department):
    for person in (leader, receiver):
        for name in ("detail", "open"):
            assert as_user(person).get(reverse(f"registers:{name}", args=[department.pk])).status_code == 404
        assert str(department) not in as_user(person).get(reverse("registers:list")).content.decode()


def test_a_year_lists_its_numbers_with_what_became_of_them(as_user, registrar, department, content):
    document = next_document(department, "Thu <ngân sách>", replace(content, draft=True))
    give_number(document, number=7, symbol="BC-STC", issued_on=date(YEAR, 1, 1), by=registrar)
    void_number(document, reason="Ghi nhầm", by=registrar)
    address = reverse("registers:detail", args=[department.pk])

    page = as_user(registrar).get(address).content.decode()

    assert "07/BC-STC" in page
    assert "Thu &lt;ngân sách&gt;" in page
    assert "Ghi nhầm" in page
    assert "07/BC-STC" not in as_user(registrar).get(f"{address}?nam=1999").content.decode()
    assert as_user(registrar).get(f"{address}?nam=²⁰²⁶").status_code == 200


def test_counting_is_ended_for_the_years_to_come(as_user, administrator, department):
    browser = as_user(administrator)
    browser.post(opening(department), BASIS)

    browser.post(reverse("registers:end", args=[department.pk]))

    assert not NumberRegister.objects.get().goes_on
    assert (
        "Từ năm sau văn thư ghi số"
        in browser.get(reverse("registers:detail", args=[department.pk])).content.decode()
    )
