"""``python -m bench`` prints a table for each database; names choose parts: ``python -m bench grid verbs``.

Each database is measured in a process of its own, on servers of its own. Product and floor run by turns. Absolute times
depend on the machine; the ratios are what counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from bench.figures import Size
from bench.measuring import Result, Row, measure, table

PARTS = ("paper", "public", "grid", "lists", "verbs")
#: What touches no database is measured once.
ONCE = frozenset({"paper"})
DATABASES = ("SQLite", "PostgreSQL")


def main(names: list[str]) -> int:
    if unknown := set(names) - set(PARTS):
        sys.stderr.write(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.\n")
        return 2
    names = names or list(PARTS)
    if os.environ.get("BENCH_DATABASE"):
        return here(os.environ["BENCH_DATABASE"], names)
    from tests.servers import postgresql

    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "bench"]
    sqlite, other = DATABASES
    codes = [
        subprocess.run(
            [*command, *names], env=environment | {"BENCH_DATABASE": sqlite}, check=False
        ).returncode
    ]
    if again := [name for name in names if name not in ONCE]:
        with postgresql() as url:
            environment |= {"BENCH_DATABASE": other, "DATABASE_URL": url}
            codes.append(subprocess.run([*command, *again], env=environment, check=False).returncode)
    return max(codes)


def here(database: str, names: list[str]) -> int:
    """All parts on the database of this process. 1 where something is wrong; a missed target is told, not an error."""
    import django

    django.setup()
    from django.db import connection

    def results() -> Iterator[Result]:
        for name in names:
            yield from of_part(name)

    settings = connection.settings_dict
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
        title = f"{database}; load {load} on {os.cpu_count()} cores"
        if "public" in names:
            title += f"; {Size.wanted()}"
        return int(table(title, results()))
    finally:
        connection.creation.destroy_test_db(settings["NAME"], verbosity=0)


def of_part(name: str) -> Iterator[Result]:
    """The rows of a part, measured in turn on a database emptied for it."""
    from importlib import import_module

    from django.core.cache import caches
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    for cache in caches.all():
        cache.clear()
    for row in import_module(f"bench.{name}").rows():
        yield measure(row) if isinstance(row, Row) else row


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
