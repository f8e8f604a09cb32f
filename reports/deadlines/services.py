"""Giving reports to those who owe them, and changing when they are due: one function per verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from wagtail import hooks

from home.accounts.models import User
from home.audit.models import AuditEntry
from home.audit.services import record
from home.organisations.models import Organisation
from indicators.models import Frequency
from indicators.periods import Period, PeriodKind
from reports.regimes.models import RegimeKind, RegimePage, RegimeVersion, WindowRule

from . import messages, permissions
from .calendar import WorkingCalendar, stored
from .due_dates import DeadlineError, Due, DueRule, NoDefaultWindow, cutoff_window, due, extended
from .models import (
    OWED,
    Extension,
    Obligation,
    ObligationQuerySet,
    ObligationState,
    Round,
    RoundStatus,
    Tier,
)


class RoundError(DeadlineError):
    """A round or obligation that cannot be changed so; the message is Vietnamese."""


class NotAllowed(RoundError):
    """This person may not do this; says who may."""


#: The kinds of period that a frequency asks about; a frequency that is not named asks about any.
PERIOD_KINDS = {
    Frequency.MONTH: PeriodKind.MONTH,
    Frequency.QUARTER: PeriodKind.QUARTER,
    Frequency.HALF: PeriodKind.HALF,
    Frequency.NINE_MONTHS: PeriodKind.MONTHS,
    Frequency.YEAR: PeriodKind.YEAR,
}


@dataclass(frozen=True, slots=True)
class PlannedTier:
    """A tier as it will be: ``subjects`` are (organisation, form versions) by primary key."""

    number: int
    name: str
    recipient: int
    due: Due
    opens_on: date
    closes_on: date
    subjects: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What opening a round will bring about; nothing is written."""

    title: str
    period: Period
    window: tuple[date, date]
    tiers: tuple[PlannedTier, ...]


def plan_round(version: RegimeVersion, period: Period, *, calendar: WorkingCalendar | None = None) -> Plan:
    """Windows, due days and obligations of ``period`` under ``version``, with the stored calendar by default.

    Raises:
        RoundError: the regime does not ask about such a period.
        DeadlineError: its rules of time do not fit the period.
    """
    regime = version.compiled
    _check_period(regime["kind"], regime["frequency"], period)
    calendar = calendar or stored()
    window = window_of(regime["window"], period, regime["kind"])
    tiers = []
    for tier in regime["tiers"]:
        when = due(
            DueRule.from_json(tier["due"]),
            period,
            calendar=calendar,
            window=window,
            periodic=regime["kind"] == RegimeKind.PERIODIC,
        )
        tiers.append(
            PlannedTier(
                number=tier["number"],
                name=tier["name"],
                recipient=tier["recipient"],
                due=when,
                opens_on=when.day - timedelta(days=tier["opens_days_before"]),
                closes_on=when.day + timedelta(days=tier["closes_days_after"]),
                subjects=tuple(
                    (subject["organisation"], tuple(subject["forms"]))
                    for subject in regime["subjects"]
                    if subject["tier"] == tier["number"]
                ),
            )
        )
    return Plan(f"{version.title} – {period.label()}", period, window, tuple(tiers))


def refuse_twin(page: RegimePage, period: Period) -> None:
    """
    Raises:
        RoundError: the regime has a round of this period that is not cancelled.
    """
    same = Round.objects.filter(regime_version__page=page, period=str(period))
    if twin := same.exclude(status=RoundStatus.CANCELLED).first():
        raise RoundError(
            f"Đã có đợt “{twin.title}” của chế độ này, mở ngày {timezone.localdate(twin.opened_at):%d/%m/%Y}. "
            "Hãy hủy đợt đó trước khi mở lại."
        )


