"""Databases for each test process, copied from templates: a migrated one, kept between runs, and worlds.

Migrating takes some twenty seconds, so the migrated template is kept and named after the migrations. Most tests of
reports stand on the same published regime; a *world* is a database in which the fixtures up to that point have been
made once, and tests that ask for them get them from there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
import pytest_django
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parents[2]
#: Fixtures that make a world with all they stand on; of several that a test asks for, the first counts.
WORLDS = ("opened_round", "regime")
#: Where the fixtures of worlds are written; a test that has its own by the same name gets no world.
WORLD_MODULES = {"tests.conftest", "tests.reports.conftest"}
#: The one of them whose fixtures are parts of what is published.
PARTS = "tests.reports.conftest"


# ------------------------------------------------------------------ copies


class Store(Protocol):
    """Databases of one kind. ``template`` is the migrated one."""

    template: str

    def name(self, of: str) -> str: ...

    def copy(self, source: str, target: str) -> None: ...

    def drop(self) -> None: ...


def _state() -> str:
    """What a migrated database follows from."""
    sources = [ROOT / "requirements.txt", ROOT / "portal/settings/base.py"]
    for package in ("home", "indicators", "notifications", "reports", "portal"):
        sources += sorted((ROOT / package).rglob("migrations/*.py"))
        sources += sorted((ROOT / package).rglob("apps.py"))
    digest = hashlib.sha256()
    for source in sources:
        digest.update(f"{source.relative_to(ROOT)}\0".encode() + source.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _switch(name: str) -> None:
    """Point all connections of this process, present and future, at another database."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _migrate(name: str) -> None:
    _switch(name)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


class SQLiteStore:
    """Files; a copy is made page by page into the target, whoever has it open."""

    def __init__(self) -> None:
        kept = settings.VAR_DIR / "tests" / "sqlite"
        template = kept / f"{_state()}.sqlite3"
        with _one_at_a_time(kept):
            if not template.exists():
                for old in kept.glob("*.sqlite3*"):
                    old.unlink()
                making = kept / "making.sqlite3"
                _migrate(str(making))
                making.rename(template)
        self.template = str(template)
        self._folder = tempfile.TemporaryDirectory(prefix="portal-test-databases-")

    def name(self, of: str) -> str:
        return str(Path(self._folder.name) / f"{of}.sqlite3")

    def copy(self, source: str, target: str) -> None:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target, timeout=20)) as new:
            old.backup(new)

    def drop(self) -> None:
        self._folder.cleanup()


