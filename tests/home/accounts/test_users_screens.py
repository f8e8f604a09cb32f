"""Wagtail's own screens of users, which superusers reach."""

from __future__ import annotations

import pytest

from home.accounts.models import User


@pytest.mark.requirement("R155", part="accounts are never deleted")
def test_an_account_is_never_deleted_not_even_one_that_nothing_names(client, root) -> None:
    idle = User.objects.create_user("nhan-roi", full_name="Nhàn Rỗi")
    client.force_login(root)

    client.post(f"/admin/users/delete/{idle.pk}/")

    assert User.objects.filter(pk=idle.pk).exists()
