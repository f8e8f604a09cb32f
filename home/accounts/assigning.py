"""Who enters what: the forms and rows an organisation owes, shared out among its divisions and people (R6, R49, R87).

What it owes is known above: each receiver of the hook ``portal_reports_owed`` takes the organisation and gives
``OwedReport``. Here scopes are text, as duties keep them; "" is everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks

from home.audit.services import record
from home.organisations.models import Division, Organisation, on_day

from .models import PORTAL_WIDE, Appointment, DivisionMember, DivisionScope, Duty, DutyKind, User
from .permissions import may_administer, may_grant
from .refusals import AccountError, Outdated, state_of
from .services import end_duty, grant
from .telling import tell

#: Duties that are shared out by forms. Rows and divisions are for entering alone.
SHARED = (DutyKind.ENTER, DutyKind.APPROVE_DATA)
EVERYTHING = ""


@dataclass(frozen=True)
class OwedRow:
    """``scope`` is empty for headings and rows that nobody fills in."""

    scope: str
    label: str
    level: int


@dataclass(frozen=True)
class OwedForm:
    scope: str
    label: str
    rows: tuple[OwedRow, ...]

    @property
    def row_scopes(self) -> frozenset[str]:
        return frozenset(row.scope for row in self.rows if row.scope)


@dataclass(frozen=True)
class OwedReport:
    scope: str
    label: str
    forms: tuple[OwedForm, ...]


@dataclass(frozen=True)
class Assignee:
    """A person (``p12``) or a division (``d3``). ``people`` are those whom the assignment reaches."""

    key: str
    name: str
    people: tuple[User, ...]

    @property
    def is_division(self) -> bool:
        return self.key.startswith("d")

    @property
    def label(self) -> str:
        """For the log: two people may bear one name."""
        return self.name if self.is_division else f"{self.name} ({self.people[0].username})"


@dataclass(frozen=True)
class Board:
    """The assignment of one duty in one organisation, as it stands today.

    ``held`` is what may be changed here: own duties without a last day. ``besides`` is what else is in force: for a
    time, or standing in for somebody.
    """

    organisation: Organisation
    kind: DutyKind
    reports: tuple[OwedReport, ...]
    assignees: tuple[Assignee, ...]
    held: Mapping[str, frozenset[str]]
    besides: tuple[Duty, ...]

    @cached_property
    def seen(self) -> str:
        """Names this state: a screen brings it back, so that nobody overwrites what he has not seen."""
        return state_of(*sorted((key, sorted(scopes)) for key, scopes in self.held.items() if scopes))

    @cached_property
    def scopes(self) -> frozenset[str]:
        """All that can be given by report and form."""
        forms = {form.scope for report in self.reports for form in report.forms}
        return frozenset({EVERYTHING, *(report.scope for report in self.reports), *forms})

    def form(self, scope: str) -> OwedForm | None:
        return next((form for report in self.reports for form in report.forms if form.scope == scope), None)

    def lacking(self, report: OwedReport, form: OwedForm | None = None) -> bool:
        """Nobody does it: nobody holds all of it, nor do several hold all its rows between them."""
        reached = self._reached
        if reached & {EVERYTHING, report.scope}:
            return False
        if form is None:
            return not report.forms or any(self.lacking(report, one) for one in report.forms)
        return form.scope not in reached and not (form.row_scopes and form.row_scopes <= reached)

    @cached_property
    def _reached(self) -> frozenset[str]:
        """What at least one person holds today; a division without people reaches nothing."""
        scopes = {scope for one in self.assignees if one.people for scope in self.held[one.key]}
        for duty in self.besides:
            scopes |= {row.scope for row in duty.scopes.all()} or {EVERYTHING}
        return frozenset(scopes)


def board(organisation: Organisation, kind: DutyKind, *, today: date | None = None) -> Board:
    """A fixed number of queries, and those of what is owed."""
    today = today or timezone.localdate()
    here = Duty.objects.filter(on_day(today), organisation=organisation)
    people = people_of(organisation, today=today)
    if kind == DutyKind.APPROVE_DATA:
        offices = Appointment.objects.filter(on_day(today), organisation=organisation)
        approving = here.filter(kind=kind)
        people = people.filter(Q(pk__in=offices.values("person")) | Q(pk__in=approving.values("person")))
    assignees: list[Assignee] = []
    held: dict[str, frozenset[str]] = {}
    if kind == DutyKind.ENTER:
        members = members_of(organisation, today)
        scopes = _division_scopes(organisation)
        for division in Division.objects.filter(on_day(today), organisation=organisation).order_by("name"):
            key = f"d{division.pk}"
            assignees.append(Assignee(key, division.name, tuple(members[division.pk])))
            held[key] = frozenset(scopes[division.pk])
    own: dict[int, set[str]] = defaultdict(set)
    besides: list[Duty] = []
    duties = here.filter(kind=kind, division=None, person__is_active=True).select_related("person")
    for duty in duties.prefetch_related("scopes"):
        if duty.valid_to is None and duty.acting_for_id is None:
            own[duty.person_id] |= {row.scope for row in duty.scopes.all()} or {EVERYTHING}
        else:
            besides.append(duty)
    for person in people:
        assignees.append(Assignee(f"p{person.pk}", str(person), (person,)))
        held[f"p{person.pk}"] = frozenset(own[person.pk])
    return Board(organisation, kind, owed_reports(organisation), tuple(assignees), held, tuple(besides))


def owed_reports(organisation: Organisation) -> tuple[OwedReport, ...]:
    return tuple(report for owed in hooks.get_hooks("portal_reports_owed") for report in owed(organisation))


def members_of(organisation: Organisation, today: date) -> dict[int, list[User]]:
    """Division → its active people, by name."""
    found: dict[int, list[User]] = defaultdict(list)
    rows = DivisionMember.objects.filter(
        on_day(today), division__organisation=organisation, person__is_active=True
    )
    for row in rows.select_related("person").order_by("person__full_name"):
        found[row.division_id].append(row.person)
    return found


def _division_scopes(organisation: Organisation) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for row in DivisionScope.objects.filter(division__organisation=organisation, valid_to=None):
        found[row.division_id].add(row.scope)
    return found


def _lock(organisation: Organisation) -> Organisation:
    """Whoever changes the assignment of an organisation queues here."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


