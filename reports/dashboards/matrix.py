"""Organisations × forms of one round: how far each has come (R128), who is late or missing (R130)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models.fields.json import KT
from django.utils import timezone

from home.accounts.models import User
from home.organisations.models import answering_words
from reports.deadlines.models import OWED, Obligation, ObligationState, Round, Tier
from reports.regimes.models import FormVersion
from reports.submissions.filling import Filling, fillings
from reports.submissions.messages import screen_of
from reports.submissions.models import Decision, Submission
from reports.submissions.status import Status
from reports.submissions.steps import sheet_stands

from .permissions import followed_by, may_urge
from .worklist import standing


class State(models.TextChoices):
    """How far a report has come; each state has a colour, a letter and words."""

    NOT_OPENED = "chua-mo", "Chưa mở"
    ENTERING = "dang-nhap", "Đang nhập"
    IN_REVIEW = "cho-duyet", "Chờ duyệt"
    APPROVED = "da-duyet", "Đã duyệt"
    OVERDUE = "qua-han", "Quá hạn, thiếu"
    SENT = "da-gui", "Đã gửi"
    RETURNED = "tra-lai", "Trả lại"
    ACCEPTED = "da-nhan", "Đã tiếp nhận"
    ADJUSTING = "dieu-chinh", "Điều chỉnh"
    EXEMPT = "mien", "Miễn, hủy"

    @property
    def letter(self) -> str:
        return _LETTERS[self]

    @property
    def tone(self) -> str:
        """Names of style classes; "solid" tells two states of one tone apart at a glance, letters and words do always."""
        return _TONES[self]


_LETTERS = {
    State.NOT_OPENED: "CM",
    State.ENTERING: "ĐN",
    State.IN_REVIEW: "CD",
    State.APPROVED: "ĐD",
    State.OVERDUE: "QH",
    State.SENT: "ĐG",
    State.RETURNED: "TL",
    State.ACCEPTED: "TN",
    State.ADJUSTING: "ĐC",
    State.EXEMPT: "M",
}
_TONES = {
    State.NOT_OPENED: "",
    State.ENTERING: "info",
    State.IN_REVIEW: "warn",
    State.APPROVED: "done",
    State.OVERDUE: "late solid",
    State.SENT: "info solid",
    State.RETURNED: "late",
    State.ACCEPTED: "done solid",
    State.ADJUSTING: "warn solid",
    State.EXEMPT: "dashed",
}
_STATES = {
    Status.DRAFT: State.ENTERING,
    Status.REWORK: State.ENTERING,
    Status.IN_REVIEW: State.IN_REVIEW,
    Status.APPROVED: State.APPROVED,
    Status.SENT: State.SENT,
    Status.RETURNED: State.RETURNED,
    Status.ACCEPTED: State.ACCEPTED,
    Status.ADJUSTING: State.ADJUSTING,
}


def state_of(obligation: Obligation, submission: Submission | None, *, at: datetime) -> State:
    """The state of the whole report at the moment ``at``. Overdue: its due moment has passed and nothing was ever sent."""
    if obligation.state not in OWED:
        return State.EXEMPT
    if submission is None or submission.first_sent_at is None:
        if obligation.state == ObligationState.MISSED or obligation.due_at < at:
            return State.OVERDUE
        if submission is None:
            return State.NOT_OPENED
    return _STATES[Status(submission.status)]


@dataclass(frozen=True, slots=True)
class Cell:
    """One form of one organisation; ``title`` says it all in words."""

    state: State
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation. ``cells`` are None where it does not fill in the form; ``url`` is empty where the person may
    not open the report (yet). ``tone`` and ``due``: how it stands against its due day. ``answering``: where it has ended,
    who answers for it."""

    obligation: Obligation
    submission: Submission | None
    state: State
    detail: str
    tone: str
    due: str
    cells: tuple[Cell | None, ...]
    url: str
    may_urge: bool
    answering: str

    @property
    def is_owed(self) -> bool:
        return self.state != State.EXEMPT

    @property
    def sent_at(self) -> datetime | None:
        return self.submission.first_sent_at if self.submission else None

    @property
    def is_late(self) -> bool:
        """Late or missing, as the emulation record counts it (R130)."""
        return self.is_owed and (
            self.state == State.OVERDUE
            or (self.sent_at is not None and self.sent_at > self.obligation.due_at)
        )


