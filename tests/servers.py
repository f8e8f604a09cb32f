"""PostgreSQL, Redis and the portal's own server for tests and bench: on free private ports, in private folders, ended by their own process ids.

They never touch a server that is there. The PostgreSQL folder is kept under ``var/`` between runs, because the
migrated template database in it saves the migrations next time.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

VAR = Path(os.environ.get("PORTAL_VAR") or Path(__file__).resolve().parents[1] / "var")
START_SECONDS = 30


class ServerError(Exception):
    """A server is not installed or does not start; says what to do."""


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server; gives the address of its empty database ``postgres``, as ``DATABASE_URL`` wants it."""
    programs = _postgresql_programs()
    with ExitStack() as stack:
        person = _server_person()
        home = stack.enter_context(_kept_folder("postgresql", person))
        data = home / f"data-{programs.parent.name}"
        if (data / "postmaster.pid").exists():  # a run that was killed left its server behind
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], person, check=False)
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)
            _run([programs / "initdb", "-D", data, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"], person)
        port = _free_port()
        # Nothing here has to survive a power cut.
        speed = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        command = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", *speed]
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        log = stack.enter_context((home / "log").open("w", encoding="utf-8"))
        stack.enter_context(
            _running(
                command,
                lambda: subprocess.run(ready, check=False).returncode == 0,
                stop_with=signal.SIGINT,
                log=log,
                person=person,
            )
        )
        yield f"postgres://{person or _own_name()}@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """A Redis server that keeps nothing; gives its address."""
    program = shutil.which("redis-server")
    if program is None:
        raise ServerError(
            "No redis-server here. Install it: apt-get install --no-install-recommends redis-server"
        )
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
        with (
            (Path(folder) / "log").open("w", encoding="utf-8") as log,
            _running(command, lambda: _answers(port), stop_with=signal.SIGTERM, log=log),
        ):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def gunicorn(workers: int, **environment: str) -> Iterator[int]:
    """The portal as in production, on the database that ``environment`` names; gives its port."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi", "--preload", "--workers", str(workers)),
        *("--chdir", str(Path(__file__).resolve().parents[1]), "--bind", f"127.0.0.1:{port}"),
        *("--log-level", "warning"),
    ]
    with (
        tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="portal-gunicorn-") as log,
        _running(
            command,
            lambda: _answers(port),
            stop_with=signal.SIGTERM,
            log=log,
            environment=os.environ | environment,
        ),
    ):
        yield port


def _postgresql_programs() -> Path:
    """The folder of the newest PostgreSQL; Debian keeps its programs off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise ServerError("No PostgreSQL here. Install it: apt-get install --no-install-recommends postgresql")


def _server_person() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as user postgres."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError as error:
        raise ServerError(
            "As root, the tests run PostgreSQL as user postgres; there is no such user."
        ) from error


def _own_name() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


@contextmanager
def _kept_folder(name: str, person: str | None) -> Iterator[Path]:
    """``var/tests/<name>``; a passing one where another run uses it or ``person`` cannot reach it."""
    folder = VAR / "tests" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock, ExitStack() as stack:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            reachable = person is None or _run(["test", "-x", folder], person, check=False) == 0
        except BlockingIOError:
            reachable = False
        if not reachable:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"portal-{name}-")))
        if person:
            shutil.chown(folder, person)
        yield folder


def _run(command: list[str | Path], person: str | None, *, check: bool = True) -> int:
    done = subprocess.run(
        command,
        check=False,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **_as_person(person),
    )
    if check and done.returncode:
        raise ServerError(f"{Path(command[0]).name} failed:\n{done.stdout}")
    return done.returncode


def _as_person(person: str | None) -> dict[str, object]:
    if person is None:
        return {}
    return {"user": person, "group": pwd.getpwnam(person).pw_gid, "extra_groups": []}


@contextmanager
def _running(
    command: list[str | Path],
    is_ready: Callable[[], bool],
    *,
    stop_with: signal.Signals,
    log: IO[str],
    person: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=environment,
        **_as_person(person),
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(
                    f"{Path(command[0]).name} does not start:\n{Path(log.name).read_text(encoding='utf-8')[-2000:]}"
                )
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop_with)
        try:
            process.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    with postgresql() as address:
        sys.stdout.write(f"DATABASE_URL={address}\n")
        sys.stdout.flush()
        signal.pause()
