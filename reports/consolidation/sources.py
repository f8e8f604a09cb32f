"""The reports beneath a lead agency's: who owes one, what was accepted, and what each says of a figure.

Beneath are the obligations of the same round, on lower tiers, whose recipient is the lead agency: nobody's report is
counted twice, and nothing is read that was not sent here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef

from indicators.models import Aggregation, Indicator
from indicators.numbers import BLANK, CellValue, NoValue
from indicators.store.models import PREFERENCE, ValueType
from indicators.store.rollups import Stated, Total
from indicators.store.rollups import total as rolled_up
from reports.deadlines.models import Obligation, ObligationQuerySet
from reports.regimes.grid import POSTED, Binding, CellKey, CellKind, grid_of
from reports.regimes.models import FormVersion
from reports.submissions.content import decode
from reports.submissions.models import Dispatch, DispatchOutcome, Snapshot, Submission

from .models import NOT_COUNTED

#: Cells that state a figure: typed in, the total of a list, or a total that the organisation itself made of what it received.
STATING = (*POSTED, CellKind.CONSOLIDATED)

#: What a cell asks, whoever answers: indicator, disaggregation, value type, period, plan basis.
Question = tuple[int, str, str, str, str]


def question(binding: Binding) -> Question:
    return (
        binding.indicator_id,
        binding.disaggregation,
        binding.value_type,
        binding.period,
        binding.plan_basis,
    )


def beneath(submission: Submission) -> ObligationQuerySet:
    """Those who owe the lead agency a report in this round and count: neither exempted nor cancelled."""
    obligation = submission.obligation
    return (
        Obligation.objects.filter(
            tier__round_id=obligation.tier.round_id,
            tier__number__lt=obligation.tier.number,
            recipient_id=obligation.organisation_id,
        )
        .exclude(state__in=NOT_COUNTED)
        .order_by("organisation__name", "pk")
    )


def accepted_now(submission: Submission) -> list[Dispatch]:
    """The dispatch of each obligation beneath that was accepted last, in the order of acceptance. One query.

    While its sender adjusts it, what was accepted stays in force.
    """
    newer = Dispatch.objects.filter(
        submission=OuterRef("submission"), outcome=DispatchOutcome.ACCEPTED, number__gt=OuterRef("number")
    )
    return list(
        Dispatch.objects.filter(
            ~Exists(newer),
            outcome=DispatchOutcome.ACCEPTED,
            submission__obligation__in=beneath(submission).order_by(),
        )
        .select_related("snapshot", "source", "submission__obligation__organisation")
        .order_by("decided_at", "pk")
    )


def frozen_cells(snapshot: Snapshot) -> dict[int, dict[CellKey, str]]:
    """What a snapshot holds, as it was encoded: form version → cell → text."""
    return {
        sheet["form_version"]: {(row, column): encoded for row, column, _, encoded in sheet["cells"]}
        for sheet in snapshot.data["sheets"]
    }


def explanations(snapshot: Snapshot) -> dict[tuple[int, str, str], str]:
    """What its reporter said of cells that looked wrong: form version, row, column → text."""
    said: dict[tuple[int, str, str], str] = {}
    for sheet in snapshot.data["sheets"]:
        for row, column, _, text in sheet.get("explanations", ()):
            place = (sheet["form_version"], row, column)
            said[place] = f"{said[place]} {text}" if place in said else text
    return said


def stated(cells: Mapping[int, Mapping[CellKey, str]], form_version_id: int, key: CellKey) -> CellValue:
    """The value of one of ``frozen_cells``; blank where it holds none."""
    return decode(cells.get(form_version_id, {}).get(key, ""))[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A cell beneath that speaks of what is asked; ``value`` is blank where nothing was accepted, or it was left so.

    ``weight`` is what the same organisation says of the weighting indicator, for WEIGHTED alone.
    """

    obligation_id: int
    organisation_id: int
    subject_id: int
    form_version_id: int
    key: CellKey
    value_type: str
    value: CellValue
    weight: CellValue = BLANK


