"""A second form, BM02, that reads BM01 and other periods, with plans and verdicts."""

from __future__ import annotations

from home.organisations.models import Organisation
from indicators.models import Aggregation, Direction, Indicator, Measure
from indicators.store.models import ValueType
from reports.regimes.compiling import publish_form
from reports.regimes.models import ColumnKind, FormColumn, FormRow, PeriodRole, ReportForm, RowKind

#: key, kind, value type, period, formula
COLUMNS = [
    ("ke-hoach", ColumnKind.INPUT, ValueType.PLAN, PeriodRole.YEAR, ""),
    ("uoc", ColumnKind.INPUT, ValueType.ESTIMATE, PeriodRole.THIS, ""),
    ("danh-gia", ColumnKind.COMPUTED, "", PeriodRole.THIS, "VERDICT([ke-hoach]; [uoc])"),
    ("cung-ky", ColumnKind.COMPUTED, "", PeriodRole.THIS, "[uoc]@CUNG_KY"),
]


def overview(owner: Organisation) -> ReportForm:
    """Growth is typed in, the rows above are read from BM01. Published."""
    form = overview_design(owner)
    publish_form(form, by=None)
    return form


def overview_design(owner: Organisation) -> ReportForm:
    growth = Indicator.objects.create(
        code="TANG-GRDP", name="Tốc độ tăng GRDP", measure=Measure.objects.get(code="phan-tram"), decimals=2,
        direction=Direction.HIGHER, may_release=True, space_aggregation=Aggregation.NONE,
    )  # fmt: skip
    form = ReportForm.objects.create(code="BM02", title="Chỉ tiêu chủ yếu", owner=owner)
    rows = [
        ("THU", "Tổng thu", RowKind.COMPUTED, None, "{BM01!I}[uoc]"),
        ("TOC-DO", "Tổng thu so với cùng kỳ", RowKind.COMPUTED, None, "{BM01!I}[uoc] / {BM01!I}[uoc]@CUNG_KY * 100"),
        ("GRDP", growth.name, RowKind.INPUT, growth, ""),
    ]  # fmt: skip
    for order, (key, label, kind, indicator, formula) in enumerate(rows):
        FormRow.objects.create(
            report_form=form,
            sort_order=order,
            key=key,
            label=label,
            kind=kind,
            indicator=indicator,
            formula=formula,
        )
    for order, (key, kind, value_type, role, formula) in enumerate(COLUMNS):
        FormColumn.objects.create(
            report_form=form, sort_order=order, key=key, label=key, kind=kind, value_type=value_type,
            period_role=role, formula=formula,
        )  # fmt: skip
    return form
