"""What a reader has chosen on the page of an indicator. All of it stands in the address; nothing is kept elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from indicators.charts import MAX_SERIES
from indicators.periods import Period, PeriodKind

from .series import SeriesRow

#: Besides the subject itself, so that a chart still names every line.
MAX_COMPARED = MAX_SERIES - 1


class Rhythm(StrEnum):
    """Periods that stand in one row of time. Names are those of the address."""

    MONTH = "thang"
    SO_FAR = "luy-ke"
    QUARTER = "quy"
    HALF = "nua-nam"
    YEAR = "nam"
    #: Of states at a moment: whatever the period, its end.
    END = "cuoi-ky"
    OTHER = "khac"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Rhythm.MONTH: "Từng tháng",
    Rhythm.SO_FAR: "Lũy kế từ đầu năm",
    Rhythm.QUARTER: "Từng quý",
    Rhythm.HALF: "6 tháng một",
    Rhythm.YEAR: "Từng năm",
    Rhythm.END: "Theo thời điểm cuối kỳ",
    Rhythm.OTHER: "Kỳ khác",
}
_OF_KIND = {
    PeriodKind.MONTH: Rhythm.MONTH,
    PeriodKind.QUARTER: Rhythm.QUARTER,
    PeriodKind.HALF: Rhythm.HALF,
    PeriodKind.YEAR: Rhythm.YEAR,
    PeriodKind.MONTHS: Rhythm.SO_FAR,
}
#: How much of the newest is shown where nobody has chosen; of sums so far, whole years.
_SHOWN = {Rhythm.MONTH: 24, Rhythm.QUARTER: 16, Rhythm.SO_FAR: 3}
_SHOWN_ELSE = 20


class Tab(StrEnum):
    CHART = "bieu-do"
    TABLE = "bang"


class BadChoice(ValueError):
    """The address asks for what is not there; ``str()`` says in Vietnamese what, and what to do.

    ``names`` are the parameters without which the address would do.
    """

    def __init__(self, message: str, *names: str) -> None:
        super().__init__(message)
        self.names = names


class TooMany(BadChoice):
    """More was selected than can be shown."""


@lru_cache(maxsize=4096)
def rhythms(period: Period, *, stock: bool = False) -> frozenset[Rhythm]:
    """Every row of time the period stands in: January is a month, and the year so far.

    Of a state at a moment (``stock``) months do not add up to a year so far; every period has its end.
    """
    found = {_OF_KIND.get(period.kind, Rhythm.OTHER)}
    if stock:
        return frozenset(found - {Rhythm.SO_FAR} | {Rhythm.END})
    if Rhythm.OTHER not in found and period.first_day.month == 1:
        found.add(Rhythm.SO_FAR)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Asked:
    """The address as it stands; empty where nothing is said. ``compared`` are codes of subjects."""

    subject: str
    compared: tuple[str, ...]
    rhythm: str
    first: str
    last: str
    part: str
    release: str
    tab: Tab

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """Read the address.

        Raises:
            TooMany: more subjects are to be compared than a chart can name.
        """
        compared = tuple(dict.fromkeys(code for code in query.getlist("so-sanh") if code))
        if len(compared) > MAX_COMPARED:
            raise TooMany(
                f"Địa chỉ yêu cầu so sánh thêm {len(compared)} đơn vị, địa bàn; một biểu đồ chỉ đọc được khi so sánh "
                f"nhiều nhất {MAX_COMPARED}. Bỏ bớt rồi xem lại, hoặc tải toàn bộ số liệu về máy.",
                "so-sanh",
            )
        return cls(
            subject=query.get("doi-tuong", ""),
            compared=compared,
            rhythm=query.get("nhip", ""),
            first=query.get("tu", ""),
            last=query.get("den", ""),
            part=query.get("phan-to", ""),
            release=query.get("phien-ban", ""),
            tab=Tab.TABLE if query.get("xem") == Tab.TABLE else Tab.CHART,
        )

    def addresses(self, subjects: Iterable[str]) -> Iterator[str]:
        """The query strings about each of these subjects alone."""
        others = self.address(subject="", compared=()).replace("?", "&", 1)
        return (f"?{urlencode({'doi-tuong': code})}{others}" for code in subjects)

    def address(self, **changes: Any) -> str:
        """The query string (``?…``; "" where nothing is chosen) with some choices made otherwise."""
        asked = replace(self, **changes)
        pairs: list[tuple[str, str]] = [
            ("doi-tuong", asked.subject),
            *(("so-sanh", code) for code in asked.compared),
            ("phan-to", asked.part),
            ("nhip", asked.rhythm),
            ("tu", asked.first),
            ("den", asked.last),
            ("phien-ban", asked.release),
            ("xem", Tab.TABLE if asked.tab == Tab.TABLE else ""),
        ]
        said = urlencode([(name, text) for name, text in pairs if text])
        return f"?{said}" if said else ""


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a select."""

    value: str
    label: str
    chosen: bool
    count: int | None = None

    def __html__(self) -> str:
        """As an ``<option>``; written here, because a list of 120 periods takes a template loop milliseconds."""
        selected = " selected" if self.chosen else ""
        return f'<option value="{escape(self.value)}"{selected}>{escape(self.label)}</option>'


