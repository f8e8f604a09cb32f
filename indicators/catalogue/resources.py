"""The catalogue as tables: which columns go out and come in, and how each cell is read.

Columns are named as officials name them; other entries are named by their codes. A blank cell clears what may be
empty and leaves the rest as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from import_export import fields, resources
from import_export.results import RowResult
from import_export.widgets import Widget

from home.accounts.models import User
from home.organisations.models import LegalAct, Organisation
from home.text import fold
from indicators.models import (
    Aggregation,
    Direction,
    Disaggregation,
    Frequency,
    Indicator,
    IndicatorGroup,
    IndicatorResponsibility,
    Measure,
    Nature,
)
from indicators.numbers import format_number, parse_number

_BETWEEN = ";"


class VietnameseDecimalWidget(Widget):
    """``7.213,5`` is 7213.5; ``0.125`` is refused with what it may have meant (X10)."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Decimal | None:
        return parse_number(value) if value else None

    def render(self, value: Decimal | None, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else format_number(Decimal(value))


class WholeNumberWidget(VietnameseDecimalWidget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        number = super().clean(value)
        if number is None:
            return None
        if number != int(number) or number < 0:
            raise ValueError(f"“{value}” không phải số nguyên không âm. Gõ 0, 1, 2…")
        return int(number)


class DayWidget(Widget):
    """Day before month."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> date | None:
        for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d") if value else ():
            try:
                return datetime.strptime(value, form).date()
            except ValueError:
                continue
        if value:
            raise ValueError(f"“{value}” không phải ngày. Viết ngày/tháng/năm, ví dụ 31/12/2024.")
        return None

    def render(self, value: date | None, obj: Any = None, **kwargs: Any) -> str:
        return f"{value:%d/%m/%Y}" if value else ""


class ChoiceWidget(Widget):
    """The words of the choice, however their diacritics are typed, or its code."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str | None:
        if not value:
            return None
        for choice in self.choices:
            if fold(value) in (fold(choice.value), fold(str(choice.label))):
                return choice.value
        listed = ", ".join(f"“{choice.label}”" for choice in self.choices)
        raise ValueError(f"“{value}” không có trong danh sách. Chọn một trong: {listed}.")

    def render(self, value: str | None, obj: Any = None, **kwargs: Any) -> str:
        return str(self.choices(value).label) if value else ""


class YesNoWidget(Widget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> bool | None:
        if not value:
            return None
        match fold(value):
            case "co" | "x" | "1":
                return True
            case "khong" | "0":
                return False
        raise ValueError(f"“{value}” không rõ là có hay không. Viết “Có” hoặc “Không”.")

    def render(self, value: bool | None, obj: Any = None, **kwargs: Any) -> str:
        return "Có" if value else "Không"


class EntryWidget(Widget):
    """Another entry by its code."""

    def __init__(self, model: type[models.Model], key: str = "code") -> None:
        super().__init__()
        self.model = model
        self.key = key

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        if not value:
            return None
        entry = self.model._default_manager.filter(**{f"{self.key}__iexact": value}).first()
        if entry is None:
            raise ValueError(
                f"không có {self.model._meta.verbose_name} nào có mã “{value}”. "
                "Sửa mã, hoặc thêm mục đó vào danh mục trước rồi nhập lại."
            )
        return entry

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(getattr(value, self.key)) if value else ""


class EntriesWidget(EntryWidget):
    """Several entries by their codes, between semicolons."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[Any]:
        return [EntryWidget.clean(self, code.strip()) for code in value.split(_BETWEEN) if code.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{_BETWEEN} ".join(sorted(getattr(entry, self.key) for entry in value or ()))


class SetField(fields.Field):
    """A field whose many entries are read and set by functions; modelcluster saves them with their owner."""

    def __init__(
        self,
        *,
        read: Callable[[Any], list[Any]],
        write: Callable[[Any, list[Any]], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.read, self.write = read, write

    def get_value(self, instance: Any) -> list[Any]:
        return self.read(instance)

    def save(self, instance: Any, row: Mapping[str, str], is_m2m: bool = False, **kwargs: Any) -> None:
        self.write(instance, self.clean(row, **kwargs))


def _column(attribute: str, column: str, widget: Widget | None = None, *, clears: bool = True) -> fields.Field:
    return fields.Field(
        attribute=attribute, column_name=column, widget=widget or Widget(), saves_null_values=clears
    )


class CatalogueResource(resources.ModelResource):
    """Rows are known by their code; a row that changes nothing is skipped; all is checked as the forms check it."""

    def __init__(self, *, by: User | None = None) -> None:
        super().__init__()
        self.by = by
        self._seen: set[str] = set()
        self._before: dict[str, str] = {}

    def texts(self, instance: models.Model) -> dict[str, str]:
        """Column → the cell as it goes out."""
        return {
            field.column_name: self.export_field(field, instance) for field in self.get_import_fields()
        }

    def before_import_row(self, row: Mapping[str, str], **kwargs: Any) -> None:
        column = self.fields["code"].column_name
        code = row.get(column, "")
        if not code:
            raise ValidationError({"code": f"Thiếu mã ở cột “{column}”. Mỗi dòng cần một mã."})
        if fold(code) in self._seen:
            raise ValidationError({"code": f"Mã “{code}” có hai dòng trong tệp. Giữ lại một dòng."})
        self._seen.add(fold(code))

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        self._before = {} if new else self.texts(instance)

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        return not import_validation_errors and self.texts(instance) == self._before

    def after_import_row(self, row: Any, row_result: RowResult, **kwargs: Any) -> None:
        row_result.before = self._before  # type: ignore[attr-defined]

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        row_result_texts = self.texts(instance)
        self._after = row_result_texts


class MeasureResource(CatalogueResource):
    code = _column("code", "Mã đơn vị tính")
    name = _column("name", "Tên đơn vị tính")
    symbol = _column("symbol", "Ký hiệu")
    base = _column("base", "Quy về đơn vị (mã)", EntryWidget(Measure))
    factor = _column("factor", "Hệ số quy đổi", VietnameseDecimalWidget(), clears=False)
