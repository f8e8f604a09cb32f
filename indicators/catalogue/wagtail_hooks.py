from django.utils.functional import SimpleLazyObject
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .found import indicator_kind
from .front import choices, chosen_headlines, newest_headlines
from .registers import MeasureRegister, lookup_menu_item, register_here
from .viewsets import CatalogueGroup

register_snippet(CatalogueGroup)
register_here(MeasureRegister)
hooks.register("register_admin_menu_item", lookup_menu_item)
# Lazy: an editor's own choice stands in its place.
hooks.register("portal_home_context", lambda request: {"headlines": SimpleLazyObject(newest_headlines)})
hooks.register("portal_headlines", chosen_headlines)
hooks.register("portal_headline_choices", choices)
hooks.register("portal_search", indicator_kind)
