"""May this person open rounds and change deadlines? The only readers of duties about them, besides ``visible_to``.

Rights to a round come from its regime's lead agency (R77, R81), rights to an obligation also from whoever receives
the report. Nobody changes the deadline of what their own organisation owes.
"""

from __future__ import annotations

from home.accounts.duties import HeldDuty, duties_of
from home.accounts.models import DutyKind, User
from home.organisations.models import Organisation
from reports.regimes.models import RegimeVersion

from .models import Obligation, ObligationState, Round, RoundStatus, Tier

#: Duties with which the lead agency runs the rounds of its regimes.
RUNNING = (DutyKind.DESIGN, DutyKind.RECEIVE, DutyKind.CONSOLIDATE)
#: Duties with which a recipient decides about what it awaits.
AWAITING = (DutyKind.RECEIVE, DutyKind.CONSOLIDATE)


def may_open_round(user: User, version: RegimeVersion) -> bool:
    """Give the report to those who owe it: the lead agency (R75, R81)."""
    return _runs(user, version)


def may_cancel_round(user: User, round_: Round) -> bool:
    return round_.status != RoundStatus.CANCELLED and _runs(user, round_.regime_version)


def may_move_window(user: User, tier: Tier) -> bool:
    """Open or close reception at another time than planned: the lead agency alone (R82)."""
    return tier.round.status != RoundStatus.CANCELLED and _runs(user, tier.round.regime_version)


def may_decide(user: User, obligation: Obligation) -> bool:
    """Change what is owed here, in whatever state it is: who awaits the report, or leads the regime."""
    version = obligation.tier.round.regime_version
    if obligation.tier.round.status == RoundStatus.CANCELLED:
        return False
    leading = _held(user, RUNNING, lead_of(version), version)
    book = duties_of(user)
    by_lead = any(not book.acts_for(obligation.organisation_id, duty.seat_id) for duty in leading)
    return by_lead or _holds(user, AWAITING, obligation.recipient_id, version)


def may_extend(user: User, obligation: Obligation) -> bool:
    return obligation.state == ObligationState.GIVEN and may_decide(user, obligation)


def may_exempt(user: User, obligation: Obligation) -> bool:
    return obligation.state in {ObligationState.GIVEN, ObligationState.MISSED} and may_decide(
        user, obligation
    )


def may_cancel(user: User, obligation: Obligation) -> bool:
    return may_exempt(user, obligation)


def may_reinstate(user: User, obligation: Obligation) -> bool:
    """Ask again for what was exempted, cancelled or held to be missed."""
    return obligation.state != ObligationState.GIVEN and may_decide(user, obligation)


def leads_somewhere(user: User) -> bool:
    """Runs rounds of some agency's regimes, so that there may be something to open."""
    return bool(duties_of(user).organisations(*RUNNING))


def lead_of(version: RegimeVersion) -> int | None:
    """The lead agency's primary key as the version states it."""
    lead: int | None = version.compiled["lead"]
    return lead


def lead_code(version: RegimeVersion) -> str:
    """The lead agency's code, for the audit trail."""
    lead = Organisation.objects.filter(pk=lead_of(version) or 0)
    return lead.values_list("code", flat=True).first() or ""


def _runs(user: User, version: RegimeVersion) -> bool:
    return _holds(user, RUNNING, lead_of(version), version)


def _holds(
    user: User, kinds: tuple[DutyKind, ...], organisation_id: int | None, version: RegimeVersion
) -> bool:
    return bool(_held(user, kinds, organisation_id, version))


def _held(
    user: User, kinds: tuple[DutyKind, ...], organisation_id: int | None, version: RegimeVersion
) -> list[HeldDuty]:
    if organisation_id is None:
        return []
    book = duties_of(user)
    held = (book.held(kind, organisation_id, f"regime:{version.code}") for kind in kinds)
    return [duty for duty in held if duty is not None]


def may_keep_calendar(user: User) -> bool:
    """Write the working calendar: system administrators."""
    return user.is_active and (
        user.is_superuser or bool(duties_of(user).organisations(DutyKind.SYSTEM_ADMIN))
    )
