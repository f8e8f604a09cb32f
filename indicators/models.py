"""What is measured: indicators with one concept, method and measure each (R12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import RevisionMixin

from home.organisations.models import LegalAct, Organisation
from home.text import fold


class Measure(models.Model):
    """What a figure is counted in (đơn vị tính). ``factor`` times the amount is the amount in ``base``."""

    code = models.SlugField("mã", max_length=40, unique=True)
    name = models.CharField("tên", max_length=60, unique=True)
    symbol = models.CharField("ký hiệu", max_length=20, blank=True, help_text="Ví dụ: %, ‰, ha, tấn.")
    base = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="derived", verbose_name="quy về đơn vị"
    )
    factor = models.DecimalField("hệ số quy đổi", max_digits=24, decimal_places=12, default=1)

    class Meta:
        verbose_name = "đơn vị tính"
        verbose_name_plural = "đơn vị tính"
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(factor__gt=0), name="factor_is_positive")]

    def __str__(self) -> str:
        return self.name


class IndicatorGroup(models.Model):
    """A heading under which indicators are listed."""

    code = models.SlugField("mã", max_length=40, unique=True)
    name = models.CharField("tên nhóm", max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="thuộc nhóm"
    )
    sort_order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "nhóm chỉ tiêu"
        verbose_name_plural = "nhóm chỉ tiêu"
        ordering = ["sort_order", "name"]

    def __str__(self) -> str:
        return self.name


class Disaggregation(ClusterableModel):
    """A way of breaking a figure down (phân tổ): by sex, area, economic sector."""

    code = models.SlugField("mã", max_length=40, unique=True)
    name = models.CharField("tên phân tổ", max_length=120)

    class Meta:
        verbose_name = "phân tổ"
        verbose_name_plural = "phân tổ"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DisaggregationItem(models.Model):
    """One class of a disaggregation. A figure names it as ``<disaggregation>=<item>``."""

    disaggregation = ParentalKey(Disaggregation, on_delete=models.CASCADE, related_name="items")
    code = models.SlugField("mã", max_length=40)
    name = models.CharField("tên", max_length=120)
    sort_order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "mục phân tổ"
        verbose_name_plural = "mục phân tổ"
        ordering = ["sort_order", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["disaggregation", "code"], name="one_item_code_per_disaggregation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.disaggregation.name}: {self.name}"

    @property
    def key(self) -> str:
        return f"{self.disaggregation.code}={self.code}"


class Direction(models.TextChoices):
    HIGHER = "higher", "Càng cao càng tốt"
    LOWER = "lower", "Càng thấp càng tốt"
    WITHIN = "within", "Đúng mức kế hoạch là tốt"
    NONE = "none", "Không đánh giá"


class Nature(models.TextChoices):
    FLOW = "flow", "Phát sinh trong kỳ"
    STOCK = "stock", "Tại thời điểm cuối kỳ"


class Aggregation(models.TextChoices):
    SUM = "sum", "Cộng"
    AVERAGE = "average", "Bình quân giản đơn"
    WEIGHTED = "weighted", "Bình quân gia quyền"
    LAST = "last", "Lấy giá trị cuối"
    NONE = "none", "Không tổng hợp"


class Frequency(models.TextChoices):
    MONTH = "month", "Tháng"
    QUARTER = "quarter", "Quý"
    HALF = "half", "6 tháng"
    NINE_MONTHS = "nine_months", "9 tháng"
    YEAR = "year", "Năm"
    OTHER = "other", "Khác"


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def search(self, text: str) -> IndicatorQuerySet:
        """Every word occurs in code, source number or name; diacritics and tone placement do not matter (X22)."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def releasable(self) -> IndicatorQuerySet:
        """Those whose figures may be released. Which figures *are* released, ``indicators.store`` knows."""
        return self.filter(may_release=True)

    def on(self, day: date) -> IndicatorQuerySet:
        return self.between(day, day)

    def between(self, first: date | None, last: date | None) -> IndicatorQuerySet:
        """Those that apply on some day from ``first`` to ``last``; None is open."""
        found = self
        if last is not None:
            found = found.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=last))
        if first is not None:
            found = found.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
        return found


