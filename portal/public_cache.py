"""Public pages are kept, and rendered anew exactly when something that they show has changed.

Every write to a table that public pages show leaves a ``PublicChange`` in the same transaction, found by looking at
the SQL: bulk writes and ``QuerySet.update`` are seen too, drafts are not. A kept page carries the state of its topics
from before it was rendered; another state, or another day in Việt Nam, and it is rendered anew. So no page is ever
older than the database, in any process. Browsers ask again each time and get 304 where nothing has changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from .models import PublicChange

#: Topic → the models whose rows belong to it: "app" for all of an app, "app.Model" for one.
TOPICS = {
    "pages": (
        "home",
        "regimes",
        "wagtailcore.Page",
        "wagtailcore.Site",
        "wagtailcore.PageViewRestriction",
        "wagtailimages.Image",
    ),
    "organisations": ("organisations",),
    "catalogue": ("indicators",),
    "figures": ("store.Release", "store.ReleasedFigure", "store.ReleasedIndicator", "store.PublicSeries"),
    "documents": ("publication",),
    "rounds": ("deadlines",),
}
#: Namespace of a view → what its pages show; all topics where it is not named.
SHOWS = {
    "publication": frozenset({"pages", "organisations", "catalogue", "documents"}),
    "catalogue": frozenset({"pages", "organisations", "catalogue", "figures", "rounds"}),
}
#: Columns that Wagtail writes when a draft is saved; nobody outside sees them.
DRAFT = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision_id",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by_id",
    }
)
#: Never kept: signed-in work, health, files that are served as they lie.
OTHERS = (
    "/admin/",
    "/dang-nhap/",
    "/dang-xuat/",
    "/tai-khoan/",
    "/-/",
    settings.STATIC_URL,
    settings.MEDIA_URL,
)
LONGEST_QUERY = 300
LARGEST_PAGE = 1_000_000
SECONDS = 24 * 3600
#: Of an address with a query: anybody can make up as many as he likes.
SECONDS_ASKED = 600
#: What a change means to a transaction that began before it; older rows than this can go.
PRUNED_AFTER = timedelta(hours=1)

_WRITE = re.compile(r'(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "(\w+)"')
_SET = re.compile(r'"(\w+)" = ')


# ------------------------------------------------------------------ seeing changes


@cache
def _topics_of_tables() -> dict[str, str]:
    found: dict[str, str] = {}
    for topic, names in TOPICS.items():
        for name in names:
            models = (
                [apps.get_model(name)]
                if "." in name
                else apps.get_app_config(name).get_models(include_auto_created=True)
            )
            found |= {model._meta.db_table: topic for model in models}
    return found


def changed(*topics: str, using: BaseDatabaseWrapper | None = None) -> None:
    """Every page that shows one of ``topics`` (all by default) is rendered anew.

    One plain statement: SQLite can begin or commit nothing while the rows of another are being read.
    """
    database = using or connections["default"]
    moment = database.ops.adapt_datetimefield_value(timezone.now())
    with database.cursor() as cursor:
        for topic in topics or TOPICS:
            cursor.execute(
                f'INSERT INTO "{PublicChange._meta.db_table}" ("topic", "at") VALUES (%s, %s)',
                [topic, moment],
            )


class Watch:
    """A wrapper of all SQL on a connection. Paused while tables are being made."""

    paused = False

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        result = execute(sql, params, many, context)
        if not self.paused and (topic := topic_of(sql)):
            changed(topic, using=context["connection"])
        return result


def topic_of(sql: str) -> str | None:
    """What a statement changes that public pages show; None for reading, for drafts and for everything else."""
    match = _WRITE.match(sql)
    topic = match and _topics_of_tables().get(match[1])
    if match is None or not topic:
        return None
    if sql.startswith("UPDATE"):
        columns = set(_SET.findall(sql[match.end() :].split(" WHERE ")[0]))
        if columns and columns <= DRAFT:
            return None
    return topic


watch = Watch()


def install(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Watch a new connection (receiver of ``connection_created``)."""
    if settings.PUBLIC_CACHE and watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)


def pause(**kwargs: Any) -> None:
    """Receiver of ``pre_migrate``: the table of changes may not be there yet."""
    watch.paused = True


