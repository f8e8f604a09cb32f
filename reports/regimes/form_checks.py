"""Whether a designed form can be published (R62, R63)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from home.text import fold
from indicators.formulas.book import CompiledBook
from indicators.formulas.grammar import FormulaError, Ref
from indicators.formulas.grid import Outside, find, formula_of
from indicators.models import DisaggregationItem
from indicators.numbers import MAX_DECIMALS, NoValue

from .conditions import Condition, Expression
from .grid import ROW_LIMIT, CheckRule, FormGrid
from .models import CheckEffect, CheckKind, ColumnKind, FormColumn, FormRow, FormVersion, ReportForm, RowKind
from .problems import Problem

#: Keys stand in formulas and addresses of cells; "/" is kept for the rows of lists.
_KEY = re.compile(r"[\w.*-]+")
CHOICE_LIMIT = 120


#: The compiled designs of the forms with these codes, published or not.
Designs = Callable[[Collection[str]], Mapping[str, dict[str, Any]]]


def form_problems(report_form: ReportForm, compiled: dict[str, Any], designs: Designs) -> list[Problem]:
    """Everything that keeps ``report_form`` from being published; ``compiled`` is it compiled.

    Cycles through other forms are found where all of them are known: when a regime is published.
    """
    rows, columns = list(report_form.rows.all()), list(report_form.columns.all())
    found = [
        *_missing(rows, columns),
        *_keys(rows, "Dòng", "rows"),
        *_keys(columns, "Cột", "columns"),
        *_rows(rows),
        *_columns(columns),
        *_reused(report_form, compiled),
    ]
    # Formulas name keys: where keys are wrong, what is said of formulas would only confuse.
    grid = FormGrid(compiled)
    return found or [*_formulas(grid, designs), *_rules(grid)]


def _missing(rows: Sequence[FormRow], columns: Sequence[FormColumn]) -> Iterator[Problem]:
    if not any(row.kind != RowKind.HEADING for row in rows):
        yield Problem("Biểu mẫu chưa có dòng nào để nhập hoặc tính; hãy thêm ít nhất một dòng.", "rows")
    if not columns:
        yield Problem("Biểu mẫu chưa có cột nào; hãy thêm ít nhất một cột.", "columns")


def _keys(items: Sequence[FormRow | FormColumn], what: str, field: str) -> Iterator[Problem]:
    for place, item in enumerate(items, 1):
        if not _KEY.fullmatch(item.key):
            yield Problem(
                f"{what} {place} “{item.label}”: mã “{item.key}” chỉ được gồm chữ, số và các dấu . _ - *",
                field,
            )
    for key, count in Counter(item.key for item in items).items():
        if count > 1:
            places = ", ".join(str(place) for place, item in enumerate(items, 1) if item.key == key)
            yield Problem(f"{what} {places} trùng mã “{key}”; mỗi {what.lower()} phải có mã riêng.", field)


def _rows(rows: Sequence[FormRow]) -> Iterator[Problem]:
    items = {item.key for item in DisaggregationItem.objects.select_related("disaggregation")}
    bound: dict[tuple[Any, ...], FormRow] = {}
    for row in rows:
        name = f"Dòng “{row.key}”"
        if row.formula and row.kind != RowKind.COMPUTED:
            yield Problem(
                f"{name} có công thức nhưng loại dòng không phải “{RowKind.COMPUTED.label}”.", "rows"
            )
        if row.kind in {RowKind.HEADING, RowKind.TEXT} and row.indicator_id:
            yield Problem(f"{name} không chứa số liệu nên không gắn được với chỉ tiêu.", "rows")
        if row.kind == RowKind.LIST:
            yield from _list(name, row)
        if row.charted and not row.indicator_id:
            yield Problem(f"{name} không gắn với chỉ tiêu nên không có số liệu các kỳ để vẽ biểu đồ.", "rows")
        if row.disaggregation and row.disaggregation not in items:
            yield Problem(f"{name}: danh mục không có phân tổ “{row.disaggregation}”.", "rows")
        if row.kind not in {RowKind.INPUT, RowKind.LIST} or not row.indicator_id:
            continue
        first = bound.setdefault(_row_address(row), row)
        if first is not row:
            yield Problem(
                f"{name} và dòng “{first.key}” cùng nhập một chỉ tiêu, phân tổ và đối tượng; "
                "mỗi số liệu chỉ được hỏi một lần.",
                "rows",
            )


def _list(name: str, row: FormRow) -> Iterator[Problem]:
    if row.indicator_id and not row.totalled:
        yield Problem(
            f"{name} không cộng các dòng bên dưới nên không có số liệu để ghi cho chỉ tiêu; bỏ chỉ tiêu hoặc chọn "
            "“dòng danh mục là tổng các dòng bên dưới”.",
            "rows",
        )
    if row.most is not None and row.most < max(row.least, 1):
        yield Problem(f"{name}: số dòng nhiều nhất ({row.most}) nhỏ hơn số dòng ít nhất.", "rows")
    if max(row.least, row.most or 0) > ROW_LIMIT:
        yield Problem(f"{name}: một danh mục có nhiều nhất {ROW_LIMIT} dòng.", "rows")


def _choices(name: str, column: FormColumn) -> Iterator[Problem]:
    choices = [line.strip() for line in column.choices.splitlines() if line.strip()]
    if column.kind != ColumnKind.CHOICE:
        if choices:
            yield Problem(
                f"{name} có các lựa chọn nhưng loại cột không phải “{ColumnKind.CHOICE.label}”.", "columns"
            )
        return
    if len(choices) < 2:
        yield Problem(f"{name} phải có ít nhất hai lựa chọn, mỗi lựa chọn một dòng.", "columns")
    for choice in choices:
        if len(choice) > CHOICE_LIMIT:
            yield Problem(f"{name}: lựa chọn “{choice[:40]}…” dài quá {CHOICE_LIMIT} ký tự.", "columns")
    for folded, count in Counter(map(fold, choices)).items():
        if count > 1:
            alike = ", ".join(f"“{choice}”" for choice in choices if fold(choice) == folded)
            yield Problem(
                f"{name}: các lựa chọn {alike} chỉ khác nhau ở dấu, chữ hoa hoặc khoảng trắng.", "columns"
            )
        if folded in set(NoValue):
            yield Problem(
                f"{name}: “{folded}” là ký hiệu của ô không có số liệu, không làm lựa chọn được.", "columns"
            )


def _columns(columns: Sequence[FormColumn]) -> Iterator[Problem]:
    bound: dict[tuple[Any, ...], FormColumn] = {}
    for column in columns:
        name = f"Cột “{column.key}”"
        if column.formula and column.kind != ColumnKind.COMPUTED:
            yield Problem(
                f"{name} có công thức nhưng loại cột không phải “{ColumnKind.COMPUTED.label}”.", "columns"
            )
        yield from _choices(name, column)
        if column.kind == ColumnKind.PREFILLED and not column.value_type:
            yield Problem(f"{name} điền sẵn từ kho số liệu nên phải chọn loại giá trị.", "columns")
        if (column.decimals or 0) > MAX_DECIMALS:
            yield Problem(f"{name}: nhiều nhất {MAX_DECIMALS} chữ số thập phân.", "columns")
        if column.kind != ColumnKind.INPUT or not column.value_type:
            continue
        first = bound.setdefault(_column_address(column), column)
        if first is not column:
            yield Problem(
                f"{name} và cột “{first.key}” cùng nhập một loại giá trị của một kỳ; "
                "mỗi số liệu chỉ được hỏi một lần.",
                "columns",
            )


def _row_address(row: FormRow) -> tuple[Any, ...]:
    return row.indicator_id, row.disaggregation, row.subject_id


def _column_address(column: FormColumn) -> tuple[Any, ...]:
    return column.value_type, column.period_role, column.plan_basis


def _reused(report_form: ReportForm, compiled: dict[str, Any]) -> Iterator[Problem]:
    """A figure's history hangs on the keys: one that was published keeps its meaning for good (R56, R127)."""
    if report_form.pk is None:
        return
    versions = [version.compiled for version in report_form.versions.order_by("number")]
    if versions and versions[-1]["code"] != compiled["code"]:
        yield Problem(f"Biểu mẫu đã công bố với mã “{versions[-1]['code']}”; mã không được đổi nữa.", "code")
    for field, parts, text in (
        ("rows", ("indicator", "disaggregation", "subject"), "chỉ tiêu khác"),
        ("columns", ("value_type", "period_role", "plan_basis"), "loại giá trị hoặc kỳ khác"),
    ):
        published: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
        for version in versions:
            for item in version[field]:
                if item[parts[0]]:
                    published[item["key"]].add(tuple(item[part] for part in parts))
        for item in compiled[field]:
            before = published.get(item["key"])
            if item[parts[0]] and before and tuple(item[part] for part in parts) not in before:
                yield Problem(
                    f"Mã “{item['key']}” ({item['label']}) đã công bố với {text}; "
                    "hãy đặt mã mới, vì lịch sử số liệu gắn với mã.",
                    field,
                )


