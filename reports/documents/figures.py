"""Charts on paper: drawn as everywhere else, in the letters of the document; with words for who does not see them."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from re import sub

from indicators.charts import PAPER, Chart, ChartError, chart_option, describe, render_chart

from . import wording
from .printable import printable

#: CSS pixels; the width of the text on paper.
WIDTH, HEIGHT = 640, 240


def drawing(chart: Chart, *, font: str = "Tinos Document") -> str:
    """The chart as SVG, in the letters of the document.

    Raises:
        ChartError: V8 is not to be had; ``figures_table`` says the same.
    """
    svg = render_chart(chart_option(chart, theme=PAPER), width=WIDTH, height=HEIGHT)
    return sub(r'font-family="[^"]*"', f'font-family="{font}"', printable(svg))


def figure(number: int, chart: Chart) -> str:
    """A figure of the text as HTML: the picture, or its table where it cannot be drawn, and its name."""
    try:
        picture = f"data:image/svg+xml;base64,{b64encode(drawing(chart).encode()).decode()}"
        shown = f'<img alt="{escape(describe(chart))}" src="{picture}">'
    except ChartError:
        shown = figures_table(chart)
    name = escape(wording.chart_name(number, f"{chart.title} ({chart.measure})"))
    marks = f"<br>{escape(wording.ESTIMATE_MARK)}" if chart.has_estimates else ""
    return f'<figure class="chart">{shown}<figcaption>{name}{marks}</figcaption></figure>'


def figures_table(chart: Chart) -> str:
    """What the chart shows as a table: a line for each category."""
    heads = "".join(f"<th>{escape(series.name)}</th>" for series in chart.series)
    lines = []
    for category, points in chart.lines:
        said = [
            f"{point.text} ({point.kind})" if point and point.kind else point and point.text
            for point in points
        ]
        cells = "".join(f"<td>{escape(text or '')}</td>" for text in said)
        lines.append(f"<tr><td>{escape(category)}</td>{cells}</tr>")
    return f"<table><thead><tr><th>Kỳ</th>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
