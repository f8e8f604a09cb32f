"""What the bench stands on: one organisation that owes a report of one sheet of 500 cells, and the people of the cycle."""

from __future__ import annotations

from datetime import UTC, datetime

#: The report of the verbs: 500 cells.
ROWS, COLUMNS = 50, 10
START = datetime(2026, 5, 15, 2, tzinfo=UTC)


def stage(rows: int = ROWS, columns: int = COLUMNS):
    """The report of one sheet of ``rows`` × ``columns`` bound cells that a department owes, and the people of its cycle."""
    from django.contrib.auth.models import Permission
    from wagtail.models import Locale, Page

    from home.accounts.models import Appointment, DutyKind
    from home.organisations.models import OrganisationKind
    from indicators.models import Indicator, Measure
    from indicators.periods import Period
    from reports.deadlines.services import open_round
    from reports.regimes.compiling import publish_form
    from reports.regimes.models import (
        FormColumn,
        FormRow,
        OutlinePage,
        OutlineSection,
        RegimePage,
        RegimeSubject,
        RegimeTier,
        ReportForm,
    )
    from reports.submissions import services
    from tests.conftest import make_organisation, make_person

    assert Permission.objects.exists()
    department = make_organisation("STC", "Sở Tài chính", OrganisationKind.DEPARTMENT, document_code="STC")
    lead = make_organisation("SKHDT", "Sở KHĐT", OrganisationKind.DEPARTMENT, document_code="SKHDT")
    people = {
        name: make_person(name, organisation, *kinds)
        for name, organisation, kinds in (
            ("clerk", department, (DutyKind.ENTER,)),
            ("deputy", department, (DutyKind.APPROVE_DATA,)),
            ("head", department, (DutyKind.APPROVE_REPORT,)),
            ("registrar", department, (DutyKind.ISSUE, DutyKind.SEND)),
            ("receiver", lead, (DutyKind.RECEIVE,)),
            ("publisher", lead, (DutyKind.PUBLISH,)),
        )
    }
    Appointment.objects.create(person=people["head"], organisation=department, title="Giám đốc")
    measure_ = Measure.objects.create(code="ty-dong", name="Tỷ đồng")
    form = ReportForm.objects.create(code="BM500", title="Năm trăm ô", owner=lead)
    for row in range(rows):
        indicator = Indicator.objects.create(code=f"CT{row}", name=f"Chỉ tiêu {row}", measure=measure_)
        FormRow.objects.create(
            report_form=form, sort_order=row, key=f"r{row}", label=indicator.name, indicator=indicator
        )
    for column in range(columns):
        FormColumn.objects.create(
            report_form=form,
            sort_order=column,
            key=f"c{column}",
            label=f"Cột {column}",
            value_type="plan",
            plan_basis=f"B{column}",
        )
    publish_form(form, by=None, at=START)
    Locale.objects.get_or_create(language_code="vi")
    root = Page.get_first_root_node() or Page.add_root(title="Gốc", slug="root")
    outline = root.add_child(instance=OutlinePage(title="Đề cương", slug="de-cuong"))
    outline.sections = [OutlineSection(sort_order=0, key="ket-qua", heading="Kết quả", required=False)]
    outline.save()
    page = RegimePage(
        title="Đo", slug="do", code="DO", lead=lead, outline=outline, description="<p>Đo</p>",
        instructions="<p>Đo</p>", requires_signature=False, document_title="Đo", live=False,
    )  # fmt: skip
    page.tiers = [
        RegimeTier(
            number=1,
            name="Báo cáo",
            recipient=lead,
            due_anchor="cutoff_end",
            due_working_days=2,
            closes_days_after=3650,
        )
    ]
    page.subjects = [RegimeSubject(tier_number=1, organisation=department, report_form=form)]
    root.add_child(instance=page)
    page.publish(page.save_revision(), at=START)
    round_ = open_round(page.latest_version, Period.parse("2026-M05"), by=None, at=START)
    obligation = round_.tiers.get().obligations.get()
    return services.open_submission(obligation, at=START), people
