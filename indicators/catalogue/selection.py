"""The figures an address asks for: one reading for page, chart and table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from home.organisations.models import Organisation, Succession, SuccessionKind
from indicators.charts import MAX_SERIES, Chart
from indicators.models import Indicator, Nature
from indicators.periods import Period

from .charting import Change, Line, chart_of
from .choices import (
    Asked,
    BadChoice,
    Option,
    PartChoice,
    Rhythm,
    choose_part,
    choose_rhythm,
    choose_span,
    count_rhythms,
    steps_of,
    within,
)
from .series import PublicFigure, SeriesRow, rows_about
from .summary import Summary

_BREAKING = (SuccessionKind.MERGE, SuccessionKind.SPLIT, SuccessionKind.UPGRADE)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is shown. ``rows`` are all public rows of the subject; ``lines`` those chosen, by name.

    ``lead`` is the figure that speaks for the subject, None where none may; ``peers`` are the public figures of every
    subject for its period, none where one subject stands alone.
    """

    indicator: Indicator
    subject: Organisation
    compared: tuple[Organisation, ...]
    rows: Sequence[SeriesRow]
    lead: SeriesRow | None
    peers: Sequence[PublicFigure]
    part: PartChoice
    rhythm: Rhythm
    rhythm_counts: Mapping[Rhythm, int]
    steps: Sequence[Period]
    first: Period
    last: Period
    lines: tuple[Line, ...]

    @property
    def is_comparison(self) -> bool:
        return len(self.lines) > 1

    @property
    def area(self) -> str:
        if self.compared:
            return "so sánh đơn vị, địa bàn"
        chosen = next((option.label for option in self.part.options if option.chosen and option.value), "")
        return f"{self.subject.name}, {chosen[:1].lower()}{chosen[1:]}" if chosen else self.subject.name

    def chart(self, changes: Sequence[Change] = ()) -> Chart:
        """At most ``MAX_SERIES`` lines; of more, those that are greatest now."""
        lines = sorted(self.lines, key=_now, reverse=True) if len(self.lines) > MAX_SERIES else self.lines
        return chart_of(self.indicator, self.area, lines[:MAX_SERIES], self.rhythm, changes)

    def steps_as_options(self, chosen: Period) -> list[Option]:
        return [Option(str(step), step.label(), step == chosen) for step in self.steps]


def select(
    indicator: Indicator, asked: Asked, public: Summary, *, until: datetime | None
) -> Selection | None:
    """Resolve the address against what is public. None: nothing is. Two queries at most.

    Raises:
        BadChoice: a subject, part, rhythm or period that is not there.
    """
    subjects = public.subjects
    if not subjects:
        if asked.subject:
            raise _unknown_subject(asked.subject)
        return None
    by_code = {subject.code: subject for subject in subjects}
    for code in (asked.subject, *asked.compared):
        if code and code not in by_code:
            raise _unknown_subject(code)
    subject = by_code[asked.subject] if asked.subject else subjects[0]
    compared = tuple(by_code[code] for code in asked.compared if by_code[code] != subject)
    chosen_ones = [subject.pk, *(other.pk for other in compared)]
    leading = public.about[subject.pk].lead if len(subjects) > 1 else ""
    by_id = {subject.pk: subject for subject in subjects}
    about, peers = rows_about(indicator, chosen_ones, by_id, until=until, peers_in=leading)
    rows = about[subject.pk]
    lead = next((row for row in rows if row.may_lead), None)
    labels = {row.part: row.disaggregation for row in rows if row.part}
    part = choose_part(asked, dict(sorted(labels.items(), key=lambda entry: entry[1])))
    if part.is_dimension and compared:
        raise BadChoice(
            "Không vừa so sánh các đơn vị vừa xem mọi mục của một phân tổ. Bỏ một trong hai.", "so-sanh"
        )
    if part.is_dimension:
        lines = [
            Line(labels[key].partition(": ")[2] or labels[key], [row for row in rows if row.part == key])
            for key in part.keys
        ]
    else:
        lines = [
            Line(
                organisation.label if compared else "Thực hiện",
                [r for r in about[organisation.pk] if r.part in part.keys],
            )
            for organisation in (subject, *compared)
        ]
    chosen = [row for line in lines for row in line.rows]
    stock = indicator.nature == Nature.STOCK
    rhythm = choose_rhythm(asked, chosen, lead, stock=stock)
    if rhythm is None:
        return None
    steps = steps_of(chosen, rhythm)
    first, last = choose_span(asked, steps, rhythm)
    return Selection(
        indicator=indicator,
        subject=subject,
        compared=compared,
        rows=rows,
        lead=lead,
        peers=peers,
        part=part,
        rhythm=rhythm,
        rhythm_counts=count_rhythms(chosen, stock=stock),
        steps=steps,
        first=first,
        last=last,
        lines=tuple(Line(line.name, within(line.rows, rhythm, first, last)) for line in lines),
    )


def changes_of(subject: Organisation) -> list[Change]:
    """Days from which the subject is another than before: mergers, splits, another kind of unit. One query."""
    found = (
        Succession.objects.filter(Q(successor=subject) | Q(predecessor=subject), kind__in=_BREAKING)
        .values_list("on", "kind")
        .distinct()
        .order_by("on")
    )
    return [Change(on, f"{SuccessionKind(kind).label} từ {on:%d/%m/%Y}") for on, kind in found]


def _unknown_subject(code: str) -> BadChoice:
    return BadChoice(
        f"Không có số liệu công khai của đơn vị, địa bàn có mã “{code[:40]}”. Chọn đơn vị trong danh sách.",
        "doi-tuong",
        "so-sanh",
    )


def _now(line: Line) -> tuple[bool, object]:
    amount = next((row.amount for row in line.rows if row.amount is not None and not row.is_plan), None)
    return (amount is not None, amount or 0)
