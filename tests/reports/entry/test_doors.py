"""Every address of reports, tried by everybody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from reports.submissions.models import Submission

from .conftest import NAMESPACE, address, fingerprint

READ = {"edit", "about_cell", "figure_checks", "file", "document", "document_word", "preview", "check"}


def doors(report, *, read: bool) -> list[str]:
    """The addresses of one report: those that are read, or those that change something."""
    samples = {
        "pk": report.pk, "file": 1, "sheet": report.sheets.get().pk, "row": "I.1", "column": "uoc", "obligation": 1, "comment": 1,
    }  # fmt: skip
    found = []
    for pattern in Submission.snippet_viewset.get_urlpatterns():
        names = pattern.pattern.converters
        if "pk" in names and (pattern.name in READ) is read:
            found.append(
                reverse(f"{NAMESPACE}:{pattern.name}", kwargs={name: samples[name] for name in names})
            )
    return found


def test_the_allow_list_is_what_is_served():
    names = {pattern.name for pattern in Submission.snippet_viewset.get_urlpatterns()}

    assert {"list", "list_results", "edit", "cell", "paste", "section", "upload", "submit", "accept"} <= names
    assert next(iter(Submission.snippet_viewset.get_urlpatterns())).name == "list"


@pytest.mark.parametrize(
    "name",
    [
        "add", "copy", "delete", "usage", "history", "history_results", "inspect", "revisions_revert", "revisions_compare",
        "revisions_unschedule", "unpublish", "lock", "unlock", "workflow_action", "collect_workflow_action_data",
        "confirm_workflow_cancellation", "workflow_history", "workflow_history_detail",
    ],
)  # fmt: skip
def test_nothing_generic_exists(name):
    for args in ([], [1], [1, 1]):
        with pytest.raises(NoReverseMatch):
            address(name, *args)


def test_there_is_no_chooser():
    with pytest.raises(NoReverseMatch):
        reverse("wagtailsnippetchoosers_submissions_submission:choose")


@pytest.mark.parametrize("person", ["outsider", "monitor", "receiver", "publisher", "consolidator"])
def test_a_report_that_was_not_sent_exists_for_nobody_outside(request, as_user, draft, person):
    browser = as_user(request.getfixturevalue(person))
    before = fingerprint()

    for door in doors(draft, read=True):
        assert browser.get(door).status_code == 404, door
    for door in doors(draft, read=False):
        assert browser.post(door, "{}", content_type="application/json").status_code == 404, door
    assert fingerprint() == before


def test_the_outsider_finds_nothing_even_when_it_was_sent(as_user, sent, outsider):
    before = fingerprint()

    for door in doors(sent, read=True) + doors(sent, read=False):
        assert as_user(outsider).get(door).status_code in {404, 405}, door
        assert as_user(outsider).post(door).status_code in {404, 405}, door
    assert fingerprint() == before


def test_the_public_is_sent_to_the_sign_in(draft):
    before = fingerprint()

    for door in [*doors(draft, read=True), *doors(draft, read=False), address("list"), address("open", 1)]:
        for answer in (Client().get(door), Client().post(door)):
            assert answer.status_code == 302, door
            assert "/dang-nhap/" in answer.url
    assert fingerprint() == before


def test_the_receiver_changes_nothing_of_what_is_the_senders(as_user, sent, receiver):
    browser = as_user(receiver)
    before = fingerprint()
    own = {address(name, sent.pk) for name in ("accept", "return")}

    for door in doors(sent, read=False):
        if door not in own:
            status = browser.post(door, "{}", content_type="application/json").status_code
            assert status in {302, 400, 403, 404, 409}, (door, status)
    for name in ("preview", "check"):
        assert browser.get(address(name, sent.pk)).status_code == 404
    assert browser.get(address("edit", sent.pk)).status_code == 200
    assert fingerprint() == before


def test_reading_an_address_that_changes_something_changes_nothing(as_user, draft, clerk):
    before = fingerprint()

    for door in doors(draft, read=False):
        assert as_user(clerk).get(door).status_code in {302, 405}, door
    assert fingerprint() == before


def test_a_report_that_never_was_is_not_found(as_user, draft, clerk):
    for pk in (0, 999_999, 10**30):
        assert as_user(clerk).get(address("edit", pk)).status_code == 404
