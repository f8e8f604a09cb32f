"""Files of a report: checked by content, kept in the private archive."""

from __future__ import annotations

import re
import unicodedata
import warnings
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING

import magic
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from PIL import Image

from home.audit.services import record
from reports.documents.services import archive
from reports.regimes.grid import CellKey

from .errors import Locked, NotAllowed, SubmissionError
from .models import Attachment, AttachmentKind, Sheet, Submission
from .permissions import may_enter, may_record_outside, may_write
from .status import EDITABLE

if TYPE_CHECKING:
    from home.accounts.models import User

#: Extension → media type its content must have.
TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
#: The main part inside the package that each Office format must have.
_OFFICE_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
_OFFICE_TYPES = "[Content_Types].xml"
_UNPACKED_LIMIT = 200 * 1024 * 1024
_PARTS_LIMIT = 10_000
#: What readers of PDF carry out when the file is opened. A first sieve: compressed objects are not looked into.
_PDF_CODE = re.compile(rb"/(JavaScript|Launch)\b")
#: Letters of a name may be written as “#4A” (ISO 32000-1, 7.3.5).
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
#: Before the head of a PDF; readers pass over more, programs and pages hide there.
_PDF_MARGIN = b"\xef\xbb\xbf\0\t\n\f\r "
#: A scan of a sheet of A2 at 600 dpi has 140 million.
_PIXELS_LIMIT = 200_000_000
#: Files standing in one report.
COUNT_LIMIT = 100


class FileRefused(SubmissionError):
    """The file may not be attached; says why and what to do."""


def megabytes(size: int) -> str:
    """``100,0 MB``."""
    return f"{size / 1024 / 1024:.1f} MB".replace(".", ",")


def check_file(name: str, content: bytes) -> str:
    """The media type of a file that may be attached.

    Raises:
        FileRefused: wrong extension, content that is not what the name says, macros, a zip bomb, too large or empty.
    """
    limit = settings.ATTACHMENT_MAX_BYTES
    if len(content) > limit:
        raise FileRefused(
            f"Tệp “{name}” có dung lượng {megabytes(len(content))}, vượt quá {megabytes(limit)}. "
            "Nén ảnh, tách tệp rồi tải lại."
        )
    if not content:
        raise FileRefused(f"Tệp “{name}” rỗng.")
    suffix = PurePath(name).suffix.lower()
    expected = TYPES.get(suffix)
    if expected is None:
        raise FileRefused(
            f"Tệp “{name}” không thuộc loại được nhận. Chỉ nhận pdf, docx, xlsx, jpg, png; "
            "lưu lại theo một trong các loại này rồi tải lên."
        )
    if suffix in _OFFICE_PARTS:
        _check_office(name, suffix, content)
    elif magic.from_buffer(content, mime=True) != expected:
        raise _not_what_it_says(name, suffix)
    elif suffix == ".pdf":
        if not content[:1024].lstrip(_PDF_MARGIN).startswith(b"%PDF-"):
            raise _not_what_it_says(name, suffix)
        if _PDF_CODE.search(_PDF_ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), content)):
            raise FileRefused(f"Tệp “{name}” có mã lệnh tự chạy. In lại ra PDF rồi tải lên.")
    else:
        _check_picture(name, suffix, content)
    return expected


def _not_what_it_says(name: str, suffix: str) -> FileRefused:
    return FileRefused(
        f"Tệp “{name}” có đuôi {suffix} nhưng nội dung không phải loại đó. Mở tệp gốc và lưu lại đúng loại."
    )


