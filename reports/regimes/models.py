"""What must be reported: regimes and outlines as pages, forms as snippets, and their immutable versions."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from html import unescape
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import strip_tags
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail import hooks
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager, Revision, RevisionMixin
from wagtail.query import PageQuerySet

from home.accounts.duties import duties_of
from home.accounts.models import User
from home.organisations.models import LegalAct, Organisation, OrganisationKind
from home.search import Searchable
from indicators.models import Frequency, Indicator
from indicators.store.models import ValueType

from . import panels
from .admin_forms import RegimePageForm, ReportFormAdminForm
from .problems import CannotPublish, by_field

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RegimeKind(models.TextChoices):
    """Decree 09/2019, Article 4 (R10)."""

    PERIODIC = "periodic", "Định kỳ"
    THEMATIC = "thematic", "Chuyên đề"
    AD_HOC = "ad_hoc", "Đột xuất"


class LegalClass(models.TextChoices):
    """R8: only administrative reports may be made here; the others are named so that they can be refused."""

    ADMINISTRATIVE = "administrative", "Báo cáo hành chính"
    STATISTICAL = "statistical", "Báo cáo thống kê (Luật Thống kê)"
    SECRET = "secret", "Báo cáo mật"
    INTERNAL = "internal", "Báo cáo nội bộ một cơ quan"


class Content(models.TextChoices):
    FIGURES = "figures", "Số liệu"
    NARRATIVE = "narrative", "Thuyết minh"
    BOTH = "both", "Số liệu và thuyết minh"


class ApprovalPolicy(models.TextChoices):
    DATA_THEN_REPORT = "data_then_report", "Duyệt số liệu, rồi duyệt báo cáo"
    TOGETHER = "together", "Duyệt số liệu và báo cáo một lần"
    DATA_ONLY = "data_only", "Chỉ duyệt số liệu"
    REPORT_ONLY = "report_only", "Chỉ duyệt báo cáo"
    SELF_DECLARED = "self_declared", "Tự cam đoan (doanh nghiệp, tổ chức, cá nhân)"
    BY_DOCUMENT = "by_document", "Theo văn bản đã ký do văn thư tải lên"


#: Who may declare his own report: a State organisation's is decided by somebody who did not write it.
DECLARING = frozenset({OrganisationKind.ENTERPRISE, OrganisationKind.SOCIAL})


class Audience(models.TextChoices):
    PUBLIC = "public", "Mọi người"
    CONCERNED = "concerned", "Các cơ quan liên quan"


class WindowRule(models.TextChoices):
    DEFAULT = "default", "Theo Nghị định 09/2019/NĐ-CP, Điều 12"
    CALENDAR = "calendar", "Từ ngày đầu đến ngày cuối của kỳ"
    FIXED = "fixed", "Ngày cụ thể"


class DueAnchor(models.TextChoices):
    """Where a due day is counted from; the names are those of ``reports.deadlines.due_dates.DueRule``."""

    CUTOFF_END = "cutoff_end", "Ngày kết thúc chốt số liệu"
    PERIOD_END = "period_end", "Ngày cuối của kỳ báo cáo"
    LAST_MONTH = "last_month", "Một ngày trong tháng cuối của kỳ báo cáo"
    FIXED = "fixed", "Ngày cụ thể"


class RowKind(models.TextChoices):
    HEADING = "heading", "Tiêu đề nhóm"
    INPUT = "input", "Nhập số liệu"
    COMPUTED = "computed", "Tính theo công thức"
    TEXT = "text", "Nhập chữ"
    LIST = "list", "Danh mục do người báo cáo thêm dòng"


class ColumnKind(models.TextChoices):
    INPUT = "input", "Nhập số liệu"
    PREFILLED = "prefilled", "Điền sẵn từ kho số liệu"
    COMPUTED = "computed", "Tính theo công thức"
    CONSOLIDATED = "consolidated", "Tổng hợp từ báo cáo đã tiếp nhận"
    TEXT = "text", "Nhập chữ"
    DATE = "date", "Nhập ngày"
    CHOICE = "choice", "Chọn trong danh sách"


#: Columns whose cells hold words: never computed with, never posted.
WORDED = frozenset({ColumnKind.TEXT, ColumnKind.DATE, ColumnKind.CHOICE})


class PeriodRole(models.TextChoices):
    """Which period a column speaks of, relative to the round's."""

    THIS = "this", "Kỳ báo cáo"
    CUMULATIVE = "cumulative", "Lũy kế từ đầu năm"
    PREVIOUS = "previous", "Kỳ trước"
    SAME_LAST_YEAR = "same_last_year", "Cùng kỳ năm trước"
    CUMULATIVE_LAST_YEAR = "cumulative_last_year", "Lũy kế cùng kỳ năm trước"
    YEAR = "year", "Cả năm"