@transaction.atomic
def assign(
    organisation: Organisation,
    kind: DutyKind,
    wanted: Mapping[str, Collection[str]],
    *,
    offered: Collection[str],
    seen: str,
    by: User,
) -> int:
    """Share the duty out anew from today: to each assignee of ``wanted`` these scopes of those ``offered``.

    What was not offered stays as it is, and so do assignees that are not named. All or nothing; returns to how many
    something was given or taken. Everybody whose duties change is told.

    Raises:
        Outdated: the assignment is no longer as ``seen``.
        AccountError: an assignee or a scope is none of this organisation's, or the duty cannot be given to that person.
        PermissionDenied: ``by`` may not give this duty there.
    """
    if kind not in SHARED or not may_grant(by, kind, organisation):
        raise PermissionDenied
    organisation, today = _lock(organisation), timezone.localdate()
    now = board(organisation, kind, today=today)
    if now.seen != seen:
        raise Outdated
    known = {one.key: one for one in now.assignees}
    if strangers := sorted(wanted.keys() - known.keys()):
        raise AccountError(
            f"Có người hoặc phòng, ban không thuộc {organisation.name}: {', '.join(strangers)}."
        )
    old, new = {}, {}
    for key, scopes in wanted.items():
        if foreign := sorted(set(scopes) - set(offered)):
            raise AccountError(
                f"Phạm vi không có trong phân công của {organisation.name}: {', '.join(foreign)}."
            )
        after = (now.held[key] - set(offered)) | set(scopes)
        if after != now.held[key]:
            old[key], new[key] = sorted(now.held[key]), sorted(after)
    if not new:
        return 0
    entry = record(
        "assignment.change",
        organisation,
        by=by,
        organisation=organisation.code,
        kind=str(kind),
        old={known[key].label: scopes for key, scopes in old.items()},
        new={known[key].label: scopes for key, scopes in new.items()},
    )
    touched: dict[int, User] = {}
    for key, scopes in new.items():
        one = known[key]
        touched |= {person.pk: person for person in one.people}
        if one.is_division:
            division = Division.objects.get(pk=int(key[1:]))
            _give_division(division, scopes, today)
            _settle(division, one.people, by=by, today=today)
        else:
            hold(one.people[0], kind, organisation, scopes, by=by, today=today)
    _tell_assigned(touched.values(), kind, organisation, by, key=f"account.assigned:{entry.pk}", today=today)
    return len(new)


