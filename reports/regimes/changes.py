"""What a form has become since it was last published, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PARTS = {
    "number": "STT",
    "label": "tên",
    "kind": "loại",
    "level": "bậc thụt đầu dòng",
    "indicator_code": "chỉ tiêu",
    "measure": "đơn vị tính",
    "decimals": "số chữ số thập phân",
    "disaggregation": "phân tổ",
    "subject": "đối tượng của số liệu",
    "formula": "công thức",
    "required": "bắt buộc",
    "help": "hướng dẫn",
    "path": "tiêu đề cấp trên",
    "value_type": "loại giá trị",
    "period_role": "kỳ số liệu",
    "plan_basis": "cơ quan giao kế hoạch",
    "effect": "khi không đạt",
    "rows": "các dòng",
    "columns": "các cột",
    "expression": "biểu thức",
    "other_form": "biểu kia",
    "other_expression": "biểu thức ở biểu kia",
    "lowest": "thấp nhất",
    "highest": "cao nhất",
    "tolerance": "sai số làm tròn",
    "message": "lời nhắc",
}


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The differences between two compiled forms, one sentence each; empty if they say the same."""
    found = [
        f"Sửa {name} của biểu mẫu."
        for part, name in (("title", "tên"), ("note", "hướng dẫn ghi biểu"), ("basis", "căn cứ"))
        if before[part] != after[part]
    ]
    for field, name in (("rows", "dòng"), ("columns", "cột"), ("checks", "kiểm tra")):
        found += _of_items(before.get(field, []), after.get(field, []), name)
    return found


def _of_items(before: list[dict[str, Any]], after: list[dict[str, Any]], name: str) -> Iterator[str]:
    old, new = {item["key"]: item for item in before}, {item["key"]: item for item in after}
    yield from (f"Thêm {name} {_titled(new[key])}." for key in new if key not in old)
    yield from (f"Bỏ {name} {_titled(old[key])}." for key in old if key not in new)
    for key, item in new.items():
        if key in old and old[key] != item:
            parts = [word for part, word in _PARTS.items() if old[key].get(part) != item.get(part)]
            yield f"Sửa {name} {_titled(item)}: {', '.join(parts) or 'mã chỉ tiêu'}."
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        yield f"Đổi thứ tự các {name}."


def _titled(item: dict[str, Any]) -> str:
    return f"“{item['label']}” ({item['key']})"
