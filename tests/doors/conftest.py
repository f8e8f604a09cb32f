"""One of everything that stands behind a door, and the people who knock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, PageViewRestriction, Site, Workflow

from home.accounts.asking import ask
from home.accounts.models import PORTAL_WIDE, Appointment, DutyKind, FocalPerson, User
from home.authoring import keep_authors
from home.models import PortalSettings, SectionPage
from home.organisations.models import Division, LegalAct, OrganisationKind, Succession
from indicators.models import Disaggregation, Indicator, IndicatorGroup, Measure
from indicators.store.models import Standing
from reports.deadlines.models import CalendarDay
from reports.documents.services import archive
from reports.publication.services import publish_submission
from reports.regimes.grid import CellKind, grid_of
from reports.submissions import services
from reports.submissions.comments import add_comment
from reports.submissions.models import Attachment
from reports.submissions.sections import save_section
from tests.conftest import affiliate, make_organisation, make_person
from tests.reports.conftest import (  # noqa: F401
    act,
    consolidated_form,
    draft_regime,
    figures_form,
    home_page,
    indicators,
    lead_obligation,
    measures,
    obligation,
    opened_round,
    other_obligation,
    outline,
    regime,
    regime_section,
)
from tests.reports.documents.samples import CHART
from tests.reports.submissions import heirs, stages
from tests.reports.submissions.conftest import (  # noqa: F401
    accepted,
    approved,
    draft,
    in_review,
    issued,
    sent,
    submission,
)

#: The name of a file of the department's report, and words in the lead agency's draft.
THEIR_FILE = "bang-ke-rieng-cua-phong.pdf"
THEIR_WORDS = "Nhận định nội bộ của cơ quan chủ trì"


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch) -> None:
    """How paper looks is tested with documents; drawing takes half a second each."""
    monkeypatch.setattr(
        "reports.documents.services.render_pdf", lambda content, **more: f"%PDF-1.7 {content}".encode()
    )


@pytest.fixture
def samples(
    accepted,
    home_page,
    regime,
    department,
    opened_round,
    lead_obligation,
    other_obligation,
    figures_form,
    clerk,
    leader,
    consolidator,
    publisher,
    root,
    settings,
    tmp_path,
) -> dict[str, Any]:
    """Parameter → a value that leads to something; ``namespace.parameter`` where one is not like another.

    There is an accepted report of the department, published; the lead agency's report above it; a message to the clerk.
    """
    settings.MEDIA_ROOT = tmp_path
    sheet = accepted.sheets.select_related("form_version").first()
    row, column = next(iter(grid_of(sheet.form_version).cells(CellKind.INPUT)))
    talk = add_comment(accepted.sheets.first(), (row, column), "Nội bộ", by=clerk)
    attachment = Attachment.objects.create(
        submission=accepted,
        name=THEIR_FILE,
        file=archive(b"%PDF-1.7", name=THEIR_FILE, media_type="application/pdf"),
        added_at=stages.START,
    )
    above = services.open_submission(lead_obligation, at=stages.START)
    save_section(
        above, above.sections.first().key, f"<p>{THEIR_WORDS}</p>", by=consolidator, at=stages.hour(25)
    )
    stages.stated(department, "2024", "987654321.5", standing=Standing.UNIT, at=stages.hour(29))
    stages.stated(department, "2023", "876543219.5", at=stages.hour(29))
    published = publish_submission(accepted, by=publisher, at=stages.hour(30))
    paper = published.document
    type(paper).objects.filter(pk=paper.pk).update(content={**paper.content, "charts": [CHART.to_json()]})
    document = Document.objects.create(title="Công văn", file=ContentFile(b"%PDF-1.4", name="cong-van.pdf"))
    image = Image.objects.create(title="Ảnh", file=get_test_image_file(filename="anh.png"))
    workflow = Workflow.objects.filter(name__startswith="Phê duyệt báo cáo").first()
    collection = Collection.get_first_root_node().add_child(instance=Collection(name="Bộ sưu tập"))
    restriction = PageViewRestriction.objects.create(page=regime, restriction_type="password", password="x")
    IndicatorGroup.objects.create(code="THU", name="Thu ngân sách")
    Disaggregation.objects.create(code="NGANH", name="Ngành")
    day = CalendarDay.objects.create(day=date(2026, 9, 2), kind="off", name="Quốc khánh")
    renamed = Succession.objects.create(
        predecessor=make_organisation("CU", "Sở cũ", OrganisationKind.DEPARTMENT, valid_to=date(2026, 5, 3)),
        successor=make_organisation("MOI", "Sở mới", OrganisationKind.DEPARTMENT),
        kind="doi_ten",
        on=date(2026, 5, 4),
        answers=True,
    )
    division = Division.objects.create(organisation=department, code="p", name="Phòng")
    things = {
        "pk": accepted.pk,
        "page_id": regime.pk,
        "page_pk": regime.pk,
        "parent_page_id": regime.get_parent().pk,
        "page_to_move_id": regime.pk,
        "destination_id": home_page.pk,
        "page_view_restriction_id": restriction.pk,
        "content_type_app_name": "regimes",
        "content_type_model_name": "outlinepage",
        "revision_id": regime.latest_revision.pk,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "collection_id": collection.pk,
        "document_id": document.pk,
        "doc_id": document.pk,
        "image_id": image.pk,
        "filter_spec": "width-10",
        "rest": "failwhale/",
        "uploaded_file_id": 1,
        "task_state_id": 1,
        "workflow_state_id": 1,
        "session_id": 1,
        "restriction_id": 1,
        "line": 1,
        "workflow_pk": workflow.pk,
        "task_id": workflow.tasks.first().pk,
        "action_name": "approve",
        "action": "delete",
        "app_label": "submissions",
        "model_name": "submission",
        "object_id": accepted.pk,
        "app_name": "wagtailcore",
        "uidb64": "MQ",
        "token": "set-password",
        "obligation": accepted.obligation.pk,
        "sheet": sheet.pk,
        "row": row,
        "column": column,
        "file": attachment.pk,
        "comment": talk.pk,
        "key": above.sections.first().key,
        "slug": published.slug,
        "code": "THU-NOI-DIA",
        "wagtailadmin_pages:choose_parent.app_label": "regimes",
        "wagtailadmin_pages:choose_parent.model_name": "regimepage",
        "wagtailadmin_api:pages.pk": regime.pk,
        "wagtailadmin_api:documents.pk": document.pk,
        "wagtailadmin_api:images.pk": image.pk,
        "wagtailadmin_pages.pk": regime.pk,
        "wagtailadmin_collections.pk": collection.pk,
        "wagtailadmin_workflows.pk": workflow.pk,
        "wagtailadmin_workflows:edit_task.pk": workflow.tasks.first().pk,
        "wagtailadmin_workflows:add_task.app_label": "submissions",
        "wagtailadmin_workflows:add_task.model_name": "dutytask",
        "wagtailusers_users.pk": root.pk,
        "wagtailusers_groups.pk": Group.objects.first().pk,
        "wagtailsites.pk": Site.objects.first().pk,
        "wagtaildocs_chooser.pk": document.pk,
        "wagtailimages_chooser.pk": image.pk,
        "wagtaildocs_serve.0": document.pk,
        "wagtaildocs_serve.1": "cong-van.pdf",
        "wagtail_serve.0": home_page.get_url_parts()[2].lstrip("/"),
        "notifications.pk": clerk.messages.first().pk,
        "so-tra-cuu_don-vi-tinh_modeladmin_inspect.instance_pk": Measure.objects.first().pk,
        "instance_pk": day.pk,
        "rounds:move_window.pk": accepted.obligation.tier_id,
        "rounds:extend.pk": other_obligation.pk,
        "rounds:exempt.pk": other_obligation.pk,
        "rounds:cancel_obligation.pk": other_obligation.pk,
        "rounds:reinstate.pk": other_obligation.pk,
        "rounds.pk": opened_round.pk,
        "dashboards:open.pk": accepted.obligation.pk,
        "dashboards.pk": opened_round.pk,
        "consolidation.sheet": above.sheets.first().pk,
        "consolidation.pk": above.pk,
        "report_forms.pk": figures_form.pk,
        "report_forms:version.number": 1,
        "organisations.pk": department.pk,
        "organisations:give_anew.pk": renamed.predecessor_id,
        "organisations:give_anew.successor": renamed.successor_id,
        "organisations:end_affiliation.pk": department.affiliations_up.first().pk,
        "organisations:members.pk": division.pk,
        "organisations:rename_division.pk": division.pk,
        "organisations:close_division.pk": division.pk,
        "organisations:end_focal.pk": FocalPerson.objects.create(
            organisation=department, person=clerk, role="reporting", valid_from=date(2026, 5, 4)
        ).pk,
        "people.pk": clerk.pk,
        "people:revoke.pk": clerk.duties.first().pk,
        "people:hand_over.pk": make_person("quantridv", department, DutyKind.UNIT_ADMIN).duties.get().pk,
        "people:end_appointment.pk": Appointment.objects.first().pk,
        "account_requests.pk": ask(
            "create",
            department,
            by=leader,
            full_name="Nguyễn Văn An",
            duties=["enter"],
            document_number="12/STC-VP",
            document_date=date(2026, 5, 4),
            scan=("van-ban.pdf", b"%PDF-1.4\n%%EOF"),
        ).pk,
        "publication.name": published.slug,
        "place": 1,
        "home:colours.name": "000000000000",
        "wagtailsettings.app_name": "home",
        "wagtailsettings.model_name": "portalsettings",
        "wagtailsettings.pk": PortalSettings.load().pk,
    }
    for model in (Indicator, IndicatorGroup, Measure, Disaggregation, LegalAct):
        for kind in ("wagtailsnippets", "wagtailsnippetchoosers"):
            things[f"{kind}_{model._meta.app_label}_{model._meta.model_name}.pk"] = model.objects.first().pk
    return things


@pytest.fixture
def designer(lead, regime_section) -> User:
    """DESIGN at the lead agency, which authors the section of regimes."""
    SectionPage.objects.filter(pk=regime_section.pk).update(organisation=lead)
    return make_person("thietke", lead, DutyKind.DESIGN)


@pytest.fixture
def visitor(request, actor) -> Client:
    """A browser in which the actor has signed in."""
    client = Client(raise_request_exception=False)
    if actor != "anonymous":
        person: User = request.getfixturevalue(actor)
        client.force_login(person)
    return client


# ------------------------------------------------------------------ further people, for the addresses of ours

#: All duties but those that reach beyond one organisation.
DUTIES = [kind for kind in DutyKind if kind not in PORTAL_WIDE]


@pytest.fixture
def viewer(department) -> User:
    return make_person("theodoi", department, DutyKind.VIEW)


@pytest.fixture
def own_receiver(department) -> User:
    """RECEIVE and CONSOLIDATE where nothing is received."""
    return make_person("tiepnhan2", department, DutyKind.RECEIVE, DutyKind.CONSOLIDATE)


@pytest.fixture
def own_publisher(department) -> User:
    return make_person("congkhai2", department, DutyKind.PUBLISH)


@pytest.fixture
def own_designer(department) -> User:
    return make_person("thietke2", department, DutyKind.DESIGN)


@pytest.fixture
def unit_admin(department) -> User:
    return make_person("quantri2", department, DutyKind.UNIT_ADMIN)


@pytest.fixture
def subordinate(department) -> User:
    """Every duty in an organisation beneath the department."""
    beneath = make_organisation("CCT", "Chi cục Thuế", OrganisationKind.SERVICE_UNIT)
    affiliate(beneath, department)
    return make_person("capduoi", beneath, *DUTIES)


@pytest.fixture
def superior(committee) -> User:
    """Every duty in the organisation above the department and the lead agency."""
    return make_person("captren", committee, *DUTIES)


@pytest.fixture
def lapsed(department) -> User:
    """Every duty in the department, until yesterday."""
    person = make_person("hethan", department, *DUTIES)
    person.duties.update(valid_to=timezone.localdate() - timedelta(days=1))
    keep_authors()  # At midnight.
    return person


@pytest.fixture
def delegate(department, leader) -> User:
    """Stands in for the leader today."""
    person = make_person("uyquyen", department, DutyKind.APPROVE_REPORT)
    person.duties.update(acting_for=leader, basis="Giấy ủy quyền 01", valid_to=timezone.localdate())
    return person


@pytest.fixture
def deactivated(department) -> User:
    """Every duty in the department; the account is closed."""
    person = make_person("bikhoa", department, *DUTIES)
    User.objects.filter(pk=person.pk).update(is_active=False)
    return person


@pytest.fixture
def successor(samples, department) -> User:
    """Enters for the organisation that took the department's work over today."""
    into = heirs.heir("SKTTC", "Sở Kinh tế và Tài chính")
    heirs.merge(department, into)
    return into.clerk


@pytest.fixture
def part(samples, department) -> User:
    """Enters for a successor of the department that did not take its work over."""
    first, second = heirs.heir("SKTTC", "Sở Kinh tế và Tài chính"), heirs.heir("CTDL", "Chi cục Dữ liệu")
    heirs.split(department, [first, second], answering=first)
    return second.clerk


@pytest.fixture
def predecessor(successor, clerk) -> User:
    """Entered for the department, which is no more."""
    return clerk
