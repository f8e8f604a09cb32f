"""The one reader of duties. ``may_…`` and ``visible_to`` ask here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from home.organisations.models import OrganisationPath, on_day

from .models import Duty, DutyKind, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True)
class HeldDuty:
    """One duty in force. Empty ``scopes``: everything."""

    kind: str
    organisation_id: int
    scopes: frozenset[str]
    acting_for_id: int | None

    def covers(self, scopes: Iterable[str]) -> bool:
        """Unscoped, or one of ``scopes`` is named. A ``row:F/…`` scope covers its form; see ``form_scopes``."""
        return not self.scopes or not self.scopes.isdisjoint(scopes)


@dataclass(frozen=True)
class DutyBook:
    """All duties of one person in force on one day, resolved with one query."""

    duties: tuple[HeldDuty, ...]
    day: date
    _subtrees: dict[tuple[frozenset[str], str], frozenset[int]] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return bool(self.duties)

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

    def organisations(self, *kinds: str) -> frozenset[int]:
        """Where the person holds any of these duties, in whatever scope."""
        return frozenset(duty.organisation_id for duty in self.duties if duty.kind in kinds)

    def regimes(self, *kinds: str) -> dict[int, frozenset[str] | None]:
        """Organisation → codes of the regimes its duties are limited to; None: all of them.

        Only ``regime:`` scopes narrow here; a duty limited to forms or rows opens the report and is narrowed inside.
        """
        found: dict[int, set[str] | None] = defaultdict(set)
        for duty in self.duties:
            if duty.kind not in kinds:
                continue
            named = {scope.removeprefix("regime:") for scope in duty.scopes if scope.startswith("regime:")}
            held = found[duty.organisation_id]
            if not named or held is None:
                found[duty.organisation_id] = None
            else:
                held |= named
        return {key: None if codes is None else frozenset(codes) for key, codes in found.items()}

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
        duties = Duty.objects.on(day).filter(person_id=user.pk).prefetch_related("scopes")
        books[day] = DutyBook(
            tuple(
                HeldDuty(
                    duty.kind,
                    duty.organisation_id,
                    frozenset(scope.scope for scope in duty.scopes.all()),
                    duty.acting_for_id,
                )
                for duty in duties
            ),
            day,
        )
    return books[day]


def forget_duties(user: User) -> None:
    """Read again next time: called by the services that change duties."""
    user.__dict__.pop("_duty_books", None)


def holders(kind: DutyKind | str, organisation_id: int, *scopes: str, day: date | None = None) -> list[User]:
    """Everybody who holds this duty there, for these scopes, on that day; ordered by name."""
    rows = (
        Duty.objects.on(day or timezone.localdate())
        .filter(kind=kind, organisation_id=organisation_id)
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
