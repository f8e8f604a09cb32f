"""Public figures to take away: CSV, XLSX and JSON, each with its number of rows and control total (R116, R118).

Only the newest public version of each figure; those of an earlier release where the address keeps to one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from indicators.models import Indicator
from indicators.numbers import canonical, format_number
from indicators.periods import Period
from indicators.store.amounts import EXACT
from indicators.store.models import ADDRESS, ContentKind, Figure, ValueType
from indicators.store.services import address_of, describe

from .public import STATEMENT
from .series import disaggregation_labels, public_figures
from .spreadsheets import csv_lines, harmless, text_cell

HEADINGS = [
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Đơn vị tính",
    "Mã đối tượng",
    "Đối tượng",
    "Kỳ",
    "Từ ngày",
    "Đến ngày",
    "Loại số liệu",
    "Cơ sở kế hoạch",
    "Phân tổ",
    "Giá trị",
    "Giá trị đến",
    "Giới hạn",
    "Hiển thị",
    "Ghi chú",
    "Cơ quan cung cấp",
    "Nguồn",
    "Ngày của nguồn",
    "Công khai lúc",
]
FREE = "Số liệu công khai, được sử dụng tự do; đề nghị ghi rõ nguồn khi sử dụng."


@dataclass(frozen=True, slots=True)
class Totals:
    """What a reader checks a downloaded file by: its rows, and the sum of its column of values."""

    rows: int = 0
    control: Decimal = Decimal(0)

    def __add__(self, other: Totals) -> Totals:
        return Totals(self.rows + other.rows, EXACT.add(self.control, other.control))

    @property
    def control_text(self) -> str:
        return format_number(self.control)


def machine(amount: Decimal | None) -> str:
    """``7995,5``: no dots, which Vietnamese spreadsheets take for thousands (X10)."""
    return "" if amount is None else canonical(amount).replace(".", ",")


def _figures(indicator: Indicator, until: datetime | None, subjects: tuple[str, ...]) -> Any:
    figures = public_figures(indicator, until=until)
    return figures.filter(subject__code__in=subjects) if subjects else figures


def newest_figures(
    indicator: Indicator, *, until: datetime | None = None, subjects: tuple[str, ...] = ()
) -> Iterator[tuple[Figure, str]]:
    """Each figure in its newest public version, with the name of its class. Two queries; rows are streamed."""
    figures = _figures(indicator, until, subjects).order_by("subject__code", *ADDRESS, "known_from")
    parts = set(figures.order_by().values_list("disaggregation", flat=True).distinct())
    labels = disaggregation_labels(indicator, parts)
    for _, versions in groupby(figures.iterator(chunk_size=2000), key=address_of):
        *_, figure = versions
        figure.indicator = indicator
        yield figure, labels.get(figure.disaggregation, figure.disaggregation)


def csv_file(indicator: Indicator, figures: Iterable[tuple[Figure, str]]) -> Iterator[str]:
    """With a byte order mark; amounts without dots, with a decimal comma, in quotes; no cell is a formula."""
    return csv_lines(_csv_rows(indicator, figures))


def _csv_rows(indicator: Indicator, figures: Iterable[tuple[Figure, str]]) -> Iterator[list[str]]:
    yield HEADINGS
    count, control = 0, Decimal(0)
    for figure, part in figures:
        count += 1
        control = EXACT.add(control, figure.amount or 0)
        yield [harmless(cell) for cell in _cells(indicator, figure, part)]
    yield [f"# Số dòng: {count}"]
    yield [f"# Tổng cột Giá trị: {machine(control)}"]
    yield [f"# {STATEMENT}"]
    yield [f"# {FREE}"]


def _cells(indicator: Indicator, figure: Figure, part: str) -> list[str]:
    period = Period.parse(figure.period)
    return [
        indicator.code,
        indicator.name,
        indicator.measure.name,
        figure.subject.code,
        figure.subject.name,
        figure.period,
        f"{period.first_day}",
        f"{period.last_day}",
        ValueType(figure.value_type).label,
        figure.plan_basis,
        part,
        machine(figure.amount),
        machine(figure.amount_to),
        _bound(figure),
        describe(figure),
        figure.note,
        figure.supplier.name,
        figure.known_from.source.citation,
        f"{figure.stated_on}",
        f"{timezone.localtime(figure.released_at):%Y-%m-%d %H:%M}",  # type: ignore[attr-defined]
    ]


def _bound(figure: Figure) -> str:
    """The word without which the amount of a bound says something else: "dưới", "ít nhất"."""
    return figure.text if figure.content == ContentKind.BOUND else ""


def xlsx_file(indicator: Indicator, figures: Iterable[tuple[Figure, str]]) -> bytes:
    """Two sheets: the figures, with amounts as numbers, and what they are, with rows and control total."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Số liệu")
    sheet.freeze_panes = "A2"
    sheet.append(HEADINGS)
    amounts = {HEADINGS.index("Giá trị"), HEADINGS.index("Giá trị đến")}
    count, control = 0, Decimal(0)
    for figure, part in figures:
        count += 1
        control = EXACT.add(control, figure.amount or 0)
        row: list[Any] = [text_cell(sheet, text) for text in _cells(indicator, figure, part)]
        for place, amount in zip(sorted(amounts), (figure.amount, figure.amount_to), strict=True):
            row[place] = amount
        sheet.append(row)
    about = book.create_sheet("Về tệp này")
    for name, text in (
        ("Chỉ tiêu", indicator.name),
        ("Đơn vị tính", indicator.measure.name),
        ("Số dòng", str(count)),
        ("Tổng cột Giá trị", machine(control)),
        ("Lưu ý", STATEMENT),
        ("Sử dụng", FREE),
    ):
        about.append([text_cell(about, name), text_cell(about, text)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def json_file(indicator: Indicator, figures: Iterable[tuple[Figure, str]]) -> Iterator[str]:
    """Amounts are texts with a decimal point, so that no reader rounds them; what has no amount says its code."""
    about = {
        "chi_tieu": {"ma": indicator.code, "ten": indicator.name, "don_vi_tinh": indicator.measure.name},
        "luu_y": STATEMENT,
        "su_dung": FREE,
    }
    yield json.dumps(about, ensure_ascii=False)[:-1] + ', "so_lieu": ['
    count, control = 0, Decimal(0)
    for figure, part in figures:
        control = EXACT.add(control, figure.amount or 0)
        yield (",\n" if count else "\n") + json.dumps(_json_row(figure, part), ensure_ascii=False)
        count += 1
    yield f'\n], "so_dong": {count}, "tong_gia_tri": "{canonical(control)}"}}\n'


def _json_row(figure: Figure, part: str) -> dict[str, Any]:
    period = Period.parse(figure.period)
    return {
        "doi_tuong": {"ma": figure.subject.code, "ten": figure.subject.name},
        "ky": figure.period,
        "tu_ngay": f"{period.first_day}",
        "den_ngay": f"{period.last_day}",
        "loai": figure.value_type,
        "co_so_ke_hoach": figure.plan_basis,
        "phan_to": {"ma": figure.disaggregation, "ten": part} if figure.disaggregation else None,
        "gia_tri": None if figure.amount is None else canonical(figure.amount),
        "gia_tri_den": None if figure.amount_to is None else canonical(figure.amount_to),
        "gioi_han": _bound(figure) or None,
        "ky_hieu": figure.code or None,
        "hien_thi": describe(figure),
        "ghi_chu": figure.note,
        "co_quan_cung_cap": figure.supplier.name,
        "nguon": figure.known_from.source.citation,
        "ngay_cua_nguon": f"{figure.stated_on}",
        "cong_khai_luc": figure.released_at.isoformat(),  # type: ignore[attr-defined]
    }