def _check_office(name: str, suffix: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            names = [part.filename.replace("\\", "/").lower() for part in parts]
            types = package.open(_OFFICE_TYPES).read(_UNPACKED_LIMIT // 100)
    # A damaged package raises nearly anything: struct.error, NotImplementedError, UnicodeDecodeError, zlib.error …
    except Exception:
        raise _not_what_it_says(name, suffix) from None
    # A program or a page with a package behind it is a package too, to those who read from its end.
    if not content.startswith(b"PK\x03\x04") or _OFFICE_PARTS[suffix] not in names:
        raise _not_what_it_says(name, suffix)
    # Office goes by the type, whatever the part is called.
    if (
        b"macroenabled" in types.lower()
        or b"vbaproject" in types.lower()
        or "vbaproject.bin" in " ".join(names)
    ):
        raise FileRefused(f"Tệp “{name}” có macro. Lưu lại không có macro rồi tải lên.")
    if len(parts) > _PARTS_LIMIT or sum(part.file_size for part in parts) > _UNPACKED_LIMIT:
        raise FileRefused(f"Tệp “{name}” giải nén ra quá lớn nên không nhận.")


def _check_picture(name: str, suffix: str, content: bytes) -> None:
    """A small file may hold a picture that fills the memory of whoever opens it. Only its head is read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            width, height = Image.open(BytesIO(content)).size
        too_large = width * height > _PIXELS_LIMIT
    except Image.DecompressionBombError:
        too_large = True
    except Exception:
        raise _not_what_it_says(name, suffix) from None
    if too_large:
        raise FileRefused(f"Ảnh “{name}” có kích thước quá lớn. Giảm độ phân giải rồi tải lên.")


def add_attachment(
    submission: Submission,
    *,
    name: str,
    content: bytes,
    by: User,
    kind: str = AttachmentKind.EVIDENCE,
    cell: tuple[Sheet, CellKey] | None = None,
    at: datetime | None = None,
) -> Attachment:
    """Attach a file: pdf, docx, xlsx, jpg or png; a scan of the paper counterpart is of kind SCAN (R9).

    ``cell``: what it is the evidence of; who may type into a cell may bring its evidence.

    Raises:
        Locked, NotAllowed, FileRefused
    """
    at = at or timezone.now()
    # Signs that turn or hide text would show another name than the file has.
    name = "".join(filter(str.isprintable, PurePath(name.replace("\\", "/")).name))
    name = unicodedata.normalize("NFC", name)[-200:]
    media_type = check_file(name, content)
    if cell and kind != AttachmentKind.EVIDENCE:
        raise FileRefused("Bản scan là của cả báo cáo; vào một ô chỉ đính kèm tài liệu chứng minh.")
    with transaction.atomic():
        submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
        sheet, (row, column) = cell or (None, ("", ""))
        _require_editable(submission, by, sheet, row)
        if submission.attachments.filter(removed_at__isnull=True).count() >= COUNT_LIMIT:
            raise FileRefused(f"Báo cáo đã có {COUNT_LIMIT} tệp đính kèm. Gộp các tệp rồi tải lại.")
        attachment = Attachment.objects.create(
            submission=submission,
            kind=kind,
            name=name,
            file=archive(content, name=name, media_type=media_type, at=at),
            sheet=sheet,
            row=row,
            column=column,
            added_at=at,
            added_by=by,
        )
        record(
            "submission.attach",
            submission,
            by=by,
            organisation=submission.obligation.organisation.code,
            at=at,
            name=name,
            sha256=attachment.file.sha256,
        )
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: User, at: datetime | None = None) -> Attachment:
    """Take a file out of the report; the archive keeps it and the history says who did it (R155)."""
    at = at or timezone.now()
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=attachment.submission_id)
    attachment = Attachment.objects.select_related("sheet__form_version").get(pk=attachment.pk)
    _require_editable(submission, by, attachment.sheet, attachment.row)
    if attachment.removed_at is None:
        attachment.removed_at, attachment.removed_by = at, by
        attachment.save(update_fields=["removed_at", "removed_by"])
        record(
            "submission.detach",
            submission,
            by=by,
            organisation=submission.obligation.organisation.code,
            at=at,
            name=attachment.name,
        )
    return attachment


@transaction.atomic
def restore_attachment(attachment: Attachment, *, by: User, at: datetime | None = None) -> Attachment:
    """Undo a removal."""
    at = at or timezone.now()
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=attachment.submission_id)
    attachment = Attachment.objects.select_related("sheet__form_version").get(pk=attachment.pk)
    _require_editable(submission, by, attachment.sheet, attachment.row)
    if attachment.removed_at is not None:
        attachment.removed_at, attachment.removed_by = None, None
        attachment.added_at, attachment.added_by = at, by
        attachment.save(update_fields=["removed_at", "removed_by", "added_at", "added_by"])
    return attachment


def _require_editable(submission: Submission, by: User, sheet: Sheet | None, row: str) -> None:
    """``sheet`` and ``row``: of the cell it is the evidence of, if it is of one."""
    if submission.status not in EDITABLE:
        raise Locked(
            f"Báo cáo đang ở trạng thái “{submission.get_status_display()}” nên không thay đổi tệp đính kèm được."
        )
    of_own_row = sheet is not None and may_enter(by, submission, sheet.code, row)
    if not (of_own_row or may_write(by, submission) or may_record_outside(by, submission)):
        raise NotAllowed("Ông/bà không được giao đính kèm tệp cho báo cáo này.")
