"""Signatures on archived files."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from home.organisations.models import Organisation


class SignatureRole(models.TextChoices):
    PERSON = "person", "Chữ ký của người có thẩm quyền"
    AGENCY = "agency", "Chữ ký của cơ quan"


class Signature(models.Model):
    """A verified digital signature over the file with this SHA-256."""

    sha256 = models.CharField(max_length=64, db_index=True)
    role = models.CharField(max_length=10, choices=SignatureRole.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="signatures")
    certificate = models.CharField(max_length=300)
    signed_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "chữ ký số"
        verbose_name_plural = "chữ ký số"
        default_permissions = ()
        ordering = ["signed_at"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.certificate}"
