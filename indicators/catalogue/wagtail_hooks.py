from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .public import headlines
from .registers import MeasureRegister, lookup_menu_item, register_here
from .viewsets import CatalogueGroup

register_snippet(CatalogueGroup)
register_here(MeasureRegister)
hooks.register("register_admin_menu_item", lookup_menu_item)
hooks.register("portal_home_context", lambda request: {"headlines": headlines()})
