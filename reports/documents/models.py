"""Documents in official layout, and the archive that keeps every file by its hash."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

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
    Numbers are unique per organisation, series and year (Decree 30/2020; X6). A voided one keeps its row and its
    reason, and is never given again.
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
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_reason = models.CharField(max_length=400, blank=True)

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
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | Q(number__isnull=False) & ~Q(void_reason=""),
                name="voided_number_is_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number_and_symbol} {self.title}".strip()

    @property
    def is_issued(self) -> bool:
        return self.number is not None

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    @property
    def number_and_symbol(self) -> str:
        """``05/BC-STC``: numbers below ten get a zero (Decree 30/2020, Annex I, box 3); empty before issue."""
        return f"{self.number:02}/{self.symbol}" if self.number is not None else ""


class NumberRegister(models.Model):
    """The portal counts an organisation's numbers of one series in one year: the head of the agency made it the
    register (Decree 30/2020, Articles 3.16 and 15; X6). Without a row the numbers are the agency's own, and typed.

    ``starts_after``: the last number of the agency's book when counting began. ``last_number``: the last one counted.
    ``goes_on``: the next year's register opens by itself, on the same basis.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="number_registers")
    series = models.CharField(max_length=20, default="BC")
    year = models.PositiveSmallIntegerField()
    starts_after = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=300)
    goes_on = models.BooleanField(default=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = "sổ số văn bản"
        verbose_name_plural = "sổ số văn bản"
        default_permissions = ()
        ordering = ["organisation", "series", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "series", "year"], name="one_register_per_year_and_series"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="register_has_basis"),
            models.CheckConstraint(
                condition=Q(last_number__gte=models.F("starts_after")), name="register_counts_upwards"
            ),
        ]

    def __str__(self) -> str:
        return f"Sổ {self.series} năm {self.year} của {self.organisation}"


#: How long a rendering may be silent: longer than any part takes.
SILENT = timedelta(minutes=10)


class RenderingState(models.TextChoices):
    QUEUED = "queued", "Đang chờ"
    RUNNING = "running", "Đang tạo"
    DONE = "done", "Đã xong"
    FAILED = "failed", "Không tạo được"


class Rendering(models.Model):
    """How far the PDF of a long document has come; ``done`` of ``total`` are rows, or texts as long as a row."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="rendering")
    state = models.CharField(max_length=10, choices=RenderingState.choices, default=RenderingState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=400, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "lần tạo tệp văn bản"
        verbose_name_plural = "các lần tạo tệp văn bản"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.document}: {self.get_state_display()} {self.percent} %"

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_under_way(self) -> bool:
        """Waiting or running; one that has not been heard of for long has died with its worker."""
        heard = self.updated_at > timezone.now() - SILENT
        return heard and self.state in {RenderingState.QUEUED, RenderingState.RUNNING}
