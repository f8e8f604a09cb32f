"""What a reader chooses on the page of an indicator, and what is answered to a choice that does not exist."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from home.organisations.models import Succession, SuccessionKind
from indicators.models import Aggregation, Disaggregation, DisaggregationItem, IndicatorResponsibility, Nature

from ...conftest import affiliate, make_organisation
from ..factories import entry, make_indicator, make_measure, post_figures
from .test_public import NEXT_DAY, page, table, text_of

pytestmark = pytest.mark.django_db


def shown(response) -> list[str]:
    return [str(row.period) for row in response.context["page_obj"]]


# ---- The leading sentence


@pytest.mark.requirement("R115", part="with the period before and last year")
def test_one_sentence_tells_value_kind_period_change_and_share_of_the_plan(client, indicator, years):
    assert page(client, indicator).context["sentence"] == (
        "4 tháng đầu năm 2024, thu ngân sách nhà nước của Sở Tài chính đạt 500,0 tỷ đồng (ước thực hiện), "
        "tăng 25,0 % so với cùng kỳ năm trước (400,0 tỷ đồng), "
        "bằng 50,0 % kế hoạch năm (HĐND giao: 1.000,0 tỷ đồng)."
    )


def test_a_rate_changes_by_points_and_a_state_is_of_the_end_of_its_period(client, department, make_public):
    rate = make_indicator(
        "ho-ngheo",
        "Tỷ lệ hộ nghèo",
        measure=make_measure("phan-tram", "Phần trăm", "%"),
        nature=Nature.STOCK,
        time_aggregation=Aggregation.LAST,
    )
    post_figures(
        entry(rate, department, "3,2", period="2024"),
        entry(rate, department, "4,5", period="2023"),
        supplier=department,
    )
    make_public()

    assert page(client, rate).context["sentence"] == (
        "Cuối kỳ năm 2024, tỷ lệ hộ nghèo của Sở Tài chính là 3,2 % (thực hiện), "
        "giảm 1,3 điểm phần trăm so với cùng kỳ năm trước (4,5 %)."
    )


def test_nothing_that_happened_is_said_in_words(client, indicator, department, make_public):
    post_figures(entry(indicator, department, "-"), supplier=department)
    make_public()

    assert "không phát sinh (thực hiện)" in page(client, indicator).context["sentence"]


# ---- Rhythm and span


@pytest.mark.requirement("R118", part="filtered and extracted")
def test_the_table_shows_one_rhythm_and_the_span_that_is_chosen(client, indicator, years):
    assert shown(table(client, indicator)) == ["2024-4M", "2023-4M"]
    assert shown(table(client, indicator, nhip="thang")) == ["2024-M04", "2024-M03", "2023-M04"]
    assert shown(table(client, indicator, nhip="thang", tu="2024-M04")) == ["2024-M04"]
    assert shown(table(client, indicator, nhip="thang", den="2023-M12")) == ["2023-M04"]
    assert shown(table(client, indicator, nhip="thang", tu="1990-M01", den="2050-M12")) == [
        "2024-M04",
        "2024-M03",
        "2023-M04",
    ]


def test_a_span_without_figures_says_so(client, indicator, years):
    assert "Không có số liệu trong khoảng thời gian đã chọn" in text_of(
        table(client, indicator, nhip="thang", tu="2025-M01", den="2025-M12")
    )


def test_of_a_state_the_ends_of_all_periods_stand_in_one_row(client, department, make_public):
    stock = make_indicator("ho", "Số hộ", nature=Nature.STOCK, time_aggregation=Aggregation.LAST)
    post_figures(
        entry(stock, department, "1", period="2024-H1"),
        entry(stock, department, "2", period="2023"),
        supplier=department,
    )
    make_public()

    response = page(client, stock, nhip="cuoi-ky")

    assert [option.value for option in response.context["rhythm_options"]] == ["nua-nam", "nam", "cuoi-ky"]
    assert response.context["chart"].categories == ("12/2023", "6/2024")


@pytest.mark.requirement("R118", part="filtered and extracted")
def test_every_choice_stands_in_every_address_of_the_page(
    client, indicator, other_department, years, make_public
):
    post_figures(
        entry(indicator, other_department, "7", period="2024-M04"), supplier=other_department, at=NEXT_DAY
    )
    make_public(at=NEXT_DAY)
    chosen = {"doi-tuong": "STC", "so-sanh": "SDL", "nhip": "thang", "tu": "2024-M01", "den": "2024-M04"}

    context = page(client, indicator, **chosen).context

    addresses = [address for _, _, address in context["tabs"]]
    addresses += [context["permalink"], context["pictures"]["dark_narrow"], context["pictures"]["option"]]
    for address in addresses:
        for name, value in chosen.items():
            assert f"{name}={value}" in address
    assert "phien-ban=" in context["permalink"]
    assert [row and row.value_text for row in context["matrix"][0][1]] == ["150,0", "7,0"]


# ---- What does not exist


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"tu": "2024-M13"}, "2024-M13"),
        ({"den": "thang truoc"}, "không phải là kỳ báo cáo"),
        ({"tu": "2024-M04", "den": "2024-M01"}, "đứng trước kỳ đầu"),
        ({"nhip": "tuan-trang"}, "tuan-trang"),
        ({"phan-to": "gioi-tinh=nu"}, "gioi-tinh=nu"),
        ({"phien-ban": "khong-co"}, "khong-co"),
        ({"doi-tuong": "<b>"}, "&lt;b&gt;"),
        ({"so-sanh": "XYZ"}, "XYZ"),
    ],
)
def test_a_choice_that_does_not_exist_is_named_with_a_way_back(client, indicator, years, query, said):
    response = (
        page(client, indicator, nhip="thang", **query)
        if "nhip" not in query
        else page(client, indicator, **query)
    )

    assert response.status_code == 404
    text = response.content.decode()
    assert said in text
    assert "Bỏ lựa chọn này" in text
    assert "<b>" not in text
    for name in ("chart-svg", "chart-json"):
        answer = client.get(reverse(f"catalogue:{name}", args=[indicator.code]), query)
        assert answer.status_code == 404


@pytest.mark.parametrize("count", [5, 900, 10_000])
def test_more_series_than_can_be_shown_are_refused_in_words(client, indicator, years, count):
    codes = [f"CQ-{number}" for number in range(count)]

    response = page(client, indicator, **{"so-sanh": codes})

    assert response.status_code == 400
    text = response.content.decode()
    assert "quá nhiều lựa chọn" in text if count > 1000 else f"so sánh thêm {count} đơn vị" in text
    assert "Bỏ lựa chọn này" in text


def test_a_page_number_that_is_none_shows_what_there_is(client, indicator, years):
    assert shown(table(client, indicator, page="mười")) == ["2024-4M", "2023-4M"]


# ---- Parts


def test_all_classes_of_a_disaggregation_stand_beside_one_another(client, indicator, department, make_public):
    by_sex = Disaggregation.objects.create(code="gioi-tinh", name="Giới tính")
    for code, name in (("nu", "Nữ"), ("nam", "Nam")):
        DisaggregationItem.objects.create(disaggregation=by_sex, code=code, name=name)
    indicator.disaggregations.add(by_sex)
    indicator.save()
    post_figures(
        entry(indicator, department, "4", disaggregation="gioi-tinh=nu"),
        entry(indicator, department, "5", disaggregation="gioi-tinh=nam"),
        entry(indicator, department, "9"),
        supplier=department,
    )
    make_public()

    context = page(client, indicator, **{"phan-to": "gioi-tinh"}).context

    assert [series.name for series in context["chart"].series] == ["Nam", "Nữ"]
    assert [[row.value_text for row in rows] for _, rows in context["matrix"]] == [["5,0", "4,0"]]


# ---- Versions


@pytest.mark.requirement("X14", part="released value kept")
def test_a_permalink_keeps_what_was_public_then_and_says_so(client, indicator, department, make_public):
    post_figures(entry(indicator, department, "7.995,5"), supplier=department)
    first = make_public(title="Tháng 5/2024")
    post_figures(
        entry(indicator, department, "8.012"),
        entry(indicator, department, "1", period="2024-M04"),
        supplier=department,
        at=NEXT_DAY,
    )
    second = make_public(at=NEXT_DAY, title="Đính chính")

    old, new = page(client, indicator, **{"phien-ban": first.code}), page(client, indicator)

    assert "Bạn đang xem bản công khai ngày" in text_of(old)
    assert "Bạn đang xem bản công khai ngày" not in text_of(new)
    assert (old.context["headline"].value_text, new.context["headline"].value_text) == ("7.995,5", "8.012,0")
    assert (old.context["newer"], old.context["older"]) == (f"?phien-ban={second.code}", "")
    assert [version.title for version, _ in old.context["versions"]] == ["Tháng 5/2024"]
    newest, _ = (version for version, _ in new.context["versions"])
    assert (newest.fresh, newest.changes) == (1, ("Tháng 5/2024: 7.995,5 → 8.012,0",))
    kept = client.get(reverse("catalogue:json", args=[indicator.code]), {"phien-ban": first.code})
    assert '"7995.5"' in b"".join(kept.streaming_content).decode()


# ---- Coverage


@pytest.fixture
def districts(committee):
    """Three districts beneath the committee."""
    found = [
        make_organisation(code, f"Huyện {code}", committee.kind, "huyen", short_name=f"H. {code}")
        for code in ("HA", "HB", "HC")
    ]
    for district in found:
        affiliate(district, committee)
    return found


@pytest.mark.requirement("R114", part="coverage: n of N and who is missing")
def test_coverage_counts_the_districts_beneath_and_names_who_is_missing(
    client,
    indicator,
    committee,
    districts,
    make_public,
):
    post_figures(entry(indicator, committee, "30"), supplier=committee)
    for district, amount in zip(districts[:2], ("10", "5"), strict=True):
        post_figures(entry(indicator, district, amount), supplier=district)
    make_public()

    response = page(client, indicator)

    found = response.context["coverage"]
    assert (found.reported, found.expected, found.missing) == (2, 3, ("Huyện HC",))
    assert (found.value_text, found.among_peers) == ("15,0", False)
    text = " ".join(text_of(response).split())
    assert "có số liệu của 2/3 đơn vị, địa bàn trực thuộc" in text
    assert "Chưa có: Huyện HC." in text
    assert "Tổng hợp từ 2/3 đơn vị" in text


def test_where_nobody_stands_beneath_those_beside_are_counted(client, indicator, districts, make_public):
    for district in districts[:2]:
        post_figures(entry(indicator, district, "10"), supplier=district)
    make_public()

    found = page(client, indicator).context["coverage"]

    assert (found.reported, found.expected, found.among_peers) == (2, 3, True)


def test_one_department_alone_has_no_coverage_unless_the_catalogue_names_others(
    client,
    indicator,
    committee,
    department,
    other_department,
    make_public,
):
    for organisation in (committee, department):
        post_figures(entry(indicator, organisation, "1"), supplier=organisation)
    make_public()
    assert page(client, indicator).context["coverage"] is None

    for organisation in (department, other_department):
        IndicatorResponsibility.objects.create(indicator=indicator, organisation=organisation)

    found = page(client, indicator).context["coverage"]
    assert (found.reported, found.expected, found.missing) == (1, 2, ("Sở Du lịch",))


# ---- Breaks


def test_a_merger_of_the_subject_is_marked_in_chart_table_and_notes(
    client,
    indicator,
    department,
    other_department,
    years,
):
    Succession.objects.create(
        predecessor=other_department, successor=department, kind=SuccessionKind.MERGE, on=date(2024, 3, 1)
    )

    chart = page(client, indicator, nhip="thang")
    listed = text_of(table(client, indicator, nhip="thang"))

    (broken,) = chart.context["chart"].breaks
    assert (broken.category, broken.note) == ("3/2024", "Sáp nhập, hợp nhất từ 01/03/2024")
    assert "Từ 3/2024: Sáp nhập, hợp nhất từ 01/03/2024" in listed
    assert "Gián đoạn của chuỗi số liệu" in listed


def test_the_english_name_is_marked_as_english(client, department, make_public):
    indicator = make_indicator(name_en="State budget revenue")

    assert '<p class="muted" lang="en">State budget revenue</p>' in text_of(page(client, indicator))


def test_the_page_tells_when_figures_come_next_if_anybody_knows(client, indicator, years, monkeypatch):
    from indicators.catalogue import views

    asked = []

    def tell(pk, today):
        asked.append((pk, today))
        return date(2030, 1, 15)

    monkeypatch.setattr(views.hooks, "get_hooks", lambda name: [tell] if name == "portal_next_update" else [])

    assert "15/01/2030" in text_of(page(client, indicator))
    assert asked[0][0] == indicator.pk
