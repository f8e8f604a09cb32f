"""A block read against a sheet: what each cell says, what is left to decide, and what would be saved."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from home.text import Repair, repair_vietnamese
from indicators.numbers import BLANK, CellValue, NumberFormatError, format_number
from reports.regimes.grid import TYPED, CellKey, CellKind, FormGrid
from reports.submissions.cells import CellEntry, words_fault
from reports.submissions.content import encode
from reports.submissions.models import Cell, Sheet

from .blocks import Layout, from_english, is_written_in_english
from .reading import meant, read_cell, shown
from .scale import beside, references, suspect

#: Of what was left out, so many are named one by one; all are counted.
_NAMED = 100

_WHY = {
    CellKind.COMPUTED: "ô tính",
    CellKind.TOTAL: "ô tính",
    CellKind.PREFILLED: "ô điền sẵn",
    CellKind.CONSOLIDATED: "ô tổng hợp",
    CellKind.NONE: "dòng tiêu đề",
}
_BETWEEN = "\x1e"


class State(StrEnum):
    OK = "ok"
    UNREAD = "unread"
    SCALE = "scale"
    THEIRS = "theirs"


@dataclass(slots=True)
class Pasted:
    """One cell of the block on one cell of the form: what was read, or why it could not be."""

    key: CellKey
    typed: str
    value: CellValue = BLANK
    text: str = ""
    state: State = State.OK
    message: str = ""
    suggestions: list[str] = field(default_factory=list)
    theirs: Cell | CellEntry | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person has decided about a block; None: nothing yet. ``cells`` holds other texts for single cells, None
    where one is left out."""

    english: bool | None = None
    names: bool | None = None
    repair: bool | None = None
    cells: dict[CellKey, str | None] = field(default_factory=dict)
    confirmed: bool = False

    @classmethod
    def of(cls, data: Any) -> Choices:
        """As the script sends them.

        Raises:
            TypeError, ValueError
        """
        flags = {name: data.get(name) for name in ("english", "names", "repair", "confirmed")}
        cells = {(str(row), str(column)): text for row, column, text in data.get("cells", [])}
        if any(not isinstance(flag, bool | None) for flag in flags.values()):
            raise TypeError(flags)
        if any(not isinstance(text, str | None) for text in cells.values()):
            raise TypeError(cells)
        return cls(flags["english"], flags["names"], flags["repair"], cells, bool(flags["confirmed"]))


