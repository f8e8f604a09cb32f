from django.http import FileResponse
from django.shortcuts import get_object_or_404
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from reports.documents.models import ArchivedFile
from reports.documents.services import archive
from reports.submissions.attachments import FileRefused, check_file

from .views.files import served
from .viewsets import SubmissionViewSet

register_snippet(SubmissionViewSet)


@hooks.register("portal_keep_file")
def keep_file(name: str, content: bytes) -> str:
    """The SHA-256 of a file from below, checked as attachments are.

    Raises:
        ValueError: it may not be kept; says why.
    """
    try:
        media_type = check_file(name, content)
    except FileRefused as refusal:
        raise ValueError(str(refusal)) from refusal
    return archive(content, name=name, media_type=media_type).sha256


@hooks.register("portal_serve_file")
def serve_file(sha256: str, name: str) -> FileResponse:
    """Asked by who has found that the person may read it."""
    return served(get_object_or_404(ArchivedFile, sha256=sha256), name)
