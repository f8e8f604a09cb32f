"""Narrative text as it may stand on paper and on public pages: an allow-list, applied again to what was cleaned before."""

from __future__ import annotations

import re

import nh3

#: Text, lists and tables. No links, pictures, styles or classes: nothing here can name another file or address.
TAGS = frozenset(
    {
        "p",
        "br",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "sub",
        "sup",
        "ul",
        "ol",
        "li",
        "h3",
        "h4",
        "h5",
        "blockquote",
    }
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)
_ATTRIBUTES = {"th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}, "ol": {"start"}}
_SCOPES = {"col", "row", "colgroup", "rowgroup"}
_EMPTY = re.compile(r"<(p|h[345]|li)>(?:\s|&nbsp;|<br>)*</\1>")
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
#: Deeper than any text needs; the renderer calls itself once for each level.
_MAX_DEPTH = 24


def _attribute(tag: str, name: str, value: str) -> str | None:
    """A span of a million columns would only be there to stop the renderer."""
    right = value in _SCOPES if name == "scope" else re.fullmatch(r"[1-9]\d?", value)
    return value if right else None


def clean(html: str) -> str:
    """The text with only what ``TAGS`` names; empty paragraphs dropped, markup nested beyond reason flattened."""
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        link_rel=None,
        url_schemes=set(),
    )
    if _depth(cleaned) > _MAX_DEPTH:
        cleaned = nh3.clean(cleaned, tags={"p", "br"}, link_rel=None)
    return _EMPTY.sub("", cleaned).strip()


def _depth(html: str) -> int:
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if name != "br":
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    return deepest
