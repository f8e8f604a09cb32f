"""Who owes which report, for which period, by when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind, User
from home.organisations.models import Organisation
from indicators.periods import Period
from reports.regimes.models import FormVersion, RegimeVersion

from .calendar import DayKind, SpecialDay, WorkingCalendar, named_day
from .due_dates import Due

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


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

    def written_day(self) -> str:
        return named_day(self.day)

    def standing(self) -> str:
        return "Tạm tính, có thể đổi" if self.provisional else "Chính thức"

    standing.short_description = "Tình trạng"  # type: ignore[attr-defined]
    standing.admin_order_field = "provisional"  # type: ignore[attr-defined]

    written_day.short_description = "Ngày"  # type: ignore[attr-defined]
    written_day.admin_order_field = "day"  # type: ignore[attr-defined]


class RoundStatus(models.TextChoices):
    OPEN = "open", "Đang mở"
    CLOSED = "closed", "Đã đóng"
    CANCELLED = "cancelled", "Đã hủy"


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User | AnonymousUser) -> RoundQuerySet:
        """Those in which the user sees an obligation."""
        return self.filter(pk__in=Obligation.objects.visible_to(user).values("tier__round"))

    def with_regime(self) -> RoundQuerySet:
        """For listings: one query instead of several per row."""
        return self.select_related("regime_version__page__lead").prefetch_related("tiers__recipient")


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

    objects = RoundQuerySet.as_manager()

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

    @property
    def due(self) -> Due:
        """The due day with its reasons; an obligation extended has its own."""
        return Due.stored(self.due_on, self.due_at, self.reasons)


class ObligationState(models.TextChoices):
    GIVEN = "given", "Được giao"
    EXEMPTED = "exempted", "Được miễn"
    CANCELLED = "cancelled", "Đã hủy"
    MISSED = "missed", "Không báo cáo"


#: Those that count when it is asked who has reported.
OWED = frozenset({ObligationState.GIVEN, ObligationState.MISSED})

#: Duties that let a person see what the organisation owes and awaits: all but technical monitoring (R51) and the
#: administration of accounts.
REPORTING = tuple(
    kind for kind in DutyKind if kind not in {DutyKind.MONITOR, DutyKind.UNIT_ADMIN, DutyKind.SYSTEM_ADMIN}
)


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Every question about what is owed. Views and tasks filter through these."""

    def visible_to(self, user: User | AnonymousUser) -> ObligationQuerySet:
        """Those the user's organisations owe, await, or lead the regime of, within the regimes of his duties.

        A superuser sees all; technical monitoring sees none (R51).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        reachable = Q(pk__in=[])
        for organisation_id, codes in duties_of(user).regimes(*REPORTING).items():
            concerned = (
                Q(organisation_id=organisation_id)
                | Q(recipient_id=organisation_id)
                | Q(tier__round__regime_version__page__lead_id=organisation_id)
            )
            if codes is not None:
                concerned &= Q(tier__round__regime_version__code__in=codes)
            reachable |= concerned
        return self.filter(reachable)

    def given(self) -> ObligationQuerySet:
        """Those in force: neither exempted nor cancelled nor held to be missed, in a round not cancelled."""
        return self.filter(state=ObligationState.GIVEN).exclude(tier__round__status=RoundStatus.CANCELLED)

    def owed(self) -> ObligationQuerySet:
        """Those that count when it is asked who has reported: given, or missed."""
        return self.filter(state__in=OWED).exclude(tier__round__status=RoundStatus.CANCELLED)

    def due_in(self, days: int, *, today: date) -> ObligationQuerySet:
        """Given ones due on the day so many days from ``today``."""
        return self.given().filter(due_on=today + timedelta(days=days))

    def closed(self, today: date) -> ObligationQuerySet:
        """Those whose reception is over: closing day and due day, extended or not, lie before ``today``."""
        return self.filter(tier__closes_on__lt=today, due_on__lt=today)

    def with_round(self) -> ObligationQuerySet:
        """For listings: one query instead of several per row."""
        return self.select_related("organisation", "recipient", "tier__round__regime_version")


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

    objects = ObligationQuerySet.as_manager()

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

    @property
    def closes_on(self) -> date:
        """The last day on which it is received: the tier's, or the due day where that was extended past it."""
        return max(self.tier.closes_on, self.due_on)

    @property
    def due(self) -> Due:
        """The due day with its reasons."""
        return Due.stored(self.due_on, self.due_at, self.reasons)

    def is_receivable(self, today: date) -> bool:
        """Whether the report may be made and sent on ``today`` (the opening window, R11)."""
        return self.tier.opens_on <= today <= self.closes_on


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