@transaction.atomic
def set_members(division: Division, people: Iterable[User], *, seen: Collection[int], by: User) -> None:
    """These people work in the division from today: they take up what it enters; who left puts it down.

    ``seen`` are the keys of those who were its people when the screen was shown.

    Raises:
        Outdated: its people are no longer those ``seen``.
        AccountError: somebody has nothing to do with the organisation, or the division is closed.
        PermissionDenied: ``by`` does not administer the organisation.
    """
    organisation, today = division.organisation, timezone.localdate()
    if not may_administer(by, organisation):
        raise PermissionDenied
    _lock(organisation)
    _require_open(division)
    rows = {
        row.person_id: row
        for row in DivisionMember.objects.filter(division=division, valid_to=None).select_related("person")
    }
    wanted = {person.pk: person for person in people}
    if rows.keys() != set(seen):
        raise Outdated
    staff = set(people_of(organisation, today=today).values_list("pk", flat=True)) | rows.keys()
    if strangers := [str(person) for pk, person in wanted.items() if pk not in staff]:
        raise AccountError(f"{', '.join(strangers)} không có nhiệm vụ, chức vụ nào tại {organisation.name}.")
    joined = [wanted[pk] for pk in sorted(wanted.keys() - rows.keys())]
    left = [rows[pk] for pk in sorted(rows.keys() - wanted.keys())]
    if not joined and not left:
        return
    for row in left:
        _end_row(row, today)
    DivisionMember.objects.bulk_create(
        DivisionMember(division=division, person=person, valid_from=today) for person in joined
    )
    entry = record(
        "division.members",
        division,
        by=by,
        organisation=organisation.code,
        joined=[person.username for person in joined],
        left=[row.person.username for row in left],
    )
    if _settle(division, wanted.values(), by=by, today=today):
        moved = [*joined, *(row.person for row in left)]
        _tell_assigned(
            moved, DutyKind.ENTER, organisation, by, key=f"account.assigned:{entry.pk}", today=today
        )


def given_to(division: Division) -> list[str]:
    """The scopes that the division enters now; "" is everything."""
    rows = DivisionScope.objects.filter(division=division, valid_to=None)
    return sorted(rows.values_list("scope", flat=True))


