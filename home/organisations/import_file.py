"""Reading the CSV file of organisations: from bytes to values, with every fault at its line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db import models

from home.text import fold, repair_vietnamese

from .models import AffiliationKind, CodeScheme, Level, Organisation, OrganisationKind

#: Column of the file → field of the model.
FIELDS = {
    "ten": "name",
    "ten_gon": "short_name",
    "loai": "kind",
    "cap": "level",
    "viet_tat": "document_code",
    "dia_danh": "place_name",
    "co_quan_chu_quan": "superior_line",
    "tu_ngay": "valid_from",
    "den_ngay": "valid_to",
}
SUPERIORS = {"truc_thuoc": AffiliationKind.SUBORDINATION, "bao_cao_den": AffiliationKind.REPORTING}
CODES = {"ma_dinh_danh": CodeScheme.IDENTIFIER, "ma_gso": CodeScheme.STATISTICAL}
REQUIRED = ("ma", "ten", "loai", "cap")
COLUMNS = (
    *("ma", "ten", "ten_gon", "loai", "cap", "viet_tat", "dia_danh", "co_quan_chu_quan"),
    *("truc_thuoc", "bao_cao_den", "tu_ngay", "den_ngay", "ma_dinh_danh", "ma_gso"),
)

#: What a cell says: text, a code of a choice, a day (None: open), or the codes of the superiors in order.
Value = str | date | tuple[str, ...] | None

CHOICES: dict[str, type[models.TextChoices]] = {"loai": OrganisationKind, "cap": Level}
_CODE = re.compile(r"[-A-Za-z0-9_]{1,40}")
_CODE_FORMS = {
    # Decision 20/2020/QĐ-TTg; the levels after the first are groups of digits.
    "ma_dinh_danh": (re.compile(r"[A-Z]\d{2}(\.\d{1,3})*"), "Mã có dạng H32 hoặc H32.05."),
    "ma_gso": (
        re.compile(r"\d{2}|\d{3}|\d{5}"),
        "Mã gồm 2, 3 hoặc 5 chữ số; phần mềm bảng tính thường bỏ mất số 0 ở đầu.",
    ),
}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SAVE_AS = "Trong phần mềm bảng tính, hãy chọn Lưu thành (Save As) → CSV UTF-8."


@dataclass(frozen=True)
class Problem:
    """Something wrong at one place: ``line`` as a text editor counts, 0 for the whole file."""

    line: int
    column: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"Dòng {self.line}" if self.line else "Tệp"
        return f"{place}{f', cột {self.column}' if self.column else ''}: {self.text} {self.remedy}".rstrip()


class UnreadableFile(Exception):
    """Nothing can be said about the rows."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True)
class FileRow:
    """One organisation as the file states it: only the columns that are there."""

    line: int
    code: str
    values: dict[str, Value]


def field_of(column: str) -> models.Field[Any, Any]:
    """The field of the model that the column fills."""
    return cast("models.Field[Any, Any]", Organisation._meta.get_field(FIELDS[column]))


def read(
    source: bytes | Iterable[Mapping[str, str]],
) -> tuple[list[FileRow], list[Problem], list[Problem]]:
    """The rows, the errors, and the warnings (text that was repaired).

    Raises:
        UnreadableFile: not a CSV file in UTF-8, or the first line does not hold the right columns.
    """
    rows: list[FileRow] = []
    errors: list[Problem] = []
    warnings: list[Problem] = []
    lines: dict[str, int] = {}
    for line, cells in _csv_lines(source, errors) if isinstance(source, bytes) else _given_lines(source):
        cells, encoding = _repaired(cells)
        if encoding:
            text = f"Chữ theo bảng mã {encoding} đã được chuyển sang Unicode."
            warnings.append(Problem(line, "", text, "Hãy đọc lại trước khi nhập."))
        code = cells["ma"]
        above = lines.setdefault(code.casefold(), line)
        if above != line:
            errors.append(Problem(line, "ma", f"Mã {code} đã có ở dòng {above}.", "Mỗi đơn vị ghi một dòng."))
        values: dict[str, Value] = {"ma": code}
        for column, text in cells.items():
            try:
                values[column] = _value(column, text)
            except _Refused as fault:
                errors.append(Problem(line, column, *fault.args))
        del values["ma"]
        # The first day cannot be cleared, and a code that is not stated is left as it is.
        for column in ("tu_ngay", *CODES):
            if not values.get(column):
                values.pop(column, None)
        rows.append(FileRow(line, code, values))
    if not rows and not errors:
        raise UnreadableFile(
            Problem(0, "", "Tệp không có đơn vị nào.", "Hãy ghi mỗi đơn vị một dòng dưới tên cột.")
        )
    return rows, errors, warnings


