"""The public pages of indicators, and their figures as CSV. Everything shown has been released."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from indicators.models import Indicator, IndicatorGroup
from indicators.numbers import canonical
from indicators.periods import Period
from indicators.store.models import ADDRESS, Figure, ReleasedFigure, ValueType
from indicators.store.services import address_of, describe

from .public import STATEMENT, headline, latest, level_rank, rank, telling, visible_indicators
from .series import SeriesRow, disaggregation_labels, public_figures, rows_about
from .spreadsheets import csv_lines, harmless

PER_PAGE = 30
ROWS_PER_PAGE = 60


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    group = request.GET.get("nhom", "")
    found = visible_indicators().search(query).select_related("group", "measure")
    if group:
        found = found.filter(Q(group__code=group) | Q(group__parent__code=group))
    page = Paginator(found.order_by("group__sort_order", "group__name", "code"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    shown = latest([indicator.pk for indicator in page])
    sections = [
        (name or "Chỉ tiêu khác", [(indicator, shown.get(indicator.pk)) for indicator in members])
        for name, members in groupby(page, key=lambda indicator: indicator.group and indicator.group.name)
    ]
    context = {
        "query": query,
        "group": group,
        "groups": IndicatorGroup.objects.filter(indicators__in=visible_indicators()).distinct(),
        "page_obj": page,
        "sections": sections,
        "statement": STATEMENT,
    }
    return render(request, "catalogue/indicator_list.html", context)


@require_safe
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    indicator = _visible(code)
    today = timezone.localdate()
    subjects = _subjects(indicator)
    subject = _chosen(subjects, request.GET.get("doi-tuong"))
    rows = rows_about(indicator, subject["subject_id"]) if subject else []
    by_subject = _latest_by_subject(indicator) if subject else []
    last_release = (
        ReleasedFigure.objects.filter(figure__indicator=indicator)
        .select_related("release__organisation")
        .order_by("-release__released_at", "-pk")
        .first()
    )
    successor = indicator.successor
    context = {
        "ancestors": [{"title": "Chỉ tiêu", "url": reverse("catalogue:list")}],
        "indicator": indicator,
        "subject": subject,
        "subjects": subjects,
        "headline": next((row for row in rows if _may_lead(row)), None),
        "page_obj": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "has_parts": any(row.disaggregation for row in rows),
        "by_subject": by_subject,
        "release": last_release.release if last_release else None,
        "responsibilities": [
            duty
            for duty in indicator.responsibilities.select_related("organisation", "locality")
            if (duty.valid_from is None or duty.valid_from <= today)
            and (duty.valid_to is None or duty.valid_to >= today)
        ],
        "legal_basis": indicator.legal_basis and indicator.legal_basis.in_force(today),
        "is_retired": bool(indicator.valid_to and indicator.valid_to < today),
        "successor_is_visible": bool(successor and visible_indicators().filter(pk=successor.pk).exists()),
        "predecessors": visible_indicators().filter(successor=indicator),
        "statement": STATEMENT,
    }
    return render(request, "catalogue/indicator_page.html", context)


def _visible(code: str) -> Indicator:
    related = ("group", "measure", "successor", "weight", "legal_basis__replaced_by")
    return get_object_or_404(visible_indicators().select_related(*related), code=code)


def _may_lead(row: SeriesRow) -> bool:
    return not (row.is_plan or row.is_derived or row.disaggregation or row.value_text in ("…", "x"))


def _subjects(indicator: Indicator) -> list[dict[str, Any]]:
    """Whom public figures are about: the highest level first, then those with the most figures."""
    found = (
        Figure.objects.released()
        .filter(indicator=indicator)
        .values("subject_id", "subject__code", "subject__name", "subject__level")
        .annotate(figures=Count("pk"))
        .order_by()
    )
    return sorted(
        map(dict, found),
        key=lambda row: (level_rank(row["subject__level"]), -row["figures"], row["subject__name"]),
    )


def _chosen(subjects: list[dict[str, Any]], code: str | None) -> dict[str, Any] | None:
    if not code:
        return subjects[0] if subjects else None
    for subject in subjects:
        if subject["subject__code"] == code:
            return subject
    raise Http404


def _latest_by_subject(indicator: Indicator) -> list[tuple[str, str, Any]]:
    """The latest public figure of each subject for the newest period: (code, name, figure). Two queries."""
    figures = telling().filter(indicator=indicator)
    periods = [Period.parse(text) for text in figures.values_list("period", flat=True).distinct().order_by()]
    if not periods:
        return []
    newest = max(periods, key=lambda period: (period.last_day, -period.first_day.toordinal()))
    best: dict[int, Figure] = {}
    for figure in figures.filter(period=str(newest)).select_related("indicator__measure", "subject"):
        if figure.subject_id not in best or rank(figure) > rank(best[figure.subject_id]):
            best[figure.subject_id] = figure
    if len(best) < 2:
        return []
    ordered = sorted(
        best.values(), key=lambda figure: (level_rank(figure.subject.level), figure.subject.name)
    )
    return [(figure.subject.code, figure.subject.name, headline(figure, None)) for figure in ordered]


CSV_HEADINGS = [
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Đơn vị tính",
    "Mã đối tượng",
    "Đối tượng",
    "Kỳ",
    "Từ ngày",
    "Đến ngày",
    "Loại số liệu",
    "Cơ sở kế hoạch",
    "Phân tổ",
    "Giá trị",
    "Giá trị đến",
    "Hiển thị",
    "Ghi chú",
    "Cơ quan cung cấp",
    "Nguồn",
    "Ngày của nguồn",
    "Công khai lúc",
]


@require_safe
def indicator_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The newest public version of every figure. Amounts without dots, with a decimal comma, in quotes."""
    indicator = _visible(code)
    response = StreamingHttpResponse(csv_lines(_csv_rows(indicator)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{indicator.code}.csv"'
    return response


def _csv_rows(indicator: Indicator) -> Iterator[list[str]]:
    yield CSV_HEADINGS
    figures = public_figures(indicator).order_by("subject__code", *ADDRESS, "known_from")
    parts = set(figures.order_by().values_list("disaggregation", flat=True).distinct())
    labels = disaggregation_labels(indicator, parts)
    count, control = 0, Decimal(0)
    for _, versions in groupby(figures.iterator(chunk_size=2000), key=address_of):
        *_, figure = versions
        figure.indicator = indicator
        count += 1
        control += figure.amount or 0
        yield _csv_row(indicator, figure, labels.get(figure.disaggregation, figure.disaggregation))
    yield [f"# Số dòng: {count}"]
    yield [f"# Tổng cột Giá trị: {_machine(control)}"]
    yield [f"# {STATEMENT}"]


def _csv_row(indicator: Indicator, figure: Figure, part: str) -> list[str]:
    period = Period.parse(figure.period)
    source = figure.known_from.source
    cells = [
        indicator.code,
        indicator.name,
        indicator.measure.name,
        figure.subject.code,
        figure.subject.name,
        figure.period,
        f"{period.first_day}",
        f"{period.last_day}",
        ValueType(figure.value_type).label,
        figure.plan_basis,
        part,
        _machine(figure.amount),
        _machine(figure.amount_to),
        describe(figure),
        figure.note,
        figure.supplier.name,
        source.citation,
        f"{figure.stated_on}",
        f"{timezone.localtime(figure.released_at):%Y-%m-%d %H:%M}",  # type: ignore[attr-defined]
    ]
    return [harmless(cell) for cell in cells]


def _machine(amount: Decimal | None) -> str:
    """``7995,5``: no dots, which Vietnamese spreadsheets take for thousands (X10)."""
    return "" if amount is None else canonical(amount).replace(".", ",")
