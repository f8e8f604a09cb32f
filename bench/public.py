"""Public pages rendered anew against a bare Wagtail page, and kept ones against a view that returns the same bytes.

Requests go through the WSGI handler of the portal, as under a server, from a visitor without cookies.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from bench.figures import PROVINCE, REVISED, Size, fill, indicator_code
from bench.measuring import Row

if TYPE_CHECKING:
    from home.organisations.models import Organisation

MORNING = datetime(2024, 6, 15, 2, tzinfo=UTC)
BARE = "/trang-tron/"
SAME_BYTES = "/-/bench/"
#: What is measured together is short and many times.
RUNS = 41
body = b""


def rows() -> Iterator[Row]:
    from django.core.cache import caches

    from portal.public_cache import changed

    def empty() -> None:
        for kept in caches.all():
            kept.clear()

    size = Size.wanted()
    pages = stage(size)
    for name, address in pages.items():
        yield Row(
            f"{name}: nothing kept",
            visit(address),
            floor=visit(BARE),
            before=empty,
            ratio_at_least=0.8,
            runs=RUNS,
        )
        yield Row(
            f"{name}: after a change elsewhere",
            visit(address),
            floor=visit(BARE),
            before=changed,
            ratio_at_least=0.8,
            runs=RUNS,
        )
        yield Row(
            f"{name}: kept",
            visit(address),
            floor=visit(SAME_BYTES),
            before=lambda address=address: remember(address),
            ratio_at_least=0.7,
            runs=RUNS,
        )
    yield province_table(size)


def province_table(size: Size) -> Row:
    """Every indicator of one month totalled over all communes, against the same rows read by SQL and added."""
    from django.db import connection

    from home.organisations.models import Organisation
    from indicators.models import Indicator
    from indicators.periods import Period
    from indicators.store.rollups import beneath, roll_up_each

    indicators = list(Indicator.objects.filter(group__code="bench"))
    period = size.periods()[-1]
    communes = beneath(Organisation.objects.get(code=PROVINCE), Period.parse(period))

    def read() -> dict[int, Decimal]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indicator_id, subject_id, amount FROM store_figure WHERE period = %s"
                " AND standing = 'accepted' AND known_to_id IS NULL",
                [period],
            )
            amounts = {(indicator, subject): Decimal(amount) for indicator, subject, amount in cursor}
        return {
            indicator.pk: sum((amounts[indicator.pk, commune] for commune in communes), Decimal(0))
            for indicator in indicators
        }

    return Row(
        f"table of {len(indicators)} indicators × {len(communes)} communes, one month",
        lambda: roll_up_each(indicators, Period.parse(period), communes),
        floor=read,
        ratio_at_most=3,
        runs=RUNS,
    )


# ------------------------------------------------------------------ visitors


@cache
def handler():
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def visit(address: str):
    """A call that asks for the address as a server does, and reads all of the answer."""
    path, _, query = address.partition("?")

    def call() -> bytes:
        said: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "testserver",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": BytesIO(),
            "wsgi.url_scheme": "http",
        }
        response = handler()(environ, lambda status, headers: said.append(status))
        content = b"".join(response)
        response.close()
        if said != ["200 OK"]:
            raise RuntimeError(f"{address}: {said}")
        return content

    return call


def same_bytes(request: HttpRequest) -> HttpResponse:
    """The floor of a kept page: its bytes, known beforehand."""
    return HttpResponse(body)


def remember(address: str) -> None:
    """Let the page be kept, and its bytes be those of the floor. What the bench has changed is an hour old, and pruned."""
    from portal.models import PublicChange
    from portal.public_cache import prune

    global body
    PublicChange.objects.update(at=MORNING)
    prune()
    body = visit(address)()


# ------------------------------------------------------------------ the stage


def stage(size: Size) -> dict[str, str]:
    """A bare page and the pages measured, by name."""
    site()
    one_series()
    fill(size)
    report = published_report()
    return {
        "indicator, 1 series of 10 years": "/chi-tieu/bench-thu/",
        f"indicator, {size.organisations} organisations": f"/chi-tieu/{indicator_code(0)}/",
        "catalogue": "/chi-tieu/",
        "report": report,
    }


def site() -> None:
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Locale, Page, Site

    from home.models import HomePage, StandardPage

    ContentType.objects.get_for_model(HomePage)
    Locale.objects.get_or_create(language_code="vi")
    root = Page.get_first_root_node() or Page.add_root(title="Gốc", slug="root")
    home = root.add_child(instance=HomePage(title="Trang chủ", slug="trang-chu-bench"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "testserver", "root_page": home}
    )
    home.add_child(instance=StandardPage(title="Trang trơn", slug="trang-tron"))


def published_report() -> str:
    """The report of 500 cells, taken through its cycle and published. Its address."""
    from django.urls import reverse

    from bench.stage import START, stage
    from bench.verbs import cycle
    from reports.publication.services import publish_submission

    submission, people = stage()
    for _, verb in cycle(submission, people, 1):
        verb()
    published = publish_submission(submission, by=people["publisher"], at=START)
    return reverse("publication:report", args=[published.slug])


def one_series(years: int = 10) -> None:
    """An indicator with so many years of months of one province, released."""
    from home.accounts.models import User
    from home.organisations.models import Level, OrganisationKind
    from home.organisations.models import Organisation as Organisations
    from indicators.models import Indicator, Measure
    from indicators.numbers import CellValue
    from indicators.store.models import Figure, Source, Standing, ValueType
    from indicators.store.services import FigureEntry, post, release

    province: Organisation = Organisations.objects.create(
        code="BENCH", name="Tỉnh đo thử", kind=OrganisationKind.PEOPLES_COMMITTEE, level=Level.PROVINCE
    )
    measure = Measure.objects.create(code="bench-ty-dong-1", name="tỷ đồng (đo thử)")
    indicator = Indicator.objects.create(
        code="bench-thu", name="Thu ngân sách đo thử", measure=measure, decimals=1, may_release=True
    )
    source = Source.objects.create(
        kind="import", code="bench", citation="Đo thử", stated_on=date(2024, 6, 14), created_at=MORNING
    )
    entries = [
        FigureEntry(
            indicator.pk,
            province.pk,
            f"{year}-M{month:02}",
            ValueType.ACTUAL,
            CellValue(Decimal(1000 + 7 * month + year)),
        )
        for year in range(2024 - years, 2024)
        for month in range(1, 13)
    ]
    post(entries, source=source, standing=Standing.ACCEPTED, supplier=province, by=None, at=MORNING)
    clerk = User.objects.create_user("bench-cong-khai")
    figures = Figure.objects.filter(indicator=indicator)
    release(figures, title="Đo thử", organisation=province, by=clerk, at=REVISED)
