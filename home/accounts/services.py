"""Accounts, duties and appointments. Nothing is deleted: what no longer holds has a last day."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from home.audit.services import record
from home.organisations.models import (
    AffiliationKind,
    Division,
    Organisation,
    OrganisationPath,
    on_day,
    overlapping,
)
from home.organisations.services import ALWAYS, span
from home.text import one_line

from .duties import forget_duties, holders
from .models import Appointment, Duty, DutyKind, DutyScope, SigningForm, User
from .permissions import may_administer, may_change_person, may_grant
from .profiles import AccountType, current
from .refusals import AccountError as AccountError
from .refusals import Outdated as Outdated
from .refusals import state_of
from .signin import sessions

#: The one Wagtail group: it opens the admin shell and gives nothing else. Rights are duties.
STAFF_GROUP = "Cán bộ"

#: Given to those who hold an office in the organisation, or by a written delegation (R37; Lai Châu 10.2b).
LEADERS_ONLY = frozenset({DutyKind.APPROVE_DATA, DutyKind.APPROVE_REPORT})

_ONE_DAY = timedelta(days=1)
_USERNAME = re.compile(r"[\w.@+-]{1,150}")
_SCOPE = re.compile(r"(regime|form):\S+|row:[^\s/]+/\S+")
_SIGNING_FOR_ANOTHER = {
    SigningForm.ON_BEHALF_OF_COLLECTIVE,
    SigningForm.FOR_HEAD,
    SigningForm.BY_ORDER,
    SigningForm.BY_AUTHORISATION,
}


@transaction.atomic
def create_person(
    username: str,
    *,
    full_name: str,
    email: str = "",
    phone: str = "",
    password: str | None = None,
    by: User | None = None,
    superuser: bool = False,
    must_change_password: bool = True,
) -> User:
    """Open a personal account (R31). Without a password nobody can sign in with it yet.

    A password that somebody else has chosen is changed at the first sign-in (R45).

    Raises:
        AccountError: the name cannot be used, or is taken in whatever case.
        PermissionDenied: only a superuser makes superusers.
    """
    if superuser and by is not None and not by.is_superuser:
        raise PermissionDenied
    if not _USERNAME.fullmatch(username):
        raise AccountError("Tên đăng nhập chỉ gồm chữ, chữ số và các dấu @ . + - _", "username")
    if User.objects.filter(username__iexact=username).exists():
        raise AccountError(f"Tên đăng nhập {username} đã có người dùng. Hãy chọn tên khác.", "username")
    full_name = one_line(full_name)
    if not full_name:
        raise AccountError("Hãy ghi họ và tên: mỗi tài khoản là của một người.", "full_name")
    person = User(
        username=username,
        full_name=full_name,
        email=email,
        phone=phone,
        is_superuser=superuser,
        is_staff=superuser,
        must_change_password=must_change_password,
    )
    person.set_password(password)
    person.save()
    record("account.create", person, by=by, username=username, superuser=superuser)
    return person


def as_seen(person: User) -> str:
    """Names what a screen shows of the account; brought back, nobody overwrites what he has not seen."""
    return state_of(person.full_name, person.email, person.phone)


@transaction.atomic
def change_person(person: User, *, by: User, seen: str = "", **changes: Any) -> User:
    """Change name, e-mail or telephone; what stays the same is not logged.

    Raises:
        Outdated: the account is no longer as it was ``seen``, where that is given.
        PermissionDenied: ``by`` does not administer this person.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not may_change_person(by, person):
        raise PermissionDenied
    if seen and seen != as_seen(person):
        raise Outdated
    changes = {name: one_line(value) for name, value in changes.items()}
    old = {name: getattr(person, name) for name, value in changes.items() if getattr(person, name) != value}
    if old:
        for name in old:
            setattr(person, name, changes[name])
        person.save()
        record("account.change", person, by=by, old=old, new={name: changes[name] for name in old})
    return person


@transaction.atomic
def close_account(person: User, *, by: User) -> User:
    """Nobody can sign in with it, and its duties rest, until it is opened again (R43).

    Raises:
        AccountError: one's own account, or an organisation would be left without an administrator.
        PermissionDenied: ``by`` does not administer this person.
    """
    if by.pk == person.pk:
        raise AccountError("Không thể tự khóa tài khoản của mình. Hãy nhờ người quản trị khác.")
    if not may_change_person(by, person):
        raise PermissionDenied
    today = timezone.localdate()
    administering = Duty.objects.on(today).filter(person=person, kind=DutyKind.UNIT_ADMIN)
    for duty in administering.select_related("organisation").order_by("organisation"):
        _require_another(duty, today)
    return set_active(person, False, by)