@transaction.atomic
def close_division(
    division: Division, *, on: date, heir: Division | None = None, with_people: bool = False, by: User
) -> Division:
    """The division is no more from ``on``, today or a past day. Its people put its work down from today; ``heir``, another
    of the organisation's, takes it up, ``with_people`` with those who work in it.

    Raises:
        AccountError: forms are assigned to it and nobody takes them up, the heir is none, or the day is not one of its.
        PermissionDenied: ``by`` does not administer the organisation.
    """
    organisation, today = division.organisation, timezone.localdate()
    if not may_administer(by, organisation):
        raise PermissionDenied
    _lock(organisation)
    division = _require_open(division)
    if on > today:
        raise AccountError("Ngày ở tương lai: chỉ ghi khi phòng, ban đã kết thúc.", "on")
    if on <= division.valid_from:
        raise AccountError(
            f"{division.name} có từ ngày {division.valid_from:%d/%m/%Y}; hãy chọn ngày sau đó.", "on"
        )
    scopes = given_to(division)
    if heir is None and scopes:
        raise AccountError(
            f"{division.name} đang được giao {in_words(scopes)}. Hãy chọn phòng, ban tiếp nhận, hoặc sửa phân công trước.",
            "heir",
        )
    if heir is not None:
        heir = _require_open(heir)
        if heir == division or heir.organisation_id != division.organisation_id:
            raise AccountError(f"Hãy chọn phòng, ban khác của {organisation.name}.", "heir")
    members = DivisionMember.objects.filter(division=division, valid_to=None).select_related("person")
    people = [row.person for row in members]
    for row in members:
        _end_row(row, today)
    _give_division(division, (), today)
    _settle(division, (), by=by, today=today)
    division.valid_to = date.fromordinal(on.toordinal() - 1)
    division.save(update_fields=["valid_to"])
    touched = {person.pk: person for person in people if scopes}
    if heir is not None:
        rows = DivisionMember.objects.filter(division=heir, valid_to=None)
        there = {row.person_id: row.person for row in rows.select_related("person")}
        moving = [person for person in people if with_people and person.pk not in there]
        DivisionMember.objects.bulk_create(
            DivisionMember(division=heir, person=person, valid_from=today) for person in moving
        )
        _give_division(heir, {*given_to(heir), *scopes}, today)
        working = [person for person in (*there.values(), *moving) if person.is_active]
        _settle(heir, working, by=by, today=today)
        touched |= {person.pk: person for person in working}
    entry = record(
        "division.close",
        division,
        by=by,
        organisation=organisation.code,
        on=on.isoformat(),
        scopes=scopes,
        heir=heir.code if heir else "",
        people=[person.username for person in people],
    )
    _tell_assigned(
        touched.values(), DutyKind.ENTER, organisation, by, key=f"account.assigned:{entry.pk}", today=today
    )
    return division


def _require_open(division: Division) -> Division:
    """
    Raises:
        AccountError: it is closed.
    """
    division = Division.objects.select_related("organisation").get(pk=division.pk)
    if division.valid_to is not None:
        raise AccountError(f"{division.name} đã kết thúc ngày {division.valid_to:%d/%m/%Y}.")
    return division


@transaction.atomic
def leave_divisions(person: User, organisation: Organisation, *, by: User, today: date) -> list[Division]:
    """The person works in none of the organisation's divisions any more; returns those he has left."""
    _lock(organisation)
    rows = DivisionMember.objects.filter(person=person, division__organisation=organisation, valid_to=None)
    left = []
    for row in rows.select_related("division__organisation"):
        _end_row(row, today)
        left.append(row.division)
        record(
            "division.members", row.division, by=by, organisation=organisation.code, left=[person.username]
        )
    held = Duty.objects.filter(person=person, organisation=organisation, valid_to=None)
    for duty in held.exclude(division=None).select_related("person", "organisation"):
        end_duty(duty, today, by)
    return left


@transaction.atomic
def take_place(person: User, successor: User, organisation: Organisation, *, by: User, today: date) -> None:
    """The successor works in the divisions of the person, who leaves them."""
    for division in leave_divisions(person, organisation, by=by, today=today):
        rows = DivisionMember.objects.filter(division=division, valid_to=None)
        if not rows.filter(person=successor).exists():
            DivisionMember.objects.create(division=division, person=successor, valid_from=today)
            joined = [successor.username]
            record("division.members", division, by=by, organisation=organisation.code, joined=joined)
        members = [row.person for row in rows.select_related("person") if row.person.is_active]
        _settle(division, members, by=by, today=today)


def people_of(organisation: Organisation, *, today: date | None = None) -> QuerySet[User]:
    """Active people with a duty or an office there today, by name."""
    today = today or timezone.localdate()
    duties = Duty.objects.filter(on_day(today), organisation=organisation).exclude(kind__in=PORTAL_WIDE)
    offices = Appointment.objects.filter(on_day(today), organisation=organisation)
    return User.objects.filter(
        Q(pk__in=duties.values("person")) | Q(pk__in=offices.values("person")), is_active=True
    ).order_by("full_name", "username")


