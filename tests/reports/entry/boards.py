"""A form to travel over: parts, totals, nested headings, a computed column and one of words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reports.regimes.compiling import FORM_SCHEMA, canonical
from reports.regimes.models import FormVersion, ReportForm

ROW = {
    "number": "", "label": "", "kind": "input", "level": 1, "indicator": None, "indicator_code": "", "measure": "Triệu đồng",
    "symbol": "", "decimals": None, "disaggregation": "", "subject": None, "formula": "", "required": True, "help": "",
}  # fmt: skip
COLUMN = {
    "path": [], "kind": "input", "value_type": "", "period_role": "this", "plan_basis": "", "formula": "", "decimals": None,
}  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """A with a total over three rows, B with two rows, the second not required."""
    return [
        {**ROW, "key": "A", "number": "A", "label": "Thu ngân sách", "kind": "heading", "level": 0, "measure": ""},
        {**ROW, "key": "tong", "label": "Tổng thu", "kind": "computed", "formula": "SUM({a1}; {a2}; {a3})"},
        {**ROW, "key": "a1", "number": "1", "label": "Thu nội địa", "indicator_code": "THU-ND"},
        {**ROW, "key": "a2", "number": "2", "label": "Thu xuất nhập khẩu"},
        {**ROW, "key": "a3", "number": "3", "label": "Thu khác"},
        {**ROW, "key": "B", "number": "B", "label": "Nông nghiệp", "kind": "heading", "level": 0, "measure": ""},
        {**ROW, "key": "b1", "number": "1", "label": "Sản lượng lúa", "measure": "Tấn"},
        {**ROW, "key": "b2", "number": "2", "label": "Đàn bò", "measure": "Con", "required": False},
    ]  # fmt: skip


def columns() -> list[dict[str, Any]]:
    return [
        {**COLUMN, "key": "truoc", "label": "Tháng trước"},
        {**COLUMN, "key": "uoc", "label": "Ước tháng", "path": ["Thực hiện"]},
        {**COLUMN, "key": "luyke", "label": "Lũy kế", "path": ["Thực hiện"]},
        {
            **COLUMN,
            "key": "so",
            "label": "% so tháng trước",
            "kind": "computed",
            "formula": "[uoc] / [truoc] * 100",
        },
        {**COLUMN, "key": "ghi", "label": "Ghi chú", "kind": "text"},
    ]


def publish(
    code: str,
    figures_form: ReportForm,
    rows: Iterable[dict[str, Any]],
    columns: Iterable[dict[str, Any]],
    *,
    title: str = "Biểu để đi lại",
) -> FormVersion:
    """A version as compiling would make it, of rows and columns that no designer has drawn."""
    compiled, sha256 = canonical(
        {
            "schema": FORM_SCHEMA, "code": code, "title": title, "note": "", "basis": "",
            "rows": list(rows), "columns": list(columns),
        }
    )  # fmt: skip
    return FormVersion.objects.create(
        report_form=figures_form,
        number=FormVersion.objects.count() + 1,
        compiled=compiled,
        sha256=sha256,
        published_at=figures_form.versions.first().published_at,
    )
