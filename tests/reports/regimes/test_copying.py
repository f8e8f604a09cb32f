"""A regime has a code of its own: pages with one are not copied."""

from __future__ import annotations

import pytest
from wagtail.models import Page

from reports.regimes.models import RegimePage


@pytest.mark.parametrize("whole_section", [False, True])
def test_a_regime_is_not_copied_alone_or_with_its_section(client, root, draft_regime, whole_section):
    client.force_login(root)
    page = draft_regime.get_parent() if whole_section else draft_regime
    form = {
        "new_title": "Bản sao",
        "new_slug": "ban-sao",
        "new_parent_page": page.get_parent().pk,
        "copy_subpages": "on",
    }
    pages = Page.objects.count()

    answer = client.post(f"/admin/pages/{page.pk}/copy/", form, follow=True)

    assert "không sao chép được vì mã" in answer.content.decode()
    assert (Page.objects.count(), RegimePage.objects.count()) == (pages, 1)


def test_what_holds_no_regime_is_copied(client, root, outline):
    client.force_login(root)
    form = {
        "new_title": "Bản sao",
        "new_slug": "ban-sao",
        "new_parent_page": outline.get_parent().pk,
    }

    client.post(f"/admin/pages/{outline.pk}/copy/", form)

    assert Page.objects.filter(slug="ban-sao").exists()
