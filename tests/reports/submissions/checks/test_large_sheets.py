"""A sheet of 500 × 10 bound cells with two years of history behind each row."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest

from indicators.models import Indicator
from indicators.numbers import CellValue
from indicators.store.models import Source, SourceKind, Standing
from indicators.store.services import FigureEntry, post
from reports.regimes.grid import FormGrid
from reports.submissions.checks.report import findings_of
from reports.submissions.content import SheetContent
from tests.reports.submissions import stages

from .conftest import column, row

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS = 500
COLUMNS = [
    ("this", "estimate"), ("cumulative", "estimate"), ("this", "actual"), ("cumulative", "actual"), ("this", "official"),
    ("cumulative", "official"), ("year", "plan"), ("this", "plan"), ("year", "estimate"), ("year", "actual"),
]  # fmt: skip


@pytest.fixture
def large(submission, department, measures) -> SheetContent:
    indicators = Indicator.objects.bulk_create(
        Indicator(code=f"CT{place}", name=f"Chỉ tiêu {place}", measure=measures["ty-dong"])
        for place in range(ROWS)
    )
    months = [f"2025-M{month:02}" for month in range(1, 13)] + [f"2024-M{month:02}" for month in range(5, 13)]
    months += [f"2026-M{month:02}" for month in range(1, 5)] + ["2026-4M"]
    source = Source.objects.create(
        kind=SourceKind.IMPORT,
        code="lon",
        citation="Nguồn",
        stated_on=stages.START.date(),
        created_at=stages.START,
    )
    entries = [
        FigureEntry(indicator.pk, department.pk, month, "actual", CellValue(Decimal(1000 + place + number)))
        for place, indicator in enumerate(indicators)
        for number, month in enumerate(months)
    ]
    post(entries, source=source, standing=Standing.ACCEPTED, supplier=department, by=None, at=stages.START)
    grid = FormGrid(
        {
            "code": "LON",
            "title": "Biểu lớn",
            "rows": [row(f"d{place}", indicator.pk) for place, indicator in enumerate(indicators)],
            "columns": [column(f"c{place}", role, kind) for place, (role, kind) in enumerate(COLUMNS)],
        }
    )
    month, so_far = 1012, 1000 + len(months) - 1 + 1012
    values = {
        (key, name): CellValue(Decimal(2 * place + so_far if role == "cumulative" else place + month))
        for place, key in enumerate(grid.row)
        for (role, _), name in zip(COLUMNS, grid.column, strict=True)
    }
    values["d7", "c0"] = CellValue(Decimal("1.019"))
    return SheetContent(grid, 0, values=values)


def test_it_is_weighed_with_three_queries_and_at_once(submission, large, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        found = findings_of(submission, [large])
    assert ("scale", ("d7", "c0")) in [(one.kind, one.key) for one in found]

    taken = []
    for _ in range(3):
        start = process_time()
        findings_of(submission, [large])
        taken.append(process_time() - start)
    print(f"500 x 10 weighed in {min(taken) * 1000:.0f} ms of processor time, {len(found)} findings")  # noqa: T201
    assert min(taken) < 0.25
