"""The screen "Công khai"."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from home.accounts.models import DutyKind
from indicators.models import Indicator
from reports.publication.models import PublishedDocument
from reports.publication.services import publish_submission
from tests.conftest import make_person
from tests.reports.consolidation.story import hour

LIST = "/admin/cong-khai/"


@pytest.fixture
def at_desk(client, publisher):
    client.force_login(publisher)
    return client


def address(submission) -> str:
    return reverse("publication_admin:preview", args=[submission.pk])


def entry(submission, **more) -> dict:
    return {"title": "Báo cáo tháng 5", "summary": "", "seen": submission.dispatches.last().pk, **more}


def test_the_list_shows_accepted_reports_and_whether_they_are_public(at_desk, accepted, publisher):
    before = at_desk.get(LIST).content.decode()
    publish_submission(accepted, by=publisher, at=hour(30))
    after = at_desk.get(LIST).content.decode()

    assert address(accepted) in before
    assert "05/BC-STC" in before
    assert "Chưa công khai" in before
    assert "Đã công khai ngày 16/05/2026" in after


def test_the_preview_lists_figures_and_what_is_withheld(at_desk, accepted):
    Indicator.objects.filter(code="THU-XNK").update(may_release=False)

    html = at_desk.get(address(accepted)).content.decode()

    assert "Số liệu sẽ công khai (4)" in html
    assert "7.213,5 Tỷ đồng" in html
    assert "Số liệu không công khai (2)" in html
    assert "Chỉ tiêu không thuộc diện được công khai" in html


@pytest.mark.requirement("R125", part="publishing screen with checklist")
def test_a_report_is_published_from_the_screen_once_the_warnings_are_acknowledged(at_desk, accepted):
    refused = at_desk.post(address(accepted), entry(accepted))
    assert refused.status_code == 422
    assert "Đánh dấu ô này sau khi đã xem các lưu ý." in refused.content.decode()
    assert not PublishedDocument.objects.exists()

    done = at_desk.post(address(accepted), entry(accepted, acknowledged="on"), follow=True)

    published = PublishedDocument.objects.get()
    assert published.title == "Báo cáo tháng 5"
    assert published.get_absolute_url() in done.content.decode()


def test_a_report_already_public_says_so_and_offers_no_button(at_desk, accepted, publisher):
    publish_submission(accepted, by=publisher, at=hour(30))

    html = at_desk.get(address(accepted)).content.decode()

    assert "đã được công khai ngày 16/05/2026" in html
    assert "Công khai báo cáo</button>" not in html
    at_desk.post(address(accepted), entry(accepted, acknowledged="on"))
    assert PublishedDocument.objects.count() == 1


def test_a_forged_dispatch_is_refused_with_a_message(at_desk, accepted):
    response = at_desk.post(address(accepted), entry(accepted, seen=0, acknowledged="on"), follow=True)

    assert "bản tiếp nhận mới" in response.content.decode()
    assert not PublishedDocument.objects.exists()


def test_the_document_can_be_read_before(at_desk, accepted):
    response = at_desk.get(reverse("publication_admin:pdf", args=[accepted.pk]))

    assert response["Content-Type"] == "application/pdf"
    with accepted.dispatches.get().pdf.content.open() as kept:
        assert b"".join(response.streaming_content) == kept.read()


def test_who_publishes_elsewhere_finds_neither_report_nor_file(client, accepted, outsider):
    client.force_login(outsider)

    assert "Chưa có báo cáo nào để công khai" in client.get(LIST).content.decode()
    for name in ("preview", "pdf"):
        url = reverse(f"publication_admin:{name}", args=[accepted.pk])
        assert client.get(url).status_code == 404
        assert client.post(url, entry(accepted, acknowledged="on")).status_code in {404, 405}
    assert not PublishedDocument.objects.exists()


def test_who_does_not_publish_has_no_such_screen(client, accepted, receiver, clerk, leader, monitor, root):
    for person in (receiver, clerk, leader, monitor, root):
        client.force_login(person)
        for url in (LIST, address(accepted), reverse("publication_admin:pdf", args=[accepted.pk])):
            assert client.get(url).status_code in {302, 403}
        assert client.post(address(accepted), entry(accepted, acknowledged="on")).status_code in {302, 403}
        assert LIST not in client.get("/admin/").content.decode()
    assert not PublishedDocument.objects.exists()


def test_strangers_are_sent_to_sign_in(client, accepted):
    assert client.get(address(accepted)).status_code == 302
    assert client.get(LIST).status_code == 302


def test_a_longer_list_takes_no_more_queries(at_desk, accepted, request):
    at_desk.get(LIST)
    with CaptureQueriesContext(connection) as one:
        at_desk.get(LIST)
    request.getfixturevalue("lead_accepted")
    with CaptureQueriesContext(connection) as two:
        html = at_desk.get(LIST).content.decode()

    assert html.count("Chưa công khai") == 2
    assert len(two) == len(one)


def test_a_scoped_duty_opens_its_regime_alone(client, accepted, lead):
    client.force_login(make_person("khac", lead, DutyKind.PUBLISH, scopes=["regime:KHAC"]))

    assert client.get(address(accepted)).status_code == 404
