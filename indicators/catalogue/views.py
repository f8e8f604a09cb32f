"""The public pages of indicators, their charts and files. Everything shown has been released."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import wraps
from html import escape
from typing import Any, NamedTuple

from django.core.exceptions import TooManyFieldsSent
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail import hooks

from indicators.charts import Theme, chart_option, describe
from indicators.models import Indicator
from indicators.periods import Period
from indicators.store.models import Release, ValueType
from indicators.store.services import written

from . import downloads, listing
from .choices import Asked, BadChoice, Check, Option, Tab, TooMany
from .coverage import coverage_of
from .pictures import SIZES, picture, pictures_of, theme_of
from .public import STATEMENT, level_rank, rank, responsible, visible_indicators
from .selection import Selection, changes_of, select
from .sentences import citation, sentence
from .series import PublicFigure
from .spreadsheets import MEDIA_TYPES, XLSX
from .summary import summarise
from .versions import pinned, releases_of, versions_of

ROWS_PER_PAGE = 60
RELATED = 6

View = Callable[..., HttpResponseBase]


def _answering_bad_choices(view: View) -> View:
    """What is not there is said in a page of its own, with the way back to what is."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except TooManyFieldsSent:
            request.GET = QueryDict()  # type: ignore[misc, assignment]
            error: BadChoice = TooMany(
                "Địa chỉ có quá nhiều lựa chọn cùng lúc nên không xem được. Chọn lại ít mục hơn."
            )
        except BadChoice as found:
            error = found
        kept = request.GET.copy()
        for name in error.names or list(kept):
            kept.pop(name, None)
        again = f"{request.path}?{kept.urlencode()}" if kept else request.path
        context = {"message": str(error), "again": again}
        status = 400 if isinstance(error, TooMany) else 404
        return render(request, "catalogue/bad_choice.html", context, status=status)

    return answer


@require_safe
@_answering_bad_choices
def indicator_list(request: HttpRequest) -> HttpResponse:
    found = listing.find(listing.Wanted.read(request.GET), today=timezone.localdate())
    status = 400 if found.refusal else 200
    context = {"found": found, "page_obj": found.page, "statement": STATEMENT}
    return render(request, "catalogue/indicator_list.html", context, status=status)


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Names that go on from what has been typed, for the search boxes; the page searches without them too."""
    typed = request.GET.get("q", "")
    return JsonResponse({"goi_y": listing.suggest(typed, today=timezone.localdate())})


def _visible(code: str) -> Indicator:
    related = ("group", "measure", "legal_basis__replaced_by")
    return get_object_or_404(visible_indicators().select_related(*related), code=code)


class _Public:
    """An indicator with what of it is public as the address asks: newest, or as of the release it keeps to."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.indicator = _visible(code)
        self.asked = Asked.read(request.GET)
        self.releases = releases_of(self.indicator)
        self.pinned = pinned(self.asked.release, self.releases)
        self.until = self.pinned.released_at if self.pinned else None
        self.release: Release | None = self.pinned or next(iter(self.releases), None)
        self.summary = summarise(
            self.indicator, until=self.until, pinned=self.pinned.pk if self.pinned else 0
        )

    def select(self) -> Selection | None:
        return select(self.indicator, self.asked, self.summary, until=self.until)


@require_safe
@_answering_bad_choices
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    public = _Public(request, code)
    indicator = public.indicator
    retired = _is_retired(indicator, today)
    related = _related(indicator)
    context = {
        "ancestors": [{"title": "Chỉ tiêu", "url": reverse("catalogue:list")}],
        "indicator": indicator,
        "releases": public.releases,
        "successor": next((other for other in related if other.pk == indicator.successor_id), None),
        "is_retired": retired,
        "statement": STATEMENT,
    }
    if retired and public.pinned is None:
        return render(request, "catalogue/indicator_gone.html", context, status=410)
    selection = public.select()
    responsibilities = list(
        responsible(today)
        .filter(indicator=indicator)
        .values("organisation_id", "organisation__name", "locality_id", "locality__name")
    )
    context |= {
        "selection": selection,
        "headline": selection and selection.lead,
        "asked": public.asked,
        "pinned": public.pinned,
        "release": public.release,
        "responsibilities": responsibilities,
        "legal_basis": indicator.legal_basis and indicator.legal_basis.in_force(today),
        "predecessors": [other for other in related if other.successor_id == indicator.pk],
        "related": [
            other
            for other in related
            if indicator.pk != other.successor_id and other.pk != indicator.successor_id
        ][:RELATED],
    }
    if selection is not None:
        suppliers = {duty["locality_id"] or duty["organisation_id"] for duty in responsibilities}
        context |= _shown(request, public, selection, suppliers, today)
    return render(request, "catalogue/indicator_page.html", context)


