"""An official leaves: what still hangs on him, and one step that passes it on. Who did what before stays as it was.

What waits for a person is known above: each receiver of the hook ``portal_open_work`` takes him and gives ``OpenWork``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks

from home.audit.services import record
from home.organisations.models import Organisation

from . import assigning, focal
from .duties import forget_duties
from .models import AccountRequest, Duty, FocalPerson, RequestStatus, User
from .permissions import may_administer, may_change_person, may_grant, may_hand_over
from .refusals import AccountError, Outdated, state_of
from .services import end_duty, grant, set_active
from .telling import tell


@dataclass(frozen=True)
class OpenWork:
    """One thing that waits for the person at an organisation (``place``). ``alone``: nobody else has the duty to do it."""

    label: str
    place: int
    url: str = ""
    alone: bool = False


def open_work(person: User) -> list[OpenWork]:
    """What hangs on the person today: reports, delegations, requests, being a focal person."""
    today = timezone.localdate()
    work = [one for tell_of in hooks.get_hooks("portal_open_work") for one in tell_of(person)]
    delegations = Duty.objects.filter(acting_for__isnull=False, valid_to__gte=today).select_related(
        "person", "acting_for", "organisation"
    )
    for duty in delegations.filter(Q(person=person) | Q(acting_for=person)):
        label = duty.get_kind_display()
        said = (
            f"Nhận ủy quyền “{label}” của {duty.acting_for}"
            if duty.person_id == person.pk
            else f"Ủy quyền “{label}” cho {duty.person}"
        )
        until = f"đến hết {duty.valid_to:%d/%m/%Y}, {duty.organisation}"
        work.append(OpenWork(f"{said} {until}", duty.organisation_id))
    for request in AccountRequest.objects.filter(asked_by=person, status=RequestStatus.PENDING):
        url = reverse("account_requests:detail", args=[request.pk])
        label = f"Đề nghị đang chờ quyết định – {request.full_name}"
        work.append(OpenWork(label, request.organisation_id, url))
    for named in _focal_roles(person):
        url = reverse("organisations:inspect", args=[named.organisation_id])
        others = (
            FocalPerson.objects.on(today).filter(organisation=named.organisation_id).exclude(person=person)
        )
        work.append(
            OpenWork(
                f"{named.get_role_display()} của {named.organisation}",
                named.organisation_id,
                url,
                not others.exists(),
            )
        )
    return work


def unfinished_duties(person: User) -> list[Duty]:
    """Own duties and delegations received, in force or to come."""
    today = timezone.localdate()
    rows = person.duties.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    rows = rows.select_related("person", "organisation", "acting_for", "division").prefetch_related("scopes")
    return list(rows.order_by("organisation__name", "kind", "pk"))


def seen(duties: list[Duty]) -> str:
    """Names what is about to be handed over, so that nothing else is."""
    return state_of(*(duty.pk for duty in duties))


@transaction.atomic
def hand_over(
    person: User, successor: User, *, by: User, seen_as: str, basis: str = "", close: bool = False
) -> list[Duty]:
    """From today the successor holds the person's duties with the same scopes, and his places in divisions.

    Delegations end, given or received: they are not passed on. Offices stay with the person until they are ended: nobody
    inherits a signature. Duties that are not ``by``'s to give stay. Both are told. Returns what was passed on.

    Raises:
        Outdated: the person's duties have changed since ``seen_as``.
        AccountError: the same person, a closed account, or a duty that the successor cannot have.
        PermissionDenied: nothing of it is ``by``'s to give.
    """
    today = timezone.localdate()
    if successor.pk == person.pk:
        raise AccountError("Hãy chọn người khác để bàn giao.", "successor")
    locked = {one.pk: one for one in _lock(person, successor)}
    person, successor = locked[person.pk], locked[successor.pk]
    if not may_hand_over(by, person):
        raise PermissionDenied
    duties = unfinished_duties(person)
    if seen(duties) != seen_as:
        raise Outdated
    if not successor.is_active:
        raise AccountError(f"Tài khoản của {successor} đang bị khóa.", "successor")
    passed = [duty for duty in duties if may_grant(by, duty.kind, duty.organisation)]
    last_days = [duty.valid_to for duty in passed]
    if close and (person.pk == by.pk or not may_change_person(by, person)):
        raise PermissionDenied
    for duty in passed:
        if duty.division_id is None:
            _end_with_delegations(duty, today, by)
    for organisation in {duty.organisation_id: duty.organisation for duty in passed}.values():
        if may_administer(by, organisation):
            assigning.take_place(person, successor, organisation, by=by, today=today)
    for duty, last in zip(passed, last_days, strict=True):
        if duty.acting_for_id is None and duty.division_id is None:
            pass_on(duty, successor, duty.organisation, last=last, by=by, basis=basis, today=today)
    for named in _focal_roles(person):
        if may_administer(by, named.organisation):
            _replace(named, successor, by)
    if close:
        set_active(person, False, by)
    entry = record(
        "account.hand_over",
        person,
        by=by,
        organisation=passed[0].organisation.code,
        successor=successor.username,
        duties=[str(duty.pk) for duty in passed],
        basis=basis,
        closed=close,
    )
    forget_duties(person)
    own = [duty for duty in passed if duty.acting_for_id is None]
    for one in (person, successor):
        tell(
            [one],
            "account.handed_over",
            key=f"account.handed_over:{entry.pk}",
            context={
                "person": str(person),
                "successor": str(successor),
                "by": str(by),
                "duties": "; ".join(f"{duty.get_kind_display()}, {duty.organisation}" for duty in own),
            },
            url=reverse("wagtailadmin_home"),
        )
    return own


def _lock(*people: User) -> QuerySet[User]:
    return User.objects.select_for_update().filter(pk__in=[one.pk for one in people]).order_by("pk")


def _end_with_delegations(duty: Duty, today: date, by: User) -> None:
    """Unlike ``revoke`` it leaves nobody without an administrator: the successor follows at once."""
    end_duty(duty, today, by)
    if duty.acting_for_id is None:
        resting = Duty.objects.filter(
            acting_for=duty.person, kind=duty.kind, organisation=duty.organisation, valid_to__gte=today
        )
        for delegation in resting.select_related("person", "organisation"):
            end_duty(delegation, today, by)


def pass_on(
    duty: Duty,
    successor: User,
    organisation: Organisation,
    *,
    last: date | None,
    by: User,
    basis: str,
    today: date,
) -> Duty | None:
    """Give the successor the same duty there until ``last``; None where he holds it already.

    Raises:
        AccountError: as ``grant``.
        PermissionDenied: as ``grant``.
    """
    if holds_already(duty, successor, organisation, last=last, today=today):
        return None
    return grant(
        successor,
        duty.kind,
        organisation,
        by=by,
        scopes={row.scope for row in duty.scopes.all()},
        valid_from=max(duty.valid_from, today),
        valid_to=last,
        basis=basis or duty.basis,
    )


def holds_already(
    duty: Duty, person: User, organisation: Organisation, *, last: date | None, today: date
) -> bool:
    """He has the same duty there himself, for as long and in all of these scopes."""
    scopes = {row.scope for row in duty.scopes.all()}
    held = Duty.objects.filter(
        person=person,
        kind=duty.kind,
        organisation=organisation,
        acting_for=None,
        valid_from__lte=max(duty.valid_from, today),
    )
    for other in held.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=last or date.max)).prefetch_related(
        "scopes"
    ):
        named = {row.scope for row in other.scopes.all()}
        if not named or (scopes and named >= scopes):
            return True
    return False


def _focal_roles(person: User) -> QuerySet[FocalPerson]:
    return FocalPerson.objects.filter(person=person, valid_to=None).select_related("organisation", "person")


def _replace(named: FocalPerson, successor: User, by: User) -> None:
    focal.end_focal_person(named, by=by)
    roles = FocalPerson.objects.filter(organisation=named.organisation, role=named.role, valid_to=None)
    reachable = successor.phone or successor.email
    if reachable and not roles.filter(person=successor).exists():
        focal.name_focal_person(named.organisation, successor, named.role, by=by)
