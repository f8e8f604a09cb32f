"""Documents that have been made public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse

from home.organisations.models import Organisation
from home.text import fold
from indicators.periods import Period
from indicators.store.models import Release
from reports.documents.models import ArchivedFile, Document
from reports.submissions.models import Dispatch

_ROUND = "dispatch__submission__obligation__tier__round"


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A public document by what it can be filtered by. ``year`` is that in which its period ends."""

    pk: int
    year: int
    regime: str
    regime_title: str
    kind: str
    organisation: str
    organisation_name: str


class PublishedDocumentQuerySet(models.QuerySet["PublishedDocument"]):
    """Every question about public documents."""

    def in_force(self) -> PublishedDocumentQuerySet:
        """Those no later document of the same report has been published after."""
        later = PublishedDocument.objects.filter(
            dispatch__submission=OuterRef("dispatch__submission"),
            dispatch__number__gt=OuterRef("dispatch__number"),
        )
        return self.filter(~Exists(later))

    def search(self, text: str) -> PublishedDocumentQuerySet:
        """Every word occurs in title, agency, number, period or summary; diacritics do not matter (X22)."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def library_rows(self) -> list[LibraryRow]:
        """What the filters of the library go by, newest first. One query."""
        version = f"{_ROUND}__regime_version"
        rows = self.values_list(
            "pk",
            f"{_ROUND}__period",
            f"{version}__code",
            f"{version}__title",
            f"{version}__compiled__kind",
            "document__organisation__code",
            "document__organisation__name",
        )
        return [LibraryRow(pk, Period.parse(period).last_day.year, *rest) for pk, period, *rest in rows]

    def with_details(self) -> PublishedDocumentQuerySet:
        """For listings and pages: one query instead of several per row."""
        return self.select_related(
            "release__organisation",
            "dispatch__submission__obligation__recipient",
            "document__organisation",
            "dispatch__pdf",
            f"{_ROUND}__regime_version__page",
        )


class PublishedDocument(models.Model):
    """A document in a release, found at ``/bao-cao/<slug>/`` for everybody. Never taken away: a later one replaces it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="published_documents")
    document = models.ForeignKey(Document, models.PROTECT, related_name="publications")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="publications")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=400)
    summary = models.TextField(blank=True)
    search_text = models.TextField(editable=False, blank=True, default="")

    objects = PublishedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo công khai"
        verbose_name_plural = "báo cáo công khai"
        default_permissions = ()
        ordering = ["-release__released_at", "pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        document = self.document
        words = [
            self.title,
            document.organisation.name,
            document.number_and_symbol,
            self.period.label(),
            self.summary,
        ]
        self.search_text = fold(" ".join(words))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("publication:report", args=[self.slug])

    @property
    def organisation(self) -> Organisation:
        return self.document.organisation

    @property
    def period(self) -> Period:
        return self.dispatch.submission.obligation.tier.round.span

    @property
    def pdf(self) -> ArchivedFile:
        """What was sent and accepted, byte for byte."""
        assert self.dispatch.pdf is not None
        return self.dispatch.pdf
