"""How often a wrong password may be tried, counted by allauth's limiter in the cache."""

from __future__ import annotations

import time
from math import ceil

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from home.accounts.models import User

_APP, _ACTION = "allauth.account", "login_failed"


def key_of(username: str) -> str:
    """What attempts on an account are counted under, whether there is such an account or not."""
    return f"dang-nhap:{username.strip().lower()}"


def second_factor_key(person: User) -> str:
    """What allauth counts wrong codes of the second factor under."""
    return f"mfa-auth-user-{person.pk}"


def minutes_left(request: HttpRequest, key: str) -> int:
    """Until the next attempt is looked at; 0 where it would be now."""
    now = time.time()
    waits = [0.0]
    for rate in ratelimit.get_rates(app=_APP, action=_ACTION):
        history = cache.get(
            ratelimit.get_cache_key(request, app=_APP, action=_ACTION, rate=rate, key=key), []
        )
        counted = [moment for moment in history if moment > now - rate.duration]
        if len(counted) >= rate.amount:
            waits.append(counted[-1] + rate.duration - now)
    return ceil(max(waits) / 60)


def first_told(key: str, minutes: int) -> bool:
    """Whether this lockout is new: the log has one entry of each."""
    return bool(cache.add(f"accounts:lockout:{key}", True, minutes * 60))


def lift(request: HttpRequest, person: User) -> None:
    """Let the person try again at once; the limit of addresses stays."""
    for key in (key_of(person.username), second_factor_key(person)):
        for rate in ratelimit.get_rates(app=_APP, action=_ACTION):
            if rate.per == "key":
                cache.delete(ratelimit.get_cache_key(request, app=_APP, action=_ACTION, rate=rate, key=key))
        cache.delete(f"accounts:lockout:{key}")
