"""Numbers a thousand times too large or too small, told by what stood in the cell before and by what stands beside (N16)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from statistics import median

from indicators.numbers import MAX_DECIMALS, CellValue, decimals_of, format_number
from indicators.periods import Period
from indicators.store.models import PREFERENCE, ContentKind, Figure, ValueType
from reports.regimes.grid import Binding, CellKey, FormGrid
from reports.submissions.models import Sheet

#: Amount and what it is, in words: ("1402.5", "kỳ trước là").
Reference = tuple[Decimal, str]

_THOUSAND = Decimal(1000)
_SLIP = (Decimal(400), Decimal(2500))
_NEAR = Decimal(5)
#: One separator in front of three digits: a thousand here, a decimal there.
_TWO_WAYS = re.compile(r"[-−]?[0-9]{1,3}(?P<sign>[.,])[0-9]{3}")


def _ratio(amount: Decimal, other: Decimal) -> Decimal | None:
    return abs(amount / other) if amount and other else None


def slipped(amount: Decimal, other: Decimal) -> Decimal | None:
    """What was meant, if ``amount`` is about a thousand times ``other`` or a thousandth of it.

    >>> slipped(Decimal(1270), Decimal(1_270_000)), slipped(Decimal("101.382"), Decimal(87_000))
    (Decimal('1270000'), Decimal('101382.000'))
    >>> slipped(Decimal(117_866), Decimal(17_000))
    """
    ratio = _ratio(amount, other)
    if ratio is None:
        return None
    least, most = _SLIP
    if least <= ratio <= most:
        return amount / _THOUSAND
    return amount * _THOUSAND if least <= 1 / ratio <= most else None


def _is_near(amount: Decimal, other: Decimal) -> bool:
    ratio = _ratio(amount, other)
    return ratio is not None and 1 / _NEAR <= ratio <= _NEAR


def suspect(amount: Decimal, references: Collection[Reference]) -> tuple[Decimal, str] | None:
    """What may have been meant, and why: some reference is a thousand times away and none is near."""
    if any(_is_near(amount, other) for other, _ in references):
        return None
    for other, name in references:
        meant = slipped(amount, other)
        if meant is not None and decimals_of(meant) <= MAX_DECIMALS:
            return meant, f"{name} {format_number(other)}"
    return None


def beside(written: Mapping[CellKey, tuple[str, Decimal]]) -> dict[CellKey, Reference]:
    """For numbers that may be read in two ways (101.382): the middle of the others in the same column of the block,
    where it tells against how the number is read."""
    columns: dict[str, list[CellKey]] = defaultdict(list)
    for key in written:
        columns[key[1]].append(key)
    found = {}
    for keys in columns.values():
        for key in keys:
            text, amount = written[key]
            if _TWO_WAYS.fullmatch(text) is None:
                continue
            others = [abs(written[other][1]) for other in keys if other != key and written[other][1]]
            if len(others) >= 2 and slipped(amount, middle := median(others)):
                found[key] = (middle, "các ô khác cùng cột khoảng")
    return found


def references(
    sheet: Sheet, grid: FormGrid, standing: Mapping[CellKey, CellValue], keys: Collection[CellKey]
) -> dict[CellKey, list[Reference]]:
    """What stood in these cells, and the accepted figures of last period and of the same period last year. One query
    where any of them is bound to an indicator."""
    found: dict[CellKey, list[Reference]] = defaultdict(list)
    for key in keys:
        if (before := standing.get(key)) and before.amount is not None:
            found[key].append((before.amount, "giá trị trước khi dán là"))
    obligation = sheet.submission.obligation
    bindings = {
        key: binding
        for key, binding in grid.bindings(obligation.tier.round.span, obligation.organisation_id).items()
        if key in keys
    }
    earlier = {
        key: {str(earlier): name for earlier, name in _earlier(binding)} for key, binding in bindings.items()
    }
    figures = Figure.objects.accepted().current().filter(
        indicator_id__in={binding.indicator_id for binding in bindings.values()},
        subject_id__in={binding.subject_id for binding in bindings.values()},
        period__in={period for periods in earlier.values() for period in periods},
        content=ContentKind.NUMBER,
    )  # fmt: skip
    amounts: dict[tuple[int, int, str, str, str, str], Decimal] = {}
    if bindings:
        fields = ("indicator_id", "subject_id", "period", "value_type", "plan_basis", "disaggregation")
        for *address, amount in figures.values_list(*fields, "amount"):
            amounts[tuple(address)] = amount  # type: ignore[index]
    for key, binding in bindings.items():
        for period, name in earlier[key].items():
            for kind in [binding.value_type] if binding.value_type == ValueType.PLAN else PREFERENCE:
                address = (*binding.address[:2], period, str(kind), *binding.address[4:])
                if (amount := amounts.get(address)) is not None:
                    found[key].append((amount, name))
                    break
    return found


def _earlier(binding: Binding) -> list[tuple[Period, str]]:
    period = Period.parse(binding.period)
    return [(period.previous(), "kỳ trước là"), (period.same_last_year(), "cùng kỳ năm trước là")]
