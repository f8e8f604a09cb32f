"""The one reader of duties. ``may_…`` and ``visible_to`` ask here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import FilteredRelation, Q
from django.utils import timezone

from home.organisations.models import OrganisationPath, SuccessionPath, on_day
from home.prepared import Parameter, Prepared

from .models import Duty, DutyKind, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True)
class HeldDuty:
    """One duty in force. Empty ``scopes``: everything.

    It is held at ``seat_id``, and reaches ``organisation_id``: that organisation, or one that ended and whose work it
    took over.
    """

    kind: str
    organisation_id: int
    scopes: frozenset[str]
    acting_for_id: int | None
    seat_id: int

    def covers(self, scopes: Iterable[str]) -> bool:
        """Unscoped, or one of ``scopes`` is named. A ``row:F/…`` scope covers its form; see ``form_scopes``."""
        return not self.scopes or not self.scopes.isdisjoint(scopes)


@dataclass(frozen=True)
class DutyBook:
    """All duties of one person in force on one day, resolved at once.

    ``duties`` reach the organisation they are held at and those it answers for since they ended. ``heritage`` are the
    same duties once more, for predecessors that another successor answers for: what those sent may be read.
    """

    duties: tuple[HeldDuty, ...]
    day: date
    heritage: tuple[HeldDuty, ...] = ()
    _subtrees: dict[tuple[frozenset[str], str], frozenset[int]] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return bool(self.duties)

    @cached_property
    def own(self) -> DutyBook:
        """Without what is held in somebody's place."""
        return DutyBook(tuple(duty for duty in self.duties if duty.acting_for_id is None), self.day)

    def held(self, kind: str, organisation_id: int, *scopes: str) -> HeldDuty | None:
        """The duty that covers this, own before delegated; None where there is none.

        ``scopes`` are all names the thing goes by, e.g. ``regime:KTXH`` and ``form:BM01``; none: any scope will do.
        """
        found = [
            duty
            for duty in self.duties
            if duty.kind == kind
            and duty.organisation_id == organisation_id
            and (not scopes or duty.covers(scopes))
        ]
        return min(found, key=lambda duty: duty.acting_for_id is not None, default=None)

    def holds(self, kind: str, organisation_id: int, *scopes: str) -> bool:
        return self.held(kind, organisation_id, *scopes) is not None

    def acts_for(self, organisation_id: int, seat_id: int) -> bool:
        """Some duty held at ``seat_id`` reaches ``organisation_id``."""
        return any((duty.organisation_id, duty.seat_id) == (organisation_id, seat_id) for duty in self.duties)

    def organisations(self, *kinds: str) -> frozenset[int]:
        """Where the person holds any of these duties, in whatever scope."""
        return frozenset(duty.organisation_id for duty in self.duties if duty.kind in kinds)

    def regimes(self, *kinds: str) -> dict[int, frozenset[str] | None]:
        """Organisation → codes of the regimes its duties are limited to; None: all of them.

        Only ``regime:`` scopes narrow here; a duty limited to forms or rows opens the report and is narrowed inside.
        """
        return _regimes(self.duties, kinds)

    def inherited_regimes(self, *kinds: str) -> dict[int, frozenset[str] | None]:
        """The same of predecessors that another successor answers for."""
        return _regimes(self.heritage, kinds)

    def subtree(self, *kinds: str, relation: str = "") -> frozenset[int]:
        """The organisations of these duties and all beneath them, as the tree stands on the day.

        ``relation`` is one kind of affiliation, all of them by default. Command goes with SUBORDINATION alone: a
        vertical agency reports without being commanded (R2).
        """
        key = frozenset(kinds), relation
        if key not in self._subtrees:
            own = self.organisations(*kinds)
            paths = OrganisationPath.objects.filter(on_day(self.day), ancestor_id__in=own)
            if relation:
                paths = paths.filter(kind=relation)
            self._subtrees[key] = own | frozenset(paths.values_list("descendant_id", flat=True))
        return self._subtrees[key]


