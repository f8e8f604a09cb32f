"""Files of a report: what is refused, what is kept, who reads it."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reports.submissions import services
from reports.submissions.attachments import add_attachment, remove_attachment
from reports.submissions.models import Attachment
from tests.reports.submissions import stages

from .conftest import address, fingerprint
from .test_acts import PDF


@pytest.fixture
def upload(as_user):
    def uploaded(user, report, name, content, **data):
        file = SimpleUploadedFile(name, content)
        return as_user(user).post(address("upload", report.pk), {"tep": file, "loai": "evidence", **data})

    return uploaded


@pytest.mark.requirement("R9", part="a scan of the paper counterpart")
@pytest.mark.requirement("R91", part="text documents attached")
def test_a_file_is_attached_under_its_own_name(upload, as_user, submission, clerk):
    name = unicodedata.normalize("NFD", "Bản quét báo cáo.pdf")

    answer = upload(clerk, submission, name, PDF, loai="scan")

    attachment = Attachment.objects.get()
    assert answer.status_code == 201
    assert (attachment.name, attachment.get_kind_display()) == (
        "Bản quét báo cáo.pdf",
        "Bản quét báo cáo giấy",
    )
    assert "Bản quét báo cáo.pdf" in answer.json()["html"]
    assert "1 KB" in answer.json()["html"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bieu.exe", b"MZ", "không thuộc loại được nhận"),
        ("bieu.pdf", b"PK\x03\x04", "nội dung không phải loại đó"),
        ("bieu.xlsx", PDF, "nội dung không phải loại đó"),
        ("rong.pdf", b"", "rỗng"),
    ],
)
def test_wrong_files_are_refused_in_words(upload, submission, clerk, name, content, message):
    before = fingerprint()

    answer = upload(clerk, submission, name, content)

    assert answer.status_code in {400, 422}
    assert message in answer.json()["message"] or name == "rong.pdf"
    assert fingerprint() == before


def test_a_file_over_the_limit_is_refused_with_its_size(upload, settings, submission, clerk):
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    before = fingerprint()

    answer = upload(clerk, submission, "lon.pdf", PDF + b"0" * (1024 * 1024))

    assert answer.status_code == 413
    assert "1,0 MB" in answer.json()["message"]
    assert fingerprint() == before


def test_a_hundred_megabytes_are_refused_before_they_are_read(as_user, submission, clerk):
    class Unread:
        def read(self, *args):
            raise AssertionError("the body was read")

        readline = read

    answer = as_user(clerk).post(
        address("upload", submission.pk),
        data=b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(100 * 1024 * 1024),
        **{"wsgi.input": Unread()},
    )

    assert answer.status_code == 413
    assert "100,0 MB" in answer.json()["message"]
    assert "20,0 MB" in answer.json()["message"]


def test_uploading_needs_the_token_of_the_page(submission, clerk):
    browser = Client(enforce_csrf_checks=True, headers={"X-Requested-With": "XMLHttpRequest"})
    browser.force_login(clerk)

    answer = browser.post(address("upload", submission.pk), {"tep": SimpleUploadedFile("a.pdf", PDF)})

    assert answer.status_code == 403
    assert not Attachment.objects.exists()


def test_a_locked_report_takes_no_file(upload, in_review, clerk):
    before = fingerprint()

    assert upload(clerk, in_review, "a.pdf", PDF).status_code == 409
    assert fingerprint() == before


def test_a_download_is_private_and_named(as_user, submission, clerk):
    attachment = add_attachment(submission, name="Phụ lục 1.pdf", content=PDF, by=clerk)

    answer = as_user(clerk).get(address("file", submission.pk, attachment.pk))

    assert b"".join(answer.streaming_content) == PDF
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert answer["Content-Disposition"].startswith(
        "attachment; filename*=utf-8''Ph%E1%BB%A5%20l%E1%BB%A5c%201.pdf"
    )


@pytest.mark.requirement("R155", part="a file taken out is kept and can be put back")
def test_removing_can_be_undone(as_user, submission, clerk):
    attachment = add_attachment(submission, name="a.pdf", content=PDF, by=clerk)
    browser = as_user(clerk)

    removed = browser.post(address("remove_file", submission.pk, attachment.pk))
    gone = browser.get(address("file", submission.pk, attachment.pk))
    restored = browser.post(address("restore_file", submission.pk, attachment.pk))

    assert (removed.status_code, gone.status_code, restored.status_code) == (200, 404, 200)
    assert browser.get(address("file", submission.pk, attachment.pk)).status_code == 200


def test_a_file_of_another_report_is_not_reached_through_ones_own(
    as_user, submission, other_obligation, outsider, clerk
):
    other = services.open_submission(other_obligation)
    theirs = add_attachment(other, name="a.pdf", content=PDF, by=outsider)
    before = fingerprint()

    for name in ("file", "remove_file", "restore_file"):
        call = as_user(clerk).get if name == "file" else as_user(clerk).post
        assert call(address(name, submission.pk, theirs.pk)).status_code == 404
        assert call(address(name, other.pk, theirs.pk)).status_code == 404
    assert fingerprint() == before


def test_the_receiver_reads_the_files_that_were_sent_and_no_others(
    as_user, draft, clerk, data_leader, leader, registrar, receiver
):
    went = add_attachment(draft, name="da-gui.pdf", content=PDF, by=clerk, at=stages.START)
    report = stages.approve(stages.submit(draft, clerk), data_leader, leader)
    stages.send(stages.issue(report, registrar), registrar)
    services.return_(report, by=receiver, reasons=["khac"], text="Thiếu", at=stages.hour(20))
    remove_attachment(went, by=clerk)
    later = add_attachment(report, name="chua-gui.pdf", content=PDF + b"2", by=clerk)
    browser = as_user(receiver)

    assert browser.get(address("file", report.pk, went.pk)).status_code == 200
    assert browser.get(address("file", report.pk, later.pk)).status_code == 404
    page = browser.get(address("edit", report.pk)).content.decode()
    assert "da-gui.pdf" in page
    assert "chua-gui.pdf" not in page


def test_the_document_is_read_by_both_sides_once_it_is_sent(
    as_user, issued, sent, leader, receiver, outsider
):
    for person, status in ((leader, 200), (receiver, 200), (outsider, 404)):
        answer = as_user(person).get(address("document", sent.pk))
        assert answer.status_code == status
        assert status == 404 or b"".join(answer.streaming_content).startswith(b"%PDF")


def test_an_unissued_document_is_not_there(as_user, approved, leader):
    assert as_user(leader).get(address("document", approved.pk)).status_code == 404


def test_a_preview_is_a_draft_of_what_stands_there_now_and_kept_nowhere(as_user, draft, clerk, receiver):
    before = fingerprint()

    answer = as_user(clerk).get(address("preview", draft.pk))

    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert fingerprint() == before


def test_a_document_whose_rendering_failed_is_made_again(as_user, issued, registrar):
    from reports.documents.models import Document

    Document.objects.filter(pk=issued.document_id).update(pdf=None)

    as_user(registrar).post(address("make_document", issued.pk))

    assert Document.objects.get(pk=issued.document_id).pdf is not None


def test_a_draft_is_never_archived_as_the_document(as_user, approved, registrar):
    assert as_user(registrar).post(address("make_document", approved.pk)).status_code == 404
    approved.document.refresh_from_db()
    assert approved.document.pdf is None


@pytest.mark.requirement("R116", part="Word")
def test_the_document_is_read_as_word_file_where_its_pdf_is(
    as_user, issued, sent, leader, receiver, outsider
):
    for person, status in ((leader, 200), (receiver, 200), (outsider, 404)):
        answer = as_user(person).get(address("document_word", sent.pk))
        assert answer.status_code == status
        if status == 200:
            assert b"".join(answer.streaming_content).startswith(b"PK")
            assert issued.document.number_and_symbol.replace("/", "-") in answer["Content-Disposition"]


def test_an_unissued_document_is_no_word_file(as_user, approved, leader):
    assert as_user(leader).get(address("document_word", approved.pk)).status_code == 404


@pytest.mark.requirement("X6", part="counted by the portal")
def test_the_clerk_voids_a_number_with_its_reason_and_gives_another(as_user, issued, registrar, leader):
    wrong = issued.document
    assert "Lý do hủy số" in as_user(registrar).get(address("edit", issued.pk)).content.decode()

    assert as_user(leader).post(address("replace_number", issued.pk), {"ly_do": "Nhầm"}).status_code == 404
    as_user(registrar).post(address("replace_number", issued.pk), {"ly_do": " "})
    wrong.refresh_from_db()
    assert not wrong.is_voided
    as_user(registrar).post(address("replace_number", issued.pk), {"ly_do": "Ghi nhầm số"})

    wrong.refresh_from_db()
    issued.refresh_from_db()
    assert wrong.void_reason == "Ghi nhầm số"
    assert not issued.document.is_issued
    again = services.issue(
        issued, by=registrar, number=wrong.number + 1, issued_on=date(2026, 5, 15), at=stages.hour(5)
    )
    assert again.document.pdf is not None
    assert again.document.pdf != wrong.pdf


def test_a_long_document_says_how_far_it_is_until_it_is_there(as_user, issued, registrar):
    from django.utils import timezone

    from reports.documents.models import Document, Rendering

    Document.objects.filter(pk=issued.document_id).update(pdf=None)
    row = Rendering.objects.create(
        document_id=issued.document_id, state="running", done=1500, total=5000, updated_at=timezone.now()
    )

    page = as_user(registrar).get(address("edit", issued.pk)).content.decode()
    assert "30 % (1.500 trên 5.000 dòng)" in page
    assert "Tạo lại tệp văn bản" not in page

    row.state, row.message = "failed", "Không đủ chỗ trên đĩa."
    row.save()
    page = as_user(registrar).get(address("edit", issued.pk)).content.decode()
    assert "Không đủ chỗ trên đĩa." in page
    assert "Tạo lại tệp văn bản" in page


def test_a_preview_that_cannot_be_printed_says_which_letter(as_user, draft, clerk):
    from reports.submissions.models import Section

    Section.objects.filter(submission=draft).update(body="<p>Tốt 😀</p>")

    answer = as_user(clerk).get(address("preview", draft.pk), follow=True)

    assert "U+1F600" in answer.content.decode()
