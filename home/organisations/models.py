"""Who reports: organisations, how they belong together at a date, and what they were before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from home.text import fold


class OrganisationKind(models.TextChoices):
    DEPARTMENT = "so", "Sở"
    BOARD = "ban", "Ban"
    BRANCH = "nganh", "Ngành"
    PEOPLES_COMMITTEE = "ubnd", "Ủy ban nhân dân"
    OFFICE = "vpubnd", "Văn phòng Ủy ban nhân dân"
    SERVICE_UNIT = "dvsn", "Đơn vị sự nghiệp"
    VERTICAL = "nganh_doc", "Cơ quan ngành dọc, Trung ương trên địa bàn"
    OPERATIONS_CENTRE = "ioc", "Trung tâm giám sát, điều hành thông minh"
    ENTERPRISE = "doanh_nghiep", "Doanh nghiệp"
    SOCIAL = "to_chuc", "Tổ chức, cá nhân khác"


class Level(models.TextChoices):
    CENTRAL = "tw", "Trung ương"
    PROVINCE = "tinh", "Cấp tỉnh"
    DISTRICT = "huyen", "Cấp huyện (đến 30/6/2025)"
    COMMUNE = "xa", "Cấp xã"


class AffiliationKind(models.TextChoices):
    SUBORDINATION = "truc_thuoc", "Trực thuộc"
    REPORTING = "bao_cao", "Báo cáo đến"
    LOCALITY = "dia_ban", "Trên địa bàn"


class SuccessionKind(models.TextChoices):
    MERGE = "sap_nhap", "Sáp nhập, hợp nhất"
    SPLIT = "chia_tach", "Chia, tách"
    RENAME = "doi_ten", "Đổi tên"
    UPGRADE = "nang_cap", "Chuyển loại đơn vị hành chính"
    TRANSFER = "chuyen_giao", "Chuyển giao chức năng"
    ABOLITION = "ket_thuc", "Kết thúc hoạt động"


class CodeScheme(models.TextChoices):
    IDENTIFIER = "qd20", "Mã định danh điện tử (QĐ 20/2020/QĐ-TTg)"
    OLD_IDENTIFIER = "qcvn102", "Mã định danh cũ (QCVN 102:2016)"
    STATISTICAL = "gso", "Mã đơn vị hành chính (Cục Thống kê)"
    TAX = "mst", "Mã số thuế"
    BUDGET = "qhns", "Mã quan hệ ngân sách"
    INTERNAL = "noi_bo", "Mã nội bộ"


def on_day(day: date, prefix: str = "") -> Q:
    """Rows valid on ``day``: from the first day on, until the last day inclusive; no last day is open."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    )


def overlapping(first: date, last: date | None) -> Q:
    """Rows valid on any day from ``first`` to ``last`` (None: open). A row that ends before it begins is never valid."""
    ends_later = Q(valid_to__isnull=True) | Q(valid_to__gte=first) & Q(valid_to__gte=models.F("valid_from"))
    return ends_later if last is None else ends_later & Q(valid_from__lte=last)


