"""The report library: what is public and in force, by year, regime, kind and organisation, with how many there are of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from home.search import Found, SearchKind, having, words_of
from reports.regimes.models import RegimeKind

from .models import LibraryRow, PublishedDocument

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, with how many reports there are of it under the other filters."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """``name`` stands in the address; ``options`` only those that are found or chosen."""

    name: str
    label: str
    options: list[Option]


#: Filter → (words, value and label of a row).
_FILTERS = {
    "nam": ("Năm", lambda row: (str(row.year), str(row.year))),
    "che-do": ("Chế độ báo cáo", lambda row: (row.regime, row.regime_title)),
    "loai": ("Loại báo cáo", lambda row: (row.kind, dict(RegimeKind.choices).get(row.kind, row.kind))),
    "co-quan": ("Cơ quan báo cáo", lambda row: (row.organisation, row.organisation_name)),
}


@dataclass(frozen=True, slots=True)
class Library:
    """One sheet of what was asked for. ``is_empty``: nothing is public at all."""

    page: Page
    filters: list[Filter]
    query: str
    is_filtered: bool
    is_empty: bool


def library(query: str, asked: Mapping[str, str], page: str | None) -> Library:
    """What ``asked`` (filter → value) leaves of the documents that hold the words. Two queries; three where none is found."""
    words = words_of(query)
    documents = PublishedDocument.objects.in_force()
    # Newest first with and without words: a library is read by time.
    rows = (documents.search(query) if words else documents).library_rows()
    chosen = {name: value for name in _FILTERS if (value := asked.get(name, ""))}
    found = [row for row in rows if _fits(row, chosen)]
    sheet = Paginator([row.pk for row in found], PER_PAGE).get_page(page)
    details = {row.pk: row for row in PublishedDocument.objects.with_details().filter(pk__in=list(sheet))}
    shown = [details[pk] for pk in sheet]
    sheet.object_list = shown  # type: ignore[assignment]  # the same sheet, of documents
    return Library(
        page=sheet,
        filters=[Filter(name, label, _options(name, rows, chosen)) for name, (label, _) in _FILTERS.items()],
        query=query,
        is_filtered=bool(query or chosen),
        is_empty=not rows and not (words and documents.exists()),
    )


def _fits(row: LibraryRow, chosen: Mapping[str, str]) -> bool:
    return all(_FILTERS[name][1](row)[0] == value for name, value in chosen.items())


def _options(name: str, rows: list[LibraryRow], chosen: Mapping[str, str]) -> list[Option]:
    others = {other: value for other, value in chosen.items() if other != name}
    told = _FILTERS[name][1]
    labels: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        value, label = told(row)
        labels.setdefault(value, label)
        counts[value] += _fits(row, others)
    here = chosen.get(name)
    options = [
        Option(value, label, counts[value], value == here)
        for value, label in labels.items()
        if counts[value] or value == here
    ]
    return sorted(options, key=lambda option: option.label, reverse=name == "nam")


def _show(documents: Iterable[PublishedDocument]) -> list[Found]:
    return [
        Found(
            published.title,
            published.get_absolute_url(),
            published.summary,
            (published.organisation.label, published.period.label()),
        )
        for published in documents
    ]


def _in_force(request: HttpRequest) -> Iterable[str]:
    return PublishedDocument.objects.in_force().values_list("title", flat=True)


def report_kind() -> SearchKind:
    return SearchKind(
        key="bao-cao",
        label="Báo cáo",
        icon="file-earmark-text",
        order=20,
        find=lambda request, words: having(
            PublishedDocument.objects.in_force().with_details().order_by("-release__released_at"),
            words,
            "search_text",
        ),
        show=_show,
        titles=_in_force,
    )
