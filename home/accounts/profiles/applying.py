"""Putting a province's profile into force on a portal, fresh or at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from home.accounts.models import AppliedProfile, Duty, DutyKind
from home.audit.services import record
from home.organisations.models import AffiliationKind, Level, Organisation
from home.organisations.services import NewOrganisation, create_organisations

from . import Profile, ProfileError, contents, read


@dataclass(frozen=True)
class Applied:
    """What came of it. ``warnings`` are what stands on the portal against the profile, in Vietnamese."""

    profile: Profile
    changed: bool
    created: tuple[str, ...]
    warnings: tuple[str, ...]


@transaction.atomic
def apply(name: str, *, at: datetime | None = None) -> Applied:
    """Put the profile into force; the offices it names are entered where their codes are unknown. All or nothing.

    What is there stays as it is: duties that the profile would not allow are warned of. Applying it twice changes nothing.

    Raises:
        ProfileError: no such profile, it says something impossible, or an office is none of the organisations.
    """
    said = contents(name)
    profile = read(name, said)
    created = _enter_offices(profile)
    offices = {profile.administers, profile.aggregates, profile.catalogues} - {""}
    known = Organisation.objects.filter(code__in=offices).values_list("code", flat=True)
    if missing := sorted(offices.difference(known)):
        raise ProfileError(f"Hồ sơ {name} nêu cơ quan chưa có trên hệ thống: {', '.join(missing)}.")
    last = AppliedProfile.objects.order_by("-pk").first()
    changed = last is None or (last.name, last.contents) != (name, said)
    if changed:
        at = at or timezone.now()
        applied = AppliedProfile.objects.create(name=name, contents=said, applied_at=at)
        record("profile.apply", applied, by=None, at=at, name=name, decision=profile.decision)
    return Applied(profile, changed, tuple(created), tuple(_against(profile)))


def _enter_offices(profile: Profile) -> list[str]:
    codes = [office["code"] for office in profile.organisations]
    known = set(Organisation.objects.filter(code__in=codes).values_list("code", flat=True))
    new = [office for office in profile.organisations if office["code"] not in known]
    committee = f"ỦY BAN NHÂN DÂN TỈNH {profile.province.upper()}"
    create_organisations(
        [
            NewOrganisation(
                Organisation(
                    code=office["code"],
                    name=office["name"],
                    kind=office["kind"],
                    level=Level.PROVINCE,
                    document_code=office.get("document_code", ""),
                    place_name=profile.province,
                    superior_line=committee if "superior" in office else "",
                ),
                superiors=[(AffiliationKind.SUBORDINATION, office["superior"])]
                if "superior" in office
                else [],
            )
            for office in new
        ]
    )
    return [office["code"] for office in new]


def _against(profile: Profile) -> list[str]:
    today = timezone.localdate()
    found = []
    administrators = (
        Duty.objects.on(today)
        .filter(kind=DutyKind.UNIT_ADMIN)
        .values("organisation__name")
        .annotate(count=Count("person", distinct=True))
    )
    if (most := profile.most_administrators) is not None:
        found += [
            f"{row['organisation__name']} có {row['count']} người quản trị đơn vị, quy chế cho phép nhiều nhất {most}."
            for row in administrators.filter(count__gt=most).order_by("organisation__name")
        ]
    if profile.administers:
        elsewhere = Duty.objects.on(today).filter(kind=DutyKind.SYSTEM_ADMIN)
        elsewhere = elsewhere.exclude(organisation__code=profile.administers).select_related(
            "person", "organisation"
        )
        found += [
            f"{duty.person} ({duty.organisation}) quản trị hệ thống, quy chế giao việc này cho {profile.administers}."
            for duty in elsewhere
        ]
    return found