def _is_retired(indicator: Indicator, today: date) -> bool:
    return bool(indicator.valid_to and indicator.valid_to < today)


class Kin(NamedTuple):
    """Another indicator that the page names."""

    pk: int
    code: str
    name: str
    successor_id: int | None


def _related(indicator: Indicator) -> list[Kin]:
    """Successor, predecessors and others of the group that still apply. One query."""
    kin = Q(successor=indicator) | Q(pk=indicator.successor_id)
    if indicator.group_id:
        kin |= Q(group=indicator.group_id, valid_to__isnull=True)
    found = visible_indicators().filter(kin).exclude(pk=indicator.pk).order_by("code")
    return [Kin(*values) for values in found.values_list(*Kin._fields)[: RELATED * 4]]


def _shown(
    request: HttpRequest, public: _Public, selection: Selection, suppliers: set[int], today: date
) -> dict[str, Any]:
    indicator, asked, release = public.indicator, public.asked, public.release
    assert release is not None  # something is public
    best = _best_by_subject(selection)
    changes = changes_of(selection.subject)
    chart = selection.chart(changes)
    tab = asked.tab if chart.has_figures else Tab.TABLE
    rows = selection.lines[0].rows if not selection.is_comparison else ()
    address = f"{request.build_absolute_uri(request.path)}{asked.address(release=release.code)}"
    place = public.releases.index(release)
    return {
        "sentence": selection.lead and sentence(indicator, selection.subject.name, selection.lead),
        "tab": tab,
        "tabs": [
            (Tab.CHART, "Biểu đồ", asked.address(tab=Tab.CHART)),
            (Tab.TABLE, "Bảng", asked.address(tab=Tab.TABLE)),
        ],
        "chart": chart,
        "description": describe(chart),
        "chart_size": SIZES[""],
        "pictures": _pictures(indicator, asked),
        "hidden_lines": max(len(selection.lines) - len([s for s in chart.series if not s.is_plan]), 0)
        if selection.is_comparison
        else 0,
        "changes": changes,
        "page_obj": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "matrix": _matrix(selection) if selection.is_comparison else [],
        "subject_options": [
            Option(subject.code, subject.name, subject == selection.subject)
            for subject in public.summary.subjects
        ],
        "compare_options": [
            Check(subject.code, subject.name, subject in selection.compared)
            for subject in public.summary.subjects
            if subject != selection.subject
        ],
        "rhythm_options": [
            Option(rhythm, rhythm.label, rhythm == selection.rhythm, count)
            for rhythm, count in selection.rhythm_counts.items()
        ],
        "first_options": selection.steps_as_options(max(selection.first, selection.steps[0])),
        "last_options": selection.steps_as_options(min(selection.last, selection.steps[-1])),
        "by_subject": _by_subject(best, asked),
        "coverage": selection.lead
        and coverage_of(indicator, selection.lead.period, selection.subject.pk, best, suppliers),
        "files": _files(public, selection),
        "citation": citation(indicator, release.organisation.name, release.released_at, address, today=today),
        "permalink": asked.address(release=release.code),
        "newest": asked.address(release=""),
        "newer": asked.address(release=public.releases[place - 1].code) if place else "",
        "older": asked.address(release=public.releases[place + 1].code)
        if place + 1 < len(public.releases)
        else "",
        "versions": [
            (version, asked.address(release=version.code))
            for version in versions_of(
                public.releases[place:] if public.pinned else public.releases, selection.rows
            )
        ],
        "next_update": _next_update(indicator, today) if public.pinned is None else None,
    }


def _best_by_subject(selection: Selection) -> dict[int, PublicFigure]:
    """The public figure of each subject for the period of the leading one."""
    best: dict[int, PublicFigure] = {}
    for figure in selection.peers:
        subject = figure.subject.pk
        if subject not in best or rank(figure) > rank(best[subject]):
            best[subject] = figure
    return best


class OfSubject(NamedTuple):
    """What the table of subjects says of one: written here, because a template loop over 160 takes milliseconds."""

    url: str
    figure: PublicFigure

    def __html__(self) -> str:
        figure = self.figure
        estimate = " badge--estimate" if figure.value_type == ValueType.ESTIMATE else ""
        return (
            f'<tr><th scope="row"><a href="{escape(self.url)}">{escape(figure.subject.name)}</a></th>'
            f'<td class="number">{escape(written(figure))}</td>'
            f'<td><span class="badge{estimate}">{ValueType(figure.value_type).label}</span></td></tr>'
        )


def _by_subject(best: dict[int, PublicFigure], asked: Asked) -> list[OfSubject]:
    if len(best) < 2:
        return []
    ordered = sorted(
        best.values(), key=lambda figure: (level_rank(figure.subject.level), figure.subject.name)
    )
    return list(map(OfSubject, asked.addresses(figure.subject.code for figure in ordered), ordered))