def window_of(
    rule: dict[str, str | None], period: Period, kind: str = RegimeKind.PERIODIC
) -> tuple[date, date]:
    """The cut-off window (X2): first and last day, both inclusive. ``rule`` is ``compiled["window"]``.

    An ad hoc request states no cut-off (X4): the days of the period are taken.

    Raises:
        NoDefaultWindow: the default is asked for, and Decree 09/2019 has none for such a period.
    """
    if rule["rule"] == WindowRule.FIXED and rule["first"] and rule["last"]:
        return date.fromisoformat(rule["first"]), date.fromisoformat(rule["last"])
    if rule["rule"] == WindowRule.CALENDAR:
        return period.first_day, period.last_day
    try:
        return cutoff_window(period)
    except NoDefaultWindow:
        if kind == RegimeKind.AD_HOC:
            return period.first_day, period.last_day
        raise


@transaction.atomic
def open_round(
    regime_version: RegimeVersion,
    period: Period,
    *,
    by: User | None,
    at: datetime | None = None,
    today: date | None = None,
) -> Round:
    """Give the report to everybody who owes it for ``period`` (R75): tiers, due days with their reasons, obligations.

    The round holds the version and the day it was opened with: later changes of page, forms or calendar do not
    move it. ``by`` None is the portal itself; ``at`` the moment it bears.

    Raises:
        NotAllowed: ``by`` does not run rounds for the lead agency.
        RoundError: the regime already has a round of this period, or does not ask about such a period.
        DeadlineError: its rules of time do not fit the period.
    """
    at = at or timezone.now()
    today = today or timezone.localdate(at)
    # Two people opening the same round: the second waits here, then sees the first's.
    page = RegimePage.objects.select_for_update(of=("self",)).get(pk=regime_version.page_id)
    if by is not None and not permissions.may_open_round(by, regime_version):
        raise NotAllowed(
            "Chỉ cơ quan chủ trì của chế độ mới mở được đợt báo cáo; "
            "cần nhiệm vụ thiết kế, tiếp nhận hoặc tổng hợp tại cơ quan đó."
        )
    refuse_twin(page, period)
    plan = plan_round(regime_version, period)
    _refuse_absent(plan, max(today, period.first_day))
    first, last = plan.window
    round_ = Round.objects.create(
        regime_version=regime_version,
        period=str(period),
        title=plan.title[:300],
        window_first=first,
        window_last=last,
        opened_at=at,
        opened_by=by,
    )
    for planned in plan.tiers:
        timing = {
            "due_on": planned.due.day,
            "due_at": planned.due.moment,
            "reasons": planned.due.reasons_json(),
        }
        tier = Tier.objects.create(
            round=round_,
            number=planned.number,
            name=planned.name,
            recipient_id=planned.recipient,
            opens_on=planned.opens_on,
            closes_on=planned.closes_on,
            **timing,
        )
        obligations = Obligation.objects.bulk_create(
            Obligation(tier=tier, organisation_id=organisation, recipient_id=planned.recipient, **timing)
            for organisation, _ in planned.subjects
        )
        Asked = Obligation.form_versions.through
        Asked.objects.bulk_create(
            Asked(obligation_id=obligation.pk, formversion_id=form)
            for obligation, (_, forms) in zip(obligations, planned.subjects, strict=True)
            for form in forms
        )
    record(
        "round.open",
        round_,
        by=by,
        organisation=permissions.lead_code(regime_version),
        at=at,
        regime=regime_version.code,
        version=regime_version.number,
        period=str(period),
        obligations=sum(len(tier.subjects) for tier in plan.tiers),
    )
    return round_


