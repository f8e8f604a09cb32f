"""Figures in number: indicators × organisations × months, laid straight into the tables of the store by SQL.

The size is ``BENCH_FIGURES`` (``indicators x organisations x months``). The province as a whole is 500x160x120, 9.6 million
figures, which are many to load for a run; 20x160x120, 384,000, gives each indicator the same series and is the default. Amounts follow from
the numbers of row and column alone, so every run has the same; one in twenty was revised, in a release of its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DEFAULT = "20x160x120"
FIRST_YEAR = 2014
RELEASED = datetime(2024, 6, 15, 2, tzinfo=UTC)
REVISED = RELEASED + timedelta(days=30)
#: Of this many figures one was revised.
REVISED_ONE_IN = 20
PROVINCE = "BT"


@dataclass(frozen=True, slots=True)
class Size:
    indicators: int
    organisations: int
    months: int

    @classmethod
    def wanted(cls) -> Size:
        """As ``BENCH_FIGURES`` says."""
        return cls(*map(int, os.environ.get("BENCH_FIGURES", DEFAULT).split("x")))

    @property
    def figures(self) -> int:
        return self.indicators * self.organisations * self.months

    def __str__(self) -> str:
        return f"{self.indicators} indicators × {self.organisations} organisations × {self.months} months"

    def periods(self) -> list[str]:
        return [f"{FIRST_YEAR + month // 12}-M{month % 12 + 1:02}" for month in range(self.months)]


def indicator_code(number: int) -> str:
    return f"BENCH-{number:03}"


def fill(size: Size) -> None:
    """One province with communes beneath it, and of each the figures of every indicator and month, accepted and released."""
    from django.db import connection

    from home.accounts.models import User
    from home.organisations.models import (
        Affiliation,
        AffiliationKind,
        Level,
        Organisation,
        OrganisationKind,
    )
    from home.organisations.services import rebuild_paths
    from indicators.models import Indicator, IndicatorGroup, Measure
    from indicators.store.models import Posting, PostingCounter, Release, Source
    from indicators.store.released import recount

    province = Organisation.objects.create(
        code=PROVINCE,
        name="Tỉnh đo thử",
        kind=OrganisationKind.PEOPLES_COMMITTEE,
        level=Level.PROVINCE,
    )
    communes = [
        Organisation.objects.create(
            code=f"{PROVINCE}{number:03}",
            name=f"Xã đo thử {number}",
            kind=OrganisationKind.PEOPLES_COMMITTEE,
            level=Level.COMMUNE,
        )
        for number in range(1, size.organisations)
    ]
    for commune in communes:
        Affiliation.objects.create(
            child=commune,
            parent=province,
            kind=AffiliationKind.SUBORDINATION,
            valid_from=date(FIRST_YEAR, 1, 1),
        )
    rebuild_paths()
    measure = Measure.objects.create(code="bench-ty-dong", name="tỷ đồng (đo số lượng)")
    group = IndicatorGroup.objects.create(code="bench", name="Nhóm đo thử")
    indicators = [
        Indicator.objects.create(
            code=indicator_code(number),
            name=f"Chỉ tiêu đo thử {number}",
            measure=measure,
            group=group,
            decimals=1,
            may_release=True,
        )
        for number in range(size.indicators)
    ]
    clerk = User.objects.create_user("bench-so-lieu")
    counter, _ = PostingCounter.objects.get_or_create(pk=1)
    postings, releases = [], []
    for turn, moment in enumerate((RELEASED, REVISED), start=1):
        source = Source.objects.create(
            kind="import",
            code=f"bench-{turn}",
            citation="Đo thử",
            stated_on=moment.date(),
            created_at=moment,
        )
        postings.append(
            Posting.objects.create(
                number=counter.last + turn,
                source=source,
                standing="accepted",
                supplier=province,
                posted_at=moment,
            )
        )
        releases.append(
            Release.objects.create(
                code=f"bench-{turn}",
                title=f"Đo thử {turn}",
                organisation=province,
                released_at=moment,
                released_by=clerk,
            )
        )
    counter.last += 2
    counter.save()
    first, second = (posting.pk for posting in postings)
    subjects = [organisation.pk for organisation in (province, *communes)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_month (id integer PRIMARY KEY, period varchar(24))")
        cursor.executemany(
            "INSERT INTO bench_month VALUES (%s, %s)", list(enumerate(size.periods(), start=1))
        )
        cursor.execute("CREATE TEMPORARY TABLE bench_subject (id integer PRIMARY KEY)")
        cursor.executemany("INSERT INTO bench_subject VALUES (%s)", [(pk,) for pk in subjects])
        for indicator in indicators:
            row = f"({indicator.pk} * 7919 + s.id * 104729 + m.id * 15485863)"
            for known_from, known_to, plus, which in (
                (first, f"CASE WHEN {row} %% {REVISED_ONE_IN} = 0 THEN {second} END", 0, "1 = 1"),
                (second, "NULL", 500, f"{row} %% {REVISED_ONE_IN} = 0"),
            ):
                cursor.execute(
                    "INSERT INTO store_figure (indicator_id, subject_id, period, value_type, plan_basis, disaggregation,"
                    " supplier_id, standing, content, amount, code, text, stated_on, place, note, known_from_id, known_to_id) "
                    f"SELECT {indicator.pk}, s.id, m.period, 'actual', '', '', s.id, 'accepted', 'number',"
                    f" (10000 + {row} %% 90000 + {plus}) / 10.0, '', '', %s, '', '', {known_from}, {known_to} "
                    f"FROM bench_subject s CROSS JOIN bench_month m WHERE {which}",
                    [RELEASED.date()],
                )
        for posting, release in zip(postings, releases, strict=True):
            cursor.execute(
                "INSERT INTO store_releasedfigure (release_id, figure_id) SELECT %s, id FROM store_figure WHERE known_from_id = %s",
                [release.pk, posting.pk],
            )
        cursor.execute("DROP TABLE bench_month")
        cursor.execute("DROP TABLE bench_subject")
        cursor.execute("ANALYZE")
    for _ in recount():
        pass
