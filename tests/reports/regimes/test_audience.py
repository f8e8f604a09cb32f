"""Who sees a regime's page."""

import pytest

from home.accounts.models import DutyKind
from reports.regimes.models import Audience, RegimePage, RegimeRelated
from tests.conftest import make_organisation, make_person


@pytest.fixture
def kept(regime) -> RegimePage:
    """For those concerned only."""
    RegimePage.objects.filter(pk=regime.pk).update(audience=Audience.CONCERNED)
    return RegimePage.objects.get(pk=regime.pk)


@pytest.fixture
def stranger(db):
    return make_person("nguoila", make_organisation("KHAC", "Sở khác", "so"), DutyKind.ENTER)


def test_a_public_regime_is_for_everybody(client, regime):
    response = client.get(regime.url)

    assert response.status_code == 200
    text = response.content.decode()
    assert "02 ngày làm việc sau ngày kết thúc chốt số liệu" in text
    assert "Ngày 25 của tháng cuối kỳ báo cáo" in text
    assert "Sở Tài chính; Sở Du lịch" in text
    assert "Quyết định số 01/2023/QĐ-UBND" in text


def test_a_regime_for_those_concerned_is_not_there_for_others(client, kept, stranger):
    assert client.get(kept.url).status_code == 404

    client.force_login(stranger)
    assert client.get(kept.url).status_code == 404


@pytest.mark.parametrize("who", ["clerk", "outsider", "receiver", "committee_viewer", "partner", "root"])
def test_people_of_subject_lead_recipient_and_related_organisations_see_it(
    client, kept, request, committee, who
):
    if who == "committee_viewer":
        person = make_person("lanhdao", committee, DutyKind.VIEW)
    elif who == "partner":
        partner = make_organisation("PHOI-HOP", "Cục Thuế", "nganh_doc")
        RegimeRelated.objects.create(page=kept, organisation=partner)
        person = make_person("phoihop", partner, DutyKind.ENTER)
    else:
        person = request.getfixturevalue(who)

    client.force_login(person)

    assert client.get(kept.url).status_code == 200


def test_listings_show_only_what_one_may_see(client, kept, outline, regime_section, stranger, clerk):
    def listed() -> set[str]:
        context = client.get(regime_section.url).context
        return {row["page"].slug for row in context["rows"]} | {page.slug for page in context["outlines"]}

    assert listed() == {outline.slug}
    client.force_login(stranger)
    assert listed() == {outline.slug}
    client.force_login(clerk)
    assert listed() == {outline.slug, kept.slug}


def test_the_sitemap_names_public_regimes_only(regime, rf):
    request = rf.get("/")
    assert [entry["location"] for entry in regime.get_sitemap_urls(request)] == [regime.get_full_url(request)]

    regime.audience = Audience.CONCERNED
    assert regime.get_sitemap_urls(request) == []


def test_an_outline_has_a_page(client, outline):
    text = client.get(outline.url).content.decode()

    assert "Đánh giá tình hình" in text
    assert "(nếu có)" in text


def test_the_page_needs_few_queries(client, regime, django_assert_max_num_queries):
    client.get(regime.url)

    with django_assert_max_num_queries(20):
        client.get(regime.url)
