"""Telling people: rows in the caller's transaction, delivery after its commit."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from .catalogue import render
from .models import Channel, Delivery, Message

if TYPE_CHECKING:
    from home.accounts.models import User

logger = logging.getLogger(__name__)

#: Waiting times before the next attempts; after the last one the delivery is given up and stays visible as failed.
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
#: Whoever takes a delivery up has it for so long; then it is taken to have died with it on the way.
CLAIMED_FOR = timedelta(minutes=5)


@transaction.atomic
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

    ``code`` names a message of the catalogue; ``url`` is a path on this portal. People without an address get the
    inbox only; deactivated people get nothing.

    Raises:
        KeyError: the catalogue has no such message, or ``context`` lacks a name of it.
    """
    at = at or timezone.now()
    subject, body = render(code, context)
    active = {person.pk: person for person in people if person.is_active}
    told = Message.objects.filter(key=key, recipient__in=active)
    new = active.keys() - set(told.values_list("recipient_id", flat=True))
    if not new:
        return []
    # Two at once: the constraint keeps one message, and the loser's rows are passed over.
    Message.objects.bulk_create(
        [
            Message(
                recipient_id=pk, key=key, code=code, subject=subject[:250], body=body, url=url, created_at=at
            )
            for pk in sorted(new)
        ],
        ignore_conflicts=True,
    )
    messages = list(Message.objects.filter(key=key, recipient__in=new).order_by("recipient_id"))
    Delivery.objects.bulk_create(
        [
            Delivery(message=message, channel=Channel.EMAIL, next_attempt_at=at)
            for message in messages
            if active[message.recipient_id].email
        ],
        ignore_conflicts=True,
    )
    from .tasks import deliver_pending

    transaction.on_commit(lambda: deliver_pending.delay(), robust=True)
    return messages


def deliver_pending(*, now: datetime | None = None, limit: int = 500) -> int:
    """Deliver what waits in the outbox, and return how many went out. May run twice at once: each row is claimed first.

    A delivery that fails waits as ``RETRY_AFTER`` says and holds up none of the others.
    """
    now = now or timezone.now()
    delivered = 0
    waiting = Delivery.objects.filter(next_attempt_at__lte=now)
    for pk in list(waiting.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit]):
        # Compare and set: whoever moves the next attempt forward owns this one.
        if not waiting.filter(pk=pk).update(next_attempt_at=now + CLAIMED_FOR):
            continue
        delivered += _deliver(Delivery.objects.select_related("message__recipient").get(pk=pk), now)
    return delivered


def _deliver(delivery: Delivery, now: datetime) -> bool:
    person = delivery.message.recipient
    delivery.error, delivery.next_attempt_at = "", None
    if not person.is_active or not person.email:
        delivery.error = "Tài khoản đã khóa hoặc không còn địa chỉ thư điện tử."
    else:
        delivery.attempts += 1
        try:
            _mail(delivery.message).send()
            delivery.delivered_at = now
        # Whatever is wrong with one address or with the server must not hold up the others.
        except Exception as error:
            logger.warning(
                "A message could not be delivered.", extra={"delivery_id": delivery.pk}, exc_info=True
            )
            delivery.error = str(error)[:300] or type(error).__name__
            if delivery.attempts <= len(RETRY_AFTER):
                delivery.next_attempt_at = now + RETRY_AFTER[delivery.attempts - 1]
    delivery.save(update_fields=["attempts", "delivered_at", "error", "next_attempt_at"])
    return delivery.delivered_at is not None


def _mail(message: Message) -> EmailMultiAlternatives:
    """What to do, by when, and one link; as text and as HTML."""
    context = {
        "message": message,
        "address": settings.PORTAL["address"].rstrip("/") + message.url if message.url else "",
        "portal": settings.PORTAL,
    }
    mail = EmailMultiAlternatives(
        # A line break in a title would be refused as a forged header.
        subject=" ".join(message.subject.split()),
        body=render_to_string("notifications/mail.txt", context),
        to=[message.recipient.email],
        headers={"X-Portal-Message": str(message.pk), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return mail


def mark_read(message: Message, *, at: datetime | None = None) -> None:
    """The first reading counts; later ones change nothing."""
    Message.objects.filter(pk=message.pk).unread().update(read_at=at or timezone.now())


def mark_all_read(user: User, *, at: datetime | None = None) -> int:
    """Returns how many were unread."""
    return Message.objects.visible_to(user).unread().update(read_at=at or timezone.now())
