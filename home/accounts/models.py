"""People, what they may do, and with what authority they sign."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from home.organisations.models import Division, Organisation, on_day
from home.text import fold


class DutyKind(models.TextChoices):
    """What a person may do for an organisation (design: "Who does what")."""

    ENTER = "enter", "Nhập liệu"
    REVIEW = "review", "Kiểm tra trước khi trình"
    APPROVE_DATA = "approve_data", "Duyệt số liệu"
    APPROVE_REPORT = "approve_report", "Duyệt báo cáo"
    ISSUE = "issue", "Cấp số, phát hành"
    SEND = "send", "Gửi báo cáo"
    RECEIVE = "receive", "Tiếp nhận báo cáo"
    CONSOLIDATE = "consolidate", "Tổng hợp báo cáo"
    PUBLISH = "publish", "Công khai"
    DESIGN = "design", "Thiết kế chế độ, biểu mẫu, chỉ tiêu"
    UNIT_ADMIN = "unit_admin", "Quản trị đơn vị"
    SYSTEM_ADMIN = "system_admin", "Quản trị hệ thống"
    VIEW = "view", "Xem, theo dõi"
    MONITOR = "monitor", "Giám sát kỹ thuật"


#: Duties that reach beyond one organisation: given and taken by system administrators alone.
PORTAL_WIDE = frozenset({DutyKind.SYSTEM_ADMIN, DutyKind.MONITOR})
#: Duties whose holders give others their rights.
ADMINISTERING = frozenset({DutyKind.SYSTEM_ADMIN, DutyKind.UNIT_ADMIN})


class User(AbstractUser):
    """A person with a personal account (R31). Names are written as they are said: family name first.

    ``undertaking_at`` is when he took it upon himself to answer for the account (R176). ``has_totp`` is there on the
    person of a request: the backend asks for it with the row.
    """

    if TYPE_CHECKING:
        has_totp: bool

    full_name = models.CharField("họ và tên", max_length=100, blank=True)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    must_change_password = models.BooleanField("phải đổi mật khẩu", default=True, editable=False)
    undertaking_at = models.DateTimeField("cam kết lúc", null=True, editable=False)
    search_text = models.CharField(max_length=500, editable=False, blank=True)

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ["full_name", "username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.first_name = self.full_name  # Wagtail's sidebar greets by it, else by the name to sign in with.
        self.search_text = fold(f"{self.full_name} {self.username} {self.email}")[:500]
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.full_name or super().get_full_name()

    def get_short_name(self) -> str:
        return self.full_name.split()[-1] if self.full_name else self.username


class OneTimeCode(models.Model):
    """Opens an account once, in the place of a lost password. Kept as a digest (``signin.codes``).

    ``issued_by`` is empty where it came from the server's own shell (``restore_access``).
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person}, {self.issued_at:%d/%m/%Y %H:%M}"


class DutyQuerySet(models.QuerySet["Duty"]):
    def on(self, day: date) -> DutyQuerySet:
        """Those in force on ``day``, of people whose account is active. They rest with their organisation: from the
        day after its last; those that reach beyond one organisation do not.
        """
        exists = on_day(day, "organisation__") | Q(kind__in=PORTAL_WIDE)
        return self.filter(on_day(day), exists, person__is_active=True)


class Duty(models.Model):
    """A dated right: this person, for this organisation, may do this; everything, or the scopes named.

    ``acting_for`` names whom the person stands in for (Lai Châu 10.2b, R39); the duty lapses by itself after
    ``valid_to`` and gives no authority to sign. ``basis`` is the request or decision it rests on. A duty whose last
    day lies before its first was taken back before it came into force: it holds on no day. ``division``: held as one
    of its people, for as long as he is (``assigning``).
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="duties", verbose_name="người dùng")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="duties", verbose_name="cơ quan, đơn vị"
    )
    kind = models.CharField("nhiệm vụ", max_length=20, choices=DutyKind.choices)
    acting_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="thực hiện thay"
    )
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name="qua phòng, ban"
    )
    basis = models.CharField("văn bản giao, ủy quyền", max_length=200, blank=True)
    valid_from = models.DateField("từ ngày", default=date(1900, 1, 1))
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ"
        verbose_name_plural = "nhiệm vụ"
        ordering = ["organisation", "person", "kind"]
        indexes = [models.Index(fields=["person", "kind"], name="duty_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | (Q(valid_to__isnull=False) & ~Q(basis="")),
                name="delegation_has_end_and_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()} ({self.organisation})"


class DutyScope(models.Model):
    """Narrows a duty to ``regime:<code>``, ``form:<code>`` or ``row:<form code>/<row key>``. No scope: everything."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="scopes")
    scope = models.CharField("phạm vi", max_length=120)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["duty", "scope"], name="scope_is_stated_once")]

    def __str__(self) -> str:
        return self.scope