def _give_division(division: Division, scopes: Iterable[str], today: date) -> None:
    rows = {row.scope: row for row in DivisionScope.objects.filter(division=division, valid_to=None)}
    wanted = set(scopes)
    for scope in sorted(rows.keys() - wanted):
        _end_row(rows[scope], today)
    DivisionScope.objects.bulk_create(
        DivisionScope(division=division, scope=scope, valid_from=today)
        for scope in sorted(wanted - rows.keys())
    )


def _end_row(row: DivisionMember | DivisionScope, today: date) -> None:
    row.valid_to = date.fromordinal(today.toordinal() - 1)
    row.save(update_fields=["valid_to"])


def _settle(division: Division, people: Iterable[User], *, by: User, today: date) -> set[str]:
    """``people`` hold what the division is given, and nobody else does. Returns what that is."""
    scopes = set(
        DivisionScope.objects.filter(division=division, valid_to=None).values_list("scope", flat=True)
    )
    members = {person.pk: person for person in people}
    for duty in Duty.objects.filter(division=division, valid_to=None).select_related("person"):
        if duty.person_id not in members:
            end_duty(duty, today, by)
    for person in members.values():
        hold(person, DutyKind.ENTER, division.organisation, scopes, by=by, today=today, division=division)
    return scopes


def hold(
    person: User,
    kind: DutyKind,
    organisation: Organisation,
    scopes: Collection[str],
    *,
    by: User,
    today: date,
    division: Division | None = None,
    basis: str = "",
) -> None:
    """Own duties without a last day come to cover these scopes; a duty that stays right is left alone."""
    rows = Duty.objects.filter(
        on_day(today),
        person=person,
        kind=kind,
        organisation=organisation,
        acting_for=None,
        division=division,
        valid_to=None,
    )
    held = {
        frozenset(row.scope for row in duty.scopes.all()): duty
        for duty in rows.select_related("person").prefetch_related("scopes")
    }
    wanted = _bundles(scopes)
    for bundle in held.keys() - wanted:
        end_duty(held[bundle], today, by)
    for bundle in wanted - held.keys():
        grant(
            person,
            kind,
            organisation,
            by=by,
            scopes=bundle,
            valid_from=today,
            division=division,
            basis=basis,
        )


def _bundles(scopes: Collection[str]) -> set[frozenset[str]]:
    """The scopes of the duties that cover ``scopes``: regimes narrow what a duty opens, so forms stand apart."""
    named = frozenset(scopes) - {EVERYTHING}
    regimes = frozenset(scope for scope in named if scope.startswith("regime:"))
    bundles = {bundle for bundle in (regimes, named - regimes) if bundle}
    return bundles | ({frozenset[str]()} if EVERYTHING in scopes else set())


def _tell_assigned(
    people: Iterable[User], kind: DutyKind, organisation: Organisation, by: User, *, key: str, today: date
) -> None:
    for person in people:
        duties = Duty.objects.filter(on_day(today), person=person, kind=kind, organisation=organisation)
        scopes = [
            {row.scope for row in duty.scopes.all()} or {EVERYTHING}
            for duty in duties.prefetch_related("scopes")
        ]
        tell(
            [person],
            "account.assigned",
            key=key,
            context={
                "duty": kind.label,
                "by": str(by),
                "organisation": organisation.name,
                "scopes": in_words(set().union(*scopes)) if scopes else "không còn phần nào",
            },
            url=reverse("wagtailadmin_home"),
        )


_SCOPE_WORDS = {"regime": "chế độ", "form": "biểu", "row": "dòng"}


def in_words(scopes: Iterable[str]) -> str:
    """“biểu BM01, dòng BM02/I.1”; “mọi báo cáo, mọi biểu” for everything."""
    named = sorted(scope for scope in scopes if scope)
    if len(named) < len(set(scopes)) or not named:
        return "mọi báo cáo, mọi biểu"
    return ", ".join(
        f"{_SCOPE_WORDS[kind]} {code}" for kind, _, code in (scope.partition(":") for scope in named)
    )