@transaction.atomic
def reopen_account(person: User, *, by: User) -> User:
    """Let the person sign in again.

    Raises:
        PermissionDenied: ``by`` does not administer this person.
    """
    if not may_change_person(by, person):
        raise PermissionDenied
    return set_active(person, True, by)


def set_active(person: User, active: bool, by: User) -> User:
    """The last step of closing and opening; it asks nothing."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_active != active:
        person.is_active = active
        person.save(update_fields=["is_active"])
        sessions.end(person)
        record("account.reopen" if active else "account.close", person, by=by)
    return person


@transaction.atomic
def grant(
    person: User,
    kind: DutyKind | str,
    organisation: Organisation,
    *,
    by: User | None,
    scopes: Iterable[str] = (),
    valid_from: date | None = None,
    valid_to: date | None = None,
    acting_for: User | None = None,
    basis: str = "",
    division: Division | None = None,
) -> Duty:
    """Give a person a duty. Without days: since ever, until it is ended.

    A delegation (``acting_for``; R39, Lai Châu 10.2b) has an end and names its document, comes from somebody who
    holds the duty himself on its first and last day, and is not passed on. ``by`` None is the portal itself.

    Given by somebody, approving goes to leaders and delegates alone (R37), never to oneself, and administering to as
    many as the province's profile has.

    Raises:
        AccountError: the same duty is held already, a scope is malformed, the delegation lacks something, the person
            holds no office there or is ``by`` himself, or there are administrators enough.
        PermissionDenied: ``by`` does not administer the organisation, or may not give this kind of duty.
    """
    if by is not None and not may_grant(by, kind, organisation):
        raise PermissionDenied
    label = DutyKind(kind).label
    named = sorted(set(scopes))
    first = valid_from or ALWAYS
    if not User.objects.select_for_update().get(pk=person.pk).is_active:
        raise AccountError(
            f"Tài khoản của {person} đang bị khóa. Hãy mở lại trước khi giao nhiệm vụ.", "person"
        )
    if valid_to and valid_to < first:
        raise AccountError("Ngày kết thúc đứng trước ngày bắt đầu.", "valid_to")
    for scope in named:
        if not _SCOPE.fullmatch(scope):
            raise AccountError(
                f"Phạm vi “{scope}” không đúng dạng. Hãy viết regime:<mã>, form:<mã> hoặc row:<mã biểu>/<mã dòng>.",
                "scopes",
            )
    if kind in LEADERS_ONLY:
        _require_another_hand(person, by, "kind")
    if acting_for is not None:
        _check_delegation(person, kind, organisation, named, first, valid_to, acting_for, basis)
    elif by is not None and kind in LEADERS_ONLY:
        _require_office(person, organisation, valid_from or timezone.localdate())
    if kind == DutyKind.UNIT_ADMIN:
        _require_room(organisation, first, valid_to)
    held = Duty.objects.filter(
        person=person, kind=kind, organisation=organisation, acting_for=acting_for, division=division
    )
    for duty in held.filter(overlapping(first, valid_to)).prefetch_related("scopes"):
        if sorted(scope.scope for scope in duty.scopes.all()) == named:
            raise AccountError(
                f"{person} đã có nhiệm vụ “{label}” tại {organisation.name} ({span(duty.valid_from, duty.valid_to)}).",
                "kind",
            )

    duty = Duty.objects.create(
        person=person,
        organisation=organisation,
        kind=kind,
        acting_for=acting_for,
        division=division,
        basis=basis,
        valid_from=first,
        valid_to=valid_to,
    )
    DutyScope.objects.bulk_create(DutyScope(duty=duty, scope=scope) for scope in named)
    _admit(person)
    _record("grant", duty, by, kind=str(kind), scopes=named, basis=basis, **_days(first, valid_to))
    forget_duties(person)
    return duty


def _require_another_hand(person: User, by: User | None, field: str) -> None:
    """Nobody makes himself a leader; a superuser may, and that is logged (decision 4)."""
    if by is not None and by.pk == person.pk and not by.is_superuser:
        raise AccountError(
            "Không thể tự bổ nhiệm, tự giao nhiệm vụ duyệt cho mình. Hãy nhờ quản trị đơn vị khác, quản trị cấp trên "
            "hoặc quản trị hệ thống.",
            field,
        )


def _require_office(person: User, organisation: Organisation, day: date) -> None:
    offices = Appointment.objects.filter(on_day(day), person=person, organisation=organisation)
    if not offices.exists():
        raise AccountError(
            f"{person} không giữ chức vụ lãnh đạo nào tại {organisation.name} ngày {day:%d/%m/%Y} nên không được giao "
            "nhiệm vụ duyệt. Hãy ghi chức vụ trước, hoặc giao theo văn bản ủy quyền của lãnh đạo.",
            "kind",
        )


def _require_room(organisation: Organisation, first: date, last: date | None) -> None:
    """One administrator more is not too many (Khánh Hòa 6.3). Two who give the duty at once queue here."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    most = current().most_administrators
    duties = Duty.objects.filter(
        overlapping(first, last), organisation=organisation, kind=DutyKind.UNIT_ADMIN
    )
    there = list(duties.filter(person__is_active=True).select_related("person"))
    if most is not None and len(there) >= most:
        raise AccountError(
            f"{organisation.name} đã có {', '.join(str(duty.person) for duty in there)} quản trị đơn vị; quy chế cho phép "
            f"nhiều nhất {most} người. Hãy chuyển giao việc quản trị cho người mới.",
            "kind",
        )


