"""All addresses of the portal. What Wagtail would serve unscoped is shadowed before its own are included."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from home.accounts.signin.views import old_door

from . import health, shadows

urlpatterns = [
    path("-/live", health.live, name="live"),
    path("-/ready", health.ready, name="ready"),
    path("", include("home.accounts.signin.urls")),
    path("admin/login/", old_door),
    path("admin/", include(shadows)),
    path("admin/", include(wagtailadmin_urls)),
    path("van-ban/", include(wagtaildocs_urls)),
    path("bao-cao/", include("reports.publication.urls")),
    path("chi-tieu/", include("indicators.catalogue.urls")),
    path("", include("home.urls")),
    path("", include(wagtail_urls)),
]
if not settings.MEDIA_URL.startswith("http"):
    urlpatterns = static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT) + urlpatterns
