"""The checks of a whole report: values and history in, findings out. No query in here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from indicators.formulas.grammar import FormulaError
from indicators.numbers import CellValue, decimals_of, format_number
from indicators.periods import Period
from reports.regimes.conditions import Condition, Expression, holds
from reports.regimes.grid import CellKey, CellKind, CheckRule, FormGrid
from reports.regimes.models import CheckEffect, CheckKind, PeriodRole, RowKind

from .findings import Finding, Weighed, amount_of, deviation, scale_slip, usual
from .history import History, line_of, neighbours, season, series, so_far_before

#: What is asked of every form, and what comes of it where its designer says nothing else.
DEFAULTS: Mapping[str, str] = {
    CheckKind.FALLS: CheckEffect.EXPLAIN,
    CheckKind.SUM: CheckEffect.WARN,
    CheckKind.COPIED: CheckEffect.EXPLAIN,
    CheckKind.SCALE: CheckEffect.EXPLAIN,
    CheckKind.OUTLIER: CheckEffect.EXPLAIN,
}
#: Fewer numbers that are as last month may be chance.
_COPIED = 3
#: As many others are needed for a median of organisations.
_PEERS = 5
#: As near to the same month of an earlier year is nothing unusual.
_SEASON = 0.2

_NUMBERS = (CellKind.INPUT, CellKind.PREFILLED, CellKind.COMPUTED, CellKind.TOTAL, CellKind.CONSOLIDATED)


@dataclass
class Examined:
    """One sheet on the table. ``additive``: indicators of which months add up to the year so far."""

    grid: FormGrid
    sheet_id: int | None
    values: Mapping[CellKey, CellValue]
    period: Period
    organisation_id: int
    history: History
    additive: Collection[int] = ()
    others: History = field(default_factory=History)
    sheets: Mapping[str, tuple[FormGrid, Mapping[CellKey, CellValue]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.so_far = so_far_before(str(self.period))
        self.cells: list[Weighed] = []
        for key, binding in self.grid.bindings(self.period, self.organisation_id).items():
            amount = amount_of(self.values[key]) if key in self.values else None
            if amount is not None:
                role = self.grid.column[key[1]].period_role
                self.cells.append(Weighed(key, binding, role, float(amount)))
        self._effects: dict[str, list[CheckRule]] = defaultdict(list)
        for rule in self.grid.rules:
            self._effects[rule.kind].append(rule)

    @property
    def values_of_forms(self) -> dict[str, Mapping[CellKey, CellValue]]:
        """Form code → what stands in it, of all forms of the report."""
        return {code: values for code, (_, values) in self.sheets.items()}

    def effect(self, kind: str, key: CellKey) -> tuple[str, str]:
        """Effect and message of what is asked of every form: the last rule of that kind over the cell, else the default."""
        for rule in reversed(self._effects[kind]):
            if rule.covers(key):
                return rule.effect, rule.message
        return DEFAULTS[kind], ""

    def rules(self, kind: str) -> list[CheckRule]:
        return [rule for rule in self._effects[kind] if rule.effect != CheckEffect.OFF]

    def written(self, key: CellKey, amount: float) -> str:
        """An amount with the decimals of its cell, and its measure."""
        exact = CellValue(amount=_decimal(amount))
        measure = self.grid.row[key[0]].measure
        if measure[1:2].islower():
            measure = measure[0].lower() + measure[1:]
        return f"{self.grid.written(key, exact)} {measure}".strip()

    def unit(self, key: CellKey) -> float:
        """The smallest step of a figure."""
        decimals = self.grid.decimals(key)
        if decimals is None:
            value = self.values[key].amount
            decimals = decimals_of(value) if value is not None else 0
        return float(10**-decimals)

    def found(
        self,
        kind: str,
        key: CellKey,
        text: str,
        *,
        away: float | None = None,
        cells: tuple[CellKey, ...] = (),
    ) -> Iterator[Finding]:
        """A finding of what is asked of every form, unless it is not to be asked here."""
        effect, message = self.effect(kind, key)
        if effect != CheckEffect.OFF:
            said = f"{text} {message}".strip()
            yield Finding(self.grid, self.sheet_id, key, kind, kind, effect, said, away, cells or (key,))

    def broken(self, rule: CheckRule, key: CellKey, text: str, *, away: float | None = None) -> Finding:
        """A finding of what the designer asks."""
        said = f"{rule.label}: {text} {rule.message}".strip()
        return Finding(self.grid, self.sheet_id, key, rule.key, rule.kind, rule.effect, said, away, (key,))


def examine(sheet: Examined) -> list[Finding]:
    """All findings of one sheet, in reading order; of a cell, the graver first."""
    found = [finding for ask in _ASKED for finding in ask(sheet)]
    places = {key: place for place, key in enumerate(sheet.grid.kinds)}
    gravity = list(CheckEffect.values)
    return sorted(found, key=lambda one: (places.get(one.key, 0), gravity.index(one.effect)))


# ------------------------------------------------------------------ inside the form


def _conditions(sheet: Examined) -> Iterator[Finding]:
    others = sheet.values_of_forms
    for rule in sheet.rules(CheckKind.CONDITION):
        try:
            condition = Condition(sheet.grid, rule)
        except FormulaError:  # A form of before, whose rows have gone.
            continue
        for failure in condition.failures(sheet.values, others):
            sides = f"{format_number(failure.left)} và {format_number(failure.right)}"
            text = f"cần {condition.in_words()}, đang là {sides}."
            yield sheet.broken(rule, failure.key, text)


def _other_forms(sheet: Examined) -> Iterator[Finding]:
    others = sheet.values_of_forms
    for rule in sheet.rules(CheckKind.FORM):
        if rule.other_form not in sheet.sheets:
            continue
        other_grid, other_values = sheet.sheets[rule.other_form]
        try:
            own, other = (
                Expression(sheet.grid, rule.expression),
                Expression(other_grid, rule.other_expression),
            )
        except FormulaError:
            continue
        for place in own.places(rule):
            left = own.value(place, sheet.values, others=others).amount
            right = other.value(place, other_values, others=others).amount
            if left is not None and right is not None and not holds("=", left, right, rule.tolerance):
                text = (
                    f"biểu này {format_number(left)}, biểu {rule.other_form} {format_number(right)} "
                    f"({rule.other_expression})."
                )
                yield sheet.broken(rule, own.cell(place), text)


def _ranges(sheet: Examined) -> Iterator[Finding]:
    for rule in sheet.rules(CheckKind.RANGE):
        for key in sheet.grid.cells(*_NUMBERS):
            amount = amount_of(sheet.values[key]) if key in sheet.values and rule.covers(key) else None
            if amount is None or _within(amount, rule):
                continue
            bound = rule.lowest if rule.lowest is not None and amount < rule.lowest else rule.highest
            assert bound is not None
            away = deviation(float(amount), float(bound))
            text = f"{sheet.written(key, float(amount))}; cho phép {_bounds(rule)}."
            yield sheet.broken(rule, key, text, away=away)


def _within(amount: Decimal, rule: CheckRule) -> bool:
    low, high = rule.lowest, rule.highest
    return (low is None or amount >= low) and (high is None or amount <= high)


def _bounds(rule: CheckRule, sign: str = "") -> str:
    """``từ 0 đến 100``, ``từ 0 trở lên``, ``không quá 100``."""
    low = f"từ {format_number(rule.lowest)}{sign}" if rule.lowest is not None else ""
    if rule.highest is None:
        return f"{low} trở lên"
    high = f"{format_number(rule.highest)}{sign}"
    return f"{low} đến {high}" if low else f"không quá {high}"


# ------------------------------------------------------------------ against earlier periods


def _changes(sheet: Examined) -> Iterator[Finding]:
    """By so many per cent against the period before, or against the same period of last year."""
    for rule in [*sheet.rules(CheckKind.CHANGE), *sheet.rules(CheckKind.YEARLY)]:
        for cell in sheet.cells:
            if not rule.covers(cell.key):
                continue
            period = _compared(rule, cell, sheet)
            before = sheet.history.at(line_of(cell.binding), period) if period else None
            away = deviation(cell.amount, before) if before is not None else None
            if away is None or _within(_decimal(away * 100), rule):
                continue
            assert before is not None
            moved = "tăng" if away > 0 else "giảm"
            text = (
                f"{sheet.written(cell.key, cell.amount)}, {moved} {_percent(away)} so với {_named(period)} "
                f"({sheet.written(cell.key, before)}); thường {_bounds(rule, '%')}."
            )
            yield sheet.broken(rule, cell.key, text, away=away)


def _compared(rule: CheckRule, cell: Weighed, sheet: Examined) -> str:
    if rule.kind == CheckKind.YEARLY:
        return str(Period.parse(cell.binding.period).same_last_year())
    if cell.role == PeriodRole.CUMULATIVE:
        return sheet.so_far
    if cell.role == PeriodRole.CUMULATIVE_LAST_YEAR:
        return series(cell.role, cell.binding.period)[0]
    return neighbours(cell.binding.period)[0]


def _so_far(sheet: Examined) -> Iterator[Finding]:
    """Months so far that are fewer than last month's, than this month's alone, or not the two together (X15).

    January has nothing before it. Only of indicators whose months add up.
    """
    months = {
        (line_of(cell.binding), cell.binding.value_type): cell
        for cell in sheet.cells
        if cell.role == PeriodRole.THIS
    }
    for cell in sheet.cells:
        if cell.role != PeriodRole.CUMULATIVE or cell.binding.indicator_id not in sheet.additive:
            continue
        line = line_of(cell.binding)
        month = months.get((line, cell.binding.value_type))
        known = sheet.history.at(line, sheet.so_far) if sheet.so_far else None
        so_far = f"Lũy kế {sheet.written(cell.key, cell.amount)}"
        if known is not None and cell.amount < known:
            text = f"{so_far} thấp hơn lũy kế {_named(sheet.so_far)} ({sheet.written(cell.key, known)})."
            yield from sheet.found(CheckKind.FALLS, cell.key, text, away=deviation(cell.amount, known))
        elif known is not None and month is not None:
            both = known + month.amount
            if abs(cell.amount - both) > 2 * sheet.unit(cell.key) + abs(both) * 1e-12:
                text = (
                    f"{so_far} khác lũy kế {_named(sheet.so_far)} cộng kỳ này "
                    f"({sheet.written(cell.key, known)} + {sheet.written(cell.key, month.amount)} "
                    f"= {sheet.written(cell.key, both)})."
                )
                yield from sheet.found(CheckKind.SUM, cell.key, text, away=deviation(cell.amount, both))
        elif known is None and month is not None and 0 <= cell.amount < month.amount:
            text = f"{so_far} thấp hơn số của riêng kỳ này ({sheet.written(cell.key, month.amount)})."
            yield from sheet.found(CheckKind.SUM, cell.key, text, away=deviation(cell.amount, month.amount))


def _scales(sheet: Examined) -> Iterator[Finding]:
    for cell in sheet.cells:
        if slip := _slip(sheet, cell):
            earlier = _weighing(sheet, cell)
            size = "gấp" if slip > 0 else "chỉ bằng một phần"
            times = {3: "nghìn", 6: "triệu"}[abs(slip)]
            said = f"{size} khoảng một {times} lần" if slip > 0 else f"{size} {times}"
            text = (
                f"{sheet.written(cell.key, cell.amount)} {said} so với số đã có "
                f"(khoảng {sheet.written(cell.key, median(earlier))}): nhầm đơn vị tính hoặc dấu chấm, dấu phẩy?"
            )
            yield from sheet.found(
                CheckKind.SCALE, cell.key, text, away=deviation(cell.amount, median(earlier))
            )


def _slip(sheet: Examined, cell: Weighed) -> int:
    return scale_slip(cell.amount, _weighing(sheet, cell))


def _weighing(sheet: Examined, cell: Weighed) -> list[float]:
    """What a figure's order of magnitude is known from: earlier ones, and what was accepted at its own address."""
    periods = [cell.binding.period, *series(cell.role, cell.binding.period)]
    if cell.role == PeriodRole.CUMULATIVE and sheet.so_far:
        periods.append(sheet.so_far)
    return sheet.history.along(line_of(cell.binding), periods)


