"""How regimes, outlines and forms are laid out in the editor. Field names only; no rules."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page

#: What the portal does not accept, stated where it would be typed (R8).
SCOPE = (
    "<p>Hệ thống chỉ nhận báo cáo hành chính; không áp dụng đối với chế độ báo cáo thống kê, báo cáo mật và báo cáo "
    "nội bộ từng cơ quan (Nghị định 09/2019/NĐ-CP, Điều 1.2; Sóc Trăng, QĐ 2436/QĐ-UBND, Điều 1.2; Khánh Hòa, "
    "QĐ 2838/QĐ-UBND, Điều 4.1; Lai Châu, Quy chế, Điều 1.2).</p>"
    "<p><strong>Không nhập, không tải lên nội dung thuộc phạm vi bí mật nhà nước.</strong></p>"
)


FORMULA = (
    "[mã cột] là cột đó của cùng dòng, {mã dòng} là dòng đó của cùng cột: {A} + {B}, [TH] / [KH] * 100, "
    "SUM({A}; {B}). Số thập phân viết dấu phẩy."
)


CHECKS = (
    "Không cần khai cũng được kiểm tra: lũy kế giảm, lũy kế khác lũy kế trước cộng kỳ này, chép nguyên kỳ trước, lệch đơn vị tính, "
    "khác thường so với các kỳ trước. Khai lại một loại trong số đó để đổi mức xử lý hoặc bỏ, cho cả biểu hay vài dòng, cột."
)


def code_panel(name: str, **more: Any) -> FieldPanel:
    """A code as it is typed; Wagtail's own field for slugs would put it in small letters."""
    return FieldPanel(name, widget=forms.TextInput, **more)


