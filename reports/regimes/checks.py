"""Whether a regime may be published: X1–X4 and R8.

What concerns time (X1–X3) is known to the layers above, which have the calendar; they contribute through the
hook ``portal_regime_checks``, called with the page and ``today``, giving ``Problem``s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail import hooks
from wagtail.models import Page

from home.models import SectionPage
from home.organisations.models import Organisation
from indicators.formulas.grammar import FormulaError

from .form_checks import require_bound
from .grid import FormGrid, book_of, grid_of
from .models import (
    DECLARING,
    ApprovalPolicy,
    Content,
    FormVersion,
    LegalClass,
    RegimeKind,
    RegimePage,
    ReportForm,
    WindowRule,
)
from .panels import SCOPE
from .problems import Problem

#: Why the portal refuses a regime of this class (R8); shown where it is designed and where it is refused.
REFUSED = {
    LegalClass.STATISTICAL: "Chế độ báo cáo thống kê thực hiện theo Luật Thống kê",
    LegalClass.SECRET: "Báo cáo có nội dung bí mật nhà nước thực hiện theo quy định về bảo vệ bí mật nhà nước",
    LegalClass.INTERNAL: "Chế độ báo cáo nội bộ của một cơ quan do cơ quan đó tự tổ chức",
}


def problems(page: RegimePage, *, today: date | None = None, parent: Page | None = None) -> list[Problem]:
    """Everything wrong with the page as it stands, saved or not; warnings too (``blocks`` False).

    ``parent`` is where a page not in the tree yet is to stand.
    """
    today = today or timezone.localdate()
    found = [
        *_class(page),
        *_elements(page),
        *_code(page),
        *_authority(page, parent),
        *_tiers(page),
        *_subjects(page),
        *_formulas(page),
        *_approval(page),
        *_siblings(page),
    ]
    for contribute in hooks.get_hooks("portal_regime_checks"):
        found += contribute(page, today)
    return found


def latest_versions(form_ids: Iterable[int | None]) -> dict[int, int]:
    """Form → its latest version, by primary key; forms never published are missing."""
    newest = FormVersion.objects.filter(report_form=OuterRef("pk")).order_by("-number").values("pk")[:1]
    forms = ReportForm.objects.filter(pk__in={pk for pk in form_ids if pk}).annotate(newest=Subquery(newest))
    return {pk: version for pk, version in forms.values_list("pk", "newest") if version}


def _class(page: RegimePage) -> Iterator[Problem]:
    if why := REFUSED.get(LegalClass(page.legal_class)):
        yield Problem(f"{why}; không thiết lập trên hệ thống này. {strip_tags(SCOPE)}", "legal_class")


def _elements(page: RegimePage) -> Iterator[Problem]:
    """X4: Decree 09/2019, Articles 7–8. An ad hoc request needs what Article 8.5c leaves of it."""
    wanted = {
        "title": ("tên báo cáo", page.title.strip()),
        "code": ("mã chế độ", page.code),
        "description": ("nội dung yêu cầu báo cáo", strip_tags(page.description).strip()),
        "lead": ("cơ quan chủ trì", page.lead_id),
        "tiers": ("cơ quan nhận và thời hạn gửi (ít nhất một cấp báo cáo)", page.tiers.count()),
        "subjects": ("đối tượng thực hiện", page.subjects.count()),
    }
    if page.kind == RegimeKind.AD_HOC:
        wanted["basis"] = ("văn bản yêu cầu báo cáo", page.basis_id)
    else:
        wanted |= {
            "method": ("phương thức gửi, nhận", page.method.strip()),
            "instructions": ("hướng dẫn thực hiện", strip_tags(page.instructions).strip()),
        }
    for field, (name, value) in wanted.items():
        if not value:
            yield Problem(f"Chế độ báo cáo chưa có {name}.", field)
    if page.kind != RegimeKind.AD_HOC and not page.basis_id:
        yield Problem("Chế độ chưa ghi văn bản căn cứ.", "basis", blocks=False)
    if page.window_rule == WindowRule.FIXED:
        if not (page.window_first and page.window_last):
            yield Problem(
                "Thời gian chốt số liệu theo ngày cụ thể phải có ngày đầu và ngày cuối.", "window_first"
            )
        elif page.window_first > page.window_last:
            yield Problem("Ngày cuối của thời gian chốt số liệu trước ngày đầu.", "window_last")
    yield from _outline(page)


def _outline(page: RegimePage) -> Iterator[Problem]:
    if page.content == Content.FIGURES:
        if page.outline_id:
            yield Problem("Báo cáo chỉ có số liệu thì không có mẫu đề cương; hãy bỏ mẫu đề cương.", "outline")
        return
    if page.outline is None:
        if page.kind != RegimeKind.AD_HOC:
            yield Problem("Báo cáo có thuyết minh phải có mẫu đề cương.", "outline")
        return
    sections = list(page.outline.sections.all())
    if not sections:
        yield Problem(f"Mẫu đề cương “{page.outline}” chưa có mục nào.", "outline")
    if not page.outline.live:
        yield Problem(f"Mẫu đề cương “{page.outline}” chưa được công bố.", "outline")
    for key, count in Counter(section.key for section in sections).items():
        if count > 1:
            yield Problem(f"Mẫu đề cương “{page.outline}” có {count} mục cùng mã “{key}”.", "outline")


def _code(page: RegimePage) -> Iterator[Problem]:
    latest = page.latest_version if page.pk else None
    if latest and latest.code != page.code:
        yield Problem(f"Chế độ đã công bố với mã “{latest.code}”; mã không được đổi nữa.", "code")


def _authority(page: RegimePage, parent: Page | None) -> Iterator[Problem]:
    """In an organisation's section lie the regimes it leads (R64, R65)."""
    place = page if page.path else parent
    if place is None or not page.lead_id:
        return
    above = SectionPage.objects.ancestor_of(place, inclusive=True).exclude(organisation=None)
    section = above.order_by("-depth").select_related("organisation").first()
    if section and section.organisation_id != page.lead_id:
        yield Problem(
            f"Chuyên mục “{section.title}” của {section.organisation}: cơ quan chủ trì của chế độ phải là cơ quan này. "
            "Chọn lại cơ quan chủ trì, hoặc chuyển trang sang chuyên mục của cơ quan chủ trì.",
            "lead",
        )


