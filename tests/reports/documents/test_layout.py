from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from indicators.charts import ChartError
from reports.documents.content import DocumentContent, DocumentSection
from reports.documents.enclosures import Enclosure
from reports.documents.layout import render_html, render_pdf
from reports.documents.tables import DocumentRow, DocumentTable
from reports.documents.wording import DEMO_MARK, DRAFT_MARK, roman, written_date
from reports.regimes.grid import HeaderCell

from .conftest import make_table, pages_of, rendered
from .measuring import Sheet
from .samples import CHART

X5 = pytest.mark.requirement("X5", part="PDF in the layout of Decree 30/2020")
LONG = "".join(
    f"<p>Đoạn {n}: {'giá trị sản xuất công nghiệp tiếp tục tăng so với cùng kỳ. ' * 5}</p>" for n in range(30)
)


def spans(pdf: bytes) -> list[tuple[str, str, float, float, float]]:
    """Pieces of text of page 1: (text, font, points, millimetres from the left, millimetres from the top)."""
    found = []

    def visit(text: str, cm: list[float], tm: list[float], font: dict | None, size: float) -> None:
        if text.strip() and font:
            # Concatenates text and transformation matrix, so far as scale and place go.
            x, y = cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5]
            points = abs(size * tm[3] * cm[3])
            found.append(
                (
                    text.strip(),
                    font["/BaseFont"].split("+")[-1],
                    round(points, 1),
                    x / 72 * 25.4,
                    297 - y / 72 * 25.4,
                )
            )

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    return found


@X5
@pytest.mark.requirement("R9", part="printable in official layout")
def test_the_blocks_stand_in_the_order_of_the_decree(content):
    text = " ".join(pages_of(rendered(content)))

    blocks = [
        "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
        "SỞ TÀI CHÍNH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/BC-STC",
        "Khánh Hòa, ngày 03 tháng 02 năm 2026",
        "BÁO CÁO",
        "Tình hình thu, chi ngân sách tháng 01 năm 2026",
        "Kính gửi: Ủy ban nhân dân tỉnh Khánh Hòa",
        "Sở Tài chính báo cáo như sau:",
        "I. Thu ngân sách",
        "(Số liệu chi tiết tại Phụ lục kèm theo)./.",
        "Nơi nhận:",
        "- Như trên;",
        "- Cục Thống kê tỉnh;",
        "- Lưu: VT, QLNS.",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Nguyễn Văn Minh Họa",
        "Phụ lục",
        "MỘT SỐ CHỈ TIÊU CHỦ YẾU",
        "(Kèm theo Báo cáo số 05/BC-STC ngày 03 tháng 02 năm 2026 của Sở Tài chính)",
    ]
    place = 0
    for block in blocks:
        place = text.find(block, place)
        assert place >= 0, block
        place += len(block)


@X5
@pytest.mark.parametrize(
    ("text", "font", "points"),
    [
        ("TỈNH KHÁNH HÒA", "Tinos-Document", (12, 13)),
        ("SỞ TÀI CHÍNH", "Tinos-Document-Bold", (12, 13)),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Tinos-Document-Bold", (12, 13)),
        ("Độc lập - Tự do - Hạnh phúc", "Tinos-Document-Bold", (13, 14)),
        ("Số: 05/BC-STC", "Tinos-Document", (13, 13)),
        ("Khánh Hòa, ngày 03 tháng 02 năm 2026", "Tinos-Document-Italic", (13, 14)),
        ("BÁO CÁO", "Tinos-Document-Bold", (13, 14)),
        ("Kính gửi: Ủy ban nhân dân tỉnh Khánh Hòa", "Tinos-Document", (13, 14)),
        ("Thu nội địa ước đạt 7.213,5 tỷ đồng.", "Tinos-Document", (13, 14)),
        ("KT. GIÁM ĐỐC", "Tinos-Document-Bold", (13, 14)),
        ("Nguyễn Văn Minh Họa", "Tinos-Document-Bold", (13, 14)),
        ("Nơi nhận:", "Tinos-Document-Bold-Italic", (12, 12)),
        ("Như trên;", "Tinos-Document", (11, 11)),
    ],
)
def test_each_block_has_the_size_and_style_of_the_decree(content, text, font, points):
    pieces = [piece for piece in spans(rendered(content)) if piece[0].replace("\u00a0", " ").endswith(text)]

    assert pieces, text
    assert pieces[0][1] == font
    assert points[0] <= pieces[0][2] <= points[1]


