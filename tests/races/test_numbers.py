"""Many clerks at one register in one moment: no number is given twice, none is left out."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from reports.documents.content import DocumentContent
from reports.documents.errors import NumberRefused
from reports.documents.models import Document, NumberRegister
from reports.documents.numbering import give_number, open_register
from reports.documents.services import next_document

pytestmark = [
    pytest.mark.slow,
    pytest.mark.both,
    pytest.mark.requirement("X6", part="counted by the portal"),
]

CLERKS = 8


def together(*acts: Any) -> list[Any]:
    """What each act returned or raised, all let off in one moment, each on its own connection."""
    start = Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            start.wait(timeout=30)
            results[place] = acts[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def documents(department) -> list[Document]:
    content = DocumentContent(organisation_name="Sở Tài chính", title="Thu ngân sách")
    return [next_document(department, f"Báo cáo {n}", content) for n in range(CLERKS)]


def count(document: Document, registrar, **more: Any):
    arguments = {"number": None, "issued_on": None, "symbol": "BC-STC", "by": registrar, **more}
    return lambda: give_number(Document.objects.get(pk=document.pk), **arguments)


def test_numbers_counted_at_once_leave_no_gap(documents, department, registrar):
    year = timezone.localdate().year
    open_register(department, year=year, basis="QĐ 12", by=registrar)
    refused = count(documents[-1], registrar, symbol="sai")

    results = together(*(count(document, registrar) for document in documents[:-1]), refused)

    assert [type(result) for result in results[-1:]] == [NumberRefused]
    assert sorted(result.number for result in results[:-1]) == list(range(1, CLERKS))
    assert NumberRegister.objects.get().last_number == CLERKS - 1


def test_the_first_numbers_of_a_year_open_one_register(documents, department, registrar):
    year = timezone.localdate().year
    NumberRegister.objects.create(
        organisation=department, year=year - 1, basis="QĐ 12", opened_by=registrar, opened_at=timezone.now()
    )

    results = together(*(count(document, registrar) for document in documents))

    assert sorted(result.number for result in results) == list(range(1, CLERKS + 1))
    assert NumberRegister.objects.get(year=year).last_number == CLERKS


def test_typing_and_beginning_to_count_do_not_cross(documents, department, registrar):
    """Whichever comes first: the typed number lies below the counted ones, or is refused."""
    today = timezone.localdate()
    typed = count(documents[0], registrar, number=1, issued_on=date(today.year, today.month, today.day))

    def begin() -> NumberRegister:
        return open_register(department, year=today.year, basis="QĐ 12", by=registrar, starts_after=1)

    result, register = together(typed, begin)

    assert isinstance(register, NumberRegister)
    assert isinstance(result, NumberRefused) or result.number == 1
    assert count(documents[1], registrar)().number == 2
