"""Who owes which report, for which period, by when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from home.organisations.models import Organisation
from indicators.periods import Period
from reports.regimes.models import FormVersion, RegimeVersion

from .calendar import DayKind, SpecialDay, WorkingCalendar


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def calendar(self) -> WorkingCalendar:
        """The stored calendar as a value: every day that differs from the plain week."""
        return WorkingCalendar(
            {day.day: SpecialDay(DayKind(day.kind), day.name, day.provisional) for day in self}
        )


class CalendarDay(models.Model):
    """A day off, or a working day of the weekly rest, by decision (X16). Seeded from a library, overridden by people."""

    day = models.DateField("ngày", unique=True)
    kind = models.CharField(
        "loại", max_length=10, choices=[(DayKind.OFF, "Nghỉ"), (DayKind.WORKING, "Làm việc (bù)")]
    )
    name = models.CharField("tên", max_length=120)
    basis = models.CharField("căn cứ", max_length=200, blank=True)
    provisional = models.BooleanField("tạm tính", default=False)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "lịch làm việc"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class RoundStatus(models.TextChoices):
    OPEN = "open", "Đang mở"
    CLOSED = "closed", "Đã đóng"
    CANCELLED = "cancelled", "Đã hủy"


class Round(models.Model):
    """One period of one regime (đợt báo cáo). Holds the version that was in force when it was opened."""

    regime_version = models.ForeignKey(RegimeVersion, models.PROTECT, related_name="rounds")
    period = models.CharField(max_length=24)
    title = models.CharField(max_length=300)
    window_first = models.DateField("chốt số liệu từ")
    window_last = models.DateField("chốt số liệu đến")
    status = models.CharField(max_length=10, choices=RoundStatus.choices, default=RoundStatus.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = "đợt báo cáo"
        verbose_name_plural = "đợt báo cáo"
        default_permissions = ()
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def span(self) -> Period:
        return Period.parse(self.period)


class Tier(models.Model):
    """One level of a round. ``due_at`` is the last moment on time (UTC); ``due_on`` its day in Việt Nam.

    ``reasons`` is the chain that led to the day, as ``due_dates.Due.reasons_json`` writes it.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="tiers")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    due_on = models.DateField()
    due_at = models.DateTimeField()
    reasons = models.JSONField(default=list)
    opens_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        verbose_name = "cấp báo cáo của đợt"
        verbose_name_plural = "các cấp báo cáo của đợt"
        default_permissions = ()
        ordering = ["round", "number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="one_tier_per_number")]

    def __str__(self) -> str:
        return f"{self.name} – {self.round}"


class ObligationState(models.TextChoices):
    GIVEN = "given", "Được giao"
    EXEMPTED = "exempted", "Được miễn"
    CANCELLED = "cancelled", "Đã hủy"
    MISSED = "missed", "Không báo cáo"


class Obligation(models.Model):
    """One organisation owes one report (báo cáo được giao): regime version, period, organisation, recipient."""

    tier = models.ForeignKey(Tier, models.PROTECT, related_name="obligations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="obligations")
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="awaited_obligations")
    form_versions = models.ManyToManyField(FormVersion, related_name="obligations")
    due_on = models.DateField()
    due_at = models.DateTimeField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=ObligationState.choices, default=ObligationState.GIVEN)
    state_reason = models.CharField("lý do", max_length=400, blank=True)
    state_document = models.CharField("văn bản", max_length=200, blank=True)

    class Meta:
        verbose_name = "báo cáo được giao"
        verbose_name_plural = "báo cáo được giao"
        default_permissions = ()
        ordering = ["due_at", "organisation__name"]
        indexes = [models.Index(fields=["organisation", "due_on"], name="obligation_of_organisation")]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "organisation", "recipient"], name="one_obligation_per_organisation"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["given", "missed"]) | ~Q(state_reason=""),
                name="exemption_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier.round.title} – {self.organisation}"

    @property
    def round(self) -> Round:
        return self.tier.round


class Extension(models.Model):
    """A later due moment granted to one obligation, with its reason and document."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="extensions")
    until = models.DateField()
    reason = models.CharField(max_length=400)
    document = models.CharField(max_length=200, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        verbose_name = "gia hạn"
        verbose_name_plural = "gia hạn"
        default_permissions = ()
        ordering = ["granted_at"]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.until:%d/%m/%Y}"
