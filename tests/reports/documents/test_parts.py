"""Long documents: laid out in parts, the same pages as in one pass."""

from __future__ import annotations

import io
import os
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import django
import pikepdf
import pytest
from pypdf import PdfReader

from reports.documents.content import DocumentContent, DocumentSection
from reports.documents.enclosures import Enclosure
from reports.documents.models import Rendering, RenderingState
from reports.documents.parts import PREVIEW_ROWS, blocks_of, is_long, render_in_parts, shortened
from reports.documents.services import next_document, queue_rendering, render, render_and_archive

from .conftest import make_table, pages_of, rendered

pytestmark = pytest.mark.slow

PARAGRAPH = "giá trị sản xuất công nghiệp tiếp tục tăng so với cùng kỳ. " * 6


@pytest.fixture
def long_content(content):
    """Several pages of text and two annexes, each of which is cut."""
    sections = tuple(
        DocumentSection(f"Mục {n}", "".join(f"<p>Đoạn {n}.{k}: {PARAGRAPH}</p>" for k in range(9)))
        for n in range(3)
    )
    one_measure = make_table(45, "Biểu thứ hai")
    one_measure = replace(one_measure, rows=tuple(replace(row, measure="%") for row in one_measure.rows))
    return replace(content, sections=sections, tables=(make_table(70), one_measure))


@pytest.fixture
def joined(long_content) -> bytes:
    return render_in_parts(long_content, attachments=[Enclosure("ban-trinh.json", b"{}", "Source")], run=30)


@pytest.mark.slow
def test_a_section_of_two_hundred_pages_is_printed_whole(content):
    body = "".join(f"<p>Đoạn {n}. {PARAGRAPH}</p>" for n in range(1500))
    long = replace(content, sections=(DocumentSection("Mục", body),), tables=())

    pages = pages_of(render(long))

    assert len(pages) > 200
    text = " ".join(pages)
    assert all(f"Đoạn {n}. " in text for n in range(1500))
    assert "200" in pages[199].split()


#: Decision 9 measures 5,000: ``LONG_TABLE_ROWS=5000 LONG_TABLE_MIB=600``; it takes a minute.
ROWS = int(os.environ.get("LONG_TABLE_ROWS", "900"))
MEBIBYTES = int(os.environ.get("LONG_TABLE_MIB", "350"))


def _rendered_alone(content: DocumentContent) -> tuple[bytes, int]:
    """The document, and the most memory this process has held in MiB."""
    pdf = render(content)
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert held
    return pdf, int(held[1]) // 1024


@pytest.mark.slow
def test_a_very_long_table_is_printed_whole_in_bounded_memory(content):
    """In a process of its own. In one pass 5,000 rows take 882 MiB."""
    long = replace(content, sections=(), tables=(make_table(ROWS),))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as alone:
        pdf, mebibytes = alone.submit(_rendered_alone, long).result()

    text = " ".join(pages_of(pdf))
    rows = [int(number) for number in re.findall(r"Chỉ tiêu thứ (\d+)", text)]
    assert rows == list(range(1, ROWS + 1))
    assert mebibytes < MEBIBYTES


@pytest.mark.slow
@pytest.mark.requirement("X5", part="appendices")
def test_parts_give_the_pages_that_one_pass_gives(long_content, joined):
    """Numbers of pages, breaks, heads of tables, what stands below them."""
    assert pages_of(joined) == pages_of(rendered(long_content))


@pytest.mark.slow
def test_the_joined_document_is_one_tagged_archival_document(joined):
    pdf = pikepdf.open(io.BytesIO(joined))
    root = pdf.Root

    assert 'pdfaid:part="3"' in root.Metadata.read_bytes().decode()
    assert root.Lang == "vi"
    assert len(root.OutputIntents) == 1
    assert list(PdfReader(io.BytesIO(joined)).attachments) == ["ban-trinh.json"]
    assert len(root.AF) == 1
    numbers = list(root.StructTreeRoot.ParentTree.Nums)[0::2]
    assert [int(number) for number in numbers] == list(range(len(pdf.pages)))
    assert [int(page.StructParents) for page in pdf.pages] == list(range(len(pdf.pages)))
    # Every element leads to a page of this document, every text on a page to its element.
    pages = {page.objgen for page in pdf.pages}
    assert {element.Pg.objgen for element in root.StructTreeRoot.K[0].K} <= pages
    for place, page in enumerate(pdf.pages):
        elements = list(root.StructTreeRoot.ParentTree.Nums)[2 * place + 1]
        assert len(elements) > 5 or place + 1 == len(pdf.pages)
        assert {element.Pg.objgen for element in elements} == {page.objgen}


