"""An organisation's answer to an obligation: cells, text, files, and all that was decided about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from wagtail.models import DraftStateMixin, RevisionMixin, Task, Workflow, WorkflowMixin

from home.accounts.duties import duties_of
from home.accounts.models import Appointment, DutyKind, User
from home.organisations.models import Organisation
from indicators.numbers import CellValue, read_target
from indicators.store.models import Figure, Source
from reports.deadlines.models import Obligation
from reports.documents.models import ArchivedFile, Document
from reports.regimes.grid import place_of
from reports.regimes.models import DECLARING, ApprovalPolicy, CheckKind, FormVersion

from .status import EDITABLE, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

#: Duties that open the reports of one's own organisation.
INSIDE = (
    DutyKind.ENTER,
    DutyKind.REVIEW,
    DutyKind.APPROVE_DATA,
    DutyKind.APPROVE_REPORT,
    DutyKind.ISSUE,
    DutyKind.SEND,
    DutyKind.CONSOLIDATE,
    DutyKind.PUBLISH,
    DutyKind.VIEW,
)
#: Duties that open what was sent to one's organisation.
RECEIVING = (DutyKind.RECEIVE, DutyKind.CONSOLIDATE, DutyKind.PUBLISH, DutyKind.VIEW)


def private_storage() -> Any:
    return storages["private"]


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Every question about submissions. Views and tasks filter through these."""

    def visible_to(self, user: User | AnonymousUser) -> SubmissionQuerySet:
        """Those of the organisations the user works for, and those that were ever sent to them; of predecessors that
        another successor answers for, those that were ever sent.

        Scoped duties open the reports of their regimes; the screen narrows to forms and rows. A superuser sees all.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        book = duties_of(user)
        sent = Q(first_sent_at__isnull=False)
        ways = [
            ("obligation__organisation", book.regimes(*INSIDE), Q()),
            ("obligation__recipient", book.regimes(*RECEIVING), sent),
            ("obligation__organisation", book.inherited_regimes(*INSIDE), sent),
            ("obligation__recipient", book.inherited_regimes(*RECEIVING), sent),
        ]
        reachable = Q(pk__in=[])
        for side, places, condition in ways:
            for organisation_id, codes in places.items():
                there = Q(**{side: organisation_id}) & condition
                if codes is not None:
                    there &= Q(obligation__tier__round__regime_version__code__in=codes)
                reachable |= there
        return self.filter(reachable)

    def late(self) -> SubmissionQuerySet:
        """Those whose first dispatch (or the real moment of one recorded outside) lies after the due moment."""
        return self.filter(first_sent_at__gt=models.F("obligation__due_at"))

    def to_write(self) -> SubmissionQuerySet:
        """For saving cells: whose report it is, of which regime, and when it may be written; the rest is read if asked."""
        tier = "obligation__tier"
        version = f"{tier}__round__regime_version"
        return self.select_related(version).only(
            *("status", "first_sent_at"),
            *(f"obligation__{name}" for name in ("organisation_id", "recipient_id", "due_on", "tier_id")),
            *(f"{tier}__{name}" for name in ("number", "opens_on", "closes_on", "round_id")),
            *(f"{tier}__round__period", f"{tier}__round__regime_version_id", f"{version}__code"),
        )

    def with_obligation(self) -> SubmissionQuerySet:
        """For listings: one query instead of several per row."""
        return self.select_related(
            "obligation__organisation",
            "obligation__recipient",
            "obligation__tier__round__regime_version",
        )


class Submission(WorkflowMixin, DraftStateMixin, RevisionMixin, models.Model):
    """An organisation's answer to one obligation.

    ``status`` is written by ``services`` alone and moves only along ``status.TRANSITIONS``. Wagtail runs the
    approval steps beneath; its revisions hold nothing but the name of the snapshot, its ``live`` is never set.
    ``first_sent_at`` is the moment (UTC) the first dispatch was made, or the real one of what was sent outside;
    later sendings do not move it. ``accepted_snapshot`` stays in force while an adjustment is being made.
    """

    obligation = models.OneToOneField(Obligation, models.PROTECT, related_name="submission")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT, editable=False)
    status_since = models.DateTimeField(editable=False)
    live = models.BooleanField(default=False, editable=False)
    snapshot = models.ForeignKey("Snapshot", models.PROTECT, null=True, editable=False, related_name="+")
    accepted_snapshot = models.ForeignKey(
        "Snapshot", models.PROTECT, null=True, editable=False, related_name="+"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, editable=False, related_name="submissions"
    )
    first_sent_at = models.DateTimeField(null=True, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        default_permissions = ()
        ordering = ["-obligation__due_at", "pk"]

    def __str__(self) -> str:
        return str(self.obligation)

    @property
    def organisation(self) -> Organisation:
        return self.obligation.organisation

    @property
    def recipient(self) -> Organisation:
        return self.obligation.recipient

    @property
    def regime(self) -> dict[str, Any]:
        """The compiled regime this report answers."""
        return self.obligation.tier.round.regime_version.compiled

    @property
    def regime_code(self) -> str:
        return self.obligation.tier.round.regime_version.code

    @property
    def accepted_before(self) -> Snapshot | None:
        """What the same organisation's report of the same regime and tier has in force for the period before."""
        obligation = self.obligation
        report = (
            Submission.objects.filter(
                obligation__organisation=obligation.organisation_id,
                obligation__tier__number=obligation.tier.number,
                obligation__tier__round__regime_version__code=self.regime_code,
                obligation__tier__round__period=str(obligation.tier.round.span.previous()),
                accepted_snapshot__isnull=False,
            )
            .select_related("accepted_snapshot")
            .order_by("-pk")
            .first()
        )
        return report.accepted_snapshot if report else None

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_late(self) -> bool:
        return self.first_sent_at is not None and self.first_sent_at > self.obligation.due_at

    @property
    def approval_policy(self) -> str:
        """That of the regime; but only enterprises and individuals declare by themselves. In such a regime the State's
        reports, as the lead agency's on an upper tier, are approved together.
        """
        policy: str = self.regime["approval_policy"]
        if policy == ApprovalPolicy.SELF_DECLARED and self.organisation.kind not in DECLARING:
            return ApprovalPolicy.TOGETHER
        return policy

    def get_workflow(self) -> Workflow | None:
        """The steps compiled from the approval policy; None where they were switched off."""
        from .workflow import workflow_for

        return workflow_for(self.approval_policy, self.regime["review_steps"])

    def serializable_data(self) -> dict[str, Any]:
        """What a Wagtail revision keeps: the name of the snapshot. Cells have their own history."""
        return {"pk": self.pk, "snapshot": self.snapshot_id}

    def with_content_json(self, content: dict[str, Any]) -> Submission:
        """No revision brings anything back."""
        return type(self).objects.get(pk=self.pk)