@X5
def test_the_margins_are_within_the_decree(content):
    pieces = spans(rendered(replace(content, sections=(DocumentSection("", LONG),))))

    left = min(piece[3] for piece in pieces)
    assert 30 <= left <= 35
    # Base lines: the first stands an ascender below the margin.
    assert 20 <= min(piece[4] for piece in pieces) <= 25
    assert max(piece[4] for piece in pieces) <= 297 - 20


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),  # months from March on stand alone
        (date(2026, 10, 10), "ngày 10 tháng 10 năm 2026"),
    ],
)
@X5
def test_days_under_ten_and_months_one_and_two_get_a_zero(day, written):
    assert written_date(day) == written


@X5
def test_pages_are_numbered_from_the_second_and_each_annex_by_itself(content):
    annexes = (make_table(60), make_table(60, "Biểu thứ hai"))

    pages = pages_of(rendered(replace(content, sections=(DocumentSection("", LONG),), tables=annexes)))

    # Painted last.
    numbers = [int(page.split()[-1]) if page.split()[-1].isdigit() else None for page in pages]
    first = next(place for place, page in enumerate(pages) if page.startswith("Phụ lục I "))
    second = next(place for place, page in enumerate(pages) if page.startswith("Phụ lục II "))
    assert numbers[:first] == [None, *range(2, first + 1)]
    assert numbers[first:second] == [None, *range(2, second - first + 1)]
    assert numbers[second:] == [None, *range(2, len(pages) - second + 1)]
    assert second - first > 1


@X5
@pytest.mark.requirement("X5", part="appendices")
def test_annexes_lie_across_with_their_head_and_a_legend(content):
    pdf = rendered(replace(content, tables=(make_table(60),)))

    pages = PdfReader(io.BytesIO(pdf)).pages
    texts = pages_of(pdf)
    across = [page.mediabox.width > page.mediabox.height for page in pages]
    assert across == [False] + [True] * (len(pages) - 1)
    assert len(pages) > 2
    assert all("Kế hoạch năm 2024" in text and "Đơn vị tính" in text for text in texts[1:])
    assert "“-” không phát sinh; “…” chưa có số liệu." in texts[-1]
    assert "Tổng hợp từ 4/5 đơn vị; chưa có Sở Du lịch." in texts[-1]
    assert "không áp dụng" not in texts[-1]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, None),
        (1, "(Số liệu chi tiết tại Phụ lục kèm theo)./."),
        (2, "(Số liệu chi tiết tại Phụ lục I và Phụ lục II kèm theo)./."),
        (4, "(Số liệu chi tiết tại Phụ lục I đến Phụ lục IV kèm theo)./."),
    ],
)
def test_the_text_names_its_annexes(content, count, sentence):
    html = render_html(replace(content, tables=(make_table(),) * count))

    assert (sentence in html) if sentence else ("Phụ lục" not in html)


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ("<p>Hết.</p>", "<p>Hết./.</p>"),
        ("<p>Hết</p>", "<p>Hết./.</p>"),
        ("<p>Hết <b>rồi.</b></p>", "<p>Hết <b>rồi./.</b></p>"),
        ("<ul><li>một;</li><li>hai.</li></ul>", "<ul><li>một;</li><li>hai./.</li></ul>"),
        ("<p>Hết.</p><p>&nbsp;</p>", "<p>Hết./.</p>"),
        ("<table><tbody><tr><td>1</td></tr></tbody></table>", "</table><p>./.</p>"),
    ],
)
@X5
def test_the_text_ends_with_the_closing_sign(content, body, end):
    html = render_html(replace(content, sections=(DocumentSection("I. Mục", body),), tables=()))

    assert end in html
    assert html.count("./.") == 1


@X5
def test_headings_nobody_wrote_under_are_left_out(content):
    unwritten = (*content.sections, DocumentSection("III. Đề xuất", "<p> </p>"))

    assert "Đề xuất" not in render_html(replace(content, sections=unwritten))


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("Báo cáo tình hình thu ngân sách", "Tình hình thu ngân sách"),
        ("Tình hình báo cáo", "Tình hình báo cáo"),
        ("Báo cáo", "Báo cáo"),
    ],
)
@X5
def test_the_kind_of_document_is_not_said_twice(content, title, printed):
    html = render_html(replace(content, title=title))

    assert f'<span class="short-rule">{printed}</span>' in html.replace("\u00a0", " ")