@transaction.atomic
def grant_type(
    person: User,
    account_type: AccountType,
    organisation: Organisation,
    *,
    by: User | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    basis: str = "",
) -> list[Duty]:
    """Make the account one of the types of the province's regulation (R50): all its duties that are not held yet.

    Raises:
        AccountError: as ``grant``; or every duty of the type is held already.
        PermissionDenied: as ``grant``; nothing is given then.
    """
    first = valid_from or ALWAYS
    held = Duty.objects.filter(
        overlapping(first, valid_to), person=person, organisation=organisation, acting_for=None, scopes=None
    )
    known = set(held.values_list("kind", flat=True))
    missing = [kind for kind in account_type.duties if kind not in known]
    if not missing:
        raise AccountError(
            f"{person} đã có đủ nhiệm vụ của “{account_type.name}” tại {organisation.name}.", "kind"
        )
    return [
        grant(person, kind, organisation, by=by, valid_from=valid_from, valid_to=valid_to, basis=basis)
        for kind in missing
    ]


@transaction.atomic
def hand_over_administration(duty: Duty, successor: User, *, by: User, on: date | None = None) -> Duty:
    """Another person administers the organisation from ``on`` (today by default); never two, never nobody.

    Raises:
        AccountError: it is no duty to administer an organisation, it has ended, or it is the same person.
        PermissionDenied: as ``grant``.
    """
    on = on or timezone.localdate()
    if duty.kind != DutyKind.UNIT_ADMIN:
        raise AccountError("Chỉ chuyển giao được nhiệm vụ quản trị đơn vị.", "kind")
    if successor.pk == duty.person_id:
        raise AccountError("Hãy chọn người khác để chuyển giao.", "person")
    if not may_grant(by, duty.kind, duty.organisation):
        raise PermissionDenied
    if duty.valid_to and duty.valid_to < on:
        raise AccountError(f"Nhiệm vụ này đã kết thúc ngày {duty.valid_to:%d/%m/%Y}.")
    duty = (
        Duty.objects.select_for_update(of=("self",)).select_related("person", "organisation").get(pk=duty.pk)
    )
    last_day = duty.valid_to
    end_duty(duty, on, by)
    return grant(successor, duty.kind, duty.organisation, by=by, valid_from=on, valid_to=last_day)


def _check_delegation(
    person: User,
    kind: DutyKind | str,
    organisation: Organisation,
    scopes: list[str],
    first: date,
    last: date | None,
    acting_for: User,
    basis: str,
) -> None:
    if acting_for.pk == person.pk:
        raise AccountError("Không thể ủy quyền cho chính mình.", "acting_for")
    if last is None:
        raise AccountError(
            "Ủy quyền phải có ngày kết thúc; hết ngày đó nhiệm vụ tự hết hiệu lực.", "valid_to"
        )
    if not basis.strip():
        raise AccountError("Ủy quyền phải ghi số, ngày của văn bản ủy quyền.", "basis")
    own = Duty.objects.filter(person=acting_for, kind=kind, organisation=organisation, acting_for=None)
    for day in (first, last):
        named = [
            {scope.scope for scope in duty.scopes.all()}
            for duty in own.filter(on_day(day)).prefetch_related("scopes")
        ]
        if not any(not duty_scopes or (scopes and duty_scopes.issuperset(scopes)) for duty_scopes in named):
            raise AccountError(
                f"Ngày {day:%d/%m/%Y}, {acting_for} không tự mình có nhiệm vụ “{DutyKind(kind).label}” này "
                f"tại {organisation.name} nên không thể ủy quyền.",
                "acting_for",
            )


