"""Files of a report: uploading, reading, taking out. All of them lie in private storage."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from home.audit.services import record
from reports.documents.errors import NumberRefused, UnprintableText
from reports.documents.models import ArchivedFile
from reports.documents.parts import shortened
from reports.documents.services import content_of, file_name, render
from reports.documents.word import MEDIA_TYPE, render_docx
from reports.entry.about import about
from reports.entry.files import readable_attachments, readable_document, readable_pdf
from reports.regimes.grid import CellKey
from reports.submissions import paper
from reports.submissions.attachments import add_attachment, megabytes, remove_attachment, restore_attachment
from reports.submissions.errors import Locked, NotAllowed, SubmissionError
from reports.submissions.messages import screen_of
from reports.submissions.models import Attachment, AttachmentKind, Sheet
from reports.submissions.permissions import may_issue, may_read_live

from .base import JsonView, SubmissionView

#: What a form adds around the file, generously.
_AROUND = 64 * 1024


def served(file: ArchivedFile, name: str, *, as_attachment: bool = True) -> FileResponse:
    """An archived file, for this person alone: neither guessed at nor kept by anything in between."""
    response = FileResponse(
        file.content.open("rb"),
        as_attachment=as_attachment,
        filename=unicodedata.normalize("NFC", name),
        content_type=file.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@method_decorator(csrf_exempt, name="dispatch")
class Upload(SubmissionView):
    """One file, ``tep``, of the kind ``loai``; evidence of the cell ``bieu``, ``dong``, ``cot`` where these are given.

    Refuses by the announced length, before anything is read.

    Exempt at the door and protected inside: checking the token would read the whole body first.
    """

    http_method_names = ["post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
        if announced > settings.ATTACHMENT_MAX_BYTES + _AROUND:
            return refused(
                f"Tệp có dung lượng {megabytes(announced)}, vượt quá {megabytes(settings.ATTACHMENT_MAX_BYTES)}. "
                "Nén ảnh, tách tệp rồi tải lại.",
                413,
            )
        return csrf_protect(super().dispatch)(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        file = request.FILES.get("tep")
        kind = request.POST.get("loai", AttachmentKind.EVIDENCE)
        if file is None or kind not in {AttachmentKind.EVIDENCE, AttachmentKind.SCAN}:
            return refused("Chọn tệp cần đính kèm.", 400)
        if (file.size or 0) > settings.ATTACHMENT_MAX_BYTES:
            return refused(
                f"Tệp “{file.name}” có dung lượng {megabytes(file.size or 0)}, vượt quá "
                f"{megabytes(settings.ATTACHMENT_MAX_BYTES)}. Nén ảnh, tách tệp rồi tải lại.",
                413,
            )
        try:
            attachment = add_attachment(
                self.submission,
                name=file.name or "",
                content=file.read(),
                kind=kind,
                cell=self._cell(request),
                by=self.user,
            )
        except Locked as error:
            return refused(str(error), 409)
        except NotAllowed as error:
            return refused(str(error), 403)
        except SubmissionError as error:
            return refused(str(error), 422)
        row = render_to_string(
            "entry/attachment.html",
            {"attachment": attachment, "submission": self.submission, "may_change": True},
            request,
        )
        return JsonResponse({"id": attachment.pk, "html": row}, status=201)

    def _cell(self, request: HttpRequest) -> tuple[Sheet, CellKey] | None:
        """
        Raises:
            SubmissionError: the report has no such cell.
        """
        number = request.POST.get("bieu", "")
        if not number:
            return None
        key = (request.POST.get("dong", ""), request.POST.get("cot", ""))
        found = about(self.submission, int(number), key) if number.isdecimal() and len(number) < 19 else None
        if found is None:
            raise SubmissionError("Báo cáo không có ô này. Tải lại trang rồi thử lại.")
        return found.sheet, key


def refused(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


class Download(SubmissionView):
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *, file: int, **kwargs: Any) -> HttpResponseBase:
        attachment = next(
            (one for one in readable_attachments(self.user, self.submission) if one.pk == file), None
        )
        if attachment is None:
            raise Http404
        record(
            "submission.read_file",
            self.submission,
            by=self.user,
            organisation=self.submission.obligation.organisation.code,
            file=attachment.name,
        )
        return served(attachment.file, attachment.name)


class _OwnAttachment(JsonView):
    """Something done to one file of this very report."""

    @property
    def attachment(self) -> Attachment:
        found = self.submission.attachments.filter(pk=self.kwargs["file"]).first()
        if found is None or not may_read_live(self.user, self.submission):
            raise Http404
        return found

    def _data(self) -> Any:
        return {}


class Remove(_OwnAttachment):
    def answer(self, data: Any) -> dict[str, Any]:
        attachment = remove_attachment(self.attachment, by=self.user)
        return {"message": f"Đã gỡ tệp “{attachment.name}”."}


class Restore(_OwnAttachment):
    def answer(self, data: Any) -> dict[str, Any]:
        attachment = restore_attachment(self.attachment, by=self.user)
        return {"message": f"Đã đính kèm lại tệp “{attachment.name}”."}


class DocumentPdf(SubmissionView):
    """The official document as it was archived."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        pdf = readable_pdf(self.user, self.submission)
        if pdf is None:
            raise Http404
        return served(pdf, pdf.name, as_attachment=False)


class DocumentWord(SubmissionView):
    """The same document for Word, made when it is asked for; the archived PDF is the one that counts."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        document = readable_document(self.user, self.submission)
        if document is None:
            raise Http404
        return FileResponse(
            io.BytesIO(render_docx(content_of(document))),
            as_attachment=True,
            filename=f"{file_name(document)}.docx",
            content_type=MEDIA_TYPE,
            headers={"Cache-Control": "private, no-store"},
        )


class Preview(SubmissionView):
    """What the document will look like, of what stands in the report now; marked as a draft, kept nowhere.

    Of a long document the beginning of each table and text, saying so.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not may_read_live(self.user, self.submission):
            raise Http404
        content = replace(paper.content_of(self.submission), draft=True, demo=settings.PORTAL_IS_DEMO)
        try:
            pdf = render(shortened(content))
        except UnprintableText as error:
            messages.error(request, str(error))
            return redirect(f"{screen_of(self.submission)}#tab-van-ban")
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="du-thao-{self.submission.pk}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response


class ReplaceNumber(SubmissionView):
    """The clerk voids a number that was given by mistake, with ``ly_do``; the report then waits for another."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not may_issue(self.user, self.submission):
            raise Http404
        try:
            paper.replace_number(self.submission, reason=request.POST.get("ly_do", ""), by=self.user)
        except (NumberRefused, NotAllowed) as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, "Đã hủy số; lý do được lưu trong sổ văn bản. Cấp số mới để gửi báo cáo."
            )
        return redirect(f"{screen_of(self.submission)}#tab-van-ban")


class MakeDocument(SubmissionView):
    """Render the issued document again, where that failed after the number had been given."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        document = self.submission.document
        inside = may_read_live(self.user, self.submission)
        if not inside or document is None or not document.is_issued or document.pdf is not None:
            raise Http404
        try:
            paper.ensure_pdf(self.submission)
        except SubmissionError as error:
            messages.error(request, str(error))
        else:
            document.refresh_from_db()
            messages.success(request, "Đã tạo tệp văn bản." if document.pdf else "Tệp văn bản đang được tạo.")
        return redirect(f"{screen_of(self.submission)}#tab-van-ban")
