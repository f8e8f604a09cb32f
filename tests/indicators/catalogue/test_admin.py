"""The catalogue in the admin shell: who opens what, and what the forms refuse."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse
from wagtail.admin.menu import admin_menu

from home.accounts.models import DutyKind
from home.audit.models import AuditEntry
from home.organisations.models import LegalAct
from indicators.catalogue.permissions import CataloguePolicy
from indicators.catalogue.registers import MeasureRegister
from indicators.models import Disaggregation, Indicator, IndicatorGroup, IndicatorResponsibility, Measure

from ...conftest import make_person
from ..factories import entry, make_indicator, make_measure, post_figures
from .conftest import signed_in

#: Wagtail's own listings and editors, whole pages each: not for every minute.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MODELS = [Indicator, IndicatorGroup, Measure, Disaggregation, LegalAct]
READ = ["list", "list_results", "inspect"]
CHANGE = ["add", "edit", "usage", "import"]


def address(model, name, pk=None):
    url_name = model.snippet_viewset.get_url_name(name)
    return reverse(url_name, args=[pk] if pk else [])


@pytest.fixture
def entries(db):
    make_indicator(group=IndicatorGroup.objects.create(code="kt", name="Kinh tế"))
    Disaggregation.objects.create(code="gioi-tinh", name="Giới tính")
    LegalAct.objects.create(
        number="1603/QĐ-UBND",
        issuer="UBND tỉnh",
        title="Bộ chỉ tiêu",
        signed_on="2024-06-01",
        valid_from="2024-06-01",
    )


def addresses(model):
    """Every address of one list: (name, url)."""
    pk = model.objects.first().pk
    viewset = model.snippet_viewset
    for pattern in viewset.get_urlpatterns():
        url_name = viewset.get_url_name(pattern.name)
        for args in ([], [pk], [pk, 1], [pk, "earliest", "latest"]):
            try:
                yield pattern.name, reverse(url_name, args=args)
                break
            except NoReverseMatch:
                continue
        else:
            pytest.fail(f"No address for {pattern.name}")
    for pattern in viewset.chooser_viewset.get_urlpatterns():
        args = [pk] if "pk" in str(pattern.pattern) else []
        yield f"choose:{pattern.name}", reverse(viewset.chooser_viewset.get_url_name(pattern.name), args=args)


@pytest.mark.parametrize("model", MODELS)
def test_without_a_duty_no_address_of_the_catalogue_opens(model, entries, nobody):
    client = signed_in(nobody)

    opened = [name for name, url in addresses(model) if client.get(url).status_code == 200]

    assert opened == []


@pytest.mark.parametrize("kind", list(DutyKind))
def test_every_duty_reads_and_only_design_and_system_administration_change(kind, department):
    policy = CataloguePolicy(Indicator)
    person = make_person("ai-do", department, kind)

    allowed = {
        action for action in ("view", "add", "change", "delete") if policy.user_has_permission(person, action)
    }

    designs = kind in (DutyKind.DESIGN, DutyKind.SYSTEM_ADMIN)
    assert allowed == ({"view", "add", "change", "delete"} if designs else {"view"})


@pytest.mark.parametrize("model", MODELS)
def test_readers_open_lists_and_definitions_and_designers_their_forms(model, entries, reading, designing):
    pk = model.objects.first().pk
    for name in READ:
        url = address(model, name, pk if name == "inspect" else None)
        assert reading.get(url).status_code == designing.get(url).status_code == 200, name
    for name in CHANGE:
        if name == "import" and not model.snippet_viewset.resource_class:
            continue
        url = address(model, name, pk if name in ("edit", "usage") else None)
        assert (reading.get(url).status_code, designing.get(url).status_code) == (302, 200), name
    for name in ("edit", "delete"):
        assert reading.post(address(model, name, pk), {"name": "Bị sửa"}).status_code == 302
    assert not model.objects.filter(
        pk=pk, **({"title": "Bị sửa"} if model is LegalAct else {"name": "Bị sửa"})
    ).exists()
    assert model.objects.count() == 1


@pytest.mark.parametrize("model", MODELS)
def test_permissions_of_wagtail_groups_change_nothing(model, entries, nobody):
    from django.contrib.auth.models import Permission

    nobody.user_permissions.set(Permission.objects.all())
    client = signed_in(type(nobody).objects.get(pk=nobody.pk))

    assert client.get(address(model, "list")).status_code == 302
    assert client.get(address(model, "add")).status_code == 302


def test_the_policy_names_those_who_may(designer, clerk, nobody, root):
    policy = CataloguePolicy(Indicator)

    assert set(policy.users_with_any_permission(["change"])) == {designer, root}
    assert set(policy.users_with_any_permission(["view"])) == {designer, clerk, root}


def indicator_form(**more) -> dict[str, object]:
    return {
        "code": "moi",
        "name": "Chỉ tiêu mới",
        "measure": make_measure().pk,
        "decimals": 1,
        "nature": "flow",
        "direction": "none",
        "frequency": "month",
        "space_aggregation": "sum",
        "time_aggregation": "sum",
        "responsibilities-TOTAL_FORMS": 0,
        "responsibilities-INITIAL_FORMS": 0,
        **more,
    }


@pytest.mark.requirement("R52", part="create and edit")
@pytest.mark.requirement("R53", part="responsible organisations")
def test_a_designer_adds_an_indicator_with_its_responsible_organisation(designing, designer, department):
    disaggregation = Disaggregation.objects.create(code="gioi-tinh", name="Giới tính")

    response = designing.post(
        address(Indicator, "add"),
        indicator_form(
            **{
                "concept": "Toàn bộ khoản thu",
                "disaggregations": [disaggregation.pk],
                "responsibilities-TOTAL_FORMS": 1,
                "responsibilities-0-organisation": department.pk,
                "responsibilities-0-locality": "",
            }
        ),
    )

    assert response.status_code == 302, response.context["form"].errors
    indicator = Indicator.objects.get(code="moi")
    assert [duty.organisation for duty in indicator.responsibilities.all()] == [department]
    assert list(indicator.disaggregations.all()) == [disaggregation]
    assert indicator.latest_revision.user == designer
    logged = AuditEntry.objects.get(verb="catalogue.create")
    assert (logged.person, logged.data["code"]) == (designer, "moi")


@pytest.mark.requirement("R57", part="definitions keep their history")
def test_changing_a_definition_keeps_the_former_one_as_a_revision(designing):
    indicator = make_indicator("moi", "Chỉ tiêu mới", concept="Cũ")
    indicator.save_revision()

    designing.post(address(Indicator, "edit", indicator.pk), indicator_form(concept="Mới", may_release="on"))

    indicator.refresh_from_db()
    assert indicator.concept == "Mới"
    assert [r.content["concept"] for r in indicator.revisions.order_by("pk")] == ["Cũ", "Mới"]
    assert AuditEntry.objects.get(verb="catalogue.change").data["fields"] == ["concept"]


def test_nothing_is_saved_while_somebody_is_still_typing(designing):
    indicator = make_indicator()

    for url in (address(Indicator, "add"), address(Indicator, "edit", indicator.pk)):
        response = designing.get(url)
        assert response.context["autosave_enabled"] is False
        assert "autosave_indicator" not in response.context


@pytest.mark.requirement("R12", part="one definition per concept")
def test_the_form_refuses_a_second_definition_and_says_which_stands(designing):
    make_indicator("thu-ns", "Thu ngân sách")

    response = designing.post(address(Indicator, "add"), indicator_form(name="thu ngan sach"))

    assert response.status_code == 200
    assert "thu-ns" in response.context["form"].errors["name"][0]
    assert not Indicator.objects.filter(code="moi").exists()


@pytest.mark.requirement("R30", part="typed text")
def test_text_in_another_encoding_is_kept_in_unicode(designing):
    designing.post(
        address(Indicator, "add"),
        indicator_form(name="Tæng s¶n phÈm trªn ®Þa bµn", concept="Toång saûn phaåm"),
    )

    indicator = Indicator.objects.get(code="moi")
    assert (indicator.name, indicator.concept) == ("Tổng sản phẩm trên địa bàn", "Tổng sản phẩm")


@pytest.mark.requirement("X10", part="numbers in forms")
@pytest.mark.parametrize(("typed", "kept"), [("1.000", 1000), ("0,5", "0.5"), ("0.5", None), ("0", None)])
def test_the_factor_of_a_measure_is_typed_as_vietnamese_people_do(designing, typed, kept):
    base = make_measure()

    response = designing.post(
        address(Measure, "add"), {"code": "x", "name": "x", "symbol": "", "base": base.pk, "factor": typed}
    )

    stored = Measure.objects.filter(code="x").first()
    assert (stored and str(stored.factor.normalize())) == (
        kept and f"{Measure(factor=kept).factor}".replace("1000", "1E+3")
    )
    if not kept:
        assert response.context["form"].errors["factor"]


@pytest.mark.requirement("R56", part="nothing used is deleted")
def test_an_indicator_with_figures_is_not_deleted_and_the_message_says_what_to_do(designing, department):
    indicator = make_indicator()
    post_figures(entry(indicator, department, "1"), supplier=department)

    for act in (designing.get, designing.post):
        response = act(address(Indicator, "delete", indicator.pk), follow=True)
        text = response.content.decode()
        assert "Không xóa được" in text
        assert "áp dụng đến hết ngày" in text
        assert "được thay bằng" in text

    assert Indicator.objects.filter(pk=indicator.pk).exists()


def test_a_measure_in_use_is_not_deleted_and_one_out_of_use_is(designing):
    used, unused = make_measure(), make_measure("tan", "tấn")
    make_indicator(measure=used)

    designing.post(address(Measure, "delete", used.pk))
    designing.post(address(Measure, "delete", unused.pk))

    assert list(Measure.objects.all()) == [used]
    assert AuditEntry.objects.get(verb="catalogue.delete").data["code"] == "tan"


def test_wagtails_bulk_deletion_does_not_delete_what_is_used(designing, department):
    indicator = make_indicator()
    post_figures(entry(indicator, department, "1"), supplier=department)

    designing.post(f"/admin/bulk/indicators/indicator/delete/?id={indicator.pk}")

    assert Indicator.objects.filter(pk=indicator.pk).exists()


@pytest.mark.requirement("R52", part="search")
@pytest.mark.requirement("X22", part="search without diacritics")
@pytest.mark.parametrize(
    ("model", "typed", "found"),
    [
        (Indicator, "thu ngan", ["Thu ngân sách nhà nước"]),
        (Indicator, "hoà binh", ["Hộ nghèo Hòa Bình"]),
        (Measure, "ty dong", ["tỷ đồng"]),
        (Measure, "tỉ", ["tỷ đồng"]),
    ],
)
def test_the_lists_and_the_choosers_find_without_diacritics(reading, model, typed, found):
    make_indicator()
    make_indicator("hb", "Hộ nghèo Hòa Bình", measure=make_measure("ho", "hộ"))

    listed = reading.get(address(model, "list"), {"q": typed})
    chooser = model.snippet_viewset.chooser_viewset.get_url_name("choose_results")
    chosen = reading.get(reverse(chooser), {"q": typed})

    assert [str(row) for row in listed.context["object_list"]] == found
    assert [str(row) for row in chosen.context["results"]] == found


def test_hostile_markup_in_a_name_stays_text(reading, designing):
    indicator = make_indicator(name="<script>alert(1)</script>", concept="<img src=x onerror=alert(2)>")

    for url in (
        address(Indicator, "list"),
        address(Indicator, "inspect", indicator.pk),
        address(Indicator, "edit", indicator.pk),
        address(Measure, "list"),
    ):
        text = designing.get(url).content.decode()
        assert "<script>alert(1)" not in text
        assert "<img src=x" not in text


def fill(count: int, organisation) -> None:
    group = IndicatorGroup.objects.create(code="g", name="Nhóm")
    disaggregation = Disaggregation.objects.create(code="d", name="Phân tổ")
    act = LegalAct.objects.create(
        number="1/QĐ", issuer="UBND", title="Bộ chỉ tiêu", signed_on="2024-06-01", valid_from="2024-06-01"
    )
    base = make_measure()
    for number in range(count):
        indicator = make_indicator(
            f"ct-{number}",
            f"Chỉ tiêu {number}",
            group=group,
            measure=make_measure(f"m-{number}", f"đơn vị {number}"),
            legal_basis=act,
        )
        Measure.objects.filter(pk=indicator.measure_id).update(base=base)
        IndicatorResponsibility.objects.create(indicator=indicator, organisation=organisation)
        indicator.disaggregations.add(disaggregation)
        indicator.save()


@pytest.mark.parametrize("model", [Indicator, Measure])
@pytest.mark.parametrize(
    "query", [{}, {"q": "don vi"}, {"q": "chi tieu"}, {"export": "csv"}, {"export": "xlsx"}]
)
def test_a_list_of_thirty_takes_few_queries(reading, department, model, query, django_assert_max_num_queries):
    fill(30, department)
    reading.get(address(model, "list"))

    with django_assert_max_num_queries(20):
        response = reading.get(address(model, "list"), query)

    assert response.status_code == 200


def test_the_form_of_an_indicator_takes_few_queries(designing, department, django_assert_max_num_queries):
    fill(12, department)
    indicator = Indicator.objects.first()
    designing.get(address(Indicator, "edit", indicator.pk))

    with django_assert_max_num_queries(40):
        designing.get(address(Indicator, "edit", indicator.pk))


# ---- Registers


def test_every_administrator_reads_the_register_of_measures_and_nobody_changes_it(
    reading, designing, nobody, department, django_assert_max_num_queries
):
    fill(30, department)
    measure = Measure.objects.get(name="tỷ đồng")
    helper = MeasureRegister().url_helper
    register = helper.index_url
    reading.get(register)

    with django_assert_max_num_queries(20):
        listed = reading.get(register)
    assert "tỷ đồng" in listed.content.decode()
    assert [str(row) for row in reading.get(register, {"q": "ty"}).context["object_list"]] == ["tỷ đồng"]
    inspected = reading.get(helper.get_action_url("inspect", measure.pk))
    assert "tỷ đồng" in inspected.content.decode()
    assert signed_in(nobody).get(register).status_code == 302
    for action in ("create", "edit", "delete", "history"):
        with pytest.raises(NoReverseMatch):
            helper.get_action_url(action, *([] if action == "create" else [measure.pk]))
    for path in ("create/", f"edit/{measure.pk}/", f"delete/{measure.pk}/"):
        assert designing.post(register + path).status_code == 404


def test_the_menus_show_the_catalogue_and_the_registers_to_whoever_has_a_duty(rf, clerk, nobody):
    def menu(person):
        request = rf.get("/admin/")
        request.user = person
        return {item.label for item in admin_menu.menu_items_for_request(request)}

    assert menu(clerk) >= {"Danh mục", "Sổ tra cứu"}
    assert not menu(nobody) & {"Danh mục", "Sổ tra cứu"}


def test_an_empty_list_offers_to_add_and_to_import(db, designing, reading):
    """Before anything is there the file is the way of most; it does not hide among further actions."""
    page = designing.get(address(Measure, "list"))

    labels = [str(button.label) for button in sorted(page.context["header_buttons"])]
    assert [label for label in labels if label] == ["Thêm đơn vị tính", "Nhập từ tệp"]
    assert "Nhập từ tệp" not in reading.get(address(Measure, "list")).content.decode()


@pytest.mark.parametrize(("typed", "kept"), [("", 1), ("1.000", 1000)])
def test_a_measure_counts_itself_unless_a_factor_is_given(db, designing, typed, kept):
    data = {"code": "ty-dong", "name": "Tỷ đồng", "symbol": "", "base": "", "factor": typed}

    designing.post(address(Measure, "add"), data)

    assert Measure.objects.get().factor == kept
