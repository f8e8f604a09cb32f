from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from . import recertifying


@shared_task(
    name="home.accounts.remind_to_confirm",
    autoretry_for=(OperationalError,),
    retry_backoff=30,
    max_retries=5,
)
def remind_to_confirm() -> int:
    return recertifying.remind(timezone.localdate())
