"""Charts of public pages as pictures with addresses of their own: by ground (``nen``) and width (``rong``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from indicators.charts import DARK, LIGHT, ChartError, Theme, render_chart

#: CSS pixels of a chart, by the parameter ``rong``: a phone is not shown a picture shrunk to a third.
SIZES = {"": (860, 380), "hep": (380, 320)}


def theme_of(request: HttpRequest) -> Theme:
    return DARK if request.GET.get("nen") == "toi" else LIGHT


def picture(request: HttpRequest, option: Mapping[str, Any]) -> HttpResponse:
    """The drawing that the request asks for; 503 where it cannot be drawn, for the page beside it says the same."""
    width, height = SIZES.get(request.GET.get("rong", ""), SIZES[""])
    try:
        drawn = render_chart(option, width=width, height=height)
    except ChartError as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")


def pictures_of(address: str, said: str = "") -> dict[str, str]:
    """Addresses of one chart for ``catalogue/chart.html``; ``said`` is the query that names the chart."""
    glue = "&" if said else "?"
    return {
        "light": f"{address}{said}",
        "dark": f"{address}{said}{glue}nen=toi",
        "light_narrow": f"{address}{said}{glue}rong=hep",
        "dark_narrow": f"{address}{said}{glue}nen=toi&rong=hep",
    }
