from celery import shared_task
from django.db import OperationalError

from reports.documents.models import Document

from . import paper
from .models import Snapshot


@shared_task(
    name="reports.submissions.render_paper",
    autoretry_for=(OperationalError,),
    retry_backoff=30,
    max_retries=5,
)
def render_paper(document: int, snapshot: int) -> None:
    """Render a long document. Running twice renders it once."""
    found = Document.objects.get(pk=document)
    if found.pdf_id is None:
        paper.render(found, Snapshot.objects.get(pk=snapshot))
