"""Who goes on to Wagtail's own views, and who finds nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from home.accounts.models import DutyKind
from tests.conftest import make_person

SUPERUSERS, AUTHORS, NOBODY = {"root"}, {"root", "author"}, set()


@pytest.fixture
def author(lead):
    """May work on pages, and holds no other permission."""
    person = make_person("tacgia", lead, DutyKind.DESIGN)
    group = Group.objects.create(name="Thiết kế")
    permission = Permission.objects.get(codename="change_page")
    GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=permission)
    person.groups.add(group)
    return person


@pytest.mark.parametrize("who", ["root", "author", "clerk"])
@pytest.mark.parametrize(
    ("address", "whom"),
    [
        ("/admin/failwhale/", NOBODY),
        ("/admin/test404/", NOBODY),
        ("/admin/bulk/submissions/submission/delete/", NOBODY),
        ("/admin/bulk/accounts/user/delete/", NOBODY),
        (
            "/admin/bulk/wagtailcore/pages/delete/",
            NOBODY,
        ),  # a name that only begins like one that is let through
        ("/admin/reports/site-history/", SUPERUSERS),
        ("/admin/reports/workflow/", SUPERUSERS),
        ("/admin/workflows/list/", SUPERUSERS),
        ("/admin/workflows/task_chooser/", SUPERUSERS),
        ("/admin/pages/", AUTHORS),
        ("/admin/choose-page/", AUTHORS),
        ("/admin/choose-email-link/", AUTHORS),
        ("/admin/api/main/pages/", AUTHORS),
        ("/admin/images/chooser/", AUTHORS),
    ],
)
def test_a_shadow_lets_some_through_and_is_not_there_for_the_others(request, client, address, whom, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(address).status_code == (200 if who in whom else 404)


@pytest.mark.parametrize(
    "address", ["/admin/reports/site-history/", "/admin/pages/", "/admin/workflows/list/"]
)
def test_who_is_not_signed_in_is_sent_to_the_sign_in_as_everywhere(client, db, address):
    answer = client.get(address)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/dang-nhap/?next={address}")