class Sheet(models.Model):
    """One form of a submission. Data are approved sheet by sheet."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="sheets")
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="sheets")
    #: All sheets of the report, where they were read with this one.
    beside: tuple[Sheet, ...] = ()
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "biểu số liệu"
        verbose_name_plural = "biểu số liệu"
        default_permissions = ()
        ordering = ["submission", "sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "form_version"], name="one_sheet_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.form_version} – {self.submission_id}"

    @property
    def code(self) -> str:
        return self.form_version.compiled["code"]


class Cell(models.Model):
    """What stands in one cell now. Blank cells have no row, or none of amount, code, target and text.

    ``amount`` is in the measure of the row's indicator; ``code`` is one of "-", "…", "x"; ``target`` is a plan that is
    not one number, as ``indicators.numbers.canonical_target`` writes it; ``text`` is for text cells.
    ``version`` counts the changes; a save names the version it saw. ``figure`` is the version a prefilled cell showed.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="cells")
    row = models.CharField(max_length=80)
    column = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    code = models.CharField(max_length=4, default="")
    target = models.CharField(max_length=310, default="")
    text = models.CharField(max_length=2000, default="")
    figure = models.ForeignKey(Figure, models.PROTECT, null=True, related_name="shown_in")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["sheet", "row", "column"], name="one_value_per_cell"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(code="", target="", text=""), name="cell_holds_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row}/{self.column}"

    @property
    def value(self) -> CellValue:
        return CellValue(self.amount, self.code, read_target(self.target) if self.target else None)


class ListRowQuerySet(models.QuerySet["ListRow"]):
    def standing(self) -> ListRowQuerySet:
        """Those that have not been removed, in the order of their lists."""
        return self.filter(removed_at__isnull=True).order_by("sheet", "section", "sort_order", "pk")


