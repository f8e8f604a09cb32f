"""The walk round all doors: every address of the URLconf, filled with things that exist, knocked at as somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern


class Outcome(StrEnum):
    """What became of a knock."""

    IN = "in"
    LOGIN = "to the sign-in"
    REFUSED = "refused"
    GONE = "not found"
    METHOD = "not with this method"
    BROKEN = "broken"


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf. ``name`` with its namespaces; ``route`` as its author wrote it."""

    route: str
    name: str
    parameters: tuple[str, ...]

    @property
    def key(self) -> str:
        """What the classification calls it: its name, or its route where it has none."""
        return self.name or self.route

    @property
    def namespace(self) -> str:
        return self.name.rpartition(":")[0]

    def path(self, samples: Mapping[str, Any]) -> str:
        """The address with sample arguments.

        For a parameter ``pk`` of ``ns:edit`` the first of ``ns:edit.pk``, ``ns.pk`` and ``pk`` in ``samples`` is taken.
        A pattern without a name takes the values of its parameters, one after the other, in the place of its regex.

        Raises:
            LookupError: there is none; says for which parameter of which pattern.
        """
        values = [self._sample(parameter, samples) for parameter in self.parameters]
        if not self.name:
            before, anything, _ = self.route.partition("^")
            return f"/{before}{''.join(map(str, values)) or ('khong-co/' if anything else '')}"
        if any(parameter.isdigit() for parameter in self.parameters):
            return reverse(self.name, args=values)
        return reverse(self.name, kwargs=dict(zip(self.parameters, values, strict=True)))

    def _sample(self, parameter: str, samples: Mapping[str, Any]) -> Any:
        for key in (f"{self.key}.{parameter}", f"{self.namespace}.{parameter}", parameter):
            if key in samples:
                return samples[key]
        raise LookupError(f"no sample for <{parameter}> of {self.route} ({self.key})")


def addresses(resolver: URLResolver | None = None) -> list[Address]:
    return list(_walk(resolver or get_resolver(), "", ()))


def _walk(
    resolver: URLResolver, route: str, namespaces: tuple[str, ...], before: tuple[str, ...] = ()
) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        parameters = (*before, *_parameters(entry))
        if isinstance(entry, URLPattern):
            yield Address(here, ":".join([*namespaces, entry.name]) if entry.name else "", parameters)
        else:
            inside = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, here, inside, parameters)


def _parameters(entry: URLPattern | URLResolver) -> tuple[str, ...]:
    """Names of the arguments in order; unnamed groups are called by their place."""
    pattern = entry.pattern
    if isinstance(pattern, RoutePattern):
        return tuple(pattern.converters)
    groups = pattern.regex.groupindex
    return tuple(groups) or tuple(str(place) for place in range(pattern.regex.groups))


def knock(client: Client, method: str, path: str, *, json: bool = False) -> tuple[Outcome, HttpResponse]:
    """Ask for ``path`` and leave everything as it was: what the answer did to the data is undone."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items() if name != "messages"}
    point = transaction.savepoint()
    try:
        response = client.generic(
            method, path, content_type="application/json" if json else "application/x-www-form-urlencoded"
        )
    finally:
        transaction.savepoint_rollback(point)
        client.cookies.clear()
        client.cookies.load(cookies)
    return outcome_of(path, response), response


def outcome_of(path: str, response: HttpResponse) -> Outcome:
    """Wagtail refuses by sending people to its front page; others by 403 or 404."""
    if response.status_code >= 500:
        return Outcome.BROKEN
    if response.status_code in {301, 302, 303}:
        target = urlsplit(response["Location"]).path
        if target in {reverse("account_login"), reverse("wagtailadmin_login")}:
            return Outcome.LOGIN
        if target == reverse("wagtailadmin_home") and path != target:
            return Outcome.REFUSED
    by_code = {401: Outcome.LOGIN, 403: Outcome.REFUSED, 404: Outcome.GONE, 405: Outcome.METHOD}
    return by_code.get(response.status_code, Outcome.IN)
