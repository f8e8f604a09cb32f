"""Forms of the catalogue: text in Unicode, numbers as Vietnamese people type them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm

from home.text import repair_vietnamese
from indicators.numbers import format_number, parse_number

from .spreadsheets import MAX_BYTES, MAX_ROWS


class VietnameseDecimalField(forms.CharField):
    """``1.000`` is a thousand and ``0,001`` a thousandth (X10)."""

    def prepare_value(self, value: Any) -> Any:
        return format_number(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_number(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class CatalogueForm(WagtailAdminModelForm):
    """Text pasted in TCVN3, VNI or decomposed Unicode is kept in precomposed Unicode (R29, R30)."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        return {
            name: repair_vietnamese(value).text if isinstance(value, str) else value
            for name, value in cleaned.items()
        }


class MeasureForm(CatalogueForm):
    factor = VietnameseDecimalField(
        label="Hệ số quy đổi",
        required=False,
        help_text="Chỉ khi quy về đơn vị khác; ví dụ: 1.000 hoặc 0,001. Để trống là 1.",
    )

    def clean_factor(self) -> Decimal:
        factor: Decimal | None = self.cleaned_data["factor"]
        if factor is None:
            return Decimal(1)
        if factor <= 0:
            raise ValidationError("Hệ số quy đổi phải lớn hơn 0.")
        return factor


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Tệp CSV hoặc XLSX",
        help_text=f"Tối đa {MAX_ROWS:,} dòng, {MAX_BYTES // 1024 // 1024} MB. Dòng đầu là tên cột.".replace(
            ",", "."
        ),
        error_messages={"required": "Chưa chọn tệp. Chọn một tệp CSV hoặc XLSX.", "empty": "Tệp trống."},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                f"Tệp {file.size // 1024 // 1024} MB, lớn hơn {MAX_BYTES // 1024 // 1024} MB. "
                "Chia tệp thành nhiều phần rồi nhập từng phần."
            )
        return file
