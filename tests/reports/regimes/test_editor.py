"""The page editor: drafts are free, publishing is checked, problems stand where they belong."""

import pytest
from django.urls import reverse

from home.accounts.models import DutyKind
from reports.regimes.models import RegimePage
from tests.conftest import make_person


def posted(page: RegimePage, **changes: object) -> dict[str, object]:
    """What the editor would post for ``page`` as it stands."""
    data: dict[str, object] = {
        name: getattr(page, f"{name}_id") if name in {"lead", "outline", "basis"} else getattr(page, name) or ""
        for name in (
            "title", "slug", "code", "kind", "legal_class", "content", "frequency", "lead", "method", "outline",
            "window_rule", "approval_policy", "review_steps", "document_title", "addressees", "copies", "audience",
            "seo_title", "search_description", "basis",
        )
    }  # fmt: skip
    data |= {"requires_number": "on", "description": _rich("Nội dung."), "instructions": _rich("Hướng dẫn.")}
    for name, lines, fields in (
        ("tiers", page.tiers.all(), ["number", "name", "recipient_id", "due_anchor", "due_working_days",
                                     "due_day_of_month", "due_month_offset", "opens_days_before",
                                     "closes_days_after"]),
        ("subjects", page.subjects.all(), ["tier_number", "organisation_id", "report_form_id"]),
        ("related_organisations", [], []),
    ):  # fmt: skip
        data |= {f"{name}-TOTAL_FORMS": len(lines), f"{name}-INITIAL_FORMS": len(lines)}
        data |= {f"{name}-MIN_NUM_FORMS": 0, f"{name}-MAX_NUM_FORMS": 1000}
        for index, line in enumerate(lines):
            data |= {f"{name}-{index}-id": line.pk, f"{name}-{index}-ORDER": index + 1}
            for field in fields:
                value = getattr(line, field)
                data[f"{name}-{index}-{field.removesuffix('_id')}"] = "" if value is None else value
    return {**data, **changes}


def _rich(text: str) -> str:
    return (
        '{"entityMap": {}, "blocks": [{"key": "a", "text": "%s", "type": "unstyled", "depth": 0, '
        '"inlineStyleRanges": [], "entityRanges": []}]}' % text
    )


@pytest.fixture
def editor(client, root):
    client.force_login(root)
    return client


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_publishing_from_the_editor_compiles_a_version(editor, draft_regime):
    response = editor.post(edit_url(draft_regime), posted(draft_regime, **{"action-publish": "1"}))

    assert response.status_code == 302
    page = RegimePage.objects.get(pk=draft_regime.pk)
    assert (page.live, page.latest_version.number, page.latest_version.published_by.username) == (
        True,
        1,
        "root",
    )


@pytest.mark.requirement("X4", part="told beside the field in the editor")
def test_problems_stand_beside_their_fields_and_nothing_is_published(editor, draft_regime):
    data = posted(draft_regime, method="", **{"tiers-0-due_anchor": "", "action-publish": "1"})

    response = editor.post(edit_url(draft_regime), data)

    form = response.context["form"]
    assert form.errors["method"] == ["Chế độ báo cáo chưa có phương thức gửi, nhận."]
    [told] = form.formsets["tiers"].non_form_errors()
    assert "Cấp 1 (Sở, ngành báo cáo) chưa có thời hạn gửi báo cáo" in told
    assert told in response.content.decode()
    assert not RegimePage.objects.get(pk=draft_regime.pk).live


def test_an_incomplete_draft_is_saved(editor, draft_regime):
    data = posted(draft_regime, method="", **{"tiers-0-due_anchor": ""})

    response = editor.post(edit_url(draft_regime), data)

    assert response.status_code == 302
    assert RegimePage.objects.get(pk=draft_regime.pk).method == ""


def test_an_unpublished_draft_shows_what_must_still_be_put_right(editor, draft_regime):
    editor.post(edit_url(draft_regime), posted(draft_regime, method=""))

    text = editor.get(edit_url(draft_regime)).content.decode()

    assert "Phải sửa:" in text
    assert "Chế độ báo cáo chưa có phương thức gửi, nhận." in text


@pytest.mark.requirement("R8", part="other classes are refused in words of the law")
def test_a_secret_regime_is_refused_beside_its_class(editor, draft_regime):
    data = posted(draft_regime, legal_class="secret", **{"action-publish": "1"})

    response = editor.post(edit_url(draft_regime), data)

    assert "bí mật nhà nước" in response.context["form"].errors["legal_class"][0]


def test_warnings_are_shown_and_do_not_block(editor, draft_regime):
    response = editor.post(
        edit_url(draft_regime), posted(draft_regime, basis="", **{"action-publish": "1"}), follow=True
    )

    assert "Chế độ chưa ghi văn bản căn cứ." in [str(message) for message in response.context["messages"]]
    assert RegimePage.objects.get(pk=draft_regime.pk).live


def test_the_menu_leads_to_regimes_outlines_and_forms(editor, draft_regime):
    for name in ("regimes:index", "outlines:index", "report_forms:list"):
        assert editor.get(reverse(name)).status_code == 200


def test_a_duty_alone_opens_no_page_editor(client, draft_regime, lead):
    client.force_login(make_person("thietke", lead, DutyKind.DESIGN))

    assert client.get(edit_url(draft_regime)).status_code in {302, 403}
