"""A public report as it is read on the screen: what its document says, long annexes in sheets, and what a new version changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from indicators.catalogue.pictures import pictures_of
from indicators.charts import Chart, describe
from reports.documents.content import DocumentContent
from reports.documents.markup import clean
from reports.documents.tables import DocumentRow, DocumentTable
from reports.documents.wording import roman
from reports.regimes.grid import WORDS, CellKind
from reports.regimes.models import RowKind
from reports.submissions.content import SheetContent, frozen_sheets
from reports.submissions.models import Snapshot

#: Rows of an annex that stand on one page.
ROWS_PER_PAGE = 300


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the text. ``body`` has been cleaned: nothing else may stand in it."""

    anchor: str
    heading: str
    body: SafeString


@dataclass(frozen=True, slots=True)
class Annex:
    """One table with the name it has on paper; ``page`` is the sheet of its rows that ``table`` holds."""

    place: int
    name: str
    table: DocumentTable
    page: Page

    @property
    def row_count(self) -> int:
        return self.page.paginator.count


def parts_of(content: DocumentContent) -> list[Part]:
    """The sections that say something."""
    return [
        Part(f"muc-{place}", section.heading, mark_safe(body))
        for place, section in enumerate(content.sections, start=1)
        if (body := clean(section.body))
    ]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its number, its words, and the addresses of its pictures."""

    number: int
    chart: Chart
    description: str
    pictures: dict[str, str]


def figures_of(content: DocumentContent, slug: str) -> list[Figure]:
    return [
        Figure(number, chart, describe(chart), pictures_of(reverse("publication:chart", args=[slug, number])))
        for number, chart in enumerate(content.charts, start=1)
    ]


def annexes_of(content: DocumentContent) -> list[Annex]:
    """Each with its first rows."""
    return [annex_of(content, place) for place in range(1, len(content.tables) + 1)]


def annex_of(content: DocumentContent, place: int, page: str | int | None = 1) -> Annex:
    """The sheet ``page`` of the annex at ``place`` (from 1); under the heading that reaches into it.

    Raises:
        IndexError: there is no such annex.
    """
    if not 1 <= place <= len(content.tables):
        raise IndexError(place)
    table = content.tables[place - 1]
    sheet = Paginator(table.rows, ROWS_PER_PAGE).get_page(page)
    first = sheet.start_index() - 1 if sheet.object_list else 0
    rows = tuple(sheet.object_list)
    above = tuple(_heading_before(table, first)) if rows and rows[0].kind != RowKind.HEADING else ()
    shift = len(above) - first
    marks = tuple(
        (row + shift, column, number)
        for row, column, number in table.marks
        if first <= row < first + len(rows)
    )
    name = "Phụ lục" if len(content.tables) == 1 else f"Phụ lục {roman(place)}"
    return Annex(place, name, replace(table, rows=above + rows, marks=marks), sheet)


def _heading_before(table: DocumentTable, start: int) -> Iterator[DocumentRow]:
    for row in reversed(table.rows[:start]):
        if row.kind == RowKind.HEADING:
            yield replace(row, label=f"{row.label} (tiếp theo)")
            return


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that a new version of the report states otherwise; "" for a blank one."""

    table: str
    row: str
    column: str
    before: str
    after: str


def changes(earlier: Snapshot, later: Snapshot) -> list[Change]:
    """What changed in the cells, in reading order; of forms that both have in the same version. Texts are not compared."""
    old = {sheet.form_version_id: sheet for sheet in frozen_sheets(earlier)}
    found: list[Change] = []
    for sheet in frozen_sheets(later):
        if sheet.form_version_id in old:
            found += _changed_cells(old[sheet.form_version_id], sheet)
    return found


def _changed_cells(old: SheetContent, new: SheetContent) -> Iterator[Change]:
    grid = new.grid
    for key, kind in grid.kinds.items():
        if kind == CellKind.NONE or kind in WORDS or old.value(key) == new.value(key):
            continue
        row, column = grid.row[key[0]], grid.column[key[1]]
        yield Change(
            grid.title,
            f"{row.number} {row.label}".strip(),
            " – ".join([*column.path, column.label]),
            grid.written(key, old.value(key)),
            grid.written(key, new.value(key)),
        )