class DivisionMember(models.Model):
    """A person works in a division of his organisation, from a day to a day (R6)."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="members", verbose_name="phòng, ban")
    person = models.ForeignKey(
        User, models.PROTECT, related_name="division_members", verbose_name="người dùng"
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["division", "person"],
                condition=Q(valid_to__isnull=True),
                name="one_open_membership_of_a_division",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.division.name}"


class DivisionScope(models.Model):
    """What a division enters: a scope as ``DutyScope`` has it, or "" for everything (R6). Its people hold the duty."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="scopes", verbose_name="phòng, ban")
    scope = models.CharField("phạm vi", max_length=120, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["division", "scope"],
                condition=Q(valid_to__isnull=True),
                name="division_is_given_a_scope_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.division.name}: {self.scope}"


class SigningForm(models.TextChoices):
    """How a leader signs (Decree 30/2020, Article 13)."""

    OWN = "", "Ký trực tiếp"
    ON_BEHALF_OF_COLLECTIVE = "TM.", "Thay mặt (TM.)"
    ACTING = "Q.", "Quyền (Q.)"
    FOR_HEAD = "KT.", "Ký thay (KT.)"
    BY_ORDER = "TL.", "Thừa lệnh (TL.)"
    BY_AUTHORISATION = "TUQ.", "Thừa ủy quyền (TUQ.)"


class Appointment(models.Model):
    """The authority to sign, and the words of the signature block.

    KT. and TL. stand until changed; TUQ. has a document, an end and contents and is never passed on
    (Decree 30/2020, Article 13.3).
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name="người dùng")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="appointments", verbose_name="cơ quan, đơn vị"
    )
    title = models.CharField("chức vụ", max_length=100)
    signing_form = models.CharField(
        "quyền hạn ký", max_length=4, choices=SigningForm.choices, blank=True, default=""
    )
    signs_for_title = models.CharField("ký cho chức vụ, tập thể", max_length=150, blank=True)
    field = models.CharField("lĩnh vực", max_length=200, blank=True)
    basis = models.CharField("căn cứ", max_length=200, blank=True)
    valid_from = models.DateField("từ ngày", default=date(1900, 1, 1))
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "chức vụ"
        verbose_name_plural = "chức vụ"
        ordering = ["organisation", "person"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(signing_form="TUQ.") | (Q(valid_to__isnull=False) & ~Q(basis="")),
                name="authorisation_has_end_and_document",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.title} {self.organisation}"

    def signature_lines(self) -> list[str]:
        """The lines of box 7a, in capitals: ``KT. GIÁM ĐỐC`` then ``PHÓ GIÁM ĐỐC``."""
        if not self.signing_form:
            return [self.title.upper()]
        if self.signing_form == SigningForm.ACTING:
            return [f"Q. {self.title.upper()}"]
        return [f"{self.signing_form} {self.signs_for_title.upper()}", self.title.upper()]


class FocalRole(models.TextChoices):
    REPORTING = "reporting", "Đầu mối báo cáo"
    TECHNICAL = "technical", "Đầu mối công nghệ thông tin"


class FocalPersonQuerySet(models.QuerySet["FocalPerson"]):
    def on(self, day: date) -> FocalPersonQuerySet:
        """Those named on ``day`` whom one can reach: their account is active."""
        return self.filter(on_day(day), person__is_active=True)


class FocalPerson(models.Model):
    """Whom others turn to in an organisation (R48); name, telephone and e-mail are those of the account."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="focal_persons", verbose_name="cơ quan, đơn vị"
    )
    person = models.ForeignKey(User, models.PROTECT, related_name="focal_roles", verbose_name="người dùng")
    role = models.CharField("đầu mối", max_length=10, choices=FocalRole.choices)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = FocalPersonQuerySet.as_manager()

    class Meta:
        verbose_name = "đầu mối"
        verbose_name_plural = "đầu mối"
        default_permissions = ()
        ordering = ["organisation", "role", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "role"],
                condition=Q(valid_to__isnull=True),
                name="focal_person_is_named_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()} ({self.organisation})"


