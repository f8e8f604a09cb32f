"""What the store keeps of an amount: numeric(24, 6), and no more digits than SQLite keeps. Pure."""

from decimal import ROUND_HALF_UP, Context, Decimal

from indicators.numbers import MAX_DECIMALS, MAX_SIGNIFICANT_DIGITS, MAX_WHOLE_DIGITS

#: For working with amounts; wide enough that only ``fit`` rounds.
EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
_KEPT = Context(prec=MAX_SIGNIFICANT_DIGITS, rounding=ROUND_HALF_UP)


def fit(amount: Decimal) -> Decimal:
    """Round a computed amount, a half away from 0, to the 6 decimals and 15 significant digits that are kept.

    >>> fit(Decimal(2) / Decimal(3)), fit(Decimal("123456789012.123456"))
    (Decimal('0.666667'), Decimal('123456789012.123'))
    """
    return _KEPT.plus(amount.quantize(Decimal(1).scaleb(-MAX_DECIMALS), context=EXACT))


def is_storable(amount: Decimal) -> bool:
    """Tell whether the store gives the amount back as it was."""
    return abs(amount) < 10**MAX_WHOLE_DIGITS and fit(amount) == amount