@transaction.atomic
def extend(
    obligation: Obligation,
    *,
    until: date,
    reason: str,
    document: str = "",
    by: User,
    at: datetime | None = None,
) -> Extension:
    """Grant more time to one organisation: due on ``until`` at the same hour, with the reason in the chain.

    Raises:
        NotAllowed: ``by`` neither receives the report nor leads the regime, or belongs to who owes it.
        DeadlineError: ``until`` is not later than now due, there is no reason, or nothing is owed any more.
    """
    obligation = _locked(obligation)
    _refuse_cancelled(obligation.round)
    if obligation.state != ObligationState.GIVEN:
        state = obligation.get_state_display().lower()
        raise RoundError(f"Báo cáo của {obligation.organisation} {state}, không còn được giao.")
    _refuse_others(permissions.may_extend(by, obligation), obligation)
    due_now = Due.stored(obligation.due_on, obligation.due_at, obligation.reasons)
    due_then = extended(due_now, day=until, reason=reason, document=document.strip())
    obligation.due_on, obligation.due_at = due_then.day, due_then.moment
    obligation.reasons = due_then.reasons_json()
    obligation.save(update_fields=["due_on", "due_at", "reasons"])
    _reopen(obligation.round, today=timezone.localdate(at), closes_on=obligation.closes_on)
    extension = Extension.objects.create(
        obligation=obligation,
        until=until,
        reason=reason.strip(),
        document=document.strip(),
        granted_by=by,
        granted_at=at or timezone.now(),
    )
    entry = _record(
        "obligation.extend", obligation, by=by, at=at, until=str(until), reason=reason, document=document
    )
    messages.tell_extended(obligation, entry, reason=reason.strip(), at=at)
    return extension


def exempt(
    obligation: Obligation, *, reason: str, document: str, by: User, at: datetime | None = None
) -> Obligation:
    """This organisation need not report this time; ``document`` says who decided it.

    Raises:
        NotAllowed: as for ``extend``.
        RoundError: reason or document is missing, or nothing is owed any more.
    """
    return _release(obligation, ObligationState.EXEMPTED, reason, document, by, at)


def cancel_obligation(
    obligation: Obligation, *, reason: str, document: str, by: User, at: datetime | None = None
) -> Obligation:
    """The report should not have been asked of this organisation.

    Raises:
        NotAllowed: as for ``extend``.
        RoundError: reason or document is missing, or nothing is owed any more.
    """
    return _release(obligation, ObligationState.CANCELLED, reason, document, by, at)


@transaction.atomic
def reinstate(
    obligation: Obligation, *, reason: str, by: User | None, at: datetime | None = None
) -> Obligation:
    """Ask again for what was exempted, cancelled, or held to be missed; ``by`` None is the portal itself.

    Raises:
        NotAllowed: as for ``extend``.
        RoundError: no reason is given, or the report is owed anyway.
    """
    obligation = _locked(obligation)
    if obligation.state == ObligationState.GIVEN:
        raise RoundError(f"Báo cáo của {obligation.organisation} đang được giao.")
    if by is not None:
        _refuse_others(permissions.may_reinstate(by, obligation), obligation)
    before = obligation.state
    _set_state(obligation, ObligationState.GIVEN, _said(reason, "lý do"), "")
    entry = _record("obligation.reinstate", obligation, by=by, at=at, before=before, reason=reason)
    messages.tell_state(obligation, entry, reason=obligation.state_reason, at=at)
    return obligation


@transaction.atomic
def cancel_round(
    round_: Round, *, reason: str, document: str, by: User | None, at: datetime | None = None
) -> Round:
    """Take the whole round back; what is still owed in it is owed no more. Another may be opened in its place.

    Raises:
        NotAllowed: ``by`` does not run rounds for the lead agency.
        RoundError: reason or document is missing, something of the round must stand, or it is cancelled already.
    """
    round_ = Round.objects.select_for_update().get(pk=round_.pk)
    _refuse_cancelled(round_)
    if by is not None and not permissions.may_cancel_round(by, round_):
        raise NotAllowed("Chỉ cơ quan chủ trì của chế độ mới hủy được đợt báo cáo.")
    reason, document = _said(reason, "lý do"), _said(document, "văn bản")
    _refuse_kept(Obligation.objects.filter(tier__round=round_))
    round_.status, round_.reason = RoundStatus.CANCELLED, f"{reason} ({document})"[:400]
    round_.save(update_fields=["status", "reason"])
    entry = record(
        "round.cancel",
        round_,
        by=by,
        organisation=permissions.lead_code(round_.regime_version),
        at=at,
        reason=reason,
        document=document,
    )
    for obligation in Obligation.objects.with_round().filter(tier__round=round_, state__in=OWED):
        _set_state(obligation, ObligationState.CANCELLED, reason, document)
        messages.tell_state(obligation, entry, reason=reason, at=at)
    return round_


