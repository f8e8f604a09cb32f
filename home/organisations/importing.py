"""Organisations from a CSV file: compared with what is known, and taken over whole or not at all.

A column that is absent leaves things as they are; an empty cell clears what it is about. A changed superior or code
holds from the day ``on`` of the import; what held before ends the day before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction

from home.audit.services import record

from . import services
from .import_file import (
    CHOICES,
    CODES,
    FIELDS,
    SUPERIORS,
    FileRow,
    Problem,
    UnreadableFile,
    Value,
    field_of,
    read,
)
from .models import Affiliation, Organisation, OrganisationCode, on_day

if TYPE_CHECKING:
    from home.accounts.models import User

_COLUMN_OF = {kind.value: column for column, kind in (SUPERIORS | CODES).items()}
_LABELS = {
    **{column: str(field_of(column).verbose_name) for column in FIELDS},
    **{column: str(kind.label) for column, kind in (SUPERIORS | CODES).items()},
}
#: What is known of an organisation that is not known yet.
_NOTHING: dict[str, Value] = {
    **{column: getattr(Organisation(), name) for column, name in FIELDS.items()},
    **dict.fromkeys(SUPERIORS, ()),
    **dict.fromkeys(CODES, ""),
}


@dataclass(frozen=True)
class Change:
    """One value that differs, as people read it; "–" where there is none."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ImportRow:
    """One organisation of the file. Neither new nor with changes: it stays as it is."""

    line: int
    code: str
    name: str
    is_new: bool
    changes: tuple[Change, ...]


@dataclass
class ImportReport:
    """What a file does, or would do. Where there are errors, it has done nothing."""

    rows: list[ImportRow] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> list[ImportRow]:
        return [row for row in self.rows if row.is_new]

    @property
    def changed(self) -> list[ImportRow]:
        return [row for row in self.rows if not row.is_new and row.changes]

    @property
    def unchanged(self) -> list[ImportRow]:
        return [row for row in self.rows if not row.is_new and not row.changes]

    @property
    def digest(self) -> str:
        """The same for two reports that say the same."""
        return hashlib.sha256(repr((self.rows, self.errors)).encode()).hexdigest()

    def __str__(self) -> str:
        if self.errors:
            return f"Tệp có {len(self.errors)} lỗi. Chưa đơn vị nào được nhập."
        return f"{len(self.new)} mới, {len(self.changed)} thay đổi, {len(self.unchanged)} giữ nguyên."


