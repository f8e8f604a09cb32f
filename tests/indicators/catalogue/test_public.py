"""What everybody may see of indicators and their figures, and nothing more."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from wagtail import hooks

from home.organisations.models import LegalAct
from indicators.catalogue.downloads import FREE
from indicators.catalogue.public import STATEMENT
from indicators.models import (
    Aggregation,
    Disaggregation,
    DisaggregationItem,
    Indicator,
    IndicatorGroup,
    IndicatorResponsibility,
)
from indicators.store.models import Figure, ValueType
from indicators.store.services import written

from ..factories import MORNING, entry, make_indicator, make_measure, make_source, post_figures

pytestmark = pytest.mark.django_db
NEXT_DAY = MORNING + timedelta(days=1)


def page(client: Client, indicator: Indicator, **query):
    return client.get(reverse("catalogue:indicator", args=[indicator.code]), query)


def table(client: Client, indicator: Indicator, **query):
    return page(client, indicator, xem="bang", **query)


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def csv_rows(client: Client, indicator: Indicator) -> tuple[list[dict[str, str]], list[str]]:
    """The rows, and the trailing remarks."""
    response = client.get(reverse("catalogue:csv", args=[indicator.code]))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    headings, *rest = lines
    rows = [dict(zip(headings, line, strict=True)) for line in rest if not line[0].startswith("#")]
    return rows, [line[0] for line in rest if line[0].startswith("#")]


def home_headlines(rf):
    found = {}
    for contribute in hooks.get_hooks("portal_home_context"):
        found |= contribute(rf.get("/"))
    return found.get("headlines", [])


# ---- Nothing unreleased is visible


@pytest.mark.requirement("R125", part="nothing unreleased is public")
def test_an_accepted_figure_is_nowhere_before_its_release_and_everywhere_after(
    client, rf, indicator, department, make_public
):
    post_figures(entry(indicator, department, "7.995,5"), supplier=department)
    places = {
        "page": lambda: text_of(page(client, indicator)),
        "csv": lambda: str(csv_rows(client, indicator)),
        "list": lambda: text_of(client.get(reverse("catalogue:list"))),
        "search": lambda: text_of(client.get(reverse("catalogue:list"), {"q": "ngan sach"})),
        "home": lambda: str(home_headlines(rf)),
    }
    for name, look in places.items():
        assert "7.995,5" not in look(), name

    make_public()

    for name, look in places.items():
        assert "7.995,5" in look(), name


@pytest.mark.requirement("R125", part="nothing unreleased is public")
def test_signed_in_officials_see_on_public_pages_what_the_public_sees(root, indicator, department):
    post_figures(entry(indicator, department, "7.995,5"), supplier=department)
    client = Client()
    client.force_login(root)

    assert "7.995,5" not in text_of(page(client, indicator))
    assert csv_rows(client, indicator)[0] == []


@pytest.mark.requirement("X14", part="released value kept")
def test_a_correction_shows_after_its_own_release_beside_what_was_public_before(
    client, indicator, department, make_public
):
    post_figures(entry(indicator, department, "7.995,5"), supplier=department)
    make_public()
    post_figures(entry(indicator, department, "8.012"), supplier=department, at=NEXT_DAY)

    assert "8.012" not in text_of(table(client, indicator))
    assert csv_rows(client, indicator)[0][0]["Giá trị"] == "7995,5"

    make_public(at=NEXT_DAY)

    text = text_of(table(client, indicator))
    assert "8.012,0" in text
    assert "Trước là 7.995,5, công khai ngày" in text
    rows, _ = csv_rows(client, indicator)
    assert [row["Giá trị"] for row in rows] == ["8012"]


@pytest.mark.parametrize("code", ["khong-co", "thu-ns"])
def test_an_unknown_indicator_and_one_that_may_not_be_released_are_not_there(client, code, department):
    hidden = make_indicator(may_release=False)
    post_figures(entry(hidden, department, "1"), supplier=department)

    assert client.get(reverse("catalogue:indicator", args=[code])).status_code == 404
    assert client.get(reverse("catalogue:csv", args=[code])).status_code == 404
    assert "Thu ngân sách" not in text_of(client.get(reverse("catalogue:list")))


def test_what_has_been_released_stays_public_when_no_more_may_be(client, indicator, department, make_public):
    post_figures(entry(indicator, department, "7.995,5"), supplier=department)
    make_public()
    indicator.may_release = False
    indicator.save()

    assert "7.995,5" in text_of(page(client, indicator))


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_public_pages_take_no_changes(client, indicator, method):
    for url in (reverse("catalogue:list"), reverse("catalogue:indicator", args=[indicator.code])):
        assert getattr(client, method)(url).status_code == 405


def test_an_unknown_subject_is_not_there(client, indicator, department, make_public):
    post_figures(entry(indicator, department, "1"), supplier=department)
    make_public()

    assert page(client, indicator, **{"doi-tuong": "SDL"}).status_code == 404


@pytest.mark.requirement("R125", part="nothing unreleased is public")
def test_who_has_figures_that_are_not_released_is_not_told(
    client, indicator, department, other_department, make_public
):
    post_figures(entry(indicator, department, "1"), supplier=department)
    make_public()
    post_figures(entry(indicator, other_department, "2"), supplier=other_department, at=NEXT_DAY)

    assert "Sở Du lịch" not in text_of(page(client, indicator))
    assert page(client, indicator, **{"doi-tuong": "SDL"}).status_code == 404
    assert "Sở Du lịch" not in str(csv_rows(client, indicator))


# ---- The page


@pytest.mark.requirement("X8", part="which kind is shown")
def test_the_page_leads_with_the_best_kind_of_the_latest_period_with_measure_period_and_kind(
    client, indicator, department, make_public
):
    post_figures(
        entry(indicator, department, "62.585,4", period="2024-H1", value_type=ValueType.ESTIMATE),
        entry(indicator, department, "62.542,7", period="2024-H1"),
        entry(indicator, department, "90.000", period="2025", value_type=ValueType.PLAN),
        entry(indicator, department, "10.000", period="2024-M06"),
        entry(indicator, department, "…", period="2024-9M"),
        supplier=department,
    )
    make_public()

    response = page(client, indicator)

    lead = response.context["headline"]
    assert (lead.value_text, lead.period_label, lead.kind_label) == (
        "62.542,7",
        "6 tháng đầu năm 2024",
        "Thực hiện",
    )
    assert STATEMENT in text_of(response)
    assert "tỷ đồng" in text_of(response)


@pytest.mark.requirement("R115", part="with the plan")
def test_a_row_shows_last_year_growth_and_the_plan_of_its_period_or_year(
    client, indicator, department, make_public
):
    post_figures(
        entry(indicator, department, "7.995,5", period="2024-5M"),
        entry(indicator, department, "6.505,7", period="2023-5M"),
        entry(
            indicator, department, "16.692", period="2024", value_type=ValueType.PLAN, plan_basis="HĐND giao"
        ),
        entry(
            indicator, department, "15.000", period="2024", value_type=ValueType.PLAN, plan_basis="BTC giao"
        ),
        supplier=department,
    )
    make_public()

    row = next(row for row in page(client, indicator).context["page_obj"] if str(row.period) == "2024-5M")

    assert row.last_year_text == "6.505,7"
    assert row.growth_text == "+22,9 %"
    assert set(row.plan_texts) == {
        "16.692,0 cả năm (HĐND giao): 47,9 %",
        "15.000,0 cả năm (BTC giao): 53,3 %",
    }


@pytest.mark.requirement("X9", part="several plans of one year")
def test_a_plan_has_a_line_of_its_own_only_while_nothing_has_been_achieved_in_it(
    client, indicator, department, make_public
):
    post_figures(
        entry(indicator, department, "100", period="2024", value_type=ValueType.PLAN, plan_basis="HĐND giao"),
        entry(indicator, department, "200", period="2025", value_type=ValueType.PLAN, plan_basis="HĐND giao"),
        entry(indicator, department, "8", period="2024-M05"),
        supplier=department,
    )
    make_public()

    response = table(client, indicator)
    years = table(client, indicator, nhip="nam")

    assert [(str(row.period), row.kind_label) for row in response.context["page_obj"]] == [
        ("2024-M05", "Thực hiện")
    ]
    assert [(str(row.period), row.kind_label, row.plan_texts) for row in years.context["page_obj"]] == [
        ("2025", "Kế hoạch", ())
    ]
    assert str(response.context["headline"].period) == "2024-M05"


def test_rates_and_indices_are_not_compared_in_per_cent(client, department, make_public):
    index = make_indicator(
        "iip", "Chỉ số sản xuất công nghiệp", time_aggregation=Aggregation.NONE, decimals=2
    )
    post_figures(
        entry(index, department, "149,11", period="2024-5M"),
        entry(index, department, "100", period="2023-5M"),
        supplier=department,
    )
    make_public()

    assert {row.growth_text for row in page(client, index).context["page_obj"]} == {""}


@pytest.mark.requirement("X15", part="month against months so far")
def test_months_follow_from_months_so_far_and_a_difference_is_told(
    client, indicator, department, make_public
):
    post_figures(
        entry(indicator, department, "7.995,5", period="2024-5M"),
        entry(indicator, department, "9.522,8", period="2024-H1", value_type=ValueType.ESTIMATE),
        entry(indicator, department, "1.500", period="2024-M05"),
        entry(indicator, department, "6.000", period="2024-4M"),
        supplier=department,
    )
    make_public()

    rows = {str(row.period): row for row in table(client, indicator, nhip="thang").context["page_obj"]}

    june = rows["2024-M06"]
    assert (june.value_text, june.kind_label, june.is_derived, june.is_estimate) == (
        "1.527,3",
        "Suy ra",
        True,
        True,
    )
    assert june.remark == "Tính từ 6 tháng đầu năm 2024 trừ 5 tháng đầu năm 2024."
    assert june.citation == ""
    assert "Chênh -495,5 so với 1.995,5" in rows["2024-M05"].remark
    assert not rows["2024-M05"].is_derived
    assert "1527,3" not in str(csv_rows(client, indicator))
    assert not Figure.objects.filter(period="2024-M06").exists()


@pytest.mark.requirement("R15", part="source of a figure")
def test_every_stated_figure_names_its_source_and_the_day_of_its_release(
    client, indicator, department, make_public
):
    post_figures(
        entry(indicator, department, "1", note="12/13 đơn vị"),
        supplier=department,
        source=make_source(citation="Báo cáo số 05/BC-STC ngày 14/6/2024"),
    )
    make_public()

    text = text_of(table(client, indicator))

    assert "Báo cáo số 05/BC-STC ngày 14/6/2024" in text
    assert "12/13 đơn vị" in text
    assert "15/06/2024" in text


@pytest.mark.requirement("R12", part="same definition wherever shown")
@pytest.mark.requirement("R54", part="method shown")
@pytest.mark.requirement("R16", part="successor act shown")
def test_the_page_tells_concept_method_who_answers_and_the_act_in_force(client, department, lead):
    new = LegalAct.objects.create(
        number="2/QĐ", issuer="UBND", title="Bộ mới", signed_on="2024-01-01", valid_from="2024-01-01"
    )
    old = LegalAct.objects.create(
        number="1/QĐ",
        issuer="UBND",
        title="Bộ cũ",
        signed_on="2020-01-01",
        valid_from="2020-01-01",
        valid_to="2024-01-01",
        replaced_by=new,
    )
    indicator = make_indicator(concept="Toàn bộ khoản thu", method="Cộng các khoản", legal_basis=old)
    IndicatorResponsibility.objects.create(indicator=indicator, organisation=department)
    IndicatorResponsibility.objects.create(indicator=indicator, organisation=lead, valid_to=date(2020, 1, 1))

    text = text_of(page(client, indicator))

    for shown in ("Toàn bộ khoản thu", "Cộng các khoản", "Sở Tài chính", "2/QĐ", "Bộ mới"):
        assert shown in text
    for hidden in ("Bộ cũ", "Sở Kế hoạch và Đầu tư"):
        assert hidden not in text


def test_a_retired_indicator_answers_that_it_is_gone_and_names_its_successor(client, department, make_public):
    successor = make_indicator("moi", "Thu ngân sách (mới)")
    retired = make_indicator("cu", "Thu ngân sách (cũ)", valid_to=date(2020, 12, 31), successor=successor)
    post_figures(entry(retired, department, "7.995,5"), supplier=department)
    make_public()

    gone = page(client, retired)

    assert gone.status_code == 410
    text = gone.content.decode()
    assert "áp dụng đến hết ngày 31/12/2020" in text
    assert '<a href="/chi-tieu/moi/">Thu ngân sách (mới)</a>' in text
    assert "7.995,5" not in text
    assert '<a href="/chi-tieu/cu/">' in text_of(page(client, successor))
    assert "Thu ngân sách (cũ)" not in text_of(client.get(reverse("catalogue:list")))


def test_what_a_retired_indicator_made_public_stays_at_its_permalink(client, department, make_public):
    retired = make_indicator("cu", "Thu ngân sách (cũ)", valid_to=date(2020, 12, 31))
    post_figures(entry(retired, department, "7.995,5"), supplier=department)
    kept = make_public()

    assert f"?phien-ban={kept.code}" in page(client, retired).content.decode()
    text = text_of(page(client, retired, **{"phien-ban": kept.code}))
    assert "7.995,5" in text
    assert "áp dụng đến hết ngày 31/12/2020" in text
    assert len(csv_rows(client, retired)[0]) == 1


def test_a_successor_that_is_not_public_is_named_without_a_link(client):
    successor = make_indicator("moi", "Chỉ tiêu mới", may_release=False)
    retired = make_indicator("cu", "Chỉ tiêu cũ", valid_to=date(2020, 12, 31), successor=successor)

    text = page(client, retired).content.decode()

    assert "Chỉ tiêu mới" in text
    assert "/chi-tieu/moi/" not in text


def test_figures_of_several_subjects_are_told_apart(
    client, indicator, department, other_department, committee, make_public
):
    for organisation, amount in ((department, "10"), (other_department, "20"), (committee, "30")):
        post_figures(entry(indicator, organisation, amount), supplier=organisation)
    make_public()

    chosen = page(client, indicator, **{"doi-tuong": "SDL"})
    response = page(client, indicator)

    assert [row.value_text for row in chosen.context["page_obj"]] == ["20,0"]
    assert {
        (shown.figure.subject.name, written(shown.figure)) for shown in response.context["by_subject"]
    } == {
        ("Sở Tài chính", "10,0"),
        ("Sở Du lịch", "20,0"),
        ("Ủy ban nhân dân tỉnh Khánh Hòa", "30,0"),
    }
    said = " ".join(response.content.decode().split())
    assert (
        '<tr><th scope="row"><a href="?doi-tuong=SDL">Sở Du lịch</a></th><td class="number">20,0</td>'
        '<td><span class="badge">Thực hiện</span></td></tr>'
    ) in said
    assert 'name="so-sanh" value="STC" /> <label for="so-sanh-STC">Sở Tài chính</label></li>' in said


def test_parts_are_named_and_never_lead(client, indicator, department, make_public):
    by_sex = Disaggregation.objects.create(code="gioi-tinh", name="Giới tính")
    DisaggregationItem.objects.create(disaggregation=by_sex, code="nu", name="Nữ")
    indicator.disaggregations.add(by_sex)
    indicator.save()
    post_figures(
        entry(indicator, department, "4", disaggregation="gioi-tinh=nu", period="2024-M06"),
        entry(indicator, department, "9"),
        supplier=department,
    )
    make_public()

    response = page(client, indicator)

    assert response.context["headline"].value_text == "9,0"
    assert "Giới tính: Nữ" in text_of(response)
    women = table(client, indicator, **{"phan-to": "gioi-tinh=nu"})
    assert [row.value_text for row in women.context["page_obj"]] == ["4,0"]
    assert csv_rows(client, indicator)[0][1]["Phân tổ"] == "Giới tính: Nữ"


def test_hostile_markup_stays_text_on_every_public_page(client, rf, department, make_public):
    hostile = "<script>alert(1)</script>"
    indicator = make_indicator(name=hostile, concept=hostile, method=hostile, note=hostile)
    post_figures(
        entry(indicator, department, "1", note=hostile),
        supplier=department,
        source=make_source(citation=hostile),
    )
    make_public()

    for response in (
        page(client, indicator),
        table(client, indicator),
        client.get(reverse("catalogue:chart-svg", args=[indicator.code])),
        client.get(reverse("catalogue:list"), {"q": hostile, "nhom": hostile}),
    ):
        text = text_of(response)
        assert hostile not in text
    assert hostile not in text_of(page(client, indicator, q=f'"{hostile}'))


# ---- The list


@pytest.mark.requirement("R52", part="grouped")
def test_the_list_is_grouped_and_found_without_diacritics(client, indicator, department, make_public):
    other = make_indicator(
        "ho-ngheo", "Tỷ lệ hộ nghèo", group=IndicatorGroup.objects.create(code="xh", name="Xã hội")
    )
    post_figures(entry(indicator, department, "7.995,5"), supplier=department)
    make_public()

    listed = client.get(reverse("catalogue:list"))
    assert [(name, [i.code for i, _ in entries]) for name, entries in listed.context["found"].sections] == [
        ("Ngân sách", ["thu-ns"]),
        ("Xã hội", ["ho-ngheo"]),
    ]
    assert "Chưa công khai số liệu" in text_of(listed)

    found = client.get(reverse("catalogue:list"), {"q": "ti le ho ngheo"})
    assert [i for _, entries in found.context["found"].sections for i, _ in entries] == [other]
    narrowed = client.get(reverse("catalogue:list"), {"nhom": "ns"})
    assert [i for _, entries in narrowed.context["found"].sections for i, _ in entries] == [indicator]
    assert "Không tìm thấy" in text_of(client.get(reverse("catalogue:list"), {"q": "không có gì"}))


def test_the_list_has_pages_that_keep_the_search(client):
    for number in range(31):
        make_indicator(f"ct-{number:02}", f"Chỉ tiêu {number}")

    response = client.get(reverse("catalogue:list"), {"q": "chi tieu"})

    assert response.context["page_obj"].paginator.num_pages == 2
    assert "?q=chi+tieu&amp;page=2" in text_of(response)
    assert client.get(reverse("catalogue:list"), {"page": "99"}).status_code == 200


def test_the_latest_figure_is_that_of_the_latest_day_even_if_an_older_one_is_released_later(
    client, rf, indicator, department, make_public
):
    post_figures(entry(indicator, department, "9.522,8", period="2024-H1"), supplier=department)
    make_public()
    post_figures(
        entry(indicator, department, "7.995,5", period="2024-5M"),
        entry(indicator, department, "8.000", period="2023-H1"),
        supplier=department,
        at=NEXT_DAY,
    )
    make_public(at=NEXT_DAY)

    ((_, [(_, shown)]),) = client.get(reverse("catalogue:list")).context["found"].sections

    assert (shown.value_text, shown.period_label) == ("9.522,8", "6 tháng đầu năm 2024")
    assert [(one.value_text, one.period_label, one.year_before_text) for one in home_headlines(rf)] == [
        (shown.value_text, shown.period_label, "8.000,0")
    ]


# ---- CSV


@pytest.mark.requirement("X10", part="numbers in exports")
@pytest.mark.requirement("R116", part="figures as CSV")
def test_the_csv_holds_machine_numbers_shown_texts_count_and_control_total(
    client, indicator, department, other_department, make_public
):
    post_figures(
        entry(indicator, department, "1.839.000,5"),
        entry(indicator, department, "-", period="2024-M04"),
        entry(indicator, department, "-5,25", period="2024-M03"),
        supplier=department,
    )
    post_figures(entry(indicator, other_department, "0,5"), supplier=other_department)
    make_public()

    response = client.get(reverse("catalogue:csv", args=[indicator.code]))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")
    rows, remarks = csv_rows(client, indicator)

    assert len(rows) == 4
    by_period = {(row["Mã đối tượng"], row["Kỳ"]): row for row in rows}
    may = by_period["STC", "2024-M05"]
    assert (may["Giá trị"], may["Hiển thị"]) == ("1839000,5", "1.839.000,5 tỷ đồng")
    assert (may["Từ ngày"], may["Đến ngày"], may["Loại số liệu"]) == ("2024-05-01", "2024-05-31", "Thực hiện")
    assert (by_period["STC", "2024-M04"]["Giá trị"], by_period["STC", "2024-M04"]["Hiển thị"]) == ("", "-")
    assert by_period["STC", "2024-M03"]["Giá trị"] == "-5,25"
    assert remarks == [
        "# Số dòng: 4",
        f"# Tổng cột Giá trị: {Decimal('1838995.75')}".replace(".", ","),
        f"# {STATEMENT}",
        f"# {FREE}",
    ]


@pytest.mark.requirement("R159", part="no formula in exports")
def test_no_cell_of_the_csv_is_a_formula(client, department, make_public):
    indicator = make_indicator(name="=1+1", measure=make_measure("at", "@x"))
    post_figures(
        entry(indicator, department, "1", note="+1"), supplier=department, source=make_source(citation="-1+2")
    )
    make_public()

    (row,), _ = csv_rows(client, indicator)

    assert (row["Chỉ tiêu"], row["Đơn vị tính"], row["Ghi chú"], row["Nguồn"]) == (
        "'=1+1",
        "'@x",
        "'+1",
        "'-1+2",
    )


# ---- Queries


def a_province_full(make_public, *organisations) -> list[Indicator]:
    group = IndicatorGroup.objects.create(code="g", name="Nhóm")
    indicators = [make_indicator(f"ct-{n:02}", f"Chỉ tiêu {n}", group=group) for n in range(25)]
    for organisation in organisations:
        post_figures(
            *[
                entry(indicator, organisation, "1", period=f"2024-M{month:02}")
                for indicator in indicators
                for month in (1, 2, 3)
            ],
            supplier=organisation,
        )
    make_public()
    return indicators


def test_public_pages_take_at_most_twelve_queries_with_nothing_kept_of_their_figures(
    client, department, other_department, make_public, django_assert_max_num_queries
):
    indicators = a_province_full(make_public, department, other_department)
    IndicatorResponsibility.objects.create(indicator=indicators[0], organisation=department)

    with django_assert_max_num_queries(13):
        client.get(reverse("catalogue:list"))
    with django_assert_max_num_queries(12):
        page(client, indicators[0])
    with django_assert_max_num_queries(4):
        csv_rows(client, indicators[0])
    with django_assert_max_num_queries(8):
        client.get(reverse("catalogue:chart-json", args=[indicators[0].code]))


def test_a_page_with_classes_takes_one_query_more_for_their_names(
    client, indicator, department, other_department, make_public, django_assert_max_num_queries
):
    by_sex = Disaggregation.objects.create(code="gioi-tinh", name="Giới tính")
    DisaggregationItem.objects.create(disaggregation=by_sex, code="nu", name="Nữ")
    indicator.disaggregations.add(by_sex)
    indicator.save()
    for organisation in (department, other_department):
        post_figures(
            entry(indicator, organisation, "4", disaggregation="gioi-tinh=nu"),
            entry(indicator, organisation, "9"),
            supplier=organisation,
        )
    make_public()

    with django_assert_max_num_queries(13):
        page(client, indicator)