# models.Model is named for mypy: Wagtail and modelcluster carry no types.
class Indicator(RevisionMixin, ClusterableModel, models.Model):
    """One thing measured, with one concept, one method and one measure across all sectors (R12).

    Period
        ``nature`` says whether a figure is of the span (flow) or of its end (stock).
    Roll-up
        ``space_aggregation`` over organisations or territories, ``time_aggregation`` over periods;
        ``weight`` is the indicator that weights a WEIGHTED average.
    Release
        ``may_release`` means that figures *may* be released, not that they are (R125).
    """

    code = models.SlugField("mã chỉ tiêu", max_length=60, unique=True)
    source_number = models.CharField("số thứ tự trong văn bản", max_length=20, blank=True)
    name = models.CharField("tên chỉ tiêu", max_length=250)
    name_en = models.CharField("tên tiếng Anh", max_length=250, blank=True)
    group = models.ForeignKey(
        IndicatorGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name="nhóm chỉ tiêu",
    )
    concept = models.TextField("khái niệm, nội dung", blank=True)
    method = models.TextField("phương pháp tính", blank=True)
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="indicators", verbose_name="đơn vị tính"
    )
    decimals = models.PositiveSmallIntegerField("số chữ số thập phân", default=0)
    direction = models.CharField(
        "chiều hướng", max_length=10, choices=Direction.choices, default=Direction.NONE
    )
    nature = models.CharField("tính chất", max_length=10, choices=Nature.choices, default=Nature.FLOW)
    space_aggregation = models.CharField(
        "tổng hợp theo không gian", max_length=10, choices=Aggregation.choices, default=Aggregation.SUM
    )
    time_aggregation = models.CharField(
        "tổng hợp theo thời gian", max_length=10, choices=Aggregation.choices, default=Aggregation.SUM
    )
    weight = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="quyền số"
    )
    frequency = models.CharField(
        "kỳ báo cáo", max_length=12, choices=Frequency.choices, default=Frequency.MONTH
    )
    disaggregations = ParentalManyToManyField(
        Disaggregation, blank=True, related_name="indicators", verbose_name="phân tổ"
    )
    data_source = models.CharField("nguồn số liệu", max_length=250, blank=True)
    legal_basis = models.ForeignKey(
        LegalAct,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name="căn cứ pháp lý",
    )
    valid_from = models.DateField("áp dụng từ ngày", null=True, blank=True)
    valid_to = models.DateField("áp dụng đến hết ngày", null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="được thay bằng",
    )
    may_release = models.BooleanField("được phép công khai", default=False)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    search_text = models.CharField(max_length=700, editable=False, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["group__sort_order", "code"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(f"{self.name} {self.name_en} {self.code} {self.source_number}")[:700]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse what would give one concept two definitions, or one definition two readings (R12)."""
        super().clean()
        errors: dict[str, str] = {}
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            errors["valid_to"] = "Ngày hết áp dụng đứng trước ngày bắt đầu áp dụng. Sửa một trong hai ngày."
        if self.space_aggregation == Aggregation.WEIGHTED and self.weight is None:
            errors["weight"] = "Bình quân gia quyền cần một chỉ tiêu làm quyền số. Chọn chỉ tiêu đó."
        if self.pk and self.weight_id == self.pk:
            errors["weight"] = "Chỉ tiêu không làm quyền số cho chính nó. Chọn chỉ tiêu khác."
        if self._succeeds_itself():
            errors["successor"] = (
                "Chuỗi thay thế quay lại chính chỉ tiêu này. Chọn chỉ tiêu khác, hoặc để trống."
            )
        if namesake := self._namesake():
            errors["name"] = (
                f"Đã có chỉ tiêu {namesake.code} cùng tên “{namesake.name}”. Dùng chỉ tiêu đó; nếu khái niệm "
                "khác nhau thì đặt tên cho khác, nếu thay thế nhau thì không để thời gian áp dụng trùng nhau."
            )
        errors |= self._changed_meaning()
        if errors:
            raise ValidationError(errors)

    def _succeeds_itself(self) -> bool:
        seen = {self.pk}
        following = self.successor
        while self.pk and following is not None:
            if following.pk in seen:
                return True
            seen.add(following.pk)
            following = following.successor
        return False

    def _namesake(self) -> Indicator | None:
        """Another indicator of the same name, however its diacritics are placed, that applies on a same day."""
        name = fold(self.name)
        near = Indicator.objects.exclude(pk=self.pk).between(self.valid_from, self.valid_to)
        return next(
            (
                other
                for other in near.filter(search_text__startswith=name).only("code", "name")
                if fold(other.name) == name
            ),
            None,
        )

    def _changed_meaning(self) -> dict[str, str]:
        """What may not change once figures stand, because their numbers would then say something else (R56)."""
        stored = Indicator.objects.filter(pk=self.pk).first() if self.pk else None
        if stored is None or not (
            changed := [
                name
                for name in ("code", "measure_id", "nature")
                if getattr(self, name) != getattr(stored, name)
            ]
        ):
            return {}
        if not stored.figures.exists():  # kept by indicators.store, which stands above
            return {}
        return {
            name.removesuffix("_id"): (
                "Chỉ tiêu đã có số liệu nên không đổi mục này được: số đã ghi, công thức và đường dẫn dựa vào đó. "
                "Tạo chỉ tiêu mới, rồi cho chỉ tiêu này hết áp dụng và chọn chỉ tiêu mới ở ô “được thay bằng”."
            )
            for name in changed
        }


class IndicatorResponsibility(models.Model):
    """Who supplies an indicator, for which locality, during some days (R53)."""

    indicator = ParentalKey(Indicator, on_delete=models.CASCADE, related_name="responsibilities")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="indicator_responsibilities",
        verbose_name="cơ quan, đơn vị",
    )
    locality = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="địa bàn",
        help_text="Để trống: toàn tỉnh.",
    )
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "cơ quan chịu trách nhiệm"
        verbose_name_plural = "cơ quan chịu trách nhiệm"
        ordering = ["organisation"]

    def __str__(self) -> str:
        return str(self.organisation)
