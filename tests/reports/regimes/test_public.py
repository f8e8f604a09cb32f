"""The regimes as everybody finds them."""

from __future__ import annotations

from datetime import date

import pytest

from reports.deadlines.models import Tier
from reports.deadlines.public import next_due
from reports.regimes.models import RegimePage
from tests.reports.publication.test_pages import text_of

LIST = "/che-do-bao-cao/"


def test_the_list_says_who_leads_how_often_and_when_next(client, regime, opened_round):
    Tier.objects.filter(round=opened_round).update(due_on=date(2999, 5, 18))

    text = text_of(client.get(LIST))

    assert regime.title in text
    assert "1 chế độ báo cáo" in text
    assert "Sở Kế hoạch và Đầu tư" in text
    assert "Tháng" in text
    assert "18/05/2999 Tháng 5/2026" in text
    assert "Mẫu đề cương" in text


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"tim": "kinh te xa hoi"}, True),
        ({"tim": "KTXH-THANG"}, True),
        ({"tim": "x" * 10_000}, False),
        ({"tim": "hộ nghèo"}, False),
        ({"loai": "periodic"}, True),
        ({"loai": "ad_hoc"}, False),
        ({"loai": "<script>"}, False),
        ({"tan-suat": "month"}, True),
        ({"tan-suat": "year"}, False),
        ({"co-quan": "STC"}, True),
        ({"co-quan": "SKHDT"}, True),  # leads and receives
        ({"co-quan": "KHONG-CO"}, False),
        ({"page": "99"}, True),
    ],
)
def test_the_list_is_searched_and_filtered(client, regime, asked, is_found):
    text = text_of(client.get(LIST, asked))

    assert (regime.title in text) is is_found
    assert ("Không có chế độ báo cáo nào phù hợp" in text) is not is_found


def test_a_regime_for_those_concerned_is_listed_for_them_alone(client, regime, clerk):
    RegimePage.objects.filter(pk=regime.pk).update(audience="concerned")

    before = text_of(client.get(LIST))
    client.force_login(clerk)

    assert regime.title not in before
    assert regime.title in text_of(client.get(LIST))


def test_the_page_says_who_reports_what_to_whom_by_when(client, regime):
    text = text_of(client.get(regime.url))

    assert "1. Sở, ngành báo cáo Sở Tài chính; Sở Du lịch BM01 – Thu ngân sách nhà nước trên địa bàn" in text
    assert "Hạn gửi tới" in text
    assert "dự kiến, đợt báo cáo chưa mở" in text


def test_the_next_due_day_is_that_of_the_open_round_else_what_the_rules_give(
    regime, opened_round, django_assert_max_num_queries
):
    with django_assert_max_num_queries(5):
        opened = next_due([regime], date(2026, 5, 12))
    planned = next_due([regime], date(2027, 3, 1))

    assert opened[regime.pk] == {
        "due_on": date(2026, 5, 18),
        "period_label": "Tháng 5/2026",
        "is_open": True,
    }
    assert planned[regime.pk]["due_on"] == date(2027, 3, 16)  # the 14th is a Sunday, two working days on
    assert planned[regime.pk]["period_label"] == "Tháng 3/2027"
    assert planned[regime.pk]["is_open"] is False


def test_more_regimes_take_no_more_queries(client, regime, django_assert_max_num_queries):
    def asked() -> int:
        with django_assert_max_num_queries(24) as queries:
            client.get(LIST)
        return len(queries)

    asked()
    one = asked()
    for number in range(3):
        copy = regime.copy(update_attrs={"slug": f"ban-{number}", "title": f"Chế độ {number}"})
        RegimePage.objects.filter(pk=copy.pk).update(live=True)

    assert asked() == one