@dataclass(frozen=True, slots=True)
class Section:
    """One tier: who reports to whom, by when. ``columns`` are (code, title) of the forms, as the round holds them."""

    tier: Tier
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]

    @property
    def owed(self) -> int:
        return sum(row.is_owed for row in self.rows)

    @property
    def counts(self) -> list[tuple[State, int]]:
        """How many stand where, in the order of the states; those nobody stands in are left out."""
        found = Counter(row.state for row in self.rows)
        return [(state, found[state]) for state in State if found[state]]

    @property
    def on_time(self) -> int:
        return sum(row.is_owed and row.sent_at is not None and not row.is_late for row in self.rows)

    @property
    def sent_late(self) -> int:
        return sum(row.is_late and row.sent_at is not None for row in self.rows)

    @property
    def not_sent(self) -> int:
        return sum(row.is_owed and row.sent_at is None for row in self.rows)


def matrix(round_: Round, user: User, *, at: datetime) -> list[Section]:
    """The tiers of a round that ``user`` follows, at the moment ``at``. A fixed number of queries."""
    today = timezone.localdate(at)
    obligations = list(
        followed_by(user, day=today)
        .filter(tier__round=round_)
        .select_related("organisation", "recipient", "tier", "submission__snapshot")
        .prefetch_related(
            models.Prefetch("form_versions", FormVersion.objects.only("pk")),
            models.Prefetch("submission__decisions", Decision.objects.defer("text")),
        )
        .defer("submission__snapshot__content", "reasons")
        .order_by("tier__number", "organisation__level", "organisation__kind", "organisation__name")
    )
    for obligation in obligations:
        # One round, held once: its version carries the whole compiled regime.
        obligation.tier.round = round_
    opened = Submission.objects.visible_to(user).filter(obligation__tier__round=round_)
    visible = set(opened.values_list("pk", flat=True))
    forms = _forms(round_)
    tiers = {obligation.tier_id: obligation.tier for obligation in obligations}
    answering = answering_words((obligation.organisation for obligation in obligations), today)
    filled = fillings(
        obligation.submission.pk
        for obligation in obligations
        if getattr(obligation, "submission", None) and obligation.submission.status in _COUNTED
    )
    return [
        _section(
            tier,
            [row for row in obligations if row.tier_id == tier.pk],
            forms,
            user,
            visible,
            answering,
            filled,
            at,
        )
        for tier in sorted(tiers.values(), key=lambda tier: tier.number)
    ]


def _forms(round_: Round) -> dict[int, tuple[str, str]]:
    """Form version → (code, title), in the order of the regime; a form edited since keeps what the round holds."""
    subjects = round_.regime_version.compiled["subjects"]
    order = dict.fromkeys(pk for subject in subjects for pk in subject["forms"])
    versions = FormVersion.objects.filter(pk__in=order).annotate(
        code=KT("compiled__code"), title=KT("compiled__title")
    )
    found = {pk: (code, title) for pk, code, title in versions.values_list("pk", "code", "title")}
    return {pk: found[pk] for pk in order}


def _section(
    tier: Tier,
    obligations: list[Obligation],
    forms: dict[int, tuple[str, str]],
    user: User,
    visible: set[int],
    answering: Mapping[int, str],
    filled: Mapping[int, Filling],
    at: datetime,
) -> Section:
    asked = {version.pk for obligation in obligations for version in obligation.form_versions.all()}
    columns = {pk: form for pk, form in forms.items() if pk in asked}
    rows = (_row(obligation, columns, user, visible, answering, filled, at) for obligation in obligations)
    return Section(tier, tuple(columns.values()), tuple(rows))


