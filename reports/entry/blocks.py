"""A block of cells from a spreadsheet: how it was written, and where on the form each of its cells comes to lie. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO

from home.text import fold, repair_vietnamese
from reports.regimes.grid import LABEL, CellKey, FormGrid
from reports.regimes.models import RowKind

_EDGE = " \u00a0\u202f\r\n"
_DIGITS = re.compile("[0-9]")


class UnreadableBlock(ValueError):
    """A single cell of more than 128 KB."""


def lines_of(text: str) -> list[list[str]]:
    """Rows of cells as spreadsheets put them on the clipboard: tabs between, quotes around what holds line breaks.

    >>> lines_of('1,5\\t"hai\\ndòng"\\r\\n-\\tx\\r\\n')
    [['1,5', 'hai\\ndòng'], ['-', 'x']]

    Raises:
        UnreadableBlock
    """
    try:
        return list(csv.reader(StringIO(text.replace("\r\n", "\n"), newline=""), dialect="excel-tab"))
    except csv.Error:
        raise UnreadableBlock from None


# ---- How numbers are written

_ENGLISH_ONLY = re.compile(
    r"[-−(]?([0-9]{1,3}(,[0-9]{3})+\.[0-9]+|[0-9]+\.([0-9]{1,2}|[0-9]{4,})|0\.[0-9]+|[0-9]{4,}\.[0-9]+"
    r"|[0-9]{1,3}(,[0-9]{3}){2,})\)?%?"
)
_VIETNAMESE_ONLY = re.compile(
    rf"[-−(]?([0-9.{_EDGE}]*[0-9],([0-9]{{1,2}}|[0-9]{{4,}})|[0-9]{{1,3}}(\.[0-9]{{3}})+,[0-9]+"
    r"|0,[0-9]+|[0-9]{4,},[0-9]+|[0-9]{1,3}(\.[0-9]{3}){2,})\)?%?"
)
_EITHER_SIGN = re.compile(r"[-−(]?[0-9][0-9.,]*\)?%?")
_SWAPPED = str.maketrans(",.", ".,")


def is_written_in_english(texts: Iterable[str]) -> bool:
    """Some of the numbers can only be 1,234.5 and none can only be 1.234,5.

    >>> is_written_in_english(["1,234.5", "12", "1,234"]), is_written_in_english(["12.5", "12,5"])
    (True, False)
    """
    stripped = [text.strip(_EDGE) for text in texts]
    return any(map(_ENGLISH_ONLY.fullmatch, stripped)) and not any(map(_VIETNAMESE_ONLY.fullmatch, stripped))


def from_english(text: str) -> str:
    """The number with our signs; whatever is no number as it is.

    >>> from_english("1,234.5"), from_english("12 tấn")
    ('1.234,5', '12 tấn')
    """
    stripped = text.strip(_EDGE)
    return stripped.translate(_SWAPPED) if _EITHER_SIGN.fullmatch(stripped) else text


# ---- Where its cells come to lie


@dataclass
class Layout:
    """``placed``: every cell of the block that lies on one of the form; ``outside``: the others that are not empty,
    with their place in the block; ``notes``: names that were understood though they are written otherwise. ``by_names``:
    whether the block was laid where its own names of rows and columns stand; None: it has none."""

    placed: list[tuple[CellKey, str]] = field(default_factory=list)
    outside: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    by_names: bool | None = None


def laid_over(grid: FormGrid, corner: CellKey, lines: list[list[str]], listed: Sequence[str] = ()) -> Layout:
    """Cell by cell from the corner to the right and down.

    ``listed``: the rows of a list it is laid on; what they are called is their first column.
    """
    rows, columns = list(listed or grid.row), [column.key for column in grid.columns]
    columns = [LABEL, *columns] if listed else columns
    top, left = rows.index(corner[0]), columns.index(corner[1])
    layout = Layout()
    for down, line in enumerate(lines):
        for across, text in enumerate(line):
            row, column = top + down, left + across
            if row < len(rows) and column < len(columns):
                layout.placed.append(((rows[row], columns[column]), text))
            elif text.strip():
                layout.outside.append((f"dòng {down + 1}, cột {across + 1} của khối", text))
    return layout


#: Headings in front of the figures of every form.
_LEADING = frozenset({"", "stt", "tt", "noi dung", "chi tieu", "don vi tinh", "don vi", "dvt"})
_NUMBERS = frozenset({"stt", "tt"})
_NAMED_BY = 4
_CLOSE = 0.85
#: Comparing is slow: of the names that are none of the form, so many are compared with all of them.
_COMPARED = 20


def by_names(grid: FormGrid, corner: CellKey, lines: list[list[str]]) -> Layout | None:
    """The block with its headings or the names of its rows, laid where these names stand in the form; None where it
    has neither. A name that is nearly one of the form counts, and is noted."""
    heads = _heads(grid, lines)
    body = lines[heads:]
    names = _name_column(grid, body)
    if not heads and names is None:
        return None
    layout = Layout(by_names=True)
    rows = list(_rows(grid, corner, body, names, layout))
    columns = _columns(grid, corner, lines[:heads], body, names, rows)
    heading = lines[heads - 1] if heads else []
    for number, (line, row) in enumerate(zip(body, rows, strict=True), start=heads + 1):
        for across, text in enumerate(line):
            column = columns.get(across, "")
            if column is None or not text.strip():
                continue
            if row and column:
                layout.placed.append(((row, column), text))
                continue
            kind, name = ("cột", _at(heading, across)) if row else ("dòng", _at(line, names))
            place = (
                f"biểu không có {kind} “{_glimpse(name)}”"
                if name
                else f"dòng {number}, cột {across + 1} của khối"
            )
            layout.outside.append((place, text))
    return layout


def _at(line: list[str], place: int | None) -> str:
    return line[place] if place is not None and place < len(line) else ""


def _glimpse(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:60]}…"


def below_headings(grid: FormGrid, lines: list[list[str]]) -> list[list[str]]:
    """A block without its headings, and without its first column where that one numbers the rows."""
    heads = _heads(grid, lines)
    is_numbered = any(_named(_at(line, 0)) in _NUMBERS for line in lines[:heads])
    return [line[1:] if is_numbered else line for line in lines[heads:]]


def _named(text: str) -> str:
    return fold(repair_vietnamese(text).text)


def _heads(grid: FormGrid, lines: list[list[str]]) -> int:
    """How many lines at the top are headings of columns."""
    labels = {_named(name) for column in grid.columns for name in (column.label, *column.path)}
    count = 0
    for line in lines[: len(grid.header) + 1]:
        names = [_named(text) for text in line if text.strip()]
        own = [name for name in names if name in labels]
        if not own or len(own) + sum(name in _LEADING for name in names) < (len(names) + 1) // 2:
            break
        count += 1
    return count if count < len(lines) else 0


def _name_column(grid: FormGrid, body: list[list[str]]) -> int | None:
    """Which column of the block holds the names of rows."""
    labels = {_named(row.label) for row in grid.rows}
    for across in range(_NAMED_BY):
        texts = [line[across] for line in body if across < len(line) and line[across].strip()]
        named = [_named(text) for text in texts if len(text.strip()) > 1 and not text.strip()[0].isdigit()]
        hits = sum(name in labels for name in named)
        if hits and hits >= max(1, len(texts) // 2) and any(len(line) > across + 1 for line in body):
            return across
    return None


def _rows(
    grid: FormGrid, corner: CellKey, body: list[list[str]], names: int | None, layout: Layout
) -> Iterator[str]:
    """The row of the form of every line; "" where it has none. Names that occur twice are taken in their order."""
    keys = list(grid.row)
    if names is None:
        top = keys.index(corner[0])
        for down in range(len(body)):
            yield keys[top + down] if top + down < len(keys) else ""
        return
    places: dict[str, list[int]] = {}
    for place, row in enumerate(grid.rows):
        places.setdefault(_named(row.label), []).append(place)
    wanted = [_named(_at(line, names)) for line in body]
    free = sorted(places.keys() - set(wanted))
    strange = list(dict.fromkeys(name for name in wanted if name and name not in places))[:_COMPARED]
    last = -1
    for line, name in zip(body, wanted, strict=True):
        if name in strange and (close := _nearest(name, free)):
            free.remove(close)
            meant = grid.rows[places[close][0]].label
            layout.notes.append(f"Dòng “{_glimpse(line[names])}” hiểu là “{meant}”.")
            name = close
        open_places = places.get(name, [])
        if not open_places:
            yield ""
            continue
        last = next((place for place in open_places if place > last), open_places[0])
        open_places.remove(last)
        yield grid.rows[last].key


def _nearest(name: str, names: list[str]) -> str:
    """The one name nearly like this; numbers and letters that stand alone must be the same ("khu vực I", "II")."""
    close = get_close_matches(name, names, n=2, cutoff=_CLOSE)
    return close[0] if len(close) == 1 and _marks(close[0]) == _marks(name) else ""


def _marks(name: str) -> list[str]:
    return [word for word in name.split() if _DIGITS.search(word) or re.fullmatch("[ivx]+|[a-z]", word)]


def _columns(
    grid: FormGrid,
    corner: CellKey,
    heads: list[list[str]],
    body: list[list[str]],
    names: int | None,
    rows: list[str],
) -> dict[int, str | None]:
    """The column of the form for every column of the block; None: in front of the figures, left out: beside the form."""
    width = max(map(len, [*heads, *body]), default=0)
    first = 0 if names is None else names + 1
    columns: dict[int, str | None] = dict.fromkeys(range(first), None)
    if first < width and names is not None and _is_measures(grid, first, body, rows):
        columns[first] = None
        first += 1
    keys = [column.key for column in grid.columns]
    if heads:
        lowest = [
            next((line[at] for line in reversed(heads) if at < len(line) and line[at].strip()), "")
            for at in range(width)
        ]
        places: dict[str, list[str]] = {}
        for column in grid.columns:
            places.setdefault(_named(column.label), []).append(column.key)
        labels = [_named(text) for text in lowest]
        found = {}
        for at in range(first, width):
            same = places.get(labels[at], [])
            if labels[at] in _LEADING and not same:
                columns[at] = None
            elif len(same) == labels[first:].count(labels[at]):
                found[at] = same[labels[first:at].count(labels[at])]
        if found:
            return columns | found
    left = keys.index(corner[1])
    return columns | dict(zip(range(first, width), keys[left:], strict=False))


def _is_measures(grid: FormGrid, at: int, body: list[list[str]], rows: list[str]) -> bool:
    pairs = [
        (fold(line[at]), fold(grid.row[row].measure))
        for line, row in zip(body, rows, strict=True)
        if row and at < len(line) and line[at].strip() and grid.row[row].kind != RowKind.HEADING
    ]
    return bool(pairs) and sum(said == measure for said, measure in pairs) * 2 >= len(pairs)
