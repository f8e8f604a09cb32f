"""The one search of the site."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from home.models import GuidancePage, NoticePage, StandardPage
from home.search import excerpt, marked, meant, words_of
from home.views import PER_KIND
from tests.reports.publication.test_pages import text_of

#: How text is compared is the database's own affair.
pytestmark = pytest.mark.both
X22 = pytest.mark.requirement("X22", part="site search without diacritics")


def search(client, query: str, **more) -> str:
    response = client.get("/tim-kiem/", {"q": query, **more})
    assert response.status_code == 200
    return text_of(response)


@pytest.fixture
def guide(home_page) -> GuidancePage:
    page = GuidancePage(title="Nhập số liệu thuỷ sản", slug="nhap", summary="Gõ số theo cách viết Việt Nam.")
    page.body = [("heading", "Hòa mạng"), ("text", "<p>Sao chép từ <b>Excel</b> rồi dán vào ô đầu tiên.</p>")]
    return home_page.add_child(instance=page)


@X22
@pytest.mark.parametrize(
    "query",
    [
        *(
            "nhập số liệu",
            "NHAP SO LIEU",
            "thủy sản",
            "thuỷ sản",
            "thuy san",
            "hoà mạng",
            "hòa mạng",
            "excel",
        ),
        "cách viết Việt Nam",
        "  so   lieu ",
        "nha\u0323p",  # decomposed
    ],
)
def test_a_page_is_found_however_it_is_typed(client, guide, query):
    assert "Nhập số liệu thuỷ sản" in search(client, query)


def test_every_word_must_occur(client, guide):
    assert "Không tìm thấy nội dung nào có đủ các từ này" in search(client, "nhập du lịch")


def test_what_was_found_is_marked_in_the_words_of_the_page(client, guide):
    page = client.get("/tim-kiem/", {"q": "thuy san"}).content.decode()

    assert "<mark>thuỷ sản</mark>" in page


def test_hostile_markup_is_text_in_query_and_title(client, guide):
    GuidancePage.objects.filter(pk=guide.pk).update(title="Nhập <img src=x onerror=alert(1)>")

    page = client.get("/tim-kiem/", {"q": 'nhap "><script>alert(1)</script>'}).content.decode()
    found = client.get("/tim-kiem/", {"q": "nhap"}).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in found
    assert "&lt;img" in found


@pytest.mark.parametrize("query", ["", "   ", "?!…", "%%%", "<>"])
def test_a_search_for_nothing_is_answered_with_what_to_type(client, guide, query):
    text = search(client, query)

    assert "Nhập số liệu thuỷ sản" not in text
    assert "Gõ từ khóa để tìm" in text or "Từ khóa cần có chữ hoặc số" in text


@pytest.mark.parametrize(
    "query", ["nhập " * 2000, "x" * 10_000, "ệ" * 10_000, "a b c d e f g h i k l m n o p q " * 600]
)
def test_ten_thousand_letters_are_answered_politely(client, guide, query):
    text = search(client, query)

    assert "chỉ 100 ký tự đầu được dùng để tìm" in text


def test_percent_and_underscore_are_letters_not_patterns(client, guide):
    assert "Không tìm thấy" in search(client, "nh_p")


@pytest.mark.parametrize("hidden", ["draft", "private"])
def test_drafts_and_private_pages_are_not_found(client, guide, hidden):
    if hidden == "draft":
        guide.unpublish()
    else:
        PageViewRestriction.objects.create(page=guide, restriction_type="login")

    assert "Nhập số liệu thuỷ sản" not in search(client, "nhap so lieu")


def test_a_regime_for_those_concerned_is_found_by_them_alone(client, regime, clerk, home_page):
    type(regime).objects.filter(pk=regime.pk).update(audience="concerned")

    before = search(client, "tinh hinh kinh te")
    client.force_login(clerk)

    assert regime.title not in before
    assert regime.title in search(client, "tinh hinh kinh te")


def test_a_misspelt_word_is_answered_with_the_one_that_may_have_been_meant(client, guide):
    page = client.get("/tim-kiem/", {"q": "nhap so leiu"}).content.decode()

    assert "Ý bạn là" in page
    assert ">nhập số liệu</a>" in page


def test_many_results_of_a_kind_are_given_in_sheets(client, home_page, django_assert_max_num_queries):
    for number in range(25):
        home_page.add_child(
            instance=StandardPage(title=f"Trang thông tin {number:02}", slug=f"trang-{number}")
        )

    first = client.get("/tim-kiem/", {"q": "trang thong tin"})
    with django_assert_max_num_queries(14):
        second = client.get("/tim-kiem/", {"q": "trang thong tin", "loai": "trang", "page": "2"})

    assert "25 kết quả" in text_of(first)
    assert first.content.decode().count("listing__title") == PER_KIND
    assert "Xem cả 25 kết quả" in text_of(first)
    assert second.content.decode().count("listing__title") == 5
    assert "Trang 2 trên 2" in text_of(second)


def test_more_things_take_no_more_queries(client, home_page, django_assert_max_num_queries):
    def asked() -> int:
        with django_assert_max_num_queries(20) as queries:
            search(client, "trang thong tin")
        return len(queries)

    home_page.add_child(instance=StandardPage(title="Trang thông tin", slug="trang"))
    search(client, "trang thong tin")
    one = asked()
    for number in range(4):
        home_page.add_child(instance=StandardPage(title=f"Trang thông tin {number}", slug=f"trang-{number}"))

    assert asked() == one


def test_a_search_field_is_on_every_page(client, home_page):
    page = client.get("/").content.decode()

    assert 'action="/tim-kiem/"' in page
    assert 'name="q"' in page


def test_words_are_folded_and_each_is_looked_for_once():
    assert words_of("Hoà  hòa — (HOÀ) ngân, sách") == ["hoa", "(hoa)", "ngan,", "sach"]


def test_a_long_text_is_cut_around_the_first_word_found():
    text = "mở đầu " * 60 + "thuỷ sản " + "kết thúc " * 60

    cut = excerpt(text, ["thuy"])

    assert "thuỷ sản" in cut
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert len(cut) < 250


def test_an_abbreviation_and_its_words_find_and_mark_each_other():
    assert str(marked("Tổng thu NSNN", ["thu", "ngan", "sach"])) == "Tổng <mark>thu NSNN</mark>"


def test_nothing_is_guessed_from_nothing():
    assert meant(["zzzzz"], ["Thu ngân sách"]) == ""
    assert meant(["ngan"], []) == ""


def test_notices_stand_on_the_front_page_for_so_long(client, home_page):
    today = timezone.localdate()
    for title, first, last in (
        ("Đang đăng", today - timedelta(2), today + timedelta(2)),
        ("Hết hạn", today - timedelta(9), today - timedelta(2)),
        ("Chưa đến", today + timedelta(2), None),
    ):
        home_page.add_child(instance=NoticePage(title=title, shown_from=first, shown_to=last))

    text = text_of(client.get("/"))

    assert "Đang đăng" in text
    assert "Hết hạn" not in text
    assert "Chưa đến" not in text
