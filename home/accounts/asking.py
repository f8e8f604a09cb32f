"""Accounts and duties are asked for in writing, decided by an administrator, and the result is kept (R42).

Whoever administers the organisation decides, never the person who asks or for whom is asked: its own administrator, the
one of its superior, or the system administrator. What is granted is done by the same services as everywhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from home.audit.services import record
from home.organisations.models import Organisation, on_day
from home.text import fold, one_line

from . import assigning
from .duties import holders
from .models import (
    PORTAL_WIDE,
    AccountRequest,
    Appointment,
    Duty,
    DutyKind,
    RequestKind,
    RequestStatus,
    User,
)
from .papers import keep_scan
from .permissions import (
    may_ask_for_accounts,
    may_change_person,
    may_decide_request,
    may_issue_code,
    may_withdraw_request,
)
from .services import (
    AccountError,
    administrators_of,
    appoint,
    close_account,
    create_person,
    grant,
    revoke,
)
from .signin import codes
from .telling import tell


@dataclass(frozen=True)
class Result:
    """``code`` opens the new account once and is shown once; "" where none is given."""

    request: AccountRequest
    code: str = ""


@transaction.atomic
def ask(
    kind: RequestKind | str,
    organisation: Organisation,
    *,
    by: User,
    document_number: str,
    document_date: date,
    person: User | None = None,
    full_name: str = "",
    email: str = "",
    phone: str = "",
    title: str = "",
    signing_form: str = "",
    signs_for_title: str = "",
    duties: Collection[str] = (),
    scopes: Collection[str] = (),
    note: str = "",
    scan: tuple[str, bytes] | None = None,
) -> AccountRequest:
    """Ask for an account, for other duties of somebody's, or for their end; who decides is told. ``scopes``: the forms in
    which he shall enter or approve data; none: all. ``scan``: name and content of the document's.

    Raises:
        AccountError: the document, the name or the duties are missing, the person is not of the organisation, a form is
            not owed by it or asked for without a duty, the scan is refused, or the same is asked for already.
        PermissionDenied: ``by`` does not speak for the organisation.
    """
    if not may_ask_for_accounts(by, organisation):
        raise PermissionDenied
    document_number = document_number.strip()
    if not document_number:
        raise AccountError("Hãy ghi số, ký hiệu của văn bản đề nghị.", "document_number")
    if document_date > timezone.localdate():
        raise AccountError("Ngày của văn bản đề nghị không thể ở tương lai.", "document_date")
    wanted = sorted({DutyKind(kind) for kind in duties})
    if not wanted and kind != RequestKind.REVOKE:
        raise AccountError("Hãy chọn ít nhất một nhiệm vụ.", "duties")
    if wide := [duty.label for duty in wanted if duty in PORTAL_WIDE]:
        raise AccountError(
            f"Nhiệm vụ {', '.join(wide)} không thuộc một đơn vị nên không đề nghị ở đây.", "duties"
        )
    if scopes:
        _check_scopes(organisation, scopes, wanted)
    if kind == RequestKind.CREATE:
        person = None
        full_name = one_line(full_name)
        if not full_name:
            raise AccountError("Hãy ghi họ và tên: mỗi tài khoản là của một người.", "full_name")
    else:
        if person is None or not assigning.people_of(organisation).filter(pk=person.pk).exists():
            raise AccountError(f"Hãy chọn người đang có nhiệm vụ, chức vụ tại {organisation.name}.", "person")
        full_name = str(person)
    waiting = AccountRequest.objects.filter(
        organisation=organisation, status=RequestStatus.PENDING, kind=kind
    )
    if waiting.filter(person=person, full_name=full_name, document_number=document_number).exists():
        raise AccountError(
            f"Đề nghị này cho {full_name} theo văn bản số {document_number} đang chờ quyết định.",
            "document_number",
        )
    scan_name, content = scan or ("", b"")
    request = AccountRequest.objects.create(
        kind=kind,
        organisation=organisation,
        person=person,
        full_name=full_name,
        email=email,
        phone=phone,
        title=one_line(title),
        signing_form=signing_form,
        signs_for_title=signs_for_title.strip(),
        duties=[str(duty) for duty in wanted],
        scopes=sorted(set(scopes)),
        note=note.strip(),
        scan_sha256=keep_scan(scan_name, content) if scan else "",
        scan_name=scan_name[-200:],
        document_number=document_number,
        document_date=document_date,
        asked_by=by,
        asked_at=timezone.now(),
    )
    _record("ask", request, by, duties=request.duties, scopes=request.scopes, scan=request.scan_sha256)
    concerned = [by] if person is None else [by, person]
    places = Organisation.objects.filter(pk=organisation.pk)
    deciders = {decider for decider, _ in administrators_of(places, but=concerned)}
    _tell("account.requested", request, deciders, by=by)
    return request


@transaction.atomic
def grant_request(request: AccountRequest, *, by: User, username: str = "") -> Result:
    """Do what was asked for, from today, on the strength of its document. ``username``: of a new account.

    Raises:
        AccountError: it has been decided, or what it asks for cannot be done; nothing is done then.
        PermissionDenied: ``by`` does not decide it, or may not give one of the duties.
    """
    request = _decide(request, RequestStatus.GRANTED, by)
    today, code = timezone.localdate(), ""
    if request.kind == RequestKind.CREATE:
        person = create_person(
            username, full_name=request.full_name, email=request.email, phone=request.phone, by=by
        )
        _give(request, person, by, today)
        if may_issue_code(by, person):
            code = codes.issue(person, by=by)
        result = f"tài khoản {person.username} đã được tạo."
    else:
        assert request.person is not None
        person = request.person
        if request.kind == RequestKind.CHANGE:
            _take(request, person, by, today, but=request.duties)
            _give(request, person, by, today)
            result = f"nhiệm vụ của {person} đã được sửa từ ngày {today:%d/%m/%Y}."
        else:
            closed = _close(request, person, by, today)
            result = f"{'đã khóa tài khoản và thu hồi' if closed else 'đã thu hồi'} nhiệm vụ của {person}."
    request.person = person
    request.save()
    _record("grant", request, by, person_id=person.pk)
    _tell("account.request_granted", request, _told(request), by=by, result=result)
    return Result(request, code)


@transaction.atomic
def refuse_request(request: AccountRequest, *, by: User, reason: str) -> AccountRequest:
    """
    Raises:
        AccountError: it has been decided, or no reason is given.
        PermissionDenied: ``by`` does not decide it.
    """
    if not reason.strip():
        raise AccountError("Hãy nêu lý do không chấp thuận.", "reason")
    request = _decide(request, RequestStatus.REFUSED, by)
    request.reason = reason.strip()
    request.save()
    _record("refuse", request, by, reason=request.reason)
    _tell("account.request_refused", request, _told(request), by=by, reason=request.reason)
    return request


@transaction.atomic
def withdraw_request(request: AccountRequest, *, by: User) -> AccountRequest:
    """Who asked takes it back before it is decided.

    Raises:
        AccountError: it has been decided.
        PermissionDenied: somebody else asked.
    """
    request = _locked(request)
    if not may_withdraw_request(by, request):
        raise PermissionDenied
    _mark(request, RequestStatus.WITHDRAWN, by).save()
    _record("withdraw", request, by)
    return request


def _check_scopes(organisation: Organisation, scopes: Collection[str], wanted: Collection[DutyKind]) -> None:
    if not set(wanted) & set(assigning.SHARED):
        shared = ", ".join(f"“{kind.label}”" for kind in assigning.SHARED)
        raise AccountError(f"Biểu chỉ chọn cùng nhiệm vụ {shared}.", "scopes")
    owed = {form.scope for report in assigning.owed_reports(organisation) for form in report.forms}
    if foreign := set(scopes) - owed:
        raise AccountError(
            f"{organisation.name} không được giao {assigning.in_words(foreign)}. Hãy bỏ chọn.", "scopes"
        )


def suggested_username(full_name: str) -> str:
    """“an.nguyenvan” for Nguyễn Văn An; numbered where it is taken."""
    *family, given = fold(full_name).split() or ["", ""]
    name = ".".join(part for part in (given, "".join(family)) if part)[:140]
    taken = {
        one.lower()
        for one in User.objects.filter(username__istartswith=name).values_list("username", flat=True)
    }
    return next(one for one in (name, *(f"{name}{n}" for n in range(2, 1000))) if one not in taken)


def _locked(request: AccountRequest) -> AccountRequest:
    """
    Raises:
        AccountError: it has been decided.
    """
    request = (
        AccountRequest.objects.select_for_update(of=("self",))
        .select_related("organisation", "person", "asked_by", "decided_by")
        .get(pk=request.pk)
    )
    if request.status != RequestStatus.PENDING:
        assert request.decided_at is not None
        moment = timezone.localtime(request.decided_at)
        raise AccountError(
            f"Đề nghị này {request.get_status_display().lower()} lúc {moment:%H:%M ngày %d/%m/%Y} "
            f"({request.decided_by}). Không ghi gì thêm."
        )
    return request


def _decide(request: AccountRequest, status: RequestStatus, by: User) -> AccountRequest:
    request = _locked(request)
    if not may_decide_request(by, request):
        raise PermissionDenied
    return _mark(request, status, by)


def _mark(request: AccountRequest, status: RequestStatus, by: User) -> AccountRequest:
    request.status, request.decided_by, request.decided_at = status, by, timezone.now()
    return request


def _give(request: AccountRequest, person: User, by: User, today: date) -> None:
    """The office first: approving goes to those who hold one."""
    organisation, basis = request.organisation, f"Văn bản số {request.document}"
    offices = Appointment.objects.filter(on_day(today), person=person, organisation=organisation)
    if request.title and not offices.filter(title=request.title, signing_form=request.signing_form).exists():
        appoint(
            person,
            organisation,
            title=request.title,
            signing_form=request.signing_form,
            signs_for_title=request.signs_for_title,
            basis=basis,
            valid_from=today,
            by=by,
        )
    held = {duty.kind for duty in _own_duties(person, organisation, today)}
    for kind in map(DutyKind, request.duties):
        if request.scopes and kind in assigning.SHARED:
            assigning.hold(person, kind, organisation, request.scopes, by=by, today=today, basis=basis)
        elif kind not in held:
            grant(person, kind, organisation, by=by, valid_from=today, basis=basis)


def _take(request: AccountRequest, person: User, by: User, today: date, *, but: Collection[str] = ()) -> None:
    if DutyKind.ENTER not in but:
        assigning.leave_divisions(person, request.organisation, by=by, today=today)
    for duty in _own_duties(person, request.organisation, today):
        if duty.kind not in but and duty.division_id is None:
            revoke(duty, by=by, on=today)


def _close(request: AccountRequest, person: User, by: User, today: date) -> bool:
    """Take all duties there; close the account too where nothing else hangs on it. Tells whether it was."""
    elsewhere = Duty.objects.filter(person=person).exclude(organisation=request.organisation)
    closing = not elsewhere.filter(on_day(today)).exists() and may_change_person(by, person)
    if closing:
        close_account(person, by=by)
    _take(request, person, by, today)
    return closing


def _own_duties(person: User, organisation: Organisation, today: date) -> list[Duty]:
    rows = Duty.objects.filter(on_day(today), person=person, organisation=organisation, acting_for=None)
    return list(rows.exclude(kind__in=PORTAL_WIDE).select_related("person", "organisation"))


def _told(request: AccountRequest) -> list[User]:
    """Who asked; where he has left meanwhile, who administers the organisation."""
    if request.asked_by.is_active:
        return [request.asked_by]
    return holders(DutyKind.UNIT_ADMIN, request.organisation_id)


def _record(verb: str, request: AccountRequest, by: User, **data: Any) -> None:
    record(
        f"request.{verb}",
        request,
        by=by,
        organisation=request.organisation.code,
        document=request.document,
        **data,
    )


def _tell(code: str, request: AccountRequest, people: Collection[User], *, by: User, **more: str) -> None:
    tell(
        people,
        code,
        key=f"{code}:{request.pk}",
        context={
            "name": request.full_name,
            "organisation": request.organisation.name,
            "what": f"{request.get_kind_display()} – {request.full_name}",
            "document": request.document,
            "by": str(by),
            **more,
        },
        url=reverse("account_requests:detail", args=[request.pk]),
    )
