"""Prints who can sign in to the demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.accounts.models import User
from reports.demo.builder import PASSWORD


class Command(BaseCommand):
    help = "Print username, password, organisation and duties of the demonstration's people, tab-separated."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_IS_DEMO:
            raise CommandError("There is no demonstration in production settings.")
        people = (
            User.objects.filter(is_active=True).prefetch_related("duties__organisation").order_by("username")
        )
        for person in people:
            duties = list(person.duties.all())
            organisations = ", ".join(dict.fromkeys(duty.organisation.code for duty in duties)) or "–"
            kinds = ", ".join(duty.kind for duty in duties) or ("superuser" if person.is_superuser else "–")
            self.stdout.write(f"{person.username}\t{PASSWORD}\t{organisations}\t{kinds}")
