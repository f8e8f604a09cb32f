"""Telling people things, once: the inbox, and the outbox of what leaves the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from home.accounts.models import User


class Channel(models.TextChoices):
    EMAIL = "email", "Thư điện tử"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User | AnonymousUser) -> MessageQuerySet:
        """One's own, and nobody else's: not even a superuser reads other people's."""
        return self.filter(recipient_id=user.pk) if user.is_authenticated and user.is_active else self.none()

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at__isnull=True)

    def unread_first(self) -> MessageQuerySet:
        """What was not read yet, then the rest; the newest first in both."""
        was_read = models.Q(read_at__isnull=False)
        return self.alias(was_read=was_read).order_by("was_read", "-created_at", "-pk")


class Message(models.Model):
    """One thing told to one person. ``key`` names the event: the same key never tells the same person twice."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    key = models.CharField(max_length=150)
    code = models.CharField(max_length=60)
    subject = models.CharField(max_length=250)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        default_permissions = ()
        ordering = ["-created_at", "-pk"]
        # The key first: whoever tells looks it up.
        constraints = [models.UniqueConstraint(fields=["key", "recipient"], name="nobody_is_told_twice")]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """The outbox: a message on its way through one channel. Written with the message, delivered after the commit.

    ``next_attempt_at`` None: delivered, or given up; ``error`` then says why.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="one_delivery_per_channel")
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="delivery_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.message}"