class PreviewIsStale(Exception):
    """What the file would do is no longer what was shown; ``report`` says what it would do now."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("Dữ liệu đã thay đổi sau khi xem trước. Hãy xem lại rồi xác nhận.")
        self.report = report


def import_organisations(
    source: bytes | Iterable[Mapping[str, str]],
    *,
    on: date,
    dry_run: bool,
    by: User | None,
    expected: str | None = None,
) -> ImportReport:
    """Take over a CSV file (UTF-8 with or without BOM; comma, semicolon or tab), or rows already split into cells.

    A dry run does everything and takes it back, so it finds what the real run would find. ``expected`` is the digest
    of the report that a person agreed to.

    Raises:
        PreviewIsStale: the report is another one than ``expected``; nothing was done.
    """
    try:
        rows, errors, warnings = read(source)
    except UnreadableFile as file:
        return ImportReport(errors=list(file.problems))
    report = ImportReport(errors=errors, warnings=warnings)
    try:
        with transaction.atomic(), services.reorganising():
            _take_over(rows, report, on, by)
            if report.errors:
                raise _TakenBack
            if expected not in (None, report.digest):
                raise PreviewIsStale(report)
            new, changed = len(report.new), len(report.changed)
            record("organisation.import", None, by=by, on=on.isoformat(), new=new, changed=changed)
            if dry_run:
                services.rebuild_paths()
                raise _TakenBack
    except _TakenBack:
        pass
    except services.AffiliationCycle as cycle:
        chained = {organisation.code for organisation in cycle.chain}
        line = next((row.line for row in report.rows if row.code in chained), 0)
        report.errors.append(Problem(line, "", str(cycle), "Hãy sửa cấp trên ở một trong các đơn vị đó."))
    return report


class _TakenBack(Exception):
    """A dry run, or errors: the transaction is undone."""


def _take_over(rows: list[FileRow], report: ImportReport, on: date, by: User | None) -> None:
    known = _known(on)
    _check(rows, report, known)
    names = {code: str(values["ten"]) for code, values in known.items()}
    names |= {row.code: str(row.values.get("ten", "")) for row in rows}
    changed_values: dict[str, dict[str, Value]] = {}
    for row in rows:
        old = known.get(row.code, _NOTHING)
        changed = {column: value for column, value in row.values.items() if value != old[column]}
        changed_values[row.code] = changed
        changes = tuple(
            Change(_LABELS[column], _shown(column, old[column], names), _shown(column, value, names))
            for column, value in changed.items()
        )
        report.rows.append(ImportRow(row.line, row.code, names[row.code], row.code not in known, changes))
    if report.errors:
        return
    try:
        _enter([row for row in rows if row.code not in known], by)
    except services.OrganisationError as fault:
        report.errors.append(Problem(0, "", str(fault)))
        return
    for row in rows:
        if row.code in known and changed_values[row.code]:
            try:
                _change(row.code, changed_values[row.code], known[row.code], on, by)
            except services.OrganisationError as fault:
                report.errors.append(Problem(row.line, "", str(fault)))


def _check(rows: list[FileRow], report: ImportReport, known: Mapping[str, dict[str, Value]]) -> None:
    spellings = {code.casefold(): code for code in known}
    there = {*known, *(row.code for row in rows)}
    carriers = {(column, values[column]): code for code, values in known.items() for column in CODES}
    for row in rows:
        faults: list[tuple[str, str, str]] = []
        spelling = spellings.get(row.code.casefold(), row.code)
        if spelling != row.code:
            faults.append(("ma", f"Mã đã có được viết là {spelling}.", "Hãy viết đúng chữ hoa, chữ thường."))
        begins, ends = ((known.get(row.code, _NOTHING) | row.values)[day] for day in ("tu_ngay", "den_ngay"))
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            text = f"Ngày kết thúc ({ends:%d/%m/%Y}) đứng trước ngày bắt đầu ({begins:%d/%m/%Y})."
            faults.append(("den_ngay", text, "Hãy sửa một trong hai ngày."))
        for column in SUPERIORS:
            for code in cast(tuple[str, ...], row.values.get(column, ())):
                if code == row.code:
                    faults.append(
                        (column, "Đơn vị không thể là cấp trên của chính mình.", "Hãy ghi mã của cấp trên.")
                    )
                elif code not in there:
                    near = spellings.get(code.casefold())
                    remedy = f"Có phải {near}?" if near else "Hãy sửa mã, hoặc thêm đơn vị đó vào tệp."
                    faults.append((column, f"Không có đơn vị nào mang mã {code}.", remedy))
        for column in CODES:
            if value := row.values.get(column):
                carrier = carriers.setdefault((column, value), row.code)
                if carrier != row.code:
                    faults.append(
                        (column, f"{value} đang là mã của đơn vị {carrier}.", "Hãy kiểm tra lại mã.")
                    )
        report.errors += [Problem(row.line, *fault) for fault in faults]
    report.errors.sort(key=lambda problem: problem.line)


def _enter(rows: list[FileRow], by: User | None) -> None:
    services.create_organisations(
        [
            services.NewOrganisation(
                Organisation(code=row.code, **_fields(row.values)),
                superiors=[
                    (SUPERIORS[column], code)
                    for column in SUPERIORS
                    for code in cast(tuple[str, ...], row.values.get(column, ()))
                ],
                codes=[(CODES[column], str(row.values[column])) for column in CODES if column in row.values],
            )
            for row in rows
        ],
        by=by,
    )


def _change(
    code: str, changed: dict[str, Value], old: Mapping[str, Value], on: date, by: User | None
) -> None:
    organisation = services.change_organisation(
        Organisation.objects.get(code=code), by=by, **_fields(changed)
    )
    for column in SUPERIORS:
        if column not in changed:
            continue
        before, after = (set(cast(tuple[str, ...], values[column])) for values in (old, changed))
        standing = organisation.affiliations_up.filter(
            on_day(_day_of(organisation, on)), kind=SUPERIORS[column]
        )
        for affiliation in standing.filter(parent__code__in=before - after):
            services.end_affiliation(affiliation, on=on, by=by)
        for parent in Organisation.objects.filter(code__in=after - before):
            services.affiliate(organisation, parent, kind=SUPERIORS[column], valid_from=on, by=by)
    for column in CODES:
        if column in changed:
            services.give_code(organisation, CODES[column], str(changed[column]), valid_from=on, by=by)


def _fields(values: Mapping[str, Value]) -> dict[str, Any]:
    return {FIELDS[column]: value for column, value in values.items() if column in FIELDS}


def _known(on: date) -> dict[str, dict[str, Value]]:
    """What is stored, in the terms of the file, as of ``on`` (or the last day of what has ended)."""
    organisations = {row.pk: row for row in Organisation.objects.all()}
    known = {
        row.code: _NOTHING | {column: getattr(row, name) for column, name in FIELDS.items()}
        for row in organisations.values()
    }
    for relation in Affiliation.objects.filter(kind__in=SUPERIORS.values()):
        child, parent = organisations[relation.child_id], organisations[relation.parent_id]
        if _holds(relation, _day_of(child, on)):
            superiors = cast(tuple[str, ...], known[child.code][_COLUMN_OF[relation.kind]])
            known[child.code][_COLUMN_OF[relation.kind]] = tuple(sorted({*superiors, parent.code}))
    for carried in OrganisationCode.objects.filter(scheme__in=CODES.values()):
        organisation = organisations[carried.organisation_id]
        if _holds(carried, _day_of(organisation, on)):
            known[organisation.code][_COLUMN_OF[carried.scheme]] = carried.value
    return known


def _day_of(organisation: Organisation, on: date) -> date:
    return min(on, organisation.valid_to or on)


def _holds(row: Affiliation | OrganisationCode, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)


def _shown(column: str, value: Value, names: Mapping[str, str]) -> str:
    if column in CHOICES and value:
        return str(CHOICES[column](cast(str, value)).label)
    if isinstance(value, tuple):
        return ", ".join(f"{names.get(code, '')} ({code})" for code in value) or "–"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return value or "–"
