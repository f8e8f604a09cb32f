"""What the document of a report says, and how it comes to its file."""

from __future__ import annotations

from datetime import date

import pytest

from home.accounts.models import Appointment
from home.organisations.models import Affiliation, AffiliationKind, OrganisationKind
from reports.documents.models import Rendering, RenderingState
from reports.submissions import paper, services
from reports.submissions.errors import SubmissionError
from reports.submissions.models import Section
from tests.conftest import make_organisation

from . import stages

DAY = date(2026, 5, 15)


@pytest.mark.requirement("X5", part="PDF in the layout of Decree 30/2020")
@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        (OrganisationKind.DEPARTMENT, "Ủy ban nhân dân tỉnh X"),
        (OrganisationKind.BOARD, "Ủy ban nhân dân tỉnh X"),
        (OrganisationKind.OFFICE, "Ủy ban nhân dân tỉnh X"),
        (OrganisationKind.SERVICE_UNIT, "Ủy ban nhân dân tỉnh X"),
        (OrganisationKind.PEOPLES_COMMITTEE, ""),  # signs for its own territory
        (OrganisationKind.ENTERPRISE, ""),
    ],
)
def test_the_superior_stands_above_those_that_have_one(db, kind, printed):
    above = make_organisation("X", "Ủy ban nhân dân tỉnh X", OrganisationKind.PEOPLES_COMMITTEE)
    below = make_organisation("Y", "Cơ quan Y", kind, superior_line="")
    Affiliation.objects.filter(child=below).delete()
    Affiliation.objects.create(child=below, parent=above, kind=AffiliationKind.SUBORDINATION)

    assert paper.superior_line(below, DAY) == printed
    below.superior_line = "Bộ Tài chính"
    assert paper.superior_line(below, DAY) == "Bộ Tài chính"


def test_a_vertical_agency_bears_no_province_it_only_reports_to(db):
    province = make_organisation("X", "Ủy ban nhân dân tỉnh X", OrganisationKind.PEOPLES_COMMITTEE)
    tax = make_organisation("CT", "Cục Thuế", OrganisationKind.VERTICAL, superior_line="")
    Affiliation.objects.filter(child=tax).delete()
    Affiliation.objects.create(child=tax, parent=province, kind=AffiliationKind.REPORTING)

    assert paper.superior_line(tax, DAY) == ""


@pytest.mark.requirement("X6", part="signing forms and their validity")
@pytest.mark.parametrize(
    ("form", "title", "signs_for", "lines"),
    [
        ("", "Giám đốc", "", ("GIÁM ĐỐC",)),
        ("Q.", "Giám đốc", "", ("Q. GIÁM ĐỐC",)),
        ("KT.", "Phó Giám đốc", "Giám đốc", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        ("TM.", "Chủ tịch", "Ủy ban nhân dân", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        ("TL.", "Chánh Văn phòng", "Giám đốc", ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG")),
        ("TUQ.", "Trưởng phòng", "Giám đốc", ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG")),
    ],
)
def test_the_signature_block_comes_from_the_appointment(approved, leader, form, title, signs_for, lines):
    Appointment.objects.filter(person=leader).delete()
    Appointment.objects.create(
        person=leader,
        organisation=approved.obligation.organisation,
        title=title,
        signing_form=form,
        signs_for_title=signs_for,
        basis="QĐ 1",
        valid_to=date(2099, 1, 1),
    )

    content = paper.content_of(approved, approved.snapshot)

    assert content.signature_lines == lines
    assert content.signer_name == str(leader)


def unnumbered(submission):
    version = submission.obligation.tier.round.regime_version
    version.compiled["requires_number"] = False
    type(version).objects.filter(pk=version.pk).update(compiled=version.compiled)
    return type(submission).objects.get(pk=submission.pk)


def test_a_report_that_is_never_numbered_bears_the_day_of_its_approval(in_review, data_leader, leader):
    report = stages.approve(unnumbered(in_review), data_leader, leader, at=stages.hour(20))

    # 09:00 and twenty hours: the next day in Việt Nam, still the same one in UTC.
    assert report.document.content["issued_on"] == "2026-05-16"
    assert not report.document.content["draft"]


def test_a_numbered_report_is_dated_by_its_register_alone(approved):
    assert approved.document.content["issued_on"] is None


@pytest.mark.parametrize("body", ["<p>Tốt 😀</p>", "<p>Tốt &#x1F600;</p>"])
def test_letters_that_cannot_be_printed_are_found_before_anybody_approves(draft, clerk, body):
    Section.objects.filter(submission=draft).update(body=body)

    with pytest.raises(SubmissionError, match=r"“😀” \(U\+1F600\)"):
        services.submit(draft, by=clerk, at=stages.hour(1))


@pytest.fixture
def long_paper(monkeypatch):
    monkeypatch.setattr("reports.submissions.paper.is_long", lambda content: True)


def test_a_long_document_is_left_to_the_queue(approved, registrar, long_paper, monkeypatch):
    queued: list[tuple[int, int]] = []
    monkeypatch.setattr("reports.submissions.tasks.render_paper.delay", lambda *ids: queued.append(ids))

    report = stages.issue(approved, registrar, at=stages.hour(3))

    assert queued == [(report.document_id, report.snapshot_id)]
    assert report.document.pdf is None
    assert Rendering.objects.get(document=report.document).state == RenderingState.QUEUED
    with pytest.raises(SubmissionError, match="chưa có tệp văn bản"):
        services.send(report, by=registrar, at=stages.hour(4))
    paper.ensure_pdf(report)
    assert len(queued) == 1  # under way already


def test_the_queue_renders_it_once_and_notes_the_end(approved, registrar, long_paper):
    """Without a broker the task runs at once."""
    report = stages.issue(approved, registrar, at=stages.hour(3))

    report.document.refresh_from_db()
    assert report.document.pdf is not None
    assert Rendering.objects.get(document=report.document).state == RenderingState.DONE


def test_notes_of_higher_apps_stand_at_their_cells(draft, monkeypatch):
    def note(submission, sheet):
        return {next(iter(sheet.values)): "Đã điều chỉnh +5: đối chiếu."}

    monkeypatch.setattr(paper, "notes", [note])

    table = paper.content_of(draft).tables[0]

    assert table.notes == ("Đã điều chỉnh +5: đối chiếu.",)
    assert len(table.marks) == 1


def test_a_worker_knows_the_task():
    from portal.celery import app

    app.loader.import_default_modules()

    assert "reports.submissions.render_paper" in app.tasks