class ProblemsPanel(Panel):
    """What still has to be put right in the saved draft before it can be published, and what to look at again."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "regimes/problems_panel.html"

        def is_shown(self) -> bool:
            return self.instance.pk is not None and super().is_shown()

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            # The checks read the models, and the models name these panels.
            from .checks import problems

            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "problems": problems(self.instance)}


REGIME = TabbedInterface(
    [
        ObjectList(
            [
                TitleFieldPanel("title"),
                ProblemsPanel(heading="Trước khi công bố"),
                FieldRowPanel([code_panel("code"), FieldPanel("kind"), FieldPanel("frequency")]),
                HelpPanel(content=SCOPE, heading="Phạm vi tiếp nhận"),
                FieldRowPanel([FieldPanel("legal_class"), FieldPanel("content")]),
                FieldPanel("description"),
                FieldPanel("outline", widget=forms.Select),
                FieldPanel("instructions"),
            ],
            heading="Nội dung",
        ),
        ObjectList(
            [
                FieldPanel("lead"),
                InlinePanel("related_organisations", heading="Cơ quan phối hợp", label="Cơ quan"),
                MultiFieldPanel(
                    [
                        FieldPanel("window_rule"),
                        FieldRowPanel([FieldPanel("window_first"), FieldPanel("window_last")]),
                    ],
                    heading="Thời gian chốt số liệu",
                ),
                FieldPanel("method"),
                InlinePanel("tiers", heading="Các cấp báo cáo và thời hạn gửi", label="Cấp báo cáo"),
                InlinePanel("subjects", heading="Đối tượng thực hiện", label="Cơ quan báo cáo"),
            ],
            heading="Đối tượng và thời hạn",
        ),
        ObjectList(
            [
                FieldPanel("basis"),
                FieldRowPanel([FieldPanel("approval_policy"), FieldPanel("review_steps")]),
                FieldRowPanel([FieldPanel("requires_signature"), FieldPanel("requires_number")]),
                FieldPanel("document_title"),
                FieldRowPanel([FieldPanel("addressees"), FieldPanel("copies")]),
            ],
            heading="Phê duyệt, văn bản",
        ),
        ObjectList([FieldPanel("audience"), *Page.promote_panels, *Page.settings_panels], heading="Hiển thị"),
    ]
)

TIER = [
    FieldRowPanel(
        [
            FieldPanel("number", help_text="Cấp 1 báo cáo trước; cấp sau tổng hợp từ cấp trước."),
            FieldPanel("name", help_text="Ví dụ: Các sở gửi cơ quan chủ trì."),
        ]
    ),
    FieldPanel("recipient"),
    FieldPanel("due_anchor"),
    FieldRowPanel(
        [
            FieldPanel("due_day_of_month", help_text="Chỉ khi tính từ một ngày trong tháng cuối của kỳ."),
            FieldPanel("due_month_offset", help_text="0: chính tháng cuối của kỳ; 1: tháng liền sau."),
            FieldPanel("due_working_days", help_text="Cộng vào ngày tính hạn ở trên."),
        ]
    ),
    FieldRowPanel(
        [
            FieldPanel("due_on", help_text="Chỉ khi tính hạn từ ngày cụ thể."),
            FieldPanel("due_time", help_text="Để trống: đến hết ngày."),
        ]
    ),
    FieldRowPanel([FieldPanel("opens_days_before"), FieldPanel("closes_days_after")]),
]
SUBJECT = [
    FieldRowPanel(
        [
            FieldPanel("tier_number", help_text="Số của cấp ở mục “Các cấp báo cáo và thời hạn gửi”."),
            FieldPanel("organisation"),
        ]
    ),
    FieldPanel(
        "report_form", help_text="Mỗi dòng một biểu; cơ quan làm nhiều biểu thì thêm nhiều dòng cùng cơ quan."
    ),
]

OUTLINE = [FieldPanel("introduction"), InlinePanel("sections", heading="Các mục", label="Mục", min_num=1)]
OUTLINE_SECTION = [
    FieldPanel("heading"),
    code_panel("key", help_text="Chữ không dấu, chữ số, gạch nối; mỗi mục một mã, ví dụ: ket-qua."),
    FieldPanel("guidance"),
    FieldPanel("required"),
]

REPORT_FORM = [
    FieldRowPanel([code_panel("code"), FieldPanel("owner")]),
    FieldPanel("title"),
    HelpPanel(content=SCOPE, heading="Phạm vi tiếp nhận"),
    FieldPanel("basis"),
    FieldPanel("note"),
    InlinePanel("columns", heading="Các cột", label="Cột"),
    InlinePanel("rows", heading="Các dòng", label="Dòng"),
    InlinePanel("checks", heading="Kiểm tra số liệu", label="Kiểm tra", help_text=CHECKS),
]
ROW = [
    FieldRowPanel([FieldPanel("key"), FieldPanel("number"), FieldPanel("kind"), FieldPanel("level")]),
    FieldPanel("label"),
    FieldRowPanel(
        [
            FieldPanel("indicator"),
            FieldPanel("disaggregation", help_text="Mã nhóm phân tổ, nếu có."),
            FieldPanel("subject", help_text="Để trống: số liệu về chính cơ quan báo cáo."),
        ]
    ),
    FieldPanel("formula", help_text=f"Chỉ cho dòng tính theo công thức. {FORMULA}"),
    FieldRowPanel([FieldPanel("required"), FieldPanel("charted"), FieldPanel("help_text")]),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("least"), FieldPanel("most"), FieldPanel("add_label")]),
            FieldPanel("totalled"),
        ],
        heading="Danh mục",
        help_text="Chỉ cho dòng “Danh mục do người báo cáo thêm dòng”.",
        classname="collapsed",
    ),
]
COLUMN = [
    FieldRowPanel([FieldPanel("key"), FieldPanel("label"), FieldPanel("header_path")]),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("value_type"), FieldPanel("period_role")]),
    FieldRowPanel([FieldPanel("plan_basis"), FieldPanel("decimals"), FieldPanel("required")]),
    FieldPanel("choices", help_text="Chỉ cho cột “Chọn trong danh sách”: mỗi dòng một lựa chọn."),
    FieldPanel("formula", help_text=f"Chỉ cho cột tính theo công thức. {FORMULA}"),
]
CHECK = [
    FieldRowPanel([FieldPanel("key"), FieldPanel("effect")]),
    FieldPanel("kind"),
    FieldPanel("label"),
    FieldRowPanel(
        [
            FieldPanel("rows", help_text="Mã dòng, cách nhau bằng dấu ;. Để trống: mọi dòng."),
            FieldPanel("columns", help_text="Mã cột, cách nhau bằng dấu ;. Để trống: mọi cột."),
        ]
    ),
    FieldPanel(
        "expression",
        help_text=f"So sánh các ô: [luyke] >= [uoc] hỏi từng dòng, {{I}} = {{I.1}} + {{I.2}} hỏi từng cột. {FORMULA}",
    ),
    FieldRowPanel(
        [
            FieldPanel("other_form", help_text="Mã biểu của cùng báo cáo, chỉ khi so sánh với biểu khác."),
            FieldPanel("other_expression", help_text="Giá trị ở biểu kia phải bằng biểu thức ở trên."),
        ]
    ),
    FieldRowPanel(
        [
            FieldPanel("lowest", help_text="Giá trị, % tăng giảm (âm là giảm) hoặc số lần trung vị."),
            FieldPanel("highest"),
            FieldPanel("tolerance", help_text="Chênh lệch được bỏ qua khi so sánh các ô."),
        ]
    ),
    FieldPanel("message", help_text="Hiện cùng kết quả: vì sao phải đúng, cần xem lại gì."),
]
