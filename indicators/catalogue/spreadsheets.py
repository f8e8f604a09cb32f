"""Tables in and out of CSV and XLSX. Cells are text as people type it: 1.839, 7.213,5 and 31/12/2024.

No cell that leaves can be taken for a formula, and what was done to prevent it is undone when it comes back.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import PurePath
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from home.text import FORMULA_STARTS, Encoding, repair_vietnamese
from indicators.numbers import format_number

MAX_ROWS = 2_000
MAX_COLUMNS = 200
MAX_BYTES = 5 * 1024 * 1024
_MAX_UNPACKED_BYTES = 100 * 1024 * 1024
_NUMBER = re.compile(r"-[0-9.,]*")
#: Stands between cells while a whole table is read as one text; no file holds it.
_BETWEEN = "\x1f"

CSV = "csv"
XLSX = "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TableError(ValueError):
    """A file that is no table we can read; ``str()`` says in Vietnamese what to do."""


@dataclass(frozen=True)
class Table:
    """A table as read. ``lines`` are the rows' numbers in the file, from 1; the headings are one of them.

    ``repaired`` names the encoding the text was found in, where it was not Unicode already (R30).
    """

    headings: list[str]
    rows: list[list[str]]
    lines: list[int]
    repaired: Encoding | None = None


def read_table(name: str, content: bytes) -> Table:
    """Read the first sheet of a workbook, or a CSV with comma, semicolon or tab.

    Raises:
        TableError: wrong kind of file, too large, too many rows or columns, no headings, or a heading twice.
    """
    extension = PurePath(name).suffix.lower().removeprefix(".")
    if extension not in MEDIA_TYPES:
        raise TableError(
            f"Tệp “{name}” không phải CSV hay XLSX. Trong phần mềm bảng tính, lưu tệp dưới dạng .xlsx rồi tải lên lại."
        )
    if len(content) > MAX_BYTES:
        raise TableError(
            f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB. Chia tệp thành nhiều phần rồi nhập từng phần."
        )
    cells = _read_xlsx(content) if extension == XLSX else _read_csv(content)
    numbered = [
        (line, row)
        for line, row in enumerate(islice(cells, MAX_ROWS + 2), 1)
        if any(cell.strip() for cell in row)
    ]
    if not numbered:
        raise TableError("Tệp trống. Dòng đầu là tên cột, mỗi dòng sau là một mục.")
    if len(numbered) > MAX_ROWS + 1:
        raise TableError(f"Tệp có hơn {MAX_ROWS} dòng. Chia tệp thành nhiều phần rồi nhập từng phần.")
    if any(len(row) > MAX_COLUMNS for _, row in numbered):
        raise TableError(f"Tệp có hơn {MAX_COLUMNS} cột. Bỏ các cột không thuộc bảng rồi tải lên lại.")
    repair = repair_vietnamese(_BETWEEN.join(cell for _, row in numbered for cell in row))
    texts = iter(repair.text.split(_BETWEEN))
    (_, headings), *body = [(line, [_plain(next(texts)) for _ in row]) for line, row in numbered]
    while headings and not headings[-1]:
        headings.pop()
    if twice := {heading for heading in headings if headings.count(heading) > 1}:
        raise TableError(f"Cột “{twice.pop()}” có hai lần. Bỏ một cột, hoặc đặt tên cho cột còn thiếu tên.")
    width = len(headings)
    return Table(
        headings,
        [(row + [""] * width)[:width] for _, row in body],
        [line for line, _ in body],
        None if repair.encoding == "NFD" else repair.encoding,
    )


def _read_csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(
            "Tệp CSV không dùng bảng mã UTF-8. Lưu lại dưới dạng “CSV UTF-8”, hoặc dưới dạng .xlsx."
        ) from None
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise TableError("Tệp CSV không đọc được. Lưu lại dưới dạng .xlsx rồi tải lên.") from None


def _read_xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED_BYTES:
                raise TableError("Tệp XLSX giải nén ra quá lớn. Sao chép bảng sang một tệp mới rồi tải lên.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        # Without an end it makes up every column of a sheet that says it has sixteen thousand.
        for row in book.worksheets[0].iter_rows(max_col=MAX_COLUMNS + 1, values_only=True):
            yield _without_end([_text(cell) for cell in row])
    except TableError:
        raise
    # A damaged workbook raises nearly anything, also while its rows are read.
    except Exception:
        raise TableError(
            "Tệp không phải XLSX, dù tên tệp ghi như vậy. Mở bằng phần mềm bảng tính rồi lưu lại dưới dạng .xlsx."
        ) from None


def _without_end(row: list[str]) -> list[str]:
    """The row without the empty cells at its end: a sheet has them up to wherever somebody once set a colour."""
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: object) -> str:
    """A cell as a person would type it."""
    match cell:
        case None:
            return ""
        case bool():
            return "Có" if cell else "Không"
        case int():
            return str(cell)
        case float():
            return format_number(Decimal(repr(cell)))
        case datetime() | date():
            return f"{cell:%d/%m/%Y}"
    return str(cell)


def _plain(cell: str) -> str:
    """The text without the apostrophe that kept it from being a formula."""
    stripped = cell.strip()
    return stripped[1:] if stripped[:1] == "'" and stripped[1:].startswith(FORMULA_STARTS) else stripped


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula. Numbers and a lone dash are left.

    >>> harmless("=1+1"), harmless("- Khu vực I"), harmless("-5,2"), harmless("-")
    ("'=1+1", "'- Khu vực I", '-5,2', '-')
    """
    risky = text.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text)
    return f"'{text}" if risky else text


def csv_lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The rows as CSV with comma and quotes, after a byte order mark, so that Excel reads Vietnamese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    yield "\ufeff"
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def text_cell(sheet: Any, text: str) -> WriteOnlyCell:
    """A cell that no spreadsheet takes for a formula, whatever it begins with; without the control characters that XLSX
    does not hold (Word's soft line breaks among them)."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", text))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def write_table(headings: list[str], rows: Iterable[list[str]], kind: str) -> bytes:
    """The table as CSV or XLSX; every cell is text."""
    if kind == CSV:
        lines = csv_lines([headings, *([harmless(cell) for cell in row] for row in rows)])
        return "".join(lines).encode()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh mục")
    sheet.append(headings)
    for row in rows:
        sheet.append([text_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
