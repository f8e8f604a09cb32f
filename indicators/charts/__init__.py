"""Charts of figures: one definition, drawn by ECharts in the browser and, as SVG, on the server for paper and no script.

``Chart`` → ``chart_option`` (plain JSON) → ``render_chart`` or the page's script; ``describe`` says it in words.
"""

from .drawing import ChartError, render_chart
from .options import DARK, LIGHT, PAPER, THEMES, Theme, chart_option
from .values import MAX_SERIES, Break, Chart, Form, Point, Series
from .words import describe

__all__ = [
    "DARK",
    "LIGHT",
    "MAX_SERIES",
    "PAPER",
    "THEMES",
    "Break",
    "Chart",
    "ChartError",
    "Form",
    "Point",
    "Series",
    "Theme",
    "chart_option",
    "describe",
    "render_chart",
]
