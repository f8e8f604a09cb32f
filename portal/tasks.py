"""Housekeeping of the wiring itself."""

from celery import shared_task

from . import public_cache


@shared_task(name="portal.prune_changes")
def prune_changes() -> int:
    """Forget the changes of public pages that no kept page can still ask for."""
    return public_cache.prune()
