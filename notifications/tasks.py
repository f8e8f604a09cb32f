from celery import shared_task

from . import services


@shared_task(name="notifications.deliver_pending")
def deliver_pending() -> int:
    """Send what waits in the outbox. Running twice sends nothing twice."""
    return services.deliver_pending()
