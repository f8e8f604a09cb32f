"""Documents that have been made public."""

from __future__ import annotations

from django.db import models

from indicators.store.models import Release
from reports.documents.models import Document
from reports.submissions.models import Dispatch


class PublishedDocument(models.Model):
    """A document in a release, found at ``/bao-cao/<slug>/``."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="published_documents")
    document = models.ForeignKey(Document, models.PROTECT, related_name="publications")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="publications")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=400)
    summary = models.TextField(blank=True)

    class Meta:
        verbose_name = "báo cáo công khai"
        verbose_name_plural = "báo cáo công khai"
        default_permissions = ()
        ordering = ["-release__released_at", "pk"]

    def __str__(self) -> str:
        return self.title
