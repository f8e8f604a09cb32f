"""The two dialogs of an approval without a leader at the screen, in Chromium."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from home.accounts.models import Appointment
from home.organisations.models import Organisation, OrganisationKind
from home.organisations.services import succeed
from reports.regimes.models import ApprovalPolicy
from reports.submissions.models import Submission
from tests.conftest import make_organisation
from tests.reports.submissions import stages

from .conftest import address
from .test_acts import PDF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_firm_declares_its_report(visit, axe, draft, department, clerk):
    Organisation.objects.filter(pk=department.pk).update(kind=OrganisationKind.ENTERPRISE)
    report = stages.submit(stages.with_policy(draft, approval_policy=ApprovalPolicy.SELF_DECLARED), clerk)
    page = visit(clerk)
    page.goto(address("edit", report.pk))

    page.locator('[data-a11y-dialog-show="dialog-declare"]').click()
    dialog = page.get_by_role("dialog", name="Cam đoan")
    expect(dialog.get_by_text("không cần người thứ hai duyệt")).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []
    dialog.get_by_role("button", name="Cam đoan").click()

    expect(page.get_by_text("Đã ghi nhận cam đoan")).to_be_visible()
    assert Submission.objects.get().status == "approved"


def test_the_clerk_uploads_what_the_leader_signed(visit, axe, draft, department, clerk, registrar, leader):
    Appointment.objects.create(person=clerk, organisation=department, title="Phó Trưởng phòng")
    report = stages.submit(stages.with_policy(draft, approval_policy=ApprovalPolicy.BY_DOCUMENT), clerk)
    new = make_organisation("SKT", "Sở Kinh tế", "so", document_code="SKT")
    succeed([report.obligation.recipient], [new], kind="doi_ten", on=timezone.localdate(), by=None)
    page = visit(registrar)
    page.goto(address("edit", report.pk))
    expect(page.get_by_text("nay Sở Kinh tế kế thừa")).to_be_visible()

    page.locator('[data-a11y-dialog-show="dialog-approve_by_document"]').click()
    dialog = page.get_by_role("dialog", name="Ghi nhận văn bản đã ký")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []
    dialog.get_by_label("Văn bản đã ký (PDF)").set_input_files(
        {"name": "bao-cao.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    dialog.get_by_label("Số", exact=True).fill("12")
    dialog.get_by_label("Ngày ban hành").fill(f"{timezone.localdate():%d/%m/%Y}")
    dialog.get_by_label("Người ký").select_option(label=str(leader.appointments.get()))
    dialog.get_by_role("button", name="Ghi nhận văn bản đã ký").click()

    expect(page.get_by_text(f"Đã ghi nhận văn bản do {leader} ký")).to_be_visible()
    page.get_by_role("tab", name="Văn bản").click()
    expect(page.get_by_text("12/BC-STC").first).to_be_visible()
    expect(page.get_by_role("link", name="Tải văn bản (Word)")).to_have_count(0)