@X5
def test_several_addressees_stand_on_lines_of_their_own(content):
    page = pages_of(rendered(replace(content, addressees=("Ủy ban nhân dân tỉnh", "Sở Du lịch"))))[0]

    assert "Kính gửi: - Ủy ban nhân dân tỉnh; - Sở Du lịch." in page


@pytest.mark.parametrize(
    ("addressees", "copies", "expected"),
    [
        (("UBND tỉnh",), ("- Sở A;", "Sở B."), ["Như trên;", "Sở A;", "Sở B;", "Lưu: VT, QLNS."]),
        ((), ("Sở A",), ["Sở A;", "Lưu: VT, QLNS."]),
        (("UBND tỉnh",), ("Như trên", "Sở A", "Lưu: VT, TH"), ["Như trên;", "Sở A;", "Lưu: VT, TH."]),
    ],
)
@X5
def test_copies_begin_with_the_addressees_and_end_with_the_archive(content, addressees, copies, expected):
    html = render_html(replace(content, addressees=addressees, copies=copies))

    listed = html.split("Nơi nhận:")[1].split("</ul>")[0]
    assert [line.split("</li>")[0] for line in listed.split("<li>")[1:]] == expected


def test_a_draft_says_so_on_every_page_and_leaves_room_for_number_and_date(content):
    draft = replace(content, number_and_symbol="", issued_on=None, draft=True, tables=(make_table(40),))

    pages = pages_of(rendered(draft))

    assert len(pages) > 2
    assert all(DRAFT_MARK in page for page in pages)
    assert "Số: /BC-STC" in pages[0]
    assert "Khánh Hòa, ngày tháng năm" in pages[0]
    assert not any(DRAFT_MARK in page for page in pages_of(rendered(replace(content, draft=False))))


def test_a_demonstration_says_on_every_page_that_it_has_no_legal_value(content):
    pages = pages_of(rendered(replace(content, demo=True, tables=(make_table(40),))))

    assert len(pages) > 2
    assert all(DEMO_MARK in page for page in pages)
    assert not any(DEMO_MARK in page for page in pages_of(rendered(content)))


def test_what_is_never_numbered_has_no_number_line(content):
    html = render_html(replace(content, number_and_symbol="", issued_on=None, draft=False))

    assert "Số:" not in html


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Tình hình thu ngân sách tháng 5", 1),
        ("Tình hình phát triển kinh tế - xã hội tháng 6 và 6 tháng đầu năm 2024", 2),
    ],
)
def test_a_long_title_is_broken_in_even_lines(content, title, lines):
    html = render_html(replace(content, title=title))

    printed = html.split('<p class="title">')[1].split("</p>")[0]
    pieces = printed.replace('<span class="short-rule">', "").replace("</span>", "").split("<br />")
    assert len(pieces) == lines
    assert " ".join(pieces).replace("\u00a0", " ") == title
    assert "xã\u00a0hội" in printed or lines == 1
    assert max(map(len, pieces)) - min(map(len, pieces)) < 20


@X5
def test_the_pdf_is_tagged_archival_and_carries_what_is_attached(content):
    snapshot = json.dumps({"schema": "portal.submission/1"}).encode()

    reader = PdfReader(
        io.BytesIO(render_pdf(content, attachments=[Enclosure("ban-trinh.json", snapshot, "Source")]))
    )

    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    assert root["/MarkInfo"]["/Marked"] in (True, "true")
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "vi"
    assert reader.metadata.title == "BÁO CÁO 05/BC-STC Tình hình thu, chi ngân sách tháng 01 năm 2026"
    assert not reader.is_encrypted
    assert "/ID" in reader.trailer
    assert reader.attachments["ban-trinh.json"] == [snapshot]
    assert len(root["/AF"]) == 1
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Source"


