"""Who may administer organisations, people and duties, and read the log. System administrators: everywhere;
unit administrators: their own organisation and those subordinate to it, never beyond (R32–R34).
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from home.audit.models import AuditEntry
from home.organisations.models import AffiliationKind, Organisation

from .duties import DutyBook, duties_of
from .models import ADMINISTERING, PORTAL_WIDE, AccountRequest, DutyKind, RequestStatus, User


def may_administer_system(user: User | AnonymousUser) -> bool:
    """Organisations, everybody's duties, the log."""
    return user.is_superuser or bool(duties_of(user).organisations(DutyKind.SYSTEM_ADMIN))


def may_administer_people(user: User | AnonymousUser) -> bool:
    """Of some organisation at least."""
    return may_administer_system(user) or bool(duties_of(user).organisations(DutyKind.UNIT_ADMIN))


def administered_by(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """The organisations whose people the user administers."""
    if may_administer_system(user):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=_unit(user))


def may_administer(user: User | AnonymousUser, organisation: Organisation) -> bool:
    return may_administer_system(user) or organisation.pk in _unit(user)


def may_grant(user: User | AnonymousUser, kind: DutyKind | str, organisation: Organisation) -> bool:
    """Give this duty, and take it. Who administers in another's place makes no administrators: a delegation is not
    passed on, and ends."""
    book = _giving(user, kind)
    if user.is_superuser or book.organisations(DutyKind.SYSTEM_ADMIN):
        return True
    return kind not in PORTAL_WIDE and organisation.pk in _beneath(book)


def may_grant_somewhere(user: User | AnonymousUser, kind: DutyKind | str) -> bool:
    """Offer this duty; ``may_grant`` says where."""
    book = _giving(user, kind)
    if user.is_superuser or book.organisations(DutyKind.SYSTEM_ADMIN):
        return True
    return kind not in PORTAL_WIDE and bool(book.organisations(DutyKind.UNIT_ADMIN))


def _giving(user: User | AnonymousUser, kind: DutyKind | str) -> DutyBook:
    book = duties_of(user)
    return book.own if kind in ADMINISTERING else book


def people_visible_to(user: User | AnonymousUser) -> QuerySet[User]:
    """Everybody for system administrators; else who has or had a duty or office in an administered organisation."""
    if may_administer_system(user):
        return User.objects.all()
    unit = _unit(user)
    return User.objects.filter(
        Q(pk__in=User.objects.filter(duties__organisation__in=unit).values("pk"))
        | Q(pk__in=User.objects.filter(appointments__organisation__in=unit).values("pk"))
    )


def entries_visible_to(user: User | AnonymousUser) -> QuerySet[AuditEntry]:
    """The log: all of it for system administrators; else what concerns an administered organisation."""
    if may_administer_system(user):
        return AuditEntry.objects.all()
    return AuditEntry.objects.filter(organisation__in=administered_by(user).values("code"))


def may_change_person(user: User | AnonymousUser, person: User) -> bool:
    """The account itself: name, e-mail, closing and opening.

    A unit administrator may, if everything the person does now or will do lies in his organisations: an account
    that others rely on as well is not his to close.
    """
    if person.is_superuser and not user.is_superuser:
        return False
    if may_administer_system(user):
        return True
    unfinished = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    duties = list(person.duties.filter(unfinished).values_list("kind", "organisation_id"))
    places = {place for _, place in duties}
    places |= set(person.appointments.filter(unfinished).values_list("organisation_id", flat=True))
    return bool(places) and places <= _unit(user) and PORTAL_WIDE.isdisjoint(kind for kind, _ in duties)


def may_hand_over(user: User | AnonymousUser, person: User) -> bool:
    """Pass the person's work on to a colleague: some of his duties is the user's to give."""
    unfinished = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    duties = person.duties.filter(unfinished).select_related("organisation")
    return any(may_grant(user, duty.kind, duty.organisation) for duty in duties)


def may_issue_code(user: User | AnonymousUser, person: User) -> bool:
    """Open somebody's account with a one-time code (R44): who may change it.

    Administrators get theirs from system administrators; a closed account is opened again first.
    """
    return person.is_active and _may_open(user, person)


def may_remove_totp(user: User | AnonymousUser, person: User) -> bool:
    """Take the second factor off: system administrators, so that nobody takes over an approver alone."""
    return may_administer_system(user) and _may_open(user, person)


def _may_open(user: User | AnonymousUser, person: User) -> bool:
    """Who may change another's account lets him in again; an administrator's only who makes administrators."""
    if user.pk == person.pk or not may_change_person(user, person):
        return False
    return _makes_administrators(user) or not _administers(person)


def _makes_administrators(user: User | AnonymousUser) -> bool:
    """Not in another's place: he would keep what lapses by entering where it does not."""
    return may_grant_somewhere(user, DutyKind.SYSTEM_ADMIN)


def _administers(person: User) -> bool:
    return person.is_superuser or bool(duties_of(person).organisations(*ADMINISTERING))


#: Who speaks for an organisation: its administrators and leaders.
SPEAKING = (DutyKind.UNIT_ADMIN, DutyKind.APPROVE_DATA, DutyKind.APPROVE_REPORT)


def asks_for(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """The organisations in whose name the user asks for accounts (R42)."""
    return Organisation.objects.filter(pk__in=duties_of(user).organisations(*SPEAKING))


def may_ask_somewhere(user: User | AnonymousUser) -> bool:
    return bool(duties_of(user).organisations(*SPEAKING))


def may_ask_for_accounts(user: User | AnonymousUser, organisation: Organisation) -> bool:
    return organisation.pk in duties_of(user).organisations(*SPEAKING)


def may_decide_request(user: User | AnonymousUser, request: AccountRequest) -> bool:
    """Grant or refuse what another has asked for, for another: who administers the organisation, itself or from above."""
    return (
        request.status == RequestStatus.PENDING
        and user.pk not in {request.asked_by_id, request.person_id}
        and may_administer(user, request.organisation)
    )


def may_withdraw_request(user: User | AnonymousUser, request: AccountRequest) -> bool:
    return request.status == RequestStatus.PENDING and request.asked_by_id == user.pk


def requests_visible_to(user: User | AnonymousUser) -> QuerySet[AccountRequest]:
    """One's own, and those of the organisations one asks or administers for."""
    if may_administer_system(user):
        return AccountRequest.objects.all()
    return AccountRequest.objects.filter(
        Q(asked_by_id=user.pk)
        | Q(organisation__in=administered_by(user).values("pk"))
        | Q(organisation__in=asks_for(user).values("pk"))
    )


def _unit(user: User | AnonymousUser) -> frozenset[int]:
    return _beneath(duties_of(user))


def _beneath(book: DutyBook) -> frozenset[int]:
    return book.subtree(DutyKind.UNIT_ADMIN, relation=AffiliationKind.SUBORDINATION)
