"""The clock of reminders. Days are ISO text (today in Việt Nam by default): a day lost in an outage is queued again."""

from datetime import date

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from . import services


@shared_task(
    name="reports.reminders.send_due_reminders",
    autoretry_for=(OperationalError,),
    retry_backoff=30,
    max_retries=5,
)
def send_due_reminders(day: str | None = None) -> int:
    return services.send_due_reminders(date.fromisoformat(day) if day else timezone.localdate())


@shared_task(
    name="reports.reminders.mark_missed", autoretry_for=(OperationalError,), retry_backoff=30, max_retries=5
)
def mark_missed(day: str | None = None) -> int:
    return services.mark_missed(date.fromisoformat(day) if day else timezone.localdate())


@shared_task(
    name="reports.reminders.tell_opened_rounds",
    autoretry_for=(OperationalError,),
    retry_backoff=30,
    max_retries=5,
)
def tell_opened_rounds() -> int:
    return services.tell_opened_rounds()


@shared_task(
    name="reports.reminders.tell_changed_sources",
    autoretry_for=(OperationalError,),
    retry_backoff=30,
    max_retries=5,
)
def tell_changed_sources() -> int:
    return services.tell_changed_sources()
