"""What a regime must have before it is published: X4, R8, and that its parts fit together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.organisations.models import OrganisationKind
from reports.regimes.checks import problems
from reports.regimes.models import (
    Content,
    LegalClass,
    RegimeKind,
    RegimePage,
    RegimeSubject,
    ReportForm,
    WindowRule,
)
from tests.conftest import make_organisation


def blocking(page: RegimePage) -> list[str]:
    return [problem.text for problem in problems(page) if problem.blocks]


def warnings(page: RegimePage) -> list[str]:
    return [problem.text for problem in problems(page) if not problem.blocks]


def test_the_regime_of_these_tests_has_no_problems(draft_regime):
    assert problems(draft_regime) == []


@pytest.mark.requirement("X4", part="no empty mandatory element")
@pytest.mark.parametrize(
    ("field", "empty", "told"),
    [
        ("title", " ", "chưa có tên báo cáo"),
        ("description", "<p> </p>", "chưa có nội dung yêu cầu báo cáo"),
        ("method", "", "chưa có phương thức gửi, nhận"),
        ("instructions", "<p></p>", "chưa có hướng dẫn thực hiện"),
        ("lead", None, "chưa có cơ quan chủ trì"),
        ("outline", None, "phải có mẫu đề cương"),
        ("window_rule", WindowRule.FIXED, "phải có ngày đầu và ngày cuối"),
    ],
)
def test_an_empty_mandatory_element_blocks(draft_regime, field, empty, told):
    setattr(draft_regime, field, empty)

    [text] = blocking(draft_regime)
    assert told in text


@pytest.mark.requirement("X4", part="no empty mandatory element")
def test_a_regime_without_anybody_to_report_blocks(draft_regime):
    draft_regime.subjects = []

    assert "Chế độ báo cáo chưa có đối tượng thực hiện." in blocking(draft_regime)


@pytest.mark.requirement("X4", part="no empty mandatory element")
def test_a_tier_without_recipient_or_due_day_blocks(draft_regime):
    first, second = draft_regime.tiers.all()
    first.recipient, second.due_anchor = None, ""
    draft_regime.tiers = [first, second]

    texts = blocking(draft_regime)

    assert "Cấp 1 (Sở, ngành báo cáo) chưa có cơ quan nhận báo cáo." in texts
    assert any("Cấp 2 (Cơ quan chủ trì tổng hợp) chưa có thời hạn gửi báo cáo" in text for text in texts)


@pytest.mark.requirement("X4", part="ad hoc requests need less")
@pytest.mark.requirement("R10", part="three kinds")
def test_an_ad_hoc_request_needs_only_name_content_who_to_whom_when_and_basis(draft_regime):
    draft_regime.kind, draft_regime.content, draft_regime.outline = RegimeKind.AD_HOC, Content.NARRATIVE, None
    draft_regime.method = draft_regime.instructions = ""
    draft_regime.subjects = [
        RegimeSubject(tier_number=subject.tier_number, organisation=subject.organisation)
        for subject in draft_regime.subjects.all()
    ]
    assert problems(draft_regime) == []

    draft_regime.basis = None
    assert blocking(draft_regime) == ["Chế độ báo cáo chưa có văn bản yêu cầu báo cáo."]


def test_a_periodic_regime_without_basis_is_warned_of(draft_regime):
    draft_regime.basis = None

    assert blocking(draft_regime) == []
    assert warnings(draft_regime) == ["Chế độ chưa ghi văn bản căn cứ."]


@pytest.mark.requirement("X4", part="outline only with narrative, forms only with figures")
def test_figures_alone_have_no_outline(draft_regime):
    draft_regime.content = Content.FIGURES

    assert blocking(draft_regime) == [
        "Báo cáo chỉ có số liệu thì không có mẫu đề cương; hãy bỏ mẫu đề cương."
    ]


@pytest.mark.requirement("X4", part="outline only with narrative, forms only with figures")
def test_narrative_alone_has_no_forms(draft_regime):
    draft_regime.content = Content.NARRATIVE

    assert len(blocking(draft_regime)) == 3
    assert "thì không có biểu mẫu số liệu" in blocking(draft_regime)[0]


@pytest.mark.requirement("X4", part="outline only with narrative, forms only with figures")
def test_figures_need_a_form_for_everybody(draft_regime, lead):
    subjects = list(draft_regime.subjects.all())
    subjects[0].report_form = None
    draft_regime.subjects = subjects

    assert blocking(draft_regime) == [
        f"{subjects[0].organisation} (cấp 1): báo cáo có số liệu phải có biểu mẫu."
    ]


def test_a_form_must_be_published_first(draft_regime, lead):
    form = ReportForm.objects.create(code="MOI", title="Chưa công bố", owner=lead)
    subjects = list(draft_regime.subjects.all())
    subjects[0].report_form = form
    draft_regime.subjects = subjects

    assert "biểu mẫu “MOI – Chưa công bố” chưa công bố phiên bản nào" in blocking(draft_regime)[0]


def test_an_outline_must_be_live_and_have_sections(draft_regime, outline):
    outline.sections.all().delete()
    outline.unpublish()
    draft_regime = RegimePage.objects.get(pk=draft_regime.pk)

    texts = " ".join(blocking(draft_regime))

    assert "chưa có mục nào" in texts
    assert "chưa được công bố" in texts


@pytest.mark.requirement("R8", part="other classes are refused in words of the law")
@pytest.mark.parametrize(
    ("legal_class", "told"),
    [
        (LegalClass.SECRET, "bí mật nhà nước"),
        (LegalClass.STATISTICAL, "Luật Thống kê"),
        (LegalClass.INTERNAL, "nội bộ của một cơ quan"),
    ],
)
def test_only_administrative_reports_are_made_here(draft_regime, legal_class, told):
    draft_regime.legal_class = legal_class

    [text] = blocking(draft_regime)

    assert told in text
    assert "Nghị định 09/2019/NĐ-CP, Điều 1.2" in text
    assert "Không nhập, không tải lên nội dung thuộc phạm vi bí mật nhà nước" in text


def test_tiers_are_numbered_from_one(draft_regime):
    first, second = draft_regime.tiers.all()
    second.number = 3
    draft_regime.tiers = [first, second]

    texts = blocking(draft_regime)

    assert "Các cấp báo cáo phải được đánh số liên tiếp từ 1, mỗi số một lần." in texts
    assert any("chế độ không có cấp báo cáo 2" in text for text in texts)
    assert any("Cấp 3 (Cơ quan chủ trì tổng hợp) chưa có đối tượng thực hiện." in text for text in texts)


def test_nobody_reports_to_himself(draft_regime, committee, consolidated_form):
    draft_regime.subjects = [
        *draft_regime.subjects.all(),
        RegimeSubject(tier_number=2, organisation=committee, report_form=consolidated_form),
    ]

    assert "vừa là cơ quan báo cáo vừa là cơ quan nhận" in blocking(draft_regime)[0]


def test_a_line_stated_twice_is_told(draft_regime, department, figures_form):
    draft_regime.subjects = [
        *draft_regime.subjects.all(),
        RegimeSubject(tier_number=1, organisation=department, report_form=figures_form),
    ]

    assert blocking(draft_regime) == [f"{department} (cấp 1) được ghi 2 lần."]


@pytest.mark.requirement("X1", part="same cut-off as other regimes of the sector is warned of")
def test_another_cut_off_than_the_other_regimes_of_the_lead_agency_is_warned_of(regime, regime_section):
    copy = regime.copy(to=regime_section, update_attrs={"slug": "khac", "title": "Báo cáo khác"})
    copy = RegimePage.objects.get(pk=copy.pk)
    assert warnings(copy) == []

    copy.window_rule = WindowRule.CALENDAR

    [text] = [text for text in warnings(copy) if "Thời gian chốt số liệu" in text]
    assert "khác với chế độ “Báo cáo tình hình kinh tế – xã hội tháng”" in text


def test_the_number_of_queries_does_not_grow_with_the_subjects(draft_regime, figures_form):
    def count() -> int:
        page = RegimePage.objects.get(pk=draft_regime.pk)
        with CaptureQueriesContext(connection) as queries:
            assert problems(page) == []
        return len(queries)

    few = count()
    for number in range(12):
        organisation = make_organisation(f"S{number}", f"Sở {number}", OrganisationKind.DEPARTMENT)
        RegimeSubject.objects.create(
            page=draft_regime, tier_number=1, organisation=organisation, report_form=figures_form
        )

    assert count() == few