@X5
def test_only_the_bundled_font_is_used_and_embedded(content):
    reader = PdfReader(io.BytesIO(rendered(replace(content, draft=True, demo=True))))

    fonts = {}
    for page in reader.pages:
        fonts |= page["/Resources"]["/Font"]
    styles = {}
    for font in fonts.values():
        font = font.get_object()
        file = font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_data()
        styles[font["/BaseFont"].split("+")[1]] = TTFont(io.BytesIO(file))["head"].macStyle
    # Each is the file of its style: neither slanted nor thickened by the machine.
    assert styles == {
        "Tinos-Document": 0,
        "Tinos-Document-Bold": 1,
        "Tinos-Document-Italic": 2,
        "Tinos-Document-Bold-Italic": 3,
    }


def test_the_same_document_gives_the_same_bytes(content):
    attachments = [Enclosure("ban-trinh.json", b"{}", "Source")]

    assert render_pdf(content, attachments=attachments) == render_pdf(content, attachments=attachments)


def test_content_survives_json(content):
    content = replace(content, charts=(CHART,))
    data = json.loads(json.dumps(content.to_json()))

    assert DocumentContent.from_json(data) == content
    assert DocumentContent.from_json(replace(content, issued_on=None).to_json()).issued_on is None
    with pytest.raises(ValueError, match="schema"):
        DocumentContent.from_json({**data, "schema": "portal.document/0"})


HOSTILE = """
<p onclick="x()" style="background:url(http://attacker.example/a)">Chữ <a href="http://attacker.example/">liên kết</a></p>
<img src="http://attacker.example/i.png"><img src="file:///etc/passwd">
<style>@import "http://attacker.example/s.css"; p { background: url(file:///etc/passwd) }</style>
<link rel="attachment" href="file:///etc/passwd"><link rel="stylesheet" href="http://attacker.example/s.css">
<object data="file:///etc/passwd"></object><iframe src="http://attacker.example/"></iframe>
<svg><image href="http://attacker.example/i.svg"/></svg><script>alert(1)</script>
<table background="http://attacker.example/b"><tr><td colspan="100000000">ô</td></tr></table>
"""


def test_hostile_markup_fetches_nothing(content, monkeypatch):
    opened: list[str] = []
    fetch = "weasyprint.urls.URLFetcher.fetch"
    real = __import__("weasyprint.urls").urls.URLFetcher.fetch
    monkeypatch.setattr(fetch, lambda self, url, headers=None: opened.append(url) or real(self, url, headers))
    hostile = replace(
        content,
        sections=(DocumentSection("<img src='http://attacker.example/h'>", HOSTILE),),
        opening="<link rel='attachment' href='file:///etc/passwd'>",
        title="<script>alert(1)</script>",
        signer_name="<img src='file:///etc/passwd'>",
    )

    html = render_html(hostile)
    reader = PdfReader(io.BytesIO(rendered(hostile)))

    section = html.split("Chữ")[1].split('class="ending"')[0]
    for word in ("onclick", "style=", "href", "<img", "<svg", "colspan", "alert", "iframe", "attacker"):
        assert word not in section
    assert "<td>ô</td>" in section
    assert reader.attachments == {}
    assert all(url.startswith("file://") and "/documents/fonts/" in url for url in opened)
    assert "root:" not in " ".join(page.extract_text() for page in reader.pages)


def test_even_a_fetch_that_was_not_cleaned_away_is_refused(caplog):
    from reports.documents.layout import _BundledFiles

    for url in ("http://attacker.example/", "file:///etc/passwd", "ftp://attacker.example/"):
        with pytest.raises(ValueError, match="Not part of the document"):
            _BundledFiles().fetch(url)


def test_markup_nested_beyond_reason_is_flattened(content):
    deep = "<blockquote>" * 3000 + "<p>sâu</p>" + "</blockquote>" * 3000

    html = render_html(replace(content, sections=(DocumentSection("", deep),)))

    assert "<blockquote>" not in html
    assert "sâu" in html


@pytest.mark.parametrize(("number", "text"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (49, "XLIX")])
def test_annexes_count_in_roman_numerals(number, text):
    assert roman(number) == text


# ------------------------------------------------------------------ unusual input


@X5
def test_a_heading_row_never_ends_a_page(content):
    """Wherever the heading falls, its first row is on the same page."""
    base = make_table(40)
    heading = replace(base.rows[0], label="Tiêu đề nhóm")
    for place in (15, 16, 17, 18):
        rows = (*base.rows[:place], heading, *base.rows[place:])
        pages = pages_of(rendered(replace(content, tables=(replace(base, rows=rows),))))
        page = next(page for page in pages if "Tiêu đề nhóm" in page)
        assert base.rows[place].label in page.split("Tiêu đề nhóm")[1]