class ListRow(models.Model):
    """A row that a reporter has added to a list of a form; ``key`` is a ULID. What it is called is a cell of its own,
    in the column ``grid.LABEL``. Removing keeps row and cells.
    """

    #: The column of ``CellChange`` that tells where in its list a row stands: "" nowhere, "n:<place>" from 1.
    PLACE = "#"

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="list_rows")
    section = models.CharField(max_length=40)
    key = models.CharField(max_length=26)
    sort_order = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ListRowQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng danh mục"
        verbose_name_plural = "dòng danh mục"
        default_permissions = ()
        ordering = ["sheet", "section", "sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "key"], name="one_list_row_per_key")]

    def __str__(self) -> str:
        return self.row

    @property
    def row(self) -> str:
        """The row key of its cells."""
        return f"{self.section}/{self.key}"


class CellChange(models.Model):
    """One change of one cell, kept for ever. A pasted block, an import or a fill is one ``batch``.

    ``old`` and ``new`` are canonical texts: "" blank, "n:<amount>", "c:<code>", "t:<text>", or a target
    ("r:7.5:8", "b:<:7.6", "w:Xuất siêu"). What happened to a row of a list is a change in the column ``ListRow.PLACE``.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="changes")
    row = models.CharField(max_length=80)
    column = models.CharField(max_length=40)
    old = models.CharField(max_length=2010, default="")
    new = models.CharField(max_length=2010, default="")
    batch = models.CharField(max_length=32, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_hand = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["sheet", "row", "column", "at"], name="history_of_cell")]

    def __str__(self) -> str:
        return f"{self.row}/{self.column}: {self.old} → {self.new}"


class CellComment(models.Model):
    """What people of the organisation say to each other about one cell; no receiver reads it. Closing is added, once."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="comments")
    row = models.CharField(max_length=80)
    column = models.CharField(max_length=40)
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["sheet", "row", "column"], name="comments_of_cell")]

    def __str__(self) -> str:
        return f"{self.row}/{self.column}: {self.text[:60]}"


class Explanation(models.Model):
    """Why a number that looks wrong is right (R88, X15). It speaks of the value it was written for: a number typed anew
    asks anew. Kept for ever; ``superseded_at`` says until when it was in force.

    ``rule`` is the key of the check as findings name it, ``kind`` its ``CheckKind``, ``value`` the cell as ``encode``
    writes it. ``pattern`` is the period's part of the year (``M02``) and ``deviation`` how far the value lay from what
    was expected, as a share of it: what is alike next year is silenced (docs/decisions/0019).
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="explanations")
    row = models.CharField(max_length=80)
    column = models.CharField(max_length=40)
    rule = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=CheckKind.choices)
    value = models.CharField(max_length=2010)
    pattern = models.CharField(max_length=24, blank=True, default="")
    deviation = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    text = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "row", "column", "rule"],
                condition=Q(superseded_at__isnull=True),
                name="one_explanation_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.row}/{self.column}: {self.text}"


class Section(models.Model):
    """The text under one heading of the outline. ``body`` is cleaned HTML; empty means not written."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="sections")
    key = models.SlugField(max_length=40)
    heading = models.CharField(max_length=250)
    body = models.TextField(blank=True, default="")
    sort_order = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["submission", "sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["submission", "key"], name="one_section_per_key")]

    def __str__(self) -> str:
        return self.heading


class SectionChange(models.Model):
    """One change of one section, kept for ever."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="changes")
    body = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.section} {self.at}"


class AttachmentKind(models.TextChoices):
    EVIDENCE = "evidence", "Tài liệu kèm theo"
    SCAN = "scan", "Bản quét báo cáo giấy"
    OUTSIDE = "outside", "Minh chứng đã gửi ngoài hệ thống"


class Attachment(models.Model):
    """A file of the report, in private storage. Removing keeps it: the history shows who took it out (R155).

    ``sheet``, ``row`` and ``column`` name the cell it is the evidence of; none: of the whole report.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=10, choices=AttachmentKind.choices, default=AttachmentKind.EVIDENCE)
    name = models.CharField(max_length=200)
    file = models.ForeignKey(ArchivedFile, models.PROTECT, related_name="attachments")
    sheet = models.ForeignKey(Sheet, models.PROTECT, null=True, related_name="evidence")
    row = models.CharField(max_length=80, default="")
    column = models.CharField(max_length=40, default="")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "tệp đính kèm"
        verbose_name_plural = "tệp đính kèm"
        default_permissions = ()
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """The cell it is the evidence of, in words; "" for a file of the whole report."""
        from .lists import live_grid

        return place_of(live_grid(self.sheet), (self.row, self.column)) if self.sheet else ""


class ImmutableQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is never changed.")

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is never deleted.")


class Immutable(models.Model):
    """Written once; neither changed nor deleted."""

    objects = ImmutableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__} is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is never deleted.")


