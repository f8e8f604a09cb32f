"""What Wagtail's generic parts would show or do with reports, one by one."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Revision, WorkflowState
from wagtail.permissions import policy_registry
from wagtail.search import index

from home.accounts.models import DutyKind
from notifications.models import Message
from reports.submissions import services
from reports.submissions.models import Submission
from reports.submissions.status import Reason, Status
from tests.conftest import make_person
from tests.reports.submissions import stages

NAMESPACE = "wagtailsnippets_submissions_submission"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("add", []),
        ("copy", [1]),
        ("delete", [1]),
        ("inspect", [1]),
        ("usage", [1]),
        ("history", [1]),
        ("lock", [1]),
        ("unlock", [1]),
        ("unpublish", [1]),
        ("revisions_revert", [1, 1]),
        ("revisions_compare", [1, "earliest", "latest"]),
        ("revisions_view", [1, 1]),
        ("preview_on_add", []),
        ("preview_on_edit", [1]),
        ("workflow_action", [1, "approve", 1]),  # G5, G6, G8
        ("collect_workflow_action_data", [1, "approve", 1]),
        ("confirm_workflow_cancellation", [1]),
        ("workflow_history", [1]),
        ("workflow_preview", [1, 1]),
    ],
)
def test_generic_addresses_of_wagtail_do_not_exist_for_reports(name, arguments):
    with pytest.raises(NoReverseMatch):
        reverse(f"{NAMESPACE}:{name}", args=arguments)


@pytest.mark.parametrize("name", ["choose", "chosen", "chosen_multiple", "create"])
def test_nothing_chooses_a_report(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"wagtailsnippetchoosers_submissions_submission:{name}")


@pytest.mark.parametrize("action", ["delete", "publish", "unpublish"])
@pytest.mark.parametrize("who", ["root", "clerk", "outsider"])
def test_there_are_no_bulk_actions_on_reports(request, sent, who, action):
    client = signed_in(request.getfixturevalue(who))

    answer = client.get(f"/admin/bulk/submissions/submission/{action}/", {"id": sent.pk})

    assert answer.status_code == 404


def test_bulk_actions_go_past_no_service_of_accounts(root, clerk):
    answer = signed_in(root).post(f"/admin/bulk/accounts/user/delete/?id={clerk.pk}")

    assert answer.status_code == 404


def test_bulk_actions_on_pages_are_still_there(root, regime):
    answer = signed_in(root).get("/admin/bulk/wagtailcore/page/publish/", {"id": regime.pk})

    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_reports_are_not_exported_past_their_list(root, sent, kind):
    answer = signed_in(root).get(reverse(f"{NAMESPACE}:list"), {"export": kind})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/reports/site-history/",
        "/admin/reports/site-history/results/",
        "/admin/reports/workflow/",
        "/admin/reports/workflow/?export=csv",
        "/admin/reports/workflow_tasks/",
        "/admin/reports/workflow_tasks/results/",
        "/admin/bao-cao/",
        "/admin/bao-cao/ket-qua/",
        "/admin/workflows/task_chooser/",
    ],
)
def test_nobody_meets_another_organisations_report_in_a_list(outsider, designer, in_review, address):
    """Not even with page permissions, which open Wagtail's workflow reports."""
    for person in (outsider, designer):
        answer = signed_in(person).get(address)

        assert str(in_review) not in answer.content.decode()


def test_a_superuser_still_reads_the_workflow_report(root, in_review):
    answer = signed_in(root).get("/admin/reports/workflow/")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("who", "found"), [("outsider", False), ("monitor", False), ("clerk", True), ("root", True)]
)
def test_wagtail_knows_the_address_of_a_report_only_for_those_who_may_see_it(request, sent, who, found):
    finder = AdminURLFinder(request.getfixturevalue(who))

    assert (finder.get_edit_url(sent) is not None) is found


def test_strangers_cannot_ask_who_is_editing_a_report(outsider, sent):
    answer = signed_in(outsider).post(f"/admin/editing-sessions/ping/submissions/submission/{sent.pk}/1/")

    assert answer.status_code == 404


@pytest.mark.parametrize("action", ["publish", "add", "delete", "lock", "unlock"])
def test_nobody_holds_wagtails_other_permissions_on_reports(root, leader, sent, action):
    """G1: whoever holds "publish" goes past every approval."""
    policy = policy_registry.get_by_type(Submission)

    for person in (root, leader):
        assert not policy.user_has_permission(person, action)
        assert not policy.user_has_permission_for_instance(person, action, sent)


def test_the_last_approver_needs_no_permission_to_publish(in_review, data_leader, leader):
    """G1, G2: nothing is published; ``live`` is never set."""
    approved = stages.approve(in_review, data_leader, leader, at=stages.hour(2))

    assert approved.status == Status.APPROVED
    assert not approved.live
    assert approved.live_revision is None


def test_after_a_refusal_the_steps_begin_with_the_first(in_review, data_leader, leader, clerk):
    """G3: Wagtail resumes at the step that refused."""
    seen = in_review.snapshot.sha256
    services.approve_data(in_review, by=data_leader, seen=seen, at=stages.hour(2))
    services.refuse(
        in_review, by=leader, seen=seen, reasons=[Reason.WRONG_FIGURES], text="Sai dòng 1.", at=stages.hour(3)
    )
    stages.fill(in_review, clerk, at=stages.hour(4), amount="101")

    again = services.submit(in_review, by=clerk, at=stages.hour(5))

    assert again.current_workflow_state.current_task_state.task.specific.step == "data"
    assert WorkflowState.objects.active().filter(object_id=str(again.pk)).count() == 1


def test_wagtail_lets_nobody_cancel_the_approval(in_review, clerk):
    """G9: Wagtail lets whoever asked for it cancel; the screen takes no such action."""
    signed_in(clerk).post(
        reverse(f"{NAMESPACE}:edit", args=[in_review.pk]), {"action-cancel-workflow": "true"}
    )

    in_review.refresh_from_db()
    assert in_review.status == Status.IN_REVIEW
    assert in_review.current_workflow_state is not None


@pytest.mark.parametrize("field", ["action-publish", "action-submit", "action-workflow-action"])
def test_the_forms_of_wagtails_editor_do_nothing_on_the_screen(draft, clerk, root, field):
    """G1, G6, G16."""
    revisions = Revision.objects.for_instance(draft).count()

    for person in (clerk, root):
        signed_in(person).post(
            reverse(f"{NAMESPACE}:edit", args=[draft.pk]), {field: "1", "status": "accepted"}
        )

    draft.refresh_from_db()
    assert (draft.status, draft.live) == (Status.DRAFT, False)
    assert Revision.objects.for_instance(draft).count() == revisions


def test_wagtail_writes_to_nobody_about_reports(
    draft, clerk, data_leader, leader, root, department, django_capture_on_commit_callbacks
):
    """G12: its mails go to whole groups, in English, from inside the transaction. Ours go to those whose turn it is."""
    make_person("khongviec", department, DutyKind.VIEW)

    with django_capture_on_commit_callbacks(execute=True):
        services.submit(draft, by=clerk, at=stages.hour(1))

    told = set(Message.objects.values_list("recipient__username", flat=True))
    assert told == {data_leader.username}
    assert {address for message in mail.outbox for address in message.to} == {data_leader.email}


def test_reports_are_in_no_search_index():
    """G14."""
    assert not issubclass(Submission, index.Indexed)


def test_errors_are_not_to_be_had_on_purpose(clerk, root):
    for person in (clerk, root):
        assert signed_in(person).get("/admin/failwhale/").status_code == 404
