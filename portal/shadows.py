"""What Wagtail would serve to everybody in the admin shell, and whom it is handed on to here.

Its reports, bulk actions and choosers ask for permissions on a *kind* of thing, if at all, never on the thing itself: they would
show the titles of other organisations' reports and of pages that are not public. Each shadow lies before Wagtail's
own address, lets some people through to it, and is "not found" for all others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path, resolve
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.accounts.permissions import may_administer_system

if TYPE_CHECKING:
    from home.accounts.models import User

#: The models whose lists offer Wagtail's bulk actions; they check each object.
BULK = ("wagtailcore/page", "wagtailimages/image", "wagtaildocs/document")


def nobody(user: User) -> bool:
    return False


def superusers(user: User) -> bool:
    return bool(user.is_superuser)


def page_authors(user: User) -> bool:
    """Those who may work on some page: administrators who author regimes and guidance."""
    return bool(policy_registry.get_by_type(Page).user_has_any_permission(user, ["add", "change", "publish"]))


#: Addresses under /admin/ → who goes on to the view behind. The first that fits decides.
SHADOWED: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    # Raises an error on purpose, for whoever asks.
    (r"(failwhale|test404)/", nobody),
    # Lists what the person may not touch "for information"; acts on accounts past their services.
    (rf"bulk/(?!({'|'.join(BULK)})/).*", nobody),
    # Site history and workflow reports know no rows, the task chooser no permission; a superuser sees all anyway.
    (r"(reports|workflows)/.*", superusers),
    # Redirects to the settings' own screen whoever asks, and makes the row.
    (r"settings/.*", may_administer_system),
    # The page tree with its drafts and with regimes that are not public; what goes onto pages.
    (r"(pages|choose-[a-z-]+|api/main|documents|images|tag-autocomplete|che-do|de-cuong)/.*", page_authors),
)


def _shadow(pattern: str, lets_through: Callable[[Any], bool]) -> URLPattern:
    def view(request: HttpRequest, rest: str) -> HttpResponse:
        if request.user.is_authenticated and not lets_through(request.user):
            raise Http404
        match = resolve(f"/{rest}", wagtailadmin_urls)
        return match.func(request, *match.args, **match.kwargs)

    return re_path(rf"^(?P<rest>{pattern})$", view)


urlpatterns = [_shadow(pattern, lets_through) for pattern, lets_through in SHADOWED]
