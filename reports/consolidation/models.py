"""Where the totals of a lead agency's report come from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from indicators.numbers import CellValue
from reports.deadlines.models import ObligationState
from reports.submissions.models import Dispatch, DispatchOutcome, Sheet, Submission

#: Obligations that leave N: nobody waits for their reports any more.
NOT_COUNTED = (ObligationState.EXEMPTED, ObligationState.CANCELLED)


class ConsolidationInputQuerySet(models.QuerySet["ConsolidationInput"]):
    def in_force(self) -> ConsolidationInputQuerySet:
        """Those the report rests on now."""
        return self.filter(replaced_at__isnull=True)

    def stale(self) -> ConsolidationInputQuerySet:
        """Those in force whose sender has since had another report accepted, or no longer counts (X14)."""
        newer = Dispatch.objects.filter(
            submission=OuterRef("dispatch__submission"),
            outcome=DispatchOutcome.ACCEPTED,
            number__gt=OuterRef("dispatch__number"),
        )
        return self.in_force().filter(
            Exists(newer) | Q(dispatch__submission__obligation__state__in=NOT_COUNTED)
        )


class ConsolidationInput(models.Model):
    """One accepted dispatch that went into a lead agency's report. Replaced inputs stay, marked."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="consolidation_inputs")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="consolidated_in")
    taken_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = ConsolidationInputQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo đưa vào tổng hợp"
        verbose_name_plural = "báo cáo đưa vào tổng hợp"
        default_permissions = ()
        ordering = ["submission", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "dispatch"],
                condition=Q(replaced_at__isnull=True),
                name="dispatch_counts_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dispatch} → {self.submission_id}"


class ConsolidatedTotal(models.Model):
    """How one consolidated cell came about: ``reported`` of ``expected`` organisations, ``estimated`` of them by
    estimate, ``missing`` the ids of the rest. ``complete`` is False while any is missing or unknown.

    The cell shows the base (``base_amount``, or ``base_code`` of ``NoValue``) plus the adjustments in force.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="totals")
    row = models.CharField(max_length=80)
    column = models.CharField(max_length=40)
    base_amount = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    base_code = models.CharField(max_length=4, blank=True, default="")
    reported = models.PositiveSmallIntegerField(default=0)
    expected = models.PositiveSmallIntegerField(default=0)
    estimated = models.PositiveSmallIntegerField(default=0)
    missing = models.JSONField(default=list)
    complete = models.BooleanField(default=False)

    class Meta:
        verbose_name = "số tổng hợp"
        verbose_name_plural = "số tổng hợp"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["sheet", "row", "column"], name="one_total_per_cell")]

    def __str__(self) -> str:
        return f"{self.row}/{self.column}: {self.reported}/{self.expected}"

    @property
    def base(self) -> CellValue:
        return CellValue(self.base_amount, self.base_code)


class ConsolidationAdjustmentQuerySet(models.QuerySet["ConsolidationAdjustment"]):
    def in_force(self) -> ConsolidationAdjustmentQuerySet:
        return self.filter(revoked_at__isnull=True)


class ConsolidationAdjustment(models.Model):
    """A line of its own added to a total by the lead agency, with its reason. Revoked, never deleted."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="adjustments")
    row = models.CharField(max_length=80)
    column = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=24, decimal_places=6)
    reason = models.CharField(max_length=400)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConsolidationAdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng điều chỉnh"
        verbose_name_plural = "các dòng điều chỉnh"
        default_permissions = ()
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.row}/{self.column}: {self.amount}"
