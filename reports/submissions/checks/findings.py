"""What a check has found in one cell, and how a figure is weighed against others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import log10
from statistics import median

from indicators.numbers import CellValue, NoValue
from reports.regimes.grid import Binding, CellKey, FormGrid, place_of
from reports.regimes.models import CheckEffect, CheckKind

#: Kinds that weigh a figure which moves with the season: what was explained is quiet in the same month next year.
SEASONAL = frozenset(
    {
        CheckKind.RANGE,
        CheckKind.CHANGE,
        CheckKind.YEARLY,
        CheckKind.PEERS,
        CheckKind.FALLS,
        CheckKind.OUTLIER,
    }
)


class State(StrEnum):
    OPEN = "open"
    #: Somebody has said why, for this very value.
    EXPLAINED = "explained"
    #: The like of it was explained and accepted in an earlier year.
    SILENCED = "silenced"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that looks wrong.

    ``rule`` is the key of the check: the designer's, or the kind where it is asked of every form. ``deviation`` is how
    far the value lies from what was expected, as a share of it; None where that says nothing. ``cells`` are the cells it
    is about, ``key`` the first. ``said`` is the explanation, ``said_in`` the earlier period it was given in.
    """

    grid: FormGrid
    sheet_id: int | None
    key: CellKey
    rule: str
    kind: str
    effect: str
    text: str
    deviation: float | None = None
    cells: tuple[CellKey, ...] = ()
    state: State = State.OPEN
    said: str = ""
    said_in: str = ""

    @property
    def form_code(self) -> str:
        return self.grid.code

    @property
    def place(self) -> str:
        return place_of(self.grid, self.key)

    @property
    def is_open(self) -> bool:
        """Something is still to be done about it before the report is handed in."""
        return self.effect == CheckEffect.BLOCK or (
            self.effect == CheckEffect.EXPLAIN and self.state == State.OPEN
        )

    @property
    def group(self) -> str:
        """Where it is listed: block, explain, warn or explained."""
        if self.effect != CheckEffect.BLOCK and self.state != State.OPEN:
            return "explained"
        return self.effect


@dataclass(frozen=True, slots=True)
class Weighed:
    """A figure about to be weighed. ``amount``: "-" is 0. ``role`` is the ``PeriodRole`` of its column."""

    key: CellKey
    binding: Binding
    role: str
    amount: float


def amount_of(value: CellValue) -> Decimal | None:
    """ "-" is 0, as in totals; "…", "x" and blank are no number."""
    return Decimal(0) if value.code == NoValue.NIL else value.amount


#: An order of magnitude that is no growth: three or six places, give or take a factor of 2.2.
_THOUSANDS, _NEAR = (3, 6), 0.35
#: An earlier value within a factor of 30 shows that the measure is right.
_FAR = 1.5


def scale_slip(amount: float, earlier: Sequence[float]) -> int:
    """3 or 6 where the figure is a thousand or a million times those of before, -3 or -6 where it is as much smaller, else 0.

    >>> scale_slip(101.382, [87_000, 95_000, 107_000]), scale_slip(1_270_000, [1_270]), scale_slip(30_000, [17_000])
    (-3, 3, 0)
    """
    known = [abs(value) for value in earlier if value]
    if not known or not amount:
        return 0
    own = log10(abs(amount))
    if any(abs(own - log10(value)) < _FAR for value in known):
        return 0
    apart = own - log10(median(known))
    for places in _THOUSANDS:
        if abs(abs(apart) - places) < _NEAR:
            return places if apart > 0 else -places
    return 0


@dataclass(frozen=True, slots=True)
class Usual:
    """Where a figure usually lies: the median of those before it, and how wide they scatter around it."""

    middle: float
    low: float
    high: float


#: Fewer values than these have no usual range.
LEAST = 6
#: 1,4826 · MAD is a standard deviation where values scatter normally (Iglewicz and Hoaglin's 3,5).
_SIGMA, _LIMIT = 1.4826, 3.5
#: Equal values, or nearly, scatter at least so much around their median.
_FLOOR = 0.05


def usual(earlier: Sequence[float], unit: float) -> Usual | None:
    """The robust range of ``earlier``; None where they are too few. ``unit`` is the smallest step of the figure.

    >>> usual([100] * 6, 1)
    Usual(middle=100, low=82.5, high=117.5)
    """
    if len(earlier) < LEAST:
        return None
    middle = median(earlier)
    spread = max(_SIGMA * median([abs(value - middle) for value in earlier]), _FLOOR * abs(middle), unit)
    return Usual(middle, middle - _LIMIT * spread, middle + _LIMIT * spread)


def deviation(amount: float, expected: float) -> float | None:
    """How far ``amount`` lies from ``expected``, as a share of it."""
    return (amount - expected) / abs(expected) if expected else None
