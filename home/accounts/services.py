"""The verbs of accounts."""

from __future__ import annotations

from datetime import date

from home.organisations.models import Organisation, on_day

from .models import Appointment, User


def appointment_of(person: User, organisation: Organisation, day: date) -> Appointment | None:
    """The authority ``person`` signs with at ``organisation`` on ``day``; the latest where there are several."""
    return (
        Appointment.objects.filter(on_day(day), person=person, organisation=organisation)
        .order_by("-valid_from", "-pk")
        .first()
    )
