"""A monthly regime of two tiers, published, with a round of May 2026 open: what every test of reports stands on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from wagtail.models import Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from home.models import HomePage, SectionPage
from home.organisations.models import LegalAct, Organisation
from indicators.models import Direction, Indicator, Measure
from indicators.periods import Period
from indicators.store.models import ValueType
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation, Round
from reports.regimes.compiling import publish_form
from reports.regimes.models import (
    ApprovalPolicy,
    ColumnKind,
    Content,
    DueAnchor,
    FormColumn,
    FormRow,
    OutlinePage,
    OutlineSection,
    PeriodRole,
    RegimePage,
    RegimeSubject,
    RegimeTier,
    ReportForm,
    RowKind,
)
from reports.submissions.models import Sheet
from tests.reports.lists import projects_form

#: 08:00 on 11 May 2026 in Việt Nam: the round of May opens.
OPENED_AT = datetime(2026, 5, 11, 1, tzinfo=UTC)
MAY = Period.parse("2026-M05")


@pytest.fixture
def measures(db) -> dict[str, Measure]:
    return {
        "ty-dong": Measure.objects.create(code="ty-dong", name="Tỷ đồng"),
        "phan-tram": Measure.objects.create(code="phan-tram", name="Phần trăm", symbol="%"),
    }


@pytest.fixture
def indicators(measures) -> dict[str, Indicator]:
    """Three amounts that add up."""
    names = {
        "THU-NOI-DIA": "Thu nội địa",
        "THU-XNK": "Thu từ hoạt động xuất nhập khẩu",
        "THU-KHAC": "Thu khác",
    }
    return {
        code: Indicator.objects.create(
            code=code,
            name=name,
            measure=measures["ty-dong"],
            decimals=1,
            direction=Direction.HIGHER,
            may_release=True,
        )
        for code, name in names.items()
    }


@pytest.fixture
def act(db) -> LegalAct:
    return LegalAct.objects.create(
        number="01/2023/QĐ-UBND",
        issuer="Ủy ban nhân dân tỉnh Khánh Hòa",
        title="Quy định chế độ báo cáo định kỳ",
        signed_on=datetime(2023, 1, 10, tzinfo=UTC).date(),
        valid_from=datetime(2023, 1, 20, tzinfo=UTC).date(),
    )


def add_columns(form: ReportForm, *, source: str) -> None:
    """Plan and last month prefilled, two columns of ``source`` kind, one computed; headers nest."""
    columns = [
        ("ke-hoach", "Kế hoạch năm", "", ColumnKind.PREFILLED, ValueType.PLAN, PeriodRole.YEAR, ""),
        ("thang-truoc", "Tháng trước", "", ColumnKind.PREFILLED, ValueType.ESTIMATE, PeriodRole.PREVIOUS, ""),
        ("uoc", "Ước tháng", "Thực hiện", source, ValueType.ESTIMATE, PeriodRole.THIS, ""),
        ("luyke", "Lũy kế từ đầu năm", "Thực hiện", source, ValueType.ESTIMATE, PeriodRole.CUMULATIVE, ""),
        (
            "so-ke-hoach",
            "% so với kế hoạch",
            "Thực hiện",
            ColumnKind.COMPUTED,
            "",
            PeriodRole.THIS,
            "[luyke] / [ke-hoach] * 100",
        ),
    ]
    FormColumn.objects.bulk_create(
        FormColumn(
            report_form=form,
            sort_order=order,
            key=key,
            label=label,
            header_path=path,
            kind=kind,
            value_type=value_type,
            period_role=role,
            formula=formula,
            decimals=2 if kind == ColumnKind.COMPUTED else None,
        )
        for order, (key, label, path, kind, value_type, role, formula) in enumerate(columns)
    )


def add_rows(form: ReportForm, indicators: dict[str, Indicator]) -> None:
    """A heading, the total, three rows bound to indicators, a row of text."""
    rows = [
        ("A", "A", "THU NGÂN SÁCH", RowKind.HEADING, None, ""),
        ("I", "I", "Tổng thu", RowKind.COMPUTED, None, "SUM({I.1}; {I.2}; {I.3})"),
        ("I.1", "1", "Thu nội địa", RowKind.INPUT, "THU-NOI-DIA", ""),
        ("I.2", "2", "Thu từ hoạt động xuất nhập khẩu", RowKind.INPUT, "THU-XNK", ""),
        ("I.3", "3", "Thu khác", RowKind.INPUT, "THU-KHAC", ""),
        ("ghi-chu", "", "Ghi chú", RowKind.TEXT, None, ""),
    ]
    FormRow.objects.bulk_create(
        FormRow(
            report_form=form,
            sort_order=order,
            key=key,
            number=number,
            label=label,
            kind=kind,
            level=1 if indicator else 0,
            indicator=indicators.get(indicator),
            formula=formula,
            required=kind == RowKind.INPUT,
        )
        for order, (key, number, label, kind, indicator, formula) in enumerate(rows)
    )


@pytest.fixture
def figures_form(lead, indicators) -> ReportForm:
    """BM01: what departments fill in. Published."""
    form = ReportForm.objects.create(code="BM01", title="Thu ngân sách nhà nước trên địa bàn", owner=lead)
    add_rows(form, indicators)
    add_columns(form, source=ColumnKind.INPUT)
    publish_form(form, by=None, at=OPENED_AT)
    return form


@pytest.fixture
def consolidated_form(lead, indicators) -> ReportForm:
    """BM-TH: the lead agency's, its figures consolidated from what departments sent. Published."""
    form = ReportForm.objects.create(code="BM-TH", title="Tổng hợp thu ngân sách nhà nước", owner=lead)
    add_rows(form, indicators)
    add_columns(form, source=ColumnKind.CONSOLIDATED)
    publish_form(form, by=None, at=OPENED_AT)
    return form


