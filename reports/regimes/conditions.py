"""A comparison of cells that a check asks: where it is asked, and whether it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.formulas.evaluator import evaluate
from indicators.formulas.grammar import Call, Formula, FormulaError, Node, Ref, parse
from indicators.formulas.verdict import NOT_JUDGED
from indicators.numbers import BLANK, CellValue

from .grid import WORDED, CellKey, CheckRule, FormGrid
from .models import RowKind

_HOLDS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "=": lambda over, tolerance: abs(over) <= tolerance,
    "<>": lambda over, tolerance: abs(over) > tolerance,
    "<": lambda over, tolerance: over < tolerance,
    "<=": lambda over, tolerance: over <= tolerance,
    ">": lambda over, tolerance: -over < tolerance,
    ">=": lambda over, tolerance: -over <= tolerance,
}
#: What a strict comparison means with a tolerance of 0.
_STRICT = {"<", ">"}
_SIGNS = {"<=": "≤", ">=": "≥", "<>": "≠"}
_NAMED = re.compile(r"\{([^{}]+)\}|\[([^\[\]]+)\]|<=|>=|<>")


@dataclass(frozen=True, slots=True)
class Failure:
    """A comparison that does not hold: the two sides, and the cell to look at first."""

    key: CellKey
    left: Decimal
    right: Decimal


def holds(operation: str, left: Decimal, right: Decimal, tolerance: Decimal) -> bool:
    """Whether ``left operation right``, give or take the tolerance.

    >>> holds("=", Decimal("100"), Decimal("100.1"), Decimal("0.1"))
    True
    >>> holds(">=", Decimal("99"), Decimal("100"), Decimal(0))
    False
    """
    if operation in _STRICT and not tolerance:
        return left < right if operation == "<" else left > right
    return _HOLDS[operation](left - right, tolerance)


#: Values of the other forms of the report: form code → cell → value.
Others = Mapping[str, Mapping[CellKey, CellValue]]


class Expression:
    """A formula over a form. ``[column]`` is asked row by row, ``{row}`` column by column; ``{form!row}`` is read from
    another form of the report.

    Raises:
        FormulaError: it cannot be read, names a row or column the form does not have, or asks for another period.
    """

    def __init__(self, grid: FormGrid, text: str) -> None:
        calculator = grid.calculator_of()
        self.formula = parse(text).within(calculator.rows_of, NOT_JUDGED)
        self._targets: dict[Ref, CellKey] = {}
        for ref, position in self.formula.positions.items():
            if ref.period:
                raise FormulaError(
                    "kiểm tra không đọc kỳ khác; dùng loại tăng, giảm so với kỳ trước hoặc cùng kỳ, hay so sánh với một "
                    "cột tính theo công thức",
                    position=position,
                )
            if ref.form:
                self._targets[ref] = ref.row, ref.column
                continue
            row = calculator.row_named(ref.row, position) if ref.row else ""
            column = calculator.column_named(ref.column, position) if ref.column else ""
            self._targets[ref] = row, column
        self._own = [ref for ref in self._targets if not ref.form]
        if not self._own:
            raise FormulaError(
                "không nhắc đến ô nào của biểu này", position=None, expected=("[cột]", "{dòng}")
            )
        self._rows = tuple(
            row.key
            for row in grid.rows
            if row.kind in {RowKind.INPUT, RowKind.COMPUTED} or (row.is_list and row.totalled)
        )
        self._columns = tuple(column.key for column in grid.columns if column.kind not in WORDED)

    def places(self, rule: CheckRule) -> Iterator[CellKey]:
        """The (row, column) it is asked at; "" where every reference names its own."""
        rows = [key for key in self._rows if not rule.rows or key in rule.rows]
        columns = [key for key in self._columns if not rule.columns or key in rule.columns]
        if all(row for row, _ in self._targets.values()):
            rows = [""]
        if all(column for _, column in self._targets.values()):
            columns = [""]
        return ((row, column) for row in rows for column in columns)

    def cell(self, place: CellKey) -> CellKey:
        """The cell of this form that it names first."""
        return self._at(min(self._own, key=self.formula.positions.__getitem__), place)

    def _at(self, ref: Ref, place: CellKey) -> CellKey:
        row, column = self._targets[ref]
        return row or place[0], column or place[1]

    def value(
        self,
        place: CellKey,
        values: Mapping[CellKey, CellValue],
        node: Node | None = None,
        others: Others | None = None,
    ) -> CellValue:
        part = self.formula if node is None else Formula("", node, self.formula.positions)

        def read(ref: Ref) -> CellValue:
            there = (others or {}).get(ref.form, {}) if ref.form else values
            return there.get(self._at(ref, place), BLANK)

        return evaluate(part, read)


class Condition(Expression):
    """An expression that compares.

    Raises:
        FormulaError: as ``Expression``, or nothing is compared.
    """

    def __init__(self, grid: FormGrid, rule: CheckRule) -> None:
        super().__init__(grid, rule.expression)
        self.grid = grid
        root = self.formula.root
        if not isinstance(root, Call) or root.operation not in _HOLDS:
            raise FormulaError(
                "không so sánh gì cả", position=len(rule.expression), expected=tuple(sorted(_HOLDS))
            )
        self.rule, self._root = rule, root

    def in_words(self) -> str:
        """The comparison as people read it: rows and columns by their names, where the form has them."""
        rows = {row.key: row.label for row in self.grid.rows}
        rows |= {code: rows[key] for code, key in self.grid.aliases.items()}
        columns = {column.key: column.label for column in self.grid.columns}

        def named(found: re.Match[str]) -> str:
            row, column = found.groups()
            name = rows.get(row) if row else columns.get(column)
            return f"“{name}”" if name else _SIGNS.get(found[0], found[0])

        return _NAMED.sub(named, self.rule.expression)

    def failures(
        self, values: Mapping[CellKey, CellValue], others: Others | None = None
    ) -> Iterator[Failure]:
        """Where it does not hold. Sides that come to no number are not compared."""
        left_node, right_node = self._root.arguments
        for place in self.places(self.rule):
            left = self.value(place, values, left_node, others).amount
            right = self.value(place, values, right_node, others).amount
            if left is None or right is None:
                continue
            if not holds(self._root.operation, left, right, self.rule.tolerance):
                yield Failure(self.cell(place), left, right)