@transaction.atomic
def revoke(duty: Duty, *, by: User | None, on: date | None = None) -> Duty:
    """The duty no longer holds from ``on`` (today in Việt Nam by default); its last day is the day before.

    Delegations that rest on it end with it. A duty that had not begun by then never comes into force: its last day
    lies before its first.

    Raises:
        AccountError: it has ended by then, or is held through a division.
        PermissionDenied: ``by`` may not give this duty, so may not take it.
    """
    on = on or timezone.localdate()
    forget_duties(duty.person)
    duty = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("person", "organisation", "division")
        .get(pk=duty.pk)
    )
    if by is not None and not may_grant(by, duty.kind, duty.organisation):
        raise PermissionDenied
    if duty.valid_to and duty.valid_to < on:
        raise AccountError(f"Nhiệm vụ này đã kết thúc ngày {duty.valid_to:%d/%m/%Y}.")
    if by is not None and duty.division is not None:
        raise AccountError(
            f"Nhiệm vụ này có vì {duty.person} là người của {duty.division.name}. "
            "Hãy sửa phân công nhập liệu hoặc danh sách người của phòng, ban."
        )
    if by is not None and duty.kind == DutyKind.UNIT_ADMIN:
        _require_another(duty, on)
    end_duty(duty, on, by)
    resting = Duty.objects.filter(
        acting_for=duty.person, kind=duty.kind, organisation=duty.organisation, valid_to__gte=on
    )
    own = Duty.objects.filter(
        on_day(on), person=duty.person, kind=duty.kind, organisation=duty.organisation, acting_for=None
    )
    if duty.acting_for_id is None and not own.exists():
        for delegation in resting.select_related("person", "organisation"):
            end_duty(delegation, on, by)
    return duty


def _require_another(duty: Duty, on: date) -> None:
    """An organisation with people in it is not left without an administrator, where the regulation asks for one."""
    organisation = duty.organisation
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    least = current().least_administrators
    others = (
        Duty.objects.on(on).filter(organisation=organisation, kind=DutyKind.UNIT_ADMIN).exclude(pk=duty.pk)
    )
    working = Duty.objects.on(on).filter(organisation=organisation).exclude(person=duty.person)
    if least and others.values("person").distinct().count() < least and working.exists():
        raise AccountError(
            f"{organisation.name} phải có ít nhất {least} người quản trị đơn vị; không còn {duty.person} thì không đủ. "
            "Hãy giao cho người khác trước, hoặc chuyển giao."
        )


def end_duty(duty: Duty, on: date, by: User | None) -> None:
    """The last step of every verb that takes a duty; it asks nothing."""
    duty.valid_to = on - _ONE_DAY
    duty.save(update_fields=["valid_to"])
    forget_duties(duty.person)
    _record("revoke", duty, by, kind=duty.kind, on=on.isoformat())