@pytest.fixture
@disable_reference_index_auto_update()
def home_page(db) -> HomePage:
    """The front page as the root of the default site."""
    root = Page.get_first_root_node() or Page.add_root(title="Gốc", slug="root")
    home = HomePage.objects.first() or root.add_child(
        instance=HomePage(title="Trang chủ", slug="trang-chu-moi")
    )
    site = Site.objects.filter(is_default_site=True).first() or Site(
        hostname="localhost", is_default_site=True
    )
    site.root_page = home
    site.save()
    return home


@pytest.fixture
@disable_reference_index_auto_update()
def regime_section(home_page) -> SectionPage:
    """/che-do-bao-cao/"""
    home = HomePage.objects.get(pk=home_page.pk)  # Its children are counted on the object.
    return home.add_child(instance=SectionPage(title="Chế độ báo cáo", slug="che-do-bao-cao"))


@pytest.fixture
@disable_reference_index_auto_update()
def outline(regime_section) -> OutlinePage:
    """Two sections to write, the second of free will."""
    page = OutlinePage(title="Đề cương báo cáo kinh tế – xã hội tháng", slug="de-cuong-ktxh-thang")
    page.sections = [
        OutlineSection(
            sort_order=0, key="danh-gia", heading="Đánh giá tình hình", guidance="Nêu kết quả và nguyên nhân."
        ),
        OutlineSection(sort_order=1, key="kien-nghi", heading="Đề xuất, kiến nghị", required=False),
    ]
    # Its children are counted on the object.
    return SectionPage.objects.get(pk=regime_section.pk).add_child(instance=page)


@pytest.fixture
@disable_reference_index_auto_update()
def draft_regime(
    regime_section,
    lead,
    committee,
    department,
    other_department,
    figures_form,
    consolidated_form,
    outline,
    act,
) -> RegimePage:
    """KTXH-THANG as its author leaves it just before publishing."""
    page = RegimePage(
        title="Báo cáo tình hình kinh tế – xã hội tháng",
        slug="ktxh-thang",
        live=False,
        code="KTXH-THANG",
        content=Content.BOTH,
        description="<p>Tình hình thu ngân sách và đánh giá.</p>",
        instructions="<p>Nhập số liệu, viết thuyết minh, trình lãnh đạo duyệt rồi gửi.</p>",
        basis=act,
        lead=lead,
        outline=outline,
        approval_policy=ApprovalPolicy.DATA_THEN_REPORT,
        requires_signature=False,
        requires_number=True,
        document_title="Báo cáo tình hình kinh tế – xã hội",
        addressees="Ủy ban nhân dân tỉnh Khánh Hòa",
        copies="Như trên\nLưu: VT",
    )
    page.tiers = [
        RegimeTier(
            sort_order=0,
            number=1,
            name="Sở, ngành báo cáo",
            recipient=lead,
            due_anchor=DueAnchor.CUTOFF_END,
            due_working_days=2,
        ),
        RegimeTier(
            sort_order=1,
            number=2,
            name="Cơ quan chủ trì tổng hợp",
            recipient=committee,
            due_anchor=DueAnchor.LAST_MONTH,
            due_day_of_month=25,
        ),
    ]
    page.subjects = [
        RegimeSubject(sort_order=0, tier_number=1, organisation=department, report_form=figures_form),
        RegimeSubject(sort_order=1, tier_number=1, organisation=other_department, report_form=figures_form),
        RegimeSubject(sort_order=2, tier_number=2, organisation=lead, report_form=consolidated_form),
    ]
    # Its children are counted on the object.
    return SectionPage.objects.get(pk=regime_section.pk).add_child(instance=page)


@pytest.fixture
@disable_reference_index_auto_update()
def regime(draft_regime) -> RegimePage:
    """KTXH-THANG: monthly, figures and narrative, two tiers; number required, signature not. Published."""
    draft_regime.publish(draft_regime.save_revision(), at=OPENED_AT)
    return RegimePage.objects.get(pk=draft_regime.pk)


@pytest.fixture
def opened_round(regime) -> Round:
    """May 2026, opened by the portal at ``OPENED_AT``; the window closed on the 14th, tier 1 due on the 18th."""
    return deadlines.open_round(regime.latest_version, MAY, by=None, at=OPENED_AT)


def _owed_by(organisation: Organisation, round_: Round) -> Obligation:
    return Obligation.objects.with_round().get(organisation=organisation, tier__round=round_)


@pytest.fixture
def obligation(opened_round, department) -> Obligation:
    """What the department owes: tier 1, BM01 and the narrative."""
    return _owed_by(department, opened_round)


@pytest.fixture
def other_obligation(opened_round, other_department) -> Obligation:
    return _owed_by(other_department, opened_round)


@pytest.fixture
def lead_obligation(opened_round, lead) -> Obligation:
    """What the lead agency owes the committee: tier 2, BM-TH."""
    return _owed_by(lead, opened_round)


@pytest.fixture
def projects(submission, lead, measures) -> Sheet:
    """The department's report asks for a list of projects too: BM-DA, whose total is bound to VON-DTC."""
    indicator = Indicator.objects.create(
        code="VON-DTC", name="Vốn đầu tư công giải ngân", measure=measures["ty-dong"], decimals=1
    )
    version = publish_form(projects_form(lead, indicator), by=None, at=OPENED_AT)
    submission.obligation.form_versions.add(version)
    return Sheet.objects.create(submission=submission, form_version=version, sort_order=1)
