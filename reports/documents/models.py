"""Documents in official layout, and the archive that keeps every file by its hash."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from home.organisations.models import Organisation


def private_storage() -> Any:
    return storages["private"]


def archive_path(instance: ArchivedFile, filename: str) -> str:
    return f"archive/{instance.sha256[:2]}/{instance.sha256}"


class ArchivedFile(models.Model):
    """A file kept for ever under its SHA-256; the same bytes are kept once (R155)."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    content = models.FileField(storage=private_storage, upload_to=archive_path, max_length=200)
    archived_at = models.DateTimeField()

    class Meta:
        verbose_name = "tệp lưu trữ"
        verbose_name_plural = "tệp lưu trữ"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Archived files are never deleted.")


class Document(models.Model):
    """One official document. Number and date are facts of issue; until then it is a draft (DỰ THẢO).

    ``content`` is what ``reports.documents.layout`` renders; ``pdf`` the archived rendering.
    Numbers are unique per organisation, series and year (Decree 30/2020; X6).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="documents")
    title = models.CharField(max_length=400)
    series = models.CharField(max_length=20, default="BC")
    number = models.PositiveIntegerField(null=True, blank=True)
    symbol = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    content = models.JSONField(default=dict)
    pdf = models.ForeignKey(ArchivedFile, models.PROTECT, null=True, blank=True, related_name="documents")
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by_documents"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        default_permissions = ()
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "series", "year", "number"],
                condition=Q(number__isnull=False),
                name="document_number_is_given_once",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, issued_on__isnull=True, year__isnull=True)
                | Q(number__isnull=False, issued_on__isnull=False, year__isnull=False),
                name="number_and_date_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number_and_symbol} {self.title}".strip()

    @property
    def is_issued(self) -> bool:
        return self.number is not None

    @property
    def number_and_symbol(self) -> str:
        """``05/BC-STC``: numbers below ten get a zero (Decree 30/2020, Annex I, box 3); empty before issue."""
        return f"{self.number:02}/{self.symbol}" if self.number is not None else ""
