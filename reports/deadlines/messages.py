"""Telling the reporting organisations that what they owe, or when, has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from home.accounts.duties import duties_of, holders
from home.accounts.models import DutyKind, User
from home.audit.models import AuditEntry
from notifications.catalogue import register
from notifications.services import tell

from .calendar import named_day
from .models import Obligation, Tier

register(
    "round.window_moved",
    "Đổi thời gian nhận báo cáo: {round}",
    "Thời gian nhận {round} đổi thành từ {opens} đến {closes}.\nLý do: {reason}\nHạn gửi báo cáo vẫn là {due}.",
)
register(
    "obligation.extended",
    "Gia hạn báo cáo: {round}",
    "{round} của {organisation} được gia hạn đến {due}.\nLý do: {reason}",
)
register(
    "obligation.released",
    "Không phải báo cáo: {round}",
    "{round} của {organisation}: {state}.\nLý do: {reason}\nKhông cần làm gì thêm.",
)
register(
    "obligation.reinstated",
    "Báo cáo được giao lại: {round}",
    "{round} của {organisation} được giao lại.\nLý do: {reason}\nHạn gửi báo cáo: {due}.",
)


def tell_window_moved(tier: Tier, entry: AuditEntry, *, reason: str, at: datetime | None) -> None:
    """Everybody who works on a report of this tier still asked for (R82)."""
    for obligation in tier.obligations.given():
        _tell(
            "round.window_moved",
            obligation,
            entry,
            at=at,
            reason=reason,
            opens=_day(tier.opens_on),
            closes=_day(tier.closes_on),
        )


def tell_extended(obligation: Obligation, entry: AuditEntry, *, reason: str, at: datetime | None) -> None:
    _tell("obligation.extended", obligation, entry, at=at, reason=reason)


def tell_state(obligation: Obligation, entry: AuditEntry, *, reason: str, at: datetime | None) -> None:
    code = "obligation.reinstated" if obligation.state == "given" else "obligation.released"
    _tell(code, obligation, entry, at=at, reason=reason, state=obligation.get_state_display().lower())


def _tell(
    code: str, obligation: Obligation, entry: AuditEntry, *, at: datetime | None, **context: str
) -> None:
    round_ = obligation.tier.round
    tell(
        _workers(obligation),
        code,
        key=f"{code}:{entry.pk}:{obligation.pk}",
        context={
            "round": round_.title,
            "organisation": str(obligation.organisation),
            "due": _day(obligation.due_on),
            **context,
        },
        url=reverse("rounds:detail", args=[round_.pk]),
        at=at,
    )


def _workers(obligation: Obligation) -> Iterable[User]:
    """Those who enter and those who send the report there; a duty limited to forms or rows will do."""
    regime = obligation.tier.round.regime_version.code
    return {
        person
        for kind in (DutyKind.ENTER, DutyKind.SEND)
        for person in holders(kind, obligation.organisation_id)
        if (codes := duties_of(person).regimes(kind)[obligation.organisation_id]) is None or regime in codes
    }


def _day(day: date) -> str:
    return named_day(day)
