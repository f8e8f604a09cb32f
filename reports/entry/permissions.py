"""May this person begin this report?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind
from reports.deadlines.models import OWED, Obligation, ObligationQuerySet, RoundStatus

if TYPE_CHECKING:
    from home.accounts.models import User


def openable_by(user: User) -> ObligationQuerySet:
    """Obligations not begun yet that the user may begin: ENTER there, on upper tiers CONSOLIDATE too (R35, R110).

    A duty limited to forms or rows opens the report; the grid narrows inside.
    """
    reachable = Q(pk__in=[])
    for kind, tiers in ((DutyKind.ENTER, Q()), (DutyKind.CONSOLIDATE, Q(tier__number__gt=1))):
        for organisation_id, codes in duties_of(user).regimes(kind).items():
            own = Q(organisation_id=organisation_id) & tiers
            reachable |= own if codes is None else own & Q(tier__round__regime_version__code__in=codes)
    return Obligation.objects.filter(
        reachable, submission__isnull=True, state__in=OWED, tier__round__status=RoundStatus.OPEN
    )


def may_open(user: User, obligation: Obligation) -> bool:
    """Begin the report; which days it may be begun on, ``Obligation.is_receivable`` says."""
    return openable_by(user).filter(pk=obligation.pk).exists()
