"""“Bắt đầu”: the way from an empty portal to its first round, on the home page of those who go it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.accounts import profiles
from home.accounts.models import Duty, DutyKind, User
from home.accounts.permissions import may_administer_people, may_administer_system
from home.models import HomePage
from home.organisations.models import Organisation
from indicators.catalogue import permissions as catalogue
from indicators.models import Indicator
from reports.deadlines.models import Round
from reports.deadlines.permissions import leads_somewhere
from reports.regimes.models import FormVersion, RegimeVersion
from reports.regimes.permissions import may_design

#: Without somebody for each of these no report comes from the form to the lead agency.
NEEDED = (DutyKind.DESIGN, DutyKind.ENTER, DutyKind.APPROVE_REPORT, DutyKind.SEND, DutyKind.RECEIVE)


@dataclass(frozen=True)
class Step:
    """``url`` is empty where the step is not the reader's, who then learns whose it is from ``whose``."""

    name: str
    hint: str
    done: bool
    url: str = ""
    whose: str = ""


def concerns(user: User) -> bool:
    """He sets the portal up, and no round has been opened yet."""
    sets_up = may_administer_system(user) or leads_somewhere(user)
    return sets_up and not Round.objects.exists()


def steps(user: User) -> Iterator[Step]:
    yield Step(
        "Hồ sơ tỉnh, trang chủ",
        "Tại máy chủ: manage.py apply_profile, theo quy chế của tỉnh.",
        HomePage.objects.exists(),
        whose="người quản trị máy chủ",
    )
    office = "quản trị hệ thống" if not may_administer_people(user) else ""
    named = [office["code"] for office in profiles.current().organisations]
    yield Step(
        "Cơ quan, đơn vị",
        "Thêm các cơ quan phải báo cáo, hoặc nhập cả danh sách từ tệp; ghi cấp trên và phòng, ban.",
        Organisation.objects.exclude(code__in=named).exists(),
        "" if office else reverse("organisations:index"),
        office,
    )
    held = set(Duty.objects.on(timezone.localdate()).filter(kind__in=NEEDED).values_list("kind", flat=True))
    lacking = ", ".join(str(kind.label).lower() for kind in NEEDED if kind not in held)
    yield Step(
        "Người dùng và nhiệm vụ",
        f"Chưa có ai: {lacking}." if lacking else "Mỗi cơ quan cần người nhập, người duyệt và người gửi.",
        not lacking,
        "" if office else reverse("people:index"),
        office,
    )
    yield Step(
        "Đơn vị tính, chỉ tiêu",
        "Thêm đơn vị tính trước, rồi chỉ tiêu; cả hai nhập được từ tệp.",
        Indicator.objects.exists(),
        reverse(Indicator.snippet_viewset.get_url_name("list")) if catalogue.may_design(user) else "",  # type: ignore[attr-defined]
        "người thiết kế",
    )
    yield Step(
        "Biểu mẫu",
        "Thêm cột và dòng, chọn chỉ tiêu cho từng dòng, xem thử rồi công bố phiên bản.",
        FormVersion.objects.exists(),
        reverse("report_forms:list") if may_design(user, None) else "",
        "người thiết kế",
    )
    writes = policy_registry.get_by_type(Page).user_has_any_permission(user, ["add", "change", "publish"])
    yield Step(
        "Chế độ báo cáo",
        "Ghi cơ quan chủ trì, các cấp báo cáo, thời hạn, cơ quan báo cáo và biểu mẫu; chọn Công bố, không chỉ lưu nháp.",
        RegimeVersion.objects.exists(),
        reverse("regimes:index") if writes else "",
        "người thiết kế",
    )
    yield Step(
        "Mở đợt báo cáo",
        "Chọn chế độ và kỳ. Báo cáo được giao ngay cho các cơ quan phải báo cáo.",
        False,
        reverse("rounds:open") if leads_somewhere(user) else "",
        "cơ quan chủ trì",
    )


class Beginning(Component):
    name = "beginning"
    template_name = "dashboards/beginning_panel.html"
    order = 80

    class Media:
        css = {"all": ["portal/css/worklist.css"]}

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        found = list(steps(parent_context["request"].user))
        return {"steps": found, "next": next(step for step in found if not step.done)}
