"""One of everything that stands behind a door, and the people who knock."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.admin.viewsets import viewsets
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, PageViewRestriction, Workflow

from home.accounts.models import User
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
from tests.reports.submissions.conftest import (  # noqa: F401
    accepted,
    approved,
    draft,
    in_review,
    issued,
    sent,
    submission,
)


@pytest.fixture
def samples(
    sent, home_page, regime, department, other_department, opened_round, root, settings, tmp_path
) -> dict[str, Any]:
    """Parameter → a value that leads to something; ``namespace.parameter`` where one is not like another."""
    settings.MEDIA_ROOT = tmp_path
    document = Document.objects.create(title="Công văn", file=ContentFile(b"%PDF-1.4", name="cong-van.pdf"))
    image = Image.objects.create(title="Ảnh", file=get_test_image_file(filename="anh.png"))
    workflow = Workflow.objects.filter(name__startswith="Phê duyệt báo cáo").first()
    collection = Collection.get_first_root_node().add_child(instance=Collection(name="Bộ sưu tập"))
    restriction = PageViewRestriction.objects.create(page=regime, restriction_type="password", password="x")
    revision = regime.latest_revision
    things = {
        "rest": "reports/site-history/",
        "page_id": regime.pk,
        "page_pk": regime.pk,
        "parent_page_id": home_page.pk,
        "page_to_move_id": regime.pk,
        "destination_id": home_page.pk,
        "page_view_restriction_id": restriction.pk,
        "restriction_id": restriction.pk,
        "content_type_app_name": "regimes",
        "content_type_model_name": "outlinepage",
        "revision_id": revision.pk,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "collection_id": collection.pk,
        "document_id": document.pk,
        "doc_id": document.pk,
        "image_id": image.pk,
        "filter_spec": "width-10",
        "uploaded_file_id": 1,
        "workflow_pk": workflow.pk,
        "task_id": workflow.tasks.first().pk,
        "task_state_id": 1,
        "workflow_state_id": 1,
        "session_id": 1,
        "action_name": "approve",
        "action": "delete",
        "app_label": "submissions",
        "model_name": "submission",
        "object_id": sent.pk,
        "app_name": "wagtailcore",
        "uidb64": "MQ",
        "token": "set-password",
        "wagtailadmin_pages:choose_parent.app_label": "regimes",
        "wagtailadmin_pages:choose_parent.model_name": "regimepage",
        "wagtailadmin_api:pages.pk": regime.pk,
        "wagtailadmin_pages.pk": regime.pk,
        "wagtailadmin_collections.pk": collection.pk,
        "wagtailadmin_workflows.pk": workflow.pk,
        "wagtailadmin_workflows:edit_task.pk": workflow.tasks.first().pk,
        "wagtailadmin_workflows:add_task.app_label": "submissions",
        "wagtailadmin_workflows:add_task.model_name": "dutytask",
        "wagtailusers_users.pk": root.pk,
        "wagtailusers_groups.pk": Group.objects.first().pk,
        "wagtaildocs_chooser.pk": document.pk,
        "wagtailimages_chooser.pk": image.pk,
        "wagtaildocs_serve.0": document.pk,
        "wagtaildocs_serve.1": "cong-van.pdf",
        "wagtail_serve.0": regime.get_url_parts()[2].lstrip("/"),
    }
    for viewset in viewsets.viewsets:
        model = getattr(viewset, "model", None)
        if isinstance(model, type) and not issubclass(model, Page) and (first := model.objects.first()):
            things.setdefault(f"{viewset.url_namespace}.pk", first.pk)
            things.setdefault(f"{getattr(viewset, 'chooser_viewset', viewset).url_namespace}.pk", first.pk)
    return things


ACTORS = ("anonymous", "outsider", "clerk", "leader", "receiver", "publisher", "monitor", "root")


@pytest.fixture
def visitor(request) -> Client:
    """A browser in which the actor named by the test's parameter has signed in."""
    client = Client(raise_request_exception=False)
    if request.param != "anonymous":
        person: User = request.getfixturevalue(request.param)
        client.force_login(person)
    return client
