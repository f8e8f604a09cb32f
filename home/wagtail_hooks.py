from django.http import HttpRequest
from wagtail import hooks

from home.accounts.models import User
from home.audit.services import record

from .found import page_kind
from .models import PortalSettings

hooks.register("portal_search", page_kind)


@hooks.register("after_edit_setting")
def record_change(request: HttpRequest, instance: object) -> None:
    if isinstance(instance, PortalSettings) and isinstance(request.user, User):
        record("portal.present", instance, by=request.user)