@transaction.atomic
def move_window(
    tier: Tier, *, opens_on: date, closes_on: date, reason: str, by: User, at: datetime | None = None
) -> Tier:
    """Open or close reception at another time than planned, and tell the reporting organisations (R82).

    The due day stays.

    Raises:
        NotAllowed: ``by`` does not run rounds for the lead agency.
        RoundError: no reason is given, the days are out of order, or the round is cancelled.
    """
    tier = (
        Tier.objects.select_for_update(of=("self",)).select_related("round__regime_version").get(pk=tier.pk)
    )
    _refuse_cancelled(tier.round)
    if not permissions.may_move_window(by, tier):
        raise NotAllowed("Chỉ cơ quan chủ trì của chế độ mới đổi được thời gian nhận báo cáo.")
    if not opens_on <= tier.due_on <= closes_on:
        raise RoundError(
            f"Thời gian nhận phải bao gồm hạn gửi {tier.due_on:%d/%m/%Y}: "
            "ngày mở không sau, ngày đóng không trước ngày đó."
        )
    reason = _said(reason, "lý do")
    before = {"opens_on": str(tier.opens_on), "closes_on": str(tier.closes_on)}
    tier.opens_on, tier.closes_on = opens_on, closes_on
    tier.save(update_fields=["opens_on", "closes_on"])
    _reopen(tier.round, today=timezone.localdate(at), closes_on=closes_on)
    entry = record(
        "round.move_window",
        tier,
        by=by,
        organisation=permissions.lead_code(tier.round.regime_version),
        at=at,
        reason=reason,
        before=before,
        after={"opens_on": str(opens_on), "closes_on": str(closes_on)},
    )
    messages.tell_window_moved(tier, entry, reason=reason, at=at)
    return tier


@transaction.atomic
def mark_missed(unsent: ObligationQuerySet, *, today: date, at: datetime | None = None) -> int:
    """Hold as missed those of ``unsent`` that are still owed and whose reception is over; how many there were.

    What was sent is known above this layer: the caller gives the obligations for which nothing ever was.
    Run again, it finds nothing.
    """
    missed = list(unsent.given().closed(today).select_for_update(of=("self",)))
    for obligation in missed:
        _set_state(obligation, ObligationState.MISSED, "", "")
        _record("obligation.miss", obligation, by=None, at=at)
    return len(missed)


@transaction.atomic
def close_rounds(*, today: date, at: datetime | None = None) -> int:
    """Close the open rounds whose reception is over everywhere; how many there were.

    Run again, it finds nothing. An extension or a moved window opens a round again.
    """
    receiving = Obligation.objects.filter(
        Q(tier__closes_on__gte=today) | Q(due_on__gte=today), tier__round=OuterRef("pk")
    )
    over = Round.objects.filter(~Exists(receiving), status=RoundStatus.OPEN)
    rounds = list(over.select_for_update(of=("self",)).select_related("regime_version"))
    for round_ in rounds:
        round_.status = RoundStatus.CLOSED
        round_.save(update_fields=["status"])
        lead = permissions.lead_code(round_.regime_version)
        record("round.close", round_, by=None, organisation=lead, at=at)
    return len(rounds)


def _reopen(round_: Round, *, today: date, closes_on: date) -> None:
    if round_.status == RoundStatus.CLOSED and closes_on >= today:
        round_.status = RoundStatus.OPEN
        round_.save(update_fields=["status"])


