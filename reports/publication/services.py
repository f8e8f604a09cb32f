"""Making a report public: its document, and the figures in it that may be released (R125)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from home.audit.services import record
from indicators.models import Indicator
from indicators.numbers import CellValue, NoValue
from indicators.store.models import Figure
from indicators.store.services import Address, address_of, release
from reports.consolidation import coverage
from reports.consolidation.models import ConsolidationInput
from reports.submissions.content import frozen_sheets
from reports.submissions.errors import NotAllowed, SubmissionError
from reports.submissions.models import Dispatch, DispatchOutcome, Submission
from reports.submissions.permissions import may_publish
from reports.submissions.services import locked
from reports.submissions.status import Status

from .models import PublishedDocument
from .permissions import publishing_organisation

if TYPE_CHECKING:
    from home.accounts.models import User


class PublicationRefused(SubmissionError):
    """Something stands in the way. ``problems`` lists all of it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure of the report that its publication does not release, and why. ``figure`` is what stands in the store."""

    indicator: Indicator
    organisation: str
    reason: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class ReleasePreview:
    """What publishing would do now. ``errors`` stand in its way; ``warnings`` are for whoever decides.

    ``published``: these very contents are public already.
    """

    dispatch: Dispatch | None
    published: PublishedDocument | None = None
    released: list[Figure] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


NOT_RELEASABLE = "Chỉ tiêu không thuộc diện được công khai"
CHANGED = "Số liệu trong kho đã khác với báo cáo này"


def accepted_dispatch(submission: Submission) -> Dispatch | None:
    """The sending whose contents are in force."""
    return (
        submission.dispatches.filter(
            outcome=DispatchOutcome.ACCEPTED, snapshot=submission.accepted_snapshot_id
        )
        .select_related(
            "snapshot",
            "document",
            "pdf",
            "submission__obligation__organisation",
            "submission__obligation__tier__round",
        )
        .order_by("number")
        .last()
    )


def what_would_be_released(submission: Submission) -> ReleasePreview:
    """The figures publishing would release and those it would not, with what stands in the way.

    Figures are those the report states, at whatever posting they entered the store: an adjustment posts only what
    changed. A lead agency's report states those of the accepted reports it was made of.
    """
    dispatch = accepted_dispatch(submission)
    errors = _errors(submission, dispatch)
    if dispatch is None:
        return ReleasePreview(None, errors=errors)
    dispatches = _made_of(dispatch)
    stated = _stated(dispatches)
    figures = _in_store(stated)
    indicators = Indicator.objects.in_bulk({address[0] for _, address in stated})
    organisations = [below.submission.obligation.organisation for below in dispatches]
    names = {organisation.pk: organisation.label for organisation in organisations}
    released, withheld = [], []
    for key, value in stated.items():
        supplier_id, address = key
        figure = figures.get(key)
        indicator = indicators[address[0]]
        organisation = names[supplier_id]
        if not indicator.may_release:
            withheld.append(Withheld(indicator, organisation, NOT_RELEASABLE, figure))
        elif figure is None or figure.value != value:
            withheld.append(Withheld(indicator, organisation, CHANGED, figure))
        else:
            released.append(figure)
    published = PublishedDocument.objects.filter(dispatch=dispatch).select_related("release").first()
    warnings = [] if published else _warnings(submission, dispatch, released, withheld)
    return ReleasePreview(dispatch, published, released, withheld, errors, warnings)


def _made_of(dispatch: Dispatch) -> list[Dispatch]:
    """The dispatch itself and those that had gone into it when its snapshot was taken, tier below tier."""
    taken_at = dispatch.snapshot.taken_at
    inputs = (
        ConsolidationInput.objects.filter(
            Q(replaced_at__isnull=True) | Q(replaced_at__gt=taken_at),
            submission=dispatch.submission_id,
            taken_at__lte=taken_at,
        )
        .select_related(
            "dispatch__snapshot",
            "dispatch__submission__obligation__organisation",
            "dispatch__submission__obligation__tier__round",
        )
        .order_by("pk")
    )
    return [dispatch, *(below for entry in inputs for below in _made_of(entry.dispatch))]


#: Supplier and address of a figure.
Key = tuple[int, Address]


def _stated(dispatches: Iterable[Dispatch]) -> dict[Key, CellValue]:
    stated = {}
    for dispatch in dispatches:
        obligation = dispatch.submission.obligation
        for sheet in frozen_sheets(dispatch.snapshot):
            for entry in sheet.entries(obligation.tier.round.span, obligation.organisation_id):
                if not entry.value.is_blank:
                    stated[obligation.organisation_id, entry.address] = entry.value
    return stated


def _in_store(stated: Iterable[Key]) -> dict[Key, Figure]:
    """The accepted figures that stand at these addresses now, of these suppliers. One query."""
    keys = set(stated)
    figures = (
        Figure.objects.accepted()
        .current()
        .filter(
            supplier_id__in={supplier for supplier, _ in keys},
            indicator_id__in={address[0] for _, address in keys},
            period__in={address[2] for _, address in keys},
        )
        .select_related("indicator__measure", "subject", "supplier")
        .order_by("supplier__name", "indicator__group__sort_order", "indicator__code", "period", "pk")
    )
    found = {(figure.supplier_id, address_of(figure)): figure for figure in figures}
    return {key: figure for key, figure in found.items() if key in keys}


def _errors(submission: Submission, dispatch: Dispatch | None) -> list[str]:
    errors = []
    if submission.status != Status.ACCEPTED:
        errors.append(
            "Chỉ công khai được báo cáo đã được tiếp nhận; báo cáo này đang ở trạng thái "
            f"“{submission.get_status_display()}”."
        )
    if dispatch is None:
        return errors or ["Báo cáo này chưa có lần gửi nào được tiếp nhận."]
    if dispatch.document is None or dispatch.pdf is None:
        errors.append(
            "Lần gửi được tiếp nhận không có văn bản PDF (đã gửi ngoài hệ thống), nên không có gì để công khai. "
            "Đề nghị cơ quan báo cáo gửi lại trên hệ thống."
        )
    elif submission.regime["requires_number"] and not dispatch.document.is_issued:
        errors.append("Văn bản chưa có số, ký hiệu và ngày ban hành.")
    return errors


def _warnings(
    submission: Submission, dispatch: Dispatch, released: list[Figure], withheld: list[Withheld]
) -> list[str]:
    warnings = []
    if missing := coverage.missing(submission):
        names = ", ".join(report.organisation.label for report in missing)
        warnings.append(f"Báo cáo tổng hợp còn thiếu báo cáo của {len(missing)} cơ quan: {names}.")
    if submission.consolidation_inputs.stale().exists():
        warnings.append(
            "Số liệu nguồn đã thay đổi sau khi tổng hợp; cân nhắc điều chỉnh báo cáo trước khi công khai."
        )
    if secret := sum(entry.reason == NOT_RELEASABLE for entry in withheld):
        warnings.append(
            f"{secret} số liệu thuộc chỉ tiêu không thuộc diện công khai: không đưa vào số liệu công khai, "
            "nhưng văn bản công khai toàn văn vẫn nêu các số này."
        )
    if changed := sum(entry.reason == CHANGED for entry in withheld):
        warnings.append(
            f"{changed} số liệu trong báo cáo khác với số đang có trong kho nên không được công khai."
        )
    if unknown := sum(figure.code == NoValue.UNKNOWN for figure in released):
        warnings.append(f"{unknown} số liệu được báo là chưa có (“…”).")
    if not released:
        warnings.append("Không có số liệu nào được công khai cùng báo cáo; chỉ công khai văn bản.")
    earlier = PublishedDocument.objects.filter(dispatch__submission=submission).exclude(dispatch=dispatch)
    if earlier.exists():
        warnings.append(
            "Báo cáo này thay bản đã công khai trước; bản trước vẫn xem được, có ghi rõ đã được thay."
        )
    return warnings


@transaction.atomic
def publish_submission(
    submission: Submission,
    *,
    by: User,
    at: datetime | None = None,
    title: str = "",
    summary: str = "",
    seen: int | None = None,
) -> PublishedDocument:
    """Release the report's document and the figures of ``what_would_be_released`` to everybody (R125).

    ``title`` is the document's own by default. ``seen``: the pk of the dispatch that was on the screen; None: any.

    Raises:
        NotAllowed: ``by`` does not publish for the sender or the recipient.
        PublicationRefused: not accepted, no PDF, already public, or another dispatch than the one seen.
    """
    at = at or timezone.now()
    submission = locked(submission)
    if not may_publish(by, submission):
        raise NotAllowed("Ông/bà không có nhiệm vụ công khai báo cáo này.")
    preview = what_would_be_released(submission)
    if preview.errors:
        raise PublicationRefused(preview.errors)
    if preview.published:
        day = timezone.localdate(preview.published.release.released_at)
        raise PublicationRefused([f"Báo cáo này đã được công khai ngày {day:%d/%m/%Y}."])
    dispatch = preview.dispatch
    assert dispatch is not None
    assert dispatch.document is not None
    if seen is not None and seen != dispatch.pk:
        raise PublicationRefused(
            ["Báo cáo đã có bản tiếp nhận mới sau khi ông/bà mở trang này. Xem lại rồi quyết định."]
        )
    title = title.strip() or dispatch.document.title
    organisation = publishing_organisation(by, submission)
    published = PublishedDocument.objects.create(
        release=release(
            preview.released,
            title=title[:250],
            organisation=organisation,
            by=by,
            period=submission.obligation.tier.round.period,
            at=at,
        ),
        document=dispatch.document,
        dispatch=dispatch,
        slug=_slug(title, submission),
        title=title[:400],
        summary=summary.strip(),
    )
    record(
        "publication.publish",
        published,
        by=by,
        organisation=organisation.code,
        at=at,
        receipt=dispatch.receipt,
        figures=len(preview.released),
        withheld=len(preview.withheld),
        sha256=published.pdf.sha256,
    )
    return published


def _slug(title: str, submission: Submission) -> str:
    """``tinh-hinh-kinh-te-xa-hoi-thang-5-2026-skhdt``, numbered where that is taken."""
    words = (
        f"{title} {submission.obligation.organisation.code}".replace("/", " ")
        .replace("đ", "d")
        .replace("Đ", "D")
    )
    base = slugify(words)[:110].strip("-") or "bao-cao"
    taken = set(PublishedDocument.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
