"""The page editor: drafts are free, publishing is checked, problems stand where they belong."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from home.accounts.models import DutyKind
from home.accounts.profiles.applying import apply
from home.accounts.services import grant
from home.models import SectionPage
from reports.regimes.models import OutlinePage, RegimePage
from tests.conftest import make_person


def posted(editor, page: RegimePage, **changes: str) -> QueryDict:
    """What the browser would post of the editor as it opens, with changes."""
    html = editor.get(edit_url(page)).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    data.update({name.replace("__", "-"): value for name, value in changes.items()})
    return QueryDict(urlencode([(name, data[name]) for name in data]))


@pytest.fixture
def editor(client, root):
    client.force_login(root)
    return client


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_publishing_from_the_editor_compiles_a_version(editor, draft_regime):
    response = editor.post(edit_url(draft_regime), posted(editor, draft_regime, action__publish="1"))

    assert response.status_code == 302
    page = RegimePage.objects.get(pk=draft_regime.pk)
    assert (page.live, page.latest_version.number, page.latest_version.published_by.username) == (
        True,
        1,
        "root",
    )


@pytest.mark.requirement("X4", part="told beside the field in the editor")
def test_problems_stand_beside_their_fields_and_nothing_is_published(editor, draft_regime):
    data = posted(editor, draft_regime, method="", tiers__0__due_anchor="", action__publish="1")

    response = editor.post(edit_url(draft_regime), data)

    form = response.context["form"]
    assert form.errors["method"] == ["Chế độ báo cáo chưa có phương thức gửi, nhận."]
    [told] = form.formsets["tiers"].non_form_errors()
    assert "Cấp 1 (Sở, ngành báo cáo) chưa có thời hạn gửi báo cáo" in told
    assert told in response.content.decode()
    assert not RegimePage.objects.get(pk=draft_regime.pk).live


def test_an_incomplete_draft_is_saved(editor, draft_regime):
    data = posted(editor, draft_regime, method="", tiers__0__due_anchor="")

    response = editor.post(edit_url(draft_regime), data)

    assert response.status_code == 302
    assert RegimePage.objects.get(pk=draft_regime.pk).method == ""


def test_an_unpublished_draft_shows_what_must_still_be_put_right(editor, draft_regime):
    editor.post(edit_url(draft_regime), posted(editor, draft_regime, method=""))

    text = editor.get(edit_url(draft_regime)).content.decode()

    assert "Phải sửa:" in text
    assert "Chế độ báo cáo chưa có phương thức gửi, nhận." in text


@pytest.mark.requirement("R8", part="other classes are refused in words of the law")
def test_a_secret_regime_is_refused_beside_its_class(editor, draft_regime):
    data = posted(editor, draft_regime, legal_class="secret", action__publish="1")

    response = editor.post(edit_url(draft_regime), data)

    assert "bí mật nhà nước" in response.context["form"].errors["legal_class"][0]


def test_warnings_are_shown_and_do_not_block(editor, draft_regime):
    response = editor.post(
        edit_url(draft_regime), posted(editor, draft_regime, basis="", action__publish="1"), follow=True
    )

    assert "Chế độ chưa ghi văn bản căn cứ." in [str(message) for message in response.context["messages"]]
    assert RegimePage.objects.get(pk=draft_regime.pk).live


def test_the_menu_leads_to_regimes_outlines_and_forms(editor, draft_regime):
    for name in ("regimes:index", "outlines:index", "report_forms:list"):
        assert editor.get(reverse(name)).status_code == 200


def test_a_duty_alone_opens_no_page_editor(client, draft_regime, lead):
    client.force_login(make_person("thietke", lead, DutyKind.DESIGN))

    assert client.get(edit_url(draft_regime)).status_code in {302, 403, 404}


@pytest.mark.requirement("R155", part="regimes that were published are not deleted")
def test_a_published_regime_and_its_section_are_not_deleted(editor, regime, regime_section):
    for page in (regime, regime_section):
        response = editor.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert any(
            "đã công bố nên không xóa được" in str(message) for message in response.context["messages"]
        )
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    editor.post(f"{bulk}?id={regime.pk}")

    assert RegimePage.objects.filter(pk=regime.pk).exists()


def test_an_outline_in_use_is_not_deleted(editor, draft_regime, outline):
    response = editor.post(reverse("wagtailadmin_pages:delete", args=[outline.pk]), follow=True)

    assert any("đang dùng trong chế độ" in str(message) for message in response.context["messages"])
    assert OutlinePage.objects.filter(pk=outline.pk).exists()


def test_a_draft_that_was_never_published_may_be_deleted(editor, draft_regime):
    editor.post(reverse("wagtailadmin_pages:delete", args=[draft_regime.pk]))

    assert not RegimePage.objects.filter(pk=draft_regime.pk).exists()


def test_a_new_regime_begins_with_how_the_province_has_reports_approved(
    editor, regime_section, lead, committee
):
    apply("lai_chau")

    page = editor.get(reverse("wagtailadmin_pages:add", args=["regimes", "regimepage", regime_section.pk]))

    form = page.context["form"]
    assert form["approval_policy"].value() == "data_then_report"
    assert form["review_steps"].value() == 1
    assert form["requires_signature"].value() is False


@pytest.fixture
def own_section(regime_section, lead):
    return regime_section.add_child(
        instance=SectionPage(title="Chế độ của Sở", slug="co-quan-skhdt", organisation=lead)
    )


@pytest.fixture
def add_url(own_section):
    return reverse("wagtailadmin_pages:add", args=["regimes", "regimepage", own_section.pk])


def test_a_new_regime_of_a_section_is_led_by_its_organisation(editor, add_url, lead):
    assert editor.get(add_url).context["form"]["lead"].value() == lead.pk


def test_a_new_regime_led_by_another_organisation_is_refused_beside_its_field(
    editor, add_url, draft_regime, department
):
    data = posted(
        editor, draft_regime, lead=str(department.pk), code="KHAC", slug="khac", action__publish="1"
    )

    response = editor.post(add_url, data)

    assert "cơ quan chủ trì của chế độ phải là cơ quan này" in response.context["form"].errors["lead"][0]
    assert not RegimePage.objects.filter(code="KHAC").exists()


def test_outlines_to_choose_from_are_published_or_ones_own(client, own_section, outline, lead):
    for title, parent in (
        ("Bản nháp của mình", own_section),
        ("Bản nháp của người khác", outline.get_parent()),
    ):
        parent.refresh_from_db()
        parent.add_child(instance=OutlinePage(title=title, slug=title.split()[-1], live=False))
    client.force_login(make_person("thietke", lead, DutyKind.DESIGN))

    form = client.get(reverse("wagtailadmin_pages:add", args=["regimes", "regimepage", own_section.pk]))

    titles = [label for _, label in form.context["form"].fields["outline"].choices]
    assert titles[1:] == ["Bản nháp của mình", outline.title]


@pytest.mark.parametrize(
    ("name", "text"),
    [("regimes:index", "Chưa có chế độ báo cáo nào"), ("outlines:index", "Chưa có mẫu đề cương nào")],
)
def test_where_there_is_nothing_yet_the_list_says_so(client, root, home_page, name, text):
    client.force_login(root)

    page = client.get(reverse(name)).content.decode()

    assert text in page
    assert "1–0" not in page


@pytest.mark.parametrize("leads", [True, False])
def test_who_publishes_a_regime_that_he_runs_is_led_to_its_first_round(
    editor, draft_regime, root, lead, leads
):
    if leads:
        grant(root, DutyKind.DESIGN, lead, by=root)

    page = editor.post(
        edit_url(draft_regime), posted(editor, draft_regime, action__publish="1"), follow=True
    ).content.decode()

    version = RegimePage.objects.get(pk=draft_regime.pk).latest_version
    assert (f"{reverse('rounds:open')}?regime={version.pk}" in page) is leads
