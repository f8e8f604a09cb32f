"""Telling people: rows in the caller's transaction, delivery after its commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from .catalogue import render
from .models import Channel, Delivery, Message

if TYPE_CHECKING:
    from home.accounts.models import User

#: Waiting times before the next attempts; after the last one the delivery is given up and stays visible as failed.
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


def tell(
    people: Iterable[User],
    code: str,
    *,
    key: str,
    context: dict[str, Any],
    url: str = "",
    at: datetime | None = None,
) -> list[Message]:
    """Tell each of ``people`` once: the same ``key`` never tells the same person twice. Returns the new messages.

    ``code`` names a message of the catalogue; ``url`` is a path on this portal. People without an address or an
    active account get the inbox only, or nothing.
    """
    at = at or timezone.now()
    subject, body = render(code, context)
    told = []
    known = set(Message.objects.filter(key=key).values_list("recipient_id", flat=True))
    for person in people:
        if person.pk in known or not person.is_active:
            continue
        known.add(person.pk)
        message = Message.objects.create(
            recipient=person, key=key, code=code, subject=subject[:250], body=body, url=url, created_at=at
        )
        if person.email:
            Delivery.objects.create(message=message, channel=Channel.EMAIL, next_attempt_at=at)
        told.append(message)
    if told:
        from .tasks import deliver_pending

        transaction.on_commit(lambda: deliver_pending.delay(), robust=True)
    return told


def deliver_pending(*, now: datetime | None = None, limit: int = 500) -> int:
    """Deliver what waits in the outbox, and return how many went out. May run twice at once: each row is claimed first."""
    now = now or timezone.now()
    delivered = 0
    waiting = Delivery.objects.filter(delivered_at__isnull=True, next_attempt_at__lte=now).order_by(
        "next_attempt_at"
    )
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        # Compare and set: whoever moves the next attempt forward owns this one.
        claimed = Delivery.objects.filter(
            pk=pk, delivered_at__isnull=True, next_attempt_at__lte=now
        ).update(next_attempt_at=now + timedelta(minutes=5))
        if not claimed:
            continue
        delivered += _deliver(Delivery.objects.select_related("message__recipient").get(pk=pk), now)
    return delivered


def _deliver(delivery: Delivery, now: datetime) -> int:
    message = delivery.message
    try:
        EmailMessage(
            subject=message.subject,
            body=_with_address(message),
            to=[message.recipient.email],
            headers={"X-Portal-Message": str(message.pk)},
        ).send()
    except OSError as error:
        delivery.attempts += 1
        delivery.error = str(error)[:300]
        wait = RETRY_AFTER[min(delivery.attempts, len(RETRY_AFTER)) - 1]
        # Far in the future: given up, but kept.
        delivery.next_attempt_at = (
            now + wait if delivery.attempts <= len(RETRY_AFTER) else now + timedelta(days=36500)
        )
        delivery.save(update_fields=["attempts", "error", "next_attempt_at"])
        return 0
    delivery.attempts += 1
    delivery.delivered_at = now
    delivery.error = ""
    delivery.save(update_fields=["attempts", "delivered_at", "error"])
    return 1


def _with_address(message: Message) -> str:
    if not message.url:
        return message.body
    return f"{message.body}\n\nMở trên hệ thống: {settings.PORTAL['address'].rstrip('/')}{message.url}"


def mark_read(message: Message, *, at: datetime | None = None) -> None:
    Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=at or timezone.now())
