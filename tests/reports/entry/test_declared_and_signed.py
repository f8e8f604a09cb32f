"""From typing to accepting at the screens alone, where no leader is at a screen."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from home.accounts.models import Duty, DutyKind
from home.organisations.models import Organisation, OrganisationKind
from reports.regimes.models import ApprovalPolicy
from reports.submissions.models import Submission
from tests.reports.submissions import stages

from .conftest import address
from .test_acts import PDF, buttons, press, said  # noqa: F401

pytestmark = pytest.mark.slow


def fresh(report: Submission) -> Submission:
    return Submission.objects.select_related("snapshot", "document").get(pk=report.pk)


@pytest.fixture
def company(department, clerk) -> Organisation:
    """A firm with one person at the portal, who does everything himself; it numbers nothing."""
    Organisation.objects.filter(pk=department.pk).update(kind=OrganisationKind.ENTERPRISE)
    Duty.objects.create(person=clerk, organisation=department, kind=DutyKind.SEND)
    return department


@pytest.mark.requirement("R37", part="self-declared: who entered answers for it")
def test_a_firm_with_one_person_reports_alone(company, draft, clerk, receiver, press, buttons, as_user):  # noqa: F811
    report = stages.with_policy(
        draft, approval_policy=ApprovalPolicy.SELF_DECLARED, requires_number=False, requires_signature=False
    )
    assert buttons(clerk, report) == {"submit", "record_outside"}
    press(clerk, "submit", report)
    assert buttons(clerk, report) == {"declare", "withdraw"}
    page = as_user(clerk).get(address("edit", report.pk)).content.decode()
    assert "không cần người thứ hai duyệt" in page
    assert buttons(receiver, report) == set()

    page = press(clerk, "declare", report, seen=fresh(report).snapshot.sha256)
    assert "Đã ghi nhận cam đoan" in said(page)
    assert "cam đoan và chịu trách nhiệm về báo cáo" in page.content.decode()
    page = press(clerk, "send", report)
    assert "Đã gửi đến" in said(page)
    press(receiver, "accept", report)

    assert fresh(report).status == "accepted"


@pytest.mark.requirement("R37", part="by document: approval stands on the signed paper")
def test_a_paper_signed_by_a_leader_goes_its_whole_way(
    draft,
    clerk,
    registrar,
    leader,
    receiver,
    press,  # noqa: F811
    buttons,  # noqa: F811
    as_user,
):
    report = stages.with_policy(draft, approval_policy=ApprovalPolicy.BY_DOCUMENT)
    press(clerk, "submit", report)
    assert buttons(leader, report) == set()
    assert buttons(registrar, report) == {"approve_by_document", "refuse"}
    typed = {
        "seen": fresh(report).snapshot.sha256,
        "number": "12",
        "symbol": "BC-STC",
        "issued_on": f"{timezone.localdate():%d/%m/%Y}",
        "signer": leader.appointments.get().pk,
    }

    page = press(registrar, "approve_by_document", report, **typed)
    assert page.status_code == 422
    assert "Chọn tệp PDF của văn bản đã ký." in page.content.decode()
    scan = SimpleUploadedFile("bao-cao-da-ky.pdf", PDF, "application/pdf")
    page = press(registrar, "approve_by_document", report, file=scan, **typed)
    assert f"Đã ghi nhận văn bản do {leader} ký" in said(page)
    assert "12/BC-STC" in page.content.decode()
    assert f"(thay {leader})" in page.content.decode()
    assert buttons(registrar, report) == {"send"}

    press(registrar, "send", report)
    received = as_user(receiver).get(address("document", report.pk))
    assert hashlib.sha256(b"".join(received)).hexdigest() == hashlib.sha256(PDF).hexdigest()
    press(receiver, "accept", report)
    assert fresh(report).status == "accepted"
    seen = as_user(receiver).get(address("edit", report.pk)).content.decode()
    assert "12/BC-STC" in seen


def test_an_office_elsewhere_is_no_choice(draft, clerk, registrar, leader, outsider, other_department, press):  # noqa: F811
    from home.accounts.models import Appointment

    elsewhere = Appointment.objects.create(person=outsider, organisation=other_department, title="Giám đốc")
    report = stages.with_policy(draft, approval_policy=ApprovalPolicy.BY_DOCUMENT)
    press(clerk, "submit", report)

    page = press(
        registrar,
        "approve_by_document",
        report,
        seen=fresh(report).snapshot.sha256,
        number="12",
        symbol="BC-STC",
        issued_on=f"{timezone.localdate():%d/%m/%Y}",
        signer=elsewhere.pk,
        file=SimpleUploadedFile("bao-cao-da-ky.pdf", PDF, "application/pdf"),
    )

    assert "Người ký phải giữ chức vụ tại cơ quan." in page.content.decode()
    assert fresh(report).status == "in_review"
