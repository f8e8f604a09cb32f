"""What people type about a total."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from indicators.numbers import NumberFormatError, parse_number

from .services import REASON_LIMIT


class AdjustmentForm(forms.Form):
    """An adjustment line: how much, and why."""

    amount = forms.CharField(
        label="Số điều chỉnh",
        max_length=40,
        help_text="Cộng thêm vào số tổng hợp; ghi dấu trừ trước số nếu giảm. Ví dụ: 7.213,5 hoặc -12.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Lý do",
        max_length=REASON_LIMIT,
        help_text="Hiện ở trang tổng hợp và trong tiến trình của báo cáo.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_amount(self) -> Decimal:
        try:
            return parse_number(self.cleaned_data["amount"])
        except NumberFormatError as error:
            raise forms.ValidationError(str(error)) from error
