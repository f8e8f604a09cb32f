from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from home.audit.models import AuditEntry
from reports.documents.enclosures import Enclosure
from reports.documents.errors import NumberRefused
from reports.documents.models import ArchivedFile, Document, private_storage
from reports.documents.numbering import give_number
from reports.documents.services import (
    archive,
    attach_pdf,
    content_of,
    next_document,
    render_and_archive,
)

from .conftest import pages_of

NOON = datetime(2026, 2, 3, 5, tzinfo=UTC)
X6 = pytest.mark.requirement("X6", part="numbers typed from the agency's register")


def files() -> list[str]:
    """Everything in the archive's folder of these tests' bytes."""
    storage = private_storage()
    found = []
    for folder in storage.listdir("archive")[0] if storage.exists("archive") else []:
        found += storage.listdir(f"archive/{folder}")[1]
    return sorted(found)


@transaction.atomic
def archive_and_fail(content: bytes) -> None:
    kept = archive(content, name="a.pdf", media_type="application/pdf")
    assert kept.sha256 in files()
    raise RuntimeError("later")


@pytest.fixture
def document(department, content) -> Document:
    draft = replace(content, number_and_symbol="", issued_on=None, draft=True)
    return next_document(department, content.title, draft, at=NOON)


@pytest.mark.requirement("R155", part="the same bytes are kept once")
def test_the_same_bytes_are_kept_once(db):
    first = archive(b"mot", name="a.pdf", media_type="application/pdf", at=NOON)
    again = archive(b"mot", name="b.pdf", media_type="application/pdf")

    assert again == first
    assert ArchivedFile.objects.get().name == "a.pdf"
    assert first.sha256 == hashlib.sha256(b"mot").hexdigest()
    assert (first.size, first.archived_at) == (3, NOON)
    with first.content.open() as kept:
        assert kept.read() == b"mot"


@pytest.mark.requirement("R155", part="archived files are never deleted")
def test_what_is_archived_is_never_deleted(db):
    kept = archive(b"hai", name="a.pdf", media_type="application/pdf")

    with pytest.raises(TypeError):
        kept.delete()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_archive_leaves_no_file():
    before = files()

    with pytest.raises(RuntimeError, match="later"):
        archive_and_fail(b"ba")

    assert files() == before
    assert not ArchivedFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_savepoint_takes_its_file_alone():
    with transaction.atomic():
        kept = archive(b"bon", name="a.pdf", media_type="application/pdf")
        with pytest.raises(RuntimeError, match="later"):
            archive_and_fail(b"nam")

    assert kept.sha256 in files()
    assert hashlib.sha256(b"nam").hexdigest() not in files()


@pytest.mark.django_db(transaction=True)
def test_bytes_kept_by_somebody_else_meanwhile_leave_one_row_and_one_file(monkeypatch):
    """The other commits between our look and our row."""
    theirs = archive(b"sau", name="ho.pdf", media_type="application/pdf")
    monkeypatch.setattr(ArchivedFile.objects, "filter", lambda **_: ArchivedFile.objects.none(), raising=True)

    ours = archive(b"sau", name="ta.pdf", media_type="application/pdf")

    assert ours == theirs
    assert [name for name in files() if name.startswith(theirs.sha256)] == [theirs.sha256]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_written_leaves_no_row(monkeypatch):
    monkeypatch.setattr(
        type(private_storage()), "_save", lambda *_: (_ for _ in ()).throw(OSError("disk full"))
    )

    with pytest.raises(OSError, match="disk full"):
        archive(b"bay", name="a.pdf", media_type="application/pdf")

    assert not ArchivedFile.objects.exists()


@X6
def test_a_number_makes_the_document_issued(document, registrar):
    give_number(document, number=5, symbol=" bc-stc ", issued_on=date(2026, 2, 3), by=registrar, at=NOON)

    stored = Document.objects.get()
    assert stored.number_and_symbol == document.number_and_symbol == "05/BC-STC"
    assert (stored.year, stored.issued_on, stored.issued_by) == (2026, date(2026, 2, 3), registrar)
    assert stored.issued_at == NOON
    entry = AuditEntry.objects.get(verb="document.issue")
    assert (entry.person, entry.data["number"]) == (registrar, "05/BC-STC")


@X6
@pytest.mark.parametrize(
    ("number", "symbol", "issued_on", "message"),
    [
        (0, "BC-STC", date(2026, 2, 3), "từ 1 đến 999999"),
        (1_000_000, "BC-STC", date(2026, 2, 3), "từ 1 đến 999999"),
        (-3, "BC-STC", date(2026, 2, 3), "từ 1 đến 999999"),
        (5, "", date(2026, 2, 3), "BC-STC"),
        (5, "BC STC", date(2026, 2, 3), "gạch nối"),
        (5, "BC/STC", date(2026, 2, 3), "gạch nối"),
        (5, "BC-", date(2026, 2, 3), "gạch nối"),
        (5, "BC", date(2026, 2, 3), "gạch nối"),
        (5, "QĐ-STC", date(2026, 2, 3), "BC-STC"),  # a decision is not a report
        (5, "BC-<b>", date(2026, 2, 3), "gạch nối"),
        (5, "BC-STC", date(2026, 2, 4), "sau hôm nay"),
    ],
)
def test_a_bad_number_symbol_or_date_is_refused(document, registrar, number, symbol, issued_on, message):
    with pytest.raises(NumberRefused, match=message):
        give_number(document, number=number, symbol=symbol, issued_on=issued_on, by=registrar, at=NOON)

    assert not Document.objects.get().is_issued