def _outliers(sheet: Examined) -> Iterator[Finding]:
    for cell in sheet.cells:
        line, period = line_of(cell.binding), cell.binding.period
        periods = series(cell.role, period)
        earlier = sheet.history.along(line, periods)
        range_ = usual(earlier, sheet.unit(cell.key))
        if range_ is None or range_.low <= cell.amount <= range_.high or _slip(sheet, cell):
            continue
        if _as_in_season(sheet, cell):
            continue
        above = "cao" if cell.amount > range_.high else "thấp"
        text = (
            f"{sheet.written(cell.key, cell.amount)} {above} khác thường: {len(earlier)} kỳ gần đây thường từ "
            f"{sheet.written(cell.key, range_.low)} đến {sheet.written(cell.key, range_.high)}."
        )
        yield from sheet.found(CheckKind.OUTLIER, cell.key, text, away=deviation(cell.amount, range_.middle))


def _as_in_season(sheet: Examined, cell: Weighed) -> bool:
    """Near the figure of the same period of last year or the year before: Tết comes each year."""
    known = sheet.history.along(line_of(cell.binding), season(cell.binding.period))
    return any(abs(cell.amount - value) <= _SEASON * abs(value) for value in known)


def _copied(sheet: Examined) -> Iterator[Finding]:
    """A whole column, or all beneath one heading, is as in the month before or after: no coincidence."""
    by_column: dict[str, dict[str, Weighed]] = defaultdict(dict)
    for cell in sheet.cells:
        if cell.role == PeriodRole.THIS and cell.amount:
            by_column[cell.key[1]][cell.key[0]] = cell
    for column, cells in by_column.items():
        before, after = neighbours(next(iter(cells.values())).binding.period)
        for period in filter(None, (before, after)):
            told = next(
                (same for group in _groups(sheet.grid) if (same := _same(sheet, cells, group, period))), None
            )
            if told:
                label = sheet.grid.column[column].label
                text = (
                    f"{len(told)}/{len(told)} số khác 0 của cột “{label}” giống hệt {_named(period)}, "
                    f"từ dòng “{sheet.grid.row[told[0]].label}” đến “{sheet.grid.row[told[-1]].label}”: chép lại số cũ?"
                )
                keys = tuple((row, column) for row in told)
                yield from sheet.found(CheckKind.COPIED, keys[0], text, cells=keys)