def _tiers(page: RegimePage) -> Iterator[Problem]:
    tiers = list(page.tiers.all())
    for tier in tiers:
        name = f"Cấp {tier.number} ({tier.name})"
        if not tier.recipient_id:
            yield Problem(f"{name} chưa có cơ quan nhận báo cáo.", "tiers")
        if not tier.due_anchor:
            yield Problem(
                f"{name} chưa có thời hạn gửi báo cáo; mỗi cấp phải có thời hạn riêng "
                "(Nghị định 09/2019/NĐ-CP, Điều 8.5).",
                "tiers",
            )
    if tiers and sorted(tier.number for tier in tiers) != list(range(1, len(tiers) + 1)):
        yield Problem("Các cấp báo cáo phải được đánh số liên tiếp từ 1, mỗi số một lần.", "tiers")


def _subjects(page: RegimePage) -> Iterator[Problem]:
    subjects = list(page.subjects.all())
    tiers = {tier.number: tier for tier in page.tiers.all()}
    latest = latest_versions(subject.report_form_id for subject in subjects)
    with_form = {(line.tier_number, line.organisation_id) for line in subjects if line.report_form_id}
    organisations = Organisation.objects.in_bulk({subject.organisation_id for subject in subjects})
    told: set[tuple[int, int]] = set()
    for subject in subjects:
        key = subject.tier_number, subject.organisation_id
        name = f"{organisations[subject.organisation_id]} (cấp {subject.tier_number})"
        tier = tiers.get(subject.tier_number)
        if tier is None:
            yield Problem(f"{name}: chế độ không có cấp báo cáo {subject.tier_number}.", "subjects")
        elif tier.recipient_id == subject.organisation_id:
            yield Problem(f"{name} vừa là cơ quan báo cáo vừa là cơ quan nhận của cấp này.", "subjects")
        if page.content == Content.NARRATIVE and subject.report_form_id:
            yield Problem(f"{name}: báo cáo chỉ có thuyết minh thì không có biểu mẫu số liệu.", "subjects")
        if page.content != Content.NARRATIVE and key not in with_form and key not in told:
            told.add(key)
            yield Problem(f"{name}: báo cáo có số liệu phải có biểu mẫu.", "subjects")
        if subject.report_form_id and subject.report_form_id not in latest:
            yield Problem(f"{name}: biểu mẫu “{subject.report_form}” chưa công bố phiên bản nào.", "subjects")
    lines = Counter((line.tier_number, line.organisation_id, line.report_form_id) for line in subjects)
    for (number, organisation_id, _), times in lines.items():
        if times > 1:
            yield Problem(
                f"{organisations[organisation_id]} (cấp {number}) được ghi {times} lần.", "subjects"
            )
    for number in sorted(set(tiers) - {subject.tier_number for subject in subjects}):
        yield Problem(f"Cấp {number} ({tiers[number].name}) chưa có đối tượng thực hiện.", "subjects")


