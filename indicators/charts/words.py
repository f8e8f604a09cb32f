"""A chart in words, for who does not see it. Pure."""

from __future__ import annotations

from decimal import Decimal

from .values import Chart, Form, Point, Series

_FORMS = {Form.BAR: "Biểu đồ cột", Form.LINE: "Biểu đồ đường"}


def describe(chart: Chart) -> str:
    """What the chart shows: form, title, measure, span; of each series its first, last, least and greatest figure.

    >>> from decimal import Decimal
    >>> points = {"1/2024": Point(Decimal(5), "5"), "2/2024": Point(Decimal(7), "7", "Ước thực hiện", True)}
    >>> describe(Chart("Thu ngân sách", "tỷ đồng", ("1/2024", "2/2024"), (Series("Toàn tỉnh", points),)))
    'Biểu đồ đường: Thu ngân sách (tỷ đồng), từ 1/2024 đến 2/2024. Toàn tỉnh: 1/2024 là 5; 2/2024 là 7 (Ước thực hiện).'
    """
    if not chart.categories:
        return f"{_FORMS[chart.form]}: {chart.title} ({chart.measure}), chưa có số liệu."
    first, last = chart.categories[0], chart.categories[-1]
    span = f"kỳ {first}" if first == last else f"từ {first} đến {last}"
    sentences = [f"{_FORMS[chart.form]}: {chart.title} ({chart.measure}), {span}."]
    sentences += [_series(chart, series) for series in chart.series]
    sentences += [f"Từ {broken.category}: {broken.note}." for broken in chart.breaks]
    return " ".join(sentences)


def _series(chart: Chart, series: Series) -> str:
    known = [
        (category, point)
        for category in chart.categories
        if (point := series.points.get(category)) is not None and point.amount is not None
    ]
    if not known:
        return f"{series.name}: chưa có số liệu."
    said = [_said(*known[0])]
    if len(known) > 1:
        said.append(_said(*known[-1]))
    if len(known) > 2:
        least = min(known, key=_amount)
        greatest = max(known, key=_amount)
        said.append(f"thấp nhất {least[1].text} ({least[0]})")
        said.append(f"cao nhất {greatest[1].text} ({greatest[0]})")
    estimated = sum(point.is_estimate for _, point in known)
    if estimated and len(known) > 2:
        said.append(f"{estimated} trên {len(known)} kỳ là số ước, số chưa chính thức")
    return f"{series.name}: {'; '.join(said)}."


def _said(category: str, point: Point) -> str:
    return f"{category} là {point.text}" + (f" ({point.kind})" if point.kind else "")


def _amount(entry: tuple[str, Point]) -> Decimal:
    return entry[1].amount or Decimal(0)