class Check(Option):
    """One of several that may be chosen together: an item of a list with its box."""

    def __html__(self) -> str:
        value = escape(self.value)
        checked = " checked" if self.chosen else ""
        return (
            f'<li><input class="form-check-input" type="checkbox" id="so-sanh-{value}" name="so-sanh" value="{value}"'
            f'{checked} />\n<label for="so-sanh-{value}">{escape(self.label)}</label></li>'
        )


def choose_rhythm(
    asked: Asked, rows: Sequence[SeriesRow], lead: SeriesRow | None, *, stock: bool
) -> Rhythm | None:
    """The rhythm asked for; else the fullest of those the leading figure stands in. None: there are no figures.

    Raises:
        BadChoice: no such rhythm.
    """
    counts = count_rhythms(rows, stock=stock)
    if asked.rhythm:
        if asked.rhythm not in counts:
            raise BadChoice(
                f"Không có số liệu theo nhịp “{asked.rhythm[:40]}”. Chọn một nhịp trong danh sách.",
                "nhip",
                "tu",
                "den",
            )
        return Rhythm(asked.rhythm)
    if not counts:
        return None
    among = rhythms(lead.period, stock=stock) & counts.keys() if lead else set(counts)
    order = list(Rhythm)
    return max(among or counts, key=lambda rhythm: (counts[rhythm], -order.index(rhythm)))


def count_rhythms(rows: Iterable[SeriesRow], *, stock: bool) -> dict[Rhythm, int]:
    """How many different periods stand in each rhythm, in the order of ``Rhythm``."""
    counts = Counter(
        rhythm for period in {row.period for row in rows} for rhythm in rhythms(period, stock=stock)
    )
    return {rhythm: counts[rhythm] for rhythm in Rhythm if rhythm in counts}


def steps_of(rows: Iterable[SeriesRow], rhythm: Rhythm) -> list[Period]:
    """What one chooses from and to: the periods of the rhythm in order; of sums so far, their years."""
    found = {row.period for row in rows if rhythm in rhythms(row.period, stock=rhythm == Rhythm.END)}
    if rhythm == Rhythm.SO_FAR:
        found = {period.year() for period in found}
    return sorted(found, key=lambda period: (period.last_day, period.first_day))


def choose_span(asked: Asked, steps: Sequence[Period], rhythm: Rhythm) -> tuple[Period, Period]:
    """From and to, both shown. What lies outside the figures is no mistake; what is no period is.

    Raises:
        BadChoice: no such period, or the end lies before the beginning.
    """
    first, last = _period(asked.first, "tu"), _period(asked.last, "den")
    if first and last and last.last_day < first.first_day:
        raise BadChoice(
            f"Kỳ cuối ({last.label()}) đứng trước kỳ đầu ({first.label()}). Đổi chỗ hai kỳ.", "tu", "den"
        )
    return first or steps[-min(len(steps), _SHOWN.get(rhythm, _SHOWN_ELSE))], last or steps[-1]


def _period(text: str, name: str) -> Period | None:
    if not text:
        return None
    try:
        return Period.parse(text)
    except ValueError:
        raise BadChoice(
            f"“{text[:40]}” không phải là kỳ báo cáo. Kỳ viết như 2026, 2026-Q3, 2026-M07 hoặc 2026-9M; "
            "cách dễ nhất là chọn trong danh sách.",
            name,
        ) from None


def within(rows: Iterable[SeriesRow], rhythm: Rhythm, first: Period, last: Period) -> list[SeriesRow]:
    """The rows of the rhythm between the two, in their order."""
    return [
        row
        for row in rows
        if rhythm in rhythms(row.period, stock=rhythm == Rhythm.END)
        and first.first_day <= row.period.last_day
        and row.period.last_day <= last.last_day
    ]


@dataclass(frozen=True, slots=True)
class PartChoice:
    """Which part of the whole is shown: ``keys`` of figures, in order. ``dimension``: all classes beside one another."""

    keys: tuple[str, ...]
    options: tuple[Option, ...]
    is_dimension: bool = False


def choose_part(asked: Asked, labels: Mapping[str, str]) -> PartChoice:
    """The whole, one class, or every class of one disaggregation. ``labels``: key of a class → "Giới tính: Nữ".

    Raises:
        BadChoice: nothing is broken down so.
    """
    dimensions: dict[str, list[str]] = {}
    for key in labels:
        dimensions.setdefault(key.partition("=")[0], []).append(key)
    options = [Option("", "Tổng số", not asked.part)]
    for dimension, keys in dimensions.items():
        name = labels[keys[0]].partition(":")[0]
        options.append(Option(dimension, f"Theo {name[:1].lower()}{name[1:]}", asked.part == dimension))
        options += [Option(key, labels[key], asked.part == key) for key in keys]
    if not asked.part:
        return PartChoice(("",), tuple(options))
    if asked.part in dimensions:
        return PartChoice(tuple(dimensions[asked.part]), tuple(options), is_dimension=True)
    if asked.part in labels:
        return PartChoice((asked.part,), tuple(options))
    raise BadChoice(
        f"Không có số liệu theo phân tổ “{asked.part[:60]}”. Chọn một phân tổ trong danh sách.", "phan-to"
    )
