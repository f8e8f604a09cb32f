"""A chart as an option of ECharts: plain JSON, the same for the browser and for the server. Pure.

Functions cannot travel in JSON: whatever a reader reads stands in the option as text, and the script
``portal/js/charts.js``, which both sides run, formats the numbers of the axis and the hint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from .values import Break, Chart, Form, Point, Series
from .words import describe


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours on one ground. ``series`` stand at 3:1 or more on ``ground``, ``ink`` and ``muted`` at 4.5:1."""

    series: tuple[str, ...]
    ground: str
    ink: str
    muted: str
    line: str
    font: str = "Be Vietnam Pro, system-ui, Segoe UI, Roboto, Noto Sans, Arial, sans-serif"


LIGHT = Theme(
    series=("#0b4f94", "#b4510b", "#1b7048", "#8a2f7d", "#6b5a00"),
    ground="#ffffff",
    ink="#17212c",
    muted="#4c5a68",
    line="#d6dde5",
)
DARK = Theme(
    series=("#8fc2f5", "#f0a25c", "#7fd09f", "#e3a3da", "#d9c25a"),
    ground="#18212b",
    ink="#e5ebf1",
    muted="#a9b6c3",
    line="#313d4a",
)
PAPER = Theme(
    series=("#0b3f73", "#9a4208", "#175f3d", "#77266c", "#5b4d00"),
    ground="#ffffff",
    ink="#000000",
    muted="#333333",
    line="#b8c0c8",
    font="Times New Roman, Tinos, Liberation Serif, serif",
)
THEMES = {"sang": LIGHT, "toi": DARK, "giay": PAPER}

#: Categories whose names all find room beside one another.
_FEW = 6
#: Letters in a line of a name beside its line, and CSS pixels for each.
_LINE_LETTERS, _LETTER = 16, 7
#: The same of the note at a break.
_NOTE_LETTERS, _NOTE_LINE = 20, 14


def chart_option(chart: Chart, *, theme: Theme = LIGHT) -> dict[str, Any]:
    """The option; ``series[…].data[…].said`` is what the hint says of a point."""
    figures = [series for series in chart.series if not series.is_plan]
    named = len(figures) > 1
    has_legend = chart.form == Form.BAR and len(chart.series) > 1
    return {
        "animation": False,
        # The page's own ground, so that a picture drawn for one ground is readable on the other.
        "backgroundColor": theme.ground,
        "color": list(theme.series),
        "textStyle": {"fontFamily": theme.font, "color": theme.ink},
        "aria": {
            "enabled": True,
            "label": {"description": describe(chart)},
            # Patterns tell bars apart without colour; lines carry their names.
            "decal": {"show": chart.form == Form.BAR and named},
        },
        "grid": {
            "left": 8,
            "right": _room_for_names(figures) if chart.form == Form.LINE and named else 28,
            # Room for the legend; that for the name of the axis is found by itself.
            "top": (32 if has_legend else 4) + _room_for_notes(chart),
            "bottom": 8,
            "outerBoundsMode": "same",
        },
        "legend": {
            "show": has_legend,
            "top": 0,
            "right": 0,
            "textStyle": {"color": theme.ink, "fontSize": 12},
            "inactiveColor": theme.muted,
        },
        "tooltip": {
            "trigger": "axis",
            # The default writes HTML with inline style, which the Content-Security-Policy forbids.
            "renderMode": "richText",
            "confine": True,
            "backgroundColor": theme.ground,
            "borderColor": theme.muted,
            "textStyle": {"color": theme.ink, "fontFamily": theme.font, "fontSize": 13},
            "axisPointer": {"type": "shadow" if chart.form == Form.BAR else "line"},
        },
        "xAxis": {
            "type": "category",
            "data": list(chart.categories),
            "boundaryGap": chart.form == Form.BAR or len(chart.categories) == 1,
            "axisLine": {"lineStyle": {"color": theme.muted}},
            "axisTick": {"show": False},
            "axisLabel": {
                "color": theme.muted,
                "fontSize": 12,
                "hideOverlap": True,
                "interval": 0 if len(chart.categories) <= _FEW else "auto",
            },
        },
        "yAxis": {
            "type": "value",
            "name": chart.measure,
            "nameLocation": "end",
            "nameTextStyle": {"color": theme.muted, "fontSize": 12, "align": "left"},
            # Bars start at zero; a line may show a narrow band of a rate.
            "scale": chart.form == Form.LINE,
            "axisLabel": {"color": theme.muted, "fontSize": 12},
            "splitLine": {"lineStyle": {"color": theme.line}},
        },
        "series": [
            part
            for place, series in enumerate(chart.series)
            for part in _parts(chart, series, place, theme, named)
        ],
    }


def _room_for_names(series: list[Series]) -> int:
    return 24 + _LETTER * max(len(line) for one in series for line in _lines(one.name))


def _parts(chart: Chart, series: Series, place: int, theme: Theme, named: bool) -> Iterator[dict[str, Any]]:
    """The series; of a line also the dashed stretches to and from what is not final, which bear no hint."""
    colour = theme.series[series.slot % len(theme.series)]
    breaks = _breaks(chart, theme) if place == 0 else {}
    if series.is_plan:
        yield _plan(chart, series, colour, theme) | breaks
    elif chart.form == Form.BAR:
        yield {
            "type": "bar",
            "name": series.name,
            "barMaxWidth": 40,
            "itemStyle": {"color": colour},
            "data": [_bar(series.points.get(category), colour, theme) for category in chart.categories],
        } | breaks
    else:
        yield from _line(chart, series, colour, theme, named, breaks)