class Block:
    """A block laid over one sheet and read with these choices: the same reading for showing it and for saving it.

    Empty cells of a block change nothing, unless they are ``named``: cells that the screen fills or empties one by one.
    """

    def __init__(
        self,
        sheet: Sheet,
        grid: FormGrid,
        layout: Layout,
        choices: Choices,
        *,
        mine: Collection[str],
        seen: dict[CellKey, int],
        named: bool = False,
    ) -> None:
        self.sheet, self.grid = sheet, grid
        self.layout, self.choices, self.seen = layout, choices, seen
        self.skipped: list[tuple[CellKey, str, str]] = []
        self.cells: list[Pasted] = []
        for key, text in layout.placed:
            if not (named or text.strip()) or (key in choices.cells and choices.cells[key] is None):
                continue
            kind = self.grid.kinds[key]
            if kind not in TYPED or key[0] not in mine:
                self.skipped.append((key, text.strip(), _WHY.get(kind, "dòng của người khác")))
                continue
            self.cells.append(Pasted(key, text))
        self.is_english = self._is_english()
        self.repair = self._repair()
        for cell in self.cells:
            self._read(cell)
        self._compare()

    def _of(self, kind: CellKind) -> list[Pasted]:
        return [cell for cell in self.cells if self.grid.kinds[cell.key] == kind]

    def _is_english(self) -> bool:
        return is_written_in_english(
            cell.typed for cell in self._of(CellKind.INPUT) if cell.key not in self.choices.cells
        )

    def _repair(self) -> Repair | None:
        """All texts of the block are judged together: one short cell alone may be read in two ways."""
        texts = [cell.typed.replace(_BETWEEN, " ") for cell in self._of(CellKind.TEXT)]
        repair = repair_vietnamese(_BETWEEN.join(texts))
        if repair.encoding not in {"TCVN3", "VNI"} or self.choices.repair is False:
            return None
        if self.choices.repair:
            for cell, text in zip(self._of(CellKind.TEXT), repair.text.split(_BETWEEN), strict=True):
                cell.typed = text
        return repair

    def _read(self, cell: Pasted) -> None:
        decided = self.choices.cells.get(cell.key)
        typed = cell.typed if decided is None else decided
        if decided is None and self.choices.english and self.grid.kinds[cell.key] == CellKind.INPUT:
            typed = from_english(typed)
        try:
            cell.value, cell.text = read_cell(self.grid, cell.key, typed, pasted=True, as_is=True)
        except NumberFormatError as error:
            cell.state = State.UNREAD
            cell.message = str(error)
            cell.suggestions = meant(error)
            return
        if fault := words_fault(self.grid, cell.key, cell.text):
            cell.state, cell.message = State.UNREAD, fault[0].upper() + fault[1:]

    def _compare(self) -> None:
        """With what stands in the cells, before and beside."""
        read = [cell for cell in self.cells if cell.state == State.OK]
        standing = {
            (cell.row, cell.column): cell
            for cell in self.sheet.cells.filter(row__in={cell.key[0] for cell in read}).select_related(
                "updated_by"
            )
        }
        for cell in read:
            current = standing.get(cell.key)
            if self.seen.get(cell.key, 0) == (current.version if current else 0):
                continue
            if encode(cell.value, cell.text) != (encode(current.value, current.text) if current else ""):
                cell.state = State.THEIRS
                cell.theirs = current or CellEntry(self.sheet.pk, *cell.key)
        numbers = {
            cell.key: (cell.typed.strip(), cell.value.amount)
            for cell in read
            if cell.value.amount is not None and cell.key not in self.choices.cells
        }
        values = {key: cell.value for key, cell in standing.items()}
        known = references(self.sheet, self.grid, values, numbers.keys())
        around = beside(numbers) if not self.choices.english else {}
        for cell in read:
            if cell.state != State.OK or cell.key not in numbers:
                continue
            beside_it = [around[cell.key]] if cell.key in around else []
            found = suspect(numbers[cell.key][1], [*known.get(cell.key, []), *beside_it])
            if found:
                other, why = found
                cell.state = State.SCALE
                cell.message = f"Có thể lệch 1.000 lần: {why}."
                cell.suggestions = [format_number(other)]

    @property
    def has_question(self) -> bool:
        """One answer decides how many of its cells are read, and it has not been given."""
        return (self.is_english and self.choices.english is None) or (
            self.repair is not None and self.choices.repair is None
        )

    @property
    def is_clear(self) -> bool:
        """Nothing of it is left to the person."""
        is_plain = self.layout.by_names is None and not self.layout.outside
        return is_plain and not self.has_question and all(cell.state == State.OK for cell in self.cells)

    @property
    def is_ready(self) -> bool:
        """Confirmed, and what cannot be saved has been left out."""
        is_savable = all(cell.state in {State.OK, State.SCALE} for cell in self.cells)
        return self.choices.confirmed and is_savable and not self.has_question

    def entries(self) -> list[CellEntry]:
        """What is to be saved: all that was read and that nobody else has changed."""
        return [
            CellEntry(
                self.sheet.pk, *cell.key, value=cell.value, text=cell.text, seen=self.seen.get(cell.key, 0)
            )
            for cell in self.cells
            if cell.state in {State.OK, State.SCALE}
        ]

    def told(self) -> dict[str, Any]:
        """The reading, for the strip above the grid."""
        states = Counter(cell.state for cell in self.cells)
        readable = [cell for cell in self.cells if cell.state != State.UNREAD]
        numbers = sum(self.grid.kinds[cell.key] == CellKind.INPUT for cell in readable)
        why = Counter(reason for _, _, reason in self.skipped)
        return {
            "numbers": numbers,
            "texts": len(readable) - numbers,
            **{state.value: states[state] for state in (State.UNREAD, State.SCALE, State.THEIRS)},
            "skipped": len(self.skipped),
            "skipped_why": [f"{count} {reason}" for reason, count in why.most_common()],
            "outside": len(self.layout.outside),
            "outside_cells": [[place, text] for place, text in self.layout.outside[:_NAMED]],
            "english": self.is_english,
            "names": self.layout.by_names,
            "notes": self.layout.notes,
            "composed": sum(
                not unicodedata.is_normalized("NFC", cell.typed) for cell in self._of(CellKind.TEXT)
            ),
            "repair": self._told_repair(),
            "cells": [[*cell.key, self.shown(cell)] for cell in self.cells if cell.state == State.OK],
        }

    def shown(self, cell: Pasted) -> str:
        if cell.state == State.UNREAD:
            return cell.typed.strip()
        return shown(self.grid, cell.key, cell.value, cell.text)

    def _told_repair(self) -> dict[str, str] | None:
        if self.repair is None or self.choices.repair is not None:
            return None
        texts = self._of(CellKind.TEXT)
        after = self.repair.text.split(_BETWEEN)
        place = next(n for n, cell in enumerate(texts) if cell.typed != after[n])
        return {
            "encoding": str(self.repair.encoding),
            "before": texts[place].typed.strip()[:80],
            "after": after[place].strip()[:80],
        }
