"""``python -m bench`` prints a table for each database; names choose parts: ``python -m bench grid verbs``.

Each database is measured in a process of its own, on servers of its own. Product and floor run by turns. Absolute times
depend on the machine; the ratios are what counts.
"""

from __future__ import annotations

import os
import subprocess
import sys

PARTS = ("verbs", "grid", "lists")


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
    command = [sys.executable, "-m", "bench", *names]
    codes = [subprocess.run(command, env={**environment, "BENCH_DATABASE": "SQLite"}, check=False).returncode]
    with postgresql() as url:
        environment |= {"BENCH_DATABASE": "PostgreSQL", "DATABASE_URL": url}
        codes.append(subprocess.run(command, env=environment, check=False).returncode)
    return max(codes)


def here(database: str, names: list[str]) -> int:
    """All parts on the database of this process. 1 where figures were lost; a missed target is told, not an error."""
    from importlib import import_module

    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.measuring import measure, table

    settings = connection.settings_dict
    code = 0
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        for name in names:
            part = import_module(f"bench.{name}")
            call_command("flush", interactive=False, verbosity=0)
            if hasattr(part, "run"):
                code = max(code, part.run(database))
            else:
                table(f"{database}: {name}", map(measure, part.rows()))
    finally:
        connection.creation.destroy_test_db(settings["NAME"], verbosity=0)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
