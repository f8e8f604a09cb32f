"""The public page of an indicator against a bare Wagtail page, both rendered anew by the same process.

``floor()`` and ``product()`` each render one page; the caller alternates them and compares medians. ``stage()`` makes what
they show, in the database at hand; ``python -m bench.public`` does all of it on a database of its own.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal

ROUNDS = 30
MORNING = datetime(2024, 6, 15, 2, tzinfo=UTC)
ADDRESSES = {"floor": "/trang-tron/", "product": "/chi-tieu/bench-thu/"}


def stage(years: int = 10) -> None:
    """An indicator with so many years of months of one province, released; and a page of text."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page, Site

    from home.accounts.models import User
    from home.models import HomePage, StandardPage
    from home.organisations.models import Level, Organisation, OrganisationKind
    from indicators.models import Indicator, Measure
    from indicators.numbers import CellValue
    from indicators.store.models import Figure, Source, Standing, ValueType
    from indicators.store.services import FigureEntry, post, release

    root = Page.objects.get(depth=1)
    home = HomePage.objects.first()
    if home is None:
        ContentType.objects.get_for_model(HomePage)
        home = root.add_child(instance=HomePage(title="Trang chủ", slug="trang-chu-bench"))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
        )
    home.add_child(instance=StandardPage(title="Trang trơn", slug="trang-tron"))
    province = Organisation.objects.create(
        code="BENCH", name="Tỉnh đo thử", kind=OrganisationKind.PEOPLES_COMMITTEE, level=Level.PROVINCE
    )
    measure = Measure.objects.create(code="bench-ty-dong", name="tỷ đồng (đo thử)")
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
    release(figures, title="Đo thử", organisation=province, by=clerk, at=MORNING)


def floor() -> None:
    """Render a page of text, nothing kept of it."""
    _get(ADDRESSES["floor"])


def product() -> None:
    """Render the page of the indicator, nothing kept of it or of its figures."""
    _get(ADDRESSES["product"])


def _get(address: str) -> None:
    from django.core.cache import cache
    from django.test import Client

    cache.clear()
    answer = Client().get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["*"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        stage()
        taken: dict[str, list[float]] = {"floor": [], "product": []}
        for _ in range(ROUNDS + 2):
            for name, render in (("floor", floor), ("product", product)):
                began = time.perf_counter()
                render()
                taken[name].append((time.perf_counter() - began) * 1000)
        medians = {name: statistics.median(found[2:]) for name, found in taken.items()}
        sys.stdout.write(
            f"{connection.vendor}: bare page {medians['floor']:.1f} ms, indicator page {medians['product']:.1f} ms; "
            f"{medians['floor'] / medians['product']:.2f} of its rate\n"
        )
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
