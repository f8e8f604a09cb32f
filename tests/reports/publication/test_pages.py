"""The report library and the page of a report, for everybody."""

from __future__ import annotations

import io
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from home.models import HomePage
from indicators.models import Indicator
from reports.documents.models import ArchivedFile
from reports.publication.models import PublishedDocument
from reports.publication.services import publish_submission
from reports.submissions import services as submissions
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.content import SectionContent
from tests.reports.consolidation.story import deliver_again, hour
from tests.reports.submissions.stages import number

from .conftest import FIGURES

R125 = pytest.mark.requirement("R125", part="public pages show released documents alone")


@pytest.fixture
def published(accepted, publisher) -> PublishedDocument:
    return publish_submission(accepted, by=publisher, at=hour(30), summary="Thu đạt khá.")


def text_of(response) -> str:
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@R125
def test_before_publication_there_is_nothing_to_find(client, accepted):
    page = client.get("/bao-cao/")

    assert page.status_code == 200
    assert "Chưa có báo cáo nào được công khai" in text_of(page)
    assert "7.213,5" not in page.content.decode()
    for address in ("/bao-cao/bat-ky/", "/bao-cao/bat-ky/bat-ky.pdf", f"/bao-cao/{accepted.pk}/"):
        assert client.get(address).status_code == 404


def test_the_library_lists_what_is_public(client, published):
    text = text_of(client.get("/bao-cao/"))

    assert "1 báo cáo" in text
    assert published.title in text
    assert "Số 05/BC-STC ngày 15/05/2026" in text
    assert "Sở Tài chính" in text
    assert "Tháng 5/2026" in text
    assert "Công khai ngày 16/05/2026" in text


@pytest.mark.requirement("X22", part="report library searched without diacritics")
def test_the_library_is_searched_and_filtered(client, published):
    cases = [
        ({"tim": "kinh te xa hoi"}, True),
        ({"tim": "Sở TÀI chính"}, True),
        ({"tim": "05/bc-stc"}, True),
        ({"tim": "du lich"}, False),
        ({"che-do": "KTXH-THANG"}, True),
        ({"che-do": "KHAC"}, False),
        ({"ky": "2026-M05"}, True),
        ({"ky": "2026-M06"}, False),
        ({"ky": "không phải kỳ"}, False),
        ({"tim": "x" * 10_000}, False),
        ({"tim": "a\x00b"}, False),
        ({"page": "999", "tim": "kinh te"}, True),
    ]
    for query, found in cases:
        response = client.get("/bao-cao/", query)

        assert response.status_code == 200
        assert (published.title in text_of(response)) is found, query
        assert ("Không có báo cáo nào phù hợp" in text_of(response)) is not found


def test_the_library_takes_a_fixed_number_of_queries(client, published, django_assert_num_queries):
    client.get("/bao-cao/")

    with django_assert_num_queries(4):
        client.get("/bao-cao/")


@R125
def test_the_page_shows_text_and_tables_as_they_were_accepted(client, accepted, published, staff, receiver):
    submissions.demand_adjustment(accepted, by=receiver, reason="Sai", at=hour(40))
    sheet = accepted.sheets.get()
    save_cells(
        accepted, [CellEntry(sheet.pk, "I.1", "uoc", value=number("9999"))], by=staff.clerk, at=hour(41)
    )

    response = client.get(published.get_absolute_url())

    text = text_of(response)
    assert response.status_code == 200
    assert "Thu ngân sách đạt khá." in text
    assert "7.213,5" in text
    assert "9.999" not in text
    assert "Số 05/BC-STC ngày 15/05/2026" in text
    assert "Người ký GIÁM ĐỐC Người stc-duyet" in text
    assert published.pdf.sha256 in text
    assert "không thay thế số liệu thống kê do cơ quan thống kê công bố" in text
    assert "“-” không phát sinh; “…” chưa có số liệu." in text


def test_nothing_in_a_narrative_runs_or_loads(client, published, monkeypatch):
    """Whatever a snapshot of other days may hold: it is cleaned again."""
    hostile = '<p onclick="x()">Chữ</p><img src="http://a.example/"><script>alert(1)</script><p style="color:red">đỏ</p>'
    monkeypatch.setattr(
        "reports.publication.views.frozen_sections",
        lambda snapshot: [SectionContent("muc", "<b>Mục</b>", hostile)],
    )

    main = re.search(r"<main.*</main>", client.get(published.get_absolute_url()).content.decode(), re.DOTALL)[
        0
    ]

    assert "<p>Chữ</p><p>đỏ</p>" in main
    assert "&lt;b&gt;Mục" in main
    for word in ("alert", "<script", "<img", "style=", "onclick"):
        assert word not in main