class RequestKind(models.TextChoices):
    CREATE = "create", "Cấp tài khoản mới"
    CHANGE = "change", "Thay đổi nhiệm vụ"
    REVOKE = "revoke", "Thu hồi"


class RequestStatus(models.TextChoices):
    PENDING = "pending", "Chờ quyết định"
    GRANTED = "granted", "Đã chấp thuận"
    REFUSED = "refused", "Không chấp thuận"
    WITHDRAWN = "withdrawn", "Đã rút"


class AccountRequest(models.Model):
    """An organisation asks in writing for an account or duties, or for their end (R42). Never deleted.

    ``duties`` are the kinds asked for: all that the person shall have there; ``scopes`` narrow those that are shared out by
    forms. ``scan_sha256`` names a scan of the document in the archive (``papers``). ``person`` is empty until a new account
    is granted. ``reason`` says why it was refused. Written by ``asking`` alone.
    """

    kind = models.CharField("đề nghị", max_length=10, choices=RequestKind.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="account_requests", verbose_name="cơ quan, đơn vị"
    )
    person = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="account_requests", verbose_name="người dùng"
    )
    full_name = models.CharField("họ và tên", max_length=100)
    email = models.EmailField("thư điện tử", blank=True)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    title = models.CharField("chức vụ", max_length=100, blank=True)
    signing_form = models.CharField(
        "quyền hạn ký", max_length=4, choices=SigningForm.choices, blank=True, default=""
    )
    signs_for_title = models.CharField("ký cho chức vụ, tập thể", max_length=150, blank=True)
    duties = models.JSONField("nhiệm vụ", default=list)
    scopes = models.JSONField("biểu", default=list)
    note = models.TextField("ghi chú", blank=True)
    document_number = models.CharField("số, ký hiệu văn bản đề nghị", max_length=60)
    document_date = models.DateField("ngày văn bản")
    scan_sha256 = models.CharField(max_length=64, blank=True)
    scan_name = models.CharField("bản chụp văn bản", max_length=200, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đề nghị")
    asked_at = models.DateTimeField("đề nghị lúc")
    status = models.CharField(
        "tình trạng", max_length=10, choices=RequestStatus.choices, default=RequestStatus.PENDING
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="người quyết định"
    )
    decided_at = models.DateTimeField("quyết định lúc", null=True)
    reason = models.TextField("lý do", blank=True)

    class Meta:
        verbose_name = "đề nghị về tài khoản"
        verbose_name_plural = "đề nghị về tài khoản"
        default_permissions = ()
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(reason=""), name="refused_request_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(status="pending") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_request_names_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.full_name} ({self.organisation})"

    @property
    def document(self) -> str:
        return f"{self.document_number} ngày {self.document_date:%d/%m/%Y}"


class Recertification(models.Model):
    """An administrator has confirmed the organisation's duties: which were kept, which withdrawn (primary keys)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="recertifications")
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    confirmed_on = models.DateField()
    kept = models.JSONField(default=list)
    withdrawn = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        ordering = ["-confirmed_at"]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.confirmed_on:%d/%m/%Y}"


class AppliedProfile(models.Model):
    """A province profile put into force, as it stood then; the last one holds. Read it with ``profiles.current()``."""

    name = models.CharField(max_length=40)
    contents = models.JSONField()
    applied_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
