"""What the wiring itself keeps in the database."""

from django.db import models


class PublicChange(models.Model):
    """Something that public pages show has changed; written in the transaction that changes it.

    Rows are only added (nobody waits for a lock) and pruned by ``public_cache.prune``. ``topic`` is one of
    ``public_cache.TOPICS``; ``at`` is UTC.
    """

    topic = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["topic", "id"], name="public_change_of_topic")]

    def __str__(self) -> str:
        return f"{self.topic} {self.at:%Y-%m-%d %H:%M:%S}"