class CheckKind(models.TextChoices):
    """What a check of figures asks (R88, X15); docs/reference/checks.md has the rules."""

    CONDITION = "condition", "So sánh các ô của biểu"
    FORM = "form", "So sánh với biểu khác của báo cáo"
    RANGE = "range", "Khoảng giá trị"
    CHANGE = "change", "Tăng, giảm so với kỳ trước (%)"
    YEARLY = "yearly", "Tăng, giảm so với cùng kỳ năm trước (%)"
    PEERS = "peers", "So với trung vị của các cơ quan (số lần)"
    FALLS = "falls", "Lũy kế giảm"
    SUM = "sum", "Lũy kế khác lũy kế trước cộng kỳ này"
    COPIED = "copied", "Chép nguyên kỳ trước"
    SCALE = "scale", "Lệch đơn vị tính (nghìn lần)"
    OUTLIER = "outlier", "Khác thường so với các kỳ trước"


class CheckEffect(models.TextChoices):
    BLOCK = "block", "Chặn: không trình được"
    EXPLAIN = "explain", "Phải giải trình trước khi trình"
    WARN = "warn", "Cảnh báo"
    OFF = "off", "Không kiểm tra"


class ReportFormQuerySet(models.QuerySet["ReportForm"]):
    def with_latest(self) -> ReportFormQuerySet:
        """Adds ``latest_number`` and ``latest_at`` of the version last published; None where there is none."""
        latest = FormVersion.objects.filter(report_form=OuterRef("pk")).order_by("-number")
        return self.select_related("owner").annotate(
            latest_number=Subquery(latest.values("number")[:1]),
            latest_at=Subquery(latest.values("published_at")[:1]),
        )


class ReportForm(RevisionMixin, ClusterableModel):
    """A form of figures being designed. Publishing it compiles a ``FormVersion``; rounds hold versions, never this.

    Keys of rows and columns are stable codes: a figure's history hangs on them.
    """

    code = models.SlugField("mã biểu mẫu", max_length=40, unique=True)
    title = models.CharField("tên biểu mẫu", max_length=250)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="report_forms", verbose_name="cơ quan ban hành"
    )
    basis = models.ForeignKey(LegalAct, models.PROTECT, null=True, blank=True, verbose_name="căn cứ")
    note = models.TextField("hướng dẫn ghi biểu", blank=True)

    objects = ReportFormQuerySet.as_manager()

    panels = panels.REPORT_FORM
    base_form_class = ReportFormAdminForm

    class Meta:
        verbose_name = "biểu mẫu báo cáo"
        verbose_name_plural = "biểu mẫu báo cáo"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"

    @property
    def latest_version(self) -> FormVersion | None:
        return self.versions.order_by("-number").first()


class FormRow(Orderable):
    """A row: what is asked. ``indicator``, ``disaggregation`` and ``subject`` bind its figures.

    ``subject`` empty: the figures are about the organisation that reports. ``least``, ``most``, ``add_label`` and
    ``totalled`` are for rows that head a list.
    """

    report_form = ParentalKey(ReportForm, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField("mã dòng", max_length=40)
    number = models.CharField("STT", max_length=20, blank=True)
    label = models.CharField("nội dung", max_length=300)
    kind = models.CharField("loại", max_length=10, choices=RowKind.choices, default=RowKind.INPUT)
    level = models.PositiveSmallIntegerField("bậc thụt đầu dòng", default=0)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chỉ tiêu"
    )
    disaggregation = models.CharField("phân tổ", max_length=120, blank=True)
    subject = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="số liệu về"
    )
    formula = models.CharField("công thức theo cột", max_length=500, blank=True)
    required = models.BooleanField("bắt buộc", default=True)
    help_text = models.CharField("hướng dẫn", max_length=300, blank=True)
    charted = models.BooleanField(
        "vẽ biểu đồ trong văn bản",
        default=False,
        help_text="Văn bản của báo cáo có biểu đồ của chỉ tiêu này, 12 kỳ gần nhất.",
    )
    least = models.PositiveSmallIntegerField("ít nhất (số dòng)", default=0)
    most = models.PositiveSmallIntegerField("nhiều nhất (số dòng)", null=True, blank=True)
    add_label = models.CharField("chữ trên nút thêm dòng", max_length=60, blank=True)
    totalled = models.BooleanField(
        "dòng danh mục là tổng các dòng bên dưới",
        default=True,
        help_text="Các cột nhập số liệu được cộng lại; gắn với chỉ tiêu thì tổng đó được ghi vào kho số liệu.",
    )

    panels = panels.ROW

    class Meta(Orderable.Meta):
        verbose_name = "dòng"
        verbose_name_plural = "các dòng"

    def __str__(self) -> str:
        return f"{self.number} {self.label}".strip()


