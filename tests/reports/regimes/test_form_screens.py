"""Designing forms in the admin shell: who reaches what, and what they see there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from wagtail.test.utils.form_data import querydict_from_html

from home.accounts.models import DutyKind
from home.organisations.models import OrganisationKind
from reports.regimes.compiling import publish_form
from reports.regimes.models import FormCheck, FormColumn, FormRow, FormVersion, ReportForm
from tests.conftest import make_organisation, make_person

#: Wagtail's editor with all its rows and columns, a whole page each: not for every minute.
pytestmark = pytest.mark.slow


def address(name, *args):
    return reverse(f"report_forms:{name}", args=args)


@pytest.fixture
def designer(lead):
    return make_person("thietke", lead, DutyKind.DESIGN)


@pytest.fixture
def other_designer(other_department):
    return make_person("thietke2", other_department, DutyKind.DESIGN)


@pytest.fixture
def dutiless(db):
    return make_person("khongnhiemvu")


READING = ["list", "preview", "version"]
CHANGING = ["edit", "publish", "delete"]


def urls(names, form):
    return {
        name: address(name, *([] if name == "list" else [form.pk, 1] if name == "version" else [form.pk]))
        for name in names
    }


@pytest.mark.requirement("R64", part="forms within one's own authority")
@pytest.mark.requirement("R65", part="agencies design their own forms")
@pytest.mark.requirement("R61", part="designer")
def test_designers_change_their_own_forms_and_everybody_with_a_duty_reads(
    client, figures_form, designer, other_designer, clerk, dutiless
):
    for person, reads, changes in (
        (designer, True, True),
        (other_designer, True, False),
        (clerk, True, False),
        (dutiless, False, False),
    ):
        client.force_login(person)
        for name, url in urls(READING, figures_form).items():
            assert (client.get(url).status_code == 200) == reads, (person, name)
        for name, url in urls(CHANGING, figures_form).items():
            assert (client.get(url).status_code == 200) == (changes and name != "delete"), (person, name)


def test_a_stranger_cannot_post(client, figures_form, other_designer):
    figures_form.rows.filter(key="I.3").update(label="Khác")
    client.force_login(other_designer)

    for name, url in urls(CHANGING, figures_form).items():
        assert client.post(url, {"title": "Đổi"}).status_code in {302, 403}, name

    assert FormVersion.objects.filter(report_form=figures_form).count() == 1
    assert ReportForm.objects.get(pk=figures_form.pk).title == "Thu ngân sách nhà nước trên địa bàn"


def test_a_form_of_another_organisation_cannot_be_made(client, lead, other_designer):
    client.force_login(other_designer)
    data = {
        "code": "LA",
        "title": "Lạ",
        "owner": lead.pk,
        "note": "",
        **{
            f"{prefix}-{part}": "0"
            for prefix in ("rows", "columns", "checks")
            for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
        },
    }

    response = client.post(address("add"), data)

    assert "owner" in response.context["form"].errors
    assert not ReportForm.objects.filter(code="LA").exists()

    data["owner"] = other_designer.duties.get().organisation_id
    client.post(address("add"), data)
    assert ReportForm.objects.get(code="LA").owner_id == data["owner"]


def filled(client, form, **changes):
    """What the browser would post of the editor of this form, with changes."""
    data = querydict_from_html(client.get(address("edit", form.pk)).content.decode(), form_id="w-editor-form")
    data.update({name.replace("__", "-"): value for name, value in changes.items()})
    return data


@pytest.mark.parametrize(
    ("formulas", "formset", "place", "told"),
    [
        ({"rows__1__formula": "{I.9}"}, "rows", 1, 'không có dòng số liệu "I.9"'),
        ({"rows__1__formula": "{I}+1"}, "rows", 1, "tính vòng quanh {I}"),
        ({"columns__4__formula": "[uocc]"}, "columns", 4, 'có phải là "uoc"?'),
    ],
)
def test_a_wrong_formula_is_told_where_it_is_typed_and_not_saved(
    client, figures_form, designer, formulas, formset, place, told
):
    client.force_login(designer)
    assert figures_form.rows.all()[1].kind == "computed"
    assert figures_form.columns.all()[4].kind == "computed"

    response = client.post(address("edit", figures_form.pk), filled(client, figures_form, **formulas))

    faults = response.context["form"].formsets[formset].errors
    assert [bool(fault) for fault in faults].index(True) == place
    assert told in faults[place]["formula"][0]
    assert told.replace('"', "&quot;") in response.content.decode()


def test_a_wrong_check_is_told_in_the_field_where_it_stands(client, figures_form, designer):
    client.force_login(designer)
    FormCheck.objects.create(
        report_form=figures_form, key="lk", label="Lũy kế", expression="[luyke] >= [uoc]"
    )
    assert "Lũy kế" in client.get(address("preview", figures_form.pk)).content.decode()

    data = filled(client, figures_form, checks__0__expression="[luyke] >= [uocc]", checks__0__rows="I.9")
    response = client.post(address("edit", figures_form.pk), data)

    (faults,) = response.context["form"].formsets["checks"].errors
    assert 'có phải là "uoc"?' in faults["expression"][0]
    assert "Biểu không có dòng “I.9”" in faults["rows"][0]


def test_an_unfinished_design_is_saved_and_shown(client, figures_form, designer):
    client.force_login(designer)

    response = client.post(address("edit", figures_form.pk), filled(client, figures_form, rows__2__key="I.2"))

    assert response.url == address("preview", figures_form.pk)


def test_a_designer_of_one_organisation_designs_for_it_and_codes_stay_as_typed(client, designer, lead):
    client.force_login(designer)

    form = client.get(address("add")).context["form"]

    assert form["owner"].value() == lead.pk
    assert "w-slug" not in str(form["code"])


def test_the_menu_leads_nobody_to_pages_that_are_closed_to_them(client, designer, root):
    for person, opens in ((designer, False), (root, True)):
        client.force_login(person)
        shell = client.get("/admin/").content.decode()
        for listing in ("/admin/che-do/", "/admin/de-cuong/"):
            assert (listing in shell) == opens
            assert (client.get(listing).status_code == 200) == opens


def test_a_form_is_saved_on_purpose_not_while_it_is_typed(client, figures_form, designer):
    client.force_login(designer)

    for url in (address("add"), address("edit", figures_form.pk)):
        assert client.get(url).context["autosave_enabled"] is False


@pytest.mark.parametrize(
    "name", ["copy", "inspect", "revisions_view", "unpublish", "lock", "preview_on_edit"]
)
def test_addresses_of_wagtail_that_are_not_served(name, figures_form):
    with pytest.raises(NoReverseMatch):
        address(name, figures_form.pk)


@pytest.mark.requirement("R62", part="forms are looked at before they are published")
def test_the_preview_shows_headings_numbers_kinds_and_formulas(client, figures_form, designer):
    client.force_login(designer)

    text = client.get(address("preview", figures_form.pk)).content.decode()

    assert '<th colspan="3" scope="colgroup"' in text
    assert "Ước tháng" in text
    assert "<td>(5)</td>" in text
    assert "điền sẵn" in text
    assert "SUM({I.1}; {I.2}; {I.3})" in text
    assert "Tỷ đồng" in text


def test_publishing_lists_what_changed_and_needs_a_post(client, figures_form, designer):
    client.force_login(designer)
    figures_form.rows.filter(key="I.3").update(label="Khác", number="4")
    figures_form.rows.filter(key="ghi-chu").delete()
    url = address("publish", figures_form.pk)

    text = client.get(url).content.decode()
    assert "Sửa dòng “Khác” (I.3): STT, tên." in text
    assert "Bỏ dòng “Ghi chú” (ghi-chu)." in text
    assert figures_form.versions.count() == 1

    response = client.post(url)
    assert response.url == address("version", figures_form.pk, 2)
    assert figures_form.versions.first().published_by == designer


def test_a_faulty_form_shows_its_faults_instead_of_the_button(client, figures_form, designer):
    client.force_login(designer)
    figures_form.rows.filter(key="I").update(formula="{I.9}")
    url = address("publish", figures_form.pk)

    for response in (client.get(url), client.post(url)):
        text = response.content.decode()
        assert "không có dòng số liệu &quot;I.9&quot;" in text
        assert "Công bố phiên bản 2</button>" not in text
    assert figures_form.versions.count() == 1


def test_an_unchanged_form_needs_no_publishing(client, figures_form, designer):
    client.force_login(designer)

    text = client.get(address("publish", figures_form.pk)).content.decode()

    assert "không khác phiên bản 1" in text


def test_a_published_form_cannot_be_deleted(client, figures_form, root):
    client.force_login(root)

    client.post(address("delete", figures_form.pk))

    assert ReportForm.objects.filter(pk=figures_form.pk).exists()


@pytest.mark.requirement("R8", part="design screens state that secret content is not accepted")
def test_the_designer_is_told_that_secrets_are_not_accepted(client, figures_form, designer):
    client.force_login(designer)

    for url in (address("add"), address("edit", figures_form.pk)):
        assert (
            "Không nhập, không tải lên nội dung thuộc phạm vi bí mật nhà nước"
            in client.get(url).content.decode()
        )


def test_the_listing_needs_the_same_number_of_queries_for_many_forms(client, designer, figures_form):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address("list"))
        assert response.content.decode().count("công bố") == ReportForm.objects.count()
        return len(queries)

    client.force_login(designer)
    client.get(address("list"))
    one = count()
    for number in range(15):
        owner = make_organisation(f"S{number}", f"Sở {number}", OrganisationKind.DEPARTMENT)
        form = ReportForm.objects.create(code=f"F{number}", title=f"Biểu {number}", owner=owner)
        FormRow.objects.create(report_form=form, key="1", label="Một")
        FormColumn.objects.create(report_form=form, key="a", label="A")
        publish_form(form, by=None)

    assert count() == one <= 13


def test_readers_are_led_to_the_preview_and_designers_to_the_editor(client, figures_form, designer, clerk):
    for person, name in ((designer, "edit"), (clerk, "preview")):
        client.force_login(person)
        assert f'href="{address(name, figures_form.pk)}"' in client.get(address("list")).content.decode()
