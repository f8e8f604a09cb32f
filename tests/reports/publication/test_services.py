"""Making a report public."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from home.accounts.models import DutyKind
from home.audit.models import AuditEntry
from indicators.models import Indicator
from indicators.store.models import Figure, Release, Standing
from indicators.store.services import address_of, post
from reports.consolidation.models import ConsolidationInput
from reports.publication.models import PublishedDocument
from reports.publication.permissions import publishable
from reports.publication.services import (
    CHANGED,
    NOT_RELEASABLE,
    PublicationRefused,
    publish_submission,
    what_would_be_released,
)
from reports.submissions import services as submissions
from reports.submissions.errors import NotAllowed
from reports.submissions.models import Submission
from reports.submissions.permissions import may_publish
from tests.conftest import make_person
from tests.reports.consolidation.story import deliver_again, hand_in, hour, write

from .conftest import FIGURES

R125 = pytest.mark.requirement("R125", part="released by PUBLISH alone")
NOBODY = AnonymousUser()


def amounts() -> set[tuple[str, Decimal | None]]:
    return {(figure.place, figure.amount) for figure in Figure.objects.visible_to(NOBODY)}


@R125
def test_nothing_is_public_before_somebody_publishes(accepted):
    assert Figure.objects.accepted().count() == 6
    assert amounts() == set()
    assert not PublishedDocument.objects.exists()


@R125
def test_publishing_releases_the_figures_and_the_document_as_sent(accepted, publisher, lead):
    published = publish_submission(accepted, by=publisher, at=hour(30), summary=" Thu đạt khá. ")

    dispatch = accepted.dispatches.get()
    assert amounts() == {
        ("BM01/I.1/uoc", Decimal("7213.5")),
        ("BM01/I.2/uoc", Decimal(1839)),
        ("BM01/I.1/luyke", Decimal(30000)),
        ("BM01/I.3/uoc", None),
        ("BM01/I.2/luyke", None),
        ("BM01/I.3/luyke", None),
    }
    assert (published.document, published.dispatch, published.pdf) == (
        dispatch.document,
        dispatch,
        dispatch.pdf,
    )
    assert published.title == dispatch.document.title
    assert published.summary == "Thu đạt khá."
    release = Release.objects.get()
    assert (release.released_at, release.released_by, release.organisation) == (hour(30), publisher, lead)
    assert release.period == "2026-M05"
    entry = AuditEntry.objects.get(verb="publication.publish")
    assert (entry.person, entry.at, entry.organisation) == (publisher, hour(30), lead.code)
    assert entry.data["figures"] == 6
    assert entry.data["sha256"] == dispatch.pdf.sha256


@R125
def test_figures_whose_indicator_may_not_be_released_are_withheld_and_named(accepted, publisher):
    Indicator.objects.filter(code="THU-XNK").update(may_release=False)

    preview = what_would_be_released(accepted)
    publish_submission(accepted, by=publisher)

    assert {(entry.indicator.code, entry.reason) for entry in preview.withheld} == {
        ("THU-XNK", NOT_RELEASABLE)
    }
    assert len(preview.released) == 4
    assert any(
        "2 số liệu" in warning and "không thuộc diện công khai" in warning for warning in preview.warnings
    )
    assert not any(place.startswith("BM01/I.2/") for place, _ in amounts())


def test_the_preview_says_what_publishing_does(accepted, publisher):
    preview = what_would_be_released(accepted)
    published = publish_submission(accepted, by=publisher)

    assert set(published.release.figures.all()) == set(preview.released)
    assert preview.errors == []
    assert "1 số liệu được báo là chưa có (“…”)." in preview.warnings


@R125
def test_the_lead_agencys_report_releases_what_it_was_made_of(lead_accepted, committee):
    publisher = make_person("ubnd-cong-khai", committee, DutyKind.PUBLISH)

    preview = what_would_be_released(lead_accepted)
    published = publish_submission(lead_accepted, by=publisher)

    assert {figure.place.split("/")[0] for figure in preview.released} == {"BM01"}
    assert published.release.figures.count() == 6
    assert published.release.organisation == committee
    assert any("còn thiếu báo cáo của 1 cơ quan: Sở Du lịch" in warning for warning in preview.warnings)


def test_an_input_adjusted_since_is_not_released_under_the_old_report(
    lead_accepted, accepted, staff, receiver
):
    deliver_again(accepted, {**FIGURES, ("I.1", "uoc"): "7.300"}, staff, receiver, at=hour(40))

    preview = what_would_be_released(lead_accepted)

    assert [(entry.indicator.code, entry.reason) for entry in preview.withheld] == [("THU-NOI-DIA", CHANGED)]
    assert len(preview.released) == 5
    assert any("Số liệu nguồn đã thay đổi" in warning for warning in preview.warnings)


def test_what_no_longer_stands_in_the_store_is_not_released(accepted, department, publisher):
    figure = Figure.objects.accepted().get(place="BM01/I.1/uoc")
    source = accepted.dispatches.get().source
    post(
        [],
        source=source,
        standing=Standing.ACCEPTED,
        supplier=department,
        by=None,
        retracted=[address_of(figure)],
    )

    preview = what_would_be_released(accepted)

    assert [(entry.indicator.code, entry.reason, entry.figure) for entry in preview.withheld] == [
        ("THU-NOI-DIA", CHANGED, None)
    ]


@pytest.mark.parametrize(("replaced_at", "count"), [(None, 6), (hour(1), 0), (hour(50), 6)])
def test_the_inputs_are_those_the_accepted_snapshot_was_made_of(lead_accepted, replaced_at, count):
    """The snapshot was taken at ``hour(2)``."""
    ConsolidationInput.objects.update(replaced_at=replaced_at)

    assert len(what_would_be_released(lead_accepted).released) == count


def test_after_an_adjustment_unchanged_figures_are_released_too(accepted, staff, receiver, publisher):
    """They still rest on the first acceptance: an adjustment posts what changed."""
    deliver_again(accepted, {**FIGURES, ("I.1", "uoc"): "7.300"}, staff, receiver, at=hour(40))

    publish_submission(accepted, by=publisher)

    assert len(amounts()) == 6
    assert ("BM01/I.1/uoc", Decimal(7300)) in amounts()
    assert ("BM01/I.2/uoc", Decimal(1839)) in amounts()


def test_the_new_document_of_an_adjusted_report_follows_the_old(accepted, staff, receiver, publisher):
    first = publish_submission(accepted, by=publisher, at=hour(30))
    deliver_again(accepted, {**FIGURES, ("I.1", "uoc"): "7.300"}, staff, receiver, at=hour(40))
    second = publish_submission(accepted, by=publisher, at=hour(50))

    assert list(PublishedDocument.objects.in_force()) == [second]
    assert first.slug != second.slug
    assert first.pdf != second.pdf
    assert ("BM01/I.1/uoc", Decimal("7213.5")) in amounts()


@R125
@pytest.mark.parametrize("stage", ["draft", "in_review", "sent", "adjusting"])
def test_only_an_accepted_report_can_be_published(obligation, staff, receiver, publisher, stage):
    submission = submissions.open_submission(obligation, at=hour(0))
    write(submission, FIGURES, staff, at=hour(0))
    if stage == "in_review":
        submissions.submit(submission, by=staff.clerk, at=hour(1))
    elif stage != "draft":
        hand_in(submission, staff, at=hour(1), number=5)
    if stage == "adjusting":
        submissions.accept(submission, by=receiver, at=hour(2))
        submissions.demand_adjustment(submission, by=receiver, reason="Sai", at=hour(3))

    with pytest.raises((NotAllowed, PublicationRefused)):
        publish_submission(submission, by=publisher)

    assert not Release.objects.exists()
    assert what_would_be_released(Submission.objects.get(pk=submission.pk)).errors


@R125
def test_only_who_publishes_for_sender_or_recipient_may(
    accepted, outsider, receiver, clerk, leader, department
):
    for person in (outsider, receiver, clerk, leader):
        assert not may_publish(person, accepted)
        with pytest.raises(NotAllowed):
            publish_submission(accepted, by=person)

    own = make_person("cong-khai-rieng", department, DutyKind.PUBLISH)
    assert publish_submission(accepted, by=own).release.organisation == department


def test_a_duty_scoped_to_another_regime_publishes_nothing_here(accepted, lead):
    stranger = make_person("cong-khai-khac", lead, DutyKind.PUBLISH, scopes=["regime:KHAC"])
    right = make_person("cong-khai-dung", lead, DutyKind.PUBLISH, scopes=["regime:KTXH-THANG"])

    assert not publishable(stranger).exists()
    assert list(publishable(right)) == [accepted]
    with pytest.raises(NotAllowed):
        publish_submission(accepted, by=stranger)


def test_the_list_holds_just_what_may_be_published(
    accepted, lead_accepted, publisher, outsider, clerk, root, receiver
):
    assert list(publishable(publisher).order_by("pk")) == [accepted, lead_accepted]
    for person in (outsider, clerk, root, NOBODY):
        assert not publishable(person).exists()

    submissions.demand_adjustment(accepted, by=receiver, reason="Sai", at=hour(40))
    assert list(publishable(publisher)) == [lead_accepted]


def test_the_same_report_is_not_published_twice(accepted, publisher):
    publish_submission(accepted, by=publisher, at=hour(30))

    with pytest.raises(PublicationRefused, match="đã được công khai ngày 16/05/2026"):
        publish_submission(accepted, by=publisher)

    assert Release.objects.count() == 1


def test_a_report_sent_outside_without_a_pdf_is_refused(obligation, staff, receiver, publisher):
    from reports.submissions.attachments import add_attachment

    submission = submissions.open_submission(obligation, at=hour(0))
    write(submission, FIGURES, staff, at=hour(0))
    png = b"\x89PNG\r\n\x1a\n" + bytes.fromhex(
        "0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
    scan = add_attachment(
        submission, name="phieu.png", content=png, kind="outside", by=staff.clerk, at=hour(0)
    )
    submission.refresh_from_db()
    submissions.record_outside(
        submission,
        by=staff.registrar,
        channel="paper",
        sent_at=hour(0),
        evidence=scan,
        note="Gửi giấy",
        at=hour(1),
    )
    submissions.accept(submission, by=receiver, at=hour(2))

    with pytest.raises(PublicationRefused, match="không có văn bản PDF"):
        publish_submission(submission, by=publisher)

    assert not Release.objects.exists()


def test_another_dispatch_than_the_one_seen_is_refused(accepted, staff, receiver, publisher):
    seen = accepted.dispatches.get().pk
    deliver_again(accepted, FIGURES, staff, receiver, text="Mới", at=hour(40))

    with pytest.raises(PublicationRefused, match="bản tiếp nhận mới"):
        publish_submission(accepted, by=publisher, seen=seen)


def test_the_address_is_plain_letters(accepted, publisher):
    published = publish_submission(
        accepted, by=publisher, title="../Đánh giá kinh tế – xã hội tháng 5/2026?<script>"
    )

    assert published.slug == "danh-gia-kinh-te-xa-hoi-thang-5-2026script-stc"


def test_equal_titles_get_addresses_of_their_own(accepted, staff, receiver, publisher):
    first = publish_submission(accepted, by=publisher, title="Báo cáo")
    deliver_again(accepted, FIGURES, staff, receiver, text="Mới", at=hour(40))
    second = publish_submission(accepted, by=publisher, title="Báo cáo")

    assert (first.slug, second.slug) == ("bao-cao-stc", "bao-cao-stc-2")


def test_a_preview_takes_a_fixed_number_of_queries(lead_accepted, django_assert_max_num_queries):
    submission = Submission.objects.with_obligation().get(pk=lead_accepted.pk)

    with django_assert_max_num_queries(16):
        what_would_be_released(submission)
