"""The timetable without a beat process: what ``make run`` calls each minute."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, time
from typing import Any

from celery.schedules import crontab
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.celery import app


class Command(BaseCommand):
    help = (
        "Run every entry of the timetable whose time of day has come, once, in this process. "
        "All tasks may run twice: a second tick does again only what was left undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="also those whose time of day has not come yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        app.autodiscover_tasks(force=True)
        failed = []
        for name, entry in app.conf.beat_schedule.items():
            if not options["all"] and not has_come(entry["schedule"], now):
                self.stdout.write(f"{name}: not yet")
                continue
            result = app.tasks[entry["task"]].apply(
                entry.get("args", ()), entry.get("kwargs", {}), throw=False
            )
            if result.successful():
                self.stdout.write(f"{name}: {result.result}")
            else:
                failed.append(name)
                self.stderr.write(f"{name}: failed: {result.result!r}")
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}.")


def has_come(schedule: crontab | float, now: datetime) -> bool:
    """A daily entry comes with its minute and stays until midnight, so that a tick that was missed is made up for."""
    if not isinstance(schedule, crontab):
        return True
    return any(time(hour, minute) <= now.time() for hour in schedule.hour for minute in schedule.minute)
