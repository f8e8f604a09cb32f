"""Who reads stored figures in our code, and by which predicate: found in the source, so that nobody is forgotten."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ("home", "indicators", "notifications", "portal", "reports")

#: What narrows stored figures to those of a standing that the reader may see; ``visible_to`` is made of the others.
PREDICATES = {
    "visible_to": "what this person may see: released to all, accepted to officials, UNIT to its own organisation",
    "accepted": "ACCEPTED: what every official may see",
    "released": "what some release made public",
    "by_release": "the same, once for each release",
}
#: Models whose rows are figures, or lead to them.
MODELS = {"Figure", "ReleasedFigure"}
#: Names by which other rows lead to figures.
RELATED = {"figures", "supplied_figures", "released_in", "shown_in"}
_QUERIES = {"all", "filter", "exclude", "values", "values_list", "get", "first", "last", "exists", "count"}

#: Those that write, or ask of releases alone. Each says why no predicate is needed.
NAMED = {
    "indicators.models.Indicator._changed_meaning": "whether there are any at all; no value is read",
    "indicators.store.models.FigureQuerySet.released": "the predicate itself",
    "indicators.store.released.bring": "writes",
    "indicators.store.released.recount": "rows of releases, counted",
    "indicators.store.services._open_versions": "writes: what is open under the addresses that are posted",
    "indicators.store.services.post": "writes",
    "indicators.catalogue.series.public_figures": "rows of releases; the figures themselves are `released`",
    "indicators.catalogue.front.newest_headlines": "rows of releases",
    "reports.entry.about.AboutCell.source": "a dictionary of that name; the figures themselves are `accepted`",
    "reports.entry.sheets.sources_of": "a dictionary of that name; the figures themselves are `accepted`",
    "reports.submissions.services._post": "writes: what the emptied cells of the same supplier retract",
}


@dataclass(frozen=True, order=True)
class Reader:
    """A function that asks for stored figures. ``predicate`` is empty where none is used."""

    name: str
    predicate: str
    line: int


def readers() -> list[Reader]:
    """Every one in our apps, by name."""
    return sorted(
        reader
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
        for reader in readers_in(path.read_text(encoding="utf-8"), _module(path))
    )


def readers_in(source: str, module: str) -> Iterator[Reader]:
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (chain := _chain(node, parents)) is not None:
            predicate = next((name for name in chain if name in PREDICATES), "")
            yield Reader(".".join([module, *_where(node, parents)]), predicate, node.lineno)


def _chain(node: ast.Attribute, parents: dict[ast.AST, ast.AST]) -> list[str] | None:
    """What is called on stored figures, in order; None where ``node`` does not lead to any."""
    manager = node.attr in {"objects", "_default_manager", "_base_manager"}
    if manager and isinstance(node.value, ast.Name) and node.value.id in MODELS:
        return _called_on(node, parents)
    if node.attr in RELATED and (called := _called_on(node, parents)) and called[0] in _QUERIES:
        return called
    return None


def _called_on(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> list[str]:
    names = []
    while (above := parents.get(node)) is not None:
        if isinstance(above, ast.Attribute) and above.value is node:
            names.append(above.attr)
        elif not (isinstance(above, ast.Call) and above.func is node):
            break
        node = above
    return names


def _where(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> list[str]:
    names: list[str] = []
    while (above := parents.get(node)) is not None:
        if isinstance(above, ast.FunctionDef | ast.ClassDef):
            names.insert(0, above.name)
        node = above
    return names


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def table() -> list[tuple[str, str, str]]:
    """Reader → predicate → why there is none, where there is none."""
    found = {(reader.name, reader.predicate) for reader in readers()}
    return [
        (f"`{name}`", f"`{predicate}`" if predicate else "–", "" if predicate else NAMED.get(name, ""))
        for name, predicate in sorted(found)
    ]
