"""An organisation ends and another takes its work over, as of today; people with the same duties there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from home.accounts.models import Appointment, Duty, DutyKind, User
from home.organisations.models import Organisation, OrganisationKind
from home.organisations.services import succeed
from tests.conftest import make_organisation, make_person

#: What one person each holds at the successor.
SEATS = {
    "clerk": (DutyKind.ENTER,),
    "data_leader": (DutyKind.APPROVE_DATA,),
    "leader": (DutyKind.APPROVE_REPORT,),
    "registrar": (DutyKind.ISSUE, DutyKind.SEND),
    "receiver": (DutyKind.RECEIVE,),
    "consolidator": (DutyKind.CONSOLIDATE,),
    "designer": (DutyKind.DESIGN,),
    "publisher": (DutyKind.PUBLISH,),
    "viewer": (DutyKind.VIEW,),
}


@dataclass(frozen=True)
class Heir:
    """A successor and its people."""

    organisation: Organisation
    people: dict[str, User]

    def __getattr__(self, seat: str) -> User:
        return self.people[seat]


def heir(code: str, name: str) -> Heir:
    organisation = make_organisation(
        code, name, OrganisationKind.DEPARTMENT, document_code=code, place_name="Nha Trang"
    )
    people = {
        seat: make_person(f"{seat}-{code}".lower(), organisation, *kinds) for seat, kinds in SEATS.items()
    }
    Appointment.objects.create(person=people["leader"], organisation=organisation, title="Giám đốc")
    return Heir(organisation, people)


def merge(old: Organisation, into: Heir) -> None:
    """``old`` ends yesterday; its people keep their duties on paper."""
    assert Duty.objects.filter(organisation=old, valid_to=None).exists()
    succeed([old], [into.organisation], kind="sap_nhap", on=timezone.localdate(), by=None)


def split(old: Organisation, into: list[Heir], *, answering: Heir) -> None:
    parts = {one.organisation: 1 / Decimal(len(into)) for one in into}
    succeed(
        [old],
        list(parts),
        kind="chia_tach",
        on=timezone.localdate(),
        shares=parts,
        answering=answering.organisation,
        by=None,
    )
