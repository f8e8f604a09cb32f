"""Who may follow the progress of a round, and who may urge those who owe a report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind, User
from home.organisations.models import Organisation
from reports.deadlines.models import Obligation, ObligationQuerySet
from reports.deadlines.permissions import lead_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

#: Duties with which the lead agency and the recipient work on what they await.
AWAITING = (DutyKind.RECEIVE, DutyKind.CONSOLIDATE)


def followed_by(user: User | AnonymousUser, *, day: date) -> ObligationQuerySet:
    """What the person follows (R128): owed to, or in a regime led by, the organisation he receives or consolidates
    for; with VIEW also that of the organisations beneath it on ``day``. Progress only: what is written in a report
    that was not sent stays with ``Submission.objects.visible_to``.
    """
    if not user.is_authenticated or not user.is_active:
        return Obligation.objects.none()
    if user.is_superuser:
        return Obligation.objects.all()
    book = duties_of(user)
    followed = Q(pk__in=[])
    for organisation_id, codes in book.regimes(*AWAITING).items():
        followed |= _led_or_awaited([organisation_id], codes)
    for organisation_id, codes in book.regimes(DutyKind.VIEW).items():
        beneath = Organisation.objects.within(organisation_id, day=day)
        followed |= _led_or_awaited([organisation_id], codes) | _led_or_awaited(beneath.values("pk"), codes)
    return Obligation.objects.filter(followed)


def _led_or_awaited(organisations: object, codes: frozenset[str] | None) -> Q:
    concerned = Q(recipient_id__in=organisations) | Q(
        tier__round__regime_version__page__lead_id__in=organisations
    )
    return concerned if codes is None else concerned & Q(tier__round__regime_version__code__in=codes)


def follows_something(user: User | AnonymousUser) -> bool:
    """There may be something to follow; asked by the menu, without a query of its own."""
    return user.is_superuser or bool(duties_of(user).organisations(*AWAITING, DutyKind.VIEW))


def may_urge(user: User, obligation: Obligation) -> bool:
    """Urge the organisation that owes the report (R129): its recipient, or the lead agency of the regime.

    Whether there is anything to urge about, ``urging.plan`` says.
    """
    version = obligation.tier.round.regime_version
    places = (obligation.recipient_id, lead_of(version))
    book = duties_of(user)
    return any(
        book.holds(kind, place, f"regime:{version.code}")
        for kind in AWAITING
        for place in places
        if place is not None
    )
