"""Reports in the Wagtail admin: the list and the one screen."""

from wagtail.snippets.views.snippets import SnippetViewSet

from reports.submissions.models import Submission


class SubmissionViewSet(SnippetViewSet):
    model = Submission
    base_url_path = "bao-cao"
