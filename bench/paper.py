"""The PDF of ten pages against WeasyPrint alone on the same HTML, style sheet, fonts and PDF variant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from bench.measuring import Row

if TYPE_CHECKING:
    from reports.documents.content import DocumentContent

ROWS = 150
PARAGRAPHS = 12


def rows() -> Iterator[Row]:
    yield Row("PDF of ten pages", product, floor, ratio_at_most=1.15, runs=5)


def product() -> bytes:
    """As the portal archives it: check of the letters, HTML, layout, tags, tables enclosed."""
    from reports.documents.services import render

    return render(content())


def floor() -> bytes:
    """The same HTML given to WeasyPrint by itself."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from reports.documents.layout import VARIANT
    from reports.documents.printable import FONTS

    folder = FONTS.parent
    fonts = FontConfiguration()
    style = CSS(filename=folder / "document.css", font_config=fonts)
    page = HTML(string=html(), base_url=folder.as_uri() + "/")
    return page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant=VARIANT)


@cache
def html() -> str:
    from reports.documents.layout import render_html

    return render_html(content())


@cache
def content() -> DocumentContent:
    """Two pages of text and an annex of eight."""
    from reports.documents.content import DocumentContent, DocumentSection
    from reports.documents.tables import DocumentRow, DocumentTable
    from reports.regimes.grid import HeaderCell

    text = "Giá trị sản xuất công nghiệp trên địa bàn tỉnh tiếp tục tăng so với cùng kỳ năm trước. " * 5
    header = (tuple(HeaderCell(f"Cột {number}", 1, 1) for number in range(1, 6)),)
    lines = tuple(
        DocumentRow(
            str(number), f"Chỉ tiêu thứ {number}", number % 3, measure="tỷ đồng", values=("15.230,5",) * 5
        )
        for number in range(1, ROWS + 1)
    )
    return DocumentContent(
        organisation_name="Sở Tài chính",
        superior_line="Ủy ban nhân dân tỉnh Khánh Hòa",
        title="Tình hình thu, chi ngân sách",
        place_name="Khánh Hòa",
        addressees=("Ủy ban nhân dân tỉnh Khánh Hòa",),
        sections=(DocumentSection("I. Kết quả", f"<p>{text}</p>" * PARAGRAPHS),),
        tables=(DocumentTable("Một số chỉ tiêu", header, lines),),
        signature_lines=("GIÁM ĐỐC",),
        signer_name="Nguyễn Văn Minh Họa",
        draft=False,
    )
