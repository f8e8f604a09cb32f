"""Focal persons: whom others turn to in an organisation, at least one each (R48)."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from home.audit.services import record
from home.organisations.models import Organisation

from .assigning import people_of
from .models import FocalPerson, FocalRole, User
from .permissions import may_administer
from .services import AccountError
from .telling import tell


@transaction.atomic
def name_focal_person(
    organisation: Organisation, person: User, role: FocalRole | str, *, by: User
) -> FocalPerson:
    """From today the person is a focal person of the organisation; he is told.

    Raises:
        AccountError: he has nothing to do with the organisation, cannot be reached, or is named already.
        PermissionDenied: ``by`` does not administer the organisation.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not may_administer(by, organisation):
        raise PermissionDenied
    role = FocalRole(role)
    if not people_of(organisation).filter(pk=person.pk).exists():
        raise AccountError(f"{person} không có nhiệm vụ, chức vụ nào tại {organisation.name}.", "person")
    if not (person.phone or person.email):
        raise AccountError(f"{person} chưa có điện thoại, thư điện tử nên không ai liên hệ được.", "person")
    if FocalPerson.objects.filter(
        organisation=organisation, person=person, role=role, valid_to=None
    ).exists():
        raise AccountError(f"{person} đã là {role.label.lower()} của {organisation.name}.", "person")
    named = FocalPerson.objects.create(
        organisation=organisation, person=person, role=role, valid_from=timezone.localdate()
    )
    record("focal.name", named, by=by, organisation=organisation.code, role=str(role), person_id=person.pk)
    tell(
        [person],
        "account.focal",
        key=f"account.focal:{named.pk}",
        context={"role": role.label.lower(), "organisation": organisation.name, "by": str(by)},
        url=reverse("organisations:inspect", args=[organisation.pk]),
    )
    return named


@transaction.atomic
def end_focal_person(named: FocalPerson, *, by: User) -> None:
    """From today he is none any more. The last one may go: the organisation is then warned of.

    Raises:
        AccountError: he has been replaced already.
        PermissionDenied: ``by`` does not administer the organisation.
    """
    named = (
        FocalPerson.objects.select_for_update(of=("self",))
        .select_related("person", "organisation")
        .get(pk=named.pk)
    )
    if not may_administer(by, named.organisation):
        raise PermissionDenied
    if named.valid_to is not None:
        raise AccountError(f"{named.person} đã thôi làm đầu mối từ trước.")
    named.valid_to = timezone.localdate() - timedelta(days=1)
    named.save(update_fields=["valid_to"])
    record("focal.end", named, by=by, organisation=named.organisation.code, role=named.role)