def resume(**kwargs: Any) -> None:
    """Receiver of ``post_migrate``: the code is new, so is every page."""
    watch.paused = False
    if (
        settings.PUBLIC_CACHE
        and PublicChange._meta.db_table in connections[kwargs["using"]].introspection.table_names()
    ):
        changed(using=connections[kwargs["using"]])


def prune() -> int:
    """Forget all but the last change of each topic. Returns how many went."""
    last = PublicChange.objects.values("topic").annotate(last=Max("id")).values("last")
    old = PublicChange.objects.filter(at__lt=timezone.now() - PRUNED_AFTER).exclude(
        pk__in=list(last.values_list("last", flat=True))
    )
    return old.delete()[0]


# ------------------------------------------------------------------ keeping pages


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it was rendered, and the state of the topics before that."""

    topics: frozenset[str]
    state: str
    body: bytes
    headers: dict[str, str]


def state_of(topics: Iterable[str]) -> str:
    """The changes of these topics so far, and the day in Việt Nam. One query; "" where nothing has changed ever."""
    names = sorted(topics)
    connection = connections["default"]
    # It stands before all else on a connection that was kept, so it is itself the question whether that still answers:
    # Django's own (CONN_HEALTH_CHECKS) would be a second journey to the database for each kept page.
    if not connection.in_atomic_block:
        connection.health_check_done = True  # type: ignore[attr-defined]  # no part of the stubs
    try:
        rows = _changes(connection, names)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        rows = _changes(connection, names)
    found = " ".join(f"{topic}:{last}/{count}" for topic, last, count in rows)
    return f"{timezone.localdate()} {found}" if found else ""


def _changes(connection: BaseDatabaseWrapper, topics: list[str]) -> list[tuple[str, int, int]]:
    # Number and count: of two transactions, the one that began first may commit last. Every kept page asks this, so it is SQL.
    places = ", ".join(["%s"] * len(topics))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "topic", MAX("id"), COUNT("id") FROM "{PublicChange._meta.db_table}" '
            f'WHERE "topic" IN ({places}) GROUP BY "topic" ORDER BY "topic"',
            topics,
        )
        return list(cursor.fetchall())


def topics_shown(path: str) -> frozenset[str]:
    try:
        namespace = resolve(path).namespace
    except Resolver404:
        namespace = ""
    return SHOWS.get(namespace, frozenset(TOPICS))


def key_of(request: HttpRequest) -> str | None:
    """What a kept page goes by: host, address with its query, the choices of light and contrast. None: not kept."""
    query = request.META.get("QUERY_STRING", "")
    if (
        request.method not in {"GET", "HEAD"}
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        or request.path.startswith(OTHERS)
        or len(query) > LONGEST_QUERY
    ):
        return None
    choices = sorted(
        (name, value) for name, value in request.COOKIES.items() if name in settings.PUBLIC_COOKIES
    )
    said = repr((request.scheme, request.get_host(), request.path, query, choices))
    return f"public:{hashlib.sha256(said.encode()).hexdigest()}"


class PublicCacheMiddleware:
    """Stands before sessions: who is signed in, or has a session at all, never meets it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request) if settings.PUBLIC_CACHE else None
        if key is None:
            return self.get_response(request)
        store = caches["pages"]
        kept: Kept | None = store.get(key)
        topics = kept.topics if kept else topics_shown(request.path_info)
        state = state_of(topics)
        if kept is None or kept.state != state:
            request.public_state = state  # type: ignore[attr-defined]  # for what is itself kept by it
            response = self.get_response(request)
            if not (state and request.method == "GET" and _may_be_kept(response)):
                return response
            assert isinstance(response, HttpResponse)
            response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            response.headers.setdefault("Cache-Control", "no-cache")
            patch_vary_headers(response, ["Cookie"])
            kept = Kept(topics, state, response.content, dict(response.items()))
            store.set(key, kept, SECONDS_ASKED if request.META.get("QUERY_STRING") else SECONDS)
        response = HttpResponse(kept.body, headers=kept.headers)
        return get_conditional_response(request, etag=kept.headers["ETag"], response=response) or response


def _may_be_kept(response: HttpResponseBase) -> bool:
    """Whole, good, the same for everybody."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("ETag")
        and not re.search("no-store|private|no-cache", response.get("Cache-Control", ""))
        and len(response.content) <= LARGEST_PAGE
    )
