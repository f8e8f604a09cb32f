"""What a report says: its cells and texts as values, live or as they were frozen; canonical JSON and hashes."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from indicators.formulas.book import Place
from indicators.numbers import BLANK, CellValue, canonical, canonical_target, read_target
from indicators.periods import Period
from indicators.store.services import FigureEntry
from reports.regimes.grid import LABEL, CellKey, FormGrid, book_of, grid_of
from reports.regimes.models import FormVersion

from .charts import charts_of
from .lists import listed_rows
from .models import Attachment, Cell, Explanation, Sheet, Snapshot, Submission
from .stored import of_other_periods

#: Named in every snapshot, so that a later reader knows how to read it. 2: sheets may have explanations.
SCHEMA = "portal.submission/2"

#: Row, column and the check that was answered.
Explained = tuple[str, str, str]


def encode(value: CellValue, text: str = "") -> str:
    """Canonical text of a cell: "" blank, ``n:<amount>``, ``c:<code>``, ``t:<text>``, a target as ``canonical_target``."""
    if text:
        return f"t:{unicodedata.normalize('NFC', text)}"
    if value.amount is not None:
        return f"n:{canonical(value.amount)}"
    if value.target is not None:
        return canonical_target(value.target)
    return f"c:{value.code}" if value.code else ""


def decode(encoded: str) -> tuple[CellValue, str]:
    """The value and text of what ``encode`` wrote."""
    kind, _, rest = encoded.partition(":")
    match kind:
        case "n":
            return CellValue(Decimal(rest)), ""
        case "c":
            return CellValue(None, rest), ""
        case "t":
            return BLANK, rest
        case "r" | "b" | "w":
            return CellValue(target=read_target(encoded)), ""
    return BLANK, ""


def canonical_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class SheetContent:
    """One sheet as values. ``values`` holds stored and computed cells; a missing key is blank."""

    grid: FormGrid
    form_version_id: int
    sheet_id: int | None = None
    values: dict[CellKey, CellValue] = field(default_factory=dict)
    texts: dict[CellKey, str] = field(default_factory=dict)
    versions: dict[CellKey, int] = field(default_factory=dict)
    figures: dict[CellKey, int] = field(default_factory=dict)
    #: What was said to findings, of the values as they are.
    explanations: dict[Explained, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.grid.code

    def value(self, key: CellKey) -> CellValue:
        return self.values.get(key, BLANK)

    def is_blank(self, key: CellKey) -> bool:
        return self.value(key).is_blank and not self.texts.get(key)

    def compute(self) -> None:
        """Fill in the computed cells from the others of this sheet."""
        self.values |= self.grid.calculator.compute(self.values)

    def encoded(self) -> list[list[str]]:
        """Rows of ``[row, column, kind, encoded value]`` in reading order; blank cells are left out."""
        found = []
        for key, kind in self.grid.kinds.items():
            if text := encode(self.value(key), self.texts.get(key, "")):
                found.append([*key, str(kind), text])
        return found

    def said(self) -> list[list[str]]:
        """Rows of ``[row, column, check, explanation]``."""
        return sorted(
            [*place, unicodedata.normalize("NFC", text)] for place, text in self.explanations.items()
        )

    def explained(self, key: CellKey) -> str:
        """All that was said of one cell, in one sentence or several."""
        said = [text.rstrip(".") for (*place, _), text in self.explanations.items() if (*place,) == key]
        return f"{'. '.join(dict.fromkeys(said))}." if said else ""

    def entries(self, period: Period, organisation_id: int) -> list[FigureEntry]:
        """The figures of the bound input cells, blank ones included (the store posts none for them)."""
        notes = {(row, column): self.explained((row, column)) for row, column, _ in self.explanations}
        return [
            FigureEntry(
                indicator_id=binding.indicator_id,
                subject_id=binding.subject_id,
                period=binding.period,
                value_type=binding.value_type,
                plan_basis=binding.plan_basis,
                disaggregation=binding.disaggregation,
                value=self.value(key),
                place=f"{self.code}/{key[0]}/{key[1]}",
                note=_shortened(notes.get(key, "")),
            )
            for key, binding in self.grid.bindings(period, organisation_id).items()
        ]


#: As long as the store keeps a figure's note; the whole stands in the report.
_NOTE = 200


def _shortened(note: str) -> str:
    return note if len(note) <= _NOTE else f"{note[: _NOTE - 1].rstrip()}…"


def _with_cells(sheets: Collection[Sheet]) -> list[SheetContent]:
    """The sheets with what stands in their cells. One query (and two for lists), no model made of a row: there may be
    thousands.
    """
    listed = listed_rows(sheets)
    contents = {
        sheet.pk: SheetContent(
            grid_of(sheet.form_version).with_lists(listed.get(sheet.pk, ())), sheet.form_version_id, sheet.pk
        )
        for sheet in sheets
    }
    cells = Cell.objects.filter(sheet__in=sheets).values_list(
        "sheet_id", "row", "column", "amount", "code", "target", "text", "version", "figure_id"
    )
    for sheet_id, row, column, amount, code, target, text, version, figure_id in cells:
        content, key = contents[sheet_id], (row, column)
        if "/" in row and row not in content.grid.row:
            continue  # of a row that was removed
        content.versions[key] = version
        if text:
            content.texts[key] = text
        else:
            content.values[key] = CellValue(amount, code, read_target(target) if target else None)
        if figure_id:
            content.figures[key] = figure_id
    return list(contents.values())


def _explain(contents: Collection[SheetContent]) -> None:
    """Lay beside the cells, computed ones too, what was said of the numbers that stand in them. One query."""
    by_sheet = {content.sheet_id: content for content in contents}
    said = Explanation.objects.filter(sheet__in=by_sheet, superseded_at__isnull=True).order_by("at", "pk")
    for sheet_id, row, column, rule, value, text in said.values_list(
        "sheet_id", "row", "column", "rule", "value", "text"
    ):
        content = by_sheet[sheet_id]
        # Else it was said of another number.
        if value == encode(content.value((row, column)), content.texts.get((row, column), "")):
            content.explanations[row, column, rule] = text


def live_sheets(submission: Submission) -> list[SheetContent]:
    """The sheets as they stand now, computed cells included, and what was said of them. Three queries; a fourth where a
    formula reads other periods.
    """
    contents = _with_cells(list(submission.sheets.select_related("form_version")))
    _compute(submission, contents)
    _explain(contents)
    return contents


def _compute(submission: Submission, contents: list[SheetContent]) -> None:
    grids = tuple(content.grid for content in contents)
    book = book_of(grids)
    if book is None:
        for content in contents:
            content.compute()
        return
    values = {
        Place(content.code, *key): value for content in contents for key, value in content.values.items()
    }
    computed = book.compute(values | of_other_periods(submission, grids, book.elsewhere))
    by_code = {content.code: content for content in contents}
    for place, value in computed.items():
        if not place.period:
            by_code[place.form].values[place.row, place.column] = value


def live_sheet(sheet: Sheet) -> SheetContent:
    """One sheet. Where its formulas read beyond it, the others of its report are read too."""
    if grid_of(sheet.form_version).calculator.outside:
        return next(content for content in live_sheets(sheet.submission) if content.sheet_id == sheet.pk)
    content = _with_cells([sheet])[0]
    content.compute()
    _explain([content])
    return content


def frozen_sheets(snapshot: Snapshot) -> list[SheetContent]:
    """The sheets as they were handed in, computed cells as they were then."""
    data = snapshot.data["sheets"]
    versions = FormVersion.objects.in_bulk([sheet["form_version"] for sheet in data])
    return [frozen_sheet(sheet, versions[sheet["form_version"]]) for sheet in data]


def frozen_sheet(sheet: dict[str, Any], version: FormVersion) -> SheetContent:
    """One of a snapshot's sheets, as ``frozen_sheets`` gives it."""
    names = {row: decode(text)[1] for row, column, _, text in sheet["cells"] if column == LABEL}
    listed = [(row, names.get(row, "")) for row in sheet.get("lists", ())]
    content = SheetContent(grid_of(version).with_lists(listed), version.pk)
    for row, column, _, encoded in sheet["cells"]:
        value, text = decode(encoded)
        if text:
            content.texts[row, column] = text
        else:
            content.values[row, column] = value
    content.explanations = {
        (row, column, rule): text for row, column, rule, text in sheet.get("explanations", ())
    }
    return content