class LegalAct(models.Model):
    """An act that something rests on: a decision, resolution, plan. Amended acts name their successor (R16, R66)."""

    number = models.CharField("số, ký hiệu", max_length=60, unique=True)
    kind = models.CharField("loại văn bản", max_length=60, default="Quyết định")
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    title = models.CharField("trích yếu", max_length=500)
    signed_on = models.DateField("ngày ban hành")
    valid_from = models.DateField("có hiệu lực từ")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="được thay bằng"
    )

    class Meta:
        verbose_name = "văn bản căn cứ"
        verbose_name_plural = "văn bản căn cứ"
        ordering = ["-signed_on", "number"]

    def __str__(self) -> str:
        return f"{self.kind} số {self.number} ngày {self.signed_on:%d/%m/%Y} của {self.issuer}"

    def in_force(self, day: date) -> LegalAct:
        """This act, or the one that has replaced it by ``day``."""
        act = self
        seen = {act.pk}
        while act.replaced_by and act.valid_to and act.valid_to <= day and act.replaced_by_id not in seen:
            act = act.replaced_by
            seen.add(act.pk)
        return act


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def on(self, day: date) -> OrganisationQuerySet:
        """Those that existed on ``day``."""
        return self.filter(on_day(day))

    def within(
        self, root: Organisation | int, *, day: date, kind: str = AffiliationKind.SUBORDINATION
    ) -> OrganisationQuerySet:
        """``root`` and all beneath it in the tree of ``kind`` as it stood on ``day``."""
        root_id = root if isinstance(root, int) else root.pk
        paths = OrganisationPath.objects.filter(on_day(day), ancestor_id=root_id, kind=kind)
        return self.filter(pk__in=paths.values("descendant_id"))

    def above(
        self, leaf: Organisation, *, day: date, kind: str = AffiliationKind.SUBORDINATION
    ) -> OrganisationQuerySet:
        """``leaf`` and all above it in the tree of ``kind`` as it stood on ``day``."""
        paths = OrganisationPath.objects.filter(on_day(day), descendant=leaf, kind=kind)
        return self.filter(pk__in=paths.values("ancestor_id"))

    def search(self, text: str) -> OrganisationQuerySet:
        """Every word of ``text`` occurs in name, short name or code; diacritics do not matter."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_text__contains=word)
        return found


class Organisation(models.Model):
    """An office that reports, receives or leads: a department, committee, vertical agency, enterprise.

    Validity
        ``valid_from`` and ``valid_to`` are the first and last day of its existence. History is never
        deleted: a renamed or merged organisation ends, and a ``Succession`` names the next.
    Paper
        ``document_code`` stands in the symbol ("STC" in 05/BC-STC); ``place_name`` before the date;
        ``superior_line`` above the name in the header (Decree 30/2020, Annex I, box 2), empty where there is none.
    """

    code = models.SlugField("mã", max_length=40, unique=True)
    name = models.CharField("tên", max_length=200)
    short_name = models.CharField("tên gọn", max_length=80, blank=True)
    kind = models.CharField("loại", max_length=20, choices=OrganisationKind.choices)
    level = models.CharField("cấp", max_length=10, choices=Level.choices)
    document_code = models.CharField("chữ viết tắt trong ký hiệu văn bản", max_length=30, blank=True)
    place_name = models.CharField("địa danh ghi trên văn bản", max_length=80, blank=True)
    superior_line = models.CharField("tên cơ quan chủ quản trực tiếp", max_length=200, blank=True)
    valid_from = models.DateField("từ ngày", default=date(1900, 1, 1))
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    search_text = models.CharField(max_length=400, editable=False, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "cơ quan, đơn vị"
        verbose_name_plural = "cơ quan, đơn vị"
        ordering = ["level", "kind", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="organisation_ends_after_it_begins",
                violation_error_message="Ngày kết thúc đứng trước ngày bắt đầu. Hãy sửa một trong hai ngày.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_search_text()
        super().save(*args, **kwargs)

    def fill_search_text(self) -> None:
        """Called by ``save``; who writes many at once calls it himself."""
        self.search_text = fold(f"{self.name} {self.short_name} {self.code} {self.document_code}")[:400]

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    def answering(self, day: date) -> Organisation:
        """Who acts for it on ``day``: itself while it exists, then who took its work over; itself if nobody did."""
        if self.valid_to is None or day <= self.valid_to:
            return self
        path = SuccessionPath.objects.answering(day).filter(predecessor=self).select_related("heir").first()
        return path.heir if path else self


class Division(models.Model):
    """A division inside an organisation, responsible for its own fields (R6)."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="divisions", verbose_name="cơ quan, đơn vị"
    )
    code = models.SlugField("mã", max_length=40)
    name = models.CharField("tên phòng, ban", max_length=200)
    valid_from = models.DateField("từ ngày", default=date(1900, 1, 1))
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "phòng, ban"
        verbose_name_plural = "phòng, ban"
        ordering = ["organisation", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="one_division_code_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"


class OrganisationCode(models.Model):
    """One of the several typed codes an organisation carries, each with its validity (X18)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="codes")
    scheme = models.CharField("loại mã", max_length=10, choices=CodeScheme.choices)
    value = models.CharField("mã", max_length=40)
    valid_from = models.DateField("từ ngày", default=date(1900, 1, 1))
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "mã định danh"
        verbose_name_plural = "mã định danh"
        ordering = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value", "valid_from"], name="code_is_given_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()}: {self.value}"


class Affiliation(models.Model):
    """``child`` belongs to ``parent`` in one way, during some days (R2, R3).

    A vertical agency has REPORTING towards the province without SUBORDINATION: it reports, and is not commanded.
    """

    child = models.ForeignKey(
        Organisation, models.PROTECT, related_name="affiliations_up", verbose_name="cơ quan, đơn vị"
    )
    parent = models.ForeignKey(
        Organisation, models.PROTECT, related_name="affiliations_down", verbose_name="cơ quan cấp trên"
    )
    kind = models.CharField(
        "quan hệ", max_length=20, choices=AffiliationKind.choices, default=AffiliationKind.SUBORDINATION
    )
    valid_from = models.DateField("từ ngày", default=date(1900, 1, 1))
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "quan hệ trực thuộc"
        verbose_name_plural = "quan hệ trực thuộc"
        ordering = ["child", "kind", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=~Q(child=models.F("parent")), name="nobody_is_his_own_superior"),
            models.UniqueConstraint(
                fields=["child", "parent", "kind", "valid_from"], name="affiliation_is_stated_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} → {self.parent}"


class Succession(models.Model):
    """``predecessor`` passed into ``successor`` on a day, wholly or by ``share`` (R127, X17).

    ``answers``: this successor takes the work over; it acts for the predecessor, which has ended.
    """

    predecessor = models.ForeignKey(Organisation, models.PROTECT, related_name="successions_out")
    successor = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="successions_in"
    )
    kind = models.CharField("hình thức", max_length=20, choices=SuccessionKind.choices)
    on = models.DateField("từ ngày")
    share = models.DecimalField("phần", max_digits=7, decimal_places=6, default=1)
    answers = models.BooleanField("tiếp nhận công việc", default=False)
    legal_act = models.ForeignKey(LegalAct, models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = "kế thừa"
        verbose_name_plural = "kế thừa"
        ordering = ["on", "predecessor"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "on", "kind"], name="succession_is_stated_once"
            ),
            models.CheckConstraint(condition=Q(share__gt=0) & Q(share__lte=1), name="share_is_a_part"),
            models.UniqueConstraint(
                fields=["predecessor"], condition=Q(answers=True), name="one_successor_answers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor or '–'} ({self.on:%d/%m/%Y})"


class OrganisationPath(models.Model):
    """The closure of the affiliations: from when to when ``descendant`` stood beneath ``ancestor``.

    Written by ``services.rebuild_paths`` alone. Every organisation has a path of depth 0 to itself per kind.
    """

    ancestor = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=AffiliationKind.choices)
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["ancestor", "kind", "valid_from"], name="path_down"),
            models.Index(fields=["descendant", "kind", "valid_from"], name="path_up"),
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} ⊃ {self.descendant_id} ({self.depth})"


class SuccessionPathQuerySet(models.QuerySet["SuccessionPath"]):
    def answering(self, day: date) -> SuccessionPathQuerySet:
        """One for each predecessor that somebody answers for on ``day``."""
        return self.filter(on_day(day, "heir__"), answers=True, valid_from__lte=day)


class SuccessionPath(models.Model):
    """The closure of the successions of organisations that ended: from ``valid_from`` on ``heir`` reads what
    ``predecessor`` sent; where it ``answers``, it acts for it.

    Written by ``services.rebuild_paths`` alone. What still exists answers for itself and has no heirs.
    """

    predecessor = models.ForeignKey(Organisation, models.CASCADE, related_name="heirs")
    heir = models.ForeignKey(Organisation, models.CASCADE, related_name="heritage")
    answers = models.BooleanField()
    valid_from = models.DateField()

    objects = SuccessionPathQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "heir"], name="heir_is_named_once"),
        ]

    def __str__(self) -> str:
        return f"{self.heir_id} ← {self.predecessor_id}"


def answering_words(organisations: Iterable[Organisation], day: date) -> dict[int, str]:
    """“nay Sở Tài chính kế thừa” for each that has ended and that somebody answers for on ``day``, as screens add it to
    the name. One query; none where nothing has ended.
    """
    ended = {one.pk for one in organisations if one.valid_to and one.valid_to < day}
    if not ended:
        return {}
    found = SuccessionPath.objects.answering(day).filter(predecessor__in=ended)
    return {pk: f"nay {name} kế thừa" for pk, name in found.values_list("predecessor", "heir__name")}