def _same(sheet: Examined, cells: Mapping[str, Weighed], rows: Sequence[str], period: str) -> list[str]:
    """Those of ``rows`` with a number, if all are as in ``period``, they are several and not all one number."""
    found = []
    for row in rows:
        if (cell := cells.get(row)) is None:
            continue
        known = sheet.history.at(line_of(cell.binding), period)
        if known is None:
            continue
        if known != cell.amount:
            return []
        found.append(row)
    varied = len({cells[row].amount for row in found}) > 1
    return found if len(found) >= _COPIED and varied else []


def _groups(grid: FormGrid) -> list[list[str]]:
    """All rows, then those beneath each heading."""
    groups: list[list[str]] = [[row.key for row in grid.rows]]
    for row in grid.rows:
        if row.kind == RowKind.HEADING:
            groups.append([])
        elif len(groups) > 1:
            groups[-1].append(row.key)
    return groups


# ------------------------------------------------------------------ between organisations


def _peers(sheet: Examined) -> Iterator[Finding]:
    """So many times the median of what the others state, in this period or, where they are too few yet, the last."""
    for rule in sheet.rules(CheckKind.PEERS):
        for cell in sheet.cells:
            if not rule.covers(cell.key) or cell.binding.subject_id != sheet.organisation_id:
                continue
            line = line_of(cell.binding)
            for period in (cell.binding.period, series(cell.role, cell.binding.period)[0]):
                others = sheet.others.of_others(line, period)
                if len(others) >= _PEERS:
                    break
            else:
                continue
            middle = median(others)
            if not middle or _within(_decimal(cell.amount / middle), rule):
                continue
            text = (
                f"{sheet.written(cell.key, cell.amount)} bằng {format_number(_decimal(cell.amount / middle), 2)} lần trung vị "
                f"{len(others)} cơ quan khác {_named(period)} ({sheet.written(cell.key, middle)}); thường {_bounds(rule)} lần."
            )
            yield sheet.broken(rule, cell.key, text, away=deviation(cell.amount, middle))


_ASKED: tuple[Callable[[Examined], Iterator[Finding]], ...] = (
    _conditions,
    _other_forms,
    _ranges,
    _changes,
    _so_far,
    _scales,
    _outliers,
    _copied,
    _peers,
)


def _named(period: str) -> str:
    label = Period.parse(period).label()
    return label[0].lower() + label[1:]


def _percent(share: float) -> str:
    return f"{format_number(_decimal(abs(share) * 100), 1)}%"


def _decimal(amount: float) -> Decimal:
    """As people would write it: 15 digits, what the store keeps of a number."""
    return Decimal(f"{amount:.15g}")
