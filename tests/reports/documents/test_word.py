from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from indicators.charts import ChartError, describe
from reports.documents.content import DocumentSection
from reports.documents.word import render_docx

from .conftest import make_table
from .samples import CHART, ISSUED

X5 = pytest.mark.requirement("X5", part="DOCX")


def opened(content):
    return Document(io.BytesIO(render_docx(content)))


def texts(word) -> str:
    """Everything that is written, in order, white space as single spaces."""
    found = [
        "".join(text.text or "" for text in node.iter(qn("w:t")))
        for node in word.element.body.iter(qn("w:p"))
    ]
    return " ".join(" ".join(found).split())


def millimetres(*lengths) -> list[float]:
    """Word keeps twentieths of a point."""
    return [round(length.mm, 1) for length in lengths]


@X5
@pytest.mark.requirement("R116", part="Word")
def test_the_blocks_are_those_of_the_pdf_in_their_order():
    text = texts(opened(ISSUED))

    place = 0
    for block in (
        "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
        "SỞ TÀI CHÍNH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/BC-STC",
        "Khánh Hòa, ngày 03 tháng 02 năm 2026",
        "BÁO CÁO",
        "Kính gửi: - Ủy ban nhân dân tỉnh Khánh Hòa; - Sở Du lịch.",
        "I. Thu ngân sách",
        "7.213,5",
        "- Thu từ doanh nghiệp;",
        "Khoản thu",
        "Không có.",
        "Hình 1. Thu ngân sách theo tháng",
        "(Số liệu chi tiết tại Phụ lục I và Phụ lục II kèm theo)./.",
        "Nơi nhận: - Như trên; - Cục Thống kê tỉnh; - Lưu: VT, QLNS.",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Nguyễn Văn Minh Họa",
        "Phụ lục I MỘT SỐ CHỈ TIÊU CHỦ YẾU",
        "7.213,5(1)",
        "Ký hiệu: “-” không phát sinh; “…” chưa có số liệu. (1) Điều chỉnh +12,5: đối chiếu với Kho bạc.",
        "Phụ lục II BIỂU THỨ HAI",
    ):
        found = text.find(block, place)
        assert found >= 0, block
        place = found + len(block)


@X5
def test_pages_are_a4_with_the_margins_of_the_decree_and_annexes_lie_across():
    first, *annexes = opened(ISSUED).sections

    assert millimetres(first.page_width, first.page_height) == [210, 297]
    assert len(annexes) == 2
    for section in (first, *annexes):
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert millimetres(*margins) == [20, 20, 30, 15]
        # The number is on every page but the first, and each annex counts for itself.
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xml
        assert "PAGE" not in section.first_page_header._element.xml
    for annex in annexes:
        assert annex.orientation == WD_ORIENT.LANDSCAPE
        assert millimetres(annex.page_width, annex.page_height) == [297, 210]
        assert annex._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


@X5
def test_tables_are_real_ones_whose_heads_repeat():
    table = opened(ISSUED).tables[-2]

    heads = [row for row in table._tbl.tr_lst if row.find(f".//{qn('w:tblHeader')}") is not None]
    assert len(heads) == 2
    assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in table._tbl.tr_lst)
    assert [cell.text for cell in table.rows[0].cells] == [
        "STT",
        "Nội dung",
        "Đơn vị tính",
        "Kế hoạch năm 2024",
        "Thực hiện",
        "Thực hiện",
    ]
    assert [cell.text for cell in table.rows[1].cells][-2:] == ["Tháng 5", "5 tháng"]
    assert len(table.rows) == 2 + 30


@X5
def test_times_new_roman_is_named_for_every_script_and_no_other_font():
    with zipfile.ZipFile(io.BytesIO(render_docx(ISSUED))) as files:
        body = files.read("word/document.xml").decode()
    normal = opened(ISSUED).styles["Normal"].element.rPr.rFonts

    assert {normal.get(qn(f"w:{key}")) for key in ("ascii", "hAnsi", "cs", "eastAsia")} == {"Times New Roman"}
    assert "w:rFonts" not in body
    assert "Theme" not in "".join(normal.attrib)


def test_a_draft_and_a_demonstration_say_so_on_every_page():
    for section in opened(replace(ISSUED, draft=True, demo=True)).sections:
        for header in (section.header, section.first_page_header):
            assert "DỰ THẢO" in header.paragraphs[0].text
        for footer in (section.footer, section.first_page_footer):
            assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in footer.paragraphs[0].text


def test_a_chart_is_a_vector_drawing_with_its_words():
    with zipfile.ZipFile(io.BytesIO(render_docx(ISSUED))) as files:
        names = files.namelist()
        body = files.read("word/document.xml").decode()

    assert "word/media/chart1.svg" in names
    assert "svgBlip" in body
    assert f'descr="{describe(CHART)}"' in body


def test_a_chart_that_cannot_be_drawn_is_a_table(monkeypatch):
    def draw(*given, **more):
        raise ChartError("không có V8")

    monkeypatch.setattr("reports.documents.figures.render_chart", draw)

    word = opened(ISSUED)

    cells = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    assert ["2/2026", "1.350,5 (Ước thực hiện)"] in cells
    assert "Hình 1. Thu ngân sách theo tháng (tỷ đồng)" in texts(word)
    assert not word.inline_shapes


def test_hostile_text_stays_text():
    word = opened(
        replace(
            ISSUED,
            title="{{ 7*7 }} <script>alert(1)</script> &amp;",
            sections=(
                DocumentSection(
                    "<b>x</b>", "<p onclick='x()'>{% for %} <a href='http://attacker.example'>đây</a></p>"
                ),
            ),
            tables=(make_table(2, "]]> <w:p/>"),),
        )
    )

    text = texts(word)
    assert "{{ 7*7 }} <script>alert(1)</script> &amp;" in text
    assert "{% for %} đây" in text
    assert "]]> <W:P/>" in text
    assert not [relation for relation in word.part.rels.values() if relation.is_external]


def test_an_empty_report_and_an_empty_table_open():
    empty = replace(ISSUED, opening="", sections=(), charts=(), tables=())

    assert "(Báo cáo không có nội dung)./." in texts(opened(empty))
    assert "(Biểu không có dòng nào)" in texts(
        opened(replace(empty, tables=(replace(make_table(1), rows=()),)))
    )
