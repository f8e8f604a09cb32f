"""Once a year each organisation's administrator confirms that its accounts and duties are still right.

The year runs from the last confirmation; before the first, from the day the oldest account at work there was opened.
Administrators are asked ``ASKED_BEFORE`` the day; after it, those above are told as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils import timezone

from home.audit.services import record
from home.organisations.models import AffiliationKind, Organisation, OrganisationPath, on_day

from .duties import holders
from .models import PORTAL_WIDE, Duty, DutyKind, Recertification, User
from .permissions import may_administer
from .refusals import AccountError, Outdated, state_of
from .services import administrators_of, revoke
from .telling import tell

EVERY = timedelta(days=365)
ASKED_BEFORE = timedelta(days=30)


class Standing(StrEnum):
    FINE = "fine"
    ASKED = "asked"
    OVERDUE = "overdue"


def standing_of(due: date | None, today: date) -> Standing:
    """``due`` is the last day of the year; None where nobody works."""
    if due is None or today < due - ASKED_BEFORE:
        return Standing.FINE
    return Standing.ASKED if today <= due else Standing.OVERDUE


def due_days(today: date, organisations: Iterable[int] | None = None) -> dict[int, date]:
    """Organisation → the last day by which it is confirmed; those in which nobody has a duty are left out. Two queries."""
    duties = Duty.objects.on(today).exclude(kind__in=PORTAL_WIDE).order_by()
    confirmed = Recertification.objects.order_by()
    if organisations is not None:
        named = list(organisations)
        duties, confirmed = duties.filter(organisation__in=named), confirmed.filter(organisation__in=named)
    last = dict(confirmed.values_list("organisation").annotate(Max("confirmed_on")))
    opened = duties.values_list("organisation").annotate(Min("person__date_joined"))
    return {
        organisation: last.get(organisation, timezone.localdate(first)) + EVERY
        for organisation, first in opened
    }


def listed(organisation: Organisation, today: date | None = None) -> list[Duty]:
    """What is to be confirmed: every duty in force there or to come, by person."""
    today = today or timezone.localdate()
    rows = Duty.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today), organisation=organisation
    ).exclude(kind__in=PORTAL_WIDE)
    rows = rows.select_related("person", "organisation", "division", "acting_for").prefetch_related("scopes")
    return list(rows.order_by("person__full_name", "person__username", "kind", "pk"))


def seen(duties: Iterable[Duty]) -> str:
    """Names what is confirmed, so that nothing is confirmed unseen."""
    return state_of(*(f"{duty.pk}:{duty.valid_to}" for duty in duties))


@transaction.atomic
def confirm(
    organisation: Organisation, withdrawn: Collection[int], *, seen_as: str, by: User
) -> Recertification:
    """The duties listed are right, but for those ``withdrawn`` (primary keys), which end today. All or nothing.

    Raises:
        Outdated: the list is no longer as ``seen_as``.
        AccountError: a duty is none of the list's, or cannot be taken.
        PermissionDenied: ``by`` does not administer the organisation.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not may_administer(by, organisation):
        raise PermissionDenied
    duties = {duty.pk: duty for duty in listed(organisation)}
    if seen(duties.values()) != seen_as:
        raise Outdated
    if not set(withdrawn) <= duties.keys():
        raise AccountError(
            f"Có nhiệm vụ không thuộc {organisation.name}. Chưa ghi gì; hãy xem lại danh sách."
        )
    today = timezone.localdate()
    unfinished = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    for pk in sorted(withdrawn):
        # A delegation has ended with the duty it rests on, where that was withdrawn too.
        if Duty.objects.filter(unfinished, pk=pk).exists():
            revoke(duties[pk], by=by)
    kept = [pk for pk in duties if pk not in withdrawn]
    made = Recertification.objects.create(
        organisation=organisation,
        confirmed_by=by,
        confirmed_at=timezone.now(),
        confirmed_on=today,
        kept=kept,
        withdrawn=sorted(withdrawn),
    )
    record(
        "recertification.confirm",
        made,
        by=by,
        organisation=organisation.code,
        kept=len(kept),
        withdrawn=len(made.withdrawn),
    )
    return made


@transaction.atomic
def remind(today: date) -> int:
    """Ask administrators whose year ends soon, and tell those above of the overdue; each once. Returns how many organisations."""
    due = {pk: day for pk, day in due_days(today).items() if standing_of(day, today) != Standing.FINE}
    for organisation in Organisation.objects.on(today).filter(pk__in=due).order_by("pk"):
        day = due[organisation.pk]
        code, people = "account.recertify", holders(DutyKind.UNIT_ADMIN, organisation.pk, day=today)
        if standing_of(day, today) == Standing.OVERDUE:
            code = "account.recertify_overdue"
            people = [*people, *_above(organisation, today)]
        elif not people:
            people = [
                person for person, _ in administrators_of(Organisation.objects.filter(pk=organisation.pk))
            ]
        tell(
            people,
            code,
            key=f"{code}:{organisation.pk}:{day.isoformat()}",
            context={"organisation": organisation.name, "due": f"{day:%d/%m/%Y}"},
            url=reverse("organisations:recertify", args=[organisation.pk]),
        )
    return len(due)


def _above(organisation: Organisation, today: date) -> list[User]:
    paths = OrganisationPath.objects.filter(
        on_day(today), descendant=organisation, kind=AffiliationKind.SUBORDINATION, depth=1
    )
    parents = Organisation.objects.filter(pk__in=paths.values("ancestor"))
    return [person for person, _ in administrators_of(parents)]
