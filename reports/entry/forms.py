"""What the dialogs ask for. Dates are typed day first; nothing else is understood."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone

from home.accounts.models import Appointment
from reports.documents import numbering
from reports.submissions import paper
from reports.submissions.attachments import FileRefused, check_file
from reports.submissions.models import DispatchChannel, Submission
from reports.submissions.status import Reason

from .situation import Situation

_DAY = "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/06/2026."


class ActForm(forms.Form):
    """The form of a dialog, drawn up for one report and one person."""

    use_required_attribute = False

    def __init__(self, *args: Any, here: Situation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here = here
        self.submission = here.submission
        for field in self.fields.values():
            field.error_messages.setdefault("required", "Phải nhập mục này.")
        self.prepare()

    def prepare(self) -> None:
        """Choices and initial values that depend on the report."""


class DayField(forms.DateField):
    widget = forms.TextInput(attrs={"placeholder": "ngày/tháng/năm", "autocomplete": "off", "class": "short"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
            error_messages={"invalid": _DAY, "required": _DAY},
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else value


def checked(file: Any) -> Any:
    """The uploaded file, to be read again; refused in words if it may not be attached."""
    try:
        check_file(file.name, file.read())
    except FileRefused as error:
        raise forms.ValidationError(str(error)) from error
    file.seek(0)
    return file


class TextForm(ActForm):
    """A text that must be given."""

    text = forms.CharField(label="Lý do", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class NoteForm(ActForm):
    """A text that may be given."""

    text = forms.CharField(
        label="Ghi chú", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class SeenForm(ActForm):
    """Carries the hash of the snapshot that is on the screen; an approval of another one is refused."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        if self.submission.snapshot:
            self.initial["seen"] = self.submission.snapshot.sha256


class ReviewForm(SeenForm, NoteForm):
    pass


def _named(submission: Submission, codes: list[str]) -> list[tuple[str, str]]:
    titles = {
        sheet.code: sheet.form_version.compiled["title"]
        for sheet in submission.sheets.select_related("form_version")
    }
    return [(code, f"{code} – {titles.get(code, '')}") for code in codes]


class ApproveDataForm(SeenForm):
    form_codes = forms.MultipleChoiceField(
        label="Biểu được duyệt",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một biểu."},
    )

    def prepare(self) -> None:
        super().prepare()
        codes = self.here.waiting
        field = self.fields["form_codes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = _named(self.submission, codes)
        self.initial["form_codes"] = codes


class ReasonsForm(ActForm):
    """Named reasons, and always a text beside them (R101, X13)."""

    reasons = forms.MultipleChoiceField(
        label="Lý do",
        choices=Reason.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một lý do."},
    )
    text = forms.CharField(
        label="Nói rõ chỗ cần sửa",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Ghi rõ chỗ cần sửa: biểu, dòng, mục nào và sửa thế nào."},
    )


class RefuseForm(SeenForm, ReasonsForm):
    field_order = ["form_code", "reasons", "text"]
    form_code = forms.ChoiceField(label="Biểu không được duyệt", required=False)

    def prepare(self) -> None:
        super().prepare()
        codes = self.here.waiting
        field = self.fields["form_code"]
        assert isinstance(field, forms.ChoiceField)
        if codes:
            field.choices = _named(self.submission, codes)
            field.required = True
        else:
            del self.fields["form_code"]


class IssueForm(ActForm):
    number = forms.IntegerField(
        label="Số",
        min_value=1,
        max_value=numbering.HIGHEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
        error_messages={
            "required": "Nhập số văn bản đã đăng ký ở văn thư.",
            "invalid": "Số văn bản là số nguyên, ví dụ 128.",
            "min_value": "Số văn bản là số nguyên từ 1 trở lên.",
            "max_value": "Số văn bản có tối đa sáu chữ số; số thứ tự bắt đầu lại mỗi năm.",
        },
    )
    symbol = forms.CharField(label="Ký hiệu", max_length=60, widget=forms.TextInput(attrs={"class": "short"}))
    issued_on = DayField(label="Ngày ban hành")

    def prepare(self) -> None:
        self.initial["symbol"] = paper.default_symbol(self.submission)
        self.initial["issued_on"] = timezone.localdate()
        if paper.is_counted(self.submission):
            del self.fields["number"], self.fields["issued_on"]
            self.fields[
                "symbol"
            ].help_text = "Hệ thống cấp số tiếp theo trong sổ văn bản của cơ quan, ngày hôm nay."


class SignedPaperForm(SeenForm, IssueForm):
    """The paper a leader has signed, with the number and date it bears."""

    field_order = ["file", "number", "symbol", "issued_on", "signer"]
    file = forms.FileField(
        label="Văn bản đã ký (PDF)",
        help_text="Bản quét có chữ ký, con dấu, hoặc tệp PDF đã ký số.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": "Chọn tệp PDF của văn bản đã ký.", "empty": "Tệp rỗng."},
    )
    signer = forms.ModelChoiceField(
        Appointment.objects.none(),
        label="Người ký",
        empty_label="Chọn người ký",
        error_messages={
            "required": "Chọn người đã ký văn bản.",
            "invalid_choice": "Người ký phải giữ chức vụ tại cơ quan.",
        },
    )

    def prepare(self) -> None:
        super().prepare()
        issuer = paper.issuer(self.submission, timezone.localdate())
        self.initial["symbol"] = paper.default_symbol(self.submission)
        offices = Appointment.objects.filter(organisation=issuer).select_related("person", "organisation")
        field = self.fields["signer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = offices.order_by("person__full_name")

    def clean_file(self) -> Any:
        return checked(self.cleaned_data["file"])


class AdjustmentForm(TextForm):
    document = forms.CharField(
        label="Văn bản đề nghị (số, ngày)",
        max_length=200,
        required=False,
        help_text="Nếu có, ví dụ 120/STC-TH ngày 05/06/2026.",
    )


class OutsideForm(ActForm):
    """What was sent another way, with its real moment and its proof (R112)."""

    channel = forms.ChoiceField(
        label="Đã gửi bằng cách nào",
        choices=[choice for choice in DispatchChannel.choices if choice[0] != DispatchChannel.PORTAL],
    )
    sent_on = DayField(label="Ngày gửi thực tế")
    sent_time = forms.TimeField(
        label="Giờ gửi thực tế",
        input_formats=["%H:%M", "%Hh%M", "%H giờ %M"],
        widget=forms.TextInput(attrs={"placeholder": "giờ:phút", "autocomplete": "off", "class": "short"}),
        error_messages={
            "invalid": "Nhập giờ theo dạng giờ:phút, ví dụ 16:30.",
            "required": "Nhập giờ gửi, ví dụ 16:30.",
        },
    )
    evidence = forms.FileField(
        label="Minh chứng đã gửi",
        help_text="Bản quét, ảnh chụp màn hình, phiếu gửi (pdf, jpg, png, docx, xlsx).",
        error_messages={"required": "Đính kèm minh chứng đã gửi.", "empty": "Tệp rỗng."},
    )
    note = forms.CharField(
        label="Ghi chú", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_evidence(self) -> Any:
        return checked(self.cleaned_data["evidence"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("sent_on") and data.get("sent_time"):
            zone = ZoneInfo(settings.TIME_ZONE)
            data["sent_at"] = datetime.combine(data["sent_on"], data["sent_time"], tzinfo=zone)
            if data["sent_at"] > timezone.now():
                self.add_error("sent_on", "Thời điểm đã gửi không thể ở tương lai.")
        return data