def _regimes(duties: Iterable[HeldDuty], kinds: Iterable[str]) -> dict[int, frozenset[str] | None]:
    found: dict[int, set[str] | None] = defaultdict(set)
    for duty in duties:
        if duty.kind not in kinds:
            continue
        named = {scope.removeprefix("regime:") for scope in duty.scopes if scope.startswith("regime:")}
        held = found[duty.organisation_id]
        if not named or held is None:
            found[duty.organisation_id] = None
        else:
            held |= named
    return {key: None if codes is None else frozenset(codes) for key, codes in found.items()}


_NOTHING = DutyBook((), date.min)


def duties_of(user: User | AnonymousUser, day: date | None = None) -> DutyBook:
    """What ``user`` may do on ``day`` (today in Việt Nam by default).

    Read once per user object, hence once per request: ``request.user`` is loaded anew for each.
    """
    day = day or timezone.localdate()
    if not user.is_authenticated or not user.is_active:
        return _NOTHING
    books: dict[date, DutyBook] = user.__dict__.setdefault("_duty_books", {})
    if day not in books:
        books[day] = _read(user, day)
    return books[day]


def _held(person: Parameter, day: Parameter) -> models.QuerySet[Duty, Any]:
    return (
        Duty.objects.on(day)  # type: ignore[arg-type] # it ends in filters alone
        .filter(person_id=person)
        .annotate(
            past=FilteredRelation(
                "organisation__heritage", condition=Q(organisation__heritage__valid_from__lte=day)
            )
        )
        .values_list(
            *("pk", "kind", "organisation_id", "acting_for_id"),
            *("scopes__scope", "past__predecessor_id", "past__answers"),
        )
    )


_HELD = Prepared(_held, person=models.BigAutoField(), day=models.DateField())


def _read(user: User | AnonymousUser, day: date) -> DutyBook:
    """One query: a row for each duty, its scopes and the predecessors of its organisation."""
    rows = _HELD.rows(person=user.pk, day=day)
    scopes: dict[int, set[str]] = defaultdict(set)
    pasts: dict[int, set[tuple[int, bool]]] = defaultdict(set)
    held: dict[int, tuple[str, int, int | None]] = {}
    for pk, kind, organisation_id, acting_for_id, scope, predecessor_id, answers in rows:
        held[pk] = (kind, organisation_id, acting_for_id)
        if scope is not None:
            scopes[pk].add(scope)
        if predecessor_id is not None:
            pasts[pk].add((predecessor_id, answers))
    own: list[HeldDuty] = []
    answered: list[HeldDuty] = []
    heritage: list[HeldDuty] = []
    for pk, (kind, organisation_id, acting_for_id) in held.items():
        duty = HeldDuty(kind, organisation_id, frozenset(scopes[pk]), acting_for_id, organisation_id)
        own.append(duty)
        for predecessor_id, answers in sorted(pasts[pk]):
            (answered if answers else heritage).append(replace(duty, organisation_id=predecessor_id))
    return DutyBook((*own, *answered), day, tuple(heritage))


def forget_duties(user: User) -> None:
    """Read again next time: called by the services that change duties."""
    user.__dict__.pop("_duty_books", None)


def holders(kind: DutyKind | str, organisation_id: int, *scopes: str, day: date | None = None) -> list[User]:
    """Everybody who holds this duty there, for these scopes, on that day; ordered by name. For an organisation that
    has ended, who holds it where its work was taken over.
    """
    day = day or timezone.localdate()
    answering = SuccessionPath.objects.filter(
        predecessor_id=organisation_id, answers=True, valid_from__lte=day
    )
    rows = (
        Duty.objects.on(day)
        .filter(
            Q(organisation_id=organisation_id) | Q(organisation_id__in=answering.values("heir")), kind=kind
        )
        .select_related("person")
        .prefetch_related("scopes")
    )
    people = {
        row.person
        for row in rows
        if not scopes
        or not (named := {scope.scope for scope in row.scopes.all()})
        or not named.isdisjoint(scopes)
    }
    return sorted(people, key=lambda person: (str(person), person.pk))
