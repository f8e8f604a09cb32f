"""Totals over organisations or territories, each with its coverage: n of N, who is missing, how many by estimate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from home.organisations.models import AffiliationKind, Organisation, OrganisationPath, on_day
from indicators.models import Aggregation, Indicator
from indicators.numbers import BLANK, CellValue, NoValue
from indicators.periods import Period

from .amounts import EXACT, fit
from .models import PREFERENCE, ContentKind, Figure, FigureQuerySet, ValueType


@dataclass(frozen=True, slots=True)
class Stated:
    """What one organisation says. ``weight`` is its value of the weighting indicator, for WEIGHTED alone."""

    value: CellValue
    value_type: str = ValueType.ACTUAL
    weight: CellValue = BLANK


@dataclass(frozen=True, slots=True)
class Total:
    """A total and what it rests on.

    value
        Over those who reported; "x" where it applies to nobody, "…" where nobody knows, blank where nobody reported.
    expected
        N: those asked, without those to whom it does not apply ("x").
    reported
        n: those with an amount or "-"; ``estimated`` of them by estimate.
    missing
        The ids of the other N - n, as they were asked; ``unknown`` are those of them who said "…".
    """

    value: CellValue
    reported: int
    expected: int
    estimated: int
    missing: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def complete(self) -> bool:
        return self.expected > 0 and not self.missing


def total(figures: Mapping[int, Stated], expected: Iterable[int], aggregation: str) -> Total:
    """Bring together what organisations say, by organisation id. Pure.

    "-" is 0 and counts as reported, "…" leaves the total incomplete, "x" leaves N, who is not in ``figures`` is
    missing, and so is who states a target, which cannot be added. Figures of organisations not expected are left out: a total names its set.

    ``aggregation`` is the indicator's ``space_aggregation``. SUM adds. AVERAGE is the plain mean of those who
    reported. WEIGHTED is the mean by weight; without its weight a figure cannot take part and is missing. LAST takes
    the last of ``figures`` in their own order. NONE totals nothing: the value is there only if one alone is expected.
    """
    asked = {
        key: None
        for key in expected
        if key not in figures or figures[key].value.code != NoValue.NOT_APPLICABLE
    }
    amounts = {
        key: amount
        for key, stated in figures.items()
        if key in asked
        and (amount := _amount(stated.value)) is not None
        and (aggregation != Aggregation.WEIGHTED or _amount(stated.weight) is not None)
    }
    missing = tuple(key for key in asked if key not in amounts)
    unknown = tuple(key for key in missing if key in figures and figures[key].value.code == NoValue.UNKNOWN)
    if amounts:
        weights = {key: _amount(figures[key].weight) or Decimal(0) for key in amounts}
        value = _aggregate(amounts, weights, aggregation, alone=len(asked) == 1)
    elif asked:
        value = CellValue(code=NoValue.UNKNOWN) if unknown else BLANK
    else:
        value = CellValue(code=NoValue.NOT_APPLICABLE) if figures else BLANK
    return Total(
        value=value,
        reported=len(amounts),
        expected=len(asked),
        estimated=sum(figures[key].value_type == ValueType.ESTIMATE for key in amounts),
        missing=missing,
        unknown=unknown,
    )


def _amount(value: CellValue) -> Decimal | None:
    return Decimal(0) if value.code == NoValue.NIL else value.amount


def _aggregate(
    amounts: Mapping[int, Decimal], weights: Mapping[int, Decimal], aggregation: str, *, alone: bool
) -> CellValue:
    def exact_sum(terms: Iterable[Decimal]) -> Decimal:
        result = Decimal(0)
        for term in terms:
            result = EXACT.add(result, term)
        return result

    match aggregation:
        case Aggregation.SUM:
            return CellValue(fit(exact_sum(amounts.values())))
        case Aggregation.AVERAGE:
            return CellValue(fit(EXACT.divide(exact_sum(amounts.values()), Decimal(len(amounts)))))
        case Aggregation.WEIGHTED:
            if not (weight := exact_sum(weights.values())):
                return CellValue(code=NoValue.UNKNOWN)
            weighted = exact_sum(EXACT.multiply(amount, weights[key]) for key, amount in amounts.items())
            return CellValue(fit(EXACT.divide(weighted, weight)))
        case Aggregation.LAST:
            return CellValue(list(amounts.values())[-1])
        case Aggregation.NONE:
            return CellValue(next(iter(amounts.values()))) if alone else BLANK
    raise ValueError(f"{aggregation!r} is no Aggregation.")


def beneath(
    root: Organisation, period: Period, *, kind: str = AffiliationKind.SUBORDINATION
) -> tuple[int, ...]:
    """The ids of those directly beneath ``root`` on the last day of the period: each speaks for what is beneath it."""
    paths = OrganisationPath.objects.filter(
        on_day(period.last_day), ancestor=root, kind=kind, depth=1
    ).order_by("descendant__code")
    return tuple(paths.values_list("descendant_id", flat=True))


def roll_up(
    indicator: Indicator,
    period: Period,
    organisations: Iterable[int],
    *,
    figures: FigureQuerySet | None = None,
    value_types: Iterable[str] = PREFERENCE,
    plan_basis: str = "",
    disaggregation: str = "",
) -> Total:
    """Total an indicator over subjects, from stored figures. One query.

    Args:
        organisations: ids of the subjects expected: the obligations of a round, or ``beneath(root, period)``.
        figures: which figures are asked; the accepted ones that stand now by default. Pass
            ``Figure.objects.accepted().as_of(moment)`` or ``.visible_to(user)`` for others.
        value_types: the kinds taken, best first: of two kinds for one subject the first counts.
    """
    return roll_up_each(
        [indicator],
        period,
        organisations,
        figures=figures,
        value_types=value_types,
        plan_basis=plan_basis,
        disaggregation=disaggregation,
    )[indicator.pk]


def roll_up_each(
    indicators: Collection[Indicator],
    period: Period,
    organisations: Iterable[int],
    *,
    figures: FigureQuerySet | None = None,
    value_types: Iterable[str] = PREFERENCE,
    plan_basis: str = "",
    disaggregation: str = "",
) -> dict[int, Total]:
    """Total each of the indicators as ``roll_up`` does: the table of a province for one period. One query."""
    expected = dict.fromkeys(organisations)
    rank = {str(kind): place for place, kind in enumerate(value_types)}
    weights = {
        indicator.pk: indicator.weight_id
        for indicator in indicators
        if indicator.space_aggregation == Aggregation.WEIGHTED and indicator.weight_id
    }
    # All subjects are read: to name some hundreds of them takes longer than to leave the others out.
    found = (Figure.objects.accepted().current() if figures is None else figures).filter(
        indicator__in={*(indicator.pk for indicator in indicators), *weights.values()},
        period=str(period),
        plan_basis=plan_basis,
        disaggregation=disaggregation,
    )
    if ValueType.PLAN in rank:
        # A plan that is a range, a bound or words cannot be added: who states one is missing from the total.
        found = found.filter(content__in=[ContentKind.NUMBER, ContentKind.CODE])
    # Of what stands now there is one version of each kind; not to ask for the posting leaves it to the index alone.
    if figures is not None or any(one.space_aggregation == Aggregation.LAST for one in indicators):
        found = found.order_by("known_from")
    read = [
        row
        for row in found.values_list("indicator", "subject", "value_type", "amount", "code")
        if row[2] in rank and row[1] in expected
    ]
    if len({row[2] for row in read}) > 1:
        read.sort(key=lambda row: -rank[row[2]])
    best: dict[int, dict[int, tuple[Decimal | None, str, str]]] = defaultdict(dict)
    for of, subject, kind, amount, code in read:
        best[of][subject] = amount, code, kind

    def stated(indicator: Indicator) -> dict[int, Stated]:
        weight = best[weights[indicator.pk]] if indicator.pk in weights else {}
        return {
            subject: Stated(
                CellValue(amount, code),
                kind,
                CellValue(*weight[subject][:2]) if subject in weight else BLANK,
            )
            for subject, (amount, code, kind) in best[indicator.pk].items()
        }

    return {
        indicator.pk: total(stated(indicator), expected, indicator.space_aggregation)
        for indicator in indicators
    }
