"""Documents whose pages are compared with approved pictures: each shows blocks that the others do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from indicators.charts import Chart, Form, Point, Series
from reports.documents.content import DocumentContent, DocumentSection
from reports.documents.layout import render_pdf
from reports.documents.tables import DocumentRow, DocumentTable
from reports.regimes.grid import HeaderCell

_HEADER = (
    (HeaderCell("Kế hoạch năm 2024", 1, 2), HeaderCell("Thực hiện", 2, 1)),
    (HeaderCell("Tháng 5", 1, 1), HeaderCell("5 tháng", 1, 1)),
)
CHART = Chart(
    title="Thu ngân sách theo tháng",
    measure="tỷ đồng",
    categories=("1/2026", "2/2026", "3/2026"),
    series=(
        Series(
            "Toàn tỉnh",
            {
                "1/2026": Point(Decimal(1200), "1.200", "Thực hiện"),
                "2/2026": Point(Decimal("1350.5"), "1.350,5", "Ước thực hiện", True),
            },
        ),
    ),
    form=Form.BAR,
)


def _table(rows: int, title: str, **more: object) -> DocumentTable:
    lines = [DocumentRow("A", "Công nghiệp", kind="heading", values=("", "", ""))]
    lines += [
        DocumentRow(
            str(n),
            f"Chỉ tiêu thứ {n}",
            n % 2,
            "input",
            "%" if n % 3 else "tỷ đồng",
            ("15.230", "…", "7.213,5"),
        )
        for n in range(1, rows)
    ]
    return DocumentTable(title, _HEADER, tuple(lines), signs=("…", "-"), **more)  # type: ignore[arg-type]


ISSUED = DocumentContent(
    superior_line="Ủy ban nhân dân tỉnh Khánh Hòa",
    organisation_name="Sở Tài chính",
    number_and_symbol="05/BC-STC",
    symbol="BC-STC",
    place_name="Khánh Hòa",
    issued_on=date(2026, 2, 3),
    title="Tình hình phát triển kinh tế - xã hội tháng 01 và phương hướng tháng 02 năm 2026",
    addressees=("Ủy ban nhân dân tỉnh Khánh Hòa", "Sở Du lịch"),
    opening="Thực hiện chế độ báo cáo, Sở Tài chính báo cáo như sau:",
    sections=(
        DocumentSection(
            "I. Thu ngân sách",
            "<p>Thu nội địa ước đạt <b>7.213,5</b> tỷ đồng, bằng 43,2 % dự toán Hội đồng nhân dân tỉnh giao, "
            "tăng 5,1 % so với cùng kỳ năm trước.</p><ul><li>Thu từ doanh nghiệp;</li><li>thu tiền sử dụng đất.</li></ul>"
            "<table><thead><tr><th>Khoản thu</th><th>Tỷ đồng</th></tr></thead>"
            "<tbody><tr><td>Thuế</td><td>1.204</td></tr></tbody></table>",
        ),
        DocumentSection("II. Kiến nghị", "<p>Không có.</p>"),
    ),
    charts=(CHART,),
    tables=(
        _table(
            30,
            "Một số chỉ tiêu chủ yếu",
            notes=("Điều chỉnh +12,5: đối chiếu với Kho bạc.",),
            marks=((2, 2, 1),),
        ),
        _table(4, "Biểu thứ hai"),
    ),
    signature_lines=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signer_name="Nguyễn Văn Minh Họa",
    copies=("Cục Thống kê tỉnh",),
    drafter="QLNS",
    draft=False,
)
COMMUNE = replace(
    ISSUED,
    superior_line="",
    organisation_name="Ủy ban nhân dân xã Diên Điền",
    number_and_symbol="",
    symbol="BC-UBND",
    place_name="Diên Điền",
    issued_on=None,
    title="Kết quả giảm nghèo quý I năm 2026",
    addressees=("Sở Nông nghiệp và Môi trường",),
    charts=(),
    tables=(),
    signature_lines=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    signer_name="Trần Thị Mô Phỏng",
    copies=("TT. Đảng ủy xã", "TT. HĐND xã"),
    drafter="",
    draft=True,
    demo=True,
)

SAMPLES: dict[str, Callable[[], bytes]] = {
    "issued": lambda: render_pdf(ISSUED),
    "draft": lambda: render_pdf(COMMUNE),
}


def picture_name(sample: str, page: int) -> str:
    return f"{sample}-{page}.png"
