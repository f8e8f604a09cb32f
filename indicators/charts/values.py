"""What a chart shows, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum, auto
from typing import Any

from indicators.numbers import canonical

#: As many as stay apart by colour and can be named at the line itself.
MAX_SERIES = 5


class Form(StrEnum):
    #: Amounts that add up; from zero.
    BAR = auto()
    #: Rates, indices, states at a moment, and sums so far.
    LINE = auto()


@dataclass(frozen=True, slots=True)
class Point:
    """One figure. ``text`` is what a person reads (``7.995,5``, ``…``); ``kind`` its kind in words.

    ``amount`` None leaves a gap. ``is_estimate`` holds for whatever is not final: drawn hollow, its line dashed.
    """

    amount: Decimal | None
    text: str
    kind: str = ""
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Figures by category. ``slot`` chooses the colour: who shows one series twice gives it one slot.

    ``is_plan``: what should be; never drawn like what is.
    """

    name: str
    points: Mapping[str, Point]
    slot: int = 0
    is_plan: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """From ``category`` on the figures compare only with those after it: a boundary or a method changed."""

    category: str
    note: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: one measure, one axis of categories (names of periods, in order).

    Raises:
        ValueError: more than ``MAX_SERIES`` series besides plans, or a figure at no category.
    """

    title: str
    measure: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    form: Form = Form.LINE
    breaks: tuple[Break, ...] = field(default=())

    def __post_init__(self) -> None:
        if sum(not series.is_plan for series in self.series) > MAX_SERIES:
            raise ValueError(f"A chart names at most {MAX_SERIES} series.")
        known = set(self.categories)
        for series in self.series:
            if astray := series.points.keys() - known:
                raise ValueError(f"{series.name}: {astray} is no category of the chart.")

    @property
    def has_plan(self) -> bool:
        return any(series.is_plan for series in self.series)

    @property
    def has_estimates(self) -> bool:
        return any(
            point.is_estimate
            for series in self.series
            if not series.is_plan
            for point in series.points.values()
        )

    @property
    def has_figures(self) -> bool:
        return any(point.amount is not None for series in self.series for point in series.points.values())

    @property
    def lines(self) -> list[tuple[str, list[Point | None]]]:
        """The chart as a table: each category with the point of each series."""
        return [
            (category, [series.points.get(category) for series in self.series])
            for category in self.categories
        ]

    def to_json(self) -> dict[str, Any]:
        """The chart as it is kept with a report: amounts as canonical text, never as floats."""
        return {
            "title": self.title,
            "measure": self.measure,
            "form": str(self.form),
            "categories": list(self.categories),
            "series": [
                {
                    "name": series.name,
                    "slot": series.slot,
                    "is_plan": series.is_plan,
                    "points": [
                        [
                            category,
                            None if point.amount is None else canonical(point.amount),
                            point.text,
                            point.kind,
                            point.is_estimate,
                        ]
                        for category, point in series.points.items()
                    ],
                }
                for series in self.series
            ],
            "breaks": [[broken.category, broken.note] for broken in self.breaks],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Chart:
        """Read what ``to_json`` wrote."""
        return cls(
            title=data["title"],
            measure=data["measure"],
            form=Form(data["form"]),
            categories=tuple(data["categories"]),
            series=tuple(
                Series(
                    name=series["name"],
                    slot=series["slot"],
                    is_plan=series["is_plan"],
                    points={
                        category: Point(None if amount is None else Decimal(amount), *said)
                        for category, amount, *said in series["points"]
                    },
                )
                for series in data["series"]
            ),
            breaks=tuple(Break(*broken) for broken in data["breaks"]),
        )
