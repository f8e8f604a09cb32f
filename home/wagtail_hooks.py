from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from home.accounts.models import User
from home.audit.services import record

from .found import page_kind
from .models import PortalSettings, listed

hooks.register("portal_search", page_kind)


@hooks.register("after_edit_setting")
def record_change(request: HttpRequest, instance: object) -> None:
    if isinstance(instance, PortalSettings) and isinstance(request.user, User):
        record("portal.present", instance, by=request.user)


@hooks.register("construct_page_chooser_queryset")
def choose_own_or_public(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Drafts and what is not for everybody are chosen by those who author them."""
    policy = policy_registry.get_by_type(Page)
    own = policy.instances_user_has_any_permission_for(request.user, ["add", "change", "publish"])
    public = listed(request, Page.objects.all())
    return pages.filter(Q(pk__in=own.values("pk")) | Q(pk__in=public.values("pk")))


@hooks.register("before_move_page")
def refuse_others_pages(request: HttpRequest, page: Page, destination: Page) -> None:
    """Wagtail asks to confirm, with the titles, before it looks whether the person may."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied
