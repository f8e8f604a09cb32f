"""Plans of the store that are no one number, to the checks (X9)."""

from __future__ import annotations

import pytest

from indicators.models import Indicator
from indicators.numbers import parse_plan
from indicators.store.models import Source, SourceKind, Standing, ValueType
from indicators.store.services import FigureEntry, post
from reports.submissions.checks.history import _rows

from .. import stages


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.parametrize(("text", "read"), [("7-8", 0), ("dưới 3", 0), ("Xuất siêu", 0), ("5", 1), ("…", 1)])
def test_one_end_of_a_range_is_no_figure_to_compare_with(indicators, department, text, read):
    source = Source.objects.create(
        kind=SourceKind.IMPORT,
        code="KH",
        citation="NQ",
        stated_on=stages.START.date(),
        created_at=stages.START,
    )
    indicator = Indicator.objects.get(code="THU-NOI-DIA")
    entry = FigureEntry(indicator.pk, department.pk, "2026", ValueType.PLAN, parse_plan(text, None))
    post([entry], source=source, standing=Standing.ACCEPTED, supplier=department, by=None)

    assert len(list(_rows({indicator.pk}, {"2026"}))) == read