class FormColumn(Orderable):
    """A column: in what sense. ``value_type``, ``period_role`` and ``plan_basis`` bind its figures.

    ``header_path`` holds the headings above this one, joined by " | ", so that headers nest.
    """

    report_form = ParentalKey(ReportForm, on_delete=models.CASCADE, related_name="columns")
    key = models.CharField("mã cột", max_length=40)
    label = models.CharField("tiêu đề cột", max_length=150)
    header_path = models.CharField(
        "tiêu đề cấp trên", max_length=300, blank=True, help_text="Các cấp cách nhau bằng dấu |"
    )
    kind = models.CharField("loại", max_length=12, choices=ColumnKind.choices, default=ColumnKind.INPUT)
    value_type = models.CharField("loại giá trị", max_length=10, choices=ValueType.choices, blank=True)
    period_role = models.CharField(
        "kỳ số liệu", max_length=20, choices=PeriodRole.choices, default=PeriodRole.THIS
    )
    plan_basis = models.CharField("cơ quan giao kế hoạch", max_length=40, blank=True)
    formula = models.CharField("công thức theo dòng", max_length=500, blank=True)
    decimals = models.PositiveSmallIntegerField("số chữ số thập phân", null=True, blank=True)
    choices = models.TextField("các lựa chọn", blank=True, help_text="Mỗi dòng một lựa chọn.")
    required = models.BooleanField(
        "bắt buộc",
        default=False,
        help_text="Cho cột chữ, ngày, lựa chọn: phải điền ở những dòng bắt buộc.",
    )

    panels = panels.COLUMN

    class Meta(Orderable.Meta):
        verbose_name = "cột"
        verbose_name_plural = "các cột"

    def __str__(self) -> str:
        return self.label


class FormCheck(Orderable):
    """A check of the figures typed into the form. ``rows`` and ``columns`` are keys, one after the other with ";";
    empty: all it can be asked of.

    ``lowest`` and ``highest`` are a value for RANGE, a change in per cent for CHANGE and YEARLY, a multiple of the
    median for PEERS. Kinds that are asked of every form anyway are named here to change or lift their effect.
    """

    report_form = ParentalKey(ReportForm, on_delete=models.CASCADE, related_name="checks")
    key = models.CharField("mã kiểm tra", max_length=40)
    label = models.CharField("tên", max_length=150)
    kind = models.CharField("loại", max_length=10, choices=CheckKind.choices, default=CheckKind.CONDITION)
    effect = models.CharField(
        "khi không đạt", max_length=10, choices=CheckEffect.choices, default=CheckEffect.EXPLAIN
    )
    rows = models.CharField("các dòng", max_length=500, blank=True)
    columns = models.CharField("các cột", max_length=300, blank=True)
    expression = models.CharField("biểu thức", max_length=500, blank=True)
    other_form = models.CharField("biểu kia", max_length=40, blank=True)
    other_expression = models.CharField("biểu thức ở biểu kia", max_length=500, blank=True)
    lowest = models.DecimalField("thấp nhất", max_digits=24, decimal_places=6, null=True, blank=True)
    highest = models.DecimalField("cao nhất", max_digits=24, decimal_places=6, null=True, blank=True)
    tolerance = models.DecimalField("sai số làm tròn", max_digits=24, decimal_places=6, default=0)
    message = models.CharField("lời nhắc", max_length=300, blank=True)

    panels = panels.CHECK

    class Meta(Orderable.Meta):
        verbose_name = "kiểm tra số liệu"
        verbose_name_plural = "kiểm tra số liệu"

    def __str__(self) -> str:
        return self.label


class ImmutableVersion(models.Model):
    """Compiled once, never changed: canonical JSON with its SHA-256."""

    number = models.PositiveIntegerField()
    compiled = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__} is immutable.")
        super().save(*args, **kwargs)