class Snapshot(Immutable):
    """What was handed in (bản trình): canonical JSON with its SHA-256, and everybody who wrote any of it.

    ``sheet_hashes`` maps form codes to the SHA-256 of each sheet, so that an unchanged sheet keeps its approval.
    ``authors``: people who changed cells, sections or attachments since the last acceptance.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    sheet_hashes = models.JSONField(default=dict)
    author_ids = models.JSONField(default=list)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "bản trình"
        verbose_name_plural = "bản trình"
        default_permissions = ()
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="one_number_per_snapshot")
        ]

    def __str__(self) -> str:
        return f"Bản trình {self.number}"

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.content)


class Step(models.TextChoices):
    """What an approval policy asks for, in this order."""

    REVIEW = "review", "Kiểm tra"
    DATA = "data", "Duyệt số liệu"
    REPORT = "report", "Duyệt báo cáo"
    DECLARE = "declare", "Cam đoan"
    DOCUMENT = "document", "Ghi nhận văn bản đã ký"


class DecisionChannel(models.TextChoices):
    """How the yes or no was given."""

    PORTAL = "portal", "Trên hệ thống"
    SELF_DECLARED = "self_declared", "Người nhập tự cam đoan"
    DOCUMENT = "document", "Bằng văn bản đã ký"


class Outcome(models.TextChoices):
    APPROVED = "approved", "Đồng ý"
    REFUSED = "refused", "Không đồng ý"


class Decision(Immutable):
    """One person's yes or no to one sheet or to the report. Never deleted, whatever becomes of workflows.

    ``sha256`` is what the person saw: the sheet's hash for DATA, else the snapshot's. A DATA decision stands as long
    as the sheet has that hash. ``sheet_code`` is empty for the report as a whole; ``step_number`` counts REVIEW steps.

    By DOCUMENT the clerk decides on behalf of who signed: ``file`` is the signed paper, kept by its own SHA-256,
    ``appointment`` the authority it was signed with.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=10, choices=Step.choices)
    step_number = models.PositiveSmallIntegerField(default=1)
    sheet_code = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    sha256 = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(max_length=20, choices=DecisionChannel.choices, default=DecisionChannel.PORTAL)
    file = models.ForeignKey(ArchivedFile, models.PROTECT, null=True, related_name="decisions")
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reasons = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = "quyết định duyệt"
        verbose_name_plural = "quyết định duyệt"
        default_permissions = ()
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel="document", step="document", outcome="approved")
                | Q(file__isnull=False, appointment__isnull=False, on_behalf_of__isnull=False),
                name="signed_paper_has_file_and_signer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.get_outcome_display()}"


class DispatchOutcome(models.TextChoices):
    ACCEPTED = "accepted", "Đã tiếp nhận"
    RETURNED = "returned", "Bị trả lại"
    RECALLED = "recalled", "Đã thu hồi"


class DispatchChannel(models.TextChoices):
    PORTAL = "portal", "Trên hệ thống"
    E_OFFICE = "e_office", "Qua hệ thống văn bản điện tử (E-Office)"
    PAPER = "paper", "Bản giấy"
    OTHER = "other", "Cách khác"


class Dispatch(models.Model):
    """One sending (lần gửi). Only its outcome is ever added, once.

    ``sent_at`` is when it really happened (UTC); ``recorded_at`` when the portal learnt of it: the same moment on the
    portal, later for what was sent outside. ``receipt`` is given to the sender (R111).
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="dispatches")
    number = models.PositiveSmallIntegerField()
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="dispatches")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="dispatches")
    pdf = models.ForeignKey(ArchivedFile, models.PROTECT, null=True, blank=True, related_name="dispatches")
    channel = models.CharField(max_length=10, choices=DispatchChannel.choices, default=DispatchChannel.PORTAL)
    evidence = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    receipt = models.CharField(max_length=40, unique=True)
    outcome = models.CharField(max_length=10, choices=DispatchOutcome.choices, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reasons = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True)
    source = models.OneToOneField(Source, models.PROTECT, null=True, blank=True, related_name="dispatch")

    class Meta:
        verbose_name = "lần gửi"
        verbose_name_plural = "các lần gửi"
        default_permissions = ()
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="one_number_per_dispatch"),
            models.UniqueConstraint(fields=["submission"], condition=Q(outcome=""), name="one_open_dispatch"),
        ]

    def __str__(self) -> str:
        return f"Lần gửi {self.number} ({self.receipt})"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Dispatches are never deleted.")


class AdjustmentRequest(models.Model):
    """The sender asks to adjust what was accepted (R94, X14); the receiver grants or declines."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="adjustment_requests")
    reason = models.TextField()
    document = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = "đề nghị điều chỉnh"
        verbose_name_plural = "đề nghị điều chỉnh"
        default_permissions = ()
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=Q(granted__isnull=True), name="one_open_adjustment_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.reason[:60]}"


class DutyTask(Task):
    """A step of the approval that asks duties, not groups. The Decision is ours; Wagtail only counts the steps.

    ``step`` and ``step_number`` say which Decision this task waits for.
    """

    step = models.CharField(max_length=10, choices=Step.choices)
    step_number = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = "bước phê duyệt theo nhiệm vụ"
        verbose_name_plural = "các bước phê duyệt theo nhiệm vụ"
        default_permissions = ()

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return False

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return True

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        return False

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        return False

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """Nothing: decisions are made on the report's own screen, through ``services``."""
        return []

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        return self.task_states.none()

    @classmethod
    def get_description(cls) -> str:
        return "Người có nhiệm vụ kiểm tra, duyệt số liệu hoặc duyệt báo cáo của đơn vị quyết định trên trang báo cáo."