@transaction.atomic
def appoint(
    person: User,
    organisation: Organisation,
    *,
    title: str,
    signing_form: SigningForm | str = "",
    signs_for_title: str = "",
    field: str = "",
    basis: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    by: User | None,
) -> Appointment:
    """Give a person an office, and with it the authority to sign (Decree 30/2020, Article 13).

    KT., TL., TM. and TUQ. name for whom one signs; TUQ. besides has an end and names its document.

    Raises:
        AccountError: one of these is missing, the same office is held already, or it is one's own.
        PermissionDenied: ``by`` does not administer the organisation.
    """
    if by is not None and not may_administer(by, organisation):
        raise PermissionDenied
    _require_another_hand(person, by, "title")
    first, title = valid_from or ALWAYS, one_line(title)
    if not title:
        raise AccountError("Hãy ghi chức vụ.", "title")
    if signing_form in _SIGNING_FOR_ANOTHER and not signs_for_title.strip():
        raise AccountError(f"Ký {signing_form} phải ghi chức vụ hoặc tập thể được ký cho.", "signs_for_title")
    if signing_form == SigningForm.BY_AUTHORISATION and valid_to is None:
        raise AccountError("Thừa ủy quyền (TUQ.) phải có thời hạn: hãy ghi ngày kết thúc.", "valid_to")
    if signing_form == SigningForm.BY_AUTHORISATION and not basis.strip():
        raise AccountError("Thừa ủy quyền (TUQ.) phải ghi văn bản ủy quyền.", "basis")
    if valid_to and valid_to < first:
        raise AccountError("Ngày kết thúc đứng trước ngày bắt đầu.", "valid_to")
    User.objects.select_for_update().get(pk=person.pk)
    same = Appointment.objects.filter(
        person=person, organisation=organisation, title=title, signing_form=signing_form, field=field
    )
    if known := same.filter(overlapping(first, valid_to)).first():
        raise AccountError(
            f"{person} đã giữ chức vụ {title} tại {organisation.name} ({span(known.valid_from, known.valid_to)}).",
            "title",
        )
    appointment = Appointment.objects.create(
        person=person,
        organisation=organisation,
        title=title,
        signing_form=signing_form,
        signs_for_title=signs_for_title,
        field=field,
        basis=basis,
        valid_from=first,
        valid_to=valid_to,
    )
    _record("appoint", appointment, by, signing_form=str(signing_form), basis=basis, **_days(first, valid_to))
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, *, by: User | None, on: date | None = None) -> Appointment:
    """The office is no longer held from ``on`` (today in Việt Nam by default).

    Raises:
        AccountError: it has ended by then.
        PermissionDenied: ``by`` does not administer the organisation.
    """
    on = on or timezone.localdate()
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("person", "organisation")
        .get(pk=appointment.pk)
    )
    if by is not None and not may_administer(by, appointment.organisation):
        raise PermissionDenied
    if appointment.valid_to and appointment.valid_to < on:
        raise AccountError(f"Chức vụ này đã kết thúc ngày {appointment.valid_to:%d/%m/%Y}.")
    appointment.valid_to = on - _ONE_DAY
    appointment.save(update_fields=["valid_to"])
    _record("end_appointment", appointment, by, on=on.isoformat())
    return appointment


def whom_to_ask(person: User) -> list[tuple[User, Organisation]]:
    """Who administers the person's account: where he works, else above it, else the whole portal (R44).

    Each with the organisation for which he does; nobody is his own administrator.
    """
    today = timezone.localdate()
    duties = Duty.objects.filter(on_day(today), person=person).values("organisation")
    offices = Appointment.objects.filter(on_day(today), person=person).values("organisation")
    return administrators_of(Organisation.objects.filter(Q(pk__in=duties) | Q(pk__in=offices)), but=[person])


def administrators_of(
    organisations: QuerySet[Organisation], *, but: Collection[User] = ()
) -> list[tuple[User, Organisation]]:
    """Who administers these organisations: themselves, else the nearest above, else the whole portal; never ``but``.

    Each with the organisation for which he does.
    """
    today = timezone.localdate()
    paths = OrganisationPath.objects.filter(
        on_day(today), descendant__in=organisations.values("pk"), kind=AffiliationKind.SUBORDINATION
    )
    near = {path.ancestor: path.depth for path in paths.select_related("ancestor").order_by("-depth")}
    near |= dict.fromkeys(organisations, 0)
    for _, places in groupby(sorted(near, key=lambda place: (near[place], place.name)), key=near.get):
        if found := _holding(DutyKind.UNIT_ADMIN, places, but):
            return found
    seats = Duty.objects.on(today).filter(kind=DutyKind.SYSTEM_ADMIN).values("organisation")
    return _holding(DutyKind.SYSTEM_ADMIN, Organisation.objects.filter(pk__in=seats).order_by("name"), but)


def _holding(
    kind: DutyKind, places: Iterable[Organisation], but: Collection[User]
) -> list[tuple[User, Organisation]]:
    return [(holder, place) for place in places for holder in holders(kind, place.pk) if holder not in but]


def appointment_of(person: User, organisation: Organisation, day: date) -> Appointment | None:
    """With what authority the person signs there on ``day``: his own office before one for another, the latest first."""
    held = Appointment.objects.filter(on_day(day), person=person, organisation=organisation)
    return min(
        held,
        key=lambda office: (office.signing_form in _SIGNING_FOR_ANOTHER, -office.valid_from.toordinal()),
        default=None,
    )


def _admit(person: User) -> None:
    """Open the admin shell to somebody with a first duty."""
    group, created = Group.objects.get_or_create(name=STAFF_GROUP)
    if created:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
    person.groups.add(group)


def _days(first: date, last: date | None) -> dict[str, Any]:
    return {"valid_from": first.isoformat(), "valid_to": last and last.isoformat()}


def _record(verb: str, obj: Duty | Appointment, by: User | None, **data: Any) -> None:
    family = "duty" if isinstance(obj, Duty) else "appointment"
    record(
        f"{family}.{verb}", obj, by=by, organisation=obj.organisation.code, person_id=obj.person_id, **data
    )