def _matrix(selection: Selection) -> list[tuple[Period, list[Any]]]:
    """Periods, newest first, by lines: the best row of each, None where there is none."""
    cells: dict[Period, list[Any]] = {}
    for place, line in enumerate(selection.lines):
        for row in line.rows:
            known = cells.setdefault(row.period, [None] * len(selection.lines))
            if not row.is_plan and known[place] is None:
                known[place] = row
    filled = [(period, rows) for period, rows in cells.items() if any(rows)]
    return sorted(filled, key=lambda entry: (entry[0].last_day, entry[0].first_day), reverse=True)[
        : ROWS_PER_PAGE * 4
    ]


def _pictures(indicator: Indicator, asked: Asked) -> dict[str, str]:
    """Addresses of the chart, by ground and width; ``option`` of what the script draws."""
    said = asked.address(tab=Tab.CHART)
    return {
        **pictures_of(reverse("catalogue:chart-svg", args=[indicator.code]), said),
        "option": f"{reverse('catalogue:chart-json', args=[indicator.code])}{said}",
    }


def _files(public: _Public, selection: Selection) -> list[dict[str, Any]]:
    """What can be taken away: all of the indicator, and what is about those on the page, where that is less."""
    kept = f"phien-ban={public.asked.release}" if public.asked.release else ""
    everything = sum((about.totals for about in public.summary.about.values()), downloads.Totals())
    files = [
        {"name": "Toàn bộ số liệu của chỉ tiêu", "totals": everything, "query": f"?{kept}" if kept else ""}
    ]
    if len(public.summary.subjects) > 1:
        about = (selection.subject, *selection.compared)
        codes = "&".join(f"doi-tuong={subject.code}" for subject in about)
        some = sum((public.summary.about[subject.pk].totals for subject in about), downloads.Totals())
        names = ", ".join(subject.name for subject in about)
        files.append(
            {"name": f"Chỉ {names}", "totals": some, "query": f"?{codes}{f'&{kept}' if kept else ''}"}
        )
    return files


def _next_update(indicator: Indicator, today: date) -> date | None:
    """When figures are next due; the apps above know. Each receiver of the hook takes indicator id and day."""
    days = [tell(indicator.pk, today) for tell in hooks.get_hooks("portal_next_update")]
    return min((day for day in days if day), default=None)


# ---- The chart


def _chart_of(request: HttpRequest, code: str, theme: Theme) -> dict[str, Any]:
    public = _Public(request, code)
    selection = public.select()
    if selection is None:
        raise BadChoice("Chỉ tiêu này chưa có số liệu công khai để vẽ.")
    return chart_option(selection.chart(changes_of(selection.subject)), theme=theme)


@require_safe
@_answering_bad_choices
def chart_svg(request: HttpRequest, code: str) -> HttpResponseBase:
    return picture(request, _chart_of(request, code, theme_of(request)))


@require_safe
@_answering_bad_choices
def chart_json(request: HttpRequest, code: str) -> HttpResponseBase:
    option = json.dumps(_chart_of(request, code, theme_of(request)), ensure_ascii=False)
    return HttpResponse(option, content_type="application/json; charset=utf-8")


# ---- Files


def _taken(request: HttpRequest, code: str) -> tuple[Indicator, Any]:
    """The indicator, and its newest public figures (of the release asked for; about the subjects asked for)."""
    indicator = _visible(code)
    until = None
    if release := request.GET.get("phien-ban"):
        kept = pinned(release, releases_of(indicator))
        until = kept.released_at if kept else None
    subjects = tuple(request.GET.getlist("doi-tuong"))
    return indicator, downloads.newest_figures(indicator, until=until, subjects=subjects)


def _named(response: HttpResponseBase, indicator: Indicator, ending: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{indicator.code}.{ending}"'
    return response


@require_safe
@_answering_bad_choices
def indicator_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    indicator, figures = _taken(request, code)
    lines = downloads.csv_file(indicator, figures)
    return _named(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), indicator, "csv")


@require_safe
@_answering_bad_choices
def indicator_xlsx(request: HttpRequest, code: str) -> HttpResponseBase:
    indicator, figures = _taken(request, code)
    book = downloads.xlsx_file(indicator, figures)
    return _named(HttpResponse(book, content_type=MEDIA_TYPES[XLSX]), indicator, "xlsx")


@require_safe
@_answering_bad_choices
def indicator_json(request: HttpRequest, code: str) -> HttpResponseBase:
    indicator, figures = _taken(request, code)
    parts = downloads.json_file(indicator, figures)
    response = StreamingHttpResponse(parts, content_type="application/json; charset=utf-8")
    return _named(response, indicator, "json")
