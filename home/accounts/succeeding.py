"""Organisations pass into others: what that will do, doing it, and giving the people their duties anew.

What an organisation still has to do is known above: each receiver of the hook ``portal_work_left`` takes it and gives
words, one string a kind of work.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks

from home.audit.services import record
from home.organisations import services
from home.organisations.models import Affiliation, LegalAct, Organisation, Succession, on_day, overlapping
from home.organisations.services import NewOrganisation, OrganisationError

from . import leaving
from .models import PORTAL_WIDE, Appointment, Duty, User
from .permissions import may_administer, may_administer_system
from .refusals import AccountError, Outdated, state_of
from .services import LEADERS_ONLY
from .telling import tell

#: Equal parts are kept with as many decimals as a share.
_SHARE = Decimal("0.000001")


@dataclass(frozen=True)
class Heir:
    """A successor; one without a primary key is entered with the succession. ``share`` None: an equal part."""

    organisation: Organisation
    share: Decimal | None = None
    answers: bool = False


@dataclass(frozen=True)
class Intention:
    kind: str
    on: date
    predecessors: Sequence[Organisation]
    heirs: Sequence[Heir]
    legal_act: LegalAct | None = None


@dataclass(frozen=True)
class Ending:
    """One organisation that ends. ``resting``: people with the duties there that must be given anew."""

    organisation: Organisation
    last_day: date
    work: tuple[str, ...]
    subordinates: tuple[Organisation, ...]
    resting: tuple[tuple[User, tuple[Duty, ...]], ...]


@dataclass(frozen=True)
class Outcome:
    """``answering`` takes the work over; None: nobody. ``staying`` are predecessors that go on."""

    endings: tuple[Ending, ...]
    staying: tuple[Organisation, ...]
    new: tuple[Organisation, ...]
    successors: tuple[Organisation, ...]
    answering: Organisation | None

    @property
    def seen(self) -> str:
        """Names what is about to happen, so that nothing else does."""
        said = [
            [
                [one.organisation.code, one.last_day.isoformat(), *one.work],
                [below.code for below in one.subordinates],
                [duty.pk for _, duties in one.resting for duty in duties],
            ]
            for one in self.endings
        ]
        more = [one.code for one in (*self.staying, *self.successors)]
        answering = self.answering.code if self.answering else ""
        return state_of(said, more, answering)


@transaction.atomic
def foresee(intention: Intention, *, by: User) -> Outcome:
    """What ``reorganise`` would do: it is done, and undone.

    Raises:
        OrganisationError: as ``succeed``.
        PermissionDenied: ``by`` is no system administrator.
    """
    outcome = _reorganise(intention, by)
    transaction.set_rollback(True)
    return outcome


@transaction.atomic
def reorganise(intention: Intention, *, by: User, seen_as: str) -> Outcome:
    """Enter the new organisations and the succession, all or nothing.

    Raises:
        Outdated: it would do something else than was ``seen_as``.
        OrganisationError: as ``succeed``.
        PermissionDenied: ``by`` is no system administrator.
    """
    outcome = _reorganise(intention, by)
    if outcome.seen != seen_as:
        raise Outdated
    return outcome


@services.reorganising()
def _reorganise(intention: Intention, by: User) -> Outcome:
    if not may_administer_system(by):
        raise PermissionDenied
    new = [heir.organisation for heir in intention.heirs if heir.organisation.pk is None]
    services.create_organisations([NewOrganisation(organisation) for organisation in new], by=by)
    successors = [heir.organisation for heir in intention.heirs]
    named = [heir.organisation for heir in intention.heirs if heir.answers]
    if len(named) > 1:
        raise OrganisationError("Chỉ một đơn vị tiếp nhận công việc còn lại.", "answering")
    last_day = intention.on - timedelta(days=1)
    before = [_ending(one, last_day, intention.predecessors) for one in intention.predecessors]
    rows = services.succeed(
        intention.predecessors,
        successors,
        kind=intention.kind,
        on=intention.on,
        legal_act=intention.legal_act,
        shares=_shares(intention.heirs),
        answering=named[0] if named else None,
        by=by,
    )
    left = {row.predecessor_id: row.answers for row in rows if row.predecessor.valid_to == last_day}
    return Outcome(
        endings=tuple(one for one in before if one.organisation.pk in left),
        staying=tuple(one for one in intention.predecessors if one.pk not in left),
        new=tuple(new),
        successors=tuple(successors),
        answering=next((row.successor for row in rows if row.answers), None),
    )


def _shares(heirs: Sequence[Heir]) -> dict[Organisation, Decimal] | None:
    """What was stated; equal parts where nothing was."""
    if len(heirs) < 2:
        return None
    if any(heir.share is not None for heir in heirs):
        return {heir.organisation: heir.share for heir in heirs if heir.share is not None}
    return {heir.organisation: (1 / Decimal(len(heirs))).quantize(_SHARE) for heir in heirs}


def _ending(organisation: Organisation, last_day: date, besides: Sequence[Organisation]) -> Ending:
    beneath = Affiliation.objects.filter(on_day(last_day), parent=organisation).select_related("child")
    beneath = beneath.exclude(child__in=besides)
    resting: dict[User, list[Duty]] = {}
    for duty in duties_at_the_end(organisation, last_day):
        resting.setdefault(duty.person, []).append(duty)
    return Ending(
        organisation,
        last_day,
        tuple(words for tell_of in hooks.get_hooks("portal_work_left") for words in tell_of(organisation)),
        tuple(sorted({row.child for row in beneath}, key=str)),
        tuple((person, tuple(duties)) for person, duties in resting.items()),
    )


def duties_at_the_end(organisation: Organisation, last_day: date) -> list[Duty]:
    """Own duties of active people that held on its last day or would have held later; they rest with it."""
    rows = Duty.objects.filter(
        overlapping(last_day, None), organisation=organisation, acting_for=None, person__is_active=True
    )
    rows = rows.exclude(kind__in=PORTAL_WIDE).select_related("person", "organisation", "division")
    return list(rows.prefetch_related("scopes").order_by("person__full_name", "person", "kind", "pk"))


@dataclass(frozen=True)
class Offer:
    """A duty that rests, and why it cannot be given at the successor now; "" where it can."""

    duty: Duty
    obstacle: str = ""


def successor_of(predecessor: Organisation, successor: Organisation, today: date) -> Succession | None:
    """How the successor followed the organisation, which has ended by ``today``."""
    if predecessor.valid_to is None or predecessor.valid_to >= today:
        return None
    return Succession.objects.filter(
        predecessor=predecessor, successor=successor, on__lte=today, on__gt=predecessor.valid_to
    ).first()


def offers(predecessor: Organisation, successor: Organisation) -> list[Offer]:
    """The duties that rest since the predecessor ended, as they might be given at the successor today."""
    today = timezone.localdate()
    assert predecessor.valid_to is not None
    offices = Appointment.objects.filter(on_day(today), organisation=successor)
    leaders = set(offices.values_list("person_id", flat=True))
    found = []
    for duty in duties_at_the_end(predecessor, predecessor.valid_to):
        obstacle = ""
        if duty.valid_to and duty.valid_to < today:
            obstacle = "đã hết thời hạn"
        elif leaving.holds_already(duty, duty.person, successor, last=duty.valid_to, today=today):
            obstacle = "đã có"
        elif duty.kind in LEADERS_ONLY and duty.person_id not in leaders:
            obstacle = "cần ghi chức vụ tại đơn vị mới trước"
        found.append(Offer(duty, obstacle))
    return found


@transaction.atomic
def give_anew(
    predecessor: Organisation, successor: Organisation, chosen: Collection[int], *, by: User, basis: str = ""
) -> list[Duty]:
    """People of what has ended hold the ``chosen`` duties (primary keys) at the successor from today, in the same scopes
    and until the same day. Offices are not copied: nobody inherits a signature. All or nothing; everybody is told.

    Raises:
        AccountError: nothing is chosen, or a duty cannot be given.
        Outdated: a duty chosen is not offered any more.
        PermissionDenied: ``by`` does not administer the successor, or it is none.
    """
    today = timezone.localdate()
    if not may_administer(by, successor) or successor_of(predecessor, successor, today) is None:
        raise PermissionDenied
    open_ = {one.duty.pk: one.duty for one in offers(predecessor, successor) if not one.obstacle}
    if not chosen:
        raise AccountError("Hãy đánh dấu ít nhất một nhiệm vụ.")
    if not set(chosen) <= open_.keys():
        raise Outdated
    given: dict[User, list[Duty]] = {}
    for pk in sorted(chosen):
        old = open_[pk]
        new = leaving.pass_on(old, old.person, successor, last=old.valid_to, by=by, basis=basis, today=today)
        if new is not None:
            given.setdefault(old.person, []).append(new)
    entry = record(
        "duty.give_anew",
        successor,
        by=by,
        organisation=successor.code,
        predecessor=predecessor.code,
        duties=[str(pk) for pk in sorted(chosen)],
        basis=basis,
    )
    for person, duties in given.items():
        tell(
            [person],
            "account.given_anew",
            key=f"account.given_anew:{entry.pk}",
            context={
                "predecessor": predecessor.name,
                "organisation": successor.name,
                "by": str(by),
                "duties": "; ".join(duty.get_kind_display() for duty in duties),
            },
            url=reverse("wagtailadmin_home"),
        )
    return [duty for duties in given.values() for duty in duties]
