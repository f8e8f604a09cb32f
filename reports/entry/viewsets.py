"""The addresses of reports in the admin shell: an allow-list, each behind ``visible_to``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from wagtail.snippets.views.snippets import SnippetViewSet

from reports.submissions.models import Submission, SubmissionQuerySet

from .acts import ACTS
from .listing import SubmissionList
from .views.about import About, CloseComment, Comment
from .views.autosave import SaveCell, SaveSection
from .views.base import SubmissionView
from .views.checks import Explain, FigureChecks
from .views.files import (
    DocumentPdf,
    DocumentWord,
    Download,
    MakeDocument,
    Preview,
    Remove,
    ReplaceNumber,
    Restore,
    Upload,
)
from .views.lists import AddRow, MoveRow, RemoveRow, RestoreRow, TakeOver
from .views.opening import OpenReport
from .views.paste import Paste, UndoPaste
from .views.presence import Presence
from .views.screen import Check, Perform, Screen


class SubmissionViewSet(SnippetViewSet):
    """List, screen and our own addresses; nothing generic of Wagtail exists for reports: no adding, copying, deleting,
    inspecting, history, comparing, reverting, unpublishing, workflow actions, choosers, bulk actions or export.
    """

    model = Submission
    icon = "doc-full"
    base_url_path = "bao-cao"
    menu_label = "Báo cáo"
    menu_order = 110
    list_per_page = 30
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = SubmissionList
    index_template_name = "entry/list.html"
    index_results_template_name = "entry/list_results.html"
    #: Of the names that Wagtail's generic views know, those that resolve. Wagtail's menu takes the first pattern.
    SERVED = frozenset({"list", "list_results", "edit"})

    def get_queryset(self, request: HttpRequest) -> SubmissionQuerySet:
        return Submission.objects.visible_to(request.user)

    def register_chooser_viewset(self) -> None:
        """Nothing chooses a report, so there are no chooser addresses."""

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Generic views drop links whose address name is None."""
        prefix = f"{self.url_namespace}:"

        def served(key: str, value: Any) -> Any:
            ours = key.endswith("_url_name") and isinstance(value, str) and value.startswith(prefix)
            return None if ours and value.removeprefix(prefix) not in self.SERVED else value

        return {key: served(key, value) for key, value in super().get_common_view_kwargs(**kwargs).items()}

    def construct_view(self, view_class: type, **kwargs: Any) -> Callable[..., HttpResponseBase]:
        """The one door: an address with ``pk`` gets the report only if the person may see it, else 404."""
        view = super().construct_view(view_class, **kwargs)

        @wraps(view)
        def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if "pk" in kwargs:
                assert issubclass(view_class, SubmissionView)
                visible = Submission.objects.visible_to(request.user)
                kwargs["submission"] = get_object_or_404(view_class.found(visible), pk=kwargs["pk"])
            return view(request, *args, **kwargs)

        return scoped

    def get_urlpatterns(self) -> list[URLPattern]:
        one = "<int:pk>/"
        view = self.construct_view
        return [
            path("", self.index_view, name="list"),
            path("ket-qua/", self.index_results_view, name="list_results"),
            path("mo/<int:obligation>/", view(OpenReport), name="open"),
            path(one, view(Screen), name="edit"),
            path(f"{one}o/", view(SaveCell), name="cell"),
            path(f"{one}dan/", view(Paste), name="paste"),
            path(f"{one}hoan-tac/", view(UndoPaste), name="undo"),
            path(f"{one}dong/", view(AddRow), name="add_row"),
            path(f"{one}dong/xoa/", view(RemoveRow), name="remove_row"),
            path(f"{one}dong/khoi-phuc/", view(RestoreRow), name="restore_row"),
            path(f"{one}dong/chuyen/", view(MoveRow), name="move_row"),
            path(f"{one}dong/ky-truoc/", view(TakeOver), name="take_over_rows"),
            path(f"{one}chi-tiet-o/<int:sheet>/<path:row>/<str:column>/", view(About), name="about_cell"),
            path(f"{one}trao-doi/<int:sheet>/<path:row>/<str:column>/", view(Comment), name="comment"),
            path(f"{one}trao-doi/<int:comment>/dong/", view(CloseComment), name="close_comment"),
            path(f"{one}cung-mo/", view(Presence), name="presence"),
            path(f"{one}muc/", view(SaveSection), name="section"),
            path(f"{one}tep/", view(Upload), name="upload"),
            path(f"{one}tep/<int:file>/", view(Download), name="file"),
            path(f"{one}tep/<int:file>/go/", view(Remove), name="remove_file"),
            path(f"{one}tep/<int:file>/dinh-kem-lai/", view(Restore), name="restore_file"),
            path(f"{one}van-ban.pdf", view(DocumentPdf), name="document"),
            path(f"{one}van-ban.docx", view(DocumentWord), name="document_word"),
            path(f"{one}huy-so/", view(ReplaceNumber), name="replace_number"),
            path(f"{one}xem-truoc.pdf", view(Preview), name="preview"),
            path(f"{one}tao-van-ban/", view(MakeDocument), name="make_document"),
            path(f"{one}kiem-tra/", view(Check), name="check"),
            path(f"{one}kiem-tra-so-lieu/", view(FigureChecks), name="figure_checks"),
            path(f"{one}giai-trinh/", view(Explain), name="explain"),
            *(path(f"{one}{act.slug}/", view(Perform, act=act), name=act.name) for act in ACTS),
        ]