def test_each_heading_of_the_joined_document_leads_to_its_page(joined):
    with pikepdf.open(io.BytesIO(joined)).open_outline() as outline:
        titles = [item.title for item in outline.root[0].children]

    assert [title for title in titles if title.startswith("Mục")] == ["Mục 0", "Mục 1", "Mục 2"]
    assert "BIỂU THỨ HAI" in [title.upper() for title in titles]


def test_progress_is_told_and_ends_with_all_of_it(long_content):
    heard: list[tuple[int, int]] = []

    render_in_parts(replace(long_content, sections=()), told=lambda *said: heard.append(said), run=30)

    done = [one for one, _ in heard]
    assert done == sorted(done)
    assert len(heard) > 4
    assert heard[-1][0] == heard[-1][1]


def test_a_block_longer_than_a_part_is_not_lost(content):
    huge = "<ul>" + "".join(f"<li>mục {n}</li>" for n in range(200)) + "</ul>"
    text = replace(
        content, sections=(DocumentSection("", huge), DocumentSection("Cuối", "<p>Hết.</p>")), tables=()
    )

    assert pages_of(render_in_parts(text, run=3)) == pages_of(rendered(text))


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>một</p><p>hai</p>", ["<p>một</p>", "<p>hai</p>"]),
        ("lời &lt;b&gt; rời<p>hai</p>", ["<p>lời &lt;b&gt; rời</p>", "<p>hai</p>"]),
        ("<ul><li>a</li></ul> ", ["<ul><li>a</li></ul>"]),
    ],
)
def test_html_is_cut_into_its_outermost_elements(html, blocks):
    assert blocks_of(html) == blocks


def test_what_is_long_is_counted_in_rows(content):
    assert not is_long(replace(content, tables=(make_table(500),)))
    assert is_long(replace(content, tables=(make_table(300), make_table(400))))
    assert is_long(replace(content, sections=(DocumentSection("", "a" * 200_000),)))


def test_a_preview_of_a_long_document_shows_its_beginning_and_says_so(content):
    long = replace(
        content, tables=(make_table(900),), sections=(DocumentSection("", "<p>đoạn văn</p>" * 9000),)
    )

    short = shortened(long)

    assert len(short.tables[0].rows) == PREVIEW_ROWS
    assert f"{PREVIEW_ROWS} dòng đầu trong 901 dòng" in short.tables[0].footnotes[-1]
    assert "đoạn đầu trong 9000 đoạn" in short.sections[0].body
    assert shortened(content) == content


# ------------------------------------------------------------------ progress that survives leaving the page


@pytest.fixture
def long_document(department, long_content, monkeypatch):
    monkeypatch.setattr("reports.documents.parts.LONG", 50)
    return next_document(department, "Báo cáo dài", long_content)


def test_the_rendering_of_a_long_document_leaves_a_trace_at_each_part(long_document, monkeypatch):
    seen: list[tuple[str, int]] = []

    def render_parts(content, *, attachments, told):
        for done in (60, 120):
            told(done, 120)
            row = Rendering.objects.get()
            seen.append((row.state, row.percent))
        return b"%PDF-1.7"

    monkeypatch.setattr("reports.documents.services.render_in_parts", render_parts)

    assert queue_rendering(long_document)
    assert Rendering.objects.get().is_under_way
    assert not queue_rendering(long_document)  # asked twice, queued once
    render_and_archive(long_document)

    assert seen == [(RenderingState.RUNNING, 50), (RenderingState.RUNNING, 100)]
    assert Rendering.objects.get().state == RenderingState.DONE
    assert long_document.pdf is not None


def test_a_rendering_that_died_may_be_asked_for_again(long_document, monkeypatch):
    queue_rendering(long_document)
    monkeypatch.setattr("reports.documents.services.render_in_parts", lambda *args, **more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        render_and_archive(long_document)

    assert Rendering.objects.get().state == RenderingState.FAILED
    assert queue_rendering(long_document)
