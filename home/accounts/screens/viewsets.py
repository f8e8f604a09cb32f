"""The addresses and the menu “Cơ quan”."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.views import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from home.accounts.models import DutyKind, RequestKind
from home.accounts.permissions import may_administer_people
from home.audit.models import AuditEntry
from home.organisations.models import Organisation

from . import assigning, audit, importing, organisations, people, recertifying, requests, succeeding
from .parts import AllowListedViewSet


class OrganisationViewSet(AllowListedViewSet):
    model = Organisation
    name = "organisations"
    url_prefix = "co-quan"
    icon = "home"
    menu_label = "Cơ quan, đơn vị"
    served = ("index", "index_results", "add", "edit", "inspect")
    inspect_view_enabled = True
    copy_view_enabled = False
    ordering = ("level", "name")
    search_fields = ("name",)
    filterset_class = organisations.OrganisationFilterSet
    index_view_class = organisations.OrganisationIndexView
    add_view_class = organisations.OrganisationCreateView
    edit_view_class = organisations.OrganisationEditView
    inspect_view_class = organisations.OrganisationInspectView

    def get_form_class(self, for_update: bool = False) -> type[organisations.OrganisationForm]:
        return organisations.CorrectionForm if for_update else organisations.OrganisationForm

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(import_url_name=self.get_url_name("import"), **kwargs)

    def own_urlpatterns(self) -> list[URLPattern]:
        return [
            path("<int:pk>/cap-tren/", organisations.AffiliateView.as_view(), name="affiliate"),
            path(
                "quan-he/<int:pk>/ket-thuc/",
                organisations.EndAffiliationView.as_view(),
                name="end_affiliation",
            ),
            path("<int:pk>/ma/", organisations.GiveCodeView.as_view(), name="give_code"),
            path("<int:pk>/phong-ban/", organisations.OpenDivisionView.as_view(), name="open_division"),
            path("<int:pk>/phan-cong/nhap-lieu/", assigning.AssignView.as_view(), name="assign"),
            path("<int:pk>/phan-cong/theo-dong/", assigning.AssignRowsView.as_view(), name="assign_rows"),
            path(
                "<int:pk>/phan-cong/duyet-so-lieu/",
                assigning.AssignView.as_view(
                    kind=DutyKind.APPROVE_DATA, page_title="Phân công duyệt số liệu"
                ),
                name="assign_approval",
            ),
            path("<int:pk>/dau-moi/", organisations.NameFocalView.as_view(), name="name_focal"),
            path("dau-moi/<int:pk>/thoi/", organisations.EndFocalView.as_view(), name="end_focal"),
            path("<int:pk>/xac-nhan/", recertifying.RecertifyView.as_view(), name="recertify"),
            path("phong-ban/<int:pk>/nguoi/", assigning.MembersView.as_view(), name="members"),
            path(
                "phong-ban/<int:pk>/doi-ten/", assigning.RenameDivisionView.as_view(), name="rename_division"
            ),
            path("phong-ban/<int:pk>/dong/", assigning.CloseDivisionView.as_view(), name="close_division"),
            path("sap-xep/", succeeding.SucceedView.as_view(), name="succeed"),
            path("<int:pk>/giao-lai/<int:successor>/", succeeding.GiveAnewView.as_view(), name="give_anew"),
            path("nhap/", importing.ImportView.as_view(), name="import"),
            path("nhap/xac-nhan/", importing.ConfirmView.as_view(), name="import_confirm"),
            path("nhap/mau.csv", importing.TemplateFileView.as_view(), name="import_template"),
        ]


class _ListViewSet(ViewSet):
    """A list and our own addresses, and nothing generic besides."""

    index_view: type[View]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(
            index_url_name=self.get_url_name("index"),
            index_results_url_name=self.get_url_name("index_results"),
            header_icon=self.icon,
            **kwargs,
        )

    def own_urlpatterns(self) -> list[URLPattern]:
        raise NotImplementedError

    def get_urlpatterns(self) -> list[URLPattern]:
        results = self.construct_view(self.index_view, results_only=True)
        return [
            path("", self.construct_view(self.index_view), name="index"),
            path("results/", results, name="index_results"),
            *self.own_urlpatterns(),
        ]


class PeopleViewSet(_ListViewSet):
    """Not a ModelViewSet: Wagtail has its own for users, and its policy is not ours."""

    name = "people"
    url_prefix = "nguoi-dung"
    icon = "user"
    menu_label = "Người dùng và nhiệm vụ"
    index_view = people.PeopleIndexView

    @property
    def menu_item_class(self) -> type[MenuItem]:
        return _PeopleMenuItem

    def own_urlpatterns(self) -> list[URLPattern]:
        return [
            path("them/", people.AddPersonView.as_view(), name="add"),
            path("<int:pk>/", people.PersonView.as_view(), name="person"),
            path("<int:pk>/sua/", people.ChangePersonView.as_view(), name="change"),
            path("<int:pk>/khoa/", people.CloseView.as_view(), name="close"),
            path("<int:pk>/mo-lai/", people.ReopenView.as_view(), name="reopen"),
            path("<int:pk>/ban-giao/", people.LeaveView.as_view(), name="leave"),
            path("<int:pk>/ma-mot-lan/", people.IssueCodeView.as_view(), name="issue_code"),
            path("<int:pk>/go-xac-thuc/", people.RemoveTotpView.as_view(), name="remove_totp"),
            path("<int:pk>/giao-nhiem-vu/", people.GrantView.as_view(), name="grant"),
            path("<int:pk>/bo-nhiem/", people.AppointView.as_view(), name="appoint"),
            path("nhiem-vu/<int:pk>/ket-thuc/", people.RevokeView.as_view(), name="revoke"),
            path("nhiem-vu/<int:pk>/chuyen-giao/", people.HandOverView.as_view(), name="hand_over"),
            path("chuc-vu/<int:pk>/ket-thuc/", people.EndAppointmentView.as_view(), name="end_appointment"),
        ]


class _PeopleMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_administer_people(request.user)


class RequestViewSet(_ListViewSet):
    """Not a ModelViewSet: leaders reach it who administer nobody."""

    name = "account_requests"
    url_prefix = "de-nghi-tai-khoan"
    icon = "mail"
    menu_label = "Đề nghị về tài khoản"
    index_view = requests.RequestIndexView

    @property
    def menu_item_class(self) -> type[MenuItem]:
        return _RequestMenuItem

    def own_urlpatterns(self) -> list[URLPattern]:
        change = requests.AskView.as_view(kind=RequestKind.CHANGE, form_class=requests.ChangeRequestForm)
        revoke = requests.AskView.as_view(kind=RequestKind.REVOKE, form_class=requests.RevokeRequestForm)
        return [
            path("cap-moi/", requests.AskView.as_view(), name="create"),
            path("thay-doi/", change, name="change"),
            path("thu-hoi/", revoke, name="revoke"),
            path("<int:pk>/", requests.RequestView.as_view(), name="detail"),
            path("<int:pk>/chap-thuan/", requests.GrantView.as_view(), name="grant"),
            path("<int:pk>/khong-chap-thuan/", requests.RefuseView.as_view(), name="refuse"),
            path("<int:pk>/ban-chup/", requests.ScanView.as_view(), name="scan"),
            path("<int:pk>/rut/", requests.WithdrawView.as_view(), name="withdraw"),
        ]


class _RequestMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return requests.may_see_requests(request.user)


class AuditViewSet(AllowListedViewSet):
    model = AuditEntry
    name = "audit"
    url_prefix = "nhat-ky"
    icon = "history"
    menu_label = "Nhật ký"
    served = ("index", "index_results")
    copy_view_enabled = False
    list_per_page = 50
    filterset_class = audit.AuditFilterSet
    index_view_class = audit.AuditIndexView
    form_fields: tuple[str, ...] = ()

    def register_admin_url_finder(self) -> None:
        """An entry has no screen of its own."""


class OfficeGroup(ViewSetGroup):
    items = (OrganisationViewSet, PeopleViewSet, RequestViewSet, AuditViewSet)
    menu_label = "Cơ quan"
    menu_icon = "group"
    menu_order = 500
