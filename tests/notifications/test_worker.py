"""A message told in the web process is delivered by a worker process, through Redis."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from notifications.models import Delivery
from tests.servers import redis

BASE_DIR = settings.BASE_DIR

pytestmark = [
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        shutil.which("redis-server") is None,
        reason="redis-server is not installed (apt-get install redis-server)",
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
def redis_url() -> Iterator[str]:
    with redis() as url:
        yield url


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
def environment(redis_url, tmp_path) -> dict[str, str]:
    """What both processes share: that Redis, the test database, and a folder for mail."""
    var = tmp_path / "var"
    var.mkdir()
    return {
        **os.environ,
        "DATABASE_URL": lead_to_test_database(var),
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "PORTAL_VAR": str(var),
        "CELERY_BROKER_URL": redis_url,
    }


@pytest.fixture
def worker(environment, tmp_path) -> Iterator[None]:
    log = tmp_path / "worker.log"
    command = ["-m", "celery", "-A", "portal", "worker", "--pool", "solo", "--loglevel", "INFO"]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=BASE_DIR,
            env=environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        )

    def ready() -> bool:
        text = log.read_text(encoding="utf-8", errors="replace")
        assert process.poll() is None, text
        return " ready." in text

    try:
        wait_for(ready)
        yield
    finally:
        end(process)


#: What a view does: it tells inside its transaction, and goes on.
WEB_PROCESS = """
import time
from django.conf import settings
from django.db import transaction
from home.accounts.models import User
from notifications.catalogue import register
from notifications.services import tell

assert not settings.CELERY_TASK_ALWAYS_EAGER
register("test.due", "Sắp đến hạn", "Việc cần làm: trình.")
with transaction.atomic():
    tell(User.objects.all(), "test.due", key="k1", context={}, url="/admin/")
    time.sleep(1)
    assert not (settings.VAR_DIR / "mail").exists(), "nothing leaves before the commit"
"""


def test_a_message_told_in_the_web_process_is_delivered_by_the_worker(clerk, worker, environment):
    web = [sys.executable, "manage.py", "shell", "--command", WEB_PROCESS]
    done = subprocess.run(web, cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr

    wait_for(lambda: Delivery.objects.filter(delivered_at__isnull=False).exists(), seconds=30)

    [written] = (Path(environment["PORTAL_VAR"]) / "mail").iterdir()
    mail = message_from_bytes(written.read_bytes().split(b"-" * 79)[0], policy=policy.default)
    assert mail["To"] == clerk.email
    assert mail["Subject"] == "Sắp đến hạn"
    assert Delivery.objects.get().attempts == 1