def _row(
    obligation: Obligation,
    forms: dict[int, tuple[str, str]],
    user: User,
    visible: set[int],
    answering: Mapping[int, str],
    filled: Mapping[int, Filling],
    at: datetime,
) -> Row:
    submission: Submission | None = getattr(obligation, "submission", None)
    state = state_of(obligation, submission, at=at)
    tone, due = standing(obligation, submission.first_sent_at if submission else None, timezone.localdate(at))
    asked = {version.pk for version in obligation.form_versions.all()}
    detail = _detail(obligation, submission, state, filled)
    waits_for_others = state in {State.SENT, State.ACCEPTED, State.EXEMPT}
    return Row(
        obligation=obligation,
        submission=submission,
        state=state,
        detail=detail,
        tone=tone,
        due=due,
        cells=tuple(
            _cell(obligation, submission, code, state, detail) if pk in asked else None
            for pk, (code, _) in forms.items()
        ),
        url=screen_of(submission) if submission and submission.pk in visible else "",
        may_urge=may_urge(user, obligation)
        and not waits_for_others
        and obligation.tier.opens_on <= timezone.localdate(at),
        answering=answering.get(obligation.organisation_id, ""),
    )


def _detail(
    obligation: Obligation, submission: Submission | None, state: State, filled: Mapping[int, Filling]
) -> str:
    """What the state alone does not say: an empty report is shown as empty, however punctual (R88)."""
    if state == State.EXEMPT:
        return f"{obligation.get_state_display()}: {obligation.state_reason}"
    if state == State.OVERDUE:
        where = submission.get_status_display() if submission else State.NOT_OPENED.label
        closed = "đã hết thời gian nhận, " if obligation.state == ObligationState.MISSED else ""
        return f"{closed}{where.lower()}"
    filling = filled.get(submission.pk) if submission else None
    if filling and filling.of and filling.filled - filling.unknown < filling.of:
        return f"{filling.emptiness or 'đã nhập'}: {filling}"
    return ""


def _cell(
    obligation: Obligation, submission: Submission | None, code: str, state: State, detail: str
) -> Cell:
    if state == State.IN_REVIEW and submission and sheet_stands(submission, submission.snapshot, code):
        state, detail = State.APPROVED, "số liệu đã duyệt, báo cáo chờ duyệt"
    words = f"{state.label} ({detail})" if detail else state.label
    return Cell(state, f"{obligation.organisation.label}, biểu {code}: {words}")


#: What lies with the recipient: nobody can type into it, so that its cells are what was sent.
_COUNTED = frozenset({Status.SENT, Status.ACCEPTED})

#: Heading of the list that is downloaded, and below it one line per report (R130).
LIST_COLUMNS = (
    "STT",
    "Đợt báo cáo",
    "Cấp",
    "Mã cơ quan",
    "Cơ quan",
    "Nơi nhận",
    "Hạn gửi",
    "Trạng thái",
    "Gửi lần đầu lúc",
    "Đúng hạn",
    "Ghi chú",
)


def list_lines(sections: Iterable[Section], *, late_only: bool) -> Iterator[list[str]]:
    rows = [row for section in sections for row in section.rows if row.is_late or not late_only]
    for number, row in enumerate(rows, 1):
        obligation = row.obligation
        yield [
            str(number),
            obligation.tier.round.title,
            obligation.tier.name,
            obligation.organisation.code,
            f"{obligation.organisation.name} ({row.answering})"
            if row.answering
            else obligation.organisation.name,
            obligation.recipient.name,
            f"{timezone.localtime(obligation.due_at):%d/%m/%Y %H:%M}",
            row.state.label,
            f"{timezone.localtime(row.sent_at):%d/%m/%Y %H:%M}" if row.sent_at else "",
            row.due.capitalize() if row.is_owed else "",
            row.detail,
        ]
