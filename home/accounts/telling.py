"""What people are told of their accounts. The words stand here; messages lie above, so delivery comes through a hook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail import hooks

from .models import User

#: Code → subject and body, as ``notifications.catalogue`` has them.
WORDS: dict[str, tuple[str, str]] = {
    "account.assigned": (
        "Phân công thay đổi: {duty}",
        "{by} đã sửa phân công “{duty}” của bạn tại {organisation}.\nTừ hôm nay bạn được giao: {scopes}.\n"
        "Việc cần làm: xem các báo cáo được giao ở mục Việc của tôi; nếu không đúng, báo người quản trị đơn vị.",
    ),
    "account.handed_over": (
        "Bàn giao công việc: {person}",
        "{by} đã bàn giao công việc của {person} cho {successor}.\nGồm: {duties}.\nViệc cần làm: người nhận xem mục "
        "Việc của tôi và làm tiếp.",
    ),
    "account.given_anew": (
        "Nhiệm vụ tại {organisation}",
        "{by} đã giao lại cho bạn tại {organisation} các nhiệm vụ từng có ở {predecessor}: {duties}.\nViệc cần làm: xem "
        "mục Việc của tôi; nếu không đúng, báo người quản trị đơn vị.",
    ),
    "account.focal": (
        "Bạn là {role}: {organisation}",
        "{by} đã ghi bạn là {role} của {organisation}. Tên, điện thoại, thư điện tử của bạn hiện trên trang của đơn vị."
        "\nViệc cần làm: kiểm tra điện thoại, thư điện tử; nếu sai, báo người quản trị đơn vị.",
    ),
    "account.recertify": (
        "Đến hạn xác nhận tài khoản: {organisation}",
        "Mỗi năm một lần, người quản trị xác nhận tài khoản và nhiệm vụ của đơn vị còn đúng.\nViệc cần làm: xem danh "
        "sách của {organisation}, chọn giữ hoặc thu hồi từng nhiệm vụ, trước hết ngày {due}.",
    ),
    "account.recertify_overdue": (
        "Quá hạn xác nhận tài khoản: {organisation}",
        "{organisation} chưa xác nhận tài khoản, nhiệm vụ hằng năm; hạn là ngày {due}.\nViệc cần làm: người quản trị đơn vị "
        "xác nhận ngay; đơn vị cấp trên đôn đốc.",
    ),
    "account.requested": (
        "Đề nghị về tài khoản: {name}",
        "{by} ({organisation}) đề nghị: {what}, theo văn bản số {document}.\nViệc cần làm: xem đề nghị, rồi chấp thuận "
        "hoặc từ chối và nêu lý do.",
    ),
    "account.request_granted": (
        "Đề nghị được chấp thuận: {name}",
        "{by} đã chấp thuận đề nghị “{what}” theo văn bản số {document}.\nKết quả: {result}",
    ),
    "account.request_refused": (
        "Đề nghị không được chấp thuận: {name}",
        "{by} không chấp thuận đề nghị “{what}” theo văn bản số {document}.\nLý do: {reason}\nViệc cần làm: bổ sung rồi "
        "lập đề nghị mới nếu vẫn cần.",
    ),
}


def tell(people: Iterable[User], code: str, *, key: str, context: dict[str, Any], url: str = "") -> None:
    """As ``notifications.services.tell``: in the caller's transaction, each person once for each ``key``."""
    for deliver in hooks.get_hooks("portal_tell"):
        deliver(people, code, key=key, context=context, url=url)
