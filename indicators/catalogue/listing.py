"""The catalogue as the public searches and filters it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict

from home.organisations.models import Organisation
from home.text import fold
from indicators.models import Frequency, Indicator, IndicatorGroup, IndicatorQuerySet

from .choices import Option
from .public import Headline, headline, latest, listed_indicators, responsible, with_public_figures

PER_PAGE = 30
SUGGESTIONS = 8
#: Longer is no search for a name. The words are bounded too: each is a condition of the query.
MAX_QUERY, MAX_WORDS = 200, 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; empty where nothing is said. Codes that exist nowhere find nothing."""

    query: str = ""
    group: str = ""
    frequency: str = ""
    organisation: str = ""
    with_figures: bool = False
    page: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        return cls(
            query=" ".join(query.get("q", "").split()),
            group=query.get("nhom", "")[:60],
            frequency=query.get("ky", "")[:20],
            organisation=query.get("co-quan", "")[:60],
            with_figures=query.get("so-lieu") == "co",
            page=query.get("page", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or self.group or self.frequency or self.organisation or self.with_figures)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the catalogue. ``refusal`` says why nothing was searched; "" where it was.

    Counts beside a filter are of what it would find together with the other filters.
    """

    wanted: Wanted
    page: Page[Indicator]
    sections: list[tuple[str, list[tuple[Indicator, Headline | None]]]]
    groups: list[Option]
    frequencies: list[Option]
    organisations: list[Option]
    with_figures: int
    refusal: str = ""


def find(wanted: Wanted, *, today: date) -> Listing:
    """Search and filter the catalogue. A constant number of queries."""
    refusal = _refusal(wanted.query)
    if refusal:
        wanted = replace(wanted, query=f"{wanted.query[:60]}…")
    found = Indicator.objects.none() if refusal else _filtered(wanted, today)
    ordered = found.select_related("group", "measure").order_by("group__sort_order", "group__name", "code")
    page = Paginator(ordered, PER_PAGE).get_page(wanted.page)
    shown = {pk: headline(figure) for pk, figure in latest([indicator.pk for indicator in page]).items()}
    sections = [
        (name or "Chỉ tiêu khác", [(indicator, shown.get(indicator.pk)) for indicator in members])
        for name, members in groupby(page, key=lambda indicator: indicator.group and indicator.group.name)
    ]
    asked = replace(wanted, query="") if refusal else wanted
    return Listing(
        wanted=wanted,
        page=page,
        sections=sections,
        groups=_groups(asked, today),
        frequencies=_frequencies(asked, today),
        organisations=_organisations(asked, today),
        with_figures=_filtered(replace(asked, with_figures=True), today).count(),
        refusal=refusal,
    )


def suggest(typed: str, *, today: date) -> list[str]:
    """Names of indicators that hold every word typed, those that begin so first. One query; none for too little or too much."""
    typed = " ".join(typed.split())
    if len(typed) < 2 or _refusal(typed):
        return []
    names = list(
        listed_indicators(today)
        .search(typed)
        .order_by("name")
        .values_list("name", "search_text")[: SUGGESTIONS * 4]
    )
    start = fold(typed)
    names.sort(key=lambda entry: not entry[1].startswith(start))
    return [name for name, _ in names[:SUGGESTIONS]]


def _refusal(query: str) -> str:
    if len(query) > MAX_QUERY or len(query.split()) > MAX_WORDS:
        return (
            f"Từ khóa quá dài ({len(query)} ký tự) nên chưa tìm. Chỉ gõ vài từ trong tên hoặc mã chỉ tiêu, "
            f"nhiều nhất {MAX_WORDS} từ và {MAX_QUERY} ký tự."
        )
    return ""


def _filtered(wanted: Wanted, today: date) -> IndicatorQuerySet:
    found = listed_indicators(today).search(wanted.query)
    if wanted.group:
        found = found.filter(Q(group__code=wanted.group) | Q(group__parent__code=wanted.group))
    if wanted.frequency:
        found = found.filter(frequency=wanted.frequency)
    if wanted.organisation:
        answering = responsible(today).filter(
            indicator=OuterRef("pk"), organisation__code=wanted.organisation
        )
        found = found.filter(Exists(answering))
    if wanted.with_figures:
        found = found.filter(with_public_figures())
    return found


def _groups(wanted: Wanted, today: date) -> list[Option]:
    """Groups with something in them; one above others counts what stands beneath it."""
    rows = _filtered(replace(wanted, group=""), today).order_by().values_list("group").annotate(Count("pk"))
    counts: dict[int | None, int] = dict(rows)
    groups = {group.pk: group for group in IndicatorGroup.objects.all()}
    summed: dict[int, int] = {}
    for pk, count in counts.items():
        if pk is not None:
            for over in {pk, groups[pk].parent_id} - {None}:
                summed[over] = summed.get(over, 0) + count  # type: ignore[index, arg-type]
    return [
        Option(group.code, group.name, group.code == wanted.group, summed[group.pk])
        for group in groups.values()
        if group.pk in summed
    ]


def _frequencies(wanted: Wanted, today: date) -> list[Option]:
    rows = (
        _filtered(replace(wanted, frequency=""), today)
        .order_by()
        .values_list("frequency")
        .annotate(Count("pk"))
    )
    counts = dict(rows)
    return [
        Option(kind.value, str(kind.label), kind.value == wanted.frequency, counts[kind.value])
        for kind in Frequency
        if kind.value in counts
    ]


def _organisations(wanted: Wanted, today: date) -> list[Option]:
    among = _filtered(replace(wanted, organisation=""), today).order_by().values("pk")
    rows: Iterable[tuple[int, int]] = (
        responsible(today)
        .filter(indicator__in=among)
        .order_by()
        .values_list("organisation")
        .annotate(Count("indicator", distinct=True))
    )
    counts = dict(rows)
    return [
        Option(
            organisation.code,
            organisation.name,
            organisation.code == wanted.organisation,
            counts[organisation.pk],
        )
        for organisation in Organisation.objects.filter(pk__in=counts).order_by("name")
    ]