class FormVersion(ImmutableVersion):
    """``compiled``: see ``reports.regimes.compiling``; read it through ``reports.regimes.grid.FormGrid``."""

    report_form = models.ForeignKey(ReportForm, models.PROTECT, related_name="versions")

    class Meta:
        verbose_name = "phiên bản biểu mẫu"
        verbose_name_plural = "phiên bản biểu mẫu"
        default_permissions = ()
        ordering = ["report_form", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["report_form", "number"], name="one_number_per_form_version")
        ]

    def __str__(self) -> str:
        return f"{self.report_form.code} v{self.number}"


class OutlinePage(Searchable, Page):
    """The outline (mẫu đề cương) of a narrative report: its sections in order (R60)."""

    introduction = models.TextField("hướng dẫn chung", blank=True)

    content_panels = [*Page.content_panels, *panels.OUTLINE]
    parent_page_types = ["home.SectionPage"]
    subpage_types: list[str] = []
    template = "pages/outline_page.html"

    class Meta:
        verbose_name = "mẫu đề cương"
        verbose_name_plural = "mẫu đề cương"

    def searched(self) -> list[str]:
        return [self.title, self.introduction, *(section.heading for section in self.sections.all())]


class OutlineSection(Orderable):
    page = ParentalKey(OutlinePage, on_delete=models.CASCADE, related_name="sections")
    key = models.SlugField("mã mục", max_length=40)
    heading = models.CharField("đề mục", max_length=250)
    guidance = models.TextField("hướng dẫn viết", blank=True)
    required = models.BooleanField("bắt buộc", default=True)

    panels = panels.OUTLINE_SECTION

    class Meta(Orderable.Meta):
        verbose_name = "mục"
        verbose_name_plural = "các mục"

    def __str__(self) -> str:
        return self.heading


#: Who is publishing a regime, and the moment told, for as long as ``RegimePage.publish`` runs.
_published: ContextVar[tuple[User | None, datetime | None]] = ContextVar("published", default=(None, None))


class RegimePageQuerySet(PageQuerySet["RegimePage"]):
    def visible_to(self, user: User | AnonymousUser) -> RegimePageQuerySet:
        """Public ones, and those that concern an organisation in which the user has a duty."""
        if user.is_active and user.is_superuser:
            return self
        organisations = {duty.organisation_id for duty in duties_of(user).duties}
        if not organisations:
            return self.filter(audience=Audience.PUBLIC)
        concerned = Q(audience=Audience.PUBLIC) | Q(lead_id__in=organisations)
        for child, field in (
            (RegimeTier, "recipient_id"),
            (RegimeSubject, "organisation_id"),
            (RegimeRelated, "organisation_id"),
        ):
            lines = child.objects.filter(page=OuterRef("pk"), **{f"{field}__in": organisations})
            concerned |= Q(Exists(lines))
        return self.filter(concerned)


