"""The same document as DOCX, for who goes on writing in Word: the blocks of Decree 30/2020, Annex I, in the same words.

Built from values, without a template: nothing in a text is ever taken for an instruction.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document as new_word
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from fontTools.ttLib import TTFont
from lxml import html as lxml_html
from PIL import Image, ImageDraw, ImageFont

from indicators.charts import Chart, describe

from . import wording
from .content import DocumentContent
from .figures import HEIGHT, WIDTH, drawing
from .layout import AnnexPiece, annexes_of, body_parts
from .parts import blocks_of
from .printable import FONTS, printable
from .tables import DocumentTable

FONT = "Times New Roman"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: Millimetres: the page, its margins, the column of the agency.
_TOP, _BOTTOM, _LEFT, _RIGHT = 20, 20, 30, 15
_TEXT = 210 - _LEFT - _RIGHT
_AGENCY = _TEXT * 0.42
_INDENT = Mm(12.7)
#: As many recipients stand beside the signature; more go on over the page.
_ONE_PAGE = 40
#: Points of a table's text by the size it must be set in.
_TABLE_POINTS = {"": 12, "wide": 11, "widest": 9}
_HEADINGS = {"h2": "Heading 2", "h3": "Heading 3", "h4": "Heading 4", "h5": "Heading 4"}
_MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "s": "strike"}
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


def render_docx(content: DocumentContent) -> bytes:
    """The document as DOCX: A4, Times New Roman, real tables whose heads repeat, annexes on landscape pages."""
    word = new_word()
    _set_up(word, content)
    _head(word, content)
    _body(word, content)
    _ending(word, content)
    for annex in annexes_of(content):
        _annex(word, annex, content)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


# ------------------------------------------------------------------ pages and styles


def _set_up(word: WordDocument, content: DocumentContent) -> None:
    moment = (
        datetime.combine(content.issued_on, time(), UTC)
        if content.issued_on
        else datetime(1970, 1, 1, tzinfo=UTC)
    )
    facts = word.core_properties
    facts.title = printable(f"{content.kind_name} {content.number_and_symbol} {wording.subject(content)}")[
        :255
    ]
    facts.author = facts.last_modified_by = printable(content.organisation_name)[:255]
    facts.language, facts.comments, facts.created, facts.modified = "vi-VN", "", moment, moment
    for name in ("Normal", "Heading 2", "Heading 3", "Heading 4", "Header", "Footer"):
        style = word.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        for key in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{key}"), FONT)
        style.font.size = Pt(14)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold = name in {"Heading 2", "Heading 3"}
        style.font.italic = name == "Heading 4"
        style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.space_after = Pt(6 if name.startswith("Heading") else 0)
        style.paragraph_format.line_spacing = 1.15 if name.startswith("Heading") else 1.0
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    _pages(section, content)


def _pages(section: Any, content: DocumentContent) -> None:
    """Margins, the number in the middle of the top margin from page 2, what is said of the standing on every page."""
    section.top_margin, section.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
    section.left_margin, section.right_margin = Mm(_LEFT), Mm(_RIGHT)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    section.different_first_page_header_footer = True
    width = section.page_width - section.left_margin - section.right_margin
    for header, numbered in ((section.first_page_header, False), (section.header, True)):
        header.is_linked_to_previous = False
        line = header.paragraphs[0]
        for stop in list(line.style.paragraph_format.tab_stops):
            stop.position = stop.position
        line.paragraph_format.tab_stops.add_tab_stop(int(width / 2), 1)
        line.paragraph_format.tab_stops.add_tab_stop(width, 2)
        _run(line, "\t", 13)
        if numbered:
            _field(line, "PAGE")
        if content.draft:
            _run(line, "\t", 13)
            mark = _run(line, wording.DRAFT_MARK, 13, bold=True)
            mark._r.get_or_add_rPr().append(
                parse_xml(f'<w:bdr {nsdecls("w")} w:val="single" w:sz="6" w:space="0" w:color="000000"/>')
            )
    if content.demo:
        for footer in (section.first_page_footer, section.footer):
            footer.is_linked_to_previous = False
            line = footer.paragraphs[0]
            line.alignment = ALIGN.CENTER
            _run(line, wording.DEMO_MARK, 11, bold=True).font.color.rgb = RGBColor(0xB0, 0x1E, 0x23)


def _field(line: Paragraph, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = _run(line, "", 13)
        if kind:
            run._r.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))
        else:
            run._r.append(
                parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> {text} </w:instrText>')
            )


def _run(
    line: Paragraph,
    text: str,
    points: float | None = None,
    *,
    bold: bool | None = None,
    italic: bool | None = None,
) -> Run:
    run = line.add_run(printable(text))
    if points:
        run.font.size = Pt(points)
    run.bold, run.italic = bold, italic
    return run


def _line(
    parent: Any,
    text: str,
    points: float = 14,
    *,
    bold: bool | None = None,
    italic: bool | None = None,
    align: Any = ALIGN.CENTER,
    before: float = 0,
    after: float = 0,
    first: bool = False,
) -> Paragraph:
    """A paragraph; ``first`` takes the empty one that every cell begins with."""
    line = parent.paragraphs[0] if first else parent.add_paragraph()
    line.alignment = align
    line.paragraph_format.space_before, line.paragraph_format.space_after = Mm(before), Mm(after)
    _run(line, text, points, bold=bold, italic=italic)
    return line


def _rule(parent: Any, width: float, room: float) -> None:
    """A rule of ``width`` millimetres in the middle of ``room``, as the upper border of a line of no height."""
    line = parent.add_paragraph()
    side = Mm(max((room - width) / 2, 0))
    shape = line.paragraph_format
    shape.left_indent, shape.right_indent, shape.line_spacing, shape.space_before = side, side, Pt(4), Pt(3)
    line._p.get_or_add_pPr().append(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        )
    )


@cache
def _font() -> tuple[dict[int, str], dict[str, tuple[int, int]]]:
    with TTFont(FONTS / "Tinos-Bold.ttf") as font:
        return font.getBestCmap(), font["hmtx"].metrics


def _width(text: str, points: float) -> float:
    """Millimetres of a line of bold text."""
    glyphs, widths = _font()
    units = sum(widths[glyphs[ord(letter)]][0] if ord(letter) in glyphs else 1024 for letter in text)
    return units / 2048 * points / 72 * 25.4


# ------------------------------------------------------------------ boxes


def _columns(word: WordDocument, *widths: float) -> list[Any]:
    """Cells of a table of one row without borders."""
    table = word.add_table(rows=1, cols=len(widths))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    return list(table.rows[0].cells)


def _head(word: WordDocument, content: DocumentContent) -> None:
    superior = wording.agency_name(content.superior_line)
    agency = wording.agency_name(content.organisation_name)
    left, right = _columns(word, _AGENCY, _TEXT - _AGENCY)
    if superior:
        _line(left, superior, 12, first=True)
    _line(left, agency, 12, bold=True, first=not superior)
    room = _AGENCY - 4
    _rule(left, min(_width(agency, 12), room) * 0.4, room)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True, first=True)
    motto = "Độc lập - Tự do - Hạnh phúc"
    _line(right, motto, 13, bold=True)
    _rule(right, _width(motto, 13), _TEXT - _AGENCY - 4)
    left, right = _columns(word, _AGENCY, _TEXT - _AGENCY)
    _line(left, wording.number_line(content), 13, first=True)
    _line(right, wording.place_line(content), 13, italic=True, first=True)

    _line(word, content.kind_name, bold=True, before=7)
    lines = wording.balanced(wording.subject(content))
    for line in lines:
        _line(word, line, bold=True)
    _rule(word, min(max(_width(line, 14) for line in lines), 140) * 0.4, _TEXT)
    if len(content.addressees) == 1:
        _line(word, f"Kính gửi: {content.addressees[0]}", before=5)
    elif content.addressees:
        _line(word, "Kính gửi:", align=ALIGN.LEFT, before=5).paragraph_format.left_indent = Mm(35)
        for addressee in wording.addressee_lines(content):
            _line(word, f"- {addressee}", align=ALIGN.LEFT).paragraph_format.left_indent = Mm(52)
    _line(word, "", 4)


def _ending(word: WordDocument, content: DocumentContent) -> None:
    _line(word, "", 4).paragraph_format.keep_with_next = True
    left, right = _columns(word, _TEXT / 2, _TEXT / 2)
    if len(wording.copies(content)) <= _ONE_PAGE:
        left._tc.getparent().get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    _line(left, "Nơi nhận:", 12, bold=True, italic=True, align=ALIGN.LEFT, first=True)
    for copy in wording.copies(content):
        _line(left, f"- {copy}", 11, align=ALIGN.LEFT)
    for place, line in enumerate(content.signature_lines):
        _line(right, line, bold=True, first=place == 0)
    _line(right, content.signer_name, bold=True, before=28, first=not content.signature_lines)


# ------------------------------------------------------------------ the text


def _body(word: WordDocument, content: DocumentContent) -> None:
    charts = iter(content.charts)
    for part in body_parts(content):
        for block in blocks_of(part):
            element = lxml_html.fragment_fromstring(block)
            if element.tag == "figure":
                _chart(word, next(charts), element)
            else:
                _block(word, element)


def _block(word: WordDocument, element: Any, depth: int = 0) -> None:
    match element.tag:
        case "ul" | "ol":
            for number, item in enumerate(element.findall("li"), 1):
                _item(word, item, "- " if element.tag == "ul" else f"{number}. ", depth)
        case "table":
            _narrative_table(word, element)
        case "blockquote" if len(element):
            for child in element:
                _block(word, child, depth)
        case _:
            line = word.add_paragraph(style=_HEADINGS.get(element.tag))
            _shape(line)
            _inline(line, element)


def _item(word: WordDocument, item: Any, mark: str, depth: int) -> None:
    line = word.add_paragraph()
    _shape(line)
    line.paragraph_format.left_indent = Mm(6 * depth)
    _run(line, mark)
    _inline(line, item, skip={"ul", "ol", "table"})
    for child in item:
        if child.tag in {"ul", "ol", "table"}:
            _block(word, child, depth + 1)


def _shape(line: Paragraph) -> None:
    line.alignment = ALIGN.JUSTIFY
    line.paragraph_format.first_line_indent = _INDENT
    line.paragraph_format.space_after = Pt(6)
    line.paragraph_format.line_spacing = 1.15


def _inline(
    line: Paragraph,
    element: Any,
    marks: frozenset[str] = frozenset(),
    skip: frozenset[str] | set[str] = frozenset(),
) -> None:
    _text(line, element.text, marks)
    for child in element:
        if child.tag == "br":
            line.add_run().add_break()
        elif child.tag not in skip:
            _inline(line, child, marks | {child.tag}, skip)
        _text(line, child.tail, marks)


def _text(line: Paragraph, text: str | None, marks: frozenset[str]) -> None:
    if not text:
        return
    run = _run(line, re.sub(r"\s+", " ", text) if text.strip() else " ")
    for tag in marks:
        if tag in _MARKS:
            setattr(run.font, _MARKS[tag], True)
    run.font.subscript, run.font.superscript = "sub" in marks or None, "sup" in marks or None


def _chart(word: WordDocument, chart: Chart, figure: Any) -> None:
    """The drawing as SVG, as Word shows it since 2016, upon a picture of its words for programs that cannot."""
    caption = figure.find("figcaption")
    table = figure.find("table")
    if table is not None:
        _narrative_table(word, table)
    else:
        _drawing(word, chart)
    for text in caption.itertext():
        _line(word, text, 13, italic=True, after=2)


def _drawing(word: WordDocument, chart: Chart) -> None:
    width = Mm(_TEXT)
    line = word.add_paragraph()
    line.alignment = ALIGN.CENTER
    line.paragraph_format.keep_with_next = True
    run = line.add_run()
    run.add_picture(_in_words(chart), width=width, height=int(width * HEIGHT / WIDTH))
    package = word.part.package
    number = sum(str(part.partname).endswith(".svg") for part in package.iter_parts()) + 1
    svg = Part(
        PackURI(f"/word/media/chart{number}.svg"),
        "image/svg+xml",
        drawing(chart, font=FONT).encode(),
        package,
    )
    relation = word.part.relate_to(
        svg, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    )
    blip = run._r.find(f".//{qn('a:blip')}")
    assert blip is not None
    blip.append(
        parse_xml(
            f'<a:extLst {nsdecls("a", "r")}><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
            f'<asvg:svgBlip xmlns:asvg="{_SVG}" r:embed="{relation}"/></a:ext></a:extLst>'
        )
    )
    properties = run._r.find(f".//{qn('wp:docPr')}")
    assert properties is not None
    properties.set("descr", printable(describe(chart)))


def _in_words(chart: Chart) -> io.BytesIO:
    picture = Image.new("L", (800, 800 * HEIGHT // WIDTH), 255)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONTS / "Tinos-Regular.ttf"), 22)
    text, line = "", ""
    for word in printable(describe(chart)).split():
        if draw.textlength(f"{line} {word}", font=font) > 760:
            text, line = f"{text}{line}\n", ""
        line = f"{line} {word}".strip()
    draw.multiline_text((20, 20), text + line, fill=0, font=font)
    out = io.BytesIO()
    picture.save(out, "PNG")
    out.seek(0)
    return out


# ------------------------------------------------------------------ tables


def _narrative_table(word: WordDocument, element: Any) -> None:
    """A table that somebody wrote: cells in order, spans kept."""
    rows: list[list[_Cell]] = []
    heads = 0
    for row in element.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        if not cells:
            continue
        is_head = all(cell.tag == "th" for cell in cells) and heads == len(rows)
        heads += is_head
        rows.append(
            [
                _Cell(
                    " ".join(cell.text_content().split()),
                    int(cell.get("colspan", 1)),
                    int(cell.get("rowspan", 1)),
                    "center" if is_head else "left",
                    cell.tag == "th",
                )
                for cell in cells
            ]
        )
    if rows:
        _table(word, rows, heads, points=12, width=_TEXT)


def _annex(word: WordDocument, annex: AnnexPiece, content: DocumentContent) -> None:
    section = word.add_section(WD_SECTION.NEW_PAGE)
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    _pages(section, content)
    section._sectPr.append(parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>'))
    _line(word, annex.name, bold=True)
    title = word.add_paragraph(style="Heading 2")
    title.alignment = ALIGN.CENTER
    _run(title, annex.title.upper())
    _line(word, wording.annex_of(content), italic=True, after=3)
    for table in annex.tables:
        if table.note:
            _line(word, table.note, 12, before=2)
        if table.measure:
            _line(word, f"Đơn vị tính: {table.measure}", 12, italic=True, align=ALIGN.RIGHT, after=1)
        _figures(word, table)
        if table.legend:
            named = "; ".join(f"“{sign}” {meaning}" for sign, meaning in table.legend)
            _line(word, f"Ký hiệu: {named}.", 11, italic=True, align=ALIGN.LEFT, before=2)
        for number, note in enumerate(table.notes, 1):
            _line(word, f"({number}) {note}", 11, italic=True, align=ALIGN.LEFT)
        for note in table.footnotes:
            _line(word, note, 11, italic=True, align=ALIGN.LEFT)


class _Cell:
    """A cell as it will be written; ``note`` is raised after the text, ``indent`` in millimetres."""

    __slots__ = ("align", "bold", "colspan", "indent", "note", "rowspan", "text")

    def __init__(
        self, text: str, colspan: int = 1, rowspan: int = 1, align: str = "left", bold: bool = False,
        indent: int = 0, note: int = 0,
    ) -> None:  # fmt: skip
        self.text, self.colspan, self.rowspan, self.align = text, colspan, rowspan, align
        self.bold, self.indent, self.note = bold, indent, note


def _figures(word: WordDocument, table: DocumentTable) -> None:
    numbered, measured = table.has_number_column, table.has_measure_column
    rows: list[list[_Cell]] = []
    keep: set[int] = set()
    for depth, header in enumerate(table.header):
        cells = [_Cell(cell.label, cell.colspan, cell.rowspan, "center", True) for cell in header]
        if depth == 0:
            names = ["STT"] * numbered + ["Nội dung"] + ["Đơn vị tính"] * measured
            cells = [_Cell(name, 1, len(table.header), "center", True) for name in names] + cells
        rows.append(cells)
    for line in table.lines:
        row, bold = line.row, line.row.kind in {"heading", "computed", "list"}
        cells = [_Cell(row.number, align="center", bold=bold)] * numbered
        cells.append(_Cell(row.label, bold=bold, indent=(0, 4, 8, 12)[min(row.level, 3)]))
        cells += [_Cell(row.measure, align="center", bold=bold)] * measured
        cells += [
            _Cell(text, align="right" if is_figure else "left", bold=bold, note=note)
            for text, is_figure, note in line.cells
        ]
        if line.keeps_next:
            keep.add(len(rows))
        rows.append(cells)
    if not table.rows:
        rows.append([_Cell(wording.NO_ROWS, table.span)])
    before = [11.0] * numbered + [58.0] + [19.0] * measured
    _table(
        word,
        rows,
        len(table.header),
        points=_TABLE_POINTS[table.size],
        width=252,
        first=before,
        keep=frozenset(keep),
    )


def _table(
    word: WordDocument,
    rows: list[list[_Cell]],
    heads: int,
    *,
    points: int,
    width: float,
    first: list[float] | None = None,
    keep: frozenset[int] = frozenset(),
) -> None:
    """Written as XML: python-docx searches the whole table for each cell."""
    placed = list(_placed(rows))
    count = max((column + cell.colspan for line in placed for column, cell, _ in line), default=1)
    widths = (first or [])[:count]
    widths = widths + [(width - sum(widths)) / max(count - len(widths), 1)] * (count - len(widths))
    out = [
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_twips(width)}" w:type="dxa"/><w:tblBorders>',
        *(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
        '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="30" w:type="dxa"/>',
        '<w:left w:w="60" w:type="dxa"/><w:bottom w:w="30" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>',
        *(f'<w:gridCol w:w="{_twips(one)}"/>' for one in widths),
        "</w:tblGrid>",
    ]
    for index, line in enumerate(placed):
        out.append(f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if index < heads else ''}</w:trPr>")
        for column, cell, merged in line:
            room = sum(widths[column : column + cell.colspan])
            out.append(_cell(cell, room, points, merged, index in keep or index < heads))
        out.append("</w:tr>")
    out.append("</w:tbl>")
    word.element.body.insert_element_before(parse_xml("".join(out)), "w:sectPr")
    _line(word, "", 4)


def _placed(rows: list[list[_Cell]]) -> Iterator[list[tuple[int, _Cell, str]]]:
    """Each row's cells with their column; "continue" where a cell from above reaches down."""
    below: dict[int, tuple[_Cell, int]] = {}
    for row in rows:
        line: list[tuple[int, _Cell, str]] = []
        column, cells = 0, list(row)
        while cells or column in below:
            if column in below:
                cell, left = below.pop(column)
                line.append((column, cell, "continue"))
            else:
                cell, left = cells.pop(0), 0
                left = cell.rowspan
                line.append((column, cell, "restart" if cell.rowspan > 1 else ""))
            if left > 1:
                below[column] = (cell, left - 1)
            column += cell.colspan
        # What reaches down is looked for again in the next row.
        yield line


def _cell(cell: _Cell, width: float, points: int, merged: str, keep: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = {"restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}.get(merged, "")
    size = f'<w:sz w:val="{points * 2}"/><w:szCs w:val="{points * 2}"/>'
    look = f"<w:rPr>{'<w:b/>' if cell.bold else ''}{size}</w:rPr>"
    indent = f'<w:ind w:left="{_twips(cell.indent)}"/>' if cell.indent else ""
    shape = f"<w:pPr>{'<w:keepNext/>' if keep else ''}{indent}<w:jc w:val={quoteattr(cell.align)}/></w:pPr>"
    text = "" if merged == "continue" else escape(printable(cell.text))
    run = f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    if cell.note and merged != "continue":
        run += f'<w:r><w:rPr>{size}<w:vertAlign w:val="superscript"/></w:rPr><w:t>({cell.note})</w:t></w:r>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f"<w:p>{shape}{run}</w:p></w:tc>"
    )


def _twips(millimetres: float) -> int:
    return round(millimetres / 25.4 * 1440)
