"""What consolidation did to a report, in the words of its timeline."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from indicators.numbers import format_number
from reports.submissions.timeline import tell_of


def _filled(data: dict[str, Any]) -> str:
    return (
        f"lấy số liệu đã tiếp nhận: {data['reported']}/{data['expected']} cơ quan, "
        f"{data['cells']} ô tổng hợp thay đổi"
    )


def _line(data: dict[str, Any]) -> str:
    amount = Decimal(data["amount"])
    return f"{'+' if amount > 0 else ''}{format_number(amount)} vào {data['cell']}"


def register() -> None:
    tell_of("consolidation.fill", _filled, tone="done")
    tell_of("consolidation.adjust", lambda data: f"thêm dòng điều chỉnh {_line(data)}", tone="warn")
    tell_of("consolidation.revoke", lambda data: f"bỏ dòng điều chỉnh {_line(data)}")
