"""A message told in the web process is delivered by a worker process, through Redis."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from notifications import catalogue
from notifications.models import Delivery
from notifications.services import tell
from portal.celery import app

REDIS = Path("/usr/bin/redis-server")

pytestmark = [
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not REDIS.exists(), reason="redis-server is not installed (apt-get install redis-server)"
    ),
]


def wait_for(condition: Callable[[], object], *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.2)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@pytest.fixture
def redis_url(tmp_path) -> Iterator[str]:
    """A Redis of our own on a free port of this machine; it keeps nothing."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            REDIS,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            tmp_path,
            "--save",
            "",
            "--appendonly",
            "no",
        ],
        stdout=subprocess.DEVNULL,
    )

    def answers() -> bool:
        assert server.poll() is None, "redis-server ended at once"
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_for(answers, seconds=10)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        end(server)


def lead_to_test_database(var: Path) -> str:
    """The DATABASE_URL by which another process finds the test database; empty for SQLite, which it seeks in ``var``."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        path = Path(str(database["NAME"]))
        if not path.is_file():
            pytest.skip("the SQLite test database is in memory; another process cannot see it")
        (var / "portal.sqlite3").symlink_to(path)
        return ""
    user = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    return (
        f"postgres://{user}@{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}/{database['NAME']}"
    )


@pytest.fixture
def worker(redis_url, tmp_path) -> Iterator[Path]:
    """A Celery worker on that Redis and the test database; yields the folder it writes mail into."""
    var = tmp_path / "var"
    var.mkdir()
    environment = {
        **os.environ,
        "DATABASE_URL": lead_to_test_database(var),
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "PORTAL_VAR": str(var),
        "CELERY_BROKER_URL": redis_url,
    }
    log = (tmp_path / "worker.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "portal", "worker", "--pool", "solo", "--loglevel", "INFO"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )

    def ready() -> bool:
        text = (tmp_path / "worker.log").read_text(encoding="utf-8", errors="replace")
        assert process.poll() is None, text
        return " ready." in text

    try:
        wait_for(ready)
        yield var / "mail"
    finally:
        end(process)
        log.close()


@pytest.fixture
def queue(redis_url) -> Iterator[None]:
    """This process queues on that Redis, as the web process does in production."""
    before = {name: app.conf[name] for name in ("broker_url", "task_always_eager")}
    app.conf.update(broker_url=redis_url, task_always_eager=False)
    try:
        yield
    finally:
        app.pool.force_close_all()
        app.conf.update(before)


def test_a_message_told_in_the_web_process_is_delivered_by_the_worker(
    clerk, worker, queue, monkeypatch, mailoutbox
):
    monkeypatch.setattr(
        catalogue, "_TEMPLATES", {"test.due": catalogue.Template("Sắp đến hạn", "Việc cần làm: trình.")}
    )

    with transaction.atomic():
        tell([clerk], "test.due", key="k1", context={}, url="/admin/")
        time.sleep(1)
        assert not worker.exists(), "nothing leaves before the commit"
    wait_for(lambda: Delivery.objects.filter(delivered_at__isnull=False).exists(), seconds=30)

    assert mailoutbox == [], "not sent by this process"
    [written] = worker.iterdir()
    mail = message_from_bytes(written.read_bytes().split(b"-" * 79)[0], policy=policy.default)
    assert mail["To"] == clerk.email
    assert mail["Subject"] == "Sắp đến hạn"
    assert Delivery.objects.get().attempts == 1
