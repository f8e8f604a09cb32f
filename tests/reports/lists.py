"""A form with a list of projects, and the monthly report of it: what tests of lists stand on."""

from __future__ import annotations

from indicators.models import Indicator
from indicators.store.models import ValueType
from reports.regimes.models import ColumnKind, FormColumn, FormRow, ReportForm, RowKind

COLUMNS = (
    ("von", "Vốn giải ngân", ColumnKind.INPUT, ValueType.ESTIMATE, "", ""),
    ("nguon", "Nguồn vốn", ColumnKind.CHOICE, "", "", "Ngân sách tỉnh\nNgân sách trung ương\nVốn khác"),
    ("khoi-cong", "Ngày khởi công", ColumnKind.DATE, "", "", ""),
    ("ghi-chu", "Ghi chú", ColumnKind.TEXT, "", "", ""),
    ("ty-trong", "% của tổng", ColumnKind.COMPUTED, "", "[von] / {DA}[von] * 100", ""),
)


def projects_form(owner, indicator: Indicator | None = None, **head) -> ReportForm:
    """A list of projects (``DA``) beside a row of figures (``K``) and their sum (``T``); not published."""
    form = ReportForm.objects.create(code="BM-DA", title="Dự án đầu tư công", owner=owner)
    FormColumn.objects.bulk_create(
        FormColumn(
            report_form=form,
            sort_order=order,
            key=key,
            label=label,
            kind=kind,
            value_type=value_type,
            formula=formula,
            choices=choices,
            decimals=1 if kind == ColumnKind.COMPUTED else None,
            required=kind == ColumnKind.CHOICE,
        )
        for order, (key, label, kind, value_type, formula, choices) in enumerate(COLUMNS)
    )
    rows = [
        FormRow(key="DA", number="I", label="Danh mục dự án", kind=RowKind.LIST, indicator=indicator, **head),
        FormRow(key="K", number="II", label="Chi khác", required=False),
        FormRow(key="T", label="Tổng số", kind=RowKind.COMPUTED, formula="SUM({DA}; {K})"),
    ]
    for order, row in enumerate(rows):
        row.report_form, row.sort_order = form, order
    FormRow.objects.bulk_create(rows)
    return form
