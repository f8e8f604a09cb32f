"""Writing the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from .middleware import current_address
from .models import AuditEntry

if TYPE_CHECKING:
    from home.accounts.models import User


def record(
    verb: str,
    obj: models.Model | None,
    *,
    by: User | None,
    on_behalf_of: User | None = None,
    organisation: str = "",
    at: datetime | None = None,
    **data: Any,
) -> AuditEntry:
    """Write one entry in the caller's transaction.

    ``verb`` is dotted text such as ``submission.submit``; ``data`` must be JSON; ``at`` is an aware moment
    (now by default); ``by`` None means the portal itself.
    """
    written = entry(verb, obj, by, data, on_behalf_of=on_behalf_of, organisation=organisation, at=at)
    written.save()
    return written


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Write many entries at once; ``entry`` makes them."""
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def entry(
    verb: str,
    obj: models.Model | None,
    by: User | None,
    data: dict[str, Any],
    *,
    on_behalf_of: User | None = None,
    organisation: str = "",
    at: datetime | None = None,
) -> AuditEntry:
    """An entry that is not written yet; the arguments are those of ``record``."""
    return AuditEntry(
        verb=verb,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        label=str(obj)[:300] if obj is not None else "",
        person=by,
        on_behalf_of=on_behalf_of,
        organisation=organisation,
        at=at or timezone.now(),
        address=current_address.get(),
        data=data,
    )
