"""Taking organisations over from a file: upload, look, confirm. The file waits in private storage in between."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View
from wagtail.admin import messages

from home.accounts.models import User
from home.accounts.permissions import may_administer_system
from home.organisations.import_file import COLUMNS, REQUIRED
from home.organisations.importing import ImportReport, PreviewIsStale, import_organisations

from .parts import VerbView, day_field

MAX_BYTES = 5 * 1024 * 1024
_SALT = "home.accounts.screens.importing"
_SECONDS_TO_CONFIRM = 3600


class FileForm(forms.Form):
    file = forms.FileField(
        label="Tệp CSV", help_text="Mã hóa UTF-8, phân cách bằng dấu phẩy hoặc dấu chấm phẩy."
    )
    on = day_field(
        "Thay đổi có hiệu lực từ ngày",
        help_text="Cấp trên mới, mã mới được ghi từ ngày này; cấp trên cũ, mã cũ kết thúc vào ngày trước đó.",
    )

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError("Tệp lớn hơn 5 MB. Hãy chia thành nhiều tệp.")
        return upload.read()


class ImportView(VerbView):
    """Shows what the file would do. Nothing is written yet."""

    page_title = "Nhập danh sách đơn vị"
    header_icon = "upload"
    form_class = FileForm
    template_name = "organisations/import.html"
    submit_button_label = "Xem trước"
    submit_button_active_label = "Đang đọc…"

    def may(self) -> bool:
        return may_administer_system(self.by)

    def trail(self) -> list[tuple[str, str]]:
        return [(reverse("organisations:index"), "Cơ quan, đơn vị")]

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "columns": COLUMNS,
            "required": REQUIRED,
            "form_is_multipart": True,
        }

    def form_valid(self, form: forms.Form) -> HttpResponse:
        content, on = form.cleaned_data["file"], form.cleaned_data["on"]
        report = import_organisations(content, on=on, dry_run=True, by=self.by)
        token = ""
        if not report.errors:
            _keep(self.by, content)
            token = _token(self.by, content, on, report)
        return _preview(self.request, report, token)


class ConfirmView(View):
    """Does what was shown, if it is the same person, the same file, and would still do the same."""

    def post(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        if not may_administer_system(user):
            raise PermissionDenied
        try:
            agreed = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_SECONDS_TO_CONFIRM)
        except signing.BadSignature:
            agreed = {}
        content = _kept(user)
        if agreed.get("user") != user.pk or agreed.get("sha256") != hashlib.sha256(content).hexdigest():
            messages.error(request, "Lượt xem trước đã hết hạn hoặc tệp đã thay đổi. Hãy chọn lại tệp.")
            return redirect("organisations:import")
        on = date.fromisoformat(agreed["on"])
        try:
            report = import_organisations(content, on=on, dry_run=False, by=user, expected=agreed["report"])
        except PreviewIsStale as stale:
            messages.warning(request, str(stale))
            return _preview(request, stale.report, _token(user, content, on, stale.report))
        if report.errors:
            return _preview(request, report, "")
        _forget(user)
        messages.success(request, f"Đã nhập danh sách: {report}")
        return redirect("organisations:index")


class TemplateFileView(View):
    """An empty file with the columns, as spreadsheets open it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not may_administer_system(request.user):
            raise PermissionDenied
        content = "\ufeff" + ",".join(COLUMNS) + "\r\n"
        return HttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="mau-don-vi.csv"'},
        )


def _preview(request: HttpRequest, report: ImportReport, token: str) -> HttpResponse:
    index = {"url": reverse("organisations:index"), "label": "Cơ quan, đơn vị"}
    upload = {"url": reverse("organisations:import"), "label": "Nhập danh sách đơn vị"}
    context = {
        "report": report,
        "token": token,
        "header_title": "Xem trước danh sách",
        "page_title": "Xem trước danh sách",
        "header_icon": "upload",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": "Trang chủ"},
            index,
            upload,
            {"url": "", "label": "Xem trước"},
        ],
    }
    return render(request, "organisations/import_preview.html", context)


def _token(user: User, content: bytes, on: date, report: ImportReport) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    agreed = {"user": user.pk, "sha256": sha256, "on": on.isoformat(), "report": report.digest}
    return signing.dumps(agreed, salt=_SALT)


def _name(user: User) -> str:
    """One file a person: a new upload takes the place of the last."""
    return f"imports/organisations-{user.pk}.csv"


def _keep(user: User, content: bytes) -> None:
    _forget(user)
    storages["private"].save(_name(user), ContentFile(content))


def _kept(user: User) -> bytes:
    try:
        with storages["private"].open(_name(user)) as file:
            return file.read()
    except FileNotFoundError:
        return b""


def _forget(user: User) -> None:
    storages["private"].delete(_name(user))
