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


def _column(
    attribute: str, column: str, widget: Widget | None = None, *, clears: bool = True
) -> fields.Field:
    return fields.Field(
        attribute=attribute, column_name=column, widget=widget or Widget(), saves_null_values=clears
    )


class CatalogueResource(resources.ModelResource):
    """Rows are known by their code; a row that changes nothing is skipped; all is checked as the forms check it."""

    def __init__(self, *, by: User | None = None) -> None:
        super().__init__()
        self.by = by
        self._seen: set[str] = set()

    @property
    def columns(self) -> list[str]:
        return [field.column_name for field in self.get_import_fields()]

    def texts(self, instance: models.Model) -> list[str]:
        """The cells of one entry as they go out, in the order of ``columns``."""
        return [self.export_field(field, instance) for field in self.get_import_fields()]

    def column_of(self, attribute: str) -> str:
        """The column that carries an attribute; "" where none does."""
        return next(
            (field.column_name for field in self.get_import_fields() if field.attribute == attribute), ""
        )

    def before_import_row(self, row: Mapping[str, str], **kwargs: Any) -> None:
        code = row[self.fields["code"].column_name]
        if not code:
            raise ValidationError({"code": "thiếu mã. Mỗi dòng cần một mã."})
        if fold(code) in self._seen:
            raise ValidationError({"code": f"mã “{code}” đã có ở một dòng trên. Giữ lại một dòng."})
        self._seen.add(fold(code))

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        self._instance = instance
        self._before = [] if new else self.texts(instance)

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return not import_validation_errors and self.texts(instance) == self._before

    def after_import_row(self, row: Any, row_result: RowResult, **kwargs: Any) -> None:
        row_result.before = self._before  # type: ignore[attr-defined]
        row_result.after = self.texts(self._instance)  # type: ignore[attr-defined]


class _Meta:
    import_id_fields = ("code",)
    clean_model_instances = True
    use_transactions = True
    # The difference is taken from the cells themselves: before, after.
    skip_diff = True


class MeasureResource(CatalogueResource):
    code = _column("code", "Mã đơn vị tính")
    name = _column("name", "Tên đơn vị tính")
    symbol = _column("symbol", "Ký hiệu")
    base = _column("base", "Quy về đơn vị (mã)", EntryWidget(Measure))
    factor = _column("factor", "Hệ số quy đổi", VietnameseDecimalWidget(), clears=False)

    class Meta(_Meta):
        model = Measure
        fields = ("code", "name", "symbol", "base", "factor")


class IndicatorGroupResource(CatalogueResource):
    code = _column("code", "Mã nhóm")
    name = _column("name", "Tên nhóm")
    parent = _column("parent", "Thuộc nhóm (mã)", EntryWidget(IndicatorGroup))
    sort_order = _column("sort_order", "Thứ tự", WholeNumberWidget(), clears=False)

    class Meta(_Meta):
        model = IndicatorGroup
        fields = ("code", "name", "parent", "sort_order")


def _responsible(indicator: Indicator) -> list[Organisation]:
    """Those responsible for the whole province at all times; others are kept on the indicator's own page."""
    return [
        duty.organisation
        for duty in indicator.responsibilities.all()
        if not (duty.locality_id or duty.valid_from or duty.valid_to)
    ]


def _set_responsible(indicator: Indicator, organisations: list[Organisation]) -> None:
    standing = {
        duty.organisation_id: duty
        for duty in indicator.responsibilities.all()
        if not (duty.locality_id or duty.valid_from or duty.valid_to)
    }
    others = [duty for duty in indicator.responsibilities.all() if duty not in standing.values()]
    indicator.responsibilities.set(
        [
            *others,
            *(
                standing.get(organisation.pk) or IndicatorResponsibility(organisation=organisation)
                for organisation in organisations
            ),
        ]
    )


class IndicatorResource(CatalogueResource):
    code = _column("code", "Mã chỉ tiêu")
    source_number = _column("source_number", "Số thứ tự trong văn bản")
    name = _column("name", "Tên chỉ tiêu")
    name_en = _column("name_en", "Tên tiếng Anh")
    group = _column("group", "Nhóm (mã)", EntryWidget(IndicatorGroup))
    concept = _column("concept", "Khái niệm, nội dung")
    method = _column("method", "Phương pháp tính")
    measure = _column("measure", "Đơn vị tính (mã)", EntryWidget(Measure), clears=False)
    decimals = _column("decimals", "Số chữ số thập phân", WholeNumberWidget(), clears=False)
    direction = _column("direction", "Chiều hướng", ChoiceWidget(Direction), clears=False)
    nature = _column("nature", "Tính chất", ChoiceWidget(Nature), clears=False)
    space_aggregation = _column(
        "space_aggregation", "Tổng hợp theo không gian", ChoiceWidget(Aggregation), clears=False
    )
    time_aggregation = _column(
        "time_aggregation", "Tổng hợp theo thời gian", ChoiceWidget(Aggregation), clears=False
    )
    weight = _column("weight", "Quyền số (mã chỉ tiêu)", EntryWidget(Indicator))
    frequency = _column("frequency", "Kỳ báo cáo", ChoiceWidget(Frequency), clears=False)
    disaggregations = SetField(
        attribute="disaggregations",
        column_name="Phân tổ (mã)",
        widget=EntriesWidget(Disaggregation),
        read=lambda indicator: list(indicator.disaggregations.all()),
        write=lambda indicator, entries: indicator.disaggregations.set(entries),
    )
    responsibilities = SetField(
        attribute="responsibilities",
        column_name="Cơ quan chịu trách nhiệm (mã)",
        widget=EntriesWidget(Organisation),
        read=_responsible,
        write=_set_responsible,
    )
    data_source = _column("data_source", "Nguồn số liệu")
    legal_basis = _column("legal_basis", "Căn cứ pháp lý (số, ký hiệu)", EntryWidget(LegalAct, "number"))
    valid_from = _column("valid_from", "Áp dụng từ ngày", DayWidget())
    valid_to = _column("valid_to", "Áp dụng đến hết ngày", DayWidget())
    successor = _column("successor", "Được thay bằng (mã chỉ tiêu)", EntryWidget(Indicator))
    may_release = _column("may_release", "Được phép công khai", YesNoWidget(), clears=False)
    note = _column("note", "Ghi chú")

    class Meta(_Meta):
        model = Indicator
        fields = (
            "code",
            "source_number",
            "name",
            "name_en",
            "group",
            "concept",
            "method",
            "measure",
            "decimals",
            "direction",
            "nature",
            "space_aggregation",
            "time_aggregation",
            "weight",
            "frequency",
            "disaggregations",
            "responsibilities",
            "data_source",
            "legal_basis",
            "valid_from",
            "valid_to",
            "successor",
            "may_release",
            "note",
        )

    def after_save_instance(self, instance: Indicator, row: Any, **kwargs: Any) -> None:
        if not kwargs["dry_run"]:
            instance.save_revision(user=self.by, log_action=True, clean=False)