class RegimePage(Searchable, Page):
    """A reporting regime (chế độ báo cáo) being authored; Decree 09/2019, Articles 7–8.

    Going live checks X1–X4 and R8 and compiles a ``RegimeVersion``; open rounds keep theirs.
    """

    code = models.SlugField("mã chế độ", max_length=40, unique=True)
    kind = models.CharField(
        "loại chế độ", max_length=10, choices=RegimeKind.choices, default=RegimeKind.PERIODIC
    )
    legal_class = models.CharField(
        "loại thông tin", max_length=20, choices=LegalClass.choices, default=LegalClass.ADMINISTRATIVE
    )
    content = models.CharField("nội dung gồm", max_length=10, choices=Content.choices, default=Content.BOTH)
    description = RichTextField(
        "nội dung yêu cầu báo cáo", blank=True, features=["bold", "italic", "ol", "ul"]
    )
    frequency = models.CharField(
        "tần suất", max_length=12, choices=Frequency.choices, default=Frequency.MONTH
    )
    basis = models.ForeignKey(
        LegalAct, models.PROTECT, null=True, blank=True, related_name="regimes", verbose_name="văn bản căn cứ"
    )
    lead = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_regimes",
        verbose_name="cơ quan chủ trì",
    )
    method = models.CharField(
        "phương thức gửi, nhận", max_length=200, blank=True, default="Gửi trên hệ thống thông tin báo cáo"
    )
    instructions = RichTextField(
        "hướng dẫn thực hiện", blank=True, features=["bold", "italic", "ol", "ul", "link"]
    )
    outline = models.ForeignKey(
        OutlinePage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="regimes",
        verbose_name="mẫu đề cương",
    )
    window_rule = models.CharField(
        "thời gian chốt số liệu", max_length=10, choices=WindowRule.choices, default=WindowRule.DEFAULT
    )
    window_first = models.DateField("chốt số liệu từ ngày", null=True, blank=True)
    window_last = models.DateField("chốt số liệu đến ngày", null=True, blank=True)
    approval_policy = models.CharField(
        "cách phê duyệt",
        max_length=20,
        choices=ApprovalPolicy.choices,
        default=ApprovalPolicy.DATA_THEN_REPORT,
        help_text="Tự cam đoan: chỉ doanh nghiệp, tổ chức, cá nhân; báo cáo của cơ quan nhà nước ở cấp trên vẫn do "
        "lãnh đạo duyệt một lần.",
    )
    review_steps = models.PositiveSmallIntegerField("số bước kiểm tra trước khi trình lãnh đạo", default=0)
    requires_signature = models.BooleanField("phải ký số trước khi gửi", default=True)
    requires_number = models.BooleanField("phải có số, ký hiệu và ngày ban hành trước khi gửi", default=True)
    document_title = models.CharField("trích yếu của báo cáo", max_length=300, blank=True)
    addressees = models.TextField("kính gửi (mỗi dòng một nơi)", blank=True)
    copies = models.TextField("nơi nhận (mỗi dòng một nơi)", blank=True)
    audience = models.CharField(
        "ai được xem trang này", max_length=10, choices=Audience.choices, default=Audience.PUBLIC
    )

    objects = PageManager.from_queryset(RegimePageQuerySet)()

    edit_handler = panels.REGIME
    base_form_class = RegimePageForm
    parent_page_types = ["home.SectionPage"]
    subpage_types: list[str] = []
    template = "pages/regime_page.html"

    class Meta:
        verbose_name = "chế độ báo cáo"
        verbose_name_plural = "chế độ báo cáo"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, to whom it concerns; to others there is no such page."""
        if not type(self).objects.visible_to(request.user).filter(pk=self.pk).exists():
            raise Http404
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """``tiers``, each with its ``subjects`` (codes and names of forms → organisations) and ``due`` in words.

        Layers above know when things are due: each receiver of the hook ``portal_regime_tiers`` takes the page
        and gives more by number of the tier.
        """
        context = super().get_context(request, *args, **kwargs)
        told: dict[int, dict[str, Any]] = {}
        for contribute in hooks.get_hooks("portal_regime_tiers"):
            for number, more in contribute(self).items():
                told.setdefault(number, {}).update(more)
        asked: dict[tuple[int, Organisation], list[str]] = {}
        for line in self.subjects.select_related("organisation", "report_form"):
            forms = asked.setdefault((line.tier_number, line.organisation), [])
            forms += [str(line.report_form)] if line.report_form else []
        subjects: dict[int, dict[str, list[Organisation]]] = {}
        for (number, organisation), forms in asked.items():
            subjects.setdefault(number, {}).setdefault("; ".join(forms), []).append(organisation)
        context["tiers"] = [
            {"tier": tier, "subjects": subjects.get(tier.number, {}), **told.get(tier.number, {})}
            for tier in sorted(self.tiers.select_related("recipient"), key=lambda tier: tier.number)
        ]
        for tell in hooks.get_hooks("portal_regime_next_due"):
            context["next"] = tell([self]).get(self.pk)
        context["related"] = [
            line.organisation for line in self.related_organisations.select_related("organisation")
        ]
        return context

    def searched(self) -> list[str]:
        return [
            self.title,
            self.code,
            self.lead.name if self.lead else "",
            self.basis.number if self.basis else "",
            unescape(strip_tags(self.description)),
        ]

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return super().get_sitemap_urls(request) if self.audience == Audience.PUBLIC else []

    def copy(self, *args: Any, update_attrs: dict[str, Any] | None = None, **kwargs: Any) -> RegimePage:
        """A draft under a code of its own: a copy has to pass the checks before it is published."""
        attrs = {"code": self._free_code(), **(update_attrs or {})}
        return super().copy(*args, **{**kwargs, "update_attrs": attrs, "keep_live": False})

    def create_alias(self, *args: Any, **kwargs: Any) -> NoReturn:
        """An alias would be a second regime with the same code, live without checks."""
        raise PermissionDenied("Chế độ báo cáo không có bản sao liên kết; hãy sao chép thành chế độ mới.")

    def _free_code(self) -> str:
        taken = set(type(self).objects.values_list("code", flat=True))
        return next(code for n in count(2) if (code := f"{self.code[:36]}-{n}") not in taken)

    @property
    def latest_version(self) -> RegimeVersion | None:
        return self.versions.order_by("-number").first()

    def publish(
        self, revision: Revision, user: User | None = None, *, at: datetime | None = None, **kwargs: Any
    ) -> None:
        """As Wagtail's; ``at`` is the moment the version bears (now by default)."""
        token = _published.set((user, at))
        try:
            super().publish(revision, user=user, **kwargs)
        finally:
            _published.reset(token)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whenever a page goes live, or another revision of it, the version that rounds will hold is compiled.

        The one choke point: the editor publishes without ``publish``, and schedule, workflow and script end here too.

        Raises:
            ValidationError: it is to go live, and X1–X4 or R8 do not hold. All that blocks is listed by field, in
                Vietnamese; nothing is saved.
        """
        # The compiler reads these models.
        from .compiling import publish_regime

        before = type(self).objects.filter(pk=self.pk).values_list("live", "live_revision_id").first()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.live and before != (True, self.live_revision_id):
                by, at = _published.get()
                if by is None and self.live_revision:
                    by = self.live_revision.user
                try:
                    publish_regime(self, by=by, at=at)
                except CannotPublish as error:
                    raise ValidationError(by_field(error.problems)) from None


class RegimeRelated(Orderable):
    """An organisation that takes part without reporting (cơ quan phối hợp, R77)."""

    page = ParentalKey(RegimePage, on_delete=models.CASCADE, related_name="related_organisations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="cơ quan")

    class Meta(Orderable.Meta):
        verbose_name = "cơ quan phối hợp"
        verbose_name_plural = "cơ quan phối hợp"

    def __str__(self) -> str:
        return str(self.organisation)


class RegimeTier(Orderable):
    """One level of the regime: who receives, and when it is due. Tier 1 reports first; the last goes furthest up.

    Decree 09/2019, Article 8.5b: each level has its own due day.
    """

    page = ParentalKey(RegimePage, on_delete=models.CASCADE, related_name="tiers")
    number = models.PositiveSmallIntegerField("cấp", default=1)
    name = models.CharField("tên cấp", max_length=100)
    recipient = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cơ quan nhận"
    )
    due_anchor = models.CharField("tính hạn từ", max_length=12, choices=DueAnchor.choices, blank=True)
    due_working_days = models.PositiveSmallIntegerField("cộng số ngày làm việc", default=0)
    due_day_of_month = models.PositiveSmallIntegerField("ngày trong tháng", null=True, blank=True)
    due_month_offset = models.SmallIntegerField("cách tháng cuối của kỳ (số tháng)", default=0)
    due_on = models.DateField("ngày cụ thể", null=True, blank=True)
    due_time = models.TimeField("giờ", null=True, blank=True)
    opens_days_before = models.PositiveSmallIntegerField("mở nhập trước hạn (số ngày)", default=14)
    closes_days_after = models.PositiveSmallIntegerField("đóng nhận sau hạn (số ngày)", default=30)

    panels = panels.TIER

    class Meta(Orderable.Meta):
        verbose_name = "cấp báo cáo"
        verbose_name_plural = "các cấp báo cáo"

    def __str__(self) -> str:
        return self.name


class RegimeSubject(Orderable):
    """An organisation that owes the report at a tier, with the forms it fills in: one line per form."""

    page = ParentalKey(RegimePage, on_delete=models.CASCADE, related_name="subjects")
    tier_number = models.PositiveSmallIntegerField("cấp", default=1)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="regime_subjects", verbose_name="cơ quan báo cáo"
    )
    report_form = models.ForeignKey(
        ReportForm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="biểu mẫu"
    )

    panels = panels.SUBJECT

    class Meta(Orderable.Meta):
        verbose_name = "đối tượng thực hiện"
        verbose_name_plural = "đối tượng thực hiện"

    def __str__(self) -> str:
        return str(self.organisation)


class RegimeVersion(ImmutableVersion):
    """A published regime as rounds hold it. ``compiled``: see ``reports.regimes.compiling``."""

    page = models.ForeignKey(RegimePage, models.PROTECT, related_name="versions")
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=255)
    form_versions = models.ManyToManyField(FormVersion, related_name="regime_versions")

    class Meta:
        verbose_name = "phiên bản chế độ báo cáo"
        verbose_name_plural = "phiên bản chế độ báo cáo"
        default_permissions = ()
        ordering = ["code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="one_number_per_regime_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.number})"