@dataclass(frozen=True, slots=True)
class SectionContent:
    """``body`` is cleaned HTML."""

    key: str
    heading: str
    body: str


def frozen_sections(snapshot: Snapshot) -> list[SectionContent]:
    return [SectionContent(*section) for section in snapshot.data["sections"]]


def live_sections(submission: Submission) -> list[SectionContent]:
    return [
        SectionContent(section.key, section.heading, section.body) for section in submission.sections.all()
    ]


def sheet_record(content: SheetContent, version: FormVersion) -> dict[str, Any]:
    """What a snapshot holds of one sheet; its canonical JSON is what data approval signs for."""
    return {
        "form": content.code,
        "form_version": content.form_version_id,
        "form_sha256": version.sha256,
        "cells": content.encoded(),
        # Only where there are any: what was frozen before there were lists keeps its hash.
        **({"lists": rows} if (rows := [row.key for row in content.grid.rows if row.section]) else {}),
        # Left out where nothing was said: a sheet approved before keeps its hash.
        **({"explanations": said} if (said := content.said()) else {}),
    }


def record_of(submission: Submission) -> tuple[dict[str, Any], dict[str, str]]:
    """The whole report as a snapshot keeps it, and the hash of each sheet by form code."""
    obligation = submission.obligation
    version = obligation.tier.round.regime_version
    sheets = []
    hashes = {}
    form_versions = {sheet.form_version_id: sheet.form_version for sheet in submission.sheets.all()}
    contents = live_sheets(submission)
    for content in contents:
        sheet = sheet_record(content, form_versions[content.form_version_id])
        sheets.append(sheet)
        hashes[content.code] = sha256_of(canonical_json(sheet))
    attachments = Attachment.objects.filter(submission=submission, removed_at__isnull=True).select_related(
        "file"
    )
    data = {
        "schema": SCHEMA,
        "regime": version.code,
        "regime_version": version.number,
        "period": obligation.tier.round.period,
        "tier": obligation.tier.number,
        "organisation": obligation.organisation.code,
        "recipient": obligation.recipient.code,
        "sheets": sheets,
        "sections": [
            [section.key, section.heading, unicodedata.normalize("NFC", section.body)]
            for section in live_sections(submission)
        ],
        # What stood in the store that day: a figure corrected later must not change the charts of this report.
        "charts": [chart.to_json() for chart in charts_of(submission, contents)],
        "attachments": [
            [attachment.name, attachment.file.sha256, attachment.file.size, attachment.kind]
            for attachment in attachments
        ],
    }
    return data, hashes


def differences(old: Mapping[CellKey, str], new: Mapping[CellKey, str]) -> dict[CellKey, tuple[str, str]]:
    """Cells whose encoded text differs: key → (old, new); "" is blank."""
    return {
        key: (old.get(key, ""), new.get(key, ""))
        for key in old.keys() | new.keys()
        if old.get(key, "") != new.get(key, "")
    }
