"""Pages for everybody are kept, and rendered anew exactly when something they show has changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache, caches
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from home.audit.services import record
from home.models import HomePage
from home.organisations.models import LegalAct, Organisation
from indicators.models import Indicator
from indicators.store.models import Figure, Standing
from indicators.store.services import release
from portal import public_cache
from portal.models import PublicChange
from reports.deadlines.services import extend
from reports.publication.services import publish_submission

pytestmark = pytest.mark.both


@pytest.fixture
def kept(settings, home_page):
    """Pages are kept, as they are outside the tests."""
    settings.PUBLIC_CACHE = True
    caches["pages"].clear()
    with connection.execute_wrapper(public_cache.watch):
        public_cache.changed()
        yield
    caches["pages"].clear()


@pytest.fixture
def published(accepted, publisher, kept):
    return publish_submission(accepted, by=publisher)


@pytest.fixture
def renderings(monkeypatch):
    """Addresses in the order in which they were really rendered."""
    from django.core.handlers.base import BaseHandler

    done: list[str] = []
    resolve = BaseHandler.resolve_request

    def noted(self, request):
        done.append(request.path)
        return resolve(self, request)

    monkeypatch.setattr(BaseHandler, "resolve_request", noted)
    return done


def addresses(published) -> dict[str, str]:
    code = Indicator.objects.filter(figures__releases__isnull=False).first().code
    return {
        "home": "/",
        "indicator": f"/chi-tieu/{code}/",
        "indicators": "/chi-tieu/",
        "library": "/bao-cao/",
        "report": published.get_absolute_url(),
    }


def test_the_second_reader_costs_one_query(client, published, renderings, django_assert_num_queries):
    first = client.get("/bao-cao/")
    with django_assert_num_queries(1):
        second = client.get("/bao-cao/")

    assert renderings == ["/bao-cao/"]
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert "Cookie" in second["Vary"]


def test_who_has_the_page_hears_that_nothing_changed(client, published, renderings):
    etag = client.get("/bao-cao/")["ETag"]

    answer = client.get("/bao-cao/", headers={"if-none-match": etag})

    assert answer.status_code == 304
    assert answer.content == b""
    assert client.head("/bao-cao/")["ETag"] == etag
    assert len(renderings) == 1


def rename_indicator(published, publisher):
    Indicator.objects.update(name="Tên mới của chỉ tiêu")


def rename_organisation(published, publisher):
    Organisation.objects.filter(code="STC").update(name="Sở Tài chính và Kế hoạch")


def release_again(published, publisher):
    release(
        Figure.objects.filter(standing=Standing.ACCEPTED),
        title="Lần hai",
        organisation=published.organisation,
        by=publisher,
    )


def edit_home(published, publisher):
    page = HomePage.objects.get()
    page.title = "Trang nhất"
    page.save_revision().publish()


def new_page(published, publisher):
    HomePage.objects.get().add_child(instance=Page(title="Trang thêm", slug="trang-them"))


def new_due_day(published, publisher):
    obligation = published.dispatch.submission.obligation
    type(obligation).objects.filter(pk=obligation.pk).update(due_on=obligation.due_on + timedelta(days=1))


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        (rename_indicator, {"home", "indicator", "indicators", "library", "report"}),
        (rename_organisation, {"home", "indicator", "indicators", "library", "report"}),
        (release_again, {"home", "indicator", "indicators"}),
        (edit_home, {"home", "indicator", "indicators", "library", "report"}),
        (new_page, {"home", "indicator", "indicators", "library", "report"}),
        (new_due_day, {"home", "indicator", "indicators"}),
    ],
)
def test_a_change_renews_the_pages_that_show_it_and_no_others(
    client, published, publisher, renderings, change, anew
):
    pages = addresses(published)
    for address in pages.values():
        assert client.get(address).status_code == 200
    renderings.clear()

    change(published, publisher)
    for address in pages.values():
        client.get(address)

    assert {name for name, address in pages.items() if address in renderings} == anew


def draft_of_home(published, publisher):
    page = HomePage.objects.get()
    page.title = "Chưa đăng"
    page.save_revision()


def work_inside(published, publisher):
    record("submission.read", published, by=publisher)
    submission = published.dispatch.submission
    type(submission).objects.filter(pk=submission.pk).update(status_since=timezone.now())


def rolled_back(published, publisher):
    with transaction.atomic():
        rename_indicator(published, publisher)
        transaction.set_rollback(True)


@pytest.mark.parametrize("deed", [draft_of_home, work_inside, rolled_back])
def test_what_nobody_outside_sees_renews_nothing(client, published, publisher, renderings, deed):
    pages = addresses(published)
    for address in pages.values():
        client.get(address)
    renderings.clear()

    deed(published, publisher)
    for address in pages.values():
        client.get(address)

    assert renderings == []


def test_the_new_content_is_shown_at_once(client, published):
    address = addresses(published)["indicator"]
    assert "Tên mới của chỉ tiêu" not in client.get(address).content.decode()

    rename_indicator(published, None)

    assert "Tên mới của chỉ tiêu" in client.get(address).content.decode()


def test_a_page_rendered_while_something_changed_is_not_shown_again(client, published, monkeypatch):
    """The state is read before rendering: what changed in between makes the page old at once."""
    address = addresses(published)["indicator"]
    before = public_cache.PublicCacheMiddleware.__call__

    def changes_meanwhile(response):
        Indicator.objects.update(name="Đổi trong lúc dựng trang")
        return True

    monkeypatch.setattr(public_cache, "_may_be_kept", changes_meanwhile)
    client.get(address)
    monkeypatch.undo()
    assert before is public_cache.PublicCacheMiddleware.__call__

    assert "Đổi trong lúc dựng trang" in client.get(address).content.decode()


def test_tomorrow_every_page_is_rendered_anew(client, published, renderings, monkeypatch):
    client.get("/bao-cao/")
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(public_cache.timezone, "localdate", lambda: tomorrow)

    client.get("/bao-cao/")

    assert len(renderings) == 2


def test_how_a_reader_wants_to_see_it_is_kept_apart(client, published, renderings):
    plain = client.get("/bao-cao/").content
    client.cookies["hien-thi"] = "dark.more"
    client.get("/bao-cao/")
    assert len(renderings) == 2
    client.cookies["hien-thi"] = "dark.more"
    client.get("/bao-cao/")
    del client.cookies["hien-thi"]

    assert client.get("/bao-cao/").content == plain
    assert len(renderings) == 2


def test_who_is_signed_in_never_meets_a_kept_page(client, published, clerk, renderings):
    client.get("/bao-cao/")
    client.force_login(clerk)
    client.get("/bao-cao/")
    client.get("/admin/")

    assert len(renderings) == 3


@pytest.mark.parametrize("address", ["/khong-co/", "/bao-cao/?q=" + "a" * 400, "/-/live", "/dang-nhap/"])
def test_missing_pages_endless_questions_and_inner_addresses_are_not_kept(client, kept, renderings, address):
    client.get(address)
    client.get(address)

    assert len(renderings) == 2


def test_old_changes_are_forgotten_but_the_last_of_each_topic(kept):
    state = public_cache.state_of(["pages"])
    PublicChange.objects.update(at=timezone.now() - timedelta(days=1))
    public_cache.changed("pages")
    PublicChange.objects.update(at=timezone.now() - timedelta(days=1))

    assert public_cache.prune() == 1

    assert set(PublicChange.objects.values_list("topic", flat=True)) == set(public_cache.TOPICS)
    assert public_cache.state_of(["pages"]) != state


@pytest.mark.django_db(transaction=True)
def test_a_change_outside_a_transaction_is_seen_too(kept):
    """SQLite: ``INSERT … RETURNING`` is still being read when the change is noted."""
    before = public_cache.state_of(["organisations"])

    LegalAct.objects.create(
        number="02/2026",
        issuer="UBND",
        title="Quy định",
        signed_on=date(2026, 1, 1),
        valid_from=date(2026, 1, 2),
    )

    assert public_cache.state_of(["organisations"]) != before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_is_made_anew(kept):
    before = public_cache.state_of(["pages"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    other.close()

    assert public_cache.state_of(["pages"]) == before


def test_an_extension_is_a_change_of_rounds(obligation, receiver, kept):
    before = public_cache.state_of(["rounds"])

    extend(obligation, until=obligation.due_on + timedelta(days=3), reason="Bão", by=receiver)

    assert public_cache.state_of(["rounds"]) != before


def test_made_up_addresses_fill_no_room_but_that_of_pages(client, kept, renderings, monkeypatch):
    """Where the sign-in counts wrong passwords, nothing is pushed out by readers."""
    client.get("/?x=1")
    cache.clear()
    client.get("/?x=1")
    assert renderings == ["/"]
    caches["pages"].clear()
    client.get("/?x=1")
    assert renderings == ["/", "/"]

    monkeypatch.setattr(public_cache, "SECONDS_ASKED", 0)
    for address in ("/?x=2", "/?x=2", "/", "/"):
        client.get(address)
    assert renderings == ["/"] * 5