def _check_period(kind: str, frequency: str, period: Period) -> None:
    wanted = PERIOD_KINDS.get(Frequency(frequency))
    if kind == RegimeKind.AD_HOC or wanted is None:
        return
    fits = period.kind == wanted and (wanted != PeriodKind.MONTHS or period.last_day.month == 9)
    if not fits:
        raise RoundError(
            f"Chế độ này báo cáo theo kỳ “{Frequency(frequency).label.lower()}”, "
            f"không mở đợt cho {period.label()[0].lower()}{period.label()[1:]}."
        )


def _refuse_absent(plan: Plan, day: date) -> None:
    """Only organisations that exist can owe anything (X17, X23)."""
    asked = {organisation for tier in plan.tiers for organisation, _ in tier.subjects}
    asked |= {tier.recipient for tier in plan.tiers}
    present = set(Organisation.objects.on(day).filter(pk__in=asked).values_list("pk", flat=True))
    absent = Organisation.objects.filter(pk__in=asked - present)
    if absent:
        raise RoundError(
            f"Không còn hoặc chưa hoạt động vào ngày {day:%d/%m/%Y}: {', '.join(map(str, absent))}. "
            "Hãy sửa đối tượng thực hiện của chế độ và công bố lại."
        )


@transaction.atomic
def _release(
    obligation: Obligation,
    state: ObligationState,
    reason: str,
    document: str,
    by: User,
    at: datetime | None,
) -> Obligation:
    obligation = _locked(obligation)
    if obligation.state not in {ObligationState.GIVEN, ObligationState.MISSED}:
        raise RoundError(
            f"Báo cáo của {obligation.organisation} {obligation.get_state_display().lower()} từ trước."
        )
    _refuse_others(permissions.may_exempt(by, obligation), obligation)
    reason, document = _said(reason, "lý do"), _said(document, "văn bản")
    _set_state(obligation, state, reason, document)
    verb = "exempt" if state == ObligationState.EXEMPTED else "cancel"
    entry = _record(f"obligation.{verb}", obligation, by=by, at=at, reason=reason, document=document)
    messages.tell_state(obligation, entry, reason=reason, at=at)
    return obligation


def _refuse_kept(obligations: ObligationQuerySet) -> None:
    """What came of obligations is known above: a receiver of the hook ``portal_kept_obligations`` takes them and says,
    in Vietnamese, why they cannot be taken back, or ""."""
    for why_kept in hooks.get_hooks("portal_kept_obligations"):
        if why := why_kept(obligations):
            raise RoundError(why)


def _locked(obligation: Obligation) -> Obligation:
    return (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("organisation", "recipient", "tier__round__regime_version")
        .get(pk=obligation.pk)
    )


def _refuse_others(allowed: bool, obligation: Obligation) -> None:
    if allowed:
        return
    _refuse_cancelled(obligation.round)
    raise NotAllowed(
        f"Chỉ {obligation.recipient} (nơi nhận) hoặc cơ quan chủ trì mới đổi được việc giao báo cáo này; "
        "không cơ quan nào đổi hạn của chính mình."
    )


def _refuse_cancelled(round_: Round) -> None:
    if round_.status == RoundStatus.CANCELLED:
        raise RoundError(f"Đợt “{round_.title}” đã hủy; hãy mở đợt khác.")


def _said(text: str, what: str) -> str:
    if not text.strip():
        raise RoundError(f"Phải ghi {what}.")
    return text.strip()


def _set_state(obligation: Obligation, state: ObligationState, reason: str, document: str) -> None:
    obligation.state, obligation.state_reason, obligation.state_document = state, reason, document
    obligation.save(update_fields=["state", "state_reason", "state_document"])


def _record(
    verb: str, obligation: Obligation, *, by: User | None, at: datetime | None, **data: Any
) -> AuditEntry:
    return record(verb, obligation, by=by, organisation=obligation.organisation.code, at=at, **data)