class PostgreSQLStore:
    """Databases beside the template, on the server that ``tests.run`` started."""

    def __init__(self) -> None:
        self._mine = f"portal_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_"
        self.template = f"portal_template_{_state()}"
        with _one_at_a_time(settings.VAR_DIR / "tests"):
            if self.template not in self._named("portal_template_"):
                for old in [*self._named("portal_template_"), *self._named("portal_making")]:
                    self._do(f'DROP DATABASE "{old}"')
                self._do("CREATE DATABASE portal_making")
                _migrate("portal_making")
                self._do(f'ALTER DATABASE portal_making RENAME TO "{self.template}"')

    def name(self, of: str) -> str:
        return self._mine + of

    def copy(self, source: str, target: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        self._do(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def drop(self) -> None:
        for name in self._named(self._mine):
            self._do(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _named(self, prefix: str) -> list[str]:
        with self._server() as server:
            rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
            return [name for (name,) in rows]

    def _do(self, statement: str) -> None:
        with self._server() as server:
            server.execute(statement)

    def _server(self) -> psycopg.Connection[Any]:
        """Outside any transaction, and in a database that nobody copies."""
        there = settings.DATABASES["default"]
        return psycopg.connect(
            dbname="postgres", user=there["USER"], host=there["HOST"], port=there["PORT"], autocommit=True
        )


# ------------------------------------------------------------------ worlds


class Databases:
    """The databases of this process. ``world`` is that of the running test, "" for the empty one."""

    def __init__(self, store: Store, blocker: pytest_django.DjangoDbBlocker) -> None:
        self.store = store
        self.blocker = blocker
        self.world = ""
        self._made: dict[str, bytes] = {}
        self.things: dict[str, Any] = {}
        store.copy(store.template, store.name("empty"))
        _switch(store.name("empty"))

    def begin(self, request: pytest.FixtureRequest) -> None:
        """Put the test in its world, made now if this process has not met it yet."""
        defs = _definitions(request)
        self.world = next((root for root in WORLDS if root in defs), "")
        if self.world and self.world not in self._made:
            self._make(defs)
        self.things = pickle.loads(self._made[self.world]) if self.world else {}
        name = self.store.name(self.world or "empty")
        if connection.settings_dict["NAME"] != name:
            _switch(name)

    def put_back(self) -> None:
        """After a test whose transactions were real."""
        connections.close_all()
        self.store.copy(self._pristine, self.store.name(self.world or "empty"))

    @property
    def _pristine(self) -> str:
        return self.store.name(f"{self.world}_pristine") if self.world else self.store.template

    def _make(self, defs: dict[str, pytest.FixtureDef[Any]]) -> None:
        """Call the world's fixtures as pytest would, and commit; what waits for the commit is not run, as in tests."""
        things: dict[str, Any] = {}

        def made(name: str) -> Any:
            if name in defs and name not in things:
                things[name] = defs[name].func(
                    **{argument: made(argument) for argument in defs[name].argnames}
                )
            return things.get(name)

        self.store.copy(self.store.template, self._pristine)
        _switch(self._pristine)
        with self.blocker.unblock(), transaction.atomic():
            made(self.world)
            connection.run_on_commit.clear()
        connections.close_all()
        self._made[self.world] = pickle.dumps(things)
        self.store.copy(self._pristine, self.store.name(self.world))


def _definitions(request: pytest.FixtureRequest) -> dict[str, pytest.FixtureDef[Any]]:
    """The world fixture the test asks for, with all it stands on.

    Nothing if one of them is the test's own, or if a fixture of the test's own may work on a part (a form, a page)
    before the whole is made of it.
    """
    root = next((name for name in WORLDS if name in request.fixturenames), "")
    world = _closure(request, root) if root else {}
    if any(definition.func.__module__ not in WORLD_MODULES for definition in world.values()):
        return {}
    parts = {name for name, definition in world.items() if definition.func.__module__ == PARTS} - {root}
    for name in request.fixturenames:
        own = _closure(request, name)
        is_own = name in own and own[name].func.__module__ not in WORLD_MODULES
        if is_own and root not in own and parts.intersection(own[name].argnames):
            return {}
    return world


def _closure(request: pytest.FixtureRequest, name: str) -> dict[str, pytest.FixtureDef[Any]]:
    """The fixture and all it stands on, those of plugins left out."""
    found: dict[str, pytest.FixtureDef[Any]] = {}
    waiting = [name]
    while waiting:
        name = waiting.pop()
        defined = request._fixturemanager.getfixturedefs(name, request.node)
        if name not in found and defined and defined[-1].func.__module__.startswith("tests."):
            found[name] = defined[-1]
            waiting += defined[-1].argnames
    return found


#: Set by ``django_db_setup``.
databases: Databases


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Any:
    """Begin in the right database; give what is there already instead of making it."""
    if fixturedef.argname == "_django_db_helper":
        databases.begin(request)
    elif fixturedef.func.__module__ in WORLD_MODULES and fixturedef.argname in databases.things:
        thing = databases.things[fixturedef.argname]
        fixturedef.cached_result = (thing, fixturedef.cache_key(request), None)
        return thing
    return None


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[None]:
    """Transactional tests put their database back instead of emptying it."""
    global databases
    with django_db_blocker.unblock():
        databases = Databases(
            SQLiteStore() if connection.vendor == "sqlite" else PostgreSQLStore(), django_db_blocker
        )
    TransactionTestCase._fixture_teardown = lambda self: databases.put_back()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        databases.store.drop()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Wagtail remembers sites and their roots in the cache; the next test has others."""
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()
