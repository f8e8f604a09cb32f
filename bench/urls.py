"""The portal's addresses and, before them, the floors that run behind the same server."""

from django.urls import include, path

from bench.grid import raw_upsert
from bench.public import same_bytes

urlpatterns = [
    path("bench/upsert/", raw_upsert),
    # Beneath /-/ no page is kept: this one is what it is.
    path("-/bench/", same_bytes),
    path("", include("portal.urls")),
]
