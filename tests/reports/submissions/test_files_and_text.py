"""Narrative sections and attachments: cleaned, checked, kept."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO

import pytest
from PIL import Image

from reports.submissions.attachments import (
    FileRefused,
    add_attachment,
    check_file,
    remove_attachment,
    restore_attachment,
)
from reports.submissions.errors import CellConflict, Locked, NotAllowed, SubmissionError
from reports.submissions.models import Attachment, SectionChange
from reports.submissions.sections import clean_html, save_section

from . import stages
from .test_life import PNG


def office(part: str, *more: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in ("[Content_Types].xml", part, *more):
            package.writestr(name, "<x/>")
    return buffer.getvalue()


def packed(*parts: tuple[str, str]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts:
            package.writestr(name, content)
    return buffer.getvalue()


def picture(width: int, height: int) -> bytes:
    """A small file of a large picture."""
    buffer = BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DOCX = office("word/document.xml")
XLSX = office("xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("A.PDF", PDF), ("b.docx", DOCX), ("c.xlsx", XLSX), ("d.png", PNG)],
)
def test_the_accepted_types_are_recognised_by_their_content(name, content):
    assert check_file(name, content)


@pytest.mark.requirement("R154", part="uploads restricted by type")
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("virus.exe", b"MZ", "Chỉ nhận pdf, docx, xlsx, jpg, png"),
        ("khong-duoi", PDF, "Chỉ nhận pdf"),
        ("gia.pdf", PNG, "nội dung không phải loại đó"),
        ("gia.docx", PDF, "nội dung không phải loại đó"),
        ("gia.xlsx", DOCX, "nội dung không phải loại đó"),
        ("macro.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin"), "macro"),
        ("rong.pdf", b"", "rỗng"),
        ("macro.docx", office("word/document.xml", "word\\\\vbaProject.bin"), "macro"),
        (
            "macro.docx",
            packed(
                ("[Content_Types].xml", f"<x t='{MACRO_TYPE}'/>"),
                ("word/document.xml", ""),
                ("word/a.bin", ""),
            ),
            "macro",
        ),
        ("lai.docx", b"MZ\x90\x00" + DOCX, "nội dung không phải loại đó"),
        ("lai.docx", b"<script>alert(1)</script>" + DOCX, "nội dung không phải loại đó"),
        ("thieu.docx", packed(("word/document.xml", "")), "nội dung không phải loại đó"),
        (
            "hong.docx",
            DOCX.replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff"),
            "nội dung không phải loại đó",
        ),
        ("nen.docx", office("word/document.xml", *map(str, range(10_000))), "giải nén ra quá lớn"),
        ("lenh.pdf", PDF + b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", "mã lệnh"),
        ("lenh.pdf", PDF + b"<</S /Launch /F (cmd.exe)>>", "mã lệnh"),
        ("lenh.pdf", PDF + b"<</S /J#61va#53cript /JS (app.alert(1))>>", "mã lệnh"),
        ("lai.pdf", b"MZ\x90\x00" + PDF, "nội dung không phải loại đó"),
        ("lai.pdf", b"<html><script>alert(1)</script>\n" + PDF, "nội dung không phải loại đó"),
        ("bom.png", picture(20_000, 20_000), "kích thước quá lớn"),
        ("cut.png", PNG[:12], "nội dung không phải loại đó"),
    ],
)
def test_what_may_not_be_attached_is_refused_with_the_reason(name, content, message):
    with pytest.raises(FileRefused, match=message):
        check_file(name, content)


def test_a_file_over_the_limit_is_refused_before_anything_is_stored(submission, clerk, settings):
    settings.ATTACHMENT_MAX_BYTES = 100
    with pytest.raises(FileRefused, match="vượt quá"):
        add_attachment(submission, name="to.pdf", content=PDF + b" " * 200, by=clerk)
    assert not Attachment.objects.exists()


@pytest.mark.requirement("R155", part="attachments are never deleted")
def test_a_removed_file_is_kept_and_can_be_brought_back(submission, clerk):
    attachment = add_attachment(submission, name="../../Ảnh hiện trường.png", content=PNG, by=clerk)
    assert attachment.name == "Ảnh hiện trường.png"
    remove_attachment(attachment, by=clerk)
    attachment.refresh_from_db()
    assert attachment.removed_by == clerk
    assert attachment.file.content.read() == PNG
    restore_attachment(attachment, by=clerk)
    attachment.refresh_from_db()
    assert attachment.removed_at is None


def test_a_name_shows_what_the_file_is(submission, clerk):
    attachment = add_attachment(submission, name="bieu\u202efdp.exe\x00\r\n.pdf", content=PDF, by=clerk)

    assert attachment.name == "bieufdp.exe.pdf"


def test_a_report_holds_so_many_files_and_no_more(submission, clerk, monkeypatch):
    monkeypatch.setattr("reports.submissions.attachments.COUNT_LIMIT", 1)
    first = add_attachment(submission, name="1.pdf", content=PDF, by=clerk)
    with pytest.raises(FileRefused, match="đã có 1 tệp"):
        add_attachment(submission, name="2.pdf", content=PDF, by=clerk)

    remove_attachment(first, by=clerk)
    assert add_attachment(submission, name="2.pdf", content=PDF, by=clerk)


def test_files_of_a_locked_report_stay(in_review, clerk):
    with pytest.raises(Locked):
        add_attachment(in_review, name="a.pdf", content=PDF, by=clerk)


def test_outsiders_attach_nothing(submission, outsider):
    with pytest.raises(NotAllowed):
        add_attachment(submission, name="a.pdf", content=PDF, by=outsider)


@pytest.mark.requirement("R91", part="narrative written on the system")
def test_sections_keep_their_history_and_name_a_conflict(submission, clerk, colleague):
    save_section(submission, "danh-gia", "<p>Một</p>", by=clerk, seen=0)
    with pytest.raises(CellConflict, match=str(clerk)):
        save_section(submission, "danh-gia", "<p>Hai</p>", by=colleague, seen=0)
    save_section(submission, "danh-gia", "<p>Hai</p>", by=colleague, seen=1)

    assert [change.body for change in SectionChange.objects.all()] == ["<p>Một</p>", "<p>Hai</p>"]


@pytest.mark.requirement("R29", part="narrative stored in NFC")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<p onclick=x>Tốt<script>alert(1)</script></p>", "<p>Tốt</p>"),
        ('<a href="javascript:x">liên kết</a>', "liên kết"),
        ("<p>Tiê\u0301ng Viê\u0323t</p>", "<p>Tiếng Việt</p>"),
        ("<p>1 < 2 & 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
    ],
)
def test_text_is_cleaned(typed, stored):
    assert clean_html(typed) == stored


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<p>" + "thu " * 40_000 + "</p>", r"dài quá 150\.000 ký tự"),
        ("<ul><li>" * 20_000, "lồng nhau quá sâu"),
        ("<table><tr><td>" * 3_000, "lồng nhau quá sâu"),
        ("<p>" + "<b>a</b>" * 3_001 + "</p>", r"quá 3\.000 ô"),
        ("<table>" + '<tr><td colspan="99" rowspan="99">1</td></tr>' * 2 + "</table>", "gộp quá nhiều ô"),
        ("<p>a" + "\u0301" * 6 + "</p>", "quá nhiều dấu"),
    ],
    ids=["long", "lists", "tables", "elements", "spans", "accents"],
)
def test_a_text_that_would_take_minutes_to_lay_out_is_refused_at_once(submission, clerk, body, message):
    started = time.monotonic()
    with pytest.raises(SubmissionError, match=message):
        save_section(submission, "danh-gia", body, by=clerk)

    assert time.monotonic() - started < 1
    assert not SectionChange.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "<p>a</p>" * 2_900,
        "<table>" + ("<tr>" + "<td>1</td>" * 10 + "</tr>") * 200 + "</table>",
        "<p>Tiếng Việt</p>" + "<ul><li>x</li></ul>" * 500,
    ],
    ids=["paragraphs", "table", "lists"],
)
def test_a_long_report_is_no_trouble(submission, clerk, body):
    assert save_section(submission, "danh-gia", body, by=clerk).version == 1


def test_a_cell_spans_what_a_page_can_show():
    cleaned = clean_html('<table><tr><td colspan="1000000000" rowspan="2">x</td></tr></table>')
    assert cleaned == '<table><tbody><tr><td rowspan="2">x</td></tr></tbody></table>'


def test_an_empty_paragraph_is_not_a_text(submission, clerk):
    assert save_section(submission, "danh-gia", "<p><br></p>", by=clerk).body == ""


def test_a_section_the_outline_does_not_have_is_refused(submission, clerk):
    with pytest.raises(SubmissionError, match="không có mục này"):
        save_section(submission, "la", "<p>x</p>", by=clerk)


def test_the_people_of_the_receiver_write_nothing(sent, receiver):
    with pytest.raises(Locked):
        save_section(sent, "danh-gia", "<p>x</p>", by=receiver, at=stages.hour(9))
