from wagtail.snippets.models import register_snippet

from .viewsets import SubmissionViewSet

register_snippet(SubmissionViewSet)
