"""Files that travel inside a PDF (PDF/A-3): what was approved as data, and each table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from home.text import inert
from indicators.numbers import NumberFormatError, canonical, parse_number

from .tables import DocumentTable, Line


@dataclass(frozen=True, slots=True)
class Enclosure:
    """``relationship`` as PDF names it: ``Source`` the document was made from, ``Data`` that a table shows."""

    name: str
    data: bytes
    relationship: str = "Data"
    description: str = ""


def tables_enclosed(tables: Iterable[DocumentTable]) -> list[Enclosure]:
    """Each table as ``phu-luc-<n>.csv``."""
    return [
        Enclosure(f"phu-luc-{number}.csv", csv_of(table).encode("utf-8-sig"), description=table.title)
        for number, table in enumerate(tables, 1)
    ]


def csv_of(table: DocumentTable) -> str:
    """The table as on paper: decimal point, no grouping, signs as they are; no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["STT", "Nội dung", "Đơn vị tính", *_headings(table)])
    for line in table.lines:
        writer.writerow(
            [inert(text) for text in (line.row.number, line.row.label, line.row.measure)]
            + list(_values(line))
        )
    return out.getvalue()


def _headings(table: DocumentTable) -> list[str]:
    """One heading for each column, its levels joined by ``|``."""
    headings: list[list[str]] = [[] for _ in range(table.column_count)]
    for line in table.placed_header:
        for start, cell in line:
            for column in range(start, min(start + cell.colspan, len(headings))):
                headings[column].append(cell.label)
    return [inert(" | ".join(levels)) for levels in headings]


def _values(line: Line) -> Iterator[str]:
    for text, is_figure, _ in line.cells:
        if not is_figure:
            yield inert(text)
            continue
        try:
            yield canonical(parse_number(text))
        except NumberFormatError:
            yield text