def _formulas(page: RegimePage) -> Iterator[Problem]:
    """What formulas read of other forms is in the same report, and no formula needs its own result across forms."""
    subjects = [subject for subject in page.subjects.all() if subject.report_form_id]
    latest = latest_versions(subject.report_form_id for subject in subjects)
    versions = FormVersion.objects.defer("compiled").in_bulk(set(latest.values()))
    grids = {form: grid_of(versions[version]) for form, version in latest.items()}
    reports: dict[tuple[int, int], dict[str, FormGrid]] = {}
    for subject in subjects:
        if grid := grids.get(subject.report_form_id):
            reports.setdefault((subject.tier_number, subject.organisation_id), {})[grid.code] = grid
    told: set[str] = set()
    for (tier, organisation_id), forms in reports.items():
        try:
            book = book_of(tuple(forms.values()))
            if book is not None:
                require_bound(forms, book)
        except FormulaError as error:
            # One fault of a form that many fill in is told once.
            if str(error) not in told:
                told.add(str(error))
                organisation = Organisation.objects.get(pk=organisation_id)
                yield Problem(f"{organisation} (cấp {tier}): {error}", "subjects")


def _approval(page: RegimePage) -> Iterator[Problem]:
    if page.approval_policy == ApprovalPolicy.SELF_DECLARED:
        stated = {subject.organisation_id for subject in page.subjects.all() if subject.tier_number == 1}
        for organisation in Organisation.objects.filter(pk__in=stated).exclude(kind__in=DECLARING):
            yield Problem(
                f"{organisation} ({organisation.get_kind_display().lower()}) không được tự cam đoan báo cáo của mình; "
                "cách này chỉ dành cho doanh nghiệp, tổ chức, cá nhân. Chọn cách phê duyệt khác.",
                "approval_policy",
            )
    if page.approval_policy != ApprovalPolicy.BY_DOCUMENT:
        return
    if not page.requires_number:
        yield Problem(
            "Duyệt theo văn bản đã ký thì văn bản phải có số, ký hiệu và ngày ban hành.", "requires_number"
        )
    if page.requires_signature:
        yield Problem(
            "Duyệt theo văn bản đã ký thì lãnh đạo đã ký trên giấy; bản chụp do văn thư tải lên không ký số được nữa nên "
            "báo cáo sẽ không gửi được. Bỏ “phải ký số trước khi gửi”, hoặc chọn cách phê duyệt khác.",
            "requires_signature",
        )


def _siblings(page: RegimePage) -> Iterator[Problem]:
    """X1: regimes of one sector share their cut-off (Decree 09/2019, Article 8.5a)."""
    if page.kind != RegimeKind.PERIODIC or not page.lead_id:
        return
    siblings = RegimePage.objects.live().filter(
        lead_id=page.lead_id, frequency=page.frequency, kind=RegimeKind.PERIODIC
    )
    for other in siblings.exclude(pk=page.pk):
        if (other.window_rule, other.window_first, other.window_last) != (
            page.window_rule,
            page.window_first,
            page.window_last,
        ):
            yield Problem(
                f"Thời gian chốt số liệu khác với chế độ “{other.title}” cùng cơ quan chủ trì và tần suất; nên "
                "thống nhất (Nghị định 09/2019/NĐ-CP, Điều 8.5a).",
                "window_rule",
                blocks=False,
            )
