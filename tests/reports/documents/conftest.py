from __future__ import annotations

import io
from datetime import date
from functools import lru_cache

import pytest
from pypdf import PdfReader

from reports.documents.content import DocumentContent, DocumentSection
from reports.documents.layout import render_pdf
from reports.documents.tables import DocumentRow, DocumentTable
from reports.regimes.grid import HeaderCell

HEADER = (
    (HeaderCell("Kế hoạch năm 2024", 1, 2), HeaderCell("Thực hiện", 2, 1)),
    (HeaderCell("Tháng 5", 1, 1), HeaderCell("5 tháng", 1, 1)),
)


def make_table(rows: int = 3, title: str = "Một số chỉ tiêu chủ yếu") -> DocumentTable:
    lines = [
        DocumentRow(
            str(n),
            f"Chỉ tiêu thứ {n}",
            n % 2,
            "input",
            "tỷ đồng" if n % 2 else "%",
            ("15.230", "…", "7.213,5"),
        )
        for n in range(1, rows + 1)
    ]
    return DocumentTable(
        title,
        HEADER,
        (DocumentRow("A", "Công nghiệp", kind="heading", values=("", "", "")), *lines),
        signs=("…", "-"),
        footnotes=("Tổng hợp từ 4/5 đơn vị; chưa có Sở Du lịch.",),
    )


@pytest.fixture
def content() -> DocumentContent:
    """An issued report of a department to the committee, with one annex."""
    return DocumentContent(
        superior_line="Ủy ban nhân dân tỉnh Khánh Hòa",
        organisation_name="Sở Tài chính",
        number_and_symbol="05/BC-STC",
        symbol="BC-STC",
        place_name="Khánh Hòa",
        issued_on=date(2026, 2, 3),
        title="Tình hình thu, chi ngân sách tháng 01 năm 2026",
        addressees=("Ủy ban nhân dân tỉnh Khánh Hòa",),
        opening="Thực hiện chế độ báo cáo, Sở Tài chính báo cáo như sau:",
        sections=(
            DocumentSection("I. Thu ngân sách", "<p>Thu nội địa ước đạt 7.213,5 tỷ đồng.</p>"),
            DocumentSection("II. Kiến nghị", "<p>Không có.</p>"),
        ),
        tables=(make_table(),),
        signature_lines=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        signer_name="Nguyễn Văn Minh Họa",
        copies=("Cục Thống kê tỉnh",),
        drafter="QLNS",
        draft=False,
    )


#: Contents are values: what several tests look at is rendered once.
rendered = lru_cache(maxsize=16)(render_pdf)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, white space as single spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]