class Reports:
    """The reports beneath one lead agency's, as these dispatches have them. Three queries, however many there are.

    ``obligations`` by id: those of the dispatches in the order given, then the others that count; ``dispatches`` by
    obligation id; ``grids`` by form version. Dispatches come with snapshot, submission, obligation and organisation.
    """

    def __init__(self, submission: Submission, dispatches: Iterable[Dispatch]) -> None:
        self.dispatches = {dispatch.submission.obligation_id: dispatch for dispatch in dispatches}
        self.obligations: dict[int, Obligation] = {
            pk: dispatch.submission.obligation for pk, dispatch in self.dispatches.items()
        }
        for obligation in beneath(submission).select_related("organisation"):
            self.obligations.setdefault(obligation.pk, obligation)
        asked = Obligation.form_versions.through.objects.filter(obligation__in=self.obligations)
        self._forms: dict[int, list[int]] = defaultdict(list)
        for obligation_id, version_id in asked.order_by("pk").values_list("obligation_id", "formversion_id"):
            self._forms[obligation_id].append(version_id)
        versions = FormVersion.objects.in_bulk({pk for forms in self._forms.values() for pk in forms})
        self.grids = {pk: grid_of(version) for pk, version in versions.items()}
        self._cells = {
            obligation_id: frozen_cells(dispatch.snapshot)
            for obligation_id, dispatch in self.dispatches.items()
        }
        self._said: dict[int, dict[tuple[int, str, str], str]] = {}
        span = submission.obligation.tier.round.span
        #: Form version → question → cells with the subject of their row, 0 where it is the reporter.
        self._stating: dict[int, dict[Question, list[tuple[CellKey, int]]]] = {}
        for pk, grid in self.grids.items():
            stating = self._stating[pk] = defaultdict(list)
            for key, binding in grid.bindings(span, 0, *STATING).items():
                stating[question(binding)].append((key, binding.subject_id))

    def answers(self, asked: Binding, subject_id: int | None, weight_id: int | None = None) -> list[Answer]:
        """Everybody's answer to what a cell asks, one per organisation and subject.

        ``subject_id`` None takes answers about any subject. Of two cells for one figure the filled one counts.
        """
        found: list[Answer] = []
        for obligation in self.obligations.values():
            of_subject: dict[int, Answer] = {}
            for answer in self._of(obligation, question(asked)):
                if subject_id is not None and answer.subject_id != subject_id:
                    continue
                before = of_subject.get(answer.subject_id)
                if before is None or before.value.is_blank:
                    of_subject[answer.subject_id] = answer
            found += of_subject.values()
        if weight_id is None:
            return found
        return [replace(answer, weight=self._weight(answer, asked, weight_id)) for answer in found]

    def explained(self, answer: Answer) -> str:
        """Why its reporter says the number is right though it looks wrong; "" where nothing was said."""
        dispatch = self.dispatches.get(answer.obligation_id)
        if dispatch is None:
            return ""
        if answer.obligation_id not in self._said:
            self._said[answer.obligation_id] = explanations(dispatch.snapshot)
        return self._said[answer.obligation_id].get((answer.form_version_id, *answer.key), "")

    def _of(self, obligation: Obligation, asked: Question) -> Iterable[Answer]:
        cells = self._cells.get(obligation.pk, {})
        for version_id in self._forms[obligation.pk]:
            for key, subject_id in self._stating[version_id].get(asked, ()):
                yield Answer(
                    obligation.pk,
                    obligation.organisation_id,
                    subject_id or obligation.organisation_id,
                    version_id,
                    key,
                    asked[2],
                    stated(cells, version_id, key),
                )

    def _weight(self, answer: Answer, asked: Binding, weight_id: int) -> CellValue:
        """The same organisation's figure of the weighting indicator: of the same kind, else the best there is."""
        obligation = self.obligations[answer.obligation_id]
        for kind in dict.fromkeys((asked.value_type, *PREFERENCE)):
            basis = asked.plan_basis if kind == ValueType.PLAN else ""
            for disaggregation in dict.fromkeys((asked.disaggregation, "")):
                wanted = (weight_id, disaggregation, kind, asked.period, basis)
                for weight in self._of(obligation, wanted):
                    if weight.subject_id == answer.subject_id and not weight.value.is_blank:
                        return weight.value
        return BLANK

    def total(self, asked: Binding, subject_id: int | None, indicator: Indicator) -> Total:
        """The total of everybody's answers; its coverage counts organisations, not answers.

        An organisation has reported when all its answers are there, and leaves N when all of them are "x".
        """
        weighted = indicator.space_aggregation == Aggregation.WEIGHTED
        answers = self.answers(asked, subject_id, indicator.weight_id if weighted else None)
        filled = {
            place: Stated(answer.value, answer.value_type, answer.weight)
            for place, answer in enumerate(answers)
            if not answer.value.is_blank
        }
        parts = rolled_up(filled, range(len(answers)), indicator.space_aggregation)
        organisations = [answer.organisation_id for answer in answers]
        missing = tuple(dict.fromkeys(organisations[place] for place in parts.missing))
        counted = {
            answer.organisation_id for answer in answers if answer.value.code != NoValue.NOT_APPLICABLE
        }
        by_estimate = {
            organisations[place]
            for place, answer in filled.items()
            if answer.value_type == ValueType.ESTIMATE
        }
        return Total(
            value=parts.value,
            reported=len(counted) - len(missing),
            expected=len(counted),
            estimated=len((by_estimate & counted) - set(missing)),
            missing=missing,
            unknown=tuple(dict.fromkeys(organisations[place] for place in parts.unknown)),
        )
