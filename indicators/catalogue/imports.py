"""Bringing a table into the catalogue: look at what it would change, then let it, all or nothing.

The file waits in private storage under a name that only a signed token knows; the token is good for an hour, for
the person who was shown the preview, for that file and for that outcome.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

import tablib
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone
from import_export.results import RowResult

from home.accounts.models import User
from home.audit.services import record
from home.text import Encoding

from .resources import CatalogueResource
from .spreadsheets import Table, TableError, read_table

FOLDER = "nhap-danh-muc"
TOKEN_SECONDS = 3600
_SALT = "indicators.catalogue.imports"


class ImportRefused(Exception):
    """The confirmation is not of the preview it claims to be; ``str()`` is Vietnamese."""


class State(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True)
class RowOutcome:
    """What becomes of one line of the file. ``changes`` are (column, before, after), ``errors`` (column, what)."""

    line: int
    code: str
    state: State
    changes: tuple[tuple[str, str, str], ...] = ()
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What becomes of a file. ``problems`` concern the file as a whole."""

    rows: tuple[RowOutcome, ...] = ()
    problems: tuple[str, ...] = ()
    repaired: Encoding | None = None

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.state for row in self.rows)
        return {state.value: counted[state] for state in State}

    @property
    def may_be_confirmed(self) -> bool:
        counts = self.counts
        return not self.problems and not counts["error"] and bool(counts["new"] + counts["changed"])

    @property
    def digest(self) -> str:
        told = [(row.line, row.code, row.state.value, row.changes) for row in self.rows]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def preview(
    resource_class: type[CatalogueResource], name: str, content: bytes, *, by: User
) -> tuple[Outcome, str]:
    """Tell what the file would change, and give the token that confirms it ("" where it cannot be confirmed).

    Raises:
        TableError: the file is no table we can read.
    """
    outcome = _run(resource_class(by=by), read_table(name, content), dry_run=True)
    if not outcome.may_be_confirmed:
        return outcome, ""
    storage = storages["private"]
    _sweep(storage)
    stored = storage.save(f"{FOLDER}/{uuid4()}", ContentFile(content))
    token = signing.dumps(
        {
            "stored": stored,
            "name": name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "digest": outcome.digest,
            "resource": resource_class.__name__,
            "user": by.pk,
        },
        salt=_SALT,
    )
    return outcome, token


def confirm(resource_class: type[CatalogueResource], token: str, *, by: User) -> Outcome:
    """Do what the preview told; nothing, if the outcome would now be another. The file is then forgotten.

    Raises:
        ImportRefused: forged, expired, another person's, or another list's token; the file or the catalogue has
            changed since.
    """
    try:
        claim = signing.loads(token, salt=_SALT, max_age=TOKEN_SECONDS)
    except signing.SignatureExpired:
        raise ImportRefused("Bản xem trước đã quá một giờ. Tải tệp lên lại để xem trước.") from None
    except signing.BadSignature:
        raise ImportRefused("Yêu cầu nhập không hợp lệ. Tải tệp lên lại để xem trước.") from None
    if claim["user"] != by.pk or claim["resource"] != resource_class.__name__:
        raise ImportRefused("Bản xem trước này là của người khác hoặc của danh mục khác. Tải tệp lên lại.")
    storage = storages["private"]
    if not storage.exists(claim["stored"]):
        raise ImportRefused(
            "Tệp này đã được nhập, hoặc đã bị xóa sau một ngày. Tải tệp lên lại để xem trước."
        )
    with storage.open(claim["stored"]) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != claim["sha256"]:
        raise ImportRefused("Tệp đã bị thay đổi sau khi xem trước. Tải tệp lên lại.")
    with transaction.atomic():
        outcome = _run(resource_class(by=by), read_table(claim["name"], content), dry_run=False)
        if outcome.digest != claim["digest"]:
            transaction.set_rollback(True)
            raise ImportRefused(
                "Danh mục đã thay đổi sau khi xem trước nên chưa nhập gì. Tải tệp lên lại để xem kết quả mới."
            )
        record(
            "catalogue.import",
            None,
            by=by,
            resource=resource_class.Meta.model._meta.label,
            file=claim["name"],
            sha256=claim["sha256"],
            counts=outcome.counts,
        )
    storage.delete(claim["stored"])
    return outcome


def _run(resource: CatalogueResource, table: Table, *, dry_run: bool) -> Outcome:
    columns = resource.columns
    key = resource.fields["code"].column_name
    problems = [
        f"Cột “{heading}” không có trong danh mục. Các cột nhập được: {', '.join(columns)}."
        for heading in table.headings
        if heading not in columns
    ]
    if key not in table.headings:
        problems.append(f"Thiếu cột “{key}”. Tải danh mục hiện có để lấy đúng tên các cột.")
    if not problems and not table.rows:
        problems.append("Tệp chỉ có tên cột. Mỗi dòng sau dòng đầu là một mục.")
    if problems:
        return Outcome(problems=tuple(problems), repaired=table.repaired)
    result = resource.import_data(
        tablib.Dataset(*table.rows, headers=table.headings),
        dry_run=dry_run,
        use_transactions=True,
        rollback_on_validation_errors=True,
    )
    if result.base_errors:
        return Outcome(problems=tuple(str(error.error) for error in result.base_errors))
    codes = [row[table.headings.index(key)] for row in table.rows]
    return Outcome(
        rows=tuple(
            _row_outcome(resource, row, line, code)
            for row, line, code in zip(result.rows, table.lines, codes, strict=True)
        ),
        repaired=table.repaired,
    )


def _row_outcome(resource: CatalogueResource, row: RowResult, line: int, code: str) -> RowOutcome:
    if row.validation_error or row.errors:
        return RowOutcome(line, code, State.ERROR, errors=tuple(_errors(resource, row)))
    before: list[str] = row.before or [""] * len(resource.columns)  # type: ignore[attr-defined]
    after: list[str] = row.after  # type: ignore[attr-defined]
    changes = tuple(
        (column, old, new)
        for column, old, new in zip(resource.columns, before, after, strict=True)
        if old != new
    )
    state = State.NEW if row.is_new() else State.CHANGED if changes else State.UNCHANGED
    return RowOutcome(line, code, state, changes)


def _errors(resource: CatalogueResource, row: RowResult) -> list[tuple[str, str]]:
    if row.errors:
        return [("", "không ghi được dòng này. Kiểm tra các ô có bị trùng, sai loại hoặc quá dài.")]
    error: ValidationError = row.validation_error
    told: dict[str, Any] = (
        error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    )
    return [
        (resource.column_of(attribute), message)
        for attribute, messages in told.items()
        for message in messages
    ]


def _sweep(storage: Storage) -> None:
    """Forget files whose preview nobody confirmed within a day."""
    try:
        names = storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return
    oldest: datetime = timezone.now() - timedelta(days=1)
    for name in names:
        if storage.get_modified_time(f"{FOLDER}/{name}") < oldest:
            storage.delete(f"{FOLDER}/{name}")


__all__ = ["ImportRefused", "Outcome", "RowOutcome", "State", "TableError", "confirm", "preview"]
