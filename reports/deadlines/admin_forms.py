"""What people fill in to open rounds and to change what is owed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from home.accounts.models import User
from indicators.periods import Period
from reports.regimes.models import RegimePage, RegimeVersion

from .permissions import may_open_round
from .regime_checks import sample_periods


class PeriodField(forms.CharField):
    """A period as people write it; ``clean`` gives the ``Period``."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return Period.read(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None


def openable_versions(user: User) -> list[RegimeVersion]:
    """The version in force of each regime whose rounds the user may open."""
    newest: dict[int, RegimeVersion] = {}
    live = RegimePage.objects.live().values("pk")
    for version in RegimeVersion.objects.filter(page__in=live).order_by("code", "number"):
        newest[version.page_id] = version
    return [version for version in newest.values() if may_open_round(user, version)]


class OpenRoundEntryForm(forms.Form):
    regime = forms.ChoiceField(label="Chế độ báo cáo")
    period = PeriodField(
        label="Kỳ báo cáo",
        max_length=40,
        widget=forms.TextInput(attrs={"list": "ky-bao-cao", "autocomplete": "off"}),
        help_text="Viết như Tháng 5/2026, Quý II/2026, 6 tháng đầu năm 2026, Năm 2026, Ngày 20/5/2026.",
    )

    def __init__(self, *args: Any, versions: list[RegimeVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {str(version.pk): version for version in versions}
        regime = self.fields["regime"]
        assert isinstance(regime, forms.ChoiceField)
        regime.choices = [("", "– Chọn chế độ –")] + [
            (pk, f"{version.code} – {version.title}") for pk, version in self.versions.items()
        ]

    def suggested(self, today: date) -> list[Period]:
        """Periods of this year in which one of the regimes reports."""
        frequencies = {version.compiled["frequency"] for version in self.versions.values()}
        return [period for frequency in sorted(frequencies) for period in sample_periods(frequency, today)]

    def clean_regime(self) -> RegimeVersion:
        return self.versions[self.cleaned_data["regime"]]


class ReasonEntryForm(forms.Form):
    reason = forms.CharField(label="Lý do", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class ReleaseEntryForm(ReasonEntryForm):
    document = forms.CharField(
        label="Văn bản", max_length=200, help_text="Số, ký hiệu, ngày của văn bản quyết định việc này."
    )


class ExtensionEntryForm(ReasonEntryForm):
    until = forms.DateField(label="Gia hạn đến ngày", help_text="Viết như 25/05/2026.")
    document = forms.CharField(label="Văn bản (nếu có)", max_length=200, required=False)
    field_order = ["until", "reason", "document"]


class WindowEntryForm(ReasonEntryForm):
    opens_on = forms.DateField(label="Mở nhận từ ngày", help_text="Viết như 05/05/2026.")
    closes_on = forms.DateField(label="Đóng nhận hết ngày")
    field_order = ["opens_on", "closes_on", "reason"]
