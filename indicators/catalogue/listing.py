"""The catalogue as the public searches and filters it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from home.text import fold
from indicators.models import Frequency, Indicator, IndicatorGroup

from .choices import Option
from .public import Headline, headline, latest, listed_indicators, responsible, with_public_figures

PER_PAGE = 30
SUGGESTIONS = 8
#: Longer is no search for a name. The words are bounded too: each is a condition of the query.
MAX_QUERY, MAX_WORDS = 200, 12
#: Filters that do not filter.
_FILTERS: dict[str, Any] = {"group": "", "frequency": "", "organisation": "", "with_figures": False}


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
    asked = wanted
    if refusal:
        wanted = replace(wanted, query=f"{wanted.query[:60]}…")
        asked = replace(wanted, query="")
    among = _Among(asked, today)
    page: Page[Any] = Paginator([] if refusal else among.fitting(), PER_PAGE).get_page(wanted.page)
    related = Indicator.objects.select_related("group", "measure")
    found = related.in_bulk([one.pk for one in page.object_list])
    page.object_list = [found[one.pk] for one in page.object_list if one.pk in found]
    shown = {pk: headline(figure) for pk, figure in latest(list(found)).items()}
    sections = [
        (name or "Chỉ tiêu khác", [(indicator, shown.get(indicator.pk)) for indicator in members])
        for name, members in groupby(
            page.object_list, key=lambda indicator: indicator.group and indicator.group.name
        )
    ]
    return Listing(
        wanted=wanted,
        page=page,
        sections=sections,
        groups=among.groups(),
        frequencies=among.frequencies(),
        organisations=among.organisations(),
        with_figures=sum(one.has_figures for one in among.fitting("with_figures")),
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


class _Listed(NamedTuple):
    pk: int
    group: int | None
    frequency: str
    has_figures: bool


class _Among:
    """All that the words find, read once; what each filter leaves of it is counted here. Three queries."""

    def __init__(self, wanted: Wanted, today: date) -> None:
        self.wanted = wanted
        rows = (
            listed_indicators(today)
            .search(wanted.query)
            .order_by("group__sort_order", "group__name", "code")
            .values_list("pk", "group", "frequency", with_public_figures())
        )
        self.listed = list(map(_Listed._make, rows))
        self.groups_by_pk = {group.pk: group for group in IndicatorGroup.objects.all()}
        #: Code → name and indicators.
        self.answering: dict[str, tuple[str, set[int]]] = {}
        duties = responsible(today).order_by("organisation__name")
        for code, name, indicator in duties.values_list(
            "organisation__code", "organisation__name", "indicator"
        ):
            self.answering.setdefault(code, (name, set()))[1].add(indicator)

    def fitting(self, ignored: str = "") -> list[_Listed]:
        """What all filters but the ``ignored`` one leave."""
        wanted = replace(self.wanted, **{ignored: _FILTERS[ignored]}) if ignored else self.wanted
        _, answered = self.answering.get(wanted.organisation, ("", set()))
        return [
            one
            for one in self.listed
            if (not wanted.group or wanted.group in self._codes(one.group))
            and (not wanted.frequency or one.frequency == wanted.frequency)
            and (not wanted.organisation or one.pk in answered)
            and (not wanted.with_figures or one.has_figures)
        ]

    def _over(self, group: int | None) -> set[int]:
        """The group and the one above it."""
        return {group, self.groups_by_pk[group].parent_id} - {None} if group else set()  # type: ignore[return-value]

    def _codes(self, group: int | None) -> set[str]:
        return {self.groups_by_pk[pk].code for pk in self._over(group)}

    def groups(self) -> list[Option]:
        """Groups with something in them; one above others counts what stands beneath it."""
        counts = Counter(pk for one in self.fitting("group") for pk in self._over(one.group))
        return [
            Option(group.code, group.name, group.code == self.wanted.group, counts[pk])
            for pk, group in self.groups_by_pk.items()
            if pk in counts
        ]

    def frequencies(self) -> list[Option]:
        counts = Counter(one.frequency for one in self.fitting("frequency"))
        return [
            Option(kind.value, str(kind.label), kind.value == self.wanted.frequency, counts[kind.value])
            for kind in Frequency
            if kind.value in counts
        ]

    def organisations(self) -> list[Option]:
        among = {one.pk for one in self.fitting("organisation")}
        return [
            Option(code, name, code == self.wanted.organisation, len(indicators & among))
            for code, (name, indicators) in self.answering.items()
            if indicators & among
        ]
