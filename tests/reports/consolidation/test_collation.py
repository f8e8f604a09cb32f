"""Texts of all organisations side by side, and taking one over."""

from __future__ import annotations

import pytest

from reports.consolidation.collation import collated
from reports.consolidation.services import insert_text
from reports.submissions import services as submissions
from reports.submissions.errors import Locked, NotAllowed, SubmissionError
from reports.submissions.sections import save_section

from .story import deliver, deliver_again, hour, write


@pytest.fixture
def wrote(obligation, staff, receiver):
    return deliver(obligation, {}, staff, receiver, text="Thu ngân sách tăng.")


@pytest.mark.requirement("R114", part="texts collated by section")
def test_accepted_texts_stand_side_by_side_and_the_silent_are_named(
    lead_report, wrote, other_obligation, other_staff
):
    unsent = submissions.open_submission(other_obligation)
    write(unsent, {}, other_staff, text="Chưa gửi.")

    situation, proposals = collated(lead_report)

    assert situation.section.heading == "Đánh giá tình hình"
    assert [(text.obligation.organisation.name, text.body) for text in situation.texts] == [
        ("Sở Tài chính", "<p>Thu ngân sách tăng.</p>")
    ]
    assert (situation.silent, proposals.texts, proposals.silent) == ([], [], ["Sở Tài chính"])


def test_of_a_report_accepted_twice_only_the_last_text_stands(lead_report, wrote, staff, receiver):
    deliver_again(wrote, {}, staff, receiver, text="Viết lại.", at=hour(4))

    assert [text.body for text in collated(lead_report)[0].texts] == ["<p>Viết lại.</p>"]


def test_a_text_is_appended_under_its_organisations_name(lead_report, wrote, lead_staff):
    save_section(lead_report, "danh-gia", "<p>Mở đầu.</p>", by=lead_staff.clerk)

    insert_text(lead_report, "danh-gia", wrote.obligation, by=lead_staff.clerk)

    body = lead_report.sections.get(key="danh-gia").body
    assert body == "<p>Mở đầu.</p><h4>Sở Tài chính</h4><p>Thu ngân sách tăng.</p>"
    assert collated(lead_report)[0].texts[0].inserted
    assert submissions.authors_since_acceptance(lead_report) == {lead_staff.clerk.pk}


def test_a_text_is_taken_over_once(lead_report, wrote, lead_staff):
    insert_text(lead_report, "danh-gia", wrote.obligation, by=lead_staff.clerk)

    with pytest.raises(SubmissionError, match="đã có"):
        insert_text(lead_report, "danh-gia", wrote.obligation, by=lead_staff.clerk)


def test_there_must_be_something_to_take_over(lead_report, wrote, lead_staff):
    for key, said in [("kien-nghi", "không có nội dung"), ("muc-la", "không có mục")]:
        with pytest.raises(SubmissionError, match=said):
            insert_text(lead_report, key, wrote.obligation, by=lead_staff.clerk)


def test_nothing_is_taken_over_from_a_report_that_was_not_accepted(
    lead_report, wrote, other_obligation, other_staff, lead_staff
):
    unsent = submissions.open_submission(other_obligation)
    write(unsent, {}, other_staff, text="Chưa gửi.")

    with pytest.raises(SubmissionError, match="không có nội dung"):
        insert_text(lead_report, "danh-gia", other_obligation, by=lead_staff.clerk)


def test_only_those_who_write_the_report_take_texts_over(lead_report, wrote, outsider, receiver):
    for person in (outsider, receiver):
        with pytest.raises(NotAllowed):
            insert_text(lead_report, "danh-gia", wrote.obligation, by=person)


def test_no_text_is_taken_over_while_the_report_is_in_review(lead_report, wrote, lead_staff):
    write(lead_report, {}, lead_staff, at=hour(1))
    submissions.submit(lead_report, by=lead_staff.clerk, at=hour(2))

    with pytest.raises(Locked):
        insert_text(lead_report, "danh-gia", wrote.obligation, by=lead_staff.clerk)
