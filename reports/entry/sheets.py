"""One sheet as the screen shows it: a table of native inputs where the person may type, of text elsewhere.

The body is put together here and not in a template: a form may have five thousand cells.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from indicators.store.models import Figure
from reports.regimes.grid import LABEL, TYPED, WORDS, CellKey, CellKind, Row
from reports.regimes.models import RowKind
from reports.submissions.cells import NAME_LIMIT
from reports.submissions.completeness import missing_cells
from reports.submissions.content import SheetContent, frozen_sheets
from reports.submissions.models import CellComment, Snapshot, Submission
from reports.submissions.permissions import enterable_rows

from .reading import shown

if TYPE_CHECKING:
    from home.accounts.models import User


@dataclass(frozen=True, slots=True)
class Badge:
    """A short mark in a cell ("17/18"), what it says in full, and where it leads ("" for nowhere)."""

    text: str
    title: str
    tone: str = "info"
    url: str = ""


#: (sheet id, row, column) → mark, of the sheets of one submission that is read live. Higher apps add theirs
#: (how many organisations a total covers, for instance).
badges: list[Callable[[Submission, Sequence[SheetContent]], Mapping[tuple[int, str, str], Badge]]] = []


_BESIDE = {"talked": "Có trao đổi chưa đóng", "proven": "Có tài liệu chứng minh"}

#: What is said of a cell one may stand in and not type into, by its kind.
TOLD = {
    CellKind.COMPUTED: "Ô do hệ thống tính",
    CellKind.TOTAL: "Ô do hệ thống tính",
    CellKind.PREFILLED: "Ô điền sẵn",
    CellKind.CONSOLIDATED: "Ô tổng hợp",
    CellKind.INPUT: "Ô đang khóa",
    CellKind.TEXT: "Ô đang khóa",
    CellKind.DATE: "Ô đang khóa",
    CellKind.CHOICE: "Ô đang khóa",
}


@dataclass
class SheetView:
    """A sheet on the screen. ``enterable``: rows this person may type into now; ``marks``, ``sources`` and ``besides``
    (what lies beside a cell: "talked" about, "proven") by cell."""

    content: SheetContent
    place: int
    enterable: frozenset[str] = frozenset()
    marks: Mapping[CellKey, Badge] = field(default_factory=dict)
    sources: Mapping[CellKey, str] = field(default_factory=dict)
    besides: Mapping[CellKey, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """As text: templates would group the digits of a number."""
        return str(self.content.sheet_id or "")

    @property
    def anchor(self) -> str:
        return f"bieu-{self.code}"

    @property
    def code(self) -> str:
        return self.content.code

    @property
    def title(self) -> str:
        return self.content.grid.title

    @property
    def note(self) -> str:
        return self.content.grid.note

    @property
    def is_editable(self) -> bool:
        return bool(self.enterable)

    @property
    def required(self) -> int:
        return len(self.content.grid.required_cells)

    @property
    def done(self) -> int:
        return self.required - len(missing_cells(self.content))

    @property
    def is_partly_editable(self) -> bool:
        """Some rows with cells to type into are somebody else's."""
        grid = self.content.grid
        return self.is_editable and any(key[0] not in self.enterable for key in grid.cells(*TYPED))

    @property
    def keys(self) -> str:
        """What the script needs of the columns: key and label with the headings above, as JSON."""
        return json.dumps(
            [[column.key, " – ".join([*column.path, column.label])] for column in self.content.grid.columns],
            ensure_ascii=False,
        )

    @property
    def is_live(self) -> bool:
        """It is travelled cell by cell; a copy that was sent is a plain table."""
        return self.content.sheet_id is not None

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Id → label of the headings that divide the sheet; none where it is all one."""
        found = [
            (f"b{self.place}r{self._places[row.key]}", f"{row.number} {row.label}".strip())
            for row in self.content.grid.rows
            if row.kind == RowKind.HEADING and row.level == 0
        ]
        return found if len(found) > 1 else []

    @cached_property
    def _headings(self) -> list[str]:
        """Ids of the headings over each column, the outermost first."""
        header, columns = self.content.grid.header, self.content.grid.columns
        ids: list[list[str]] = [[] for _ in columns]
        for level, line in enumerate(header):
            under = [place for place, column in enumerate(columns) if len(column.path) >= level]
            for order, cell in enumerate(line):
                covered, under = under[: cell.colspan], under[cell.colspan :]
                is_leaf = cell.rowspan == len(header) - level
                for place in covered:
                    ids[place].append(
                        f"b{self.place}c{place}" if is_leaf else f"b{self.place}g{level}-{order}"
                    )
        return [" ".join(own) for own in ids]

    @property
    def head(self) -> SafeString:
        """The rows of nested headings, after STT, label and measure."""
        header, columns = self.content.grid.header, self.content.grid.columns
        depth = len(header)
        lines = []
        for level, line in enumerate(header):
            leaves = (place for place, column in enumerate(columns) if len(column.path) == level)
            cells = []
            if level == 0:
                cells = [
                    f'<th class="{name}" rowspan="{depth}" scope="col">{label}</th>'
                    for name, label in (("stt", "STT"), ("label", "Nội dung"), ("measure", "Đơn vị tính"))
                ]
            for order, cell in enumerate(line):
                is_leaf = cell.rowspan == depth - level
                own = (
                    f'id="b{self.place}c{next(leaves)}" scope="col"'
                    if is_leaf
                    else f'id="b{self.place}g{level}-{order}" scope="colgroup"'
                )
                cells.append(
                    f'<th {own} colspan="{cell.colspan}" rowspan="{cell.rowspan}">{escape(cell.label)}</th>'
                )
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return mark_safe("".join(lines))

    @property
    def body(self) -> SafeString:
        grid = self.content.grid
        lines = []
        for row, below in zip_longest(grid.rows, grid.rows[1:]):
            lines.append(self._row(row))
            section = row.section or (row.key if row.is_list else "")
            if section and (below is None or below.section != section):
                lines.append(self._foot(grid.sections[section]))
        return mark_safe("".join(lines))

    def table_row(self, key: str) -> str:
        return self._row(self.content.grid.row[key])

    def _row(self, row: Row) -> str:
        name = f"b{self.place}r{self._places[row.key]}"
        if row.section:
            return self._listed_row(row, name)
        described = f' title="{escape(row.help)}"' if row.help else ""
        leading = (
            f'<td class="stt">{escape(row.number)}</td>'
            f'<th scope="row" id="{name}" class="label l{min(row.level, 4)}"{described}>{escape(row.label)}</th>'
            f'<td class="measure" id="{name}m">{escape(row.measure)}</td>'
        )
        if row.kind == RowKind.HEADING:
            cells = f'<td class="none" colspan="{len(self.content.grid.columns)}"></td>'
        else:
            cells = self._cells(row, name)
        coded = f' data-code="{escape(row.indicator_code)}"' if row.indicator_code else ""
        return f'<tr data-row="{escape(row.key)}" data-level="{row.level}"{coded} class="{row.kind}">{leading}{cells}</tr>'

    def _cells(self, row: Row, name: str) -> str:
        """Each is called by its row, the headings over its column and, if it takes a number, its measure."""
        kinds, measure = self.content.grid.kinds, f" {name}m" if row.measure else ""
        cells = []
        for column, headings in zip(self.content.grid.columns, self._headings, strict=True):
            key = (row.key, column.key)
            cells.append(self._cell(key, f"{name} {headings}{'' if kinds[key] in WORDS else measure}"))
        return "".join(cells)

    @cached_property
    def _places(self) -> dict[str, str]:
        """Row → what ids call it: the rows of the form by number, those of lists by their own key, which stays."""
        designed = (row for row in self.content.grid.rows if not row.section)
        return {row.key: str(place) for place, row in enumerate(designed)} | {
            row.key: f"-{row.key.partition('/')[2]}" for row in self.content.grid.rows if row.section
        }

    def _listed_row(self, row: Row, name: str) -> str:
        """A row of a list: what it is called is typed too, and whoever may type has its menu."""
        key = (row.key, LABEL)
        text = escape(self.content.texts.get(key, ""))
        if row.key in self.enterable:
            version = self.content.versions.get(key, 0)
            seen = f' data-v="{version}"' if version else ""
            text = (
                f'<textarea autocomplete="off" rows="1" maxlength="{NAME_LIMIT}" placeholder=" "'
                f' aria-label="Nội dung dòng {row.number}"{seen}>{text}</textarea>'
                f'<button type="button" class="row-menu" tabindex="-1" aria-haspopup="menu" aria-label="Dòng {row.number}: '
                'thêm, chuyển, xóa">⋮</button>'
            )
        needed = " needed" if row.required else ""
        return (
            f'<tr data-row="{escape(row.key)}" data-level="{row.level}" data-section="{escape(row.section)}" class="input listed">'
            f'<td class="stt"><span>{row.number}</span></td>'
            f'<td role="rowheader" id="{name}" class="label text l{min(row.level, 4)}{needed}">{text}</td>'
            f'<td class="measure" id="{name}m">{escape(row.measure)}</td>{self._cells(row, name)}</tr>'
        )

    def _foot(self, section: Row) -> str:
        """Below a list: the buttons that make it longer."""
        if section.key not in self.enterable:
            return ""
        least = f" Cần ít nhất {section.least} dòng." if section.least else ""
        return (
            f'<tr class="list-foot" data-section="{escape(section.key)}"><td colspan="{3 + len(self.content.grid.columns)}">'
            '<div class="list-foot__acts">'
            '<button type="button" class="button button-small button-secondary" data-list="add">'
            f"+ {escape(section.add_label or 'Thêm dòng')}</button>"
            '<button type="button" class="button button-small button-secondary" data-list="take">Lấy danh sách kỳ trước</button>'
            f'<span class="quiet">Dán khối từ bảng tính vào nút “{escape(section.add_label or "Thêm dòng")}” hoặc vào ô '
            f"đầu dòng thì thêm đủ dòng.{least}</span></div></td></tr>"
        )

    @property
    def has_lists(self) -> bool:
        return bool(self.content.grid.sections) and self.is_editable

    @property
    def choices(self) -> SafeString:
        """What cells of choices offer as one types."""
        lists = (
            f'<datalist id="{self._offer(column.key)}">'
            + "".join(f'<option value="{escape(choice)}"></option>' for choice in column.choices)
            + "</datalist>"
            for column in self.content.grid.columns
            if column.choices
        )
        return mark_safe("".join(lists))

    def _offer(self, column: str) -> str:
        return f"b{self.place}l{list(self.content.grid.column).index(column)}"

    @cached_property
    def _needed(self) -> frozenset[CellKey]:
        return frozenset(self.content.grid.required_cells)

    def _cell(self, key: CellKey, labels: str) -> str:
        grid, content = self.content.grid, self.content
        kind = grid.kinds[key]
        text = escape(shown(grid, key, content.value(key), content.texts.get(key, "")))
        beside = self.besides.get(key, "")
        told_beside = f' aria-description="{_BESIDE[beside]}"' if beside else ""
        if kind in TYPED and key[0] in self.enterable:
            version = content.versions.get(key, 0)
            seen = f' data-v="{version}"' if version else ""
            looks = [
                *([str(kind)] if kind in WORDS else []),
                *(["needed"] if key in self._needed else []),
                *([beside] if beside else []),
            ]
            asked = ' aria-required="true"' if key in self._needed else ""
            if kind == CellKind.TEXT:
                return (
                    f'<td class="{" ".join(looks)}"><textarea placeholder=" " autocomplete="off" rows="1" maxlength="2000" '
                    f'aria-labelledby="{labels}"{asked}{seen}{told_beside}>{text}</textarea></td>'
                )
            named = f' class="{" ".join(looks)}"' if looks else ""
            offer = f' list="{self._offer(key[1])}"' if kind == CellKind.CHOICE else ""
            return (
                f'<td{named}><input autocomplete="off" value="{text}" placeholder=" " '
                f'aria-labelledby="{labels}"{asked}{offer}{seen}{told_beside}></td>'
            )
        source = self.sources.get(key, "")
        told = f' title="{escape(source)}"' if source else ""
        mark = self.marks.get(key)
        locked = ""
        if self.is_live:
            said = ". ".join(filter(None, [TOLD.get(kind), _BESIDE.get(beside)]))
            locked = f' aria-readonly="true" aria-description="{said}"'
        shown_mark = _marked(mark) if mark else ""
        return f'<td class="{kind} fixed {beside}" tabindex="-1"{locked}{told}>{text}{shown_mark}</td>'


def _marked(mark: Badge) -> str:
    said = f'class="mark {escape(mark.tone)}" title="{escape(mark.title)}"'
    if mark.url:
        return f' <a {said} href="{escape(mark.url)}">{escape(mark.text)}</a>'
    return f" <span {said}>{escape(mark.text)}</span>"


def live_views(
    user: User, submission: Submission, contents: Sequence[SheetContent], *, editable: bool
) -> list[SheetView]:
    """The sheets as they stand now, with what this person may type into."""
    marks: dict[tuple[int, str, str], Badge] = {}
    for provider in badges:
        marks |= provider(submission, contents)
    sources = sources_of(contents)
    besides = _besides(submission)
    return [
        SheetView(
            content,
            place,
            enterable=enterable_rows(user, submission, content.code, list(content.grid.row))
            if editable
            else frozenset(),
            marks={
                (row, column): mark
                for (sheet, row, column), mark in marks.items()
                if sheet == content.sheet_id
            },
            sources={key: sources[figure] for key, figure in content.figures.items() if figure in sources},
            besides=besides.get(content.sheet_id, {}),
        )
        for place, content in enumerate(contents)
    ]


def frozen_views(snapshot: Snapshot) -> list[SheetView]:
    """The sheets as they were sent: nothing to type into, no sources."""
    return [SheetView(content, place) for place, content in enumerate(frozen_sheets(snapshot))]


def _besides(submission: Submission) -> dict[int | None, dict[CellKey, str]]:
    """Sheet → cell → what lies beside it. Two queries."""
    found: dict[int | None, dict[CellKey, str]] = defaultdict(dict)
    proven = submission.attachments.filter(sheet__isnull=False, removed_at=None)
    talked = CellComment.objects.filter(sheet__submission=submission, closed_at=None)
    for name, places in (("proven", proven), ("talked", talked)):
        for sheet_id, row, column in places.values_list("sheet_id", "row", "column"):
            found[sheet_id][row, column] = name
    return found


def sources_of(contents: Sequence[SheetContent]) -> dict[int, str]:
    """Figure id → where the prefilled figure comes from. One query, none where nothing is prefilled."""
    wanted = {figure for content in contents for figure in content.figures.values()}
    if not wanted:
        return {}
    figures = Figure.objects.accepted().filter(pk__in=wanted).select_related("known_from__source")
    return {
        figure.pk: f"{figure.get_value_type_display()}: {figure.known_from.source.citation}; bản #{figure.known_from_id}"
        for figure in figures
    }