def _formulas(grid: FormGrid, designs: Designs) -> Iterator[Problem]:
    """Each formula by itself first, so that all faults are told at once; cycles only where all can be read."""
    faults = [*_faults(grid, "rows"), *_faults(grid, "columns")]
    if not faults:
        try:
            outside = {cell.form for cell in grid.calculator.outside}
            if outside:
                _reach(grid, designs(outside - {"", grid.code}))
        except FormulaError as error:
            field = "columns" if error.place.startswith("cột") else "rows"
            faults = [Problem(str(error), field, formula_of=error.place.split('"')[1])]
    yield from faults


def _reach(grid: FormGrid, designs: Mapping[str, dict[str, Any]]) -> None:
    """
    Raises:
        FormulaError: a formula reads another form, or a row or column of one, that is not there; or another period
            of a cell that is not bound to the store.
    """
    grids = {grid.code: grid} | {code: FormGrid(compiled) for code, compiled in designs.items()}
    places = {computed.owner for computed in grid.calculator.cells.values()}
    known = set(ReportForm.objects.values_list("code", flat=True)) | {grid.code}
    for computed in grid.calculator.cells.values():
        for ref, cell in computed.inputs.items():
            if isinstance(cell, Outside) and cell.form:
                with formula_of(computed.owner):
                    find(
                        cell.form,
                        {code: code for code in known},
                        "không có biểu mẫu",
                        computed.formula.positions[ref],
                    )
    try:
        require_bound(grids, CompiledBook({code: other.calculator for code, other in grids.items()}))
    except FormulaError as error:
        if error.place in {f"{place} của biểu {grid.code}" for place in places}:
            raise
        # The others may still be in the making: only what they are called counts.
        named = {code: other.calculator_of() for code, other in grids.items() if other is not grid}
        CompiledBook({grid.code: grid.calculator} | named)