def test_what_stands_below_a_table_does_not_stand_alone(content):
    for rows in range(15, 19):
        pages = pages_of(rendered(replace(content, tables=(make_table(rows),))))
        assert f"Chỉ tiêu thứ {rows}" in pages[-1]
        assert "Ký hiệu" in pages[-1]


def test_a_note_to_a_cell_stands_below_the_table_under_its_number(content):
    table = replace(make_table(3), notes=("Điều chỉnh +12,5.",), marks=((1, 2, 1),))

    page = pages_of(rendered(replace(content, tables=(table,))))[-1]

    assert "7.213,5(1)" in page.replace("7.213,5 (1)", "7.213,5(1)")
    assert "(1) Điều chỉnh +12,5." in page


def test_an_empty_report_and_an_empty_table_say_so(content):
    empty = replace(content, opening="", sections=(), tables=())
    table = replace(make_table(1), rows=())

    assert "(Báo cáo không có nội dung)./." in pages_of(rendered(empty))[0]
    assert "(Biểu không có dòng nào)" in pages_of(rendered(replace(empty, tables=(table,))))[-1]


def test_long_words_stay_within_the_margins(content):
    long = replace(
        content,
        title="A" * 200,
        organisation_name="B" * 80,
        sections=(
            DocumentSection("C" * 150, f"<p>{'d' * 300}</p><table><tr><td>{'e' * 300}</td></tr></table>"),
        ),
        copies=("f" * 120,),
    )

    lines = Sheet(rendered(long)).lines

    assert min(line.left for line in lines) >= 30
    assert max(line.right for line in lines) <= 195.1


@pytest.mark.parametrize("count", [40, 90])
def test_many_recipients_go_on_over_the_page_and_the_signature_stays_whole(content, count):
    pdf = rendered(replace(content, tables=(), copies=tuple(f"Đơn vị thứ {n}" for n in range(count))))

    pages = pages_of(pdf)
    assert all(f"Đơn vị thứ {n};" in " ".join(pages) for n in range(count))
    signed = [page for page in pages if "PHÓ GIÁM ĐỐC" in page]
    assert len(signed) == 1
    assert "Nguyễn Văn Minh Họa" in signed[0]


def test_forty_columns_are_printed_within_the_margins(content):
    header = (tuple(HeaderCell(f"Cột {n}", 1, 1) for n in range(1, 41)),)
    rows = tuple(DocumentRow(str(n), f"Chỉ tiêu {n}", values=("15.230,5",) * 40) for n in range(3))
    pdf = rendered(replace(content, tables=(DocumentTable("Rộng", header, rows),)))

    text = " ".join(pages_of(pdf)[1:])
    assert all(f"Cột {n} " in text for n in range(1, 41))
    for number in range(2, len(pages_of(pdf)) + 1):
        assert max(line.right for line in Sheet(pdf, number).lines) <= 297 - 15


@X5
def test_a_chart_stands_in_the_text_with_its_name(content):
    chart = replace(CHART, title='Thu theo <quý> "II"')

    html = render_html(replace(content, charts=(chart,)))

    assert 'alt="Biểu đồ cột: Thu theo &lt;quý&gt; &quot;II&quot; (tỷ đồng), từ 1/2026 đến 3/2026.' in html
    assert "Hình 1. Thu theo &lt;quý&gt; &quot;II&quot; (tỷ đồng)<br>Viền hoặc nét đứt: số ước" in html
    assert html.index("Hình 1.") < html.index("(Số liệu chi tiết")


@X5
def test_a_chart_that_cannot_be_drawn_is_a_table(content, monkeypatch):
    def draw(*given, **more):
        raise ChartError("không có V8")

    monkeypatch.setattr("reports.documents.figures.render_chart", draw)

    html = render_html(replace(content, charts=(CHART,)))

    assert "<svg" not in html
    assert "<tr><td>2/2026</td><td>1.350,5 (Ước thực hiện)</td></tr>" in html
    assert "<tr><td>3/2026</td><td></td></tr>" in html
    assert "Hình 1." in html
