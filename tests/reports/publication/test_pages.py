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


@pytest.mark.both
@pytest.mark.requirement("X22", part="report library searched without diacritics")
def test_the_library_is_searched_and_filtered(client, published):
    cases = [
        ({"tim": "kinh te xa hoi"}, True),
        ({"tim": "Sở TÀI chính"}, True),
        ({"tim": "05/bc-stc"}, True),
        ({"tim": "du lich"}, False),
        ({"che-do": "KTXH-THANG"}, True),
        ({"che-do": "KHAC"}, False),
        ({"nam": "2026"}, True),
        ({"nam": "2025"}, False),
        ({"nam": "không phải năm"}, False),
        ({"loai": "periodic"}, True),
        ({"loai": "thematic"}, False),
        ({"co-quan": "STC"}, True),
        ({"co-quan": "SDL"}, False),
        ({"tim": "hoà bình"}, False),
        ({"tim": "x" * 10_000}, False),
        ({"page": "999", "tim": "kinh te"}, True),
    ]
    for query, found in cases:
        response = client.get("/bao-cao/", query)

        assert response.status_code == 200
        assert (published.title in text_of(response)) is found, query
        assert ("Không có báo cáo nào phù hợp" in text_of(response)) is not found


def test_the_library_takes_a_fixed_number_of_queries(client, published, django_assert_num_queries):
    client.get("/bao-cao/")

    with django_assert_num_queries(2):
        client.get("/bao-cao/")


@R125
@pytest.mark.requirement("R9", part="read as a page")
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


def rewrite(published, **content) -> None:
    """What an archived document of other days may hold."""
    document = published.document
    document.content |= content
    document.save()


def main_of(response) -> str:
    return re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]


def test_nothing_in_a_narrative_runs_or_loads(client, published):
    """Whatever a document of other days may hold: it is cleaned again."""
    hostile = '<p onclick="x()">Chữ</p><img src="http://a.example/"><script>alert(1)</script><p style="color:red">đỏ</p>'
    rewrite(published, sections=[["<b>Mục</b>", hostile]])

    main = main_of(client.get(published.get_absolute_url()))

    assert "<p>Chữ</p><p>đỏ</p>" in main
    assert "&lt;b&gt;Mục" in main
    for word in ("alert", "<script", "<img", "style=", "onclick"):
        assert word not in main


def test_hostile_markup_in_a_title_is_text_wherever_it_stands(client, home_page, published):
    PublishedDocument.objects.filter(pk=published.pk).update(title='<script>alert("x")</script>')

    for address in ("/", "/bao-cao/", published.get_absolute_url(), "/tim-kiem/?q=kinh+te"):
        page = client.get(address).content.decode()

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page, address


def table_of_rows(count: int) -> dict:
    rows = [["A", "Nhóm A", 0, "heading", "", [""]]]
    rows += [[str(n), f"Dòng số {n}", 1, "input", "Hộ", [f"{n}"]] for n in range(1, count)]
    return {
        **{"title": "Biểu dài", "note": "", "header": [[["Số hộ", 1, 1]]], "rows": rows},
        **{"signs": ["…"], "footnotes": ["Ghi chú cuối biểu."], "text_columns": []},
    }


def test_a_table_of_five_thousand_rows_is_read_sheet_by_sheet(
    client, published, django_assert_max_num_queries
):
    rewrite(published, tables=[published.document.content["tables"][0] | table_of_rows(5000)])
    address = f"{published.get_absolute_url()}bieu-1/"

    report = text_of(client.get(published.get_absolute_url()))
    with django_assert_max_num_queries(4):
        last = text_of(client.get(address, {"page": 17}))

    assert "300 dòng đầu trên 5000" in report.replace(".", "")
    assert "Dòng số 299 " in report
    assert "Dòng số 300 " not in report
    assert "Dòng số 4999" in last
    assert "Nhóm A (tiếp theo)" in last
    assert "“…” chưa có số liệu." in last
    assert "Ghi chú cuối biểu." in last
    assert "Trang 17 trên 17" in last
    assert client.get(f"{published.get_absolute_url()}bieu-2/").status_code == 404


def test_a_report_without_a_word_or_a_table_says_where_its_contents_are(client, published):
    rewrite(published, sections=[], tables=[])

    assert "Báo cáo này chỉ có bản PDF" in text_of(client.get(published.get_absolute_url()))


def test_the_page_links_to_what_it_contains_and_to_what_it_belongs_to(client, published):
    main = main_of(client.get(published.get_absolute_url()))

    for target in re.findall(r'href="#([^"]+)"', main):
        assert f'id="{target}"' in main
    assert 'href="#bieu-1"' in main
    assert 'href="/chi-tieu/THU-NOI-DIA/"' in main
    assert f'href="{published.dispatch.submission.obligation.tier.round.regime_version.page.url}"' in main
    assert f"Mã nhận {published.dispatch.receipt}" in main
    assert "Tiếp nhận" in main


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
            "organisation": "Sở Tài chính",
            "period_label": "Tháng 5/2026",
            "released_on": hour(30).date(),
        }
    ]


def test_a_report_of_words_alone_is_shown_without_tables(client, published):
    """A narrative regime."""
    rewrite(published, tables=[])

    text = text_of(client.get(published.get_absolute_url()))

    assert "Thu ngân sách đạt khá." in text
    assert "Ký hiệu:" not in text


def test_a_new_version_says_which_figures_it_changed(client, published, accepted, staff, receiver, publisher):
    deliver_again(accepted, {**FIGURES, ("I.1", "uoc"): "7.300"}, staff, receiver, at=hour(40))
    second = publish_submission(accepted, by=publisher, at=hour(50))

    text = text_of(client.get(second.get_absolute_url()))

    assert "Báo cáo này thay bản công khai ngày 16/05/2026" in text
    assert "1 Thu nội địa Thực hiện – Ước tháng 7.213,5 7.300,0" in text
    assert "Có 1 số liệu khác" in text  # the total stays unknown


def test_each_filter_counts_what_the_others_leave(client, published, accepted, staff, receiver, publisher):
    main = main_of(client.get("/bao-cao/", {"nam": "2026", "co-quan": "STC"}))

    assert '<option value="2026" selected>2026 (1)</option>' in main
    assert '<option value="STC" selected>Sở Tài chính (1)</option>' in main
    assert '<option value="KTXH-THANG">' in main
    # Nothing fits the other filter, but what was chosen stays chosen.
    assert '<option value="2026" selected>2026 (0)</option>' in main_of(
        client.get("/bao-cao/", {"nam": "2026", "co-quan": "KHAC"})
    )