def require_bound(grids: Mapping[str, FormGrid], book: CompiledBook) -> None:
    """
    Raises:
        FormulaError: a formula reads another period of cells none of which has an address in the store.
    """
    bound: dict[tuple[str, Ref], bool] = {}
    for cell, computed in book.cells.items():
        for ref, place in computed.inputs.items():
            if place in book.elsewhere and not cell.period:
                known = grids[place.form].binding((place.row, place.column), "", 0) is not None
                bound[computed.owner, ref] = known or bound.get((computed.owner, ref), False)
    for computed in book.cells.values():
        for ref, place in computed.inputs.items():
            if bound.get((computed.owner, ref), True):
                continue
            fault = (
                f'dòng "{place.row}", cột "{place.column}" của biểu {place.form} không gắn với chỉ tiêu và loại giá trị '
                f"nên kho số liệu không có kỳ @{place.period}"
            )
            with formula_of(computed.owner):
                raise FormulaError(fault, position=computed.formula.positions[ref])


def _faults(grid: FormGrid, field: str) -> Iterable[Problem]:
    for item in getattr(grid, field):
        if item.kind == "computed":
            try:
                grid.calculator_of(**{field: [item]})
            except FormulaError as error:
                yield Problem(str(error), field, formula_of=item.key)


#: Kinds that ask for an expression, and those that ask for bounds.
_EXPRESSED = {CheckKind.CONDITION, CheckKind.FORM}
_BOUNDED = {CheckKind.RANGE, CheckKind.CHANGE, CheckKind.YEARLY, CheckKind.PEERS}


