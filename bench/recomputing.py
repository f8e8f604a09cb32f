"""Two forms that read each other, the first of 500 × 10 with subtotals, a total, shares of it, and verdicts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from home.accounts.models import User
    from reports.submissions.models import Submission

ROWS, TYPED = 500, 6
#: A subtotal stands before so many rows less itself.
GROUP = 10

ROW = {
    "number": "", "label": "Dòng", "kind": "input", "level": 0, "indicator": None, "indicator_code": "", "measure": "",
    "symbol": "", "decimals": 1, "disaggregation": "", "subject": None, "formula": "", "required": True, "help": "",
    "direction": "higher",
}  # fmt: skip
COLUMN = {
    "path": [], "kind": "input", "value_type": "", "period_role": "this", "plan_basis": "", "formula": "", "decimals": None,
}  # fmt: skip


def sources() -> dict[str, object]:
    rows = [{**ROW, "key": "tong", "kind": "computed", "formula": f"SUM({{r0}}:{{r{ROWS - GROUP}}})"}]
    for number in range(ROWS - 1):
        subtotal = number % GROUP == 0
        last = min(number + GROUP - 1, ROWS - 2)
        rows.append(
            {
                **ROW,
                "key": f"r{number}",
                "level": 1 if subtotal else 2,
                "kind": "computed" if subtotal else "input",
                "formula": f"SUM({{r{number + 1}}}:{{r{last}}})" if subtotal else "",
            }
        )
    formulas = {
        "c6": "[c0] + [c1] - [c2]",
        "c7": "[c3] / [c0] * 100",
        "c8": "[c0] / {tong}[c0] * 100",
        "c9": "VERDICT([c0]; [c3])",
    }
    typed = [{**COLUMN, "key": f"c{number}", "label": f"Cột {number}"} for number in range(TYPED)]
    computed = [
        {**COLUMN, "key": key, "label": key, "kind": "computed", "formula": formula, "decimals": 1}
        for key, formula in formulas.items()
    ]
    return _form("BM01", rows, [*typed, *computed])


def overview() -> dict[str, object]:
    """Every tenth cell of another form reads a total of the first."""
    read = [
        {**ROW, "key": f"d{number}", "kind": "computed", "formula": f"{{BM01!r{number * GROUP}}} * 2"}
        for number in range(49)
    ]
    rows = [{**ROW, "key": "d", "kind": "computed", "formula": "SUM({d0}:{d48}) / {BM01!tong} * 100"}, *read]
    columns = [{**COLUMN, "key": f"c{number}", "label": f"Cột {number}"} for number in range(TYPED)]
    return _form("BM02", rows, columns)


def _form(code: str, rows: list[dict[str, object]], columns: list[dict[str, object]]) -> dict[str, object]:
    return {
        "schema": "portal.form/1",
        "code": code,
        "title": code,
        "note": "",
        "basis": "",
        "rows": rows,
        "columns": columns,
    }


def after_a_save(submission: Submission, clerk: User) -> Callable[[], object]:
    """What the server computes anew after one cell of the larger form was saved: reading, shares and cross-form cells too."""
    from indicators.numbers import CellValue
    from reports.regimes.compiling import canonical
    from reports.regimes.grid import CellKind, grid_of
    from reports.regimes.models import FormVersion, ReportForm
    from reports.submissions.cells import CellEntry, save_cells
    from reports.submissions.models import Sheet
    from reports.submissions.recomputing import recomputed

    published = submission.sheets.first().form_version.published_at
    sheets = []
    for design in (sources(), overview()):
        compiled, sha256 = canonical(design)
        form = ReportForm.objects.create(
            code=design["code"], title=design["title"], owner=submission.obligation.recipient
        )
        version = FormVersion.objects.create(
            report_form=form, number=1, compiled=compiled, sha256=sha256, published_at=published
        )
        sheets.append(Sheet.objects.create(submission=submission, form_version=version))
    sheet = sheets[0]
    keys = list(grid_of(sheet.form_version).cells(CellKind.INPUT))
    save_cells(
        submission,
        [
            CellEntry(sheet.pk, *key, value=CellValue(Decimal(place % 977 + 1)))
            for place, key in enumerate(keys)
        ],
        by=clerk,
    )
    sheet.beside = tuple(submission.sheets.select_related("form_version"))

    def compute() -> object:
        return recomputed(sheet, [("r7", "c0")])

    return compute
