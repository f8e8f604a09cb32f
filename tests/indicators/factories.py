"""Indicators and posted figures for the tests that need them. Figures come through the services alone."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal

from home.accounts.models import User
from home.organisations.models import Organisation
from indicators.models import Indicator, Measure
from indicators.numbers import BLANK, CellValue, parse_cell
from indicators.store.models import Posting, Source, Standing, ValueType
from indicators.store.services import FigureEntry, post

_numbers = itertools.count(1)

#: A day in the life of the tests; later postings say so.
MORNING = datetime(2024, 6, 15, 2, 0, tzinfo=UTC)


def make_measure(code: str = "ty-dong", name: str = "tỷ đồng", symbol: str = "") -> Measure:
    return Measure.objects.get_or_create(code=code, defaults={"name": name, "symbol": symbol})[0]


def make_indicator(code: str = "thu-ns", name: str = "Thu ngân sách nhà nước", **more) -> Indicator:
    more.setdefault("measure", make_measure())
    more.setdefault("decimals", 1)
    more.setdefault("may_release", True)
    return Indicator.objects.create(code=code, name=name, **more)


def make_source(stated_on: date = date(2024, 6, 14), **more) -> Source:
    number = next(_numbers)
    more.setdefault("kind", "dispatch")
    return Source.objects.create(
        code=f"nguon-{number}",
        citation=more.pop("citation", f"Báo cáo số {number:02}/BC-STC ngày 14/6/2024 của Sở Tài chính"),
        sha256="0" * 64,
        stated_on=stated_on,
        created_at=MORNING,
        **more,
    )


def value(text: str | None) -> CellValue:
    return BLANK if text is None else parse_cell(text, None)


def entry(indicator: Indicator, subject: Organisation, amount: str | None, **more) -> FigureEntry:
    more.setdefault("period", "2024-M05")
    more.setdefault("value_type", ValueType.ACTUAL)
    more.setdefault("place", "BM01/thu-ns/thuc-hien")
    return FigureEntry(indicator.pk, subject.pk, value=value(amount), **more)


def post_figures(
    *entries: FigureEntry,
    supplier: Organisation,
    by: User | None = None,
    at: datetime = MORNING,
    standing: str = Standing.ACCEPTED,
    source: Source | None = None,
    retracted=(),
) -> Posting | None:
    return post(
        entries,
        source=source or make_source(),
        standing=standing,
        supplier=supplier,
        by=by,
        at=at,
        retracted=retracted,
    )


def amounts(figures) -> list[Decimal | str]:
    """The amounts, or codes, of figures in their order."""
    return [figure.code or figure.amount for figure in figures]
