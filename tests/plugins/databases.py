"""A migrated database for each test process, copied from a template that is kept between runs.

Migrating takes some twenty seconds; copying takes a moment. The template is named after the migrations, so it is
made anew when one of them changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parents[2]


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


def _migrate(name: str) -> None:
    """Migrate the database ``name``, through the default connection."""
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


class SQLiteCopy:
    """A file of this process; put back by copying the template's pages into it, whoever has it open."""

    def __init__(self) -> None:
        folder = settings.VAR_DIR / "tests" / "sqlite"
        self.template = folder / f"{_state()}.sqlite3"
        with _one_at_a_time(folder):
            if not self.template.exists():
                for old in folder.glob("*.sqlite3*"):
                    old.unlink()
                making = folder / "making.sqlite3"
                _migrate(str(making))
                making.rename(self.template)
        self._folder = tempfile.TemporaryDirectory(prefix="portal-test-database-")
        self.name = str(Path(self._folder.name) / "test.sqlite3")

    def restore(self) -> None:
        with (
            closing(sqlite3.connect(self.template)) as source,
            closing(sqlite3.connect(self.name, timeout=20)) as copy,
        ):
            source.backup(copy)

    def drop(self) -> None:
        self._folder.cleanup()


class PostgreSQLCopy:
    """A database of this process beside the template, on the server that ``tests.run`` started."""

    def __init__(self) -> None:
        self.name = f"portal_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
        self.template = f"portal_template_{_state()}"
        with _one_at_a_time(settings.VAR_DIR / "tests"):
            if not self._ask("SELECT 1 FROM pg_database WHERE datname = %s", self.template):
                for (old,) in self._ask(
                    "SELECT datname FROM pg_database WHERE datname ~ '^portal_(template|making)'"
                ):
                    self._do(f'DROP DATABASE "{old}"')
                self._do("CREATE DATABASE portal_making")
                _migrate("portal_making")
                self._do(f'ALTER DATABASE portal_making RENAME TO "{self.template}"')

    def restore(self) -> None:
        self.drop()
        self._do(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def drop(self) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        with self._server() as server:
            server.execute(statement)

    def _ask(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        with self._server() as server:
            return server.execute(statement, values).fetchall()

    def _server(self) -> psycopg.Connection[Any]:
        """Outside any transaction, and in a database that nobody copies."""
        there = settings.DATABASES["default"]
        return psycopg.connect(
            dbname="postgres", user=there["USER"], host=there["HOST"], port=there["PORT"], autocommit=True
        )


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[None]:
    """The default database of this process is a fresh copy; transactional tests put it back instead of emptying it."""
    connection = connections["default"]
    with django_db_blocker.unblock():
        copy = (SQLiteCopy if connection.vendor == "sqlite" else PostgreSQLCopy)()
        copy.restore()
        connection.close()
        connection.settings_dict["NAME"] = copy.name

    def put_back(self: TransactionTestCase) -> None:
        connections.close_all()
        copy.restore()

    TransactionTestCase._fixture_teardown = put_back
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        copy.drop()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Wagtail remembers sites and their roots in the cache; the next test has others."""
    yield
    cache.clear()