def _bar(point: Point | None, colour: str, theme: Theme) -> dict[str, Any] | None:
    if point is None or point.amount is None:
        return None
    item = _item(point)
    if point.is_estimate:
        item["itemStyle"] = {
            "color": theme.ground,
            "borderColor": colour,
            "borderWidth": 2,
            "borderType": "dashed",
            "decal": {"symbol": "none"},
        }
    return item


def _line(
    chart: Chart, series: Series, colour: str, theme: Theme, named: bool, breaks: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    points = [series.points.get(category) for category in chart.categories]
    common = {
        "type": "line",
        "name": series.name,
        "symbol": "circle",
        "symbolSize": 7,
        "showSymbol": True,
        "lineStyle": {"color": colour, "width": 2.5},
        "itemStyle": {"color": colour},
    }
    solid = [None if point and point.is_estimate else point for point in points]
    dashed = [
        point
        if point and any(near and near.is_estimate for near in points[max(place - 1, 0) : place + 2])
        else None
        for place, point in enumerate(points)
    ]
    has_dashes = any(point and point.is_estimate and point.amount is not None for point in points)
    known = [point for point in points if point and point.amount is not None]
    ends_open = bool(known and known[-1].is_estimate)
    end = (
        {"endLabel": _end_label(series, colour, theme), "labelLayout": {"moveOverlap": "shiftY"}}
        if named
        else {}
    )
    yield {
        **common,
        **({} if ends_open else end),
        "data": [_item(point) if point and point.amount is not None else None for point in solid],
    } | breaks
    if has_dashes:
        yield {
            **common,
            **(end if ends_open else {}),
            "lineStyle": {"color": colour, "width": 2.5, "type": "dashed"},
            "z": 3,
            "data": [_dashed(point, colour, theme) for point in dashed],
        }


def _dashed(point: Point | None, colour: str, theme: Theme) -> dict[str, Any] | None:
    """A point of the dashed stretch: hollow where it is not final, else a joint without symbol and hint."""
    if point is None or point.amount is None:
        return None
    if not point.is_estimate:
        return {"value": float(point.amount), "symbol": "none"}
    hollow = {"color": theme.ground, "borderColor": colour, "borderWidth": 2}
    return _item(point) | {"itemStyle": hollow, "symbolSize": 9}


def _plan(chart: Chart, series: Series, colour: str, theme: Theme) -> dict[str, Any]:
    points = [series.points.get(category) for category in chart.categories]
    return {
        "type": "line",
        "name": series.name,
        "symbol": "diamond",
        "symbolSize": 9,
        "z": 4,
        "lineStyle": {"color": theme.muted, "width": 1.5, "type": "dashed"},
        "itemStyle": {"color": theme.ground, "borderColor": theme.muted, "borderWidth": 1.5},
        "data": [_item(point) if point and point.amount is not None else None for point in points],
    }


def _item(point: Point) -> dict[str, Any]:
    """The float places the point; what is read is the text."""
    said = f"{point.text} ({point.kind})" if point.kind else point.text
    return {"value": float(point.amount or 0), "said": said}


def _end_label(series: Series, colour: str, theme: Theme) -> dict[str, Any]:
    """Readable where it lies over another line."""
    return {
        "show": True,
        "formatter": "\n".join(_lines(series.name)),
        "color": colour,
        "fontSize": 12,
        "textBorderColor": theme.ground,
        "textBorderWidth": 3,
    }


def _lines(name: str) -> list[str]:
    """The name broken as beside a line. Left to itself ECharts counts Vietnamese letters twice and breaks too soon."""
    return wrap(_plain(name), _LINE_LETTERS) or [""]


def _breaks(chart: Chart, theme: Theme) -> dict[str, Any]:
    if not chart.breaks:
        return {}
    return {
        "markLine": {
            "silent": True,
            "symbol": "none",
            "animation": False,
            "lineStyle": {"color": theme.muted, "type": "solid", "width": 1.5},
            "label": {
                "color": theme.ink,
                "fontSize": 12,
                "position": "end",
                "distance": 4,
            },
            "data": [
                {"xAxis": broken.category, "label": _break_label(chart, broken)} for broken in chart.breaks
            ],
        }
    }


def _break_label(chart: Chart, broken: Break) -> dict[str, Any]:
    """Beside the head of the line, on the side where there is room."""
    is_late = chart.categories.index(broken.category) * 2 > len(chart.categories)
    return {"formatter": "\n".join(_note_lines(broken.note)), "align": "right" if is_late else "left"}


def _note_lines(note: str) -> list[str]:
    return wrap(_plain(note), _NOTE_LETTERS) or [""]


def _room_for_notes(chart: Chart) -> int:
    """Above the plot, besides the line in which the name of the axis stands."""
    return _NOTE_LINE * max((len(_note_lines(broken.note)) - 1 for broken in chart.breaks), default=0)


def _plain(text: str) -> str:
    """The text, which ECharts would else read as a template (``{a}``) or as rich text (``{a|b}``)."""
    return text.replace("{", "(").replace("}", ")")