@X6
@pytest.mark.parametrize("symbol", ["BC-STC", "BC-SKHĐT", "BC-UBND-TH", "BC-SNN&PTNT", "BC-TTPVHCC1"])
def test_the_symbols_of_the_decree_are_accepted(document, registrar, symbol):
    give_number(document, number=12, symbol=symbol, issued_on=date(2026, 2, 3), by=registrar, at=NOON)

    assert document.number_and_symbol == f"12/{symbol}"


def test_the_day_is_that_of_viet_nam(document, registrar):
    """At 18:00 UTC of the 3rd it is the 4th in Việt Nam."""
    give_number(
        document, number=1, symbol="BC-STC", issued_on=date(2026, 2, 4), by=registrar,
        at=datetime(2026, 2, 3, 18, tzinfo=UTC),
    )  # fmt: skip

    assert document.issued_on == date(2026, 2, 4)


@X6
@pytest.mark.requirement("X6", part="unique number")
def test_a_number_is_given_once_in_a_year_and_the_refusal_names_the_other(department, content, registrar):
    first, second = (next_document(department, title, content) for title in ("Báo cáo thu", "Báo cáo chi"))
    give_number(first, number=5, symbol="BC-STC", issued_on=date(2026, 2, 2), by=registrar, at=NOON)

    with pytest.raises(NumberRefused, match=r"05/BC-STC ngày 02/02/2026 “Báo cáo thu”"):
        give_number(second, number=5, symbol="BC-STC-QLNS", issued_on=date(2026, 2, 3), by=registrar, at=NOON)

    assert not second.is_issued
    give_number(second, number=5, symbol="BC-STC", issued_on=date(2025, 12, 31), by=registrar, at=NOON)
    assert second.number_and_symbol == "05/BC-STC"


@X6
def test_other_organisations_count_for_themselves(document, other_department, content, registrar):
    other = next_document(other_department, "Khác", content)
    for each, symbol in ((document, "BC-STC"), (other, "BC-SDL")):
        give_number(each, number=5, symbol=symbol, issued_on=date(2026, 2, 3), by=registrar, at=NOON)

    assert Document.objects.filter(number=5, year=2026).count() == 2


@X6
def test_the_database_itself_refuses_a_second_one(document, content, department, registrar):
    give_number(document, number=5, symbol="BC-STC", issued_on=date(2026, 2, 3), by=registrar, at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(
            organisation=department, title="x", number=5, symbol="BC-X", issued_on=date(2026, 5, 1), year=2026,
            created_at=NOON,
        )  # fmt: skip


@X6
def test_a_number_never_changes(document, registrar):
    give_number(document, number=5, symbol="BC-STC", issued_on=date(2026, 2, 3), by=registrar, at=NOON)

    with pytest.raises(NumberRefused, match="đã có số 05/BC-STC"):
        give_number(document, number=6, symbol="BC-STC", issued_on=date(2026, 2, 3), by=registrar, at=NOON)

    assert Document.objects.get().number == 5


def test_rendering_follows_the_number(document, registrar):
    draft = render_and_archive(document)
    give_number(document, number=5, symbol="BC-STC", issued_on=date(2026, 2, 3), by=registrar, at=NOON)
    issued = render_and_archive(document, attachments=[Enclosure("ban-trinh.json", b"{}")])

    assert draft != issued
    assert Document.objects.get().pdf == document.pdf == issued
    assert issued.name == "05-BC-STC-2026.pdf"
    with issued.content.open() as pdf:
        text = " ".join(pages_of(pdf.read()))
    assert "Số: 05/BC-STC" in text
    assert "DỰ THẢO" not in text
    with draft.content.open() as pdf:
        assert "DỰ THẢO" in " ".join(pages_of(pdf.read()))


def test_the_number_given_ends_the_draft(document, registrar):
    give_number(document, number=7, symbol="BC-STC", issued_on=date(2026, 1, 9), by=registrar, at=NOON)

    content = content_of(document)

    assert (content.number_and_symbol, content.issued_on, content.draft) == (
        "07/BC-STC",
        date(2026, 1, 9),
        False,
    )


def test_every_pdf_of_a_demonstration_says_so(document, settings):
    settings.PORTAL_IS_DEMO = True

    assert content_of(document).demo


@pytest.mark.django_db(transaction=True)
def test_nothing_is_rendered_inside_a_transaction(department, content):
    document = next_document(department, content.title, content)

    with transaction.atomic(), pytest.raises(RuntimeError):
        render_and_archive(document)

    assert not ArchivedFile.objects.exists()


def test_an_archived_pdf_becomes_the_documents(document):
    signed = archive(b"%PDF-ky", name="ky.pdf", media_type="application/pdf", at=timezone.now())

    attach_pdf(document, signed)

    assert Document.objects.get().pdf == signed