def _given_lines(source: Iterable[Mapping[str, str]]) -> Iterator[tuple[int, dict[str, str]]]:
    for line, row in enumerate(source, start=1):
        _check_header(list(row))
        yield line, dict(row)


def _csv_lines(source: bytes, errors: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    text = _decoded(source)
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    line = 1
    try:
        header = [cell.strip().lower() for cell in next(reader)]
        _check_header(header)
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header) and any(cells):
                fault = f"Dòng có {len(cells)} ô, còn dòng đầu có {len(header)} cột."
                remedy = "Giá trị chứa dấu phân cách phải đặt trong dấu ngoặc kép."
                errors.append(Problem(line, "", fault, remedy))
            elif any(cell.strip() for cell in cells):
                yield line, dict(zip(header, cells, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        quotes = Problem(
            line, "", "Dấu ngoặc kép đặt không đúng chỗ hoặc không khép lại.", "Hãy sửa từ dòng này."
        )
        raise UnreadableFile(quotes) from error


def _decoded(source: bytes) -> str:
    if source.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFile(Problem(0, "", "Đây là tệp bảng tính, không phải tệp CSV.", _SAVE_AS))
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(Problem(line, "", "Chữ không theo bảng mã Unicode UTF-8.", _SAVE_AS)) from error
    if "\0" in text:
        raise UnreadableFile(
            Problem(text.count("\n", 0, text.index("\0")) + 1, "", "Có ký tự rỗng.", _SAVE_AS)
        )
    if not text.strip():
        raise UnreadableFile(Problem(0, "", "Tệp không có nội dung.", "Hãy chọn tệp khác."))
    return text


def _check_header(header: list[str]) -> None:
    faults = [
        *(
            Problem(1, column, "Mẫu không có cột này.", f"Các cột của mẫu: {', '.join(COLUMNS)}.")
            for column in header
            if column not in COLUMNS
        ),
        *(
            Problem(1, column, "Cột được nêu hai lần.", "Hãy giữ lại một cột.")
            for column in COLUMNS
            if header.count(column) > 1
        ),
        *(
            Problem(1, column, "Thiếu cột bắt buộc.", "Hãy thêm cột này vào dòng đầu.")
            for column in REQUIRED
            if column not in header
        ),
    ]
    if faults:
        raise UnreadableFile(*faults)


def _repaired(cells: dict[str, str]) -> tuple[dict[str, str], str | None]:
    """The cells in NFC with single spaces. A row is judged as a whole: a single word may be read both ways."""
    repair = repair_vietnamese("\n".join(re.sub(r"[\r\n]+", " ", cell) for cell in cells.values()))
    texts = [" ".join(cell.split()) for cell in repair.text.split("\n")]
    return dict(zip(cells, texts, strict=True)), repair.encoding


class _Refused(Exception):
    """A cell cannot be read: what is wrong, and what to do."""


def _value(column: str, text: str) -> Value:
    if not text and column in REQUIRED:
        raise _Refused("Ô bắt buộc đang trống.", "Hãy điền giá trị.")
    if column == "ma" and not _CODE.fullmatch(text):
        raise _Refused(
            f"“{text}” không phải là mã.", "Mã gồm chữ không dấu, chữ số, gạch nối; tối đa 40 ký tự."
        )
    if column in CHOICES:
        return _choice(text, CHOICES[column])
    if column in ("tu_ngay", "den_ngay"):
        return _day(text)
    if column in SUPERIORS:
        return tuple(sorted(set(re.split(r"[|\s]+", text)) - {""}))
    if column in CODES:
        form, remedy = _CODE_FORMS[column]
        if text and not form.fullmatch(text):
            raise _Refused(f"“{text}” không đúng dạng.", remedy)
    elif column in FIELDS:
        longest = field_of(column).max_length or 0
        if len(text) > longest:
            raise _Refused(f"Dài {len(text)} ký tự, tối đa {longest}.", "Hãy viết gọn lại.")
    return text


def _choice(text: str, choices: type[models.TextChoices]) -> str:
    for choice in choices:
        if fold(text) in (fold(choice.value), fold(str(choice.label))):
            return choice.value
    allowed = ", ".join(f"{choice.value} ({choice.label})" for choice in choices)
    raise _Refused(f"Không có giá trị “{text}”.", f"Hãy dùng một trong các giá trị: {allowed}.")


def _day(text: str) -> date | None:
    if not text:
        return None
    if not (match := _DAY.fullmatch(text)):
        raise _Refused(f"“{text}” không phải là ngày.", "Hãy viết ngày/tháng/năm, như 01/07/2025.")
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise _Refused(f"Không có ngày {text}.", "Ngày đứng trước tháng: ngày/tháng/năm.") from None
