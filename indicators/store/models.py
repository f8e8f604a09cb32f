"""The store of figures: bitemporal versions, what they rest on, and what has been made public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, IntegerField, Max, OuterRef, Q, Value, When

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind
from home.organisations.models import Organisation
from indicators.models import Indicator
from indicators.numbers import CellValue

from .contents import Content

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from home.accounts.models import User


class ValueType(models.TextChoices):
    """X8. Who asks for one figure gets official, else actual, else estimate; never a plan."""

    PLAN = "plan", "Kế hoạch"
    ESTIMATE = "estimate", "Ước thực hiện"
    ACTUAL = "actual", "Thực hiện"
    OFFICIAL = "official", "Chính thức"


#: Who asks for one figure gets the first of these that exists.
PREFERENCE = (ValueType.OFFICIAL, ValueType.ACTUAL, ValueType.ESTIMATE)


class Standing(models.TextChoices):
    UNIT = "unit", "Đã duyệt trong đơn vị"
    ACCEPTED = "accepted", "Đã tiếp nhận"


class SourceKind(models.TextChoices):
    DECISION = "decision", "Duyệt số liệu"
    DISPATCH = "dispatch", "Báo cáo được tiếp nhận"
    IMPORT = "import", "Nhập từ nguồn khác"


class ContentKind(models.TextChoices):
    NUMBER = "number", "Số"
    RANGE = "range", "Khoảng"
    BOUND = "bound", "Giới hạn"
    TEXT = "text", "Chữ"
    CODE = "code", "Ký hiệu không có số liệu"


class Source(models.Model):
    """What figures were taken from, as a person would cite it. ``sha256`` is that of the frozen content."""

    kind = models.CharField(max_length=10, choices=SourceKind.choices)
    code = models.CharField(max_length=80)
    citation = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64, blank=True)
    stated_on = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "nguồn số liệu"
        verbose_name_plural = "nguồn số liệu"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="source_is_named_once")]

    def __str__(self) -> str:
        return self.citation


class PostingCounter(models.Model):
    """One row: the last number given to a posting. Its row lock keeps the numbers gapless and ordered."""

    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.last)


class Posting(models.Model):
    """One entry of figures into the store. Its number is the store's clock: ``known_from`` and ``known_to`` count it."""

    number = models.PositiveBigIntegerField(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="postings")
    standing = models.CharField(max_length=10, choices=Standing.choices)
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="postings")
    posted_at = models.DateTimeField(db_index=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "lần ghi số liệu"
        verbose_name_plural = "lần ghi số liệu"
        default_permissions = ()
        ordering = ["number"]

    def __str__(self) -> str:
        return f"#{self.number} {self.source}"


#: What a figure is: another value of any of these is another figure. No part is null.
ADDRESS = ("indicator_id", "subject_id", "period", "value_type", "plan_basis", "disaggregation")

#: Duties with which one reads the figures of one's own organisation before they are accepted.
OWN_STORE = tuple(kind for kind in DutyKind if kind not in {DutyKind.MONITOR, DutyKind.SYSTEM_ADMIN})


class FigureQuerySet(models.QuerySet["Figure"]):
    """Every question about stored figures."""

    def current(self) -> FigureQuerySet:
        """Versions nobody has superseded."""
        return self.filter(known_to__isnull=True)

    def as_of(self, moment: datetime) -> FigureQuerySet:
        """What the store said at ``moment`` (aware): versions known by the last posting made until then."""
        last = Posting.objects.filter(posted_at__lte=moment).aggregate(last=Max("number"))["last"] or 0
        return self.filter(known_from__lte=last).filter(Q(known_to__isnull=True) | Q(known_to__gt=last))

    def accepted(self) -> FigureQuerySet:
        return self.filter(standing=Standing.ACCEPTED)

    def released(self, *, until: datetime | None = None) -> FigureQuerySet:
        """Versions that some release has made public (until ``until``, if given)."""
        releases = ReleasedFigure.objects.filter(figure=OuterRef("pk"))
        if until is not None:
            releases = releases.filter(release__released_at__lte=until)
        return self.filter(Exists(releases))

    def by_release(self, *, until: datetime | None = None) -> FigureQuerySet:
        """``released``, once for each release that brought it: where its moment is read too, this is the shorter way."""
        moment = {} if until is None else {"released_in__release__released_at__lte": until}
        return self.filter(released_in__isnull=False, **moment)

    def visible_to(self, user: User | AnonymousUser) -> FigureQuerySet:
        """Released ones for all; accepted ones for officials; UNIT ones for their own organisation (ST 14.4, LC 15.4b).

        Technical monitoring reads no figures (R51).
        """
        if user.is_authenticated and user.is_active and user.is_superuser:
            return self
        own = duties_of(user).organisations(*OWN_STORE)
        if not own:
            return self.released()
        return self.filter(Q(standing=Standing.ACCEPTED) | Q(standing=Standing.UNIT, supplier_id__in=own))

    def best_first(self) -> FigureQuerySet:
        """Within one address, official before actual before estimate; plans are left out (X8)."""
        rank = Case(
            *[When(value_type=kind, then=Value(place)) for place, kind in enumerate(PREFERENCE)],
            output_field=IntegerField(),
        )
        return (
            self.filter(value_type__in=PREFERENCE)
            .annotate(preference=rank)
            .order_by("preference", "-known_from")
        )

    def versions_of(self, figure: Figure) -> FigureQuerySet:
        """All versions of one figure in its standing, newest first; inside organisations, of its supplier."""
        same = {name: getattr(figure, name) for name in (*ADDRESS, "standing")}
        if figure.standing == Standing.UNIT:
            same["supplier_id"] = figure.supplier_id
        return self.filter(**same).order_by("-known_from")

    def about(self, indicators: Iterable[int]) -> FigureQuerySet:
        return self.filter(indicator_id__in=list(indicators))


class Figure(models.Model):
    """One version of one figure.

    Address
        (indicator, subject, period, value_type, plan_basis, disaggregation): no part is null; an empty
        ``plan_basis`` or ``disaggregation`` is the text "". ``subject`` is whom the figure is about,
        ``supplier`` who stated it.
    Measure
        ``amount`` is in ``indicator.measure``, Decimal(24, 6), at most 15 significant digits. Of a RANGE it is the lower
        end and ``amount_to`` the upper, of a BOUND ``text`` is the word before it: read ``value``, which keeps them whole.
    Missing
        No row: not reported. ``content`` CODE with "-", "…" or "x": reported as having none, not known, not applicable.
    Time
        Known from posting ``known_from`` until posting ``known_to`` (open where null). Never updated otherwise.
    Place
        ``<form code>/<row key>/<column key>`` of the cell it was taken from.
    """

    # Every index that begins with the indicator serves the key; one of its own would only be written.
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="figures", db_index=False)
    subject = models.ForeignKey(Organisation, models.PROTECT, related_name="figures")
    period = models.CharField(max_length=24)
    value_type = models.CharField(max_length=10, choices=ValueType.choices)
    plan_basis = models.CharField(max_length=40, default="", blank=True)
    disaggregation = models.CharField(max_length=120, default="", blank=True)
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="supplied_figures")
    standing = models.CharField(max_length=10, choices=Standing.choices)
    content = models.CharField(max_length=10, choices=ContentKind.choices, default=ContentKind.NUMBER)
    amount = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    amount_to = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    code = models.CharField(max_length=4, default="", blank=True)
    text = models.CharField(max_length=300, default="", blank=True)
    stated_on = models.DateField()
    place = models.CharField(max_length=160, default="", blank=True)
    note = models.CharField(max_length=200, default="", blank=True)
    known_from = models.ForeignKey(Posting, models.PROTECT, related_name="opened")
    known_to = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="closed")

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = "số liệu"
        verbose_name_plural = "số liệu"
        default_permissions = ()
        constraints = [
            # No include=: SQLite would skip such a constraint without a word.
            models.UniqueConstraint(
                fields=["period", "subject", "value_type", "indicator", "disaggregation", "plan_basis"],
                condition=Q(known_to__isnull=True, standing="accepted"),
                name="one_open_accepted_figure",
            ),
            models.UniqueConstraint(
                fields=[
                    "period",
                    "subject",
                    "value_type",
                    "indicator",
                    "disaggregation",
                    "plan_basis",
                    "supplier",
                ],
                condition=Q(known_to__isnull=True, standing="unit"),
                name="one_open_unit_figure",
            ),
            models.CheckConstraint(
                condition=Q(known_to__isnull=True) | Q(known_to__gt=models.F("known_from")),
                name="known_to_follows_known_from",
            ),
            models.CheckConstraint(
                condition=(
                    Q(content="number", amount__isnull=False)
                    | Q(content__in=["range", "bound"], amount__isnull=False)
                    | Q(content="text", amount__isnull=True)
                    | (Q(content="code", amount__isnull=True) & ~Q(code=""))
                ),
                name="content_matches_kind",
            ),
        ]
        indexes = [
            # Of open and closed versions alike: the public reads what was released, superseded or not.
            models.Index(fields=["indicator", "subject"], name="figure_series"),
            models.Index(fields=["indicator", "period"], name="figure_of_period"),
            models.Index(
                fields=["period", "subject", "indicator", "known_to"],
                condition=Q(known_to__isnull=False),
                name="figure_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.subject_id} {self.period} {self.value_type}"

    @property
    def value(self) -> CellValue:
        """A range, bound or words come as a target: their ``amount`` alone is no figure."""
        return Content(self.content, self.amount, self.amount_to, self.code, self.text).value


class Release(models.Model):
    """An act of ``PUBLISH``: these figure versions and documents are for everybody from this moment (R125)."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField("tên", max_length=250)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="releases")
    period = models.CharField(max_length=24, blank=True)
    note = models.CharField("ghi chú", max_length=400, blank=True)
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    figures = models.ManyToManyField(Figure, through="ReleasedFigure", related_name="releases")

    class Meta:
        verbose_name = "lần công khai"
        verbose_name_plural = "các lần công khai"
        default_permissions = ()
        ordering = ["-released_at"]

    def __str__(self) -> str:
        return self.title


class ReleasedFigure(models.Model):
    release = models.ForeignKey(Release, models.PROTECT, related_name="released_figures")
    figure = models.ForeignKey(Figure, models.PROTECT, related_name="released_in")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["release", "figure"], name="figure_released_once_each")
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.figure_id}"


class ReleasedIndicator(models.Model):
    """How many figures of an indicator a release brought. Counted by ``released``."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="brought")
    # The constraint begins with it.
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="brought", db_index=False)
    figures = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["indicator", "release"], name="indicator_counted_once_each")
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.indicator_id}: {self.figures}"


class PublicSeries(models.Model):
    """What is public of an indicator about one subject, in its newest versions. Counted by ``released``.

    ``control`` is the sum of the amounts, as text: SQLite keeps no more than 15 digits of a number. ``lead`` is the latest
    period of a figure that may stand alone, "" where none may.
    """

    # The constraint begins with it.
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="public_series", db_index=False)
    subject = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    figures = models.PositiveIntegerField()
    control = models.CharField(max_length=80)
    lead = models.CharField(max_length=24, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["indicator", "subject"], name="series_counted_once")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.subject_id}: {self.figures}"