def _rules(grid: FormGrid) -> Iterator[Problem]:
    """Each check by itself; what is wrong is told at the field where it stands."""
    for key, count in Counter(rule.key for rule in grid.rules).items():
        if count > 1:
            yield _wrong(key, "key", f"{count} kiểm tra trùng mã “{key}”; mỗi kiểm tra phải có mã riêng.")
    for rule in grid.rules:
        if not _KEY.fullmatch(rule.key):
            yield _wrong(rule.key, "key", "Mã chỉ được gồm chữ, số và các dấu . _ - *")
        elif rule.key in CheckKind.values and rule.key != rule.kind:
            yield _wrong(rule.key, "key", f"“{rule.key}” là tên của một loại kiểm tra; hãy đặt mã khác.")
        for field, known, what in (("rows", grid.row, "dòng"), ("columns", grid.column, "cột")):
            for name in getattr(rule, field):
                if name not in known:
                    yield _wrong(
                        rule.key,
                        field,
                        f"Biểu không có {what} “{name}”. Cần: {_some(known)}, cách nhau bằng ;",
                    )
        if rule.kind in _EXPRESSED:
            yield from _expressions(grid, rule)
        elif rule.kind in _BOUNDED:
            yield from _bounds(rule)


def _expressions(grid: FormGrid, rule: CheckRule) -> Iterator[Problem]:
    place = f'kiểm tra "{rule.key}"'
    try:
        read = Expression(grid, rule.expression) if rule.kind == CheckKind.FORM else Condition(grid, rule)
        for ref, position in read.formula.positions.items():
            if ref.form:
                _require_there(grid, ref, position)
    except FormulaError as error:
        yield _wrong(rule.key, "expression", str(error.within(place)))
    if rule.kind != CheckKind.FORM:
        return
    other = _published(rule.other_form, but=grid.code)
    if other is None:
        yield _wrong(
            rule.key,
            "other_form",
            f"Chưa có biểu nào khác đã công bố với mã “{rule.other_form}”. Cần: mã một biểu của cùng báo cáo.",
        )
        return
    try:
        Expression(other, rule.other_expression)
    except FormulaError as error:
        yield _wrong(rule.key, "other_expression", str(error.within(f"{place}, biểu {rule.other_form}")))


def _published(code: str, *, but: str) -> FormGrid | None:
    """The latest version of another form."""
    versions = FormVersion.objects.filter(report_form__code=code).exclude(report_form__code=but)
    latest = versions.order_by("-number").first()
    return FormGrid(latest.compiled) if latest else None


def _require_there(grid: FormGrid, ref: Ref, position: int) -> None:
    """
    Raises:
        FormulaError: no other form that is published has the cell.
    """
    other = _published(ref.form, but=grid.code)
    if other is None:
        raise FormulaError(f'chưa có biểu nào khác đã công bố với mã "{ref.form}"', position=position)
    calculator, whose = other.calculator_of(), f'biểu "{ref.form}" '
    calculator.row_named(ref.row, position, whose=whose)
    if ref.column:
        calculator.column_named(ref.column, position, whose=whose)


def _bounds(rule: CheckRule) -> Iterator[Problem]:
    if rule.effect == CheckEffect.OFF:
        return
    if rule.lowest is None and rule.highest is None:
        yield _wrong(rule.key, "lowest", "Cần ít nhất một giới hạn: thấp nhất hoặc cao nhất.")
    elif rule.lowest is not None and rule.highest is not None and rule.lowest > rule.highest:
        yield _wrong(rule.key, "lowest", "Giới hạn thấp nhất lớn hơn giới hạn cao nhất.")


def _wrong(key: str, part: str, text: str) -> Problem:
    return Problem(f"Kiểm tra “{key}”: {text}", "checks", formula_of=key, part=part)


def _some(keys: Iterable[str]) -> str:
    named = list(keys)
    return ", ".join(named[:6]) + ("…" if len(named) > 6 else "")
