"""Charts as SVG, drawn on the server by the same ECharts that the browser runs."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.contrib.staticfiles import finders
from django.core.cache import caches
from fontTools.ttLib import TTFont

TIMEOUT_SECONDS = 10
MEMORY_BYTES = 256 * 1024 * 1024
#: Change it with whatever changes the drawing of an unchanged option.
VERSION = "1"
_KEPT_SECONDS = 7 * 24 * 3600

_SCRIPTS = ("portal/vendor/echarts/echarts.min.js", "portal/vendor/echarts/langVI.js", "portal/js/charts.js")
_MARGIN = 1.1
_FONTS = ("latin", "vietnamese")
#: Without a canvas ECharts takes every letter beyond ASCII for one em: Vietnamese labels would be measured, and
#: spaced, half again as wide as they are.
_SET_UP = """
echarts.setPlatformAPI({measureText(text, font) {
    const size = parseFloat((/([\\d.]+)px/.exec(font || "") || [0, 12])[1]);
    let width = 0;
    for (const letter of text) {
        width += portalWidths[letter] || (letter.codePointAt(0) < 0x2e80 ? 0.6 : 1);
    }
    return {width: width * size};
}});
globalThis.portalDraw = function (option, width, height) {
    const chart = echarts.init(null, null, {renderer: "svg", ssr: true, width, height, locale: "VI"});
    try {
        chart.setOption(portalCharts.complete(option));
        return chart.renderToSVGString();
    } finally {
        chart.dispose();
    }
};
0;
"""


class ChartError(RuntimeError):
    """The chart could not be drawn; ``str()`` says why in Vietnamese. The table beside it says the same figures."""


def render_chart(option: Mapping[str, Any], *, width: int, height: int) -> str:
    """Draw an option of ``chart_option`` as an SVG of so many CSS pixels.

    The SVG carries the description as its ``<title>``, and neither style, script nor address: it may stand inside a
    page of strict Content-Security-Policy, in a PDF, or be served alone. Drawn once; then it comes from the cache.

    Raises:
        ChartError: V8 is not to be had on this machine, or the option asks too much time or memory of it.
    """
    text = json.dumps(option, ensure_ascii=False, sort_keys=True, allow_nan=False)
    key = hashlib.sha256(f"{VERSION} {width} {height} {text}".encode()).hexdigest()
    kept = caches["pages"]
    drawn: str | None = kept.get(f"chart:{key}")
    if drawn is None:
        description = option.get("aria", {}).get("label", {}).get("description", "")
        drawn = _clean(_engine.draw(text, width, height), description)
        kept.set(f"chart:{key}", drawn, _KEPT_SECONDS)
    return drawn


class _Engine:
    """One V8 for the process, made at the first chart and closed at exit (left open it may hang there).

    It is called from a thread of its own: V8's driver refuses threads in which an event loop runs. V8 does not survive
    a fork: whoever forks workers draws in them and not before them, or they could only wait for ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")
        self._context: Any = None
        self._process = 0

    def draw(self, option: str, width: int, height: int) -> str:
        call = f"portalDraw({_literal(option)}, {width:d}, {height:d})"
        with self._lock:
            try:
                if self._process not in (0, os.getpid()):
                    raise RuntimeError("V8 ran in the parent before this process was forked.")
                self._process = os.getpid()
                return str(self._thread.submit(self._evaluate, call).result())
            except Exception as error:
                self._drop()
                raise ChartError(
                    "Không vẽ được biểu đồ trên máy chủ. Số liệu vẫn có đủ trong bảng. "
                    f"Chi tiết cho người quản trị: {type(error).__name__}: {str(error)[:200]}"
                ) from error

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _evaluate(self, call: str) -> Any:
        return self._ready().eval(call, timeout_sec=TIMEOUT_SECONDS)

    def _ready(self) -> Any:
        if self._context is None:
            from py_mini_racer import MiniRacer

            context = MiniRacer()
            context.set_hard_memory_limit(MEMORY_BYTES)
            for name in _SCRIPTS:
                context.eval(_static(name).read_text(encoding="utf-8"))
            context.eval(f"const portalWidths = {json.dumps(_widths())};{_SET_UP}")
            self._context = context
        return self._context

    def _drop(self) -> None:
        # A context that came through a fork is kept: closing it waits for threads that are not there.
        if self._context is not None and self._process == os.getpid():
            self._context.close()
            self._context = None


_engine = _Engine()
atexit.register(_engine.close)


def _static(name: str) -> Path:
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)


def _literal(text: str) -> str:
    """JSON as JavaScript: the two line ends that JSON allows and old JavaScript does not."""
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _widths() -> dict[str, float]:
    """How wide each letter is set, in em: a little wider than in the site's font.

    A picture cannot bring its font along and is drawn in the reader's own. Times is narrower still: on paper labels
    have room to spare.
    """
    widths: dict[str, float] = {}
    for part in _FONTS:
        font = TTFont(_static(f"portal/vendor/be-vietnam-pro/be-vietnam-pro-{part}-400-normal.woff2"))
        units = font["head"].unitsPerEm
        advances = font["hmtx"]
        widths |= {
            chr(code): round(_MARGIN * advances[glyph][0] / units, 4)
            for code, glyph in font.getBestCmap().items()
        }
    return widths


_STYLE_SHEET = re.compile(r"<style\b.*?</style>\s*", re.DOTALL)
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_HOOKS = re.compile(r'\s(?:class|pointer-events|cursor|ecmeta_\w+)="[^"]*"')
_STYLE = re.compile(r'\sstyle="([^"]*)"')


def _clean(svg: str, description: str) -> str:
    """Without what serves the mouse alone, inline style as attributes, and with the description."""
    svg = _TAG.sub(lambda tag: _STYLE.sub(_as_attributes, _HOOKS.sub("", tag[0])), _STYLE_SHEET.sub("", svg))
    opening, end, rest = svg.partition(">")
    named = f'{opening} role="img"{end}\n<title>{escape(description)}</title>'
    return f"{named}{rest}" if description else svg


def _as_attributes(style: re.Match[str]) -> str:
    pairs = (pair.partition(":") for pair in style[1].split(";") if pair.strip())
    return "".join(f' {name.strip()}="{value.strip()}"' for name, _, value in pairs)