def test_a_report_page_takes_a_fixed_number_of_queries(client, published, django_assert_num_queries):
    client.get(published.get_absolute_url())

    with django_assert_num_queries(4):
        client.get(published.get_absolute_url())


@R125
def test_the_pdf_is_the_file_that_was_accepted_byte_for_byte(client, published):
    response = client.get(reverse("publication:pdf", args=[published.slug, published.slug]))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert f'filename="{published.slug}.pdf"' in response["Content-Disposition"]
    assert response["ETag"] == f'"{published.pdf.sha256}"'
    with published.pdf.content.open() as kept:
        assert b"".join(response.streaming_content) == kept.read()
    again = client.get(
        reverse("publication:pdf", args=[published.slug, published.slug]),
        headers={"if-none-match": response["ETag"]},
    )
    assert again.status_code == 304


@pytest.mark.requirement("R9", part="printable in official layout")
@pytest.mark.requirement("R116", part="PDF")
def test_the_public_pdf_is_the_issued_document_with_its_snapshot(real_paper, client, accepted, publisher):
    published = publish_submission(accepted, by=publisher)

    response = client.get(reverse("publication:pdf", args=[published.slug, published.slug]))

    reader = PdfReader(io.BytesIO(b"".join(response.streaming_content)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Số: 05/BC-STC" in text
    assert "7.213,5" in text
    assert "DỰ THẢO" not in text
    assert reader.attachments["ban-trinh.json"] == [accepted.accepted_snapshot.content.encode()]


@R125
def test_files_that_are_not_the_published_one_are_not_reachable(client, published, staff, accepted, receiver):
    deliver_again(accepted, FIGURES, staff, receiver, text="Bản sau", at=hour(40))
    newer = accepted.dispatches.order_by("number").last().pdf

    assert ArchivedFile.objects.count() >= 2
    for address in (
        f"/bao-cao/{published.slug}/khac.pdf",
        f"/bao-cao/{published.slug}/{newer.sha256}.pdf",
        f"/media/{newer.content.name}",
        f"/{newer.content.name}",
    ):
        assert client.get(address, follow=True).status_code == 404, address


def test_an_old_document_stays_and_says_what_replaced_it(
    client, published, accepted, staff, receiver, publisher
):
    deliver_again(accepted, {**FIGURES, ("I.1", "uoc"): "7.300"}, staff, receiver, at=hour(40))
    second = publish_submission(accepted, by=publisher, at=hour(50))

    old, new, library = (
        client.get(address).content.decode()
        for address in (published.get_absolute_url(), second.get_absolute_url(), "/bao-cao/")
    )

    assert "Báo cáo này đã được thay" in old
    assert second.get_absolute_url() in old
    assert "7.213,5" in old
    assert published.get_absolute_url() in new
    assert "7.300" in new
    assert second.get_absolute_url() in library
    assert f'href="{published.get_absolute_url()}"' not in library


def test_public_pages_only_answer_readers(client, published):
    for address in (
        "/bao-cao/",
        published.get_absolute_url(),
        f"/bao-cao/{published.slug}/{published.slug}.pdf",
    ):
        for method in (client.post, client.put, client.delete, client.patch):
            assert method(address).status_code == 405


def test_the_front_page_names_the_latest_reports(client, home_page, published):
    Indicator.objects.update(may_release=False)

    documents = HomePage.objects.get().get_context(client.get("/bao-cao/").wsgi_request)["latest_documents"]

    assert documents == [
        {
            "title": published.title,
            "url": published.get_absolute_url(),
            "period_label": "Tháng 5/2026",
            "released_on": hour(30).date(),
        }
    ]


def test_a_report_of_words_alone_is_shown_without_tables(client, published, monkeypatch):
    """A snapshot without sheets: a narrative regime."""
    monkeypatch.setattr("reports.publication.views.frozen_sheets", lambda snapshot: [])

    text = text_of(client.get(published.get_absolute_url()))

    assert "Thu ngân sách đạt khá." in text
    assert "Ký hiệu:" not in text
